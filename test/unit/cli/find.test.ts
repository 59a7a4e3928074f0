// `find`: what is found in runs and recordings, as lines and as JSON.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, describe, expect, it } from 'vitest';
import { cli, lines } from '../support/cli.ts';
import { demoNames, GUESTS, ROOT } from '../support/fixtures.ts';
import { assemble } from '../support/wabt.ts';

const folder = mkdtempSync(join(tmpdir(), 'cli-find-'));
afterAll(() => rmSync(folder, { recursive: true }));

const schemaOf = (name: string) => JSON.parse(readFileSync(join(ROOT, 'schemas', `${name}.schema.json`), 'utf8'));
const ajv = new Ajv2020({
  strict: true,
  strictTypes: false,
  allErrors: true,
  schemas: [schemaOf('run')],
});
const validate = ajv.compile(schemaOf('find'));

const printNames = readdirSync(join(GUESTS, 'print'))
  .filter(file => file.endsWith('.wasm'))
  .map(file => `print/${file.slice(0, -'.wasm'.length)}`);

const guest = (name: string): string => join(GUESTS, `${name}.wasm`);

describe('a run', () => {
  it('of the demo is clean', async () => {
    const { code, stdout } = await cli('find', guest('demo/wat'));
    expect([code, stdout]).toEqual([0, `${guest('demo/wat')}: nothing was found.\n`]);
  });

  // What each must end with is in test/guests/index.ts: these two are right by luck, or work on a copy.
  const FOUND = new Map([
    ['print/dead-stack', ['dead-stack-pointer']],
    ['print/own-copy', ['printed-value-differs']],
  ]);
  it.each([...demoNames, ...printNames])('of %s has the findings that it should, mostly none', async name => {
    const { stdout } = await cli('find', guest(name), '--json');
    const { findings }: { findings: readonly { kind: string }[] } = JSON.parse(stdout);
    expect(findings.map(({ kind }) => kind)).toEqual(FOUND.get(name) ?? []);
  });

  it('without single accesses is looked at as far as calls tell, which is said', async () => {
    const { code, stdout } = await cli('find', guest('demo/c'), '--late', '1', '--record', 'calls');
    expect([code, lines(stdout)]).toEqual([
      0,
      [
        `${guest('demo/c')}: nothing was found.`,
        'Single accesses are not recorded: only allocations, thread-locals and printed values were looked at. --record stores looks at all.',
      ],
    ]);
  });

  it.each(['separate', 'shared'])('whose stack comes down to the data is told so once, with state %s', async state => {
    const file = join(folder, 'deep.wasm');
    // Ten frames of 128 bytes from 0x800 on reach 0x300; the data ends at 0x404.
    writeFileSync(
      file,
      assemble(`(module (import "env" "memory" (memory 1)) (global $__stack_pointer (mut i32) (i32.const 0x800))
        (data (i32.const 0x400) "data")
        (func (export "alloc_11") (result i32) (i32.store (i32.const 0x900) (i32.const 11)) (i32.const 0x900))
        (func $deep (param $left i32) (local $frame i32)
          (global.set $__stack_pointer (local.tee $frame (i32.sub (global.get $__stack_pointer) (i32.const 128))))
          (i32.store (local.get $frame) (local.get $left))
          (if (local.get $left) (then (call $deep (i32.sub (local.get $left) (i32.const 1)))))
          (global.set $__stack_pointer (i32.add (local.get $frame) (i32.const 128))))
        (func (export "add_23") (param i32) (call $deep (i32.const 9))
          (i32.store (local.get 0) (i32.add (i32.load (local.get 0)) (i32.const 23)))))`),
    );
    const { code, stdout } = await cli('find', file, '--state', state, '--json');
    const { findings }: { findings: readonly { kind: string; count: number }[] } = JSON.parse(stdout);
    expect([code, findings.map(({ kind }) => kind)]).toEqual([1, ['stack-overflow']]);
  });

  it('that is right by luck is told so: the address of a local is handed out', async () => {
    const file = guest('print/dead-stack');
    const { code, stdout } = await cli('find', file);
    expect(code).toBe(1);
    const [first, happened, todo] = lines(stdout);
    // alloc_11 is call 1 and add_23 takes its address in call 2.
    expect(first).toMatch(/: error: An address in a dead stack frame is in use, at step \d+ \[dead-stack-pointer\]$/);
    expect(first.startsWith(`${file}: `)).toBe(true);
    // test/guests/README.md: the address is 1048516, and Rust's stack ends at 1 MiB.
    expect(happened).toContain(
      `Call 1, alloc_11 on #0, returned 0x${(1048516).toString(16)}, which lies in its own stack frame`,
    );
    expect(happened).toContain('(the stack ends at 0x100000 then)');
    expect(happened).toContain('Call 2, add_23 on #0, uses it.');
    expect(todo).toMatch(/^ {4}What to do: Return the address of something that lives on/);
  });

  it('whose guest works on a copy prints what memory does not hold', async () => {
    const { code, stdout } = await cli('find', guest('print/own-copy'), '--json');
    const document: unknown = JSON.parse(stdout);
    expect(validate(document), JSON.stringify(validate.errors)).toBe(true);
    expect(code).toBe(1);
    // It prints 34 fifteen times, and memory stays at 11.
    expect(document).toMatchObject({
      findings: [
        { kind: 'printed-value-differs', severity: 'error', call: 2, count: 15, details: { printed: 34, actual: 11 } },
      ],
    });
  });
});

