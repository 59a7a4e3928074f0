// Faults, and beside each a program that nearly has it, and in which nothing is found. Each row was seen to go wrong once: told where nothing was
// wrong, told as another fault, or not told.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findingWords } from '../../../src/protocol/findingWords.ts';
import { findingsOfProgram } from '../support/recordedPrograms.ts';
import { assemble } from '../support/wabt.ts';

const folder = mkdtempSync(join(tmpdir(), 'neighbours-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Programs take a second or two, on a busy machine many. */
const PATIENCE_MS = 120_000;

let written = 0;

/**
 * Records a script.
 * @param modules fields in the text format; `make(n, more)` makes an instance of the n-th over `memory`, of two pages
 */
const found = (modules: readonly string[], script: string) =>
  foundIn(
    modules.map(fields => assemble(`(module (import "env" "memory" (memory 2)) ${fields})`)),
    script,
  );

function foundIn(modules: readonly Uint8Array[], script: string) {
  const files = modules.map(bytes => {
    const file = join(folder, `module-${written++}.wasm`);
    writeFileSync(file, bytes);
    return file;
  });
  const file = join(folder, `program-${written++}.mjs`);
  writeFileSync(
    file,
    `import { readFileSync } from 'node:fs';
    const memory = new WebAssembly.Memory({ initial: 2 });
    const u8 = new Uint8Array(memory.buffer), u32 = new Uint32Array(memory.buffer);
    const modules = ${JSON.stringify(files)}.map(file => new WebAssembly.Module(readFileSync(file)));
    const make = (n, more = {}) => new WebAssembly.Instance(modules[n], { env: { memory, ...more } }).exports;
    ${script}`,
  );
  return findingsOfProgram('--record', 'all', file);
}

type Row = readonly [title: string, modules: readonly string[], script: string, kinds: readonly string[]];

function rows(name: string, all: readonly Row[]): void {
  describe(name, () => {
    it.each(all)(
      '%s',
      async (_, modules, script, kinds) =>
        expect((await found(modules, script)).findings.map(({ kind }) => kind)).toEqual(kinds),
      PATIENCE_MS,
    );
  });
}

/** Its stack begins at 0x8000 and may come down to 0. `local` returns the address of a struct of which it wrote the second member. */
const STACK_FIRST = `
  (global $__stack_pointer (mut i32) (i32.const 0x8000))
  (func (export "fill") (param $to i32) (result i32) (i32.store (local.get $to) (i32.const 7)) (local.get $to))
  (func (export "use") (param i32) (result i32) (i32.load (local.get 0)))
  (func (export "local") (result i32) (local $frame i32)
    (global.set $__stack_pointer (local.tee $frame (i32.sub (global.get $__stack_pointer) (i32.const 32))))
    (i32.store offset=4 (local.get $frame) (i32.const 9))
    (global.set $__stack_pointer (i32.add (local.get $frame) (i32.const 32)))
    (local.get $frame))
  (func (export "deep") (param $bytes i32) (local $frame i32)
    (global.set $__stack_pointer (local.tee $frame (i32.sub (global.get $__stack_pointer) (local.get $bytes))))
    (i32.store (local.get $frame) (i32.const 9))
    (global.set $__stack_pointer (i32.add (local.get $frame) (local.get $bytes))))`;

rows('an address that a call returns', [
  [
    'is that of a local, though another member of it was written',
    [STACK_FIRST],
    'const a = make(0); a.use(a.local());',
    ['dead-stack-pointer'],
  ],
  [
    'was handed over, below all frames',
    [STACK_FIRST],
    'const a = make(0); a.local(); a.use(a.fill(0x100)); a.use(a.fill(0x7f00));',
    [],
  ],
]);

rows('a stack', [
  ['that goes below 0', [STACK_FIRST], 'try { make(0).deep(0x9000); } catch {}', ['stack-overflow']],
  ['that goes nearly so far', [STACK_FIRST], 'make(0).deep(0x7ff0);', []],
  [
    'that comes down over the data of another module',
    [STACK_FIRST, '(data (i32.const 0x4000) "data of its own") (func (export "run"))'],
    'const a = make(0); make(1); a.deep(0x3ffc);',
    ['static-overlap'],
  ],
  [
    'that ends above it, where a call writes to what it was given there',
    [STACK_FIRST, '(data (i32.const 0x4000) "data of its own") (func (export "run"))'],
    'const a = make(0); make(1); a.deep(0x3f00); a.fill(0x4000);',
    [],
  ],
]);

/** Blocks from \`start\` on, 16 bytes apart at least; their bytes are asked for. */
const bump = (start: number, more = ''): string => `
  (global (export "__heap_base") i32 (i32.const ${start}))
  (global $next (mut i32) (i32.const ${start}))
  (func $malloc (export "malloc") (param $size i32) (result i32)
    (global.get $next)
    (global.set $next (i32.add (global.get $next) (i32.and (i32.add (local.get $size) (i32.const 31)) (i32.const -16)))))
  ${more}`;

/** The demo's i32 lies in a block of 100 bytes that was asked of another allocator. */
const ALLOC_11 = (offset: number): string => `
  (func (export "alloc_11") (result i32) (local $at i32)
    (local.set $at (i32.add (call $malloc (i32.const 100)) (i32.const ${offset})))
    (i32.store (local.get $at) (i32.const 11)) (local.get $at))`;

rows("the block of the demo's allocator", [
  [
    'may be inside of one that it asked for',
    [bump(0x400, ALLOC_11(8))],
    'const a = make(0); a.alloc_11(); a.alloc_11();',
    [],
  ],
  [
    'is all that it asked for',
    [bump(0x400, ALLOC_11(0)), '(data (i32.const 0x430) "data of its own") (func (export "run"))'],
    'const a = make(0); make(1); a.alloc_11();',
    ['foreign-write'],
  ],
  [
    'is not what one returns of its own data',
    [
      bump(0x400, ALLOC_11(0)),
      '(data (i32.const 0x430) "\\0b\\00\\00\\00") (func (export "alloc_11") (result i32) (i32.const 0x430))',
    ],
    'const a = make(0), b = make(1); a.alloc_11(); b.alloc_11();',
    ['foreign-write'],
  ],
]);

/** The allocator's code in the second module writes to what the first one has handed out. */
const POKES = `(import "env" "ask" (func $ask (result i32)))
  (global (export "__heap_base") i32 (i32.const 0x800))
  (func $sbrk (param $at i32) (i32.store (local.get $at) (i32.const 1)))
  (func (export "poke") (param i32) (call $sbrk (i32.load offset=4 (local.get 0))))
  (func (export "pokeAsked") (call $sbrk (call $ask)))
  (func (export "pokeAt400") (call $sbrk (i32.const 0x400)))`;
const asks = (then: string): string => `
  const a = make(0);
  const b = make(1, { ask: () => a.malloc(16) });
  ${then}`;

rows("a block of one module's in which the other one writes", [
  ['of its own accord', [bump(0x400), POKES], asks('a.malloc(16); b.pokeAt400();'), ['foreign-write']],
  [
    'since it was given the address in memory',
    [bump(0x400), POKES],
    asks('u32[0x104 / 4] = a.malloc(16); b.poke(0x100);'),
    [],
  ],
  ['since it asked for the block', [bump(0x400), POKES], asks('b.pokeAsked();'), []],
]);

/** A state of 4 bytes at 0x400 that a late instance puts back: a number, or where blocks begin. */
const state = (value: number, name: string, more = ''): string => `
  (data (i32.const 0x400) "\\00\\00\\00\\00")
  (func $${name} (export "${name}") (result i32)
    (i32.store (i32.const 0x400) (i32.add (i32.load (i32.const 0x400)) (i32.const ${value})))
    (i32.const 0x500)) ${more}`;

rows('what a late instance puts back', [
  [
    "is an allocator's where it was an address",
    [state(0x510, 'alloc_11')],
    'make(0).alloc_11(); make(0);',
    ['allocator-reset'],
  ],
  [
    'is a number that the allocator keeps beside it',
    [state(1, 'alloc_11')],
    'make(0).alloc_11(); make(0);',
    ['segment-overwrite'],
  ],
  [
    'had been cleared by the host',
    ['(data (i32.const 0x400) "data") (func (export "run"))'],
    'make(0).run(); u8.fill(0); make(0).run();',
    [],
  ],
  [
    'had been changed by the host',
    ['(data (i32.const 0x400) "data") (func (export "run"))'],
    'make(0).run(); u8.fill(1, 0x400, 0x404); make(0).run();',
    ['segment-overwrite'],
  ],
  ['is the guard of a reactor', [state(1, '_initialize')], 'make(0)._initialize(); make(0)._initialize();', []],
]);

const LOW = `(global $__stack_pointer (mut i32) (i32.const 0x8000)) (data (i32.const 0x4000) "data")
  (func (export "put") (param i32 i32) (i32.store (i32.add (local.get 0) (local.get 1)) (i32.const 1)))`;

rows('a store below all that a module has', [
  ['through a null pointer', [LOW], 'make(0).put(0, 8);', ['null-page-write']],
  ['to what the call was given', [LOW], 'make(0).put(0x1000, 8);', []],
]);

rows('data of two modules at one place', [
  [
    'that differs',
    [
      '(data (i32.const 0x400) "data of A") (func (export "run"))',
      '(data (i32.const 0x400) "data of B") (func (export "run"))',
    ],
    'make(0); make(1);',
    ['static-overlap'],
  ],
  [
    'that is the same',
    [
      '(data (i32.const 0x400) "data") (func (export "run"))',
      '(data (i32.const 0x400) "data")(data (i32.const 0x500) "more") (func (export "run"))',
    ],
    'make(0); make(1);',
    [],
  ],
]);

it(
  'an allocator of which both instances have the one state is none of two',
  async () => {
    // Freed twice, it hands the page out twice, on memory that it made grow.
    const guest = `(global (export "__heap_base") i32 (i32.const 0x800)) (data (i32.const 0x400) "\\00\\00\\00\\00")
      (func $malloc (export "malloc") (param i32) (result i32) (local $at i32)
        (local.set $at (i32.load (i32.const 0x400)))
        (if (i32.eqz (local.get $at)) (then (return (i32.mul (memory.grow (i32.const 1)) (i32.const 65536)))))
        (i32.store (i32.const 0x400) (i32.load (local.get $at)))
        (local.get $at))
      (func $free (export "free") (param i32)
        (i32.store (local.get 0) (i32.load (i32.const 0x400)))
        (i32.store (i32.const 0x400) (local.get 0)))`;
    const { findings, names } = await found(
      [guest],
      'const a = make(0), b = make(0), block = a.malloc(64); a.free(block); b.free(block); a.malloc(64); b.malloc(64);',
    );
    expect(findings.map(({ kind }) => kind)).toEqual(['double-free', 'duplicate-allocation']);
    // A function keeps its name where it begins a sentence, and a call does not.
    expect(findingWords(findings[0], names).happened).toMatch(/^Call \d+, free on #1, freed the block/);
  },
  PATIENCE_MS,
);

it(
  'a stack that comes down to where only a guess says that statics end is no overflow; down to data, it is',
  async () => {
    // Without names, and with a memory of its own: 64 KiB below 0x11000 are the usual stack, and data that is seen ends at 0x404.
    const guest = assemble(
      `(module (memory 2) (data (i32.const 0x400) "data") (global $sp (mut i32) (i32.const 0x11000))
        (func (export "deep") (param $bytes i32) (local $frame i32)
          (global.set $sp (local.tee $frame (i32.sub (global.get $sp) (local.get $bytes))))
          (i32.store (local.get $frame) (i32.const 9))
          (global.set $sp (i32.add (local.get $frame) (local.get $bytes))))
        (func (export "shallow") (local $frame i32)
          (global.set $sp (local.tee $frame (i32.sub (global.get $sp) (i32.const 16))))
          (global.set $sp (i32.add (local.get $frame) (i32.const 16)))))`,
      { names: false },
    );
    const kinds = async (bytes: number): Promise<string[]> =>
      (await foundIn([guest], `const { deep, shallow } = make(0); shallow(); deep(${bytes});`)).findings.map(
        ({ kind }) => kind,
      );
    expect(await kinds(0x11000 - 0xf00)).toEqual([]);
    expect(await kinds(0x11000 - 0x400)).toEqual(['stack-overflow']);
  },
  PATIENCE_MS,
);
