// The engine in this process, where its live memory is at hand: what was recorded must be what memory held.
import { describe, expect, it } from 'vitest';
import { ownerOf } from '../../../../src/protocol/owner.ts';
import { pageIndex, SHOWN_PAGE_BYTES, step } from '../../../../src/protocol/units.ts';
import { fixtures } from '../../../guests/index.ts';
import { title } from '../../support/fixtures.ts';
import { eventsOfType, LEVELS, memoryOf, type RunOptions, runHere } from '../../support/runs.ts';
import { assemble } from '../../support/wabt.ts';

/** 4 GiB, compared byte by byte after each call, would take a minute. */
const HUGE = ['misbehaving/grow-to-limit', 'misbehaving/huge-minimum'];
const runnable = fixtures.filter(
  ({ name, expectation: { kind } }) => kind !== 'refused' && kind !== 'never-returns' && !HUGE.includes(name),
);

/** print/wasi prints in two pieces, and the host tells it at 24 how many bytes it has written. */
const WASI_WRITES = Array(2).fill({ kind: 'write', owner: { kind: 'host' }, address: 24, length: 4 });

/** Memory after instantiation and after each call, copied while the run is under way, and the recording of the same run. */
function observe(guest: string | Uint8Array, options: RunOptions) {
  const copies: Buffer[] = [];
  let memory: WebAssembly.Memory | null = null;
  const run = runHere(guest, options, event => {
    if (event.type === 'attached') memory = event.memory;
    if (memory && (event.type === 'begun' || event.type === 'call-ended'))
      copies.push(Buffer.from(new Uint8Array(memory.buffer)));
  });
  return { ...run, copies };
}

describe.each(LEVELS)('recorded at level %s,', record => {
  it.each(runnable.map(fixture => [title(fixture), fixture] as const))('%s holds every byte', (_, fixture) => {
    const { events, calls, reader, copies } = observe(fixture.name, { instances: fixture.instances, record });
    expect(eventsOfType(events, 'modules')).toEqual([expect.objectContaining({ record, recordNote: null })]);
    expect(copies).toHaveLength(calls.length + 1);
    expect(calls.map(({ index }) => index)).toEqual(calls.map((_, i) => 1 + i));
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
    for (const { index, bytesChanged } of calls) {
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
        const made = reader.accesses.ofCall(index, 0, last - stepBefore + accesses);
        const steps = made.filter(({ kind }) => kind !== 'read').map(access => access.step);
        expect(steps).toEqual(Array.from({ length: last - stepBefore }, (_, i) => stepBefore + 1 + i));
        const byOthers = made.filter(({ owner }) => owner.kind !== 'instance');
        expect(byOthers).toMatchObject(fixture.name === 'print/wasi' ? WASI_WRITES : []);
        if (record === 'calls') expect(accesses).toBe(0);
        else {
          expect(made).toHaveLength(accesses);
          expect(made.filter(({ site }) => site === null)).toEqual(byOthers);
        }
        if (record !== 'all') expect(made).toHaveLength(steps.length);
      }
      const owners = new Set<number>();
      for (let page = 0; page * SHOWN_PAGE_BYTES < reader.memoryBytes(reader.lastStep); page++)
        for (const owner of reader.image(reader.lastStep, pageIndex(page))?.owners ?? []) owners.add(owner);
      expect([...owners].map(code => ownerOf(code).kind)).not.toContain('unrecorded');
    },
  );
});

const typesOf = (events: readonly { readonly type: string }[]): string[] => events.map(({ type }) => type);

