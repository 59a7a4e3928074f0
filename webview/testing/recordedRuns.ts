// Runs in which more is written than the demo writes: several owners, the host, a change without a record, a million loads.

import type { AccessView, SiteView } from '../../src/protocol/access.ts';
import type { CallRecord } from '../../src/protocol/call.ts';
import type { Params } from '../../src/protocol/queries.ts';
import { address, step } from '../../src/protocol/units.ts';
import {
  demoCalls,
  demoSnapshot,
  INITIAL_DATA,
  i32,
  instancesOf,
  type MadeRun,
  STORE_SITES,
  text,
  VALUE_ADDRESS,
  withCalls,
} from './syntheticRun.ts';
import { type Write, WrittenMemory } from './writtenMemory.ts';

const MEMORY_BYTES = 17 * 65_536;
const [ALLOCATION, ADDITION] = demoCalls(3);
const HOST = { kind: 'host' } as const;
const UNRECORDED = { kind: 'unrecorded' } as const;

function instance(index: number) {
  return { kind: 'instance', instance: index } as const;
}

function site(name: string, functionOffset: number, instruction: string): SiteView {
  return { module: 0, function: name, functionIndex: 5, offset: 0x200 + functionOffset, functionOffset, instruction };
}

/** The demo's i32 around a call. */
function watched(before: number | null, after: number): CallRecord['watched'] {
  return { before, after, printed: null };
}

function call(index: number, from: number, to: number, overrides: Partial<CallRecord>): CallRecord {
  const like = index === 1 ? ALLOCATION : ADDITION;
  if (!like) throw new Error('the demo has no calls');
  const common = {
    index,
    stepBefore: step(from),
    step: step(to),
    accesses: to - from,
    watched: watched(11, 11),
    startNs: 1_000_000 + 45_000 * index,
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

export function ownedRun(): MadeRun {
  return demoSnapshot(3, {
    calls: [
      call(1, 0, 1, { instance: 0, watched: watched(null, 11) }),
      call(2, 1, 2, { instance: 1, function: 'greet', args: [], bytesChanged: 13 }),
      call(3, 2, 10, { instance: 2, function: 'count', args: [8], bytesChanged: 8 }),
      call(4, 11, 13, { instance: 0, watched: watched(11, 34), bytesChanged: 6 }),
      call(5, 13, 14, {
        instance: 1,
        function: 'fill',
        args: [0x11],
        watched: watched(34, 34),
        bytesChanged: 6000,
      }),
      call(6, 14, 15, {
        instance: 2,
        function: 'fill',
        args: [0x22],
        watched: watched(34, 34),
        bytesChanged: 300_000,
      }),
    ],
    verdict: null,
  });
}

/**
 * A program whose calls enclose each other: call 1 spans the steps 0–6, in it call 2, which makes #1, 1–2, and call 3, 2–5, in
 * that call 4, 3–4; call 5 comes after them, 6–7.
 */
export function nestedRun(): MadeRun {
  const at = (index: number, startNs: number, endNs: number, overrides: Partial<CallRecord>): Partial<CallRecord> => ({
    args: [],
    results: [],
    watched: null,
    bytesChanged: 4,
    startNs,
    durationNs: endNs - startNs,
    function: `f${index}`,
    ...overrides,
  });
  const calls = [
    call(1, 0, 6, at(1, 1000, 9000, { instance: 0, function: '_start' })),
    call(2, 1, 2, at(2, 2000, 3000, { instance: 1, kind: 'instantiation', parent: 1, depth: 1 })),
    call(3, 2, 5, at(3, 4000, 8000, { instance: 1, parent: 1, depth: 1 })),
    call(4, 3, 4, at(4, 5000, 6000, { instance: 0, parent: 3, depth: 2 })),
    call(5, 6, 7, at(5, 9500, 9900, { instance: 0 })),
  ];
  const run = demoSnapshot(2, { calls, watch: null, verdict: null });
  return { ...run, instances: [...instancesOf(1), { module: 0, call: 2, step: step(2) }] };
}

/** One store a step of the same run. */
export const NESTED_WRITES: readonly Write[] = [
  ...INITIAL_DATA,
  ...[1, 2, 3, 4, 3, 1, 5].map((index, i): Write => {
    const owner = instance(index === 2 || index === 3 ? 1 : 0);
    return { step: i + 1, address: VALUE_ADDRESS + 4 * i, bytes: i32(i + 1), owner, call: index, site: null };
  }),
];

/** The first call loads a million times before it stores; what is asked for is made up then. */
export const MILLION = 1_000_000;

export class MillionLoads extends WrittenMemory {
  constructor() {
    super(OWNED_WRITES, [[0, MEMORY_BYTES]], millionRun().calls);
  }

  override accesses(params: Params<'accesses'>): AccessView[] {
    const { call: index, from, count } = params;
    if (index !== 1) return super.accesses(params);
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
      segment: null,
      import: null,
      between: null,
      site: site('sum', 0x30, 'i32.load'),
      address: address((access * 4) % MEMORY_BYTES),
      length: 4,
      value: Uint8Array.from(i32(access)),
    };
  }
}

export function millionRun(): MadeRun {
  const run = ownedRun();
  const [first, ...others] = run.calls;
  if (!first) throw new Error('the run has no calls');
  return withCalls({ ...run, record: 'all' }, [{ ...first, accesses: MILLION }, ...others]);
}
