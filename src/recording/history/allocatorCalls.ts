// Calls of functions of allocators, by whomever: the guests' log tells of each. Columns of numbers, since a program allocates millions of times.
import type { Allocation } from '../../findings/context.ts';
import { ALLOCATOR_ROLES } from '../../protocol/claims.ts';

/** What is told when one begins. */
export type NewAllocatorCall = Omit<Allocation, 'index' | 'depth' | 'stepBefore' | 'end'> & { readonly thread: number };

export interface AllocatorCall extends NewAllocatorCall {
  /** Among all that are kept, from 0 on. */
  readonly index: number;
  /** Allocator calls that enclose it: 0 where no allocator's code called it. */
  readonly depth: number;
  /** Memory before it is memory at this step, and its accesses have numbers from this one on. */
  readonly stepBefore: number;
  readonly firstAccess: number;
  /** The same behind it; null while it is under way. */
  readonly end: { readonly step: number; readonly access: number; readonly made: number } | null;
}

/** Where the recording is. */
export interface Place {
  readonly step: number;
  readonly access: number;
}

/** One of the two ends of a call, in the order in which they were reached. */
interface AllocatorEvent {
  readonly index: number;
  readonly isEnd: boolean;
  readonly place: Place;
}

/** More are not kept: 2^22 of them take about 300 MB. */
const MOST = 2 ** 22;
const UNDER_WAY = -1;

type Column = Float64Array | Uint32Array | Uint8Array;

function grown<Array extends Column>(column: Array, make: (length: number) => Array): Array {
  const larger = make(column.length * 2);
  larger.set(column);
  return larger;
}

const FIRST_LENGTH = 64;

export class AllocatorCalls {
  private length = 0;
  private events = 0;
  /** Thread, role, depth: a byte each. */
  private bytes = new Uint8Array(3 * FIRST_LENGTH);
  /** Instance, call, module, function, block, size, what was made. */
  private words = new Uint32Array(7 * FIRST_LENGTH);
  /** Step and access at its beginning and at its end. */
  private places = new Float64Array(4 * FIRST_LENGTH);
  /** A beginning as its call's index, an end as the complement of it. */
  private order = new Float64Array(2 * FIRST_LENGTH);
  private readonly open = new Map<number, number[]>();

  get count(): number {
    return this.length;
  }

  /** Number of all ends that were reached. */
  get eventCount(): number {
    return this.events;
  }

  /** Whether there were more than are kept. */
  get isFull(): boolean {
    return this.length >= MOST;
  }

  begin(told: NewAllocatorCall, { step, access }: Place): void {
    const open = this.openOf(told.thread);
    if (this.isFull) {
      open.push(UNDER_WAY);
      return;
    }
    const index = this.length++;
    if (3 * this.length > this.bytes.length) this.makeRoom();
    const { bytes, words, places } = this;
    bytes[3 * index] = told.thread;
    bytes[3 * index + 1] = ALLOCATOR_ROLES.indexOf(told.role);
    bytes[3 * index + 2] = Math.min(open.length, 255);
    words[7 * index] = told.instance;
    words[7 * index + 1] = told.call;
    words[7 * index + 2] = told.module;
    words[7 * index + 3] = told.function;
    words[7 * index + 4] = told.block;
    words[7 * index + 5] = told.size;
    words[7 * index + 6] = 0;
    places[4 * index] = step;
    places[4 * index + 1] = access;
    places[4 * index + 2] = UNDER_WAY;
    places[4 * index + 3] = UNDER_WAY;
    this.order[this.events++] = index;
    open.push(index);
  }

  /** The one that a thread began last ends. @returns its index; null where none is under way or it is not kept */
  end(thread: number, made: number, { step, access }: Place): number | null {
    const index = this.openOf(thread).pop();
    if (index === undefined || index === UNDER_WAY) return null;
    this.words[7 * index + 6] = made;
    this.places[4 * index + 2] = step;
    this.places[4 * index + 3] = access;
    this.order[this.events++] = -1 - index;
    return index;
  }

  /** How many are under way in a thread. */
  depth(thread: number): number {
    return this.open.get(thread)?.length ?? 0;
  }

  /** @throws RangeError for one that there is not */
  at(index: number): AllocatorCall {
    if (!(index >= 0 && index < this.length)) throw new RangeError(`there is no call ${index} of an allocator`);
    const { bytes, words, places } = this;
    const endAccess = places[4 * index + 3];
    return {
      index,
      thread: bytes[3 * index],
      role: ALLOCATOR_ROLES[bytes[3 * index + 1]],
      depth: bytes[3 * index + 2],
      instance: words[7 * index],
      call: words[7 * index + 1],
      module: words[7 * index + 2],
      function: words[7 * index + 3],
      block: words[7 * index + 4],
      size: words[7 * index + 5],
      stepBefore: places[4 * index],
      firstAccess: places[4 * index + 1],
      end:
        endAccess === UNDER_WAY ? null : { step: places[4 * index + 2], access: endAccess, made: words[7 * index + 6] },
    };
  }

  *all(): Generator<AllocatorCall> {
    for (let index = 0; index < this.length; index++) yield this.at(index);
  }

  /** Both ends of all, in the order in which they were reached. */
  *inOrder(): Generator<AllocatorEvent> {
    for (let i = 0; i < this.events; i++) {
      const isEnd = this.order[i] < 0;
      const index = isEnd ? -1 - this.order[i] : this.order[i];
      const at = 4 * index + (isEnd ? 2 : 0);
      yield { index, isEnd, place: { step: this.places[at], access: this.places[at + 1] } };
    }
  }

  private openOf(thread: number): number[] {
    let open = this.open.get(thread);
    if (!open) {
      open = [];
      this.open.set(thread, open);
    }
    return open;
  }

  private makeRoom(): void {
    this.bytes = grown(this.bytes, length => new Uint8Array(length));
    this.words = grown(this.words, length => new Uint32Array(length));
    this.places = grown(this.places, length => new Float64Array(length));
    this.order = grown(this.order, length => new Float64Array(length));
  }
}
