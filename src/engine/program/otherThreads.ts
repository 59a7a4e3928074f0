// What the other threads of a program tell the one that is recorded: which instances they make. They are not recorded, but may have its memory.

/** Texts, one a line, in shared memory. */
export interface ThreadNewsMemory {
  readonly bytes: Uint8Array<SharedArrayBuffer>;
  /** Bytes of texts: one word. */
  readonly length: Int32Array<SharedArrayBuffer>;
}

const CAPACITY_BYTES = 2 ** 16;
const LINE_END = 0x0a;

/** Node gives a copy of what is kept under it to each thread that is started. */
export const THREAD_NEWS = 'wasm-shared-memory.threads';

/** An instance that another thread makes. */
export interface ThreadInstance {
  /** The thread's id, as the program sees it. */
  readonly thread: number;
  /** What the user calls the module. */
  readonly module: string;
  /** Whether its memory may be that of other threads, too. */
  readonly isShared: boolean;
}

export class ThreadNews {
  /** Whether there is another thread, which may have memory that is shared, and write to it without an instance. */
  hasThreads = false;

  constructor(
    readonly memory: ThreadNewsMemory = {
      bytes: new Uint8Array(new SharedArrayBuffer(CAPACITY_BYTES)),
      length: new Int32Array(new SharedArrayBuffer(4)),
    },
  ) {}

  /** Before the instance is made. What finds no room is left out. */
  tell(instance: ThreadInstance): void {
    const line = new TextEncoder().encode(JSON.stringify(instance));
    const { bytes, length } = this.memory;
    const at = Atomics.add(length, 0, line.length + 1);
    if (at + line.length + 1 > bytes.length) return;
    bytes.set(line, at);
    Atomics.store(bytes, at + line.length, LINE_END); // by which it counts as written
  }

  get isEmpty(): boolean {
    return Atomics.load(this.memory.length, 0) === 0;
  }

  /** All that were told. */
  get instances(): ThreadInstance[] {
    const { bytes, length } = this.memory;
    const text = new TextDecoder().decode(bytes.slice(0, Atomics.load(length, 0)));
    // The recorder itself wrote them, whole lines but for one that is being written.
    return text
      .split('\n')
      .filter(line => line.endsWith('}'))
      .map(line => JSON.parse(line) as ThreadInstance);
  }
}

export const isThreadNewsMemory = (data: unknown): data is ThreadNewsMemory =>
  typeof data === 'object' && data !== null && 'bytes' in data && 'length' in data;
