// The demo's run, made up for tests and screenshots: its calls, and one store each.

import type { SiteView } from '../../src/protocol/access.ts';
import { type CallRecord, isDifference } from '../../src/protocol/call.ts';
import type { InstanceSummary, ModuleSummary, RecordedSpan, RunSnapshot } from '../../src/protocol/run.ts';
import { address, type Step, step } from '../../src/protocol/units.ts';
import type { Run } from '../data/run.ts';
import { SnapshotCalls } from './snapshotCalls.ts';
import type { Write } from './writtenMemory.ts';

const encoder = new TextEncoder();

export function text(characters: string): number[] {
  return [...encoder.encode(characters)];
}

export function i32(value: number): number[] {
  return [value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, (value >>> 24) & 0xff];
}

export const VALUE_ADDRESS = 0x548;
const PAGES = 17;

/** Data segments as an AssemblyScript guest has them, text, a pointer, floats, and text across a boundary of pages. */
export const INITIAL_DATA: readonly Write[] = [
  { step: 0, address: 0x40c, bytes: [...i32(0x1c), 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, ...i32(0x1c)] },
  { step: 0, address: 0x52c, bytes: [0x1c, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0x1c] },
  { step: 0, address: 0x554, bytes: text('hello, one memory!') },
  { step: 0, address: 0x578, bytes: [...i32(VALUE_ADDRESS), 0xcd, 0xcc, 0xcc, 0x3d] },
  { step: 0, address: 0x590, bytes: text('grüße ✓') },
  { step: 0, address: 0xff8, bytes: text('across two pages') },
  { step: 0, address: PAGES * 65_536 - 4, bytes: [0xde, 0xad, 0xbe, 0xef] },
];

function demoCall(index: number, instances: number, overrides: Partial<CallRecord>): CallRecord {
  const allocates = index === 1;
  const value = 11 + 23 * (index - 1);
  return {
    index,
    kind: 'call',
    thread: 0,
    parent: null,
    depth: 0,
    stepBefore: step(index - 1),
    step: step(index),
    accesses: 1,
    instance: allocates ? 0 : (index - 2) % instances,
    function: allocates ? 'alloc_11' : 'add_23',
    args: allocates ? [] : [VALUE_ADDRESS],
    results: allocates ? [VALUE_ADDRESS] : [],
    end: 'returned',
    printed: [],
    watched: { before: allocates ? null : value - 23, after: value, printed: null },
    bytesChanged: allocates || (value & 0xff) >= 23 ? 1 : 2,
    startNs: 1_000_000 + 45_000 * index,
    durationNs: allocates ? 38_200 : 820 + ((index * 977) % 4100),
    grownPages: 0,
    memoryBytes: PAGES * 65_536,
    trap: null,
    ...overrides,
  };
}

/** The demo's calls: `alloc_11` on #0, then five rounds of `add_23`. */
export function demoCalls(instances: number): CallRecord[] {
  return Array.from({ length: 1 + 5 * instances }, (_, i) => demoCall(i + 1, instances, {}));
}

/** Where the demo's two functions store, as in the bundled guest's disassembly. */
export const STORE_SITES: Record<'alloc_11' | 'add_23', SiteView> = {
  alloc_11: storeSite('alloc_11', 2, 0x1b8, 0x1c),
  add_23: storeSite('add_23', 3, 0x1d2, 0x12),
};

function storeSite(name: string, functionIndex: number, offset: number, functionOffset: number): SiteView {
  return { module: 0, function: name, functionIndex, offset, functionOffset, instruction: 'i32.store' };
}

/** One store a call that made a step: its value to the demo's address. */
export function demoWrites(calls: readonly CallRecord[]): Write[] {
  const writes = calls.flatMap(({ index, instance, step: at, stepBefore, watched, function: name }): Write[] => {
    if (!watched || watched.after === null || at === stepBefore) return [];
    const site = name === 'alloc_11' || name === 'add_23' ? STORE_SITES[name] : null;
    const owner = { kind: 'instance', instance } as const;
    return [{ step: at, address: VALUE_ADDRESS, bytes: i32(watched.after), owner, call: index, site }];
  });
  return [...INITIAL_DATA, ...writes];
}

