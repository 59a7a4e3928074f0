// Runs of several files over one memory, in this process.
import { describe, expect, it } from 'vitest';
import { ownerOf } from '../../../src/protocol/owner.ts';
import { pageIndex, SHOWN_PAGE_BYTES, step } from '../../../src/protocol/units.ts';
import { readGuest } from '../support/fixtures.ts';
import { eventsOfType, LEVELS, memoryOf, type RunOptions, runHere } from '../support/runs.ts';
import { assemble } from '../support/wabt.ts';

const [WAT, C, STUB] = ['demo/wat', 'demo/c', 'demo/assemblyscript-stub'];

function outcomeOf(guests: readonly (string | Uint8Array)[], options: RunOptions = {}) {
  const run = runHere(guests, options);
  const [{ status, actual, problem }] = eventsOfType(run.events, 'finished');
  return { run, status, actual, problem, told: run.calls.map(told) };
}

const told = ({ function: name, instance, watched }: ReturnType<typeof runHere>['calls'][number]): string =>
  `${name} #${instance} ${watched?.before} ${watched?.after}`;

describe('two modules take turns', () => {
  // C: .bss of 4 bytes at 0x400, stack to 0x10410, then the heap. AssemblyScript: data up to 0x48c, a header of 4 bytes.
  const TURNS = [
    'alloc_11 #0 0 11',
    'add_23 #0 11 34',
    'alloc_11 #1 0 11',
    'add_23 #1 11 34',
    'add_23 #0 34 57',
    'add_23 #1 34 57',
  ];

  it.each(LEVELS)('on an i32 of their own, at level %s', record => {
    const { run, ...rest } = outcomeOf([C, STUB], { record });
    expect(rest).toEqual({ status: 'completed', actual: 57, problem: null, told: TURNS });
    expect(run.calls.filter(({ function: name }) => name === 'alloc_11').map(({ results }) => results)).toEqual([
      [0x10410],
      [0x490],
    ]);
    const memory = memoryOf(run.reader, run.reader.lastStep);
    expect([memory.readInt32LE(0x10410), memory.readInt32LE(0x490)]).toEqual([57, 57]);
    expect(eventsOfType(run.events, 'expects')).toEqual([{ type: 'expects', expected: 57 }]);
  });

  it.each(LEVELS)('where the second one is made late, its data are writes of its making, at level %s', record => {
    const { run, problem, told: calls } = outcomeOf([C, STUB], { late: 1, record });
    // Before it is made, no i32 of its own is watched.
    expect([problem, calls]).toEqual([null, [...TURNS.slice(0, 2), '(instantiation) #1 34 34', ...TURNS.slice(2)]]);
    expect(run.instances).toEqual([
      { module: 0, call: null, step: 0 },
      { module: 1, call: 3, step: run.calls[2].step },
    ]);
    // 0x40c is the size of the first object, 0x3c; the text of AssemblyScript's library begins at 0x420.
    expect(memoryOf(run.reader, step(run.calls[2].stepBefore))[0x40c]).toBe(0);
    expect(memoryOf(run.reader, run.calls[2].step)[0x40c]).toBe(0x3c);
  });

  it.each(['stores', 'all'] as const)('and every byte has its writer, at level %s', record => {
    for (const late of [0, 1]) {
      const { run } = outcomeOf(['demo/rust', STUB], { late, record });
      const owners = new Set<string>();
      for (let page = 0; page * SHOWN_PAGE_BYTES < run.reader.memoryBytes(run.reader.lastStep); page++)
        for (const code of run.reader.image(run.reader.lastStep, pageIndex(page))?.owners ?? [])
          owners.add(JSON.stringify(ownerOf(code)));
      expect([...owners].filter(owner => owner.includes('unrecorded'))).toEqual([]);
      const [alloc] = run.calls.filter(({ function: name, instance }) => name === 'alloc_11' && instance === 1);
      const sites = run.reader.accesses.ofCall(alloc.index, 0, 100).map(({ site }) => run.sites.summary(site ?? 0));
      expect(new Set(sites.map(({ module }) => module))).toEqual(new Set([1]));
    }
  });

  it('with shared state, too: each shares with its own instances alone', () => {
    for (const late of [0, 1]) {
      const { run, problem, told: calls } = outcomeOf([C, STUB], { late, state: 'shared' });
      expect([problem, calls.filter(call => !call.startsWith('('))]).toEqual([null, TURNS]);
      const [{ modules, notes }] = eventsOfType(run.events, 'modules');
      expect(modules.map(({ instanceState }) => instanceState)).toEqual(['shared', 'shared']);
      expect(notes.map(note => note.split(': ')[0])).toEqual(['c.wasm', 'assemblyscript-stub.wasm']);
    }
  });

  it('three of them, of which two are late', () => {
    const { problem, told: calls } = outcomeOf([C, STUB, 'demo/minimum-zero'], { late: 2 });
    expect(problem).toBeNull();
    expect(calls.map(call => call.split(' ').slice(0, 2).join(' '))).toEqual([
      'alloc_11 #0',
      'add_23 #0',
      '(instantiation) #1',
      'alloc_11 #1',
      'add_23 #1',
      '(instantiation) #2',
      'alloc_11 #2',
      'add_23 #2',
      'add_23 #0',
      'add_23 #1',
      'add_23 #2',
    ]);
  });
});

