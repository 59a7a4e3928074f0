// What went wrong in a run because instances share a memory: parts, not sentences. `findingWords.ts` has the words.
import type { GrowView, ReadView, WriteView } from './access.ts';
import type { Writer } from './lostViews.ts';
import type { SeparatedModule } from './separation.ts';
import type { ThreadAllocation } from './threadAllocations.ts';
import type { Address, Step } from './units.ts';

/** `error`: memory is wrong. `warning`: it will be, under a condition that is told. `note`: worth to be known. */
export type Severity = 'error' | 'warning' | 'note';

export const SEVERITIES: readonly Severity[] = ['error', 'warning', 'note'];

/** A range of bytes. */
export interface ByteSpan {
  readonly address: Address;
  readonly length: number;
}

/** Where the modules of the run, by their index, would have to lie so that they do not meet. */
export type Separation = readonly SeparatedModule[];

/** A call that takes part in a finding. */
export interface InvolvedCall {
  /** `CallRecord.index`. */
  readonly index: number;
  readonly instance: number;
  readonly function: string;
  /** The function of an allocator that did it in this call; null where it is the one that was called. */
  readonly allocator: string | null;
}

/** A block of memory that an allocator handed out. */
export interface AllocatedBlock {
  readonly span: ByteSpan;
  readonly made: InvolvedCall;
}

/** Who got a block twice that no one freed, where both calls are recorded. */
export type CallsAllocated = {
  /** The call that got the block first, and the one that got it again. */
  readonly first: InvolvedCall;
  readonly again: InvolvedCall;
  /** The instances each have the state of their allocator for themselves. */
  readonly areSeparate: boolean;
  /** The instance whose making put the allocator back in between; null where none did. */
  readonly resetBy: number | null;
  readonly firstBlock: ByteSpan;
  readonly block: ByteSpan;
  /** Given where these are the allocators of two modules. */
  readonly modules?: readonly [number, number];
  readonly separation?: Separation;
};

/** The same where threads of a program did it: calls of worker threads are not recorded. */
export type ThreadsAllocated = {
  readonly threads: readonly [first: ThreadAllocation, again: ThreadAllocation];
  readonly areSeparate: boolean;
};

