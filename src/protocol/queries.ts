// What can be asked of a recording: one table, from which requests, their handlers and their checks derive.

import type {
  AccessView,
  BegunRange,
  ChangedRanges,
  DifferingPart,
  LastChange,
  MadeBy,
  NearestDifference,
  Overwrite,
  PageDifference,
  PageSummary,
  PageView,
  StepView,
  WriteView,
} from './access.ts';
import {
  AXES,
  type CallFilter,
  type CallGroup,
  type CallGroups,
  type CallRecord,
  type CallTimeline,
  type CallWindow,
  GROUP_ORDERS,
  type Span,
  type StepCall,
} from './call.ts';
import {
  address,
  boolean,
  type Check,
  type Checked,
  list,
  nullable,
  number,
  object,
  oneOf,
  pageIndex,
  refined,
  step,
  tagged,
  text,
  whole,
} from './check.ts';
import type { Claim } from './claims.ts';
import type { Finding } from './finding.ts';
import { type KnownFunction, type NamesOfModule, namedFunction, userNamesOfModules } from './functionNames.ts';
import type { HeapBlocks } from './heapBlocks.ts';
import { MAX_PLACES, type WatchedBytes } from './keptPlaces.ts';
import type { CodeAround } from './moduleEditor.ts';
import { type Matches, type StandingAnswer, type StandingQuestion, searchQuery } from './search.ts';
import { type Folding, ROW_CHOICES, type TraceAnchor, type TraceWindow } from './traceRow.ts';
import { MAX_MEMORY_BYTES, SHOWN_PAGE_BYTES } from './units.ts';

/** Most pages in one answer: 4 MiB, far more than any screen shows. */
const MAX_PAGES = 1024;

/** Most entries of a list in one answer. */
const MAX_ENTRIES = 10_000;

/** Most bytes that are asked for at a time. */
const MAX_BYTES = 2 ** 30;

interface QueryType<Params, Answer> {
  readonly params: Check<Params>;
  readonly answer: Type<Answer>;
}

/** Stands for a type where there is no value of it. */
type Type<T> = (value: T) => T;

/** The recording thread is built from the same sources: its answers need no check. */
const answer =
  <T>(): Type<T> =>
  value =>
    value;

const query = <Params, Answer>(params: Check<Params>, type: Type<Answer>): QueryType<Params, Answer> => ({
  params,
  answer: type,
});

const entries = whole(0, MAX_ENTRIES);

/** Most calls in one answer. */
const MAX_CALLS = 1000;

/** Indices of calls: all that have findings, which are themselves with whoever names them. */
const someCalls = list(whole(), 0, 1_000_000);

const span = object<Span>({ axis: oneOf(...AXES), from: number, to: number });

type OptionalFilter = Pick<CallFilter, 'function' | 'only' | 'search' | 'span'>;

const filter = object<Omit<CallFilter, keyof OptionalFilter>, Required<OptionalFilter>>(
  {
    instance: nullable(whole()),
    text: text(0, 1000),
    trapped: boolean,
    differs: boolean,
    rows: oneOf(...ROW_CHOICES),
  },
  { function: text(0, 10_000), only: someCalls, search: text(0, 1000), span },
);

const folding = object<Folding>({ unfolded: someCalls, apart: someCalls });

/** `length` bytes from `address` on. */
const range = (limit: number) => ({ address, length: whole(1, limit) });

const inMemory = <Range extends { readonly address: number; readonly length: number }>(params: Check<Range>) =>
  refined(params, at => at.address + at.length <= MAX_MEMORY_BYTES, 'a range that ends in memory');

