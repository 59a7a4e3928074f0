// Instance state `shared`: what instances of a module have in common, what only the first one does, and that nothing else changes.
import { describe, expect, it } from 'vitest';
import { parseStack } from '../../../../src/engine/traps.ts';
import { readModule } from '../../../../src/wasm/module.ts';
import { functionNamer } from '../../../../src/wasm/names.ts';
import { type RewrittenModule, recordAccesses } from '../../../../src/wasm/record/recordAccesses.ts';
import { type Bytes, body, moduleOf, name, section } from '../../support/bytes.ts';
import { type GroupOptions, InstanceGroup } from '../../support/groups.ts';
import { callExport } from '../../support/instances.ts';
import { assemble, objdump } from '../../support/wabt.ts';

/** With a log and without, and both kinds of it. */
const WAYS: readonly (readonly [string, Omit<GroupOptions, 'state'>])[] = [
  ['calls', { level: 'calls' }],
  ['stores', { level: 'stores' }],
  ['all', { level: 'all' }],
  ['all, in the simple log', { level: 'all', log: 'simple' }],
];

const share = (bytes: Bytes): RewrittenModule => recordAccesses(readModule(bytes), { level: 'calls', state: 'shared' });

/** Calls an export that returns a number. */
function numberOf(exports: WebAssembly.Exports, called: string, ...args: readonly unknown[]): number {
  return Number(callExport(exports, called, ...args));
}

const textAt = (memory: WebAssembly.Memory, address: number, length: number): string =>
  Buffer.from(new Uint8Array(memory.buffer, address, length).slice()).toString('latin1');

/** A counter of each kind: `next-…` adds one, or puts the next value there, and returns what the global then holds, as an i64. */
const COUNTERS = assemble(`(module
  (import "env" "memory" (memory 1))
  (import "env" "base" (global $base i32))
  (type $none (func))
  (global $fixed i32 (i32.const 100))
  (global $i32 (mut i32) (i32.add (global.get $base) (i32.const 40)))
  (global $unused i64 (i64.const 5))
  (global $i64 (mut i64) (i64.mul (i64.const 0x100000000) (i64.const 3)))
  (global $f32 (mut f32) (f32.const 0.5))
  (global $f64 (mut f64) (f64.const -1e300))
  (global $v128 (mut v128) (v128.const i64x2 7 -9))
  (global $funcref (mut funcref) (ref.func $seven))
  (global $externref (mut externref) (ref.null extern))
  (global $copied (mut i32) (global.get $base))
  (func $seven (result i32) (i32.const 7))
  (func $eight (result i32) (i32.const 8))
  (table $table 2 funcref)
  (elem declare func $eight)
  (func (export "fixed") (result i32) (global.get $fixed))
  (func (export "i32") (result i32)
    (global.set $i32 (i32.add (global.get $i32) (i32.const 1))) (global.get $i32))
  (func (export "i64") (result i64)
    (global.set $i64 (i64.add (global.get $i64) (i64.const 1))) (global.get $i64))
  (func (export "f32") (result f32)
    (global.set $f32 (f32.add (global.get $f32) (f32.const 0.25))) (global.get $f32))
  (func (export "f64") (result f64)
    (global.set $f64 (f64.mul (global.get $f64) (f64.const -0.5))) (global.get $f64))
  (func (export "v128") (result i64)
    (global.set $v128 (i64x2.add (global.get $v128) (v128.const i64x2 1 -1)))
    (i64.add (i64x2.extract_lane 0 (global.get $v128)) (i64x2.extract_lane 1 (global.get $v128))))
  (func (export "low") (result i64) (i64x2.extract_lane 0 (global.get $v128)))
  (func (export "call") (result i32)
    (table.set $table (i32.const 0) (global.get $funcref)) (call_indirect (result i32) (i32.const 0)))
  (func (export "setFunction") (global.set $funcref (ref.func $eight)))
  (func (export "getReference") (result externref) (global.get $externref))
  (func (export "setReference") (param externref) (global.set $externref (local.get 0)))
  (func (export "copied") (result i32) (global.get $copied))
  (func (export "store") (i32.store (global.get $i32) (i32.const 1))))`);

const BASE = { env: { base: 1000 } };
const withBase = (): WebAssembly.Imports => ({ env: { ...BASE.env } });

