// What is told of a block that an allocator handed out to two threads of a program.
import type { Address, Step } from './units.ts';

/** A call of an allocator's function, by the script in one of the program's threads. */
export interface ThreadAllocation {
  /** The thread's id, as the program sees it: 0 is its main thread. */
  readonly thread: number;
  /** The recorded instance that was called; null in a worker thread, whose instances are not recorded. */
  readonly instance: number | null;
  readonly function: string;
  /** What was asked for. */
  readonly bytes: number;
}

/** Two allocations that got one address, which no call of the script has freed in between. */
export interface ThreadDuplicate {
  /** Index of the module among those of the recording: both called instances of it. */
  readonly module: number;
  readonly address: Address;
  readonly first: ThreadAllocation;
  readonly again: ThreadAllocation;
  /** No other function of the memory's instances was called or under way from the first one on, by which the block could have come back. */
  readonly isAtOnce: boolean;
  /** How often the module's allocator did so, by now. */
  readonly count: number;
}

/** The same with the moment at which it was told: `CallRecord.index` of the call under way (null: none was), and memory then. */
export interface SeenThreadDuplicate extends ThreadDuplicate {
  readonly call: number | null;
  readonly step: Step;
}
