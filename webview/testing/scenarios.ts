// States of the panel by name, for the harness, the screenshots and the tests.
import type { PanelState, SourceView } from '../../src/protocol/panel.ts';
import type { CallRecord, RunSnapshot } from '../../src/protocol/run.ts';
import { step } from '../../src/protocol/units.ts';
import { MillionLoads, millionRun, OWNED_WRITES, ownedRun } from './recordedRuns.ts';
import { demoCalls, demoSnapshot, demoWrites, INITIAL_DATA, i32 } from './syntheticRun.ts';
import { type Recording, type Write, WrittenMemory } from './writtenMemory.ts';

export interface Scenario {
  readonly state: PanelState;
  readonly recording: Recording;
}

const SOURCE: SourceView = { uri: 'file:///workspace/guests/guest.wasm', label: 'guest.wasm', folder: 'guests' };
const GIB4 = 2 ** 32;

function ran(run: RunSnapshot, writes: readonly Write[] = demoWrites(run.calls), trusted = true): Scenario {
  return {
    state: { kind: 'run', runId: 1, source: SOURCE, trusted, opened: false, run },
    recording: new WrittenMemory(writes, sizes(run)),
  };
}

/** Size of the memory at the beginning and after each call. */
function sizes({ initialMemoryBytes, calls }: RunSnapshot): (readonly [from: number, memoryBytes: number])[] {
  return [[0, initialMemoryBytes ?? 0], ...calls.map(({ step: at, memoryBytes }) => [at, memoryBytes] as const)];
}

function replaceLast(calls: readonly CallRecord[], overrides: Partial<CallRecord>): CallRecord[] {
  return calls.map((call, i) => (i === calls.length - 1 ? { ...call, ...overrides } : call));
}

