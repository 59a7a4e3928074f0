// Checks what a recording's file says of its run: it comes from anywhere, and the panel relies on its shape.

import type { SiteView } from '../../protocol/access.ts';
import type { StackFrame, Trap, WatchedValue } from '../../protocol/call.ts';
import type { CallStack } from '../../protocol/callStack.ts';
import {
  address,
  boolean,
  type Check,
  list,
  memberOf,
  nullable,
  number,
  object,
  oneOf,
  refined,
  step,
  tagged,
  text,
  whole,
} from '../../protocol/check.ts';
import type {
  FaultyPointer,
  LongNumber,
  OutOfBounds,
  OutsideRange,
  PointerWriter,
} from '../../protocol/outOfBounds.ts';
import { CODED_INSTANCES, type Owner } from '../../protocol/owner.ts';
import type { Problem, ProblemKind } from '../../protocol/problem.ts';
import { PROVIDED, type Provided } from '../../protocol/provided.ts';
import type {
  ExportSummary,
  ExternalKind,
  ImportSummary,
  InstanceState,
  InstanceSummary,
  MemorySummary,
  ModuleSummary,
  RecordLevel,
  StubUse,
  Verdict,
  Watch,
} from '../../protocol/run.ts';
import type { KeptCall } from '../history/toldCalls.ts';
import type { RunFacts } from './header.ts';

const anyText = text();

const frame = object<StackFrame>({
  module: whole(),
  function: anyText,
  functionIndex: whole(),
  offset: nullable(whole()),
});

/** A number of up to 65 bits: a 64-bit address with its static offset. */
const longNumber: Check<LongNumber> = refined(
  (value, where) => (typeof value === 'string' ? text(1, 20)(value, where) : whole()(value, where)),
  value => typeof value === 'number' || /^\d+$/.test(value),
  'a whole number',
);
const range = tagged<OutsideRange, 'of'>('of', {
  memory: { address: longNumber, offset: longNumber, length: whole() },
  destination: { address: longNumber, offset: longNumber, length: whole() },
  source: { address: longNumber, offset: longNumber, length: whole() },
  segment: { segment: whole(), segmentBytes: whole(), address: longNumber, length: whole() },
});
const owner = tagged<Owner, 'kind'>('kind', {
  instance: { instance: whole(0, CODED_INSTANCES - 1) },
  host: {},
  thread: {},
  unrecorded: {},
  initial: {},
  never: {},
});
const site = object<SiteView>({
  module: whole(),
  function: anyText,
  functionIndex: whole(),
  offset: whole(),
  functionOffset: whole(),
  instruction: anyText,
});
const bytes = { address, length: whole(1) };
const writer = tagged<PointerWriter, 'kind'>('kind', {
  write: { ...bytes, step, call: nullable(whole()), owner, by: anyText, site: nullable(site) },
  initial: bytes,
  never: bytes,
  dropped: bytes,
});
const pointer = tagged<FaultyPointer, 'kind'>('kind', {
  loaded: { address, length: whole(1), value: longNumber, step, writers: list(writer) },
  constant: {},
  'not-recorded': {},
  unknown: {},
});
const outOfBounds = object<OutOfBounds>({
  instruction: anyText,
  memoryBytes: whole(),
  range: nullable(range),
  pointer,
});
const trap = object<Pick<Trap, 'message' | 'stack'>, Pick<Required<Trap>, 'outOfBounds'>>(
  { message: anyText, stack: list(frame) },
  { outOfBounds },
);
const watched = object<WatchedValue>({ before: nullable(number), after: nullable(number), printed: nullable(number) });

const callStack = object<CallStack>({
  before: address,
  after: address,
  lowest: address,
  outer: nullable(object<NonNullable<CallStack['outer']>>({ instance: whole(), pointer: address })),
});

/** What few calls have. */
export type RareOfCall = Pick<KeptCall, 'trap' | 'printed' | 'watched' | 'stack'>;

/** @throws TypeError that names what is wrong */
export const checkRareOfCall: Check<RareOfCall> = object<
  Omit<RareOfCall, 'stack'>,
  Pick<Required<RareOfCall>, 'stack'>
>({ trap: nullable(trap), printed: list(anyText), watched: nullable(watched) }, { stack: callStack });

const memory = object<MemorySummary>({
  kind: memberOf<MemorySummary['kind']>({ imported: true, defined: true }),
  minimum: whole(),
  maximum: nullable(whole()),
  shared: boolean,
  pages: whole(),
});

const kind = memberOf<ExternalKind>({ function: true, table: true, memory: true, global: true, tag: true });
const provided = memberOf<Provided>(PROVIDED);

const module = object<Omit<ModuleSummary, 'allocators'>, Pick<Required<ModuleSummary>, 'allocators'>>(
  {
    name: anyText,
    sha256: anyText,
    size: whole(),
    memory,
    instanceState: memberOf<InstanceState>({ separate: true, shared: true }),
    imports: list(object<ImportSummary>({ module: anyText, name: anyText, kind, type: anyText, provided })),
    exports: list(object<ExportSummary>({ name: anyText, kind, type: anyText })),
  },
  { allocators: list(anyText) },
);

const problemKind = memberOf<ProblemKind>({
  'unreadable-file': true,
  'empty-file': true,
  'not-wasm': true,
  component: true,
  'relocatable-object': true,
  truncated: true,
  malformed: true,
  'unsupported-feature': true,
  'no-memory': true,
  'unsupported-memory': true,
  'memory-not-available': true,
  'link-error': true,
  'no-scenario': true,
  trap: true,
  'timed-out': true,
  cancelled: true,
  'address-outside-memory': true,
  'wrong-value': true,
  'engine-failure': true,
  'nothing-recorded': true,
  'bad-recording': true,
  'untrusted-workspace': true,
});

const run = object<RunFacts>({
  status: oneOf('completed', 'trapped', 'timed-out', 'cancelled', 'looked-at'), // it has ended
  modules: list(module),
  instances: list(object<InstanceSummary>({ module: whole(), call: nullable(whole()), step })),
  watch: nullable(object<Watch>({ address, type: oneOf('i32') })),
  verdict: nullable(object<Verdict>({ expected: number, actual: nullable(number) })),
  record: memberOf<RecordLevel>({ calls: true, stores: true, all: true }),
  recordNote: nullable(anyText),
  notes: list(anyText),
  stubsCalled: list(object<StubUse>({ module: anyText, name: anyText, calls: whole() })),
  problem: nullable(object<Problem>({ kind: problemKind, message: anyText, remedy: anyText })),
});

/** @throws TypeError that names what is wrong */
export const checkRun: Check<RunFacts> = run;
