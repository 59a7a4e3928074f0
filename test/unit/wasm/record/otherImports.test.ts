// What stands beside memory 0: imports with the names of the rewrite's own, and memories with 64-bit addresses.
import { describe, expect, it } from 'vitest';
import { callExport } from '../../support/instances.ts';
import { assemble, runRecorded } from './recordedRun.ts';

const LOGS = ['simple', 'compact'] as const;

describe.each(LOGS)('%s log', log => {
  it('the names that the rewrite adds are none of the module’s', async () => {
    const called: string[] = [];
    const run = runRecorded(
      await assemble(`(module
        (import "wasm-shared-memory" "memory" (func $memory))
        (import "wasm-shared-memory" "log" (global $log i32))
        (import "wasm-shared-memory-2" "log-flush" (func $flush))
        (memory 1)
        (func (export "f") (call $memory) (call $flush) (i32.store8 (i32.const 7) (global.get $log))))`),
      { level: 'stores', log },
      () => ({
        'wasm-shared-memory': { memory: () => called.push('memory'), log: 9 },
        'wasm-shared-memory-2': { 'log-flush': () => called.push('flush') },
      }),
    );
    callExport(run.instance.exports, 'f');
    expect(called).toEqual(['memory', 'flush']);
    expect(run.accesses()).toEqual(['i32.store8 @7 09']);
  });

  it.each([
    [
      'memory.size has the type of its memory',
      '(i32.store (i32.const 64) (i32.wrap_i64 (memory.size $wide)))',
      ['i32.store @64 03000000'],
    ],
    [
      'so has what locals hold of it',
      '(local $size i64) (local.set $size (memory.size $wide)) (i64.store (i32.const 64) (local.get $size))',
      ['i64.store @64 0300000000000000'],
    ],
    [
      'memory.grow has it, too',
      '(i64.store (i32.const 64) (memory.grow $wide (i64.const 2)))',
      ['i64.store @64 0300000000000000'],
    ],
    [
      'memory.copy from a memory has its source operand',
      '(i64.store $wide (i64.const 16) (i64.const 0x41)) (memory.copy 0 $wide (i32.const 8) (i64.const 16) (i32.const 4))',
      ['memory.copy @8 +4 from 16'],
    ],
    [
      'memory.copy, memory.fill and memory.init to a memory have its operands',
      `(memory.copy $wide 0 (i64.const 16) (i32.const 8) (i32.const 4)) (memory.fill $wide (i64.const 0) (i32.const 1) (i64.const 9))
       (memory.init $wide $data (i64.const 0) (i32.const 0) (i32.const 1)) (i32.store8 (i32.const 5) (i32.load8_u $wide (i64.const 0)))`,
      ['i32.store8 @5 61'],
    ],
  ])('of a second memory with 64-bit addresses: %s', async (_, instructions, accesses) => {
    const run = runRecorded(
      await assemble(`(module (memory 1) (memory $wide i64 3) (data $data "a") (func (export "f") ${instructions}))`),
      { level: 'stores', log },
    );
    callExport(run.instance.exports, 'f');
    expect(run.accesses()).toEqual(accesses);
  });
});
