// States of the panel by name, for the harness, the screenshots and the tests.
import type { BegunCall, CallRecord } from '../../src/protocol/call.ts';
import type { Claim } from '../../src/protocol/claims.ts';
import type { Finding } from '../../src/protocol/finding.ts';
import { type KeptPlaces, NO_PLACES } from '../../src/protocol/keptPlaces.ts';
import type { PanelState, SourceView } from '../../src/protocol/panel.ts';
import type { Problem } from '../../src/protocol/problem.ts';
import { madeBefore } from '../../src/protocol/traceRow.ts';
import { address, step, WASM_PAGE_BYTES } from '../../src/protocol/units.ts';
import type { ShownState } from '../data/run.ts';
import { DEMO_CLAIMS, MODULES_CLAIMS } from './claimed.ts';
import {
  corruptedRun,
  corruptedWrites,
  curedRun,
  DEAD_POINTER,
  DUPLICATES,
  EVERY_KIND,
  everyKindRun,
} from './foundRuns.ts';
import { HEAP_BLOCKS } from './heapBlocks.ts';
import { MODULES_WRITES, manyNestedCalls, modulesRun } from './moduleRuns.ts';
import { MillionLoads, millionRun, NESTED_WRITES, nestedRun, OWNED_WRITES, ownedRun } from './recordedRuns.ts';
import {
  demoCalls,
  demoSnapshot,
  demoWrites,
  INITIAL_DATA,
  i32,
  type MadeRun,
  shownRun,
  withCalls,
} from './syntheticRun.ts';
import { type MadeBlock, type Recording, type Write, WrittenMemory } from './writtenMemory.ts';

export interface Scenario {
  readonly state: PanelState;
  readonly recording: Recording;
  /** All calls of its run, which the recording tells. */
  readonly calls: readonly CallRecord[];
  /** The workspace's file of templates; none where it is missing. */
  readonly templates?: string;
}

type RunScenario = Scenario & { readonly state: Extract<PanelState, { kind: 'run' }> };

const SOURCE: SourceView = { uri: 'file:///workspace/guests/guest.wasm', label: 'guest.wasm', folder: 'guests' };
const GIB4 = 2 ** 32;

/** What is said of a run beside its calls and writes. */
interface Made {
  readonly trusted?: boolean;
  readonly findings?: readonly Finding[];
  readonly claims?: readonly (readonly Claim[])[];
  /** Ascending by their addresses. */
  readonly blocks?: readonly MadeBlock[];
  readonly running?: readonly BegunCall[];
}

export function ran(
  { calls, ...run }: MadeRun,
  writes: readonly Write[] = demoWrites(calls),
  { trusted = true, findings = [], claims = DEMO_CLAIMS, blocks = [], running = [] }: Made = {},
): RunScenario {
  return {
    state: {
      kind: 'run',
      runId: 1,
      source: SOURCE,
      trusted,
      opened: false,
      goesOn: false,
      state: 'separate',
      comparison: null,
      places: NO_PLACES,
      linked: null,
      renames: 0,
      run,
    },
    recording: new WrittenMemory(
      writes,
      sizes(run.initialMemoryBytes, calls, writes),
      calls,
      findings,
      claims,
      blocks,
      { instances: run.initialMemoryBytes === null ? [] : madeBefore(run.instances), running },
    ),
    calls,
  };
}

/** The demo, whose memory can be written to. @param edits what the user wrote, one step each */
export function ongoing(edits: readonly (readonly [at: number, bytes: readonly number[]])[] = []): RunScenario {
  const run = demoSnapshot(3);
  const writes = edits.map(([at, bytes], index) => ({
    step: run.lastStep + 1 + index,
    address: at,
    bytes,
    owner: { kind: 'host' } as const,
    call: null,
  }));
  const lastStep = step(run.lastStep + edits.length);
  const made = ran({ ...run, lastStep, stepsBeside: edits.length }, [...demoWrites(run.calls), ...writes]);
  return { ...made, state: { ...made.state, goesOn: true } };
}

/** Size of the memory at the beginning, after each call, and after each growth that is told. */
function sizes(
  initial: number | null,
  calls: readonly CallRecord[],
  writes: readonly Write[],
): (readonly [from: number, memoryBytes: number])[] {
  let size = initial ?? 0;
  const grown = writes.flatMap(({ step: at, grownPages = 0 }) => {
    size += grownPages * WASM_PAGE_BYTES;
    return grownPages > 0 ? [[at, size] as const] : [];
  });
  const known = [[0, initial ?? 0] as const, ...calls.map(each => [each.step, each.memoryBytes] as const), ...grown];
  return known.sort(([a], [b]) => a - b);
}