describe('a recording', () => {
  const script = join(folder, 'late.mjs');
  writeFileSync(
    script,
    `import { readFileSync } from 'node:fs';
    const memory = new WebAssembly.Memory({ initial: 2 });
    const module = new WebAssembly.Module(readFileSync(${JSON.stringify(guest('demo/c'))}));
    const make = () => new WebAssembly.Instance(module, { env: { memory } }).exports;
    const first = make();
    first.alloc_11();
    make().alloc_11();`,
  );
  const file = join(folder, 'late.wsmrec');

  it('tells what is wrong with it in JSON that its schema describes', async () => {
    expect((await cli('record', '--export', file, script)).code).toBe(0);
    const { code, stdout } = await cli('find', file, '--json');
    const document: unknown = JSON.parse(stdout);
    expect(validate(document), JSON.stringify(validate.errors)).toBe(true);
    expect(code).toBe(1);
    expect(document).toMatchObject({
      file,
      // It has no free.
      unjudged: [{ module: 0, because: 'no-allocator' }],
      // Both at __heap_base, 66576.
      findings: [
        { kind: 'allocator-reset', instances: [0, 1], details: { made: 1, torn: null } },
        { kind: 'duplicate-allocation', instances: [0, 1], range: { address: 66576, length: 4 } },
      ],
    });
  });

  it('tells what threads of a program got twice in JSON that the schema describes, and in SARIF', async () => {
    writeFileSync(
      join(folder, 'bump.wasm'),
      assemble(`(module (import "env" "memory" (memory 1 2 shared)) (global $next (mut i32) (i32.const 1024))
        (func (export "malloc") (param i32) (result i32)
          (global.get $next) (global.set $next (i32.add (global.get $next) (local.get 0)))))`),
    );
    const program = join(folder, 'threads.cjs');
    writeFileSync(
      program,
      `const { Worker, isMainThread, workerData } = require('node:worker_threads');
       const malloc = (module, memory) => new WebAssembly.Instance(module, { env: { memory } }).exports.malloc(8);
       if (!isMainThread) malloc(workerData.module, workerData.memory);
       else {
         const module = new WebAssembly.Module(require('node:fs').readFileSync(__dirname + '/bump.wasm'));
         const memory = new WebAssembly.Memory({ initial: 1, maximum: 2, shared: true });
         malloc(module, memory);
         new Worker(__filename, { workerData: { module, memory } });
       }`,
    );
    const recording = join(folder, 'threads.wsmrec');
    const sarif = join(folder, 'threads.sarif');
    await cli('record', '--export', recording, program);
    const { code, stdout } = await cli('find', recording, '--json', '--sarif', sarif);
    const document: unknown = JSON.parse(stdout);
    expect(validate(document), JSON.stringify(validate.errors)).toBe(true);
    expect(code).toBe(1);
    const by = { function: 'malloc', bytes: 8 };
    expect(document).toMatchObject({
      findings: [
        {
          kind: 'duplicate-allocation',
          instances: [0],
          range: { address: 1024, length: 8 },
          details: {
            threads: [
              { thread: 0, instance: 0, ...by },
              { thread: 1, instance: null, ...by },
            ],
          },
        },
      ],
    });
    expect(JSON.parse(readFileSync(sarif, 'utf8'))).toMatchObject({
      runs: [{ results: [{ ruleId: 'duplicate-allocation', level: 'error' }] }],
    });
  });
});

