// The host's side of a log of accesses: its memory, its position, and what happens when it is full.
import { LOG_IMPORTS, LOG_PAGES } from '../wasm/record/logFormat.ts';

/** One log for all instances of a run that run on one thread. */
export class AccessLog {
  /** Shared, so that what is in it outlives the worker. Behind the last record it is zero. */
  readonly memory = new WebAssembly.Memory({ initial: LOG_PAGES, maximum: LOG_PAGES, shared: true });
  /** Byte offset in the memory where the next record goes. */
  readonly position = new WebAssembly.Global({ value: 'i32', mutable: true }, 0);
  private readonly bytes = new Uint8Array(this.memory.buffer);

  /** @param keep takes records; the bytes are valid during the call only */
  constructor(private readonly keep: (bytes: Uint8Array) => void) {}

  /** What a recorded module imports beside its own imports. */
  addImports(imports: WebAssembly.Imports): void {
    imports[LOG_IMPORTS.module] = {
      ...imports[LOG_IMPORTS.module],
      [LOG_IMPORTS.log]: this.memory,
      [LOG_IMPORTS.position]: this.position,
      [LOG_IMPORTS.flush]: () => this.flush(),
    };
  }

  /** Gives the records out and empties the log; to be called when a call has ended, too. */
  flush(): void {
    const end = Number(this.position.value);
    if (end === 0) return;
    const records = this.bytes.subarray(0, end);
    this.keep(records);
    records.fill(0);
    this.position.value = 0;
  }
}
