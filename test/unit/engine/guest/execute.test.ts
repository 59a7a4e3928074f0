// The engine in this process, where its live memory is at hand: what was recorded must be what memory held.
import { describe, expect, it } from 'vitest';
import { pageIndex, step } from '../../../../src/protocol/units.ts';
import { ownerOf } from '../../../../src/recording/history/owner.ts';
import { fixtures } from '../../../guests/index.ts';
import { title } from '../../support/fixtures.ts';
import { eventsOf, eventsOfType, LEVELS, memoryOf, type RunOptions, runHere } from '../../support/runs.ts';
import { assemble } from '../../support/wabt.ts';

/** 4 GiB, compared byte by byte after each call, would take a minute. */
const HUGE = ['misbehaving/grow-to-limit', 'misbehaving/huge-minimum'];
const runnable = fixtures.filter(
  ({ name, expectation: { kind } }) => kind !== 'refused' && kind !== 'never-returns' && !HUGE.includes(name),
);

/** Memory after instantiation and after each call, copied while the run is under way, and the recording of the same run. */
function observe(guest: string | Uint8Array, options: RunOptions) {
  const copies: Buffer[] = [];
  let memory: WebAssembly.Memory | null = null;
  const run = runHere(guest, options, event => {
    if (event.type === 'module') memory = event.memory;
    if (memory && (event.type === 'instantiated' || event.type === 'call-ended'))
      copies.push(Buffer.from(new Uint8Array(memory.buffer)));
  });
  return { ...run, copies };
}

describe.each(LEVELS)('recorded at level %s,', record => {
  it.each(runnable.map(fixture => [title(fixture), fixture] as const))('%s holds every byte', (_, fixture) => {
    const { events, calls, reader, copies } = observe(fixture.name, { instances: fixture.instances, record });
    const ended = eventsOfType(events, 'call-ended').map(({ call }) => call);
    expect(eventsOfType(events, 'module')).toEqual([expect.objectContaining({ record, recordNote: null })]);
    expect(copies).toHaveLength(calls.length + 1);
    expect(calls.map(({ index }) => index)).toEqual(ended.map(({ index }) => index));
    // Calls lie one behind the other, from step 0 to the last one.
    expect(calls.map(({ stepBefore }) => stepBefore)).toEqual(
      [0, ...calls.map(call => call.step)].slice(0, calls.length),
    );
    expect(reader.firstStep).toBe(0);
    expect(reader.lastStep).toBe(calls.at(-1)?.step ?? 0);
    [step(0), ...calls.map(call => call.step)].forEach((at, index) => {
      if (fixture.instances > 3 && index % 40 !== 0) return; // hundreds of calls of the same kind
      expect(memoryOf(reader, at).equals(copies[index]), `call ${index}, step ${at}`).toBe(true);
    });
    for (const { index, bytesChanged } of ended) {
      const [before, after] = [copies[index - 1], copies[index]];
      let changed = 0;
      for (let i = 0; i < after.length; i++) if ((i < before.length ? before[i] : 0) !== after[i]) changed++;
      expect(bytesChanged, `call ${index}`).toBe(changed);
    }
  });

  it.each(runnable.map(fixture => [title(fixture), fixture] as const))(
    '%s has a writer for each byte',
    (_, fixture) => {
      const { calls, reader } = runHere(fixture.name, { instances: fixture.instances, record });
      for (const { index, stepBefore, step: last, accesses } of calls) {
        const made = reader.accessesOfCall(index, 0, last - stepBefore + accesses);
        const steps = made.filter(({ kind }) => kind !== 'read').map(access => access.step);
        expect(steps).toEqual(Array.from({ length: last - stepBefore }, (_, i) => stepBefore + 1 + i));
        expect(made.filter(({ owner }) => owner.kind !== 'instance')).toEqual([]);
        if (record === 'calls') expect(accesses).toBe(0);
        else {
          expect(made).toHaveLength(accesses);
          expect(made.filter(({ site }) => site === null)).toEqual([]);
        }
        if (record !== 'all') expect(made).toHaveLength(steps.length);
      }
      const owners = new Set(
        [...reader.writtenPages({ after: step(0), upTo: reader.lastStep })].flatMap(page => [
          ...(reader.owners(reader.lastStep, pageIndex(page)) ?? []),
        ]),
      );
      expect([...owners].map(code => ownerOf(code).kind)).not.toContain('unrecorded');
    },
  );
});

