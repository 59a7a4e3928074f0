// Programs whose modules share a memory, in the text format, and which kinds of findings each gives.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findingWords } from '../../../src/protocol/findingWords.ts';
import { InstanceNames } from '../../../src/protocol/instanceNames.ts';
import { assemble as assembleAny } from '../wasm/record/recordedRun.ts';
import { recordProgram } from './recordedPrograms.ts';
import { assemble } from './wabt.ts';

export const MEMORY = '(import "env" "memory" (memory 2))';
export const little = (value: number): string =>
  [0, 8, 16, 24].map(bits => `\\${((value >> bits) & 255).toString(16).padStart(2, '0')}`).join('');

/** An allocator with a position at `state`, a list of freed blocks behind it, and heads of 8 bytes. */
export const listAllocator = (heap: number, state = 0x200): string => `
  (global (export "__heap_base") i32 (i32.const ${heap}))
  (data (i32.const ${state}) "${little(heap)}${little(0)}")
  (func $malloc (export "malloc") (param $size i32) (result i32) (local $block i32)
    (local.set $block (i32.load (i32.const ${state + 4})))
    (if (local.get $block)
      (then (i32.store (i32.const ${state + 4}) (i32.load offset=4 (local.get $block))))
      (else
        (local.set $block (i32.load (i32.const ${state})))
        (i32.store (local.get $block) (local.get $size))
        (i32.store (i32.const ${state}) (i32.add (local.get $block) (i32.add (local.get $size) (i32.const 8))))))
    (i32.add (local.get $block) (i32.const 8)))
  (func $free (export "free") (param $address i32)
    (i32.store (i32.sub (local.get $address) (i32.const 4)) (i32.load (i32.const ${state + 4})))
    (i32.store (i32.const ${state + 4}) (i32.sub (local.get $address) (i32.const 8))))`;

/** An allocator that only goes on, from a word at 0x200. */
export const bumpAllocator = (heap: number): string => `
  (global (export "__heap_base") i32 (i32.const ${heap})) (data (i32.const 0x200) "${little(heap)}")
  (func $malloc (export "malloc") (param $size i32) (result i32)
    (i32.load (i32.const 0x200))
    (i32.store (i32.const 0x200) (i32.add (i32.load (i32.const 0x200)) (local.get $size))))`;

/** Heads of 8 bytes, and blocks of a multiple of 16: behind a block of 4 bytes the next head is 12 bytes away. Blocks begin at 0x408. */
export const ROUNDED = `${MEMORY} (global (export "__heap_base") i32 (i32.const 0x400)) (data (i32.const 0x200) "${little(0x400)}")
  (func $malloc (export "malloc") (param $size i32) (result i32) (local $head i32)
    (local.set $head (i32.load (i32.const 0x200)))
    (i32.store (local.get $head) (local.get $size))
    (i32.store (i32.const 0x200) (i32.add (local.get $head) (i32.add (i32.const 8)
      (i32.and (i32.add (local.get $size) (i32.const 15)) (i32.const -16)))))
    (i32.add (local.get $head) (i32.const 8)))
  (func $free (export "free") (param $block i32) (i32.store (i32.sub (local.get $block) (i32.const 4)) (i32.const 1)))`;

/** Stores bytes, one by one. */
export const FILL = `(func $fill (export "fill") (param $at i32) (param $end i32)
  (loop (i32.store8 (local.get $at) (i32.const 7))
    (br_if 0 (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 1))) (local.get $end)))))`;

export const PUT = '(func (export "put") (param i32) (i32.store (local.get 0) (i32.const -1)))';
export const STACK = '(global $__stack_pointer (mut i32) (i32.const 0x8000)) (data (i32.const 0x9000) "data")';
export const FRAMES = `
  (func (export "alloc") (param i32) (result i32)
    (global.set $__stack_pointer (i32.sub (global.get $__stack_pointer) (local.get 0))) (global.get $__stack_pointer))
  (func (export "restore") (param i32) (global.set $__stack_pointer (local.get 0)))
  (func (export "init") (param i32) (result i32) (i32.store (local.get 0) (i32.const 1)) (local.get 0))
  (func (export "use") (param i32) (result i32) (i32.load (local.get 0)))`;

/** An allocator whose position is in a global of a type. */
export const globalAllocator = (type: string, from: (value: string) => string, to: string, first: string): string => `
  (global (export "__heap_base") i32 (i32.const 0x400)) (global $next (mut ${type}) (${type}.const ${first}))
  (func $malloc (export "malloc") (param $size i32) (result i32) (local $at i32)
    (local.set $at ${to}) (global.set $next ${from('(i32.add (local.get $at) (local.get $size))')}) (local.get $at))
  (func $free (export "free") (param i32)) ${PUT}`;

export interface Program {
  readonly what: string;
  readonly modules: readonly string[];
  /** `make(0)` makes an instance of the first module, and gives its exports. */
  readonly source: string;
  readonly memory?: string;
  /** Whether the modules have the names of their functions; they have where nothing is said. */
  readonly hasNames?: boolean;
  readonly found: readonly string[];
  /** A part of the first finding's words. */
  readonly words?: string;
}

/** A test of each. */
export function describePrograms(programs: readonly Program[]): void {
  const folder = mkdtempSync(join(tmpdir(), 'shared-programs-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  describe('a program in which', () => {
    it.each(programs)(
      '$what',
      async ({ modules, source, memory = '{ initial: 2 }', hasNames = true, found, words }) => {
        for (const [index, module] of modules.entries())
          writeFileSync(
            join(folder, `m${index}.wasm`),
            hasNames ? await assembleAny(`(module ${module})`) : assemble(`(module ${module})`, { names: false }),
          );
        const script = join(folder, 'program.cjs');
        writeFileSync(
          script,
          `const memory = new WebAssembly.Memory(${memory});
       const compiled = ${JSON.stringify(modules.map((_, index) => `m${index}.wasm`))}.map(
         name => new WebAssembly.Module(require('node:fs').readFileSync(require('node:path').join(__dirname, name))));
       const make = (index, more) => new WebAssembly.Instance(compiled[index], { env: { memory, ...more } }).exports;
       ${source}`,
        );
        const { run } = await recordProgram(script);
        try {
          const findings = await run.recording.ask('findings', {});
          expect(findings.map(({ kind }) => kind)).toEqual(found);
          if (words !== undefined)
            expect(findingWords(findings[0], InstanceNames.of(run.snapshot)).happened).toContain(words);
        } finally {
          run.dispose();
        }
      },
    );
  });
}
