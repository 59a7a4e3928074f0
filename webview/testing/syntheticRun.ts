// A recording made up for tests and screenshots: what memory holds at each step follows from a list of writes.
import type { CallRecord, LastChange, PageView, RunSnapshot } from '../../src/protocol/run.ts';
import { type Address, address, type PageIndex, SHOWN_PAGE_BYTES, type Step, step } from '../../src/protocol/units.ts';

export interface Write {
  readonly step: number;
  readonly address: number;
  readonly bytes: readonly number[];
}

/** Answers what the extension host would answer about a run. */
export interface Recording {
  readPages(at: Step, pages: readonly PageIndex[]): PageView[];
  lastChange(at: Step, of: Address): LastChange;
}

export class WrittenMemory implements Recording {
  constructor(private readonly writes: readonly Write[]) {}

  readPages(at: Step, pages: readonly PageIndex[]): PageView[] {
    return pages.map(page => {
      const before = this.contents(page, at - 1);
      const now = this.contents(page, at);
      const changed: number[] = [];
      for (let offset = 0; at > 0 && offset < SHOWN_PAGE_BYTES; offset++) {
        if (before[offset] === now[offset]) continue;
        if (changed.at(-1) === offset) changed[changed.length - 1] = offset + 1;
        else changed.push(offset, offset + 1);
      }
      return { page, bytes: now.some(byte => byte !== 0) ? now : null, changed };
    });
  }

  lastChange(at: Step, of: Address): LastChange {
    const value = (when: number): number => this.byteAt(of, when);
    for (let index = at; index > 0; index--) if (value(index) !== value(index - 1)) return { kind: 'call', index };
    return { kind: value(0) === 0 ? 'never' : 'initial' };
  }

  private contents(page: PageIndex, at: number): Uint8Array {
    const start = page * SHOWN_PAGE_BYTES;
    const bytes = new Uint8Array(SHOWN_PAGE_BYTES);
    for (const write of this.writes) {
      if (write.step > at) continue;
      write.bytes.forEach((byte, i) => {
        const offset = write.address + i - start;
        if (offset >= 0 && offset < SHOWN_PAGE_BYTES) bytes[offset] = byte;
      });
    }
    return bytes;
  }

  private byteAt(of: number, at: number): number {
    let found = 0;
    for (const write of this.writes) {
      if (write.step <= at) found = write.bytes[of - write.address] ?? found;
    }
    return found;
  }
}

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
    step: step(index),
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

export function demoWrites(calls: readonly CallRecord[]): Write[] {
  const writes = calls.flatMap(({ step: at, valueAfter }) =>
    valueAfter === null ? [] : [{ step: at, address: VALUE_ADDRESS, bytes: i32(valueAfter) }],
  );
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
    lastStep: step(calls.length),
    initialMemoryBytes: PAGES * 65_536,
    expected: 11 + 23 * 5 * instances,
    actual: calls.at(-1)?.valueAfter ?? null,
    stubsCalled: [],
    problem: null,
    ...overrides,
  };
}
