// Reactors of WASI: `_initialize` of this one counts at 512 how often it ran.
import { describe, expect, it } from 'vitest';
import type { InstanceState } from '../../../src/protocol/run.ts';
import { eventsOfType, LEVELS, memoryOf, runHere } from '../support/runs.ts';
import { assemble } from '../support/wabt.ts';

const reactor = (initialize = '') =>
  assemble(`(module (import "env" "memory" (memory 1))
    (func (export "_initialize")
      (i32.store (i32.const 512) (i32.add (i32.load (i32.const 512)) (i32.const 1))) ${initialize})
    (func (export "alloc_11") (result i32) (i32.store (i32.const 1024) (i32.const 11)) (i32.const 1024))
    (func (export "add_23") (param i32)
      (i32.store (local.get 0) (i32.add (i32.load (local.get 0)) (i32.const 23)))))`);

describe('_initialize', () => {
  it.each(LEVELS.flatMap(record => (['separate', 'shared'] as const).map(state => [record, state] as const)))(
    'runs once an instance; where they share their state, once: %s, %s',
    (record, state: InstanceState) => {
      const { reader, events, calls } = runHere(reactor(), { record, state, late: 1 });
      expect(eventsOfType(events, 'finished')).toMatchObject([{ status: 'completed', actual: 333 }]);
      const counted = (at: typeof reader.lastStep) => memoryOf(reader, at).readUInt32LE(512);
      // Two are made before the first call; the third one's is a part of its making.
      expect([counted(reader.firstStep), counted(reader.lastStep)]).toEqual(state === 'shared' ? [1, 1] : [2, 3]);
      const making = calls.find(({ kind }) => kind === 'instantiation');
      expect(making?.bytesChanged).toBe(state === 'shared' ? 0 : 1);
    },
  );

  it('that traps is told as the making of an instance', () => {
    const [finished] = eventsOfType(runHere(reactor('unreachable'), { instances: 1 }).events, 'finished');
    expect(finished).toMatchObject({ status: 'trapped', problem: { kind: 'trap' } });
    expect(finished.problem?.message).toContain('while it was made');
  });
});
