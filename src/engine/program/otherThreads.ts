// What the threads of a program tell each other: which instances the others make, which functions are allocators', and what these handed out twice.
// Instances of other threads are not recorded, but may have the recorded memory.
import { sha256 } from '../../platform/bytes.ts';
import type { AllocatorOperands } from '../../protocol/claims.ts';
import type { HandedOutTwice, ThreadBlocksMemory } from './threadBlocks.ts';

/** Texts, one a line, in shared memory. */
export interface ThreadNewsMemory {
  readonly bytes: Uint8Array<SharedArrayBuffer>;
  /** Bytes of texts: one word. */
  readonly length: Int32Array<SharedArrayBuffer>;
}

const CAPACITY_BYTES = 2 ** 16;
const LINE_END = 0x0a;

/** An instance that another thread makes. */
export interface ThreadInstance {
  /** The thread's id, as the program sees it. */
  readonly thread: number;
  /** What the user calls the module. */
  readonly module: string;
  /** Whether its memory may be that of other threads, too. */
  readonly isShared: boolean;
}

/** A function of an allocator that a recorded module exports. */
export interface ThreadAllocator {
  /** From 0 on, in the order in which they are told. */
  readonly number: number;
  /** See {@link shapeOf}. */
  readonly shape: string;
  readonly name: string;
  readonly role: 'allocate' | 'resize' | 'free';
  readonly operands: AllocatorOperands;
}

export type ThreadLine =
  | ({ readonly kind: 'instance' } & ThreadInstance)
  | ({ readonly kind: 'allocator' } & ThreadAllocator)
  | ({ readonly kind: 'twice' } & HandedOutTwice);

type LineOf<Kind> = Extract<ThreadLine, { readonly kind: Kind }>;

export class ThreadNews {
  /** Whether there is another thread, which may have memory that is shared, and write to it without an instance. */
  hasThreads = false;

  constructor(
    readonly memory: ThreadNewsMemory = {
      bytes: new Uint8Array(new SharedArrayBuffer(CAPACITY_BYTES)),
      length: new Int32Array(new SharedArrayBuffer(4)),
    },
  ) {}

  /** What finds no room is left out. */
  tell(told: ThreadLine): void {
    const line = new TextEncoder().encode(JSON.stringify(told));
    const { bytes, length } = this.memory;
    const at = Atomics.add(length, 0, line.length + 1);
    if (at + line.length + 1 > bytes.length) return;
    bytes.set(line, at);
    Atomics.store(bytes, at + line.length, LINE_END); // by which it counts as written
  }

  /** Grows with each line. */
  get length(): number {
    return Atomics.load(this.memory.length, 0);
  }

  /** All that were told of a kind. */
  of<Kind extends ThreadLine['kind']>(kind: Kind): LineOf<Kind>[] {
    const { bytes } = this.memory;
    const text = new TextDecoder().decode(bytes.slice(0, this.length));
    // The recorder itself wrote them, whole lines but for one that is being written.
    const lines = text
      .split('\n')
      .filter(line => line.endsWith('}'))
      .map(line => JSON.parse(line) as ThreadLine);
    return lines.filter((line): line is LineOf<Kind> => line.kind === kind);
  }
}

interface Named {
  readonly name: string;
  readonly kind: string;
}

/** What a module imports and exports: by this one thread knows a module again of which another one has the bytes. */
export const shapeOf = (
  imports: readonly (Named & { readonly module: string })[],
  exports: readonly Named[],
): string => {
  const told = [
    imports.map(({ module, name, kind }) => [module, name, kind]),
    exports.map(({ name, kind }) => [name, kind]),
  ];
  return sha256(new TextEncoder().encode(JSON.stringify(told)));
};

/** What all threads of a program share. */
export interface SharedByThreads {
  readonly news: ThreadNewsMemory;
  readonly blocks: ThreadBlocksMemory;
}

/** Node gives a copy of what is kept under it to each thread that is started. */
export const SHARED_BY_THREADS = 'wasm-shared-memory.threads';

export const isSharedByThreads = (data: unknown): data is SharedByThreads =>
  typeof data === 'object' && data !== null && 'news' in data && 'blocks' in data;
