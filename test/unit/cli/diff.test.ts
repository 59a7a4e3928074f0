// `diff`: programs that differ in one thing, so that it is known from their sources where their recordings part.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GUEST_WRITE } from '../support/calls.ts';
import { cli, lines } from '../support/cli.ts';
import { ROOT } from '../support/fixtures.ts';
import { assemble } from '../support/wabt.ts';

const folder = mkdtempSync(join(tmpdir(), 'cli-diff-'));
afterAll(() => rmSync(folder, { recursive: true }));
const inFolder = (name: string): string => join(folder, name);

const schemaOf = (name: string) => JSON.parse(readFileSync(join(ROOT, 'schemas', `${name}.schema.json`), 'utf8'));
const ajv = new Ajv2020({ strict: true, allErrors: true, schemas: [schemaOf('run'), schemaOf('who')] });
const validate = ajv.compile(schemaOf('diff'));

/** `put` stores at the offset 5 of its body: behind no locals (1 byte) and two times `local.get` (2 bytes each). */
writeFileSync(
  inFolder('guest.wasm'),
  assemble(`(module
    (import "env" "memory" (memory 1 4))
    (func (export "put") (param i32 i32) (i32.store (local.get 0) (local.get 1)))
    (func (export "get") (param i32) (drop (i32.load (local.get 0))))
    (func (export "sum") (param i32) (result i32) (i32.add (i32.load (local.get 0)) (i32.const 1)))
    (func (export "grow") (drop (memory.grow (i32.const 1))))
    (func (export "fail") unreachable)
    (func (export "scatter") (param $count i32) (local $x i32)
      (loop $again
        (local.set $x (i32.add (i32.mul (local.get $x) (i32.const 1664525)) (i32.const 1013904223)))
        (i32.store (i32.and (i32.shr_u (local.get $x) (i32.const 8)) (i32.const 0xfffc)) (local.get $x))
        (br_if $again (local.tee $count (i32.sub (local.get $count) (i32.const 1))))))
    (func (export "fill") (param $count i32) (param $odd i32) (local $i i32)
      (loop $again
        (i32.store offset=64
          (i32.mul (local.get $i) (i32.const 4))
          (i32.add (i32.const 1) (i32.eq (local.get $i) (local.get $odd))))
        (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $count))))))`),
);
const PRELUDE = `
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 4 });
  const bytes = () => new Uint8Array(memory.buffer);
  const [, , one, other] = process.argv;
  const compiled = new WebAssembly.Module(require('node:fs').readFileSync(__dirname + '/guest.wasm'));
  const make = () => new WebAssembly.Instance(compiled, { env: { memory } }).exports;
`;

let recorded = 0;
/** Records a program that begins with {@link PRELUDE}. @returns the recording's path */
async function record(source: string, args: readonly string[] = [], ...options: string[]): Promise<string> {
  const name = inFolder(`${++recorded}`);
  writeFileSync(`${name}.cjs`, PRELUDE + source);
  const { code, stderr } = await cli('record', `${name}.cjs`, ...args, '--export', `${name}.wsmrec`, ...options);
  expect(code, stderr).toBe(0);
  return `${name}.wsmrec`;
}

const diff = (...args: string[]) => cli('diff', ...args);

async function documentOf(...args: string[]) {
  const document = JSON.parse((await diff(...args, '--json')).stdout);
  validate(document);
  expect(validate.errors ?? []).toEqual([]);
  return document;
}