/** What each kind of finding tells beside what all tell. */
export interface FindingDetails {
  /** An allocator hands out a range that overlaps a block which nobody has freed. */
  'duplicate-allocation': CallsAllocated | ThreadsAllocated;
  /** An allocator hands out a range where another module has its statics, or where that one's allocator or stack writes. */
  'foreign-write': {
    readonly allocated: InvolvedCall;
    readonly block: ByteSpan;
    /** Whose allocator it is, and the other one. */
    readonly modules: readonly [number, number];
    /** What the other one wrote there of its own accord; null where its statics are there. */
    readonly write: WriteView | null;
    /** Given where its host has put the other module there, which goes anywhere. */
    readonly isLoaded?: true;
    readonly separation: Separation;
  };
  /** The making of an instance changes bytes that were written since the first one was made. */
  'segment-overwrite': {
    readonly made: number;
    /** The data segment; null where the start function wrote. */
    readonly segment: number | null;
    /** Bytes that are others since. */
    readonly bytes: number;
    /** Whose write was undone, of the first of these bytes or, where it is not the first, of one that somebody else wrote. */
    readonly lost: WriteView;
    readonly isFirst: boolean;
    /** Only a part of an integer went back: what it was and what it is now, unsigned. Null where all of it did. */
    readonly torn: { readonly was: number; readonly is: number } | null;
  };
  /** The same where an allocator had written the bytes: it starts again. */
  'allocator-reset': FindingDetails['segment-overwrite'] & {
    /** The first block handed out since that overlaps one of before, and how many allocations that took; null where none does. */
    readonly collision: {
      readonly allocations: number;
      readonly call: InvolvedCall;
      readonly block: ByteSpan;
      readonly old: AllocatedBlock;
    } | null;
  };
  /** An address in a frame that was popped is used as if it were alive. */
  'dead-stack-pointer': {
    /** Whose frame it is: it returned the address, or stored it. */
    readonly returned: InvolvedCall;
    readonly address: Address;
    /** The write that stored the address; null where it was returned. */
    readonly stored: WriteView | null;
    /** The call that gave the frame back, where the host had asked for it by `returned`; else null. */
    readonly released: InvolvedCall | null;
    /** The first call that took it; null where the host wrote there by itself. */
    readonly taken: InvolvedCall | null;
    /** What was taken: the address, or one behind it in the frame. */
    readonly used: Address;
    /** Who wrote the value in the frame. */
    readonly write: WriteView;
    /** Where the stack pointer stands when no call is under way. */
    readonly stackPointer: Address;
  };
  /** Code that is no allocator's stores beside a block, over what the allocator keeps there for itself, or into another live block. */
  'heap-overflow': {
    readonly write: WriteView;
    /** The block that was left, and whether the store lies behind it, or before it. */
    readonly block: AllocatedBlock;
    readonly side: 'behind' | 'before';
    /** The block on the other side, where nothing tells which of the two was left: `block` is the likelier one. Else null. */
    readonly other: AllocatedBlock | null;
    /** The live block that the store goes into; null where it goes over what is the allocator's. */
    readonly into: AllocatedBlock | null;
  };
  /** Code that is no allocator's writes or reads a block that was freed. */
  'use-after-free': {
    readonly access: WriteView | ReadView;
    readonly block: AllocatedBlock;
    readonly freed: InvolvedCall;
  };
  /** A block is freed that was freed, and not handed out again. */
  'double-free': {
    readonly block: AllocatedBlock;
    readonly freed: InvolvedCall;
    readonly again: InvolvedCall;
  };
  /** An address inside of a live block is freed, where no block begins. */
  'invalid-free': {
    readonly block: AllocatedBlock;
    /** Who freed it. */
    readonly by: InvolvedCall;
  };
  /** An instance pushes frames over frames that another one has in use. */
  'stack-overlap': {
    readonly outer: InvolvedCall;
    readonly inner: InvolvedCall;
    /** Given where the outer one has ended, and had made room on its stack for the host. */
    readonly isRoom?: true;
    /** Frames in use of the outer one, and those that the inner one pushed. */
    readonly inUse: ByteSpan;
    readonly pushed: ByteSpan;
    /** The first store of the inner one over the frames of the outer one; null where the steps of the call are not kept. */
    readonly write: WriteView | null;
  };
  /** The stack came down to the static data; `floor` is 0 where it went below address 0, and `lowest` is then what the pointer wrapped to. */
  'stack-overflow': {
    readonly overflowing: InvolvedCall;
    /** How far down it came, and where the data below it ends. */
    readonly lowest: Address;
    readonly floor: Address;
    /** The first store there; null where none was seen. */
    readonly write: WriteView | null;
  };
  /** A call ended by an exception or a trap, and its frames were not popped. */
  'stack-pointer-leak': {
    readonly leaking: InvolvedCall;
    readonly next: InvolvedCall;
    /** Where the stack pointer was before, and is since. */
    readonly before: Address;
    readonly after: Address;
    /** Where the data below the stack ends; 0 where there is none. */
    readonly floor: Address;
  };
  /** Two allocators each take pages that memory grew by as if they were alone. */
  'grow-collision': Omit<CallsAllocated, 'areSeparate' | 'resetBy' | 'modules'> & {
    /** Who made memory grow there. */
    readonly grow: GrowView;
  };
  /** An imported allocator hands out nothing but address 0: nobody provides it, or what does is a stub. */
  'missing-import': {
    /** `env.malloc` */
    readonly import: string;
    readonly module: number;
    readonly calls: number;
    /** The first store of the module to what it took for a block; null where none was seen. */
    readonly write: WriteView | null;
  };
  /** A program goes on with views of memory that growth has cut off, as far as that can be told. */
  'stale-view': {
    readonly by: Writer;
    /** Calls in each of which, or before each of which, it wrote, and calls since in which nothing came to memory. */
    readonly wrote: number;
    readonly missed: number;
    /** Whether the program has read memory's buffer after that. */
    readonly isReadAgain: boolean;
    /** The growth; null where it was dropped from the history. */
    readonly grow: GrowView | null;
  };
  /** Bytes changed, and no record says why. */
  'unrecorded-write': { readonly write: WriteView };
  /** A store below all that a module has. */
  'null-page-write': { readonly write: WriteView; readonly lowest: Address };
  /** Modules believe of the same bytes that they are their own, and one writes them. */
  'static-overlap': {
    /** The first write of one of them; null where both put data there before the first call, the last one over that of the others. */
    readonly write: WriteView | null;
    readonly modules: readonly [number, number];
    readonly overlap: ByteSpan;
    readonly separation?: Separation;
  };
  /** Instances of a module for threads have their thread-locals at one place: at address 0, since only the first was told where its own are, or where they were told. */
  'shared-thread-locals': {
    readonly made: number;
    readonly bytes: number;
    /** The calls that told two instances one place; null where nobody told any. */
    readonly given: { readonly first: InvolvedCall; readonly again: InvolvedCall } | null;
  };
  /** What the guest printed is not what memory holds. */
  'printed-value-differs': {
    readonly printing: InvolvedCall;
    readonly printed: number;
    readonly actual: number | null;
  };
}