/** The i32 of the demo, a byte of it, what no memory has any more, and two moments. */
const KEPT_PLACES: KeptPlaces = {
  watches: [
    { id: 1, address: address(0x548), type: 'i32', name: 'the value' },
    { id: 2, address: address(0x549), type: 'u8', name: '' },
    { id: 4, address: address(0x20_0000), type: 'f64', name: 'beyond' },
  ],
  bookmarks: [
    { id: 3, step: step(7), call: 7, address: address(0x548), name: 'still right' },
    { id: 5, step: step(99), call: null, address: address(0x548), name: '' },
  ],
};

/** The same where another panel shows the run, too. @param linked null where none does */
export function withLink(scenario: RunScenario, linked: boolean | null): RunScenario {
  return { ...scenario, state: { ...scenario.state, linked } };
}

/** The same with what the user keeps for its module. */
function withPlaces(scenario: RunScenario, places: KeptPlaces): RunScenario {
  return { ...scenario, state: { ...scenario.state, places } };
}

/** The same as a recording that was opened. */
function opened(label: string, scenario: RunScenario): RunScenario {
  const { state } = scenario;
  return { ...scenario, state: { ...state, opened: true, state: null, source: { ...SOURCE, label } } };
}

function replaceLast(calls: readonly CallRecord[], overrides: Partial<CallRecord>): CallRecord[] {
  return calls.map((call, i) => (i === calls.length - 1 ? { ...call, ...overrides } : call));
}

function trapped(): RunScenario {
  const calls = replaceLast(demoCalls(3).slice(0, 6), {
    end: 'trapped',
    watched: { before: 103, after: 80 + 23, printed: null },
    bytesChanged: 0,
    trap: {
      message: 'memory access out of bounds',
      stack: [
        { module: 0, function: 'add_23', functionIndex: 3, offset: 0x1d2 },
        { module: 0, function: '~lib/rt/stub/__alloc', functionIndex: 1, offset: 0x9a },
        { module: 0, function: 'func[7]', functionIndex: 7, offset: null },
      ],
      outOfBounds: {
        instruction: 'i32.load',
        memoryBytes: 65_536,
        range: { of: 'memory', address: 0x1_0000_000b, offset: 12, length: 4 },
        pointer: {
          kind: 'loaded',
          address: address(0x548),
          length: 4,
          value: 0xffff_ffff,
          step: step(5),
          writers: [
            {
              kind: 'write',
              address: address(0x548),
              length: 4,
              step: step(2),
              call: 2,
              owner: { kind: 'instance', instance: 0 },
              by: '#0',
              site: {
                module: 0,
                function: 'add_23',
                functionIndex: 3,
                offset: 0x1c0,
                functionOffset: 0x12,
                instruction: 'memory.fill',
              },
            },
          ],
        },
      },
    },
  });
  return ran(
    demoSnapshot(3, {
      status: 'trapped',
      calls,
      problem: {
        kind: 'trap',
        message: 'add_23 of #1 trapped in call 6: memory access out of bounds.',
        remedy: 'The stack below the call names the function and its offset in the file.',
      },
    }),
  );
}

/** The reference's guest: it prints 34 … and changes only a copy, so that memory still holds 11. */
function difference(): RunScenario {
  const calls = demoCalls(3).map(call => ({
    ...call,
    // What it stores it stores to a memory of its own: after the first call there is no further step.
    stepBefore: step(call.index === 1 ? 0 : 1),
    step: step(1),
    accesses: call.index === 1 ? 1 : 0,
    watched: call.index === 1 ? { before: null, after: 11, printed: 11 } : { before: 11, after: 11, printed: 34 },
    bytesChanged: call.index === 1 ? 4 : 0,
    printed: [`${call.function}[#${call.instance}]: ${call.index === 1 ? 11 : 34}`],
  }));
  return ran(
    demoSnapshot(3, {
      calls,
      problem: {
        kind: 'wrong-value',
        message: 'Memory holds 11 at 0x548 where 356 was expected; the guest printed 34 in each call.',
        remedy: 'Select a call marked ≠ to see what it changed in memory.',
      },
    }),
  );
}

/** alloc_11, twelve times add_23 of #0, nine times that of #1, then in turns. */
function repeatedRun(): MadeRun {
  const instanceOf = (index: number): number => (index <= 13 ? 0 : index <= 22 ? 1 : index % 3);
  const calls = demoCalls(5).map(call => ({ ...call, instance: instanceOf(call.index) }));
  return withCalls(demoSnapshot(3), calls);
}