describe.each(WAYS)('at level %s', (_, way) => {
  const group = (bytes: Bytes, more: Partial<GroupOptions> = {}) =>
    new InstanceGroup(bytes, { ...way, state: 'shared', ...more });

  it('globals of each type begin with the values of the first instance, and each instance goes on where another one was', () => {
    const counters = group(COUNTERS, { makeImports: withBase });
    const [a, b] = counters.addAll(2);
    expect([a, b].map(each => numberOf(each, 'fixed'))).toEqual([100, 100]);
    expect([a, b, a].map(each => numberOf(each, 'i32'))).toEqual([1041, 1042, 1043]); // from 1000 + 40
    expect([b, a, b].map(each => callExport(each, 'i64'))).toEqual([0x300000001n, 0x300000002n, 0x300000003n]);
    expect([a, b, a].map(each => callExport(each, 'f32'))).toEqual([0.75, 1, 1.25]);
    expect([a, b, a].map(each => callExport(each, 'f64'))).toEqual([5e299, -2.5e299, 1.25e299]);
    expect([a, b].map(each => callExport(each, 'v128'))).toEqual([-2n, -2n]); // 8 - 10, 9 - 11
    expect([a, b].map(each => callExport(each, 'low'))).toEqual([9n, 9n]);
    expect([a, b].map(each => numberOf(each, 'copied'))).toEqual([1000, 1000]);
    expect([a, b].map(each => numberOf(each, 'call'))).toEqual([7, 7]);
    callExport(b, 'setFunction');
    expect([a, b].map(each => numberOf(each, 'call'))).toEqual([8, 8]);
    expect(callExport(a, 'getReference')).toBeNull();
    const reference = {};
    callExport(b, 'setReference', reference);
    expect(callExport(a, 'getReference')).toBe(reference);
  });

  it('a late instance finds all as it is, and changes nothing', () => {
    const counters = group(COUNTERS, { makeImports: withBase });
    const a = counters.add();
    callExport(a, 'i32');
    callExport(a, 'store'); // to 1041
    const before = new Uint8Array(counters.memory.buffer).slice();
    const late = counters.add();
    expect(new Uint8Array(counters.memory.buffer).slice()).toEqual(before);
    expect([late, a].map(each => numberOf(each, 'i32'))).toEqual([1042, 1043]);
  });

  it('data segments and the start function run once', () => {
    const bytes = assemble(`(module
      (memory (export "memory") 1)
      (global $runs (mut i32) (i32.const 0))
      (func $start
        (global.set $runs (i32.add (global.get $runs) (i32.const 1)))
        (i32.store8 (i32.const 9) (i32.add (i32.load8_u (i32.const 9)) (i32.const 1))))
      (start $start)
      (func (export "runs") (result i32) (global.get $runs))
      (func (export "write") (i32.store8 (i32.const 8) (i32.const 0x78)))
      (data (i32.const 8) "a0c"))`);
    const started = group(bytes);
    const a = started.add();
    expect(textAt(started.memory, 8, 3)).toBe('a1c');
    callExport(a, 'write');
    const later = started.addAll(2);
    expect(textAt(started.memory, 8, 3)).toBe('x1c');
    expect([a, ...later].map(each => numberOf(each, 'runs'))).toEqual([1, 1, 1]);
  });

  it('memory.init finds dropped what was active, and the bytes of what is passive', () => {
    const bytes = assemble(`(module
      (memory (export "memory") 1)
      (global $unused (mut i32) (i32.const 0))
      (data $active (i32.const 0) "active")
      (data $passive "passive")
      (func (export "active") (param i32) (memory.init $active (i32.const 100) (i32.const 0) (local.get 0)))
      (func (export "passive") (param i32) (memory.init $passive (local.get 0) (i32.const 0) (i32.const 7)))
      (func (export "drop") (data.drop $active) (data.drop $passive)))`);
    const segments = group(bytes);
    const instances = segments.addAll(3);
    instances.forEach((each, i) => {
      callExport(each, 'active', 0); // as the specification has it of a dropped segment: nothing of it can be copied
      expect(() => callExport(each, 'active', 1), `#${i}`).toThrow(WebAssembly.RuntimeError);
      callExport(each, 'passive', 200 + 10 * i);
      expect(textAt(segments.memory, 200 + 10 * i, 7)).toBe('passive');
      callExport(each, 'drop');
      expect(() => callExport(each, 'passive', 300)).toThrow(WebAssembly.RuntimeError);
    });
    expect(textAt(segments.memory, 0, 6)).toBe('active');
  });

  it('what the start function accesses is told, and nothing of the code that was added', () => {
    const bytes = assemble(`(module
      (memory (export "memory") 1)
      (global $place (mut i32) (i32.const 16))
      (func $start (i32.store (global.get $place) (i32.const 1)))
      (start $start)
      (func (export "next")
        (global.set $place (i32.add (global.get $place) (i32.const 4)))
        (i32.store (global.get $place) (i32.load (i32.const 16)))))`);
    const shared = group(bytes);
    const [a, b] = shared.addAll(2);
    for (const each of [a, b, a]) callExport(each, 'next');
    const one = group(bytes, { state: 'separate' });
    const only = one.add();
    for (let i = 0; i < 3; i++) callExport(only, 'next');
    const told = shared.accesses();
    expect(told).toEqual(one.accesses());
    if (way.level === 'stores') expect(told).toEqual([16, 20, 24, 28].map(address => `i32.store @${address} 01000000`));
  });
});