/** What a panel may ask. */
export const PANEL_QUERIES = {
  /** `since`, where given, is the step against which `changed` is told: that before a call, or any that the user compares with; else the step before. */
  readPages: query(
    object({ step, pages: list(pageIndex, 0, MAX_PAGES) }, { since: step }),
    answer<readonly PageView[]>(),
  ),
  lastChange: query(object({ step, address }), answer<LastChange>()),
  madeBy: query(object({ step, address }), answer<MadeBy>()),
  describeStep: query(object({ step }), answer<StepView>()),
  /** Calls that a filter lets through, `count` of them from the `from`-th on (0 is the first). */
  calls: query(object({ from: whole(), count: whole(0, MAX_CALLS), filter }), answer<CallWindow>()),
  /** Rows of the trace that a filter lets through: calls, and what happened beside them. */
  traceRows: query(object({ from: whole(), count: whole(0, MAX_CALLS), filter }, { folding }), answer<TraceWindow>()),
  /** How many of the rows that a filter lets through come before one, which may be none of them. */
  traceRowsBefore: query(
    object(
      {
        anchor: tagged<TraceAnchor, 'kind'>('kind', { call: { call: whole() }, step: { step: whole() } }),
        filter,
      },
      { folding },
    ),
    answer<number>(),
  ),
  callOfStep: query(object({ step }), answer<StepCall>()),
  /** How many of the calls that a filter lets through began before a call (by {@link CallRecord.index}). */
  callsBefore: query(object({ call: whole(), filter }), answer<number>()),
  /** Calls that a filter lets through, by their functions: the first `count` groups of an order. */
  callGroups: query(
    object({ filter, by: oneOf(...GROUP_ORDERS), descending: boolean, count: whole(0, MAX_CALLS) }),
    answer<CallGroups>(),
  ),
  /** What the calls that a filter lets through did together; the function's name is empty. */
  callTotals: query(object({ filter }), answer<CallGroup>()),
  /** Calls along an axis, in a range of it (all where it is null), for a drawing of so many columns. */
  callTimeline: query(
    object({
      axis: oneOf(...AXES),
      range: nullable(object({ from: number, to: number })),
      columns: whole(1, MAX_ENTRIES),
    }),
    answer<CallTimeline>(),
  ),
  /**
   * Calls to draw where they are closer together than pixels: all calls share `columns` columns evenly, and of each instance's
   * calls in a column there is the first, and behind all those the first that is in trouble.
   */
  callSample: query(object({ columns: whole(1, MAX_ENTRIES) }), answer<readonly CallRecord[]>()),
  /** Accesses of a call (by {@link CallRecord.index}), `count` from the `from`-th on (0 is its first). */
  accesses: query(object({ call: whole(), from: whole(), count: entries }), answer<readonly AccessView[]>()),
  /** Writes that touch the range, up to the step, the newest first; `count` at the most. */
  writesTo: query(
    inMemory(object({ step, ...range(MAX_MEMORY_BYTES), count: entries })),
    answer<readonly WriteView[]>(),
  ),
  /** Writes that touch the range: `count` at the most of those up to the step, the newest first, or of those behind it, the oldest first. */
  overwrites: query(
    inMemory(object({ step, ...range(MAX_MEMORY_BYTES), count: whole(1, 1000), direction: oneOf('next', 'previous') })),
    answer<readonly Overwrite[]>(),
  ),
  /** The next write to a byte after the step, or the one before the write that the step sees; null where there is none. */
  neighbourWrite: query(object({ step, address, direction: oneOf('next', 'previous') }), answer<WriteView | null>()),
  /** Owners and writes of `count` pages from `first` on; those that nobody ever wrote are left out. */
  overview: query(object({ step, first: pageIndex, count: entries }), answer<readonly PageSummary[]>()),
  /** Of `count` pages from `first` on those with bytes that are others than at the step `since`, which may be a later one. */
  differingPages: query(
    object({ step, since: step, first: pageIndex, count: entries }),
    answer<readonly PageDifference[]>(),
  ),
  /**
   * The ranges that begin in a page and behind it, in the order of their addresses, without the first `skip` of them: as many as are
   * found in bounded time, `count` at the most.
   */
  differingRanges: query(
    object({
      step,
      since: step,
      first: pageIndex,
      skip: whole(0, SHOWN_PAGE_BYTES),
      begun: nullable(object<BegunRange>({ address, length: whole(1, MAX_MEMORY_BYTES), last: whole() })),
      count: whole(1, 1000),
    }),
    answer<DifferingPart>(),
  ),
  /** Blocks that allocators have handed out and not taken back at a step, `count` from the `from`-th on, by their addresses. */
  heapBlocks: query(object({ step, from: whole(), count: entries }), answer<HeapBlocks>()),
  /** Numbers of up to 8 bytes at a step, each with the last `count` writes that touched it. */
  watched: query(
    object({ step, places: list(inMemory(object(range(8))), 0, MAX_PLACES), count: whole(0, 100) }),
    answer<readonly WatchedBytes[]>(),
  ),
  /** What is wrong with memory, as far as it is recorded by now, in the order in which it happened. */
  findings: query(object({}), answer<readonly Finding[]>()),
  /** What each module claims of memory, by its index: of those that have instances, and maybe of more. */
  claims: query(object({}), answer<readonly (readonly Claim[])[]>()),
  /** The lines of code before and behind an instruction, `around` each; null where no function of the module has code there. */
  codeAround: query(object({ module: whole(), offset: whole(), around: whole(0, 100) }), answer<CodeAround | null>()),
  /** The nearest bytes that are others than at the step `since`, in bounded time. */
  nearestDifference: query(
    object({ step, since: step, from: nullable(address), direction: oneOf('next', 'previous') }),
    answer<NearestDifference>(),
  ),
  /** All matches from an address on, as many as are found in bounded time; `count` at the most. */
  matches: query(object({ step, query: searchQuery, from: whole(), count: whole(1, MAX_ENTRIES) }), answer<Matches>()),
  /** When what is searched for stood anywhere in memory: a part of the answer. */
  standing: query(
    object<StandingQuestion>({
      query: searchQuery,
      phase: oneOf('ends', 'writes'),
      page: whole(),
      after: nullable(step),
      upTo: step,
      first: nullable(whole()),
      last: nullable(whole()),
    }),
    answer<StandingAnswer>(),
  ),
  /** Bytes that are others at a step than at the step `since`, which is an earlier one; the first 10,000 ranges at the most. */
  changedRanges: query(object({ step, since: step }), answer<ChangedRanges>()),
} as const;