describe('two steps of a recording', () => {
  let file = '';
  beforeAll(async () => {
    // The making of the second instance is call 1; what the host wrote is found before call 3.
    file = await record(`
      const [first, second] = [make(), make()];
      first.put(32, 0x04030201);
      bytes()[40] = 9;
      second.put(42, -1);
      first.put(44, 0);`);
  });

  it('differ in the bytes and owners that were written in between', async () => {
    expect(await diff(file)).toEqual({
      code: 1,
      stderr: '',
      stdout: `--- ${file} at step 0
+++ ${file} at step 4
0x20 to 0x23: 00 00 00 00 -> 01 02 03 04, never written -> #0; last #0 in put+0x5 (i32.store), step 1, call 2, 0 -> 67305985
0x28: 00 -> 09, never written -> host; last host, between calls 2 and 3, step 2, 1 byte from 0x28, 00 -> 09
0x2a to 0x2b: 00 00 -> ff ff, never written -> #1; last #1 in put+0x5 (i32.store), step 3, call 3, 0 -> -1
0x2c to 0x2f: 00 00 00 00 -> 00 00 00 00, never written -> #0; last #0 in put+0x5 (i32.store), step 4, call 4, 65535 -> 0
`,
    });
    // Of the same owners before and after, bytes side by side are one range.
    expect(lines((await diff(file, '--step', '3')).stdout).slice(2)).toEqual([
      '0x2c to 0x2d: ff ff -> 00 00, #1 -> #0; last #0 in put+0x5 (i32.store), step 4, call 4, 65535 -> 0',
      '0x2e to 0x2f: 00 00 -> 00 00, never written -> #0; last #0 in put+0x5 (i32.store), step 4, call 4, 4 bytes from 0x2c, 65535 -> 0',
    ]);
  });

  it('are the same where nothing was written', async () => {
    expect(await diff(file, '--step', '2', '--to', '2')).toEqual({ code: 0, stdout: '', stderr: '' });
    expect((await documentOf(file, '--step', '2', '--to', '2')).ranges).toEqual([]);
  });

  it('are a document of the schema', async () => {
    const document = await documentOf(file, '--step', '1', '--to', '2');
    expect(document).toEqual({
      file,
      step: 1,
      to: 2,
      moduleNames: ['guest.wasm'],
      instanceModules: [0, 0],
      record: 'stores',
      recordNote: null,
      notes: [],
      firstStep: 0,
      lastStep: 4,
      memoryBytes: { before: 65_536, after: 65_536 },
      ranges: [
        {
          address: 40,
          length: 1,
          before: '00',
          after: '09',
          ownerBefore: { kind: 'never' },
          ownerAfter: { kind: 'host' },
          last: {
            call: null,
            write: {
              ...GUEST_WRITE,
              step: 2,
              address: 40,
              length: 1,
              type: 'bytes',
              before: '00',
              value: '09',
              owner: { kind: 'host' },
              between: { after: 2, before: 3 },
              function: null,
              functionIndex: null,
              functionOffset: null,
              offset: null,
              module: null,
              instruction: null,
            },
          },
        },
      ],
    });
    const [range] = document.ranges;
    for (const wrong of [
      { ...document, to: null },
      { ...document, ranges: [{ ...range, before: '0' }] },
      { ...document, ranges: [{ ...range, last: undefined }] },
      { ...document, memoryBytes: 65_536 },
      { ...document, extra: 0 },
    ])
      expect(validate(JSON.parse(JSON.stringify(wrong))), JSON.stringify(wrong)).toBe(false);
    expect((await documentOf(file)).ranges).toHaveLength(4);
  });

  it('differ in the size of memory, and what is new held zeros', async () => {
    const grown = await record('const { put, grow } = make(); grow(); put(65536, 7);');
    expect(lines((await diff(grown)).stdout).slice(2)).toEqual([
      'memory: 65536 bytes -> 131072 bytes',
      '0x10000 to 0x10003: 00 00 00 00 -> 07 00 00 00, never written -> #0; last #0 in put+0x5 (i32.store), step 2, call 2, 0 -> 7',
    ]);
    expect(await diff(grown, '--to', '1')).toMatchObject({
      code: 1,
      stdout: `--- ${grown} at step 0\n+++ ${grown} at step 1\nmemory: 65536 bytes -> 131072 bytes\n`,
    });
  });
});

