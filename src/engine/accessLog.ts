// The host's side of a log of accesses: its memory, its position, and what happens when it is full.
import type { Stop } from '../wasm/record/logDecoder.ts';
import { LOG_IMPORTS, LOG_PAGES, LOG_SLACK } from '../wasm/record/logFormat.ts';
import { memoryClearer } from './clearMemory.ts';

/**
 * Takes a piece of log.
 * @param records valid during the call only
 * @param stop where the guest was stopped, for `decodeLog`; null where it was not
 */
export type KeepRecords = (records: Uint8Array, stop: Stop | null) => void;

/** One log for all instances of a run that run on one thread. */
export class AccessLog {
  /** Shared, so that what is in it outlives the worker. Behind the last record it is zero. */
  readonly memory = new WebAssembly.Memory({ initial: LOG_PAGES, maximum: LOG_PAGES, shared: true });
  /** Byte offset in the memory where the next record goes. */
  readonly position = new WebAssembly.Global({ value: 'i32', mutable: true }, 0);
  private readonly bytes = new Uint8Array(this.memory.buffer);
  private readonly clear = memoryClearer(this.memory);

  constructor(private readonly keep: KeepRecords) {}

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
    if (end > 0) this.empty(end, null);
  }

  /**
   * The same after a trap, which leaves records behind the position. To be called before any instance of the log runs again;
   * an exception is no trap, and leaves the position right.
   */
  flushStopped(stop: Stop): void {
    const end = endOfRecords(this.memory.buffer);
    if (end > 0) this.empty(end, stop);
  }

  private empty(end: number, stop: Stop | null): void {
    const records = this.bytes.subarray(0, end);
    this.keep(records, stop);
    this.clear(end);
    this.position.value = 0;
  }
}

/**
 * Where the records in the memory of a log end at the latest, whatever became of its position: for a guest that trapped, or
 * whose worker was ended.
 */
export function endOfRecords(log: ArrayBufferLike): number {
  const words = new Int32Array(log);
  let last = words.length - 1;
  while (last >= 0 && words[last] === 0) last--;
  // The last slots of the last record may be zero.
  return last === -1 ? 0 : Math.min(log.byteLength, (last + 1) * 4 + LOG_SLACK);
}