function huge(): RunScenario {
  const writes: Write[] = [...INITIAL_DATA];
  // Something to see everywhere: a row of text in each of the pages that a test or a picture looks at.
  for (let at = 0; at < GIB4; at += GIB4 / 64) {
    writes.push({
      step: 0,
      address: at + 0x20,
      bytes: Array.from({ length: 96 }, (_, i) => (i * 37 + at / 2 ** 26) % 256),
    });
  }
  const run = demoSnapshot(3);
  const calls = run.calls.map(call => ({ ...call, memoryBytes: GIB4 }));
  return ran(withCalls({ ...run, initialMemoryBytes: GIB4 }, calls), [...writes, ...demoWrites(run.calls)]);
}

function cured(): RunScenario {
  const { run, comparison } = curedRun();
  const scenario = ran(run, corruptedWrites());
  return { ...scenario, state: { ...scenario.state, state: 'shared', comparison } };
}

function running(): RunScenario {
  const calls = demoCalls(3).slice(0, 7);
  const run = demoSnapshot(3, { status: 'running', calls, callsUnderWay: 1, verdict: { expected: 356, actual: null } });
  return ran(run, undefined, { running: demoCalls(3).slice(7, 8) });
}

/** It takes long: half a minute has passed. */
function making(): Scenario {
  const phase = { kind: 'making', instance: 1, since: Date.now() - 33_000, limit: 10 } as const;
  return ran(
    demoSnapshot(3, {
      status: 'running',
      calls: [],
      phase,
      initialMemoryBytes: null,
      verdict: { expected: 356, actual: null },
    }),
    [],
  );
}

function paused(): RunScenario {
  const run = { ...nestedRun(), status: 'running', isPaused: true } as const;
  return opened('program.mjs', ran(run, NESTED_WRITES));
}

function grown(): RunScenario {
  const calls = demoCalls(3).map(call => ({
    ...call,
    grownPages: call.index === 4 ? 2 : 0,
    memoryBytes: call.memoryBytes + (call.index >= 4 ? 2 * 65_536 : 0),
  }));
  return ran(demoSnapshot(3, { calls }));
}

const NOTHING_CALLED = { watch: null, calls: [], verdict: null } as const;

const rejectedFor = (problem: Problem): RunScenario =>
  ran(
    demoSnapshot(3, {
      ...NOTHING_CALLED,
      status: 'rejected',
      modules: [],
      instances: [],
      initialMemoryBytes: null,
      problem,
    }),
  );

const rejected = (): RunScenario =>
  rejectedFor({
    kind: 'not-wasm',
    message: 'guest.wasm is not WebAssembly: it begins with “version https://git-lfs”, a Git LFS pointer.',
    remedy: 'Fetch the real file with “git lfs pull” and run again.',
  });

/** A program used no module. */
const nothingRecorded = (): RunScenario =>
  opened(
    'program.mjs',
    rejectedFor({
      kind: 'nothing-recorded',
      message: 'The script has instantiated no module with code and a memory, so there is nothing to record.',
      remedy: 'Record a program that uses WebAssembly.',
    }),
  );

function lookedAt(): RunScenario {
  return ran(
    demoSnapshot(0, {
      ...NOTHING_CALLED,
      status: 'looked-at',
      problem: {
        kind: 'untrusted-workspace',
        message: 'The module was not run, because this workspace is not trusted.',
        remedy: 'Memory is shown as the data segments leave it; trust the workspace to run the demo.',
      },
    }),
    INITIAL_DATA,
    { trusted: false, claims: [] },
  );
}

function timedOut(): RunScenario {
  const calls = replaceLast(demoCalls(3).slice(0, 4), { end: 'stopped', durationNs: 10_000_000_000, bytesChanged: 3 });
  const writes = [...demoWrites(calls), { step: 4, address: 0x600, bytes: [...i32(0x10203), 0, 0, 0, 0] }];
  return ran(
    demoSnapshot(3, {
      status: 'timed-out',
      calls,
      verdict: { expected: 356, actual: null },
      problem: {
        kind: 'timed-out',
        message: 'add_23 of #2 did not return within 10 s, so the run was ended.',
        remedy: 'What was recorded until then is shown; the limit is the setting “Wasm Shared Memory: Time Limit”.',
      },
    }),
    writes,
  );
}

function noDemo(): RunScenario {
  return ran(
    demoSnapshot(3, {
      ...NOTHING_CALLED,
      modules: [
        {
          name: 'guest.wasm',
          sha256: '60'.repeat(32),
          instanceState: 'separate',
          size: 911,
          memory: { kind: 'defined', minimum: 17, maximum: 32, shared: false, pages: 17 },
          imports: [{ module: 'env', name: 'now', kind: 'function', type: '() -> i64', provided: 'stub' }],
          exports: [
            { name: 'main', kind: 'function', type: '() -> i32' },
            { name: 'memory', kind: 'memory', type: 'memory 17 32' },
            { name: 'reset', kind: 'function', type: '() -> ()' },
          ],
        },
      ],
      stubsCalled: [{ module: 'env', name: 'now', calls: 2 }],
      problem: {
        kind: 'no-scenario',
        message: 'The module exports no alloc_11 and no add_23; its exports are main, memory and reset.',
        remedy: 'Its instances were made over one memory, which is shown; export both functions to run the demo.',
      },
    }),
    INITIAL_DATA,
  );
}