describe('two recordings', () => {
  const both = async (source: string, a: readonly string[], b: readonly string[], ...options: string[]) =>
    [await record(source, a, ...options), await record(source, b, ...options)] as const;

  it('of the same program are the same', async () => {
    const [a, b] = await both('const { put, fail } = make(); put(8, 1); try { fail(); } catch {}', [], []);
    expect(await diff(a, b)).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(await documentOf(a, b)).toMatchObject({ call: null, access: null, accessNote: null, byte: null });
  });

  it('part where a call has another argument, with the access and the byte that come of it', async () => {
    const [a, b] = await both(
      'const { put } = make(); put(8, 1); put(12, 2); put(Number(one), 3); put(16, 4);',
      ['20'],
      ['24'],
    );
    expect(await diff(a, b)).toEqual({
      code: 1,
      stderr: '',
      stdout: `first call that differs: 3 (args)
  ${a}: put(20, 3) on #0 returned []
  ${b}: put(24, 3) on #0 returned []
first access that differs: 2
  ${a}: 0x14: #0 in put+0x5 (i32.store) wrote, step 3, call 3, 0 -> 3
  ${b}: 0x18: #0 in put+0x5 (i32.store) wrote, step 3, call 3, 0 -> 3
first byte that differs: 0x14, at step 4 and at step 4
  ${a}: 03, #0 in put+0x5 (i32.store), step 3, call 3, 0 -> 3
  ${b}: 00, never written
`,
    });
    // Up to step 2 nothing differs: call 3 comes behind it.
    expect(await diff(a, b, '--step', '2')).toEqual({ code: 0, stdout: '', stderr: '' });
    expect((await diff(a, b, '--step', '3')).code).toBe(1);
  });

  it('are compared by pages, and the access in a page is found', async () => {
    const [a, b] = await both('make().fill(15000, Number(one));', ['12345'], ['14000']);
    const { call, access, byte } = await documentOf(a, b);
    expect(call).toMatchObject({ differs: ['args'], calls: [{ args: [15_000, 12_345] }, { args: [15_000, 14_000] }] });
    // 64 + 4 · 12345; the odd one is 2, others are 1.
    expect(access).toMatchObject({
      access: 12_345,
      accesses: [{ write: { address: 49_444, value: '2' } }, { write: { address: 49_444, value: '1' } }],
    });
    expect(byte).toMatchObject({
      address: 49_444,
      bytes: [
        { value: 2, lastWriter: { kind: 'write', call: 1 } },
        { value: 1, lastWriter: { kind: 'write', call: 1 } },
      ],
    });
  });

  it('part where one goes on and the other does not, in calls, accesses and size', async () => {
    const [a, b] = await both('const { put, grow } = make(); put(8, 1); if (one) { grow(); }', [], ['more']);
    const document = await documentOf(a, b);
    expect(document).toMatchObject({
      call: { differs: [], calls: [null, { index: 2, function: 'grow' }] },
      access: { access: 1, accesses: [null, { call: 2, grow: { step: 2, pages: 1, memoryBytes: 131_072 } }] },
      byte: { address: 65_536, bytes: [null, { value: 0, lastWriter: { kind: 'never' } }] },
    });
    expect(lines((await diff(a, b)).stdout)).toEqual([
      'first call that differs: 2',
      `  ${a}: there is none`,
      `  ${b}: grow() on #0 returned []`,
      'first access that differs: 1',
      `  ${a}: there is none`,
      // Behind no locals and the constant 1.
      `  ${b}: #0 in grow+0x3 (memory.grow) grew memory from 1 to 2 pages, step 2, call 2`,
      'first byte that differs: 0x10000, at step 1 and at step 2',
      `  ${a}: memory ends before it`,
      `  ${b}: 00, never written`,
    ]);
    for (const wrong of [
      { ...document, call: { ...document.call, differs: ['durationNs'] } },
      { ...document, byte: { address: 0, bytes: [null] } },
      { ...document, access: { access: 0, accesses: [null, { call: 1 }] } },
      { ...document, accessNote: '' },
      { ...document, recordings: [] },
    ])
      expect(validate(wrong), JSON.stringify(wrong)).toBe(false);
  });

  it('part where the host wrote something else, which is an access, too, and where a call came to something else', async () => {
    const source = 'const { sum, put } = make(); put(4, 1); bytes()[8] = Number(one); sum(8); put(8, 0);';
    const [a, b] = await both(source, ['5'], ['6']);
    expect(lines((await diff(a, b)).stdout)).toEqual([
      'first call that differs: 2 (results)',
      `  ${a}: sum(8) on #0 returned [6]`,
      `  ${b}: sum(8) on #0 returned [7]`,
      'first access that differs: 1',
      `  ${a}: 0x8: host, between calls 1 and 2 wrote, step 2, 1 byte from 0x8, 00 -> 05`,
      `  ${b}: 0x8: host, between calls 1 and 2 wrote, step 2, 1 byte from 0x8, 00 -> 06`,
    ]);
  });

  it('part where a load read something else, though nothing else was written', async () => {
    const source = 'bytes()[8] = Number(one); const { get } = make(); get(4); get(5);';
    const [a, b] = await both(source, ['5'], ['6'], '--record', 'all');
    // The load of 4 bytes from 5 is the first that reads the byte 8, its last: 5 · 2²⁴ and 6 · 2²⁴.
    expect(lines((await diff(a, b)).stdout)).toEqual([
      'first access that differs: 1',
      `  ${a}: 0x5: #0 in get+0x3 (i32.load) read, step 0, call 2, 83886080`,
      `  ${b}: 0x5: #0 in get+0x3 (i32.load) read, step 0, call 2, 100663296`,
      'first byte that differs: 0x8, at step 0 and at step 0',
      `  ${a}: 05, initial data`,
      `  ${b}: 06, initial data`,
    ]);
    expect((await documentOf(a, b)).access.accesses[0]).toMatchObject({ call: 2, read: { type: 'i32', length: 4 } });
  });

  it('of different levels are compared but for their accesses, which is said', async () => {
    const source = 'const { put, get } = make(); put(8, 1); get(8);';
    const [a, b] = [await record(source), await record(source, [], '--record', 'all')];
    expect(await diff(a, b)).toEqual({
      code: 0,
      stdout: '',
      stderr: `Accesses are not compared: ${a} has those of level stores, ${b} has those of level all. Record both with the same --record.\n`,
    });
    expect((await documentOf(a, b)).accessNote).toContain('Record both with the same');
  });

  it('of different modules part where an instruction is another, and that is said', async () => {
    const files: string[] = [];
    for (const nop of ['', '(nop)']) {
      const guest = inFolder(`built${files.length}.wasm`);
      const put = (name: string, first: string) =>
        `(func (export "${name}") ${first} (i32.store (i32.const 8) (i32.const 1)))`;
      writeFileSync(guest, assemble(`(module (memory (export "memory") 1) ${put('one', '')} ${put('two', nop)})`));
      const source = `const built = new WebAssembly.Module(require('node:fs').readFileSync(${JSON.stringify(guest)}));
        const { one: put, two } = new WebAssembly.Instance(built).exports; put(); two();`;
      files.push(await record(source));
    }
    const [a, b] = files;
    const { code, stdout, stderr } = await diff(a, b);
    expect([code, stderr]).toEqual([
      1,
      'The recordings are of different modules: an instruction is taken for the same where function, offset in it and name are.\n',
    ]);
    // Behind no locals and two constants of 2 bytes each; the other behind a nop, too.
    expect(lines(stdout)).toEqual([
      'first access that differs: 1',
      `  ${a}: 0x8: #0 in two+0x5 (i32.store) wrote, step 2, call 2, 1 -> 1`,
      `  ${b}: 0x8: #0 in two+0x6 (i32.store) wrote, step 2, call 2, 1 -> 1`,
    ]);
  });

  it('of which one has dropped its oldest steps are compared from there on, which is said', async () => {
    const source = 'const { scatter, put } = make(); scatter(600000); put(0, Number(one));';
    const [a, b] = [await record(source, ['5']), await record(source, ['6'], '--recording-limit', '1')];
    const { code, stderr, stdout } = await diff(a, b);
    expect(code).toBe(1);
    const note =
      "Accesses up to step (\\d+) are not compared: they were dropped to keep within the recording's limit\\. Record with a larger --recording-limit\\.";
    const dropped = new RegExp(`^${note}$`).exec(lines(stderr)[0]);
    expect(Number(dropped?.[1])).toBeGreaterThan(1000);
    // 600,000 stores of numbers that do not repeat come before it.
    expect(lines(stdout).slice(3, 4)).toEqual(['first access that differs: 600000']);
    expect((await diff(a, b, '--step', '600000')).code).toBe(0);
  });

  it('with a memory of no pages have no byte', async () => {
    const empty = inFolder('empty.wasm');
    writeFileSync(empty, assemble('(module (memory (export "memory") 0) (func (export "nothing")))'));
    const source = `new WebAssembly.Instance(new WebAssembly.Module(require('node:fs').readFileSync(${JSON.stringify(empty)}))).exports.nothing();`;
    const [a, b] = await both(source, [], []);
    expect(await diff(a, b)).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(await diff(a)).toEqual({ code: 0, stdout: '', stderr: '' });
  });
});