describe('an i32 that is not what it should be', () => {
  it('is a problem that names the instance and the function after which it was so', () => {
    // C keeps where its heap begins at 0x400, where wat has its i32: 0 + 34, + 16 of the block, + 23.
    const { problem, actual, status } = outcomeOf([WAT, C]);
    expect([status, actual]).toEqual(['completed', 73]);
    expect(problem).toMatchObject({
      kind: 'wrong-value',
      message: 'The i32 of #0 (wat.wasm) at 0x400 was 73 after its add_23, and 57 was expected.',
    });
  });

  it('is one at the end, too, where it was right after its own last call', () => {
    // The last call of all stores 5 where wat has its i32.
    const other = assemble(`(module (import "env" "memory" (memory 1))
      (func (export "alloc_11") (result i32) (i32.store (i32.const 0x800) (i32.const 11)) (i32.const 0x800))
      (func (export "add_23") (param i32)
        (i32.store (local.get 0) (i32.add (i32.load (local.get 0)) (i32.const 23)))
        (if (i32.eq (i32.load (local.get 0)) (i32.const 57)) (then (i32.store (i32.const 0x400) (i32.const 5))))))`);
    const { problem, actual, told: calls } = outcomeOf([readGuest(WAT), other]);
    expect(calls.slice(-2)).toEqual(['add_23 #0 34 57', 'add_23 #1 34 57']);
    expect([actual, problem?.message]).toEqual([
      5,
      expect.stringMatching(/^The i32 of #0 \(.*\) at 0x400 is 5 at the end, and 57 was expected\.$/),
    ]);
  });

  it('is one of the module whose alloc_11 returned it, where that lies outside memory', () => {
    const { problem, told: calls } = outcomeOf([WAT, 'misbehaving/address-at-end']);
    expect(calls.at(-1)).toBe('alloc_11 #1 undefined undefined');
    expect(problem?.message).toMatch(/^alloc_11 on #1 \(address-at-end\.wasm\) returned the address 0xffff, /);
  });
});

describe('the memory', () => {
  it('is as large as one of them needs, with the smallest maximum', () => {
    const { run } = outcomeOf([WAT, 'demo/shared-memory', C]);
    const [{ modules }] = eventsOfType(run.events, 'modules');
    expect(modules.map(({ memory: { minimum, maximum, pages } }) => [minimum, maximum, pages])).toEqual([
      [1, null, 2],
      [1, 16, 2],
      [2, null, 2],
    ]);
    const memory = eventsOfType(run.recorded, 'attached')[0].memory;
    expect(memory?.buffer.byteLength).toBe(2 * 65_536);
    expect(memory?.grow(14)).toBe(2);
    expect(() => memory?.grow(1)).toThrow(RangeError);
  });

  it('is refused where one asks for more than the other allows', () => {
    const { status, problem } = outcomeOf(['demo/defined-memory', 'demo/rust']);
    expect([status, problem?.kind]).toEqual(['rejected', 'unsupported-memory']);
    expect(problem?.message).toBe(
      "rust.wasm and defined-memory.wasm can't share a memory: rust.wasm asks for 17 pages, and defined-memory.wasm allows 4 at the most.",
    );
  });
});

describe('a file of several', () => {
  it('that is the same as another one is one module with two instances', () => {
    const { run } = outcomeOf([C, C], { late: 1 });
    expect(eventsOfType(run.events, 'modules')[0].modules).toHaveLength(1);
    expect(run.instances.map(({ module }) => module)).toEqual([0, 0]);
  });

  it('that can not be run is named', () => {
    const { status, problem } = outcomeOf([C, 'bad/empty']);
    expect([status, problem?.message]).toEqual(['rejected', 'empty.wasm: The file is empty (0 bytes).']);
  });

  it('that lacks an export is named, and memory after the making is there', () => {
    const { run, status, problem } = outcomeOf([STUB, 'misbehaving/no-alloc'], { late: 1 });
    expect([status, problem?.kind]).toEqual(['completed', 'no-scenario']);
    expect(problem?.message).toMatch(/^no-alloc\.wasm is no guest of the demo: no function 'alloc_11' is exported\. /);
    expect(run.instances).toHaveLength(2);
    expect(run.reader.lastStep).toBe(0);
  });

  it.each([0, 1])('that traps has its own functions in the stack (late: %d)', late => {
    const { problem, run } = outcomeOf([STUB, 'misbehaving/trap-out-of-bounds'], { late });
    expect(problem?.message).toMatch(
      /^Call \d, add_23 on #1 \(trap-out-of-bounds\.wasm\), trapped: memory access out of bounds in read_far at /,
    );
    const stack = run.calls.at(-1)?.trap?.stack ?? [];
    expect(stack.map(({ module, function: name }) => [module, name])).toEqual([
      [1, 'read_far'],
      [1, 'add_23'],
    ]);
  });

  it('whose start function traps is named', () => {
    const { problem } = outcomeOf([WAT, 'misbehaving/trap-in-start']);
    expect(problem?.message).toMatch(/^Instance #1 \(trap-in-start\.wasm\), while it was made, trapped: unreachable /);
  });

  it('has stubs that are counted as its own', () => {
    const { run } = outcomeOf(['misbehaving/stub-results', 'misbehaving/calls-stub']);
    const [{ importCalls, modules }] = eventsOfType(run.events, 'modules');
    const names = modules.flatMap(({ imports }) => imports.map(({ name }) => name));
    expect(names.filter((_, index) => importCalls[index] > 0)).toEqual([
      'now',
      'half',
      'scale',
      'callback',
      'divmod',
      'malloc',
    ]);
  });

  it('of which something is to be known is named in the note', () => {
    const [{ notes }] = eventsOfType(outcomeOf([C, 'misbehaving/side-module']).run.events, 'modules');
    expect(notes).toEqual([expect.stringMatching(/^side-module\.wasm: The module is made for a dynamic linker /)]);
  });
});