function withoutRun(state: PanelState): Scenario {
  return { state, recording: new WrittenMemory([], []), calls: [] };
}

const problem = {
  kind: 'engine-failure',
  message: 'guest.wasm can’t be read: there is no such file in guests.',
  remedy: 'Build it, or choose another file.',
} as const;

const DEMO_TEMPLATES = `// What the demo's guest keeps.
struct Pair {
  u32 first;
  u32 second;
}
struct Cell {
  i32 value;
  Pair* pair @48; // at 0x578: 0x548, this cell
}
Cell cell @0x548;
char[24] text @0x554;
`;

export const SCENARIOS = {
  demo: () => ran(demoSnapshot(3)),
  ongoing: () => ongoing(),
  trapped,
  difference,
  huge,
  running,
  making,
  /** a program whose recording is paused */
  paused,
  grown,
  rejected,
  nothingRecorded,
  lookedAt,
  timedOut,
  noDemo,
  /** the demo's memory, with templates in the workspace */
  templates: () => ({ ...ran(demoSnapshot(3)), templates: DEMO_TEMPLATES }),
  /** several owners of bytes */
  owned: () => ran(ownedRun(), OWNED_WRITES),
  /** a program, whose calls enclose each other */
  nested: () => ran(nestedRun(), NESTED_WRITES),
  /** a program of several modules, whose instances call each other, and whose threads' calls overlap */
  modules: () => opened('parse.wsmrec', ran(modulesRun(), MODULES_WRITES, { claims: MODULES_CLAIMS })),
  /** thousands of calls of one instance by another */
  manyNested: () =>
    opened('parse.wsmrec', ran(manyNestedCalls(5000), MODULES_WRITES.slice(0, INITIAL_DATA.length + 1))),
  /** many equal calls that follow each other */
  repeated: () => ran(repeatedRun()),
  /** a call of a million accesses */
  million: () => ({ ...ran(millionRun()), recording: new MillionLoads() }),
  /** older steps were dropped, and loads are not recorded although they were asked for */
  dropped: () =>
    ran(demoSnapshot(3, { firstStep: step(6), recordNote: 'Loads are not recorded: the module uses memory64.' })),
  /** single accesses were not asked for */
  callsOnly: () =>
    ran(demoSnapshot(3, { record: 'calls', calls: demoCalls(3).map(call => ({ ...call, accesses: 0 })) })),
  /** each instance allocates, and gets the same address: two findings */
  corrupted: () => ran(corruptedRun(), corruptedWrites(), { findings: DUPLICATES }),
  /** the same with shared state, beside what came of it without */
  cured,
  /** a finding of each kind */
  everyFinding: () => ran(everyKindRun(), corruptedWrites(), { findings: EVERY_KIND }),
  /** the value is the expected one by luck */
  deadPointer: () => ran(demoSnapshot(3), undefined, { findings: [DEAD_POINTER] }),
  /** allocators of two instances, whose blocks are not all freed */
  heap: () => ran(demoSnapshot(3), undefined, { blocks: HEAP_BLOCKS }),
  /** the user watches values, and has bookmarks */
  kept: () => withPlaces(ran(demoSnapshot(3)), KEPT_PLACES),
  /** another panel shows the run, and follows or not */
  linked: () => withLink(ran(demoSnapshot(3)), true),
  unlinked: () => withLink(ran(corruptedRun(), corruptedWrites(), { findings: DUPLICATES }), false),
  many: () => ran(demoSnapshot(64)),
  empty: () => withoutRun({ kind: 'empty', trusted: true }),
  untrusted: () => withoutRun({ kind: 'empty', trusted: false }),
  failed: () => withoutRun({ kind: 'failed', source: SOURCE, trusted: true, problem }),
} as const satisfies Record<string, () => Scenario>;

/** The run of a scenario that has one. */
export function runOf({ state, calls }: Scenario): MadeRun {
  if (state.kind !== 'run') throw new Error('no run');
  return { ...state.run, calls };
}

/** The state as the panel shows it. */
export function shownState(scenario: Scenario): ShownState {
  const { state } = scenario;
  return state.kind === 'run' ? { ...state, run: shownRun(runOf(scenario)) } : state;
}

export type ScenarioName = keyof typeof SCENARIOS;
