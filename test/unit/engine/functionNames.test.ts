// A user's names of functions in all that the recording of a run answers; the recording itself keeps those of the module.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openRecording, type Recording, startRun } from '../../../src/engine/client.ts';
import { type CallFilter, EVERY_CALL } from '../../../src/protocol/call.ts';
import { readGuest, WORKERS } from '../support/fixtures.ts';
import { callsOf } from '../support/runs.ts';
import { disposeOfRuns, owned, start, writeAt } from '../support/startedRuns.ts';
import { assemble } from '../support/wabt.ts';

vi.mock('node:worker_threads', async original => {
  const { countedThreads } = await import('../support/countedWorkers.ts');
  return countedThreads(await original());
});

afterEach(disposeOfRuns);

// In demo/wat function 0 is the import, 1 is alloc_11 and 2 is add_23: 15 calls of it follow on one of alloc_11.
const INCREMENT = [[{ function: 2, name: 'increment' }]];

const numbers = async (recording: Recording, filter: Partial<CallFilter>): Promise<number[]> => {
  const { calls } = await recording.ask('calls', { from: 0, count: 100, filter: { ...EVERY_CALL, ...filter } });
  return calls.map(({ index }) => index);
};

const ADDS = Array.from({ length: 15 }, (_, i) => i + 2);

describe('a renamed function', () => {
  it('has its name in calls, rows, instructions, groups and code, and its own one back', async () => {
    const run = start('demo/wat');
    await run.done;
    const { recording } = run;
    const before = await callsOf(run);
    await recording.ask('nameFunctions', { modules: INCREMENT });
    expect((await callsOf(run))[1]).toEqual({ ...before[1], function: 'increment', ownName: 'add_23' });
    expect((await callsOf(run))[0]).toEqual(before[0]);
    expect((await writeAt(recording, 5)).site?.function).toBe('increment');
    const { rows } = await recording.ask('traceRows', { from: 2, count: 1, filter: EVERY_CALL });
    expect(rows).toMatchObject([{ kind: 'call', call: { function: 'increment' } }]);
    const groups = { filter: EVERY_CALL, by: 'function', descending: false, count: 9 } as const;
    const namesOf = async () => (await recording.ask('callGroups', groups)).groups.map(each => each.function);
    expect(await namesOf()).toEqual(['alloc_11', 'increment']);
    const { site } = await writeAt(recording, 5);
    const around = { module: 0, offset: site?.offset ?? 0, around: 30 };
    expect((await recording.ask('codeAround', around))?.lines[0]?.text).toMatch(/^\(func \$increment /);

    await recording.ask('nameFunctions', { modules: [[]] });
    expect(await callsOf(run)).toEqual(before);
    expect(await namesOf()).toEqual(['add_23', 'alloc_11']);
    expect((await recording.ask('codeAround', around))?.lines[0]?.text).toMatch(/^\(func \$add_23 /);
  });

  it('is found by both of its names', async () => {
    const run = start('demo/wat');
    await run.done;
    const { recording } = run;
    await recording.ask('nameFunctions', { modules: INCREMENT });
    for (const name of ['increment', 'add_23'])
      for (const filter of [{ text: name }, { search: name }, { function: name }])
        expect(await numbers(recording, filter), JSON.stringify(filter)).toEqual(ADDS);
    expect(await numbers(recording, { text: 'INCR' })).toEqual(ADDS);
    expect(await numbers(recording, { function: 'incr' })).toEqual([]);
    expect(await numbers(recording, { text: 'alloc' })).toEqual([1]);
  });

  it('is told as its module has it, whatever it is called', async () => {
    const run = start('demo/wat');
    await run.done;
    const { recording } = run;
    const own = { module: 0, function: 2, own: 'add_23' };
    const known = () => recording.ask('functionOf', { of: { kind: 'call', call: 4 } });
    expect(await known()).toEqual(own);
    await recording.ask('nameFunctions', { modules: INCREMENT });
    expect(await known()).toEqual(own);
    const named = (name: string) => recording.ask('functionOf', { of: { kind: 'name', name } });
    expect(await named('increment')).toEqual(own);
    expect(await named('nowhere')).toBeNull();
    expect(await recording.ask('functionOf', { of: { kind: 'call', call: 99 } })).toBeNull();
  });

  it('has its own name in an exported file', async () => {
    const run = start('demo/wat');
    await run.done;
    await run.recording.ask('nameFunctions', { modules: INCREMENT });
    const opened = owned(await openRecording(await run.recording.exportFile(), WORKERS));
    expect((await callsOf(opened))[1]?.function).toBe('add_23');
    expect((await writeAt(opened.recording, 5)).site?.function).toBe('add_23');
    await opened.recording.ask('nameFunctions', { modules: INCREMENT });
    expect((await callsOf(opened))[1]?.function).toBe('increment');
  });

  it('without a name, or with one of the name section and another as an export, is one function', async () => {
    // Function 0 is $second in the name section, and exported as alloc_11; function 2 has no name.
    const guest = assemble(`(module
      (memory (export "memory") 1)
      (func $second (export "alloc_11") (result i32) (call 2) (i32.const 1024))
      (func $first (export "add_23") (param i32) (call 2))
      (func (i32.store (i32.const 1024) (i32.add (i32.load (i32.const 1024)) (i32.const 1)))))`);
    const run = start(guest);
    await run.done;
    const { recording } = run;
    expect((await writeAt(recording, 1)).site?.function).toBe('func[2]');
    await recording.ask('nameFunctions', {
      modules: [
        [
          { function: 0, name: 'make' },
          { function: 2, name: 'count' },
        ],
      ],
    });
    expect((await writeAt(recording, 1)).site?.function).toBe('count');
    expect((await callsOf(run)).map(call => call.function).slice(0, 2)).toEqual(['make', 'add_23']);
    expect(await recording.ask('functionOf', { of: { kind: 'name', name: 'make' } })).toEqual({
      module: 0,
      function: 0,
      own: 'second',
    });
  });
});

describe('in two modules', () => {
  it('a name is of one of them', async () => {
    const files = ['demo/wat', 'demo/c'].map(name => ({ name, bytes: readGuest(name) }));
    const limits = { timeLimitMs: 60_000, recordingLimitBytes: 2 ** 29 };
    const shared = { instances: 2, record: 'stores', state: 'separate', allocators: [] } as const;
    const run = owned(startRun({ files, ...limits, ...shared, workerFolder: WORKERS }));
    const { modules } = await run.done;
    expect(modules).toHaveLength(2);
    await run.recording.ask('nameFunctions', { modules: [...INCREMENT, []] });
    const groups = await run.recording.ask('callGroups', {
      filter: EVERY_CALL,
      by: 'function',
      descending: false,
      count: 9,
    });
    // Turns: each of two modules allocates, then add_23 is called on one and the other, two times each.
    expect(groups.groups.map(each => [each.function, each.calls])).toEqual([
      ['add_23', 2],
      ['alloc_11', 2],
      ['increment', 2],
    ]);
  });
});