describe('the events', () => {
  it('tell which instance is being made, that memory is read then, and that calls begin', () => {
    const { events } = runHere('demo/wat', { instances: 2 });
    expect(events.filter(({ type }) => type === 'phase')).toEqual([
      { type: 'phase', kind: 'making', instance: 0 },
      { type: 'phase', kind: 'making', instance: 1 },
      { type: 'phase', kind: 'reading' },
      { type: 'phase', kind: 'calling' },
    ]);
  });

  it('of a run tell each thing before it matters', () => {
    const { events, recorded } = runHere('demo/wat', { instances: 1 });
    expect(typesOf(events)).toEqual(['modules', 'expects', 'running', 'phase', 'phase', 'phase', 'finished']);
    const call = ['call-begun', 'log', 'call-ended'];
    expect(typesOf(recorded)).toEqual([
      'attached',
      'module',
      'instance',
      'begun',
      'call-begun',
      'watched',
      'log',
      'call-ended',
      ...Array<string[]>(5).fill(call).flat(),
    ]);
  });

  it('of a call that prints tell the text while it runs', () => {
    const { recorded } = runHere('print/cap-ptr-len', { instances: 1, record: 'calls' });
    const types = typesOf(recorded);
    const begun = types.indexOf('call-begun');
    expect(types.slice(begun, begun + 3)).toEqual(['call-begun', 'printed', 'watched']);
  });

  it('of a file that can not be run are one', () => {
    const { events, recorded } = runHere('bad/empty');
    expect(events).toEqual([
      {
        type: 'finished',
        status: 'rejected',
        actual: null,
        problem: expect.objectContaining({ kind: 'empty-file' }),
        goesOn: false,
      },
    ]);
    expect(recorded).toEqual([]);
  });

  it('carry shared memories, which outlive the worker', () => {
    const { events, recorded } = runHere('demo/defined-memory', { instances: 1 });
    const [{ importCalls }] = eventsOfType(events, 'modules');
    const [attached] = eventsOfType(recorded, 'attached');
    for (const buffer of [
      importCalls.buffer,
      attached.memory?.buffer,
      attached.log?.buffer,
      attached.taken.buffer,
      attached.touched.buffer,
    ])
      expect(buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  it('carry copies of what changed, not views of the memory', () => {
    const { recorded } = runHere('demo/wat', { record: 'calls' });
    const values = eventsOfType(recorded, 'call-ended').map(({ memory }) => {
      // Address 1024 is in page 0.
      return memory && new DataView(memory.changes.contents.buffer).getInt32(1024, true);
    });
    expect(values).toEqual(Array.from({ length: 16 }, (_, call) => 11 + 23 * call)); // though it is 356 by now
  });

  it('carry no memory after a call whose log tells all', () => {
    const carried = (record: 'stores' | 'all') =>
      eventsOfType(runHere('demo/rust', { record }).recorded, 'call-ended').filter(({ memory }) => memory !== null);
    expect([carried('stores'), carried('all')]).toEqual([[], []]);
  });
});

describe('a call', () => {
  it('that takes its instance gets it first', () => {
    const { calls } = runHere('print/cap-ptr-len', { instances: 2 });
    expect(calls.slice(0, 3).map(({ args }) => args)).toEqual([[0], [0, 1024], [1, 1024]]);
  });

  it.each(LEVELS)('knows the value before alloc_11, where data was there already, at level %s', record => {
    const [first] = runHere('demo/minimum-zero', { instances: 1, record }).calls;
    expect(first).toMatchObject({
      watched: { before: 11, after: 11, printed: null },
      bytesChanged: 0,
      results: [6560],
    });
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
    const { calls, recorded } = runHere(guest, { instances: 1 });
    expect(calls[0].printed).toHaveLength(1001);
    expect(calls[0].printed.slice(998)).toEqual(['998', '999', '(more was printed and is left out)']);
    expect(eventsOfType(recorded, 'printed')).toHaveLength(1001);
    expect(calls[0].watched?.printed).toBeNull(); // numbers given to `print` are no text, and are compared with nothing
  });

  it('reads and writes an i32 that lies across two pages', () => {
    const guest = assemble(`(module
      (memory 1)
      (data (i32.const 4094) "\\0b\\00\\00\\00")
      (func (export "alloc_11") (result i32) (i32.const 4094))
      (func (export "add_23") (param i32)
        (i32.store (local.get 0) (i32.sub (i32.load (local.get 0)) (i32.const 65536)))))`);
    const { calls } = runHere(guest, { instances: 1 });
    expect(calls[0]).toMatchObject({ watched: { before: 11, after: 11 }, bytesChanged: 0 });
    // 11 - 65536 is 0xffff000b: the two upper bytes change, which lie in the second page.
    expect(calls[1]).toMatchObject({ watched: { before: 11, after: 11 - 65_536 }, bytesChanged: 2 });
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
    // There is no call whose stack could be looked at.
    expect(problem?.remedy).toMatch(/^Memory is shown as it was then, before the first call: look at what start /);
    expect(memoryOf(reader, step(0))[0]).toBe(2); // what the first two did is recorded
  });

  it.each([
    ['65536', 65_536],
    ['-1', 4_294_967_295],
  ])('makes a memory that is defined no larger for a data segment at %s', (at, offset) => {
    const { events } = runHere(assemble(`(module (memory 1) (data (i32.const ${at}) "a"))`), { instances: 1 });
    const [{ modules }] = eventsOfType(events, 'modules');
    const [{ problem }] = eventsOfType(events, 'finished');
    expect(modules[0].memory.pages).toBe(1);
    expect(problem?.message).toContain(`data segment 0 is out of bounds (offset ${offset},`);
  });

  it('makes a memory with 64-bit addresses, and records what is done to it', () => {
    const guest = assemble(`(module
      (import "env" "memory" (memory i64 0 9))
      (data (i64.const 65536) "a")
      (func $begin (i64.store (i64.const 8) (i64.const 5)))
      (start $begin))`);
    const { events, reader } = runHere(guest, { instances: 1 });
    const [{ modules, record, recordNote }] = eventsOfType(events, 'modules');
    expect(modules[0].memory).toEqual({ kind: 'imported', minimum: 0, maximum: 9, shared: false, pages: 2 });
    expect([record, recordNote, reader.memoryBytes(step(0))]).toEqual(['stores', null, 131_072]);
    const bytes = memoryOf(reader, step(0));
    expect([bytes[8], bytes[65_536]]).toEqual([5, 0x61]);
    expect(eventsOfType(events, 'finished')[0].problem?.kind).toBe('no-scenario');
  });

  it('reports a data segment that does not fit', () => {
    const guest = assemble('(module (memory 1 1) (data (i32.const 65534) "abcd"))');
    const [{ status, problem }] = eventsOfType(runHere(guest, { instances: 1 }).events, 'finished');
    expect(status).toBe('trapped');
    expect(problem?.message).toMatch(/^Instance #0, while it was made, trapped: .*data segment/);
    expect(problem?.remedy).toMatch(
      /look at how many pages the module declares, and at where its data segments lie\.$/,
    );
  });
});