describe('the rewritten modules', () => {
  it('differ in one byte of code and in their data', () => {
    const bytes = assemble(`(module
      (memory (export "memory") 1)
      (global (mut i64) (i64.const 3))
      (func $start (i32.store (i32.const 0) (i32.const 1)))
      (start $start)
      (data (i32.const 8) "abc") (data "def"))`);
    const { bytes: first, shared } = share(bytes);
    const later = shared?.laterBytes ?? new Uint8Array(0);
    // The segment of 3 bytes had 8: flags, three of the address, the size, the bytes. The empty one has 2.
    expect(first.length - later.length).toBe(8 - 2);
    const code = objdump(later, '-h').match(/Code start=0x([0-9a-f]+) end=0x([0-9a-f]+)/)?.[2];
    const differing = Array.from(later).flatMap((byte, at) =>
      at < Number.parseInt(code ?? '', 16) && byte !== first[at] ? [at] : [],
    );
    expect(differing.map(at => [first[at], later[at]])).toEqual([[0x01, 0x0f]]); // nop, return
  });

  it('export a mutable global as the shared one', () => {
    const bytes = assemble(`(module (memory (export "memory") 1)
      (global i32 (i32.const 1)) (global (export "g") (mut i32) (i32.const 5)))`);
    const group = new InstanceGroup(bytes, { state: 'shared' });
    const [a, b] = group.addAll(2);
    expect(a.g).toBe(b.g);
    expect(a.g instanceof WebAssembly.Global && a.g.value).toBe(5);
  });

  it('have the mutable globals that they import in common, too', () => {
    const bytes = assemble(`(module
      (import "env" "__stack_pointer" (global $sp (mut i32)))
      (memory (export "memory") 1)
      (func (export "push") (result i32)
        (global.set $sp (i32.add (global.get $sp) (i32.const 16))) (global.get $sp)))`);
    const makeImports = (): WebAssembly.Imports => ({
      env: { __stack_pointer: new WebAssembly.Global({ value: 'i32', mutable: true }, 64) },
    });
    const pushed = (state: 'separate' | 'shared'): number[] =>
      new InstanceGroup(bytes, { state, makeImports }).addAll(2).map(each => numberOf(each, 'push'));
    expect(pushed('shared')).toEqual([80, 96]);
    expect(pushed('separate')).toEqual([80, 80]);
  });

  it('are valid where the module has no functions, no code and no data', () => {
    const group = new InstanceGroup(
      assemble('(module (memory (export "memory") 1) (global (export "g") (mut f64) (f64.const 2.5)))'),
      { state: 'shared', level: 'all' },
    );
    const [a, b] = group.addAll(2);
    expect(a.g).toBe(b.g);
    expect(a.g instanceof WebAssembly.Global && a.g.value).toBe(2.5);
  });

  it('are valid where the module has nothing to share but its segments', () => {
    const group = new InstanceGroup(assemble('(module (memory (export "memory") 1) (data (i32.const 0) "x"))'), {
      state: 'shared',
    });
    group.add();
    new Uint8Array(group.memory.buffer)[0] = 7;
    group.add();
    expect(new Uint8Array(group.memory.buffer)[0]).toBe(7);
  });

  it('may start with a function that they import', () => {
    let calls = 0;
    const bytes = assemble('(module (import "env" "go" (func $go)) (memory (export "memory") 1) (start $go))');
    new InstanceGroup(bytes, { state: 'shared', makeImports: () => ({ env: { go: () => void calls++ } }) }).addAll(3);
    expect(calls).toBe(1);
  });

  it('leave a reference that may not be null, and another memory, to each instance', () => {
    // wabt writes neither. (module (memory (export "memory") 1) (global $r (mut (ref func)) (ref.func $f))
    //   (global $n (mut i32) (i32.const 4)) (func $f) (func (export "next") (result i32) … $n + 1))
    const bytes = moduleOf(
      section(1, [2, 0x60, 0, 0, 0x60, 0, 1, 0x7f]),
      section(3, [2, 0, 1]),
      section(5, [2, 0x00, 1, 0x00, 1]),
      section(6, [2], [0x64, 0x70, 1, 0xd2, 0, 0x0b], [0x7f, 1, 0x41, 4, 0x0b]),
      section(7, [2], [...name('next'), 0x00, 1], [...name('m'), 0x02, 1]),
      section(10, [2], body(), body(0x23, 1, 0x41, 1, 0x6a, 0x24, 1, 0x23, 1)),
      section(11, [2], [2, 1, 0x41, 0, 0x0b, 1, 0x61], [0, 0x41, 0, 0x0b, 1, 0x62]),
    );
    const group = new InstanceGroup(bytes, { state: 'shared', level: 'all' });
    const [a, b] = group.addAll(2);
    expect(group.rewritten.shared?.ownGlobals).toEqual([0]);
    expect([a, b].map(each => numberOf(each, 'next'))).toEqual([5, 6]);
    const others = [a, b].map(({ m }) => (m instanceof WebAssembly.Memory ? textAt(m, 0, 1) : null));
    expect(others).toEqual(['a', 'a']); // each has one, with its segment
  });

  it('share references to types that the module defines', () => {
    // (type $s (struct (field (mut i32)))) (type $get (func (result i32)))
    // (global $g (mut (ref null $s)) (struct.new $s (i32.const 20)))
    // (func (export "add") (result i32) g.0 = g.0 + 1; g.0)
    const get = [0x23, 0, 0xfb, 2, 0, 0];
    const bytes = moduleOf(
      section(1, [2, 0x5f, 1, 0x7f, 1, 0x60, 0, 1, 0x7f]),
      section(3, [1, 1]),
      section(5, [1, 0x00, 1]),
      section(6, [1], [0x63, 0, 1, 0x41, 20, 0xfb, 0, 0, 0x0b]),
      section(7, [1], [...name('add'), 0x00, 0]),
      section(10, [1], body(0x23, 0, ...get, 0x41, 1, 0x6a, 0xfb, 5, 0, 0, ...get)),
    );
    const [a, b] = new InstanceGroup(bytes, { state: 'shared', level: 'stores' }).addAll(2);
    expect([a, b, a].map(each => numberOf(each, 'add'))).toEqual([21, 22, 23]);
  });
});

