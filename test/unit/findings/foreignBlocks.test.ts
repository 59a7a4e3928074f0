// Blocks that one module's allocator hands out and another module writes to: of its own accord, or since it was given them.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findingWords } from '../../../src/protocol/findingWords.ts';
import { findingsHere, namesHere } from '../support/findings.ts';
import { recordProgram } from '../support/recordedPrograms.ts';
import { runHere } from '../support/runs.ts';
import { assemble } from '../support/wabt.ts';

const folder = mkdtempSync(join(tmpdir(), 'foreign-writes-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A guest of the demo whose i32 is at an address. @param more what else is in the module @param before what `add_23` does first */
const guest = (at: number, more = '', before = ''): Uint8Array =>
  assemble(`(module (import "env" "memory" (memory 3)) ${more}
    (func (export "alloc_11") (result i32) (i32.store (i32.const ${at}) (i32.const 11)) (i32.const ${at}))
    (func (export "add_23") (param i32) (local i32) ${before}
      (i32.store (local.get 0) (i32.add (i32.load (local.get 0)) (i32.const 23)))))`);

/** As LLD lays it out: data at 0x400, then 64 KiB of stack, up to 66,560. */
const STACK = '(global $__stack_pointer (mut i32) (i32.const 66560)) (data (i32.const 0x400) "data")';
/** Pushes a frame of 16 bytes, and stores 7 in its last four: at 66,556. */
const FRAME = `(global.set $__stack_pointer (local.tee 1 (i32.sub (global.get $__stack_pointer) (i32.const 16))))
  (i32.store offset=12 (local.get 1) (i32.const 7))
  (global.set $__stack_pointer (i32.add (local.get 1) (i32.const 16)))`;

describe('a block in the stack of another module', () => {
  it('is found where that one writes to its stack', async () => {
    const run = runHere([guest(66_556), guest(0x20000, STACK, FRAME)]);
    // 11 and 34 of the one, 11 of the other, whose first add_23 puts the 7 into the block: at step 4, behind three stores.
    expect(run.calls.map(({ watched }) => watched?.after)).toEqual([11, 34, 11, 34, 30, 57]);
    const [found, ...others] = await findingsHere(run);
    expect(others).toEqual([]);
    expect(found).toMatchObject({ kind: 'foreign-write', step: 4, call: 1, instances: [0, 1], count: 1 });
    expect(found.range).toEqual({ address: 66_556, length: 4 });
    expect(findingWords(found, namesHere(run)).happened).toMatch(
      /^Call 1, alloc_11 on #0 \(.*\), returned 0x103fc to 0x103ff, and #1 \(.*\) in add_23\+0x\w+ \(i32\.store\) wrote 4 bytes at 0x103fc of its own accord: .* has its heap or its stack there, too\.$/,
    );
  });

  it('is none as long as it writes elsewhere', async () => {
    expect(await findingsHere(runHere([guest(0x8000), guest(0x20000, STACK, FRAME)]))).toEqual([]);
  });
});

it('a block that a module was given for its own allocator is none', async () => {
  const files = [
    // Hands out 0x800 and up.
    `(module (import "env" "memory" (memory 1)) (data (i32.const 0x400) "data") (global $top (mut i32) (i32.const 0x800))
      (func (export "malloc") (param i32) (result i32)
        (global.get $top) (global.set $top (i32.add (global.get $top) (local.get 0)))))`,
    // Its allocator writes sizes of blocks from 0x800 on, or from where `init` says.
    `(module (import "env" "memory" (memory 1)) (data (i32.const 0x600) "data") (global $top (mut i32) (i32.const 0x800))
      (func (export "init") (param i32) (global.set $top (local.get 0)))
      (func $malloc (param i32) (i32.store (global.get $top) (local.get 0)))
      (func (export "use") (call $malloc (i32.const 8))))`,
  ].map((text, index) => {
    const file = join(folder, `${index}.wasm`);
    writeFileSync(file, assemble(text));
    return file;
  });
  const program = async (init: string) => {
    const script = join(folder, 'program.mjs');
    writeFileSync(
      script,
      `import { readFileSync } from 'node:fs';
      const memory = new WebAssembly.Memory({ initial: 1 });
      const [a, b] = ${JSON.stringify(files)}.map(
        file => new WebAssembly.Instance(new WebAssembly.Module(readFileSync(file)), { env: { memory } }).exports);
      const block = a.malloc(256);
      ${init}
      b.use();`,
    );
    const { run } = await recordProgram(script);
    const findings = await run.recording.ask('findings', {});
    run.dispose();
    return findings.map(({ kind }) => kind);
  };
  expect(await program('')).toEqual(['foreign-write']);
  expect(await program('b.init(block);')).toEqual([]);
}, 60_000);

it('a store below all that a module has is none to a null pointer where it is to the block of a module that lies lower', async () => {
  const lower = join(folder, 'lower.wasm');
  const higher = join(folder, 'higher.wasm');
  writeFileSync(
    lower,
    assemble(`(module (memory (export "memory") 3) (data (i32.const 0x400) "data") (global $top (mut i32) (i32.const 0x800))
      (func (export "malloc") (param i32) (result i32)
        (global.get $top) (global.set $top (i32.add (global.get $top) (local.get 0)))))`),
  );
  writeFileSync(
    higher,
    assemble(`(module (import "env" "memory" (memory 3)) (global $__stack_pointer (mut i32) (i32.const 0x21000))
      (data (i32.const 0x20000) "data")
      (func (export "fill") (param i32 i32) (memory.fill (local.get 0) (i32.const 7) (local.get 1))))`),
  );
  const program = async (fills: string) => {
    const script = join(folder, 'lower.mjs');
    writeFileSync(
      script,
      `import { readFileSync } from 'node:fs';
      const make = (file, imports) => new WebAssembly.Instance(new WebAssembly.Module(readFileSync(file)), imports).exports;
      const { malloc, memory } = make(${JSON.stringify(lower)});
      const { fill } = make(${JSON.stringify(higher)}, { env: { memory } });
      const block = malloc(64);
      ${fills}`,
    );
    const { run } = await recordProgram(script);
    const findings = await run.recording.ask('findings', {});
    run.dispose();
    return findings.map(({ kind, range }) => [kind, range?.address]);
  };
  // Its data, and a block of it.
  expect(await program('fill(0x402, 2); fill(block, 64);')).toEqual([]);
  expect(await program('fill(block, 64); fill(8, 4);')).toEqual([['null-page-write', 8]]);
}, 60_000);
