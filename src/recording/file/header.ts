// The JSON header of a recording's file: what is needed beside memory to show the recording without running anything.

import type { HeapBlock } from '../../findings/heap/blockTable.ts';
import { type HeapFault, type HeapFaultKind, HOST, type SeenHeap } from '../../findings/heap/heapWatch.ts';
import {
  address,
  boolean,
  type Fields,
  list,
  memberOf,
  nullable,
  object,
  oneOf,
  refined,
  step,
  text,
  whole,
} from '../../protocol/check.ts';
import { HEAP_DOUBTS, type HeapDoubt, type UnjudgedModule } from '../../protocol/heapBlocks.ts';
import type { SeenLostViews, Writer } from '../../protocol/lostViews.ts';
import type { RecordedSpan, RunSnapshot } from '../../protocol/run.ts';
import type { SeenThreadDuplicate, ThreadAllocation } from '../../protocol/threadAllocations.ts';
import { MAX_MEMORY_BYTES } from '../../protocol/units.ts';
import type { StepRange } from '../history/unsureSteps.ts';
import type { InputsSummary } from '../inputs/runInputs.ts';
import type { KeptRecording, RecordingStore } from '../recordingStore.ts';
import { checkRun } from './checkRun.ts';

/** An instruction that accesses memory, in the terms of the user's file. */
export interface SiteSummary {
  readonly id: number;
  /** Index of its module in the run. */
  readonly module: number;
  /** Function index in the module, and its name as the panel shows it. */
  readonly functionIndex: number;
  readonly functionName: string;
  /** Byte offset of the instruction in the file, and from the start of its function's body. */
  readonly offset: number;
  readonly functionOffset: number;
  /** Its name in the text format, for example `i32.store8`. */
  readonly instruction: string;
  /** Bytes that one access touches; 0 where the operands say how many. */
  readonly width: number;
}

/** A data segment of an instance that was made late, by its number among the sites. */
export interface SegmentSummary {
  readonly id: number;
  /** Index of its module in the run, and its own in the module. */
  readonly module: number;
  readonly segment: number;
}

/** What of a run its recording does not tell by itself. */
export type RunFacts = Omit<RunSnapshot, keyof RecordedSpan | 'trapped' | 'isPaused'>;

/** What the exporter says about a recording. */
export interface RecordingDescription {
  readonly run: RunFacts;
  readonly sites: readonly SiteSummary[];
  readonly segments: readonly SegmentSummary[];
  /** The bytes of the run's modules, by their index; fewer where they are not known. */
  readonly modules: readonly Uint8Array[];
}

type MemorySize = KeptRecording['sizes'][number];

export interface RecordingHeader extends Omit<RecordingDescription, 'modules'> {
  readonly inputs: InputsSummary;
  /** What the watch of the heap saw. */
  readonly heap: SeenHeap;
  readonly unexplained: RecordingStore['unexplained'];
  /** See `unsureSteps.ts`. */
  readonly unsure: readonly StepRange[];
  readonly beginning: KeptRecording['beginning'];
  readonly sizes: readonly MemorySize[];
  /** Number of the calls, call 0 counted. */
  readonly callCount: number;
  /** Where the recording ends; the accesses must come out there. */
  readonly lastStep: number;
  readonly accessCount: number;
  /** Files of before have none, nor the next. */
  readonly lostViews?: readonly SeenLostViews[];
  readonly threadDuplicates?: readonly SeenThreadDuplicate[];
}

const memoryBytes = whole(0, MAX_MEMORY_BYTES);

const inputs = object<InputsSummary>({
  initialMemoryBytes: memoryBytes,
  wholeBefore: nullable(whole()),
});

const site = object<SiteSummary>({
  id: whole(),
  module: whole(),
  functionIndex: whole(),
  functionName: text(),
  offset: whole(),
  functionOffset: whole(),
  instruction: text(),
  width: whole(),
});

const unjudged = list(object<UnjudgedModule>({ module: whole(), because: memberOf<HeapDoubt>(HEAP_DOUBTS) }));

const heapBlock = object<HeapBlock>({
  address,
  size: memoryBytes,
  instance: whole(),
  made: whole(),
  freed: nullable(whole()),
});

const heap = object<SeenHeap>({
  faults: list(
    object<HeapFault>({
      kind: memberOf<HeapFaultKind>({
        overflow: true,
        'use-after-free': true,
        'double-free': true,
        'invalid-free': true,
      }),
      block: heapBlock,
      other: nullable(heapBlock),
      into: nullable(
        object<NonNullable<HeapFault['into']>>({
          block: heapBlock,
          rest: list(object<{ address: number; length: number }>({ address, length: memoryBytes })),
        }),
      ),
      modules: list(whole()),
      at: whole(),
      step: whole(),
      isRead: boolean,
      instance: whole(),
      module: whole(),
      call: nullable(whole()),
      site: whole(HOST),
      address,
      length: memoryBytes,
      count: whole(),
    }),
  ),
  unfollowed: unjudged,
  unknown: unjudged,
  left: unjudged,
  isBlind: boolean,
});

function memorySize(value: unknown, what: string): MemorySize {
  const [at, bytes, ...more] = list(whole())(value, what);
  if (bytes === undefined || bytes > MAX_MEMORY_BYTES || more.length > 0)
    throw new TypeError(`${what} is no size of a memory`);
  return [at, bytes];
}

function stepRange(value: unknown, what: string): StepRange {
  const [after, upTo, ...more] = list(whole())(value, what);
  if (upTo === undefined || upTo <= after || more.length > 0) throw new TypeError(`${what} is no range of steps`);
  return [after, upTo];
}

const lostViews = list(
  object<SeenLostViews>({
    by: object<Writer>({ kind: oneOf('import', 'export'), instance: whole(), name: text() }),
    wrote: whole(1),
    missed: whole(1),
    bytes: memoryBytes,
    isReadAgain: boolean,
    call: nullable(whole()),
    step,
  }),
);

const threadAllocation = object<ThreadAllocation>({
  thread: whole(),
  instance: nullable(whole()),
  function: text(),
  bytes: memoryBytes,
});

const threadDuplicates = list(
  object<SeenThreadDuplicate>({
    module: whole(),
    address,
    first: threadAllocation,
    again: threadAllocation,
    isAtOnce: boolean,
    count: whole(1),
    call: nullable(whole()),
    step,
  }),
);

const fields: Fields<Omit<RecordingHeader, 'lostViews' | 'threadDuplicates'>> = {
  run: checkRun,
  inputs,
  heap,
  unexplained: nullable(object({ access: whole(), count: whole() })),
  unsure: list(stepRange),
  sites: list(site),
  segments: list(object<SegmentSummary>({ id: whole(), module: whole(), segment: whole() })),
  beginning: object<KeptRecording['beginning']>({ step: whole(), access: whole() }),
  sizes: list(memorySize),
  callCount: whole(),
  lastStep: whole(),
  accessCount: whole(),
};

/** Findings ask the recording about these moments. */
const header = refined(
  object(fields, { lostViews, threadDuplicates }),
  ({ lostViews: lost = [], threadDuplicates: twice = [], lastStep, callCount }) =>
    [...lost, ...twice].every(({ step: at, call }) => at <= lastStep && (call === null || call < callCount)),
  'of a recording that has the steps and calls of its lost views and of what threads got twice',
);

/** Checks a header that was parsed from JSON. Throws a TypeError that names what is wrong. */
export const checkHeader = (value: unknown): RecordingHeader => header(value, 'the header');
