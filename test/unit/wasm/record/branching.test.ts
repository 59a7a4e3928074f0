// V8's optimizing compiler takes gigabytes for functions with very many branches: their modules are not given to it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readModule } from '../../../../src/wasm/module.ts';
import { recordAccesses } from '../../../../src/wasm/record/recordAccesses.ts';
import { ended, startCliWith } from '../../support/cli.ts';
import { assemble } from './recordedRun.ts';

/** Function 0 `many` has branches to its one block; function 1 `sum` stores in a loop. */
const guest = (branches: number): Promise<Uint8Array<ArrayBuffer>> =>
  assemble(`(module (memory 1)
    (func $many block ${'i32.const 0 br_if 0 '.repeat(branches)} end)
    (func (export "sum") (param $n i32) (result i32) (local $i i32)
      call $many
      (loop $again
        (i32.store (i32.const 8) (i32.add (i32.load (i32.const 8)) (local.get $i)))
        (br_if $again (i32.lt_s (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
      (i32.load (i32.const 8))))`);

const branchingOf = (bytes: Uint8Array, level: 'stores' | 'calls' = 'stores'): readonly number[] =>
  recordAccesses(readModule(bytes), { level }).branching;

it('4000 branches to one label are too many', async () => {
  expect(branchingOf(await guest(3999))).toEqual([]);
  expect(branchingOf(await guest(4000))).toEqual([0]);
  // Its code is copied as it is.
  expect(branchingOf(await guest(4000), 'calls')).toEqual([]);
});

it.each([
  ['the function', (count: number) => 'br 0 '.repeat(count)],
  ['a block around another', (count: number) => `block block ${'br 1 '.repeat(count)} end end`],
  ['a loop', (count: number) => `loop ${'i32.const 0 br_if 0 '.repeat(count)} end`],
  ['where else it is a switch', (count: number) => `block i32.const 0 br_table ${'0 '.repeat(count)} end`],
])('are those of %s', async (_, code) => {
  const of = async (count: number): Promise<readonly number[]> =>
    branchingOf(await assemble(`(module (memory 1) (func ${code(count)}))`));
  expect(await of(3999)).toEqual([]);
  expect(await of(4000)).toEqual([0]);
});

it('of several labels, each has its own', async () => {
  const half = 'br 0 '.repeat(2000);
  const wat = `(module (memory 1) (func block ${half} end block ${half} end loop ${half} end))`;
  expect(branchingOf(await assemble(wat))).toEqual([]);
});

describe('a module with such a function', () => {
  const folder = mkdtempSync(join(tmpdir(), 'branching-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  writeFileSync(
    join(folder, 'script.cjs'),
    `const bytes = require('node:fs').readFileSync(__dirname + '/' + process.argv[2]);
     const { sum } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
     for (let i = 0; i < 20; i++) sum(0x10000);
     console.log('sum', sum(1));`,
  );
  /** The sum of 0 to 65535, 20 times; below 2³¹ as an i32. */
  const SUM = (20 * ((0xffff * 0x10000) / 2)) | 0;

  /** Records the script; `optimized` are the lines in which V8 itself tells what it has optimized. */
  async function recorded(branches: number, ...options: readonly string[]) {
    writeFileSync(join(folder, 'guest.wasm'), await guest(branches));
    const args = ['record', '--export', join(folder, 'out.wsmrec'), join(folder, 'script.cjs'), 'guest.wasm'];
    const flags = ['--trace-wasm-compilation-times', '--wasm-sync-tier-up', ...options];
    const { code, stdout, stderr } = await ended(startCliWith(flags, ...args));
    expect([code, stderr]).toEqual([0, expect.stringContaining('recorded: 21 calls and steps 0 to')]);
    expect(stdout).toContain(`sum ${SUM}\n`);
    return { optimized: stdout.split('\n').filter(line => line.includes('using TurboFan')), stderr };
  }

  it('runs as V8 first compiles it, and says so', async () => {
    const { optimized, stderr } = await recorded(4000);
    expect(optimized).toEqual([]);
    expect(stderr).toMatch(/runs in V8's baseline code, which is slower: .*the function many \(index 0\)/);
  });

  it('is told from others, which V8 optimizes', async () => {
    const { optimized, stderr } = await recorded(3999);
    expect(optimized).not.toEqual([]);
    expect(stderr).not.toContain('baseline');
  });

  it('is compiled as the flags say with which the program was started', async () => {
    const { optimized, stderr } = await recorded(4000, '--wasm-tiering-budget=1000', '--no-wasm-lazy-compilation');
    expect(optimized).not.toEqual([]);
    expect(stderr).not.toContain('baseline');
  });
});