describe('run', () => {
  it('tells what it finds, and exits with 1 where memory is wrong; --findings off does not look', async () => {
    const file = guest('print/dead-stack');
    const { code, stdout, stderr } = await cli('run', file);
    // The value is the expected one, by luck.
    expect([code, lines(stdout).at(-1)]).toEqual([1, 'expected: 356']);
    expect(lines(stderr)).toContainEqual(
      expect.stringMatching(/: error: An address in a dead stack frame is in use, /),
    );
    const off = await cli('run', file, '--findings', 'off');
    expect([off.code, off.stdout]).toEqual([0, stdout]);
    expect(off.stderr).not.toContain('dead stack frame');
    expect((await cli('run', file, '--findings', 'no')).stderr).toMatch(
      /^wasm-shared-memory: --findings takes on or off, not 'no'\./,
    );
  });

  it('has them in its JSON', async () => {
    const read = async (...more: string[]): Promise<unknown> =>
      JSON.parse((await cli('run', guest('print/dead-stack'), '--json', ...more)).stdout);
    expect(await read()).toMatchObject({ findings: [{ kind: 'dead-stack-pointer', severity: 'error', call: 2 }] });
    expect(await read('--findings', 'off')).toMatchObject({ findings: null });
  });
});

describe('the demo that corrupts', () => {
  it('has every instance allocate, and shows one address handed out three times', async () => {
    const { code, stdout, stderr } = await cli('run', '--corrupt');
    // Each of three instances puts 11 at the one address, and then all 15 additions go there: 11 + 23 × 15. One alone adds 5 times.
    const told = lines(stdout);
    expect(code).toBe(1);
    expect(told.slice(0, 4)).toEqual(['alloc_11[#0]: 11', 'alloc_11[#1]: 11', 'alloc_11[#2]: 11', 'add_23[#0]: 34']);
    expect(told.slice(-2)).toEqual(['add_23[#2]: 356', 'expected: 126']);
    expect(lines(stderr).filter(line => line.includes('error: '))).toEqual([
      'bundled: error: An allocator handed out a block twice, at step 4 (2 times) [duplicate-allocation]',
    ]);
    expect(stderr).toContain('What to do: Run the instances with shared state');
  });

  it('is clean with shared state', async () => {
    const { code, stdout, stderr } = await cli('run', '--corrupt', '--state', 'shared');
    expect([code, lines(stdout).at(-1)]).toEqual([0, 'expected: 126']);
    expect(lines(stdout).filter(line => line.startsWith('add_23[#1]'))).toEqual(
      [34, 57, 80, 103, 126].map(value => `add_23[#1]: ${value}`),
    );
    expect(stderr).not.toContain('error: ');
  });

  it('makes an instance late, which puts the allocator of a C module back', async () => {
    const file = guest('demo/c');
    const { code, stdout, stderr } = await cli('run', file, '--late', '1');
    // 11 + 23 × 14: the late one misses the first round.
    expect([code, lines(stdout).at(-1)]).toEqual([1, 'expected: 333']);
    expect(lines(stderr).filter(line => line.includes('error: '))).toEqual([
      `${file}: error: Making an instance put an allocator back to its beginning, at step 5 [allocator-reset]`,
    ]);
    const cured = await cli('run', file, '--late', '1', '--state', 'shared');
    expect([cured.code, cured.stdout]).toEqual([0, stdout]);
  });

  it('is refused without an instance to begin with, or with what is no number of them', async () => {
    expect(await cli('run', '--late', '3')).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(
        /^wasm-shared-memory: --late 3 leaves none of 3 instances to begin with: make it less\. /,
      ),
    });
    expect((await cli('run', '--late', '-1')).code).toBe(2);
  });
});

it('a file that is neither is refused as by all commands', async () => {
  const file = join(folder, 'no.wasm');
  writeFileSync(file, 'no module');
  const { code, stdout, stderr } = await cli('find', file);
  expect([code, stdout]).toEqual([2, '']);
  expect(lines(stderr)).toHaveLength(1);
});
