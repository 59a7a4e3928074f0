// The demo's run, made up for tests and screenshots: its calls, and one store each.
import type { CallRecord, RunSnapshot, SiteView } from '../../src/protocol/run.ts';
import { address, step } from '../../src/protocol/units.ts';
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
    stepBefore: step(index - 1),
    step: step(index),
    accesses: 1,
    instance: allocates ? 0 : (index - 2) % instances,
    function: allocates ? 'alloc_11' : 'add_23',
    args: allocates ? [] : [VALUE_ADDRESS],
    results: allocates ? [VALUE_ADDRESS] : [],
    end: 'returned',
    printed: [],
    valueBefore: allocates ? null : value - 23,
    valueAfter: value,
    difference: null,
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
  alloc_11: { function: 'alloc_11', functionIndex: 2, offset: 0x1b8, functionOffset: 0x1c, instruction: 'i32.store' },
  add_23: { function: 'add_23', functionIndex: 3, offset: 0x1d2, functionOffset: 0x12, instruction: 'i32.store' },
};

/** One store a call that made a step: its value to the demo's address. */
export function demoWrites(calls: readonly CallRecord[]): Write[] {
  const writes = calls.flatMap(({ index, instance, step: at, stepBefore, valueAfter, function: name }): Write[] => {
    if (valueAfter === null || at === stepBefore) return [];
    const site = name === 'alloc_11' || name === 'add_23' ? STORE_SITES[name] : null;
    const owner = { kind: 'instance', instance } as const;
    return [{ step: at, address: VALUE_ADDRESS, bytes: i32(valueAfter), owner, call: index, site }];
  });
  return [...INITIAL_DATA, ...writes];
}

export function demoSnapshot(instances: number, overrides: Partial<RunSnapshot> = {}): RunSnapshot {
  const calls = overrides.calls ?? demoCalls(instances);
  return {
    status: 'completed',
    module: {
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
    },
    instances,
    address: address(VALUE_ADDRESS),
    calls,
    firstStep: step(0),
    lastStep: calls.at(-1)?.step ?? step(0),
    record: 'stores',
    recordNote: null,
    initialMemoryBytes: PAGES * 65_536,
    expected: 11 + 23 * 5 * instances,
    actual: calls.at(-1)?.valueAfter ?? null,
    stubsCalled: [],
    problem: null,
    ...overrides,
  };
}
