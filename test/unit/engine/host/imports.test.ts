// What guests are given for their imports, seen from inside: by guests that use them.
import { describe, expect, it } from 'vitest';
import { recordResults } from '../../../../src/engine/host/imports.ts';
import { ImportLog } from '../../../../src/wire/importLog.ts';
import type { Bytes } from '../../support/bytes.ts';
import { moduleOf, name, section } from '../../support/bytes.ts';
import { callExport } from '../../support/instances.ts';
import { eventsOfType, type RunHere, runHere, runToEnd } from '../../support/runs.ts';
import { assemble } from '../../support/wabt.ts';

/** A guest of the demo whose `alloc_11` does what is given, and whose `add_23` does nothing. */
const guestThat = (imports: string, instructions: string): Bytes =>
  assemble(`(module ${imports} (memory 1)
    (data (i32.const 256) "\\0b\\00\\00\\00")
    (func (export "alloc_11") (result i32) ${instructions} (i32.const 256))
    (func (export "add_23") (param i32)))`);

const runOf = (guest: string | Bytes, instances = 1): RunHere => runHere(guest, { instances });
const endOf = ({ events }: RunHere) => eventsOfType(events, 'finished')[0];

describe('what a host function gives back', () => {
  it('reaches the guest where it can be gone over once only', () => {
    const { exports } = new WebAssembly.Instance(
      new WebAssembly.Module(
        assemble(`(module (import "env" "pair" (func $pair (result i32 i64)))
          (func (export "pair") (result i32 i64) (call $pair)))`),
      ),
      { env: { pair: recordResults(() => [3, 4n].values(), 0, ['i32', 'i64'], new ImportLog(() => {})) } },
    );
    expect(callExport(exports, 'pair')).toEqual([3, 4n]);
  });
});

describe('a stub', () => {
  it('is counted by import and by call, over all instances', async () => {
    const guest = assemble(`(module
      (import "env" "unused" (func))
      (import "env" "memory" (memory 1))
      (import "env" "once" (func $once))
      (import "sys" "each" (func $each (result i64)))
      (func (export "alloc_11") (result i32) (call $once) (i32.const 256))
      (func (export "add_23") (param i32) (drop (call $each)) (drop (call $each))))`);
    const { run } = await runToEnd(guest, { instances: 2 });
    expect(run.stubsCalled).toEqual([
      { module: 'env', name: 'once', calls: 1 },
      { module: 'sys', name: 'each', calls: 20 }, // twice in each of 5 rounds over 2 instances
    ]);
  });

  it('of which none was called is not listed', async () => {
    expect((await runToEnd('demo/assemblyscript-minimal')).run.stubsCalled).toEqual([]);
  });

  it('may have a name that objects have anyway', () => {
    const guest = guestThat(
      '(import "__proto__" "constructor" (func $f (result i32))) (import "toString" "__proto__" (func $g))',
      '(drop (call $f)) (call $g)',
    );
    expect(runOf(guest).calls[0].end).toBe('returned');
  });
});

describe('print and abort', () => {
  it('do not count as stubs', async () => {
    expect((await runToEnd('print/address')).run.stubsCalled).toEqual([]);
    expect((await runToEnd('misbehaving/abort')).run.stubsCalled).toEqual([]);
  });

  it('print an i64 exactly', () => {
    const print = '(import "env" "print" (func $print (param i64)))';
    const { calls } = runOf(guestThat(print, '(call $print (i64.const -9007199254740993))'));
    expect(calls[0].printed).toEqual(['-9007199254740993']);
  });

  it('read memory as it is after it grew', () => {
    const guest = guestThat(
      '(import "env" "print" (func $print (param i32 i32)))',
      `(drop (memory.grow (i32.const 1)))
       (i32.store (i32.const 70000) (i32.const 0x31203a61)) ;; "a: 1"
       (call $print (i32.const 70000) (i32.const 4))`,
    );
    expect(runOf(guest).calls[0]).toMatchObject({ printed: ['a: 1'], grownPages: 1 });
  });

  it('abort ends the call with its message, and no frame of the host', () => {
    const abort = '(import "env" "abort" (func $abort (param i32 i32 i32 i32)))';
    const call = '(call $abort (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 2))';
    const [{ trap }] = runOf(guestThat(abort, call)).calls;
    expect(trap?.message).toBe('abort');
    expect(trap?.stack.map(frame => frame.function)).toEqual(['alloc_11']);
  });
});

describe('a placeholder', () => {
  it('has the declared type: V8 links tables, globals, tags and memories', () => {
    expect(endOf(runOf('misbehaving/other-imports', 3))).toMatchObject({
      status: 'completed',
      actual: 356,
      problem: null,
    });
  });

  it('is linked for each type of global that JavaScript can make', () => {
    const types = ['i32', '(mut i64)', 'f32', 'f64', 'funcref', 'externref', '(mut funcref)', '(mut externref)'];
    const imports = types.map((type, i) => `(import "g" "g${i}" (global ${type}))`).join('');
    expect(runOf(guestThat(imports, '')).calls[0].end).toBe('returned');
  });

  it('is linked for further memories with their limits and addresses', () => {
    const plain = [...name('a'), ...name('first'), 0x02, 0x00, 1];
    const shared = [...name('a'), ...name('second'), 0x02, 0x03, 2, 3];
    const long = [...name('a'), ...name('third'), 0x02, 0x05, 1, 4]; // with addresses of 64 bits, and a maximum
    const guest = moduleOf(section(2, [3], plain, shared, long));
    expect(endOf(runOf(guest, 2)).problem?.kind).toBe('no-scenario'); // made, but no guest
  });

  it('belongs to one instance: another one sees none of its changes', () => {
    const guest = assemble(`(module
      (import "env" "counter" (global $counter (mut i32)))
      (memory 1)
      (func (export "alloc_11") (result i32) (i32.const 256))
      (func (export "add_23") (param i32)
        (global.set $counter (i32.add (global.get $counter) (i32.const 1)))
        (i32.store (local.get 0) (global.get $counter))))`);
    const values = runOf(guest, 2).calls.map(({ watched }) => watched?.after);
    expect(values).toEqual([0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5]);
  });

  it.each([
    ['a table of a non-null type', section(2, [1], name('a'), name('t'), [0x01, 0x64, 0x70, 0x00, 1])],
    ['a v128, which JavaScript has none of', section(2, [1], name('a'), name('g'), [0x03, 0x7b, 0])],
    ['a global that is no null', section(2, [1], name('a'), name('g'), [0x03, 0x64, 0x70, 0])],
  ])('that can not be made is told: %s', (_, imports) => {
    const guest = moduleOf(imports, section(5, [1, 0x00, 1]));
    expect(WebAssembly.validate(guest)).toBe(true);
    const { problem } = endOf(runOf(guest));
    expect(problem?.kind).toBe('link-error');
    expect(problem?.message).toMatch(/V8 says: .*\.$/);
  });
});

it('the memory is given whatever it is called, to a module with an import of the same module name', () => {
  const guest = assemble(`(module
    (import "env" "f" (func $f))
    (import "env" "" (memory 1))
    (func (export "alloc_11") (result i32) (call $f) (i32.store (i32.const 0) (i32.const 11)) (i32.const 0))
    (func (export "add_23") (param i32) (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const 23)))))`);
  expect(endOf(runOf(guest, 3)).actual).toBe(356);
});
