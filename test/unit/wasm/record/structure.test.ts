// What the rewrite moves besides code: index spaces, and everything that names an index.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { readModule } from '../../../../src/wasm/module.ts';
import { functionNamer } from '../../../../src/wasm/names.ts';
import { logReader } from '../../../../src/wasm/record/decodeLog.ts';
import { recordAccesses } from '../../../../src/wasm/record/recordAccesses.ts';
import { assemble, runRecorded } from './recordedRun.ts';

const OPTIONS = [
  { level: 'all', log: 'simple' },
  { level: 'all', log: 'compact' },
] as const;

const WITH_ALL_INDICES = `(module
  (import "env" "double" (func $double (param i32) (result i32)))
  (import "env" "base" (global $base i32))
  (memory (export "memory") 1 1)
  (memory $other (export "other") 1 1)
  (global $count (export "count") (mut i32) (i32.const 3))
  (global $function (mut funcref) (ref.func $inc))
  (table $t (export "table") 3 funcref)
  (elem (i32.const 0) $inc $double)
  (elem $late func $add)
  (data (i32.const 16) "\\2a")
  (func $inc (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
  (func $add (param i32) (result i32) (i32.add (local.get 0) (global.get $count)))
  (func $begin (global.set $count (i32.add (global.get $count) (i32.load8_u (i32.const 16)))))
  (start $begin)
  (func (export "run") (param $a i32) (result i32)
    (memory.fill 1 (i32.const 16) (i32.const 7) (i32.const 1))
    (table.init $t $late (i32.const 2) (i32.const 0) (i32.const 1))
    (i32.store (global.get $base) (call_indirect (param i32) (result i32) (local.get $a) (i32.const 2)))
    (i32.store $other (i32.const 0) (i32.load8_u $other (i32.const 16)))
    (memory.copy 1 1 (i32.const 8) (i32.const 0) (i32.const 4))
    (drop (memory.size 1))
    (i32.add
      (call $double (call $inc (i32.load (global.get $base))))
      (i32.add (i32.load $other (i32.const 8)) (call_indirect (param i32) (result i32) (i32.const 100) (i32.const 0)))))
  (func (export "tail") (param i32) (result i32)
    (i32.store8 (i32.const 5) (local.get 0))
    (return_call $double (local.get 0))))`;

describe.each(OPTIONS)('$level, $log', options => {
  test('functions, globals, memories, tables, segments and the start function keep their meaning', async () => {
    const base = new WebAssembly.Global({ value: 'i32' }, 64);
    const run = runRecorded(await assemble(WITH_ALL_INDICES), options, () => ({
      env: { double: (value: number) => value * 2, base },
    }));
    const { run: exported, tail, count, other, table } = run.instance.exports;
    if (typeof exported !== 'function' || typeof tail !== 'function') throw new Error('an export is missing');
    if (!(count instanceof WebAssembly.Global) || !(other instanceof WebAssembly.Memory))
      throw new Error('not exported');
    if (!(table instanceof WebAssembly.Table)) throw new Error('not exported');
    expect(run.accesses()).toEqual(['i32.load8_u @16']); // the start function
    expect(count.value).toBe(3 + 42);
    // 10 + 45 = 55 is stored; (55 + 1) × 2 + 7 + 101
    expect(exported(10)).toBe(112 + 7 + 101);
    // Accesses of the other memory are not recorded.
    expect(run.accesses()).toEqual(['i32.store @64 37000000', 'i32.load @64']);
    expect(new Uint8Array(other.buffer)[8]).toBe(7);
    expect(tail(21)).toBe(42);
    expect(run.accesses()).toEqual(['i32.store8 @5 15']);
    expect(table.get(0)(1)).toBe(2);
    expect(table.get(1)(4)).toBe(8);
  });

  test('sites are those of the original file', async () => {
    const bytes = await assemble(`(module
      (import "env" "f" (func))
      (memory 1)
      (func $quiet)
      (func $writer (export "w") (i32.store8 offset=3 (i32.const 0) (i32.const 1)) (drop (i64.load (i32.const 8)))))`);
    const module = readModule(bytes);
    const { sites } = logReader(module, recordAccesses(module, options).plan);
    expect(sites.count).toBe(2);
    const store = sites.at(0);
    expect(store).toMatchObject({ id: 0, function: 2, kind: 'store', width: 1, memoryOffset: 3 });
    expect(functionNamer(module)(store.function)).toBe('writer');
    // The opcode of i32.store8, alignment 0, offset 3.
    expect([...bytes.subarray(store.offset, store.offset + 3)]).toEqual([0x3a, 0x00, 0x03]);
    expect(sites.at(1)).toMatchObject({
      id: 1,
      function: 2,
      kind: 'load',
      width: 8,
      instruction: { name: 'i64.load' },
    });
    expect(bytes[sites.at(1).offset]).toBe(0x29);
    expect(() => sites.at(2)).toThrow(RangeError);
  });

  test('a stack of the recorded module is one of the original file', async () => {
    const bytes = await assemble(`(module
      (import "env" "f" (func $f))
      (memory 1)
      (func $trap (param i32) (i32.store (i32.const 0) (local.get 0)) (drop (i32.div_u (i32.const 1) (local.get 0))))
      (func (export "run") (i32.store (i32.const 4) (i32.const 1)) (call $f) (call $trap (i32.const 0))))`);
    const run = runRecorded(bytes, options, () => ({ env: { f: () => {} } }));
    const { run: exported } = run.instance.exports;
    if (typeof exported !== 'function') throw new Error('the export is missing');
    let stack = '';
    try {
      exported();
    } catch (error) {
      stack = error instanceof Error ? (error.stack ?? '') : '';
    }
    const frames = [...stack.matchAll(/wasm-function\[(\d+)\]:0x([0-9a-f]+)/g)].map(([, index, offset]) => ({
      index: run.recorded.originalFunction(Number(index)),
      opcode: bytes[run.recorded.originalOffset(Number.parseInt(offset, 16))],
    }));
    // i32.div_u in function 1, call in function 2
    expect(frames).toEqual([
      { index: 1, opcode: 0x6e },
      { index: 2, opcode: 0x10 },
    ]);
  });
});

test('a long recording in both logs: the kernels of the benchmark, access for access', () => {
  const path = fileURLToPath(new URL('../../../../bench/kernels/kernels.wasm', import.meta.url));
  const bytes = new Uint8Array(readFileSync(path));
  const calls: readonly (readonly [string, number, number])[] = [
    ['matmul', 12, 2],
    ['qsort_', 3000, 1],
    ['sieve', 3000, 2],
    ['sha', 8, 2],
    ['fill64', 3000, 2],
    ['list', 300, 10],
  ];
  for (const level of ['all', 'stores'] as const) {
    const [simple, compact] = (['simple', 'compact'] as const).map(log =>
      runRecorded(bytes, { level, log }, () => ({ env: { callback: () => {} } })),
    );
    for (const [name, size, repetitions] of calls) {
      const lists = [simple, compact].map(run => {
        const { reset, [name]: kernel } = run.instance.exports;
        if (typeof kernel !== 'function' || typeof reset !== 'function') throw new Error(`${name} is missing`);
        reset();
        kernel(size, repetitions);
        return run.accesses();
      });
      expect(lists[0].length).toBeGreaterThan(300);
      // One comparison: a matcher would compare a hundred thousand strings one by one.
      expect(lists[1].join('\n') === lists[0].join('\n'), `${name}, ${level}`).toBe(true);
      expect(Buffer.compare(compact.rebuilt(), new Uint8Array(compact.memory.buffer))).toBe(0);
    }
  }
});
