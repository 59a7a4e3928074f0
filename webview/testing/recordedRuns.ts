// Runs in which more is written than the demo writes: several owners, the host, a change without a record, a million loads.
import type { AccessView, CallRecord, RunSnapshot, SiteView } from '../../src/protocol/run.ts';
import { address, step } from '../../src/protocol/units.ts';
import { demoCalls, demoSnapshot, INITIAL_DATA, i32, STORE_SITES, text, VALUE_ADDRESS } from './syntheticRun.ts';
import { type Write, WrittenMemory } from './writtenMemory.ts';

const MEMORY_BYTES = 17 * 65_536;
const [ALLOCATION, ADDITION] = demoCalls(3);
const HOST = { kind: 'host' } as const;
const UNRECORDED = { kind: 'unrecorded' } as const;

function instance(index: number) {
  return { kind: 'instance', instance: index } as const;
}

function site(name: string, functionOffset: number, instruction: string): SiteView {
  return { function: name, functionIndex: 5, offset: 0x200 + functionOffset, functionOffset, instruction };
}

function call(index: number, from: number, to: number, overrides: Partial<CallRecord>): CallRecord {
  const like = index === 1 ? ALLOCATION : ADDITION;
  if (!like) throw new Error('the demo has no calls');
  const common = {
    index,
    stepBefore: step(from),
    step: step(to),
    accesses: to - from,
    valueBefore: 11,
    valueAfter: 11,
  };
  return { ...like, ...common, ...overrides };
}

/** Steps 1 … 15: a store, a copy, eight byte stores, a write of the host between calls, a store, an unrecorded change, fills. */
export const OWNED_WRITES: readonly Write[] = [
  ...INITIAL_DATA,
  { step: 1, address: VALUE_ADDRESS, bytes: i32(11), owner: instance(0), call: 1, site: STORE_SITES.alloc_11 },
  {
    step: 2,
    address: 0x5a8,
    bytes: text('hello! twelve'),
    owner: instance(1),
    call: 2,
    site: site('greet', 0x21, 'memory.copy'),
  },
  ...Array.from({ length: 8 }, (_, i): Write => {
    const at = { step: 3 + i, address: 0x5c0 + i, bytes: [0x10 + 7 * i] };
    return { ...at, owner: instance(2), call: 3, site: site('count', 0x0e, 'i32.store8') };
  }),
  { step: 11, address: 0x5d0, bytes: [0xca, 0xfe, 0xca, 0xfe], owner: HOST, call: null, site: null },
  { step: 12, address: VALUE_ADDRESS, bytes: i32(34), owner: instance(0), call: 4, site: STORE_SITES.add_23 },
  { step: 13, address: 0x5e0, bytes: [1, 2, 3, 4, 5], owner: UNRECORDED, call: 4, site: null },
  {
    step: 14,
    address: 0x2000,
    bytes: new Array(6000).fill(0x11),
    owner: instance(1),
    call: 5,
    site: site('fill', 9, 'memory.fill'),
  },
  {
    step: 15,
    address: 0x60000,
    bytes: new Array(300_000).fill(0x22),
    owner: instance(2),
    call: 6,
    site: site('fill', 9, 'memory.fill'),
  },
];

export function ownedRun(): RunSnapshot {
  return demoSnapshot(3, {
    calls: [
      call(1, 0, 1, { instance: 0, valueBefore: null }),
      call(2, 1, 2, { instance: 1, function: 'greet', args: [], bytesChanged: 13 }),
      call(3, 2, 10, { instance: 2, function: 'count', args: [8], bytesChanged: 8 }),
      call(4, 11, 13, { instance: 0, valueAfter: 34, bytesChanged: 6 }),
      call(5, 13, 14, {
        instance: 1,
        function: 'fill',
        args: [0x11],
        valueBefore: 34,
        valueAfter: 34,
        bytesChanged: 6000,
      }),
      call(6, 14, 15, {
        instance: 2,
        function: 'fill',
        args: [0x22],
        valueBefore: 34,
        valueAfter: 34,
        bytesChanged: 300_000,
      }),
    ],
    expected: null,
    actual: 34,
  });
}

/** The first call loads a million times before it stores; what is asked for is made up then. */
export const MILLION = 1_000_000;

export class MillionLoads extends WrittenMemory {
  constructor() {
    super(OWNED_WRITES, [[0, MEMORY_BYTES]]);
  }

  override accesses(index: number, from: number, count: number): AccessView[] {
    if (index !== 1) return super.accesses(index, from, count);
    const last = Math.min(from + count, MILLION);
    return Array.from({ length: Math.max(0, last - from) }, (_, i) => this.load(from + i));
  }

  private load(access: number): AccessView {
    return {
      kind: 'read',
      access,
      step: step(0),
      call: 1,
      owner: instance(0),
      site: site('sum', 0x30, 'i32.load'),
      address: address((access * 4) % MEMORY_BYTES),
      length: 4,
      value: Uint8Array.from(i32(access)),
    };
  }
}

export function millionRun(): RunSnapshot {
  const run = ownedRun();
  const [first, ...others] = run.calls;
  if (!first) throw new Error('the run has no calls');
  return { ...run, record: 'all', calls: [{ ...first, accesses: MILLION }, ...others] };
}
