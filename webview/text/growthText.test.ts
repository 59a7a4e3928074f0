import { expect, test } from 'vitest';
import { step } from '../../src/protocol/units.ts';
import { modulesRun } from '../testing/moduleRuns.ts';
import { growthInCall, growthText } from './growthText.ts';

const run = modulesRun();
const grow = {
  kind: 'grow',
  access: 6,
  step: step(7),
  call: 6,
  owner: { kind: 'instance', instance: 0 },
  site: {
    module: 0,
    function: 'malloc',
    functionIndex: 9,
    offset: 0x3b1,
    functionOffset: 0xb1,
    instruction: 'memory.grow',
  },
  segment: null,
  import: null,
  between: null,
  pages: 2,
  memoryBytes: 19 * 65_536,
} as const;

test('who made memory grow, from and to what, and what becomes of views', () => {
  expect(growthText(grow, run)).toBe(
    'Memory grew from 17 to 19 pages, by #0 (tree-sitter.wasm) in malloc+0xb1. ' +
      'JavaScript views made before are stale: they are detached and have length 0.',
  );
  const byHost = {
    ...grow,
    owner: { kind: 'host' },
    site: null,
    call: null,
    between: { after: 4, before: 5 },
  } as const;
  expect(growthText(byHost, run)).toContain('to 19 pages, by host, between calls 4 and 5. ');
});

test('views of a shared memory keep their length', () => {
  const modules = run.modules.map(module => ({ ...module, memory: { ...module.memory, shared: true } }));
  expect(growthText(grow, { ...run, modules })).toContain('stale: they keep their old length.');
});

test('in a whole call', () => {
  const call = run.calls[5];
  if (!call) throw new Error('no call');
  expect(growthInCall(call, run)).toBe(
    'Memory grew in this call from 17 to 19 pages. JavaScript views made before are stale: they are detached and have length 0.',
  );
});
