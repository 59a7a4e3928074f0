// Programs that go wrong because instances share a memory, each with exactly what is found in it; and such that share it as they should,
// in which nothing is found.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/protocol/finding.ts';
import { findingWords } from '../../../src/protocol/findingWords.ts';
import { ROOT, readGuest, withoutNames } from '../support/fixtures.ts';
import { findingsOfProgram } from '../support/recordedPrograms.ts';
import { assemble } from '../support/wabt.ts';

const folder = mkdtempSync(join(tmpdir(), 'findings-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Programs take a second or two, on a busy machine many. */
const PATIENCE_MS = 120_000;

const guest = (name: string): string => join(ROOT, 'test', 'guests', `${name}.wasm`);

let written = 0;
function wat(text: string): string {
  const file = join(folder, `module-${written++}.wasm`);
  writeFileSync(file, assemble(text));
  return file;
}

/**
 * Records a script.
 * @param files of modules, which it has as `modules`; `make(n)` makes an instance of the n-th over `memory`
 */
async function findingsIn(files: readonly string[], pages: number, script: string, ...options: readonly string[]) {
  const file = join(folder, `program-${written++}.mjs`);
  writeFileSync(
    file,
    `import { readFileSync } from 'node:fs';
    const memory = new WebAssembly.Memory({ initial: ${pages} });
    const modules = ${JSON.stringify(files)}.map(file => new WebAssembly.Module(readFileSync(file)));
    const make = (n, more = {}) => new WebAssembly.Instance(modules[n], { env: { memory, abort() {}, ...more } }).exports;
    ${script}`,
  );
  return findingsOfProgram(...options, file);
}

const told = ({ kind, step, call, instances, range, count }: Finding) => ({
  kind,
  step,
  call,
  instances,
  range: range && [range.address, range.length],
  count,
});

describe('an allocator of which each instance has the state for itself', () => {
  // Measured with the plain JavaScript API: each instance's alloc_11 returns the same address.
  it.each([
    ['stub', 1168],
    ['minimal', 2752],
    ['incremental', 35520],
  ])(
    'hands out one address three times: AssemblyScript, %s',
    async (runtime, at) => {
      const { findings, names } = await findingsIn(
        [guest(`demo/assemblyscript-${runtime}`)],
        1,
        `const [a, b, c] = [make(0), make(0), make(0)];
        const addresses = [a.alloc_11(), b.alloc_11(), c.alloc_11()];
        b.add_23(addresses[1]);`,
      );
      expect(findings.map(told)).toEqual([
        {
          kind: 'duplicate-allocation',
          step: expect.any(Number),
          // Making #1 and #2 are calls, too, where code ran in them before the first call of an export.
          call: expect.any(Number),
          instances: [0, 1, 2],
          range: [at, 4],
          count: 2,
        },
      ]);
      const { happened, remedies } = findingWords(findings[0], names);
      expect(happened).toMatch(
        new RegExp(
          `^Call \\d+, alloc_11 on #1, returned 0x${at.toString(16)} to 0x${(at + 3).toString(16)}, which overlaps `,
        ),
      );
      expect(remedies[0]).toMatch(/^Run the instances with shared state/);
    },
    PATIENCE_MS,
  );
});

it(
  'an allocator that hands out an address again is none, where a block may have been freed inside of the module',
  async () => {
    // `use` takes the block over and frees it, which no call from outside tells.
    const module = wat(`(module
      (import "env" "memory" (memory 1))
      (data (i32.const 0x400) "data")
      (global $top (mut i32) (i32.const 0x800))
      (func (export "malloc") (param i32) (result i32)
        (global.get $top)
        (global.set $top (i32.add (global.get $top) (local.get 0))))
      (func (export "use") (param i32) (i32.store (local.get 0) (i32.const 1)) (global.set $top (local.get 0))))`);
    const { findings } = await findingsIn([module], 1, 'const a = make(0); a.use(a.malloc(16)); a.use(a.malloc(16));');
    expect(findings).toEqual([]);
  },
  PATIENCE_MS,
);

describe('AssemblyScript’s allocator in a module without names', () => {
  it.each(['minimal', 'incremental'])(
    '%s: hands out a block twice to two instances, and never to one',
    async runtime => {
      const file = join(folder, `${runtime}.wasm`);
      writeFileSync(file, withoutNames(readGuest(`demo/assemblyscript-${runtime}`)));
      const two = await findingsIn([file], 1, 'for (const a of [make(0), make(0)]) a.add_23(a.alloc_11());');
      expect(two.findings.map(({ kind, instances }) => [kind, instances])).toEqual([['duplicate-allocation', [0, 1]]]);
      const one = await findingsIn([file], 1, 'const a = make(0), b = make(0); b.add_23(a.alloc_11()); a.alloc_11();');
      expect(one.findings).toEqual([]);
    },
    PATIENCE_MS,
  );
});

describe('an instance that is made late', () => {
  it(
    'puts the state of an allocator back: C, whose zeros are a data segment where memory is imported',
    async () => {
      const { findings } = await findingsIn(
        [guest('demo/c')],
        2,
        `const a = make(0);
        const first = a.alloc_11();
        a.alloc_11();
        const late = make(0);
        if (late.alloc_11() !== first) throw new Error('the allocator did not start again');`,
      );
      expect(findings.map(({ kind, instances }) => [kind, instances])).toEqual([
        ['allocator-reset', [0, 1]],
        ['duplicate-allocation', [0, 1]],
      ]);
    },
    PATIENCE_MS,
  );

  it(
    'puts back single bytes of an integer, where data was cut at its zero bytes',
    async () => {
      // The store stands 6 bytes behind the start of its function's body: no locals (1), i32.const (3), local.get (2). 261 is 05 01 00 00: the segment holds the 5 alone. 300 is 2c 01 00 00, and 05 01 00 00 behind the second making: 261.
      const module = wat(`(module
        (import "env" "memory" (memory 1))
        (data (i32.const 0x400) "\\05")
        (func (export "set") (param i32) (i32.store (i32.const 0x400) (local.get 0)))
        (func (export "get") (result i32) (i32.load (i32.const 0x400))))`);
      const { findings } = await findingsIn([module], 1, 'const a = make(0); a.set(300); make(0); a.get();');
      expect(findings.map(told)).toEqual([
        { kind: 'segment-overwrite', step: 2, call: 2, instances: [0, 1], range: [0x400, 1], count: 1 },
      ]);
      expect(findings[0].details).toMatchObject({ made: 1, segment: 0, bytes: 1, torn: { was: 300, is: 261 } });
      expect(findingWords(findings[0]).happened).toBe(
        'When #1 was made, its data segment 0 put 1 byte at 0x400 back to what it was at first. It ' +
          'had been written by #0 in set+0x6 (i32.store) at step 1. Only a part of what was stored went back: 300 became 261, which nobody has stored.',
      );
    },
    PATIENCE_MS,
  );

  it(
    'changes nothing that was written: no finding',
    async () => {
      const module = wat(`(module
        (import "env" "memory" (memory 1))
        (data (i32.const 0x400) "constant")
        (func (export "set") (param i32) (i32.store (i32.const 0x500) (local.get 0))))`);
      const { findings } = await findingsIn([module], 1, 'const a = make(0); a.set(300); make(0).set(301);');
      expect(findings).toEqual([]);
    },
    PATIENCE_MS,
  );
});

it(
  'further instances of a module for threads have their thread-locals at address 0: nobody tells them where else',
  async () => {
    // As wasm-ld 22 does with --shared-memory: the flag at 1100 lets the first instance alone set things up, __tls_base among them.
    const module = wat(`(module
      (import "env" "memory" (memory 2 16 shared))
      (global $__tls_base (mut i32) (i32.const 0))
      (global $__tls_size (export "__tls_size") i32 (i32.const 12))
      (export "__tls_base" (global $__tls_base))
      (data $.tdata "\\01\\00\\00\\00")
      (start $__wasm_init_memory)
      (func $__wasm_init_memory
        (block (block (block (br_table 0 1 2 (i32.atomic.rmw.cmpxchg (i32.const 1100) (i32.const 0) (i32.const 1))))
          (global.set $__tls_base (i32.const 1024))
          (memory.init $.tdata (i32.const 1024) (i32.const 0) (i32.const 4))
          (i32.atomic.store (i32.const 1100) (i32.const 2))
          (br 1))))
      (func (export "local") (result i32) (i32.load (global.get $__tls_base))))`);
    const { findings } = await findingsIn(
      [module],
      1,
      `const shared = new WebAssembly.Memory({ initial: 2, maximum: 16, shared: true });
      for (let i = 0; i < 3; i++) make(0, { memory: shared }).local();`,
    );
    expect(findings.map(told)).toEqual([
      {
        kind: 'shared-thread-locals',
        step: expect.any(Number),
        call: expect.any(Number),
        instances: [1, 2],
        range: [0, 12],
        count: 2,
      },
    ]);
  },
  PATIENCE_MS,
);

describe('a stack frame that was popped', () => {
  const STACK = `(global $__stack_pointer (mut i32) (i32.const 66560))
    (func $frame (param i32) (result i32) (local i32)
      (global.set $__stack_pointer (local.tee 1 (i32.sub (global.get $__stack_pointer) (i32.const 16))))
      (i32.store offset=12 (local.get 1) (local.get 0))
      (global.set $__stack_pointer (i32.add (local.get 1) (i32.const 16)))
      (i32.add (local.get 1) (i32.const 12)))`;

  it(
    'is in use when its address comes back as an argument',
    async () => {
      const module = wat(`(module
        (import "env" "memory" (memory 2))
        (data (i32.const 0x400) "data")
        ${STACK}
        (func (export "local_of") (param i32) (result i32) (call $frame (local.get 0)))
        (func (export "add") (param i32) (i32.store (local.get 0) (i32.add (i32.load (local.get 0)) (i32.const 1)))))`);
      const { findings } = await findingsIn([module], 2, 'const a = make(0); const at = a.local_of(11); a.add(at);');
      // 66560 − 16 + 12
      expect(findings.map(told)).toEqual([
        { kind: 'dead-stack-pointer', step: 2, call: 2, instances: [0], range: [66556, 4], count: 1 },
      ]);
      expect(findings[0].details).toMatchObject({
        returned: { index: 1, instance: 0, function: 'local_of' },
        taken: { index: 2, instance: 0, function: 'add' },
        stackPointer: 66560,
      });
    },
    PATIENCE_MS,
  );

  it(
    'is no finding where the number that came back is none of its addresses, or the frame is alive',
    async () => {
      const module = wat(`(module
        (import "env" "memory" (memory 2))
        (data (i32.const 0x400) "data")
        ${STACK}
        (func (export "sum") (param i32) (result i32) (drop (call $frame (local.get 0))) (i32.const 40000))
        (func (export "push") (param i32) (result i32)
          (global.set $__stack_pointer (i32.sub (global.get $__stack_pointer) (local.get 0)))
          (global.get $__stack_pointer))
        (func (export "take") (param i32) (i32.store (local.get 0) (i32.const 7))))`);
      const { findings } = await findingsIn(
        [module],
        2,
        'const a = make(0); a.take(a.sum(1)); const block = a.push(32); a.take(block); a.push(-32);',
      );
      expect(findings).toEqual([]);
    },
    PATIENCE_MS,
  );
});

describe('two modules over one memory', () => {
  const module = (at: number): string =>
    wat(`(module
      (import "env" "memory" (memory 1))
      (data (i32.const ${at}) "0123456789abcdef")
      (func (export "set") (param i32) (i32.store (i32.const ${at}) (local.get 0))))`);

  it(
    'that have their data at the same addresses: one of them writes there',
    async () => {
      const { findings } = await findingsIn(
        [module(0x400), module(0x408)],
        1,
        'const [a, b] = [make(0), make(1)]; a.set(1); b.set(2);',
      );
      // The first store into 0x408 to 0x40f is b's: a's goes to 0x400.
      expect(findings.map(({ kind, instances, range }) => [kind, instances, range?.address])).toContainEqual([
        'static-overlap',
        [1],
        0x408,
      ]);
    },
    PATIENCE_MS,
  );

  it(
    'that have their data apart: no finding',
    async () => {
      const { findings } = await findingsIn(
        [module(0x400), module(0x410)],
        1,
        'const [a, b] = [make(0), make(1)]; a.set(1); b.set(2); a.set(3);',
      );
      expect(findings).toEqual([]);
    },
    PATIENCE_MS,
  );
});

it(
  'a store below the data of a module that is written by hand is none',
  async () => {
    const module = wat(`(module
      (import "env" "memory" (memory 1))
      (data (i32.const 0x400) "data")
      (func (export "set") (param i32) (i32.store offset=8 (local.get 0) (i32.const 7))))`);
    expect((await findingsIn([module], 1, 'make(0).set(0);')).findings).toEqual([]);
  },
  PATIENCE_MS,
);

it(
  'a store below all that a module has is a null pointer that was followed',
  async () => {
    const module = wat(`(module
      (import "env" "memory" (memory 1))
      (data (i32.const 0x400) "data")
      (global $__stack_pointer (mut i32) (i32.const 0x800))
      (func (export "set") (param i32) (i32.store offset=8 (local.get 0) (i32.const 7))))`);
    const { findings } = await findingsIn([module], 1, 'const a = make(0); a.set(0x500); a.set(0); a.set(0);');
    expect(findings.map(told)).toEqual([
      { kind: 'null-page-write', step: 2, call: 2, instances: [0], range: [8, 4], count: 2 },
    ]);
  },
  PATIENCE_MS,
);
