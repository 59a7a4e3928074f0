// Runs whose memory went wrong, and findings of each kind, made up for tests and screenshots.
import type { WriteView } from '../../src/protocol/access.ts';
import type { CallRecord } from '../../src/protocol/call.ts';
import type { ByteSpan, Finding, InvolvedCall } from '../../src/protocol/finding.ts';
import { firstDifference, type RunComparison } from '../../src/protocol/runComparison.ts';
import { address, step } from '../../src/protocol/units.ts';
import {
  demoCalls,
  demoSnapshot,
  demoWrites,
  instancesOf,
  type MadeRun,
  STORE_SITES,
  VALUE_ADDRESS,
} from './syntheticRun.ts';

/** Instances of the corrupted run's calls: the second and the fourth call allocate once more. */
const INSTANCES = [0, 1, 0, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2];

/**
 * Each instance allocates, and gets the same address: call 1 of #0, call 2 of #1, call 4 of #2. All other calls add 23. What was
 * 34 after call 3 is 11 after call 4, so that 12 additions are left: 11 + 12 * 23 = 287.
 */
function corruptedCalls(): CallRecord[] {
  let value = 0;
  return demoCalls(3).map((call, position) => {
    const allocates = position === 0 || position === 1 || position === 3;
    const before = position === 0 ? null : value;
    value = allocates ? 11 : value + 23;
    return {
      ...call,
      instance: INSTANCES[position] ?? 0,
      function: allocates ? 'alloc_11' : 'add_23',
      args: allocates ? [] : [VALUE_ADDRESS],
      results: allocates ? [VALUE_ADDRESS] : [],
      watched: { before, after: value, printed: null },
      bytesChanged: value === before ? 0 : 1,
    };
  });
}

export function corruptedRun(): MadeRun {
  return demoSnapshot(3, {
    calls: corruptedCalls(),
    verdict: { expected: 356, actual: 287 },
    problem: {
      kind: 'wrong-value',
      message: 'Memory holds 287 at 0x548 where 356 was expected.',
      remedy: 'Select a call to see what it changed in memory.',
    },
  });
}

export const corruptedWrites = () => demoWrites(corruptedCalls());

const call = (index: number, instance: number, name: string): InvolvedCall => ({
  index,
  instance,
  function: name,
  allocator: null,
});
const span = (start: number, length: number): ByteSpan => ({ address: address(start), length });

/** A store that takes part in a finding. */
function store(at: number, instance: number, start: number, length: number, of: number | null): WriteView {
  return {
    kind: 'write',
    access: at - 1,
    step: step(at),
    call: of,
    owner: { kind: 'instance', instance },
    site: STORE_SITES.add_23,
    segment: null,
    import: null,
    between: null,
    address: address(start),
    length,
    before: new Uint8Array(length),
    after: new Uint8Array(length).fill(1),
    since: null,
    isStale: false,
  };
}

const VALUE = span(VALUE_ADDRESS, 4);

/** The two of the corrupted run: #1 gets the block of #0 in step 2, #2 in step 4. */
export const DUPLICATES: readonly Finding[] = [1, 2].map(instance => {
  const index = 2 * instance;
  return {
    kind: 'duplicate-allocation',
    step: step(index),
    call: index,
    instances: [0, instance],
    range: VALUE,
    count: 1,
    details: {
      first: call(1, 0, 'alloc_11'),
      again: call(index, instance, 'alloc_11'),
      areSeparate: true,
      resetBy: null,
      firstBlock: VALUE,
      block: VALUE,
    },
  };
});

/** The address of a local is returned by the first call, and the second one uses it. */
export const DEAD_POINTER: Finding = {
  kind: 'dead-stack-pointer',
  step: step(2),
  call: 2,
  instances: [0],
  range: VALUE,
  count: 15,
  details: {
    returned: call(1, 0, 'alloc_11'),
    address: VALUE.address,
    stored: null,
    released: null,
    taken: call(2, 0, 'add_23'),
    used: VALUE.address,
    write: store(1, 0, VALUE_ADDRESS, 4, 1),
    stackPointer: address(0x1000),
  },
};

/** One of each kind, in the order in which they happened. */
export const EVERY_KIND: readonly Finding[] = [
  DEAD_POINTER,
  {
    kind: 'null-page-write',
    step: step(3),
    call: 3,
    instances: [1],
    range: span(0x8, 4),
    count: 1,
    details: { write: store(3, 1, 0x8, 4, 3), lowest: address(0x400) },
  },
  ...DUPLICATES.slice(1),
  {
    // 300 is 2c 01 00 00: the segment put back its lowest byte alone, 05, which makes 261.
    kind: 'segment-overwrite',
    step: step(6),
    call: null,
    instances: [0, 2],
    range: span(0x52c, 1),
    count: 1,
    details: {
      made: 2,
      segment: 1,
      bytes: 1,
      isFirst: true,
      lost: store(4, 0, 0x52c, 4, 4),
      torn: { was: 300, is: 261 },
    },
  },
  {
    kind: 'allocator-reset',
    step: step(7),
    call: 7,
    instances: [1, 2],
    range: span(0x40c, 20),
    count: 3,
    details: {
      made: 2,
      segment: null,
      bytes: 20,
      isFirst: true,
      lost: store(5, 1, 0x40c, 20, 5),
      torn: null,
      collision: null,
    },
  },
  {
    kind: 'static-overlap',
    step: step(9),
    call: 9,
    instances: [0, 1],
    range: span(0x554, 18),
    count: 2,
    details: { write: store(9, 1, 0x554, 18, 9), modules: [0, 1], overlap: span(0x554, 18) },
  },
  {
    kind: 'printed-value-differs',
    step: step(16),
    call: 16,
    instances: [2],
    range: null,
    count: 1,
    details: { printing: call(11, 0, 'add_23'), printed: 356, actual: 287 },
  },
];

/** Two modules, so that instances have names beside their numbers. */
export function everyKindRun(): MadeRun {
  const run = corruptedRun();
  const modules = run.modules.map(module => ({ ...module, name: 'guest.wasm' }));
  const other = modules.map(module => ({ ...module, name: 'drums.wasm', sha256: '60'.repeat(32) }));
  const instances = instancesOf(3).map((instance, index) => ({ ...instance, module: index === 1 ? 1 : 0 }));
  return { ...run, modules: [...modules, ...other], instances };
}

/** The corrupted run, which was run again with shared state: the second call gets a block of its own. */
export function curedRun(): { readonly run: MadeRun; readonly comparison: RunComparison } {
  const before = corruptedRun();
  const second = 0x558;
  const calls = before.calls.map((each, position) => ({
    ...each,
    ...(position === 1 && { results: [second], watched: { before: 11, after: 11, printed: null } }),
  }));
  const modules = before.modules.map(module => ({ ...module, instanceState: 'shared' as const }));
  const run = demoSnapshot(3, { calls, modules, verdict: { expected: 126, actual: 126 } });
  const outcome = (of: MadeRun) => {
    const { status, isPaused, verdict, callCount, differences, instances } = of;
    return { status, isPaused, verdict, callCount, differences, instances };
  };
  const findings = DUPLICATES.map(({ kind }) => kind);
  return {
    run,
    comparison: {
      before: { ...outcome(before), state: 'separate', findings },
      after: { ...outcome(run), state: 'shared', findings: [] },
      first: firstDifference(before.calls, run.calls),
    },
  };
}