describe('the events', () => {
  it('of a run tell each thing before it matters', () => {
    const types = eventsOf('demo/wat', 1).map(({ type }) => type);
    const call = ['guest-entered', 'guest-left', 'call-ended'];
    expect(types).toEqual([
      'module',
      'guest-entered',
      'guest-left',
      'instantiated',
      ...Array<string[]>(6).fill(call).flat(),
      'finished',
    ]);
  });

  it('of a call that prints tell the text while it runs', () => {
    const types = eventsOf('print/cap-ptr-len', 1).map(({ type }) => type);
    expect(types.slice(4, 8)).toEqual(['guest-entered', 'printed', 'guest-left', 'call-ended']);
  });

  it('of a file that can not be run are one', () => {
    expect(eventsOf('bad/empty')).toEqual([
      { type: 'finished', status: 'rejected', actual: null, problem: expect.objectContaining({ kind: 'empty-file' }) },
    ]);
  });

  it('carry shared memories, which outlive the worker', () => {
    const [{ memory, importCalls }] = eventsOfType(eventsOf('demo/defined-memory', 1), 'module');
    expect(memory?.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(importCalls.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  it('carry copies of what changed, not views of the memory', () => {
    const first = runHere('demo/wat').recorded.find(event => event.type === 'call-ended');
    const value = first && new DataView(first.changes.contents.buffer).getInt32(1024, true); // address 1024 is in page 0
    expect(value).toBe(11); // though 356 by now
  });
});

describe('a call', () => {
  it('that takes its instance gets it first', () => {
    const calls = eventsOfType(eventsOf('print/cap-ptr-len', 2), 'call-ended').map(({ call }) => call);
    expect(calls.slice(0, 3).map(({ args }) => args)).toEqual([[0], [0, 1024], [1, 1024]]);
  });

  it('knows the value before alloc_11, where data was there already', () => {
    const [first] = eventsOfType(eventsOf('demo/minimum-zero', 1), 'call-ended');
    expect(first.call).toMatchObject({ valueBefore: 11, valueAfter: 11, bytesChanged: 0, results: [6560] });
  });

  it('keeps a thousand prints and says that there were more', () => {
    const guest = assemble(`(module
      (import "env" "print" (func $print (param i32)))
      (memory 1)
      (func (export "alloc_11") (result i32) (local $i i32)
        (loop $again
          (call $print (local.get $i))
          (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 5000))))
        (i32.const 64))
      (func (export "add_23") (param i32)))`);
    const events = eventsOf(guest, 1);
    const [first] = eventsOfType(events, 'call-ended');
    expect(first.call.printed).toHaveLength(1001);
    expect(first.call.printed.slice(998)).toEqual(['998', '999', '(more was printed and is left out)']);
    expect(eventsOfType(events, 'printed')).toHaveLength(1001);
  });

  it('reads and writes an i32 that lies across two pages', () => {
    const guest = assemble(`(module
      (memory 1)
      (data (i32.const 4094) "\\0b\\00\\00\\00")
      (func (export "alloc_11") (result i32) (i32.const 4094))
      (func (export "add_23") (param i32)
        (i32.store (local.get 0) (i32.sub (i32.load (local.get 0)) (i32.const 65536)))))`);
    const calls = eventsOfType(eventsOf(guest, 1), 'call-ended').map(({ call }) => call);
    expect(calls[0]).toMatchObject({ valueBefore: 11, valueAfter: 11, bytesChanged: 0 });
    // 11 - 65536 is 0xffff000b: the two upper bytes change, which lie in the second page.
    expect(calls[1]).toMatchObject({ valueBefore: 11, valueAfter: 11 - 65_536, bytesChanged: 2 });
  });
});

describe('instantiating', () => {
  it('names the instance whose start function traps', () => {
    const guest = assemble(`(module
      (memory 1)
      (func $start
        (if (i32.eq (i32.load (i32.const 0)) (i32.const 2)) (then (unreachable)))
        (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const 1))))
      (start $start))`);
    const { events, reader } = runHere(guest);
    const [{ problem }] = eventsOfType(events, 'finished');
    expect(problem?.message).toMatch(/^Instance #2, while it was made, trapped: unreachable in start at offset 0x/);
    expect(memoryOf(reader, step(0))[0]).toBe(2); // what the first two did is recorded
  });

  it('reports a data segment that does not fit', () => {
    const guest = assemble('(module (memory 1 1) (data (i32.const 65534) "abcd"))');
    const [{ status, problem }] = eventsOfType(eventsOf(guest, 1), 'finished');
    expect(status).toBe('trapped');
    expect(problem?.message).toMatch(/^Instance #0, while it was made, trapped: .*data segment/);
  });
});