/** A run with all its calls, which a snapshot does not have. */
export type MadeRun = RunSnapshot & { readonly calls: readonly CallRecord[] };

/** The same as the panel shows it, with all calls loaded. */
export function shownRun({ calls, ...snapshot }: MadeRun): Run {
  return { ...snapshot, calls: new SnapshotCalls(calls) };
}

/** A run with other calls: what is recorded follows from them. */
export function withCalls(run: MadeRun, calls: readonly CallRecord[]): MadeRun {
  return { ...run, ...spanOf(calls, run.firstStep), calls };
}

/** What a recording of these calls tells. */
function spanOf(calls: readonly CallRecord[], firstStep: Step): Omit<RecordedSpan, 'firstStep' | 'initialMemoryBytes'> {
  const endNs = ({ startNs, durationNs }: CallRecord): number => (startNs ?? 0) + (durationNs ?? 0);
  const writing = calls.filter(call => call.step > call.stepBefore);
  const lastCall = calls.reduce<CallRecord | null>((a, b) => (a && endNs(a) > endNs(b) ? a : b), null);
  return {
    callCount: calls.length,
    callsUnderWay: 0,
    stepsBeside: null,
    differences: calls.filter(call => isDifference(call.watched)).length,
    loads: calls.reduce((loads, call) => loads + Math.max(0, call.accesses - (call.step - call.stepBefore)), 0),
    writers: [...new Set(writing.map(call => call.instance))].sort((a, b) => a - b),
    firstCall: calls.find(call => call.step >= firstStep)?.index ?? calls.length + 1,
    lastCall,
    lastStep: lastCall?.step ?? step(0),
  };
}

export function demoRun(instances: number, overrides: Partial<MadeRun> = {}): Run {
  return shownRun(demoSnapshot(instances, overrides));
}

const MODULE: ModuleSummary = {
  name: 'guest.wasm',
  sha256: '5f'.repeat(32),
  instanceState: 'separate',
  size: 1843,
  memory: { kind: 'imported', minimum: 1, maximum: null, shared: false, pages: PAGES },
  imports: [
    { module: 'env', name: 'memory', kind: 'memory', type: 'memory 1', provided: 'memory' },
    { module: 'env', name: 'abort', kind: 'function', type: '(i32, i32, i32, i32) -> ()', provided: 'abort' },
  ],
  exports: [
    { name: 'alloc_11', kind: 'function', type: '() -> i32' },
    { name: 'add_23', kind: 'function', type: '(i32) -> ()' },
    { name: 'memory', kind: 'memory', type: 'memory 1' },
  ],
};

/** Instances of the first module, made before the first call. */
export function instancesOf(count: number): InstanceSummary[] {
  return Array.from({ length: count }, () => ({ module: 0, call: null, step: step(0) }));
}

export function demoSnapshot(instances: number, overrides: Partial<MadeRun> = {}): MadeRun {
  const { calls = demoCalls(instances), firstStep = step(0) } = overrides;
  return {
    status: 'completed',
    modules: [MODULE],
    instances: instancesOf(instances),
    watch: { address: address(VALUE_ADDRESS), type: 'i32' },
    verdict: { expected: 11 + 23 * 5 * instances, actual: calls.at(-1)?.watched?.after ?? null },
    ...spanOf(calls, firstStep),
    firstStep,
    isPaused: false,
    record: 'stores',
    recordNote: null,
    notes: [],
    initialMemoryBytes: PAGES * 65_536,
    stubsCalled: [],
    problem: null,
    trapped: { total: 0, calls: [] },
    ...overrides,
    calls,
  };
}