describe('a trap', () => {
  const bytes = assemble(`(module
    (memory (export "memory") 1)
    (global i32 (i32.const 1))
    (global $g (mut i32) (i32.const 0))
    (func $inner (global.set $g (i32.const 1)) (unreachable))
    (func $start (i32.store (i32.const 4) (i32.const 4)) (call $inner))
    (start $start)
    (func (export "f") (call $inner)))`);
  const withoutStart = assemble(`(module
    (memory (export "memory") 1)
    (global i32 (i32.const 1))
    (global $g (mut i32) (i32.const 0))
    (func $inner (global.set $g (i32.const 1)) (unreachable))
    (func (export "f") (call $inner)))`);

  function stackOf(guest: Bytes, options: GroupOptions, run: (group: InstanceGroup) => unknown): unknown {
    const group = new InstanceGroup(guest, options);
    try {
      run(group);
    } catch (error) {
      if (!(error instanceof WebAssembly.RuntimeError)) throw error;
      const of = { module: 0, nameOf: functionNamer(readModule(guest)), original: group.rewritten };
      return { message: error.message, stack: parseStack(error.stack ?? '', () => of) };
    }
    throw new Error('nothing trapped');
  }

  it.each(WAYS)('of a start function is told as without shared state, at level %s', (_, way) => {
    const [shared, separate] = (['shared', 'separate'] as const).map(state =>
      stackOf(bytes, { ...way, state }, group => group.add()),
    );
    expect(shared).toEqual(separate);
    expect(shared).toMatchObject({ message: 'unreachable', stack: [{ function: 'inner' }, { function: 'start' }] });
  });

  it.each(WAYS)('of a later instance has the offsets of the file, at level %s', (_, way) => {
    const [shared, separate] = (['shared', 'separate'] as const).map(state =>
      stackOf(withoutStart, { ...way, state }, group => callExport(group.addAll(3)[2], 'f')),
    );
    expect(shared).toEqual(separate);
    expect(shared).toMatchObject({ stack: [{ function: 'inner', functionIndex: 0 }, { functionIndex: 1 }] });
  });
});