function trapped(): Scenario {
  const calls = replaceLast(demoCalls(3).slice(0, 6), {
    end: 'trapped',
    valueAfter: 80 + 23,
    bytesChanged: 0,
    trap: {
      message: 'memory access out of bounds',
      stack: [
        { function: 'add_23', functionIndex: 3, offset: 0x1d2 },
        { function: '~lib/rt/stub/__alloc', functionIndex: 1, offset: 0x9a },
        { function: 'func[7]', functionIndex: 7, offset: null },
      ],
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
function difference(): Scenario {
  const calls = demoCalls(3).map(call => ({
    ...call,
    // What it stores it stores to a memory of its own: after the first call there is no further step.
    stepBefore: step(call.index === 1 ? 0 : 1),
    step: step(1),
    accesses: call.index === 1 ? 1 : 0,
    valueBefore: call.index === 1 ? null : 11,
    valueAfter: 11,
    bytesChanged: call.index === 1 ? 4 : 0,
    printed: [`${call.function}[#${call.instance}]: ${call.index === 1 ? 11 : 34}`],
    difference: call.index === 1 ? null : { printed: 34, memory: 11 },
  }));
  return ran(
    demoSnapshot(3, {
      calls,
      actual: 11,
      problem: {
        kind: 'wrong-value',
        message: 'Memory holds 11 at 0x548 where 356 was expected; the guest printed 34 in each call.',
        remedy: 'Select a call marked ≠ to see what it changed in memory.',
      },
    }),
  );
}

function huge(): Scenario {
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
  return ran({ ...run, calls, initialMemoryBytes: GIB4 }, [...writes, ...demoWrites(run.calls)]);
}

function running(): Scenario {
  const calls = demoCalls(3).slice(0, 7);
  return ran(demoSnapshot(3, { status: 'running', calls, actual: null }));
}

function grown(): Scenario {
  const calls = demoCalls(3).map(call => ({
    ...call,
    grownPages: call.index === 4 ? 2 : 0,
    memoryBytes: call.memoryBytes + (call.index >= 4 ? 2 * 65_536 : 0),
  }));
  return ran(demoSnapshot(3, { calls }));
}

function rejected(): Scenario {
  const none = { address: null, calls: [], lastStep: step(0), initialMemoryBytes: null, expected: null, actual: null };
  return ran(
    demoSnapshot(3, {
      ...none,
      status: 'rejected',
      module: null,
      problem: {
        kind: 'not-wasm',
        message: 'guest.wasm is not WebAssembly: it begins with “version https://git-lfs”, a Git LFS pointer.',
        remedy: 'Fetch the real file with “git lfs pull” and run again.',
      },
    }),
  );
}

function lookedAt(): Scenario {
  const nothing = { instances: 0, address: null, calls: [], lastStep: step(0), expected: null, actual: null };
  return ran(
    demoSnapshot(3, {
      ...nothing,
      status: 'looked-at',
      problem: {
        kind: 'untrusted-workspace',
        message: 'The module was not run, because this workspace is not trusted.',
        remedy: 'Memory is shown as the data segments leave it; trust the workspace to run the demo.',
      },
    }),
    INITIAL_DATA,
    false,
  );
}

function timedOut(): Scenario {
  const calls = replaceLast(demoCalls(3).slice(0, 4), { end: 'stopped', durationNs: 10_000_000_000, bytesChanged: 3 });
  const writes = [...demoWrites(calls), { step: 4, address: 0x600, bytes: [...i32(0x10203), 0, 0, 0, 0] }];
  return ran(
    demoSnapshot(3, {
      status: 'timed-out',
      calls,
      actual: null,
      problem: {
        kind: 'timed-out',
        message: 'add_23 of #2 did not return within 10 s, so the run was ended.',
        remedy: 'What was recorded until then is shown; the limit is the setting “Wasm Shared Memory: Time Limit”.',
      },
    }),
    writes,
  );
}

function noDemo(): Scenario {
  const nothing = { address: null, calls: [], lastStep: step(0), expected: null, actual: null };
  return ran(
    demoSnapshot(3, {
      ...nothing,
      module: {
        size: 911,
        memory: { kind: 'defined', minimum: 17, maximum: 32, shared: false, pages: 17 },
        imports: [{ module: 'env', name: 'now', kind: 'function', type: '() -> i64', provided: 'stub' }],
        exports: [
          { name: 'main', kind: 'function', type: '() -> i32' },
          { name: 'memory', kind: 'memory', type: 'memory 17 32' },
          { name: 'reset', kind: 'function', type: '() -> ()' },
        ],
      },
      stubsCalled: [{ module: 'env', name: 'now', calls: 2 }],
      problem: {
        kind: 'demo-exports-missing',
        message: 'The module exports no alloc_11 and no add_23; its exports are main, memory and reset.',
        remedy: 'Its instances were made over one memory, which is shown; export both functions to run the demo.',
      },
    }),
    INITIAL_DATA,
  );
}

const problem = {
  kind: 'engine-failure',
  message: 'guest.wasm can’t be read: there is no such file in guests.',
  remedy: 'Build it, or choose another file.',
} as const;

export const SCENARIOS = {
  demo: () => ran(demoSnapshot(3)),
  trapped,
  difference,
  huge,
  running,
  grown,
  rejected,
  lookedAt,
  timedOut,
  noDemo,
  /** several owners of bytes */
  owned: () => ran(ownedRun(), OWNED_WRITES),
  /** a call of a million accesses */
  million: () => ({ ...ran(millionRun()), recording: new MillionLoads() }),
  /** older steps were dropped, and loads are not recorded although they were asked for */
  dropped: () =>
    ran({
      ...demoSnapshot(3),
      firstStep: step(6),
      recordNote: 'Loads are not recorded: the module uses memory64.',
    }),
  /** single accesses were not asked for */
  callsOnly: () =>
    ran(demoSnapshot(3, { record: 'calls', calls: demoCalls(3).map(call => ({ ...call, accesses: 0 })) })),
  many: () => ran(demoSnapshot(64)),
  empty: () => ({ state: { kind: 'empty', trusted: true }, recording: new WrittenMemory([], []) }),
  untrusted: () => ({ state: { kind: 'empty', trusted: false }, recording: new WrittenMemory([], []) }),
  failed: () => ({
    state: { kind: 'failed', source: SOURCE, trusted: true, problem },
    recording: new WrittenMemory([], []),
  }),
} as const satisfies Record<string, () => Scenario>;

export type ScenarioName = keyof typeof SCENARIOS;