export type FindingKind = keyof FindingDetails;

/** How bad each kind is at most. */
const FINDING_SEVERITY: Readonly<Record<FindingKind, Severity>> = {
  'duplicate-allocation': 'error',
  'segment-overwrite': 'error',
  'allocator-reset': 'error',
  'dead-stack-pointer': 'error',
  'heap-overflow': 'error',
  'use-after-free': 'error',
  'double-free': 'error',
  'invalid-free': 'error',
  'foreign-write': 'error',
  'grow-collision': 'error',
  'missing-import': 'error',
  'stale-view': 'warning',
  'unrecorded-write': 'note',
  'stack-overlap': 'error',
  'stack-overflow': 'error',
  'stack-pointer-leak': 'warning',
  'null-page-write': 'warning',
  'static-overlap': 'error',
  'shared-thread-locals': 'warning',
  'printed-value-differs': 'error',
};

/** What is read of a freed block may still be what it was; where nobody stored to address 0 nothing is wrong yet. */
export function severityOf({ kind, details }: Pick<Finding, 'kind'> & Partial<Pick<Finding, 'details'>>): Severity {
  if (details === undefined) return FINDING_SEVERITY[kind];
  const isRead = 'access' in details && details.access.kind === 'read';
  const isUnused = 'import' in details && details.write === null;
  return isRead || isUnused ? 'warning' : FINDING_SEVERITY[kind];
}

/** What does not happen where the instances of a module have shared state. */
const CURED_BY_SHARED_STATE: ReadonlySet<FindingKind> = new Set([
  'duplicate-allocation',
  'grow-collision',
  'segment-overwrite',
  'allocator-reset',
  'shared-thread-locals',
  'stack-overlap',
]);

/** Whether it does not happen where the instances have shared state: those of different modules and threads have none. @param moduleOf an instance */
export const isCuredBySharedState = (
  { kind, instances }: Pick<Finding, 'kind' | 'instances'>,
  moduleOf: (instance: number) => unknown,
): boolean => CURED_BY_SHARED_STATE.has(kind) && new Set(instances.map(moduleOf)).size === 1;

interface FindingOf<Kind extends FindingKind> {
  readonly kind: Kind;
  /** The moment at which it is seen: memory after it. */
  readonly step: Step;
  /** `CallRecord.index` of the call in which it happened; null where it was between calls. */
  readonly call: number | null;
  /** Instances that take part, ascending. */
  readonly instances: readonly number[];
  /** The bytes in question; null where there are none. */
  readonly range: ByteSpan | null;
  /** How often it happened from the same cause; this is the first time. */
  readonly count: number;
  readonly details: FindingDetails[Kind];
}

export type Finding = { readonly [Kind in FindingKind]: FindingOf<Kind> }[FindingKind];