describe('what can not be compared', () => {
  it('is refused with one message', async () => {
    const a = await record('make().put(8, 1);');
    const wat = 'test/guests/demo/wat.wasm';
    for (const [args, message] of [
      [[], "wasm-shared-memory: 'diff' needs a recording, or two. Try"],
      [[a, a, a], `wasm-shared-memory: 'diff' takes one recording or two: '${a}' is one too many. Try`],
      [[wat], `${wat}: this is no recording. Make one with 'run --export' or with 'record'.`],
      [[a, 'missing.wsmrec'], 'wasm-shared-memory: missing.wsmrec: there is no such file. Try'],
      [[a, '--step', '2'], `${a}: the recording has steps 0 to 1, not 2.`],
      [
        [a, '--step', '1', '--to', '0'],
        "wasm-shared-memory: --to takes a step from 1 on, which --step says, not '0'. Try",
      ],
      [[a, a, '--to', '1'], 'wasm-shared-memory: --to goes with one recording. Two are compared up to --step. Try'],
      [[a, '--instances', '2'], "wasm-shared-memory: --instances is no option of 'diff'. Try"],
    ] as const) {
      const { code, stdout, stderr } = await diff(...args);
      expect([code, stdout, lines(stderr).length]).toEqual([2, '', 1]);
      expect(stderr.startsWith(message), stderr).toBe(true);
    }
  });
});