const QUERIES = {
  ...PANEL_QUERIES,
  /**
   * Accesses that touch the range, from a number on (that of the recording) up to the step, in their order: writes, growths of memory
   * that made some of these bytes, and with `reads` loads. As many of them as are found in bounded time, `count` at the most; `next` is where to go on, null at the end.
   */
  accessesTo: query(
    inMemory(object({ step, ...range(MAX_MEMORY_BYTES), from: whole(), count: whole(1, MAX_ENTRIES), reads: boolean })),
    answer<{ readonly accesses: readonly AccessView[]; readonly next: number | null }>(),
  ),
  /** Of each range the last write up to the step that touched it; null where none is kept. */
  lastWrites: query(
    object({ step, ranges: list(inMemory(object(range(MAX_MEMORY_BYTES))), 0, MAX_ENTRIES) }),
    answer<readonly (WriteView | null)[]>(),
  ),
  /** Numbers of the accesses that are kept up to a step: `first` … `end − 1`. */
  accessNumbers: query(object({ step }), answer<{ readonly first: number; readonly end: number }>()),
  access: query(object({ access: whole() }), answer<AccessView>()),
  /**
   * A digest of `count` accesses from the `from`-th of the recording on: recordings in which they are the same have the same one.
   * What loads read is in it where `loaded` says so; else it follows from memory before them, and the writes.
   */
  accessDigest: query(object({ from: whole(), count: whole(1, MAX_ENTRIES), loaded: boolean }), answer<string>()),
  bytes: query(inMemory(object({ step, ...range(MAX_BYTES) })), answer<Uint8Array>()),
  /** The function that is called so; null where the code of its module is not known, or it is none of a module. */
  functionOf: query(object({ of: namedFunction }), answer<KnownFunction | null>()),
  /**
   * From now on answers call functions as their user does, see `functionNames.ts`; the recording itself keeps the names of the modules.
   * It is a query since whoever looks on at a run of another process asks queries alone.
   */
  nameFunctions: query(object({ modules: userNamesOfModules }), answer<readonly NamesOfModule[]>()),
} as const;

export type PanelQuery = keyof typeof PANEL_QUERIES;
export type QueryName = keyof typeof QUERIES;

export const QUERY_NAMES = Object.keys(QUERIES) as readonly QueryName[]; // the table has no other keys

/** The queries as requests. They fail with a RangeError's message outside `firstStep … lastStep` or outside the memory. */
export type QueryRequests = {
  [Name in QueryName]: {
    params: Checked<(typeof QUERIES)[Name]['params']>;
    result: ReturnType<(typeof QUERIES)[Name]['answer']>;
  };
};

export type Params<Name extends QueryName> = QueryRequests[Name]['params'];
export type Answer<Name extends QueryName> = QueryRequests[Name]['result'];

/** What a recording answers to each query. */
export type Answers<Names extends QueryName = QueryName> = {
  [Name in Names]: (params: Params<Name>) => Answer<Name>;
};

/** The check of a query's parameters. */
export function paramsOf<Name extends QueryName>(name: Name): Check<Params<Name>> {
  const queries: { readonly [Each in QueryName]: { readonly params: Check<Params<Each>> } } = QUERIES;
  return queries[name].params;
}
