// `who`: the answers are known from the guests' sources; offsets are those that wasm-objdump -d has of the files.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GUEST_WRITE } from '../support/calls.ts';
import { cli, lines } from '../support/cli.ts';
import { ROOT } from '../support/fixtures.ts';
import { SCATTERS } from '../support/scatters.ts';
import { assemble } from '../support/wabt.ts';

const folder = mkdtempSync(join(tmpdir(), 'cli-who-'));
afterAll(() => rmSync(folder, { recursive: true }));

const schemaOf = (name: string) => JSON.parse(readFileSync(join(ROOT, 'schemas', `${name}.schema.json`), 'utf8'));
const ajv = new Ajv2020({ strict: true, allErrors: true, schemas: [schemaOf('run')] });
const validate = ajv.compile(schemaOf('who'));

const WAT = 'test/guests/demo/wat.wasm';
const who = (...args: string[]) => cli('who', ...args);
const whoIn = (guest: string, ...args: string[]) => who(`test/guests/${guest}.wasm`, ...args);

/** A guest of the demo with initial data, a fill, a long copy and a store wider than the address in question. */
const BULK = join(folder, 'bulk.wasm');
writeFileSync(
  BULK,
  assemble(`(module
    (import "env" "memory" (memory 1))
    (data (i32.const 16) "hello, world")
    (func $alloc_11 (export "alloc_11") (result i32)
      (memory.copy (i32.const 64) (i32.const 16) (i32.const 12))
      (memory.fill (i32.const 128) (i32.const 0xab) (i32.const 2))
      (i32.store (i32.const 1024) (i32.const 11))
      (i32.const 1024))
    (func $add_23 (export "add_23") (param $address i32)
      (i32.store (local.get $address) (i32.add (i32.load (local.get $address)) (i32.const 23)))))`),
);

const SCATTERING = join(folder, 'scatters.wasm');
writeFileSync(SCATTERING, SCATTERS);

describe('the last writer', () => {
  it.each([
    ['0x400', [], '0x400 at step 16: #2 in add_23+0xb (i32.store), step 16, call 16, 333 -> 356'],
    ['1024', ['--step', '15'], '0x400 at step 15: #1 in add_23+0xb (i32.store), step 15, call 15, 310 -> 333'],
    ['0x3f0 + 16', ['--step', '1'], '0x400 at step 1: #0 in alloc_11+0xd (i32.store), step 1, call 1, 0 -> 11'],
    ['0x400', ['--step', '0'], '0x400 at step 0: never written'],
    ['0x404', [], '0x404 at step 16: never written'],
    [
      '0x403',
      ['--record', 'all', '--instances', '1'],
      '0x403 at step 6: #0 in add_23+0xb (i32.store), step 6, call 6, 4 bytes from 0x400, 103 -> 126',
    ],
    // 241 (f1 00) becomes 264 (08 01) in call 12, the last that changes the second byte.
    ['0x401', ['--record', 'calls'], '0x401 at step 16: #1, step 12, call 12, 2 bytes from 0x400, f1 00 -> 08 01'],
    ['0x400', ['--record', 'calls'], '0x400 at step 16: #2, step 16, call 16, 1 byte from 0x400, 4d -> 64'],
  ])('of %s in the demo, with %j', async (address, args, line) => {
    expect(await who(WAT, '--address', address, ...args)).toEqual({ code: 0, stdout: `${line}\n`, stderr: '' });
  });

  it.each([
    ['16', '0x10 at step 18: initial data'],
    [
      '70',
      '0x46 at step 18: #0 in alloc_11+0x8 (memory.copy), step 1, call 1, 12 bytes from 0x40, 00 00 00 00 00 00 00 00 … -> 68 65 6c 6c 6f 2c 20 77 …',
    ],
    ['129', '0x81 at step 18: #0 in alloc_11+0x14 (memory.fill), step 2, call 1, 2 bytes from 0x80, 00 00 -> ab ab'],
  ])('of %s in a guest with initial data and bulk instructions', async (address, line) => {
    expect((await who(BULK, '--address', address)).stdout).toBe(`${line}\n`);
  });

  it('is asked at a step where memory has another size', async () => {
    const guest = 'misbehaving/grow-then-use';
    // Behind 3 bytes of locals and the constant 1.
    const made = '0x10000 exists since step 1: #0 in alloc_11+0x5 (memory.grow) grew memory from 1 to 2 pages, call 1';
    for (const [args, told] of [
      [[], '0x10000 at step 17: #2 in add_23+0xb (i32.store), step 17, call 16, 333 -> 356'],
      [['--step', '1'], '0x10000 at step 1: never written'],
      [['--step', '0'], '0x10000 at step 0: not there yet, memory had only 65536 bytes'],
    ] as const)
      expect(await whoIn(guest, '--address', '65536', ...args)).toEqual({
        code: 0,
        stdout: `${told}\n${made}\n`,
        stderr: '',
      });
    // The byte before it was there from the first on; the one behind the new page is never.
    expect((await whoIn(guest, '--address', '65535')).stdout).toBe('0xffff at step 17: never written\n');
    const { code, stdout, stderr } = await whoIn(guest, '--address', '131072', '--step', '0');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toBe(
      `test/guests/${guest}.wasm: 0x20000 is outside the memory, whose last byte at step 0 is 0xffff.\n`,
    );
  });

  it('of a memory without a byte is no question', async () => {
    const empty = join(folder, 'empty.wasm');
    writeFileSync(
      empty,
      assemble(`(module (memory 0)
        (func (export "alloc_11") (result i32) (i32.const 8)) (func (export "add_23") (param i32)))`),
    );
    const nothing = 'is outside the memory, which has no byte at step 0.';
    for (const [args, place] of [
      [['0'], '0x0'],
      [['-4'], '0xfffffffc (-4 as an i32)'],
      [['0', '--all', '--length', '4'], '0x3'],
      [['0', '--all', '--reads', '--record', 'all'], '0x0'],
      [['0', '--json'], '0x0'],
    ] as const)
      expect(await who(empty, '--address', ...args)).toEqual({
        code: 2,
        stdout: '',
        stderr: `${empty}: ${place} ${nothing}\n`,
      });
  });

  it('of a zero that a data segment put there is initial data, also over what was there before', async () => {
    const zeros = join(folder, 'zeros.wasm');
    writeFileSync(
      zeros,
      assemble(`(module (import "env" "memory" (memory 1))
        (data (i32.const 4094) "\\01\\00\\00\\00")
        (func (export "alloc_11") (result i32) (i32.store (i32.const 1024) (i32.const 11)) (i32.const 1024))
        (func (export "add_23") (param i32)
          (i32.store (local.get 0) (i32.add (i32.load (local.get 0)) (i32.const 23)))))`),
    );
    const answers = await Promise.all(
      [4093, 4094, 4095, 4097, 4098].map(async at => (await who(zeros, '--address', String(at))).stdout),
    );
    expect(answers.map(answer => answer.split(': ')[1].trim())).toEqual([
      'never written',
      'initial data',
      'initial data',
      'initial data',
      'never written',
    ]);
  });

  it('is that of the bundled guest without a file', async () => {
    const [, address] = /^address: (0x[0-9a-f]+)$/m.exec((await cli('run')).stderr) ?? [];
    const { code, stdout } = await who('--address', address);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^0x[0-9a-f]+ at step \d+: #2 in .*\(i32\.store\), step \d+, call 16, 333 -> 356\n$/);
  });

  it('of a run that ended early is told with the problem', async () => {
    const trapped = await whoIn('misbehaving/trap-unreachable', '--address', '1024');
    expect([trapped.code, trapped.stdout]).toEqual([
      1,
      '0x400 at step 4: #2 in add_23+0xd (i32.store), step 4, call 4, 57 -> 80\n', // 00007d, in the function at 000070
    ]);
    expect(trapped.stderr).toMatch(/^test\/guests\/misbehaving\/trap-unreachable\.wasm: Call 5, add_23 on #0, trapped/);
    const stopped = await whoIn('misbehaving/loop-in-call', '--address', '1024', '--time-limit', '0.3');
    expect(stopped.code).toBe(1);
    expect(stopped.stdout).toMatch(/^0x400 at step 4: #2 in add_23\+.*, step 4, call 4, 57 -> 80\n$/);
    expect(stopped.stderr).toContain('the time limit of 0.3 s');
  });

  it('of a module that is no guest of the demo is that of its instances', async () => {
    const { code, stdout, stderr } = await whoIn('misbehaving/no-demo-exports', '--address', '4096');
    expect([code, stdout]).toEqual([0, '0x1000 at step 0: initial data\n']);
    expect(stderr).toContain("no function 'alloc_11' is exported");
  });
});

describe('--all', () => {
  it('lists every write up to a step, the oldest first', async () => {
    expect((await who(WAT, '--address', '0x400', '--all', '--step', '3')).stdout).toBe(
      [
        '0x400: #0 in alloc_11+0xd (i32.store), step 1, call 1, 0 -> 11',
        '0x400: #0 in add_23+0xb (i32.store), step 2, call 2, 11 -> 34',
        '0x400: #1 in add_23+0xb (i32.store), step 3, call 3, 34 -> 57',
        '',
      ].join('\n'),
    );
  });

  it('lists the writes that touch any byte of a range, each from where it begins', async () => {
    // The copy of 12 bytes to 64 and the fill of 2 at 128 are alloc_11's; between them nobody writes. In its body they stand behind 1 byte
    // of locals and constants of 3, 2 and 2 bytes, and behind those, the copy of 4 bytes and constants of 3, 3 and 2.
    const touching = async (at: number, length: number) =>
      (await who(BULK, '--address', String(at), '--all', '--length', String(length), '--step', '3')).stdout;
    expect(lines(await touching(75, 54)).map(line => line.split(' (')[0])).toEqual([
      '0x40: #0 in alloc_11+0x8',
      '0x80: #0 in alloc_11+0x14',
    ]);
    expect(await touching(76, 52)).toBe('0x4c to 0x7f: nobody wrote there up to step 3\n');
  });

  it('is a document of the schema', async () => {
    const { stdout } = await who(WAT, '--address', '0x400', '--all', '--length', '4', '--json');
    const document = JSON.parse(stdout);
    validate(document);
    expect(validate.errors ?? []).toEqual([]);
    expect(document).toMatchObject({ address: 1024, length: 4, step: 16 });
    expect(
      document.writes.map((each: { call: number; write: { value: string } }) => [each.call, each.write.value]),
    ).toEqual(Array.from({ length: 16 }, (_, i) => [i + 1, String(11 + 23 * i)]));
  });

  it('with --reads lists every load, too, and says who read and who wrote', async () => {
    // add_23 loads behind no locals, two times local.get (2 bytes each): at the offset 5; the load of call 5 comes behind step 4.
    const { stdout } = await who(WAT, '--address', '0x402', '--all', '--reads', '--step', '3', '--record', 'all');
    expect(lines(stdout)).toEqual([
      '0x400: #0 in alloc_11+0xd (i32.store) wrote, step 1, call 1, 0 -> 11',
      '0x400: #0 in add_23+0x5 (i32.load) read, step 1, call 2, 11',
      '0x400: #0 in add_23+0xb (i32.store) wrote, step 2, call 2, 11 -> 34',
      '0x400: #1 in add_23+0x5 (i32.load) read, step 2, call 3, 34',
      '0x400: #1 in add_23+0xb (i32.store) wrote, step 3, call 3, 34 -> 57',
      '0x400: #2 in add_23+0x5 (i32.load) read, step 3, call 4, 57',
    ]);
    const nobody = await who(WAT, '--address', '0x404', '--all', '--reads', '--record', 'all');
    expect(nobody.stdout).toBe('0x404: nobody read or wrote there up to step 16\n');
  });

  it('with --reads is a document of the schema', async () => {
    const { stdout } = await who(
      WAT,
      '--address',
      '0x400',
      '--all',
      '--reads',
      '--record',
      'all',
      '--step',
      '1',
      '--json',
    );
    const document = JSON.parse(stdout);
    validate(document);
    expect(validate.errors ?? []).toEqual([]);
    expect(document.accesses).toMatchObject([
      { call: 1, write: { value: '11' } },
      { call: 2, read: { step: 1, address: 1024, type: 'i32', value: '11', function: 'add_23', functionOffset: 5 } },
    ]);
    const [, { call, read }] = document.accesses;
    for (const wrong of [
      { ...document, writes: [] },
      { ...document, accesses: [{ call, read, write: document.accesses[0].write }] },
      { ...document, accesses: [{ call, read: { ...read, value: '0b 00 00 00' } }] },
      { ...document, accesses: [{ call, read: { ...read, before: '0' } }] },
    ])
      expect(validate(wrong), JSON.stringify(wrong)).toBe(false);
  });

  it('with --reads says what is to be done where loads are not recorded', async () => {
    for (const level of ['stores', 'calls'])
      expect(await who(WAT, '--address', '0x400', '--all', '--reads', '--record', level)).toEqual({
        code: 2,
        stdout: '',
        stderr: `${WAT}: loads are not recorded at level ${level}, so nobody knows who read. Run or record it with --record all.\n`,
      });
  });

  it('finds what lies beyond ten thousand accesses', async () => {
    // Of 50,000 scattered stores to 16,384 words in each of 15 calls, and one to 1024, which lies elsewhere.
    const { stdout } = await who(SCATTERING, '--address', '1024', '--all');
    expect(lines(stdout).map(line => Number(/step (\d+)/.exec(line)?.[1]))).toEqual(
      Array.from({ length: 16 }, (_, call) => 1 + 50_001 * call),
    );
    const json = JSON.parse(
      (await who(SCATTERING, '--address', '65536', '--length', '0x10000', '--all', '--step', '25000', '--json')).stdout,
    );
    // Step 1 is the store of 11, the others lie in the range.
    expect(json.writes.map(({ write }: { write: { step: number } }) => write.step)).toEqual(
      Array.from({ length: 24_999 }, (_, index) => index + 2),
    );
  });

  it('says where history is not kept from the beginning', async () => {
    const { stdout } = await who(
      SCATTERING,
      '--address',
      '65536',
      '--all',
      '--recording-limit',
      '1',
      '--instances',
      '1',
    );
    expect(lines(stdout)[0]).toMatch(/^history is kept from step \d+ on: earlier writes are missing$/);
  });

  it.each([
    [['--length', '4'], '--length goes with --all.'],
    [['--reads'], '--reads goes with --all.'],
    [['--all', '--length', '0'], "--length takes a whole number from 1 to 4294967296, not '0'."],
    [['--all', '--length', '65000'], `${WAT}: 0x101e7 is outside the memory, whose last byte at step 16 is 0xffff.`],
  ])('%j is refused', async (args, message) => {
    const { code, stderr } = await who(WAT, '--address', '0x400', ...args);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});

describe('--json', () => {
  it('is a document of the schema', async () => {
    const { code, stdout } = await who(WAT, '--address', '0x401', '--step', '9', '--json');
    const document = JSON.parse(stdout);
    validate(document);
    expect(validate.errors ?? []).toEqual([]);
    expect(code).toBe(0);
    expect(document).toEqual({
      file: WAT,
      address: 1025,
      step: 9,
      moduleNames: ['wat.wasm'],
      instanceModules: [0, 0, 0],
      record: 'stores',
      recordNote: null,
      notes: [],
      firstStep: 0,
      lastStep: 16,
      memoryBytes: 65_536,
      madeBy: { kind: 'initial' },
      lastWriter: {
        kind: 'write',
        call: 9,
        write: {
          step: 9,
          address: 1024,
          length: 4,
          type: 'i32',
          before: '172',
          value: '195',
          owner: { kind: 'instance', instance: 1 },
          ...GUEST_WRITE,
          module: 0,
          function: 'add_23',
          functionIndex: 2,
          functionOffset: 0xb,
          offset: 0x84,
          instruction: 'i32.store',
        },
      },
    });
    for (const wrong of [
      { ...document, lastWriter: { kind: 'write', call: 9 } },
      { ...document, lastWriter: { kind: 'initial', call: 9 } },
      { ...document, lastWriter: { kind: 'nobody' } },
      { ...document, step: null },
      { ...document, madeBy: null },
      { ...document, madeBy: { kind: 'growth', call: 1 } },
      { ...document, memoryBytes: undefined },
      { ...document, extra: 0 },
    ])
      expect(validate(wrong), JSON.stringify(wrong)).toBe(false);
  });

  it.each([
    [BULK, '16', 'initial'],
    [BULK, '2048', 'never'],
    ['test/guests/misbehaving/no-demo-exports.wasm', '4096', 'initial'],
  ])('of %s, byte %s is %s', async (guest, address, kind) => {
    const document = JSON.parse((await who(guest, '--address', address, '--json')).stdout);
    expect(validate(document), JSON.stringify(validate.errors)).toBe(true);
    expect(document.lastWriter).toEqual({ kind });
  });

  it('of a recorded program names instances that a run of the demo can not have', async () => {
    const guest = join(folder, 'guest.wasm');
    writeFileSync(
      guest,
      assemble(
        '(module (import "env" "memory" (memory 1)) (func (export "put") (i32.store (i32.const 8) (i32.const 1))))',
      ),
    );
    const script = join(folder, 'script.cjs');
    writeFileSync(
      script,
      `const compiled = new WebAssembly.Module(require('node:fs').readFileSync(${JSON.stringify(guest)}));
      const env = { memory: new WebAssembly.Memory({ initial: 1 }) };
      const instances = Array.from({ length: 100 }, () => new WebAssembly.Instance(compiled, { env }));
      instances[99].exports.put();`,
    );
    const file = join(folder, 'out.wsmrec');
    expect((await cli('record', script, '--export', file)).code).toBe(0);
    const document = JSON.parse((await who(file, '--address', '8', '--json')).stdout);
    expect(validate(document), JSON.stringify(validate.errors)).toBe(true);
    // The making of 99 instances, then the call; the same 1 was never there before.
    expect(document.lastWriter).toMatchObject({
      kind: 'write',
      call: 100,
      write: { step: 1, before: '0', value: '1', owner: { kind: 'instance', instance: 99 } },
    });
  });
});

describe('growths of memory', () => {
  const grows = join(folder, 'grows.cjs');
  const file = join(folder, 'grows.wsmrec');
  beforeAll(async () => {
    // As a program of emscripten grows: by a function of the host. `main` stores 77 into the page that it has asked for, then grows itself.
    writeFileSync(
      join(folder, 'grows.wasm'),
      assemble(`(module (import "env" "resize" (func $resize)) (memory (export "memory") 1)
        (func (export "main")
          (i32.store8 (i32.const 8) (i32.const 5))
          (call $resize)
          (i32.store (i32.const 0x10004) (i32.const 77))
          (drop (memory.grow (i32.const 2)))
          (drop (i32.load (i32.const 0x20000)))))`),
    );
    writeFileSync(
      grows,
      `const compiled = new WebAssembly.Module(require('node:fs').readFileSync(__dirname + '/grows.wasm'));
      const guest = new WebAssembly.Instance(compiled, { env: { resize: () => void guest.memory.grow(1) } }).exports;
      guest.main();
      guest.memory.grow(1);`,
    );
    expect((await cli('record', grows, '--record', 'all', '--export', file)).code).toBe(0);
  });
  // Step 1 is the store of 5, then the host grows (2), the store of 77 (3), the guest grows (4); the host grows at the end (5).
  // Behind 1 byte of locals: constants of 2 and 2 bytes, a store of 3, the call of 2, constants of 4 and 3 and the store at 0x11, which has 3;
  // the constant 2 and the growth at 0x16, which has 2; drop, a constant of 4 and the load at 0x1d.
  const BY_HOST = 'host, in import env.resize grew memory from 1 to 2 pages';
  const BY_GUEST = '#0 in main+0x16 (memory.grow) grew memory from 2 to 4 pages';
  const STORED = '#0 in main+0x11 (i32.store)';

  it.each([
    ['0x10004', [], `${STORED}, step 3, call 1, 0 -> 77`, `step 2: ${BY_HOST}, call 1`],
    ['0x10008', [], 'never written', `step 2: ${BY_HOST}, call 1`],
    ['0x1ffff', ['--step', '2'], 'never written', `step 2: ${BY_HOST}, call 1`],
    ['0x20000', [], 'never written', `step 4: ${BY_GUEST}, call 1`],
    ['0x3ffff', ['--step', '3'], 'not there yet, memory had only 131072 bytes', `step 4: ${BY_GUEST}, call 1`],
    ['0x40000', [], 'never written', 'step 5: host, after call 1 grew memory from 4 to 5 pages'],
  ])('%s with %j exists by one', async (address, args, told, since) => {
    const at = args.length > 0 ? args[1] : '5';
    expect((await who(file, '--address', address, ...args)).stdout).toBe(
      `${address} at step ${at}: ${told}\n${address} exists since ${since}\n`,
    );
  });

  it('are listed by --all where they made some of the bytes', async () => {
    const all = async (address: string, ...args: string[]) =>
      lines((await who(file, '--address', address, '--all', ...args)).stdout);
    const stored = `0x10004: ${STORED}, step 3, call 1, 0 -> 77`;
    expect(await all('0xffff', '--length', '10')).toEqual([`${BY_HOST}, step 2, call 1`, stored]);
    expect(await all('0xfffe', '--length', '2')).toEqual(['0xfffe to 0xffff: nobody wrote there up to step 5']);
    expect(await all('0x1fffe', '--length', '4')).toEqual([
      `${BY_HOST}, step 2, call 1`,
      `${BY_GUEST}, step 4, call 1`,
      '0x1fffe to 0x20001: nobody wrote there up to step 5',
    ]);
    // Not the one at the end, nor, at step 3, the guest's own.
    expect(await all('0x20000', '--length', '4', '--reads')).toEqual([
      `${BY_GUEST}, step 4, call 1`,
      '0x20000: #0 in main+0x1d (i32.load) read, step 4, call 1, 0',
    ]);
    expect(await all('0x1fffe', '--length', '2', '--step', '3')).toEqual([
      `${BY_HOST}, step 2, call 1`,
      '0x1fffe to 0x1ffff: nobody wrote there up to step 3',
    ]);
    expect((await all('0', '--length', '0x50000')).map(line => /step (\d)/.exec(line)?.[1])).toEqual([
      '1',
      '2',
      '3',
      '4',
      '5',
    ]);
  });

  it('are said where a range reaches behind memory', async () => {
    const ends = `whose last byte at step 1 is 0xffff`;
    expect((await who(file, '--address', '0xfff0', '--all', '--length', '64', '--step', '1')).stderr).toBe(
      `${file}: 0x1002f is outside the memory, ${ends}; it exists since step 2.\n`,
    );
  });

  it('are in documents of the schema', async () => {
    const document = JSON.parse((await who(file, '--address', '0x3ffff', '--step', '3', '--json')).stdout);
    expect(validate(document), JSON.stringify(validate.errors)).toBe(true);
    const grow = {
      step: 4,
      pages: 2,
      memoryBytes: 4 * 65_536,
      function: 'main',
      functionOffset: 0x16,
      instruction: 'memory.grow',
    };
    expect(document).toMatchObject({
      step: 3,
      memoryBytes: 2 * 65_536,
      lastWriter: null,
      madeBy: { kind: 'growth', call: 1, grow: { ...grow, owner: { kind: 'instance', instance: 0 } } },
    });
    const list = JSON.parse((await who(file, '--address', '0x1fffe', '--length', '4', '--all', '--json')).stdout);
    expect(validate(list), JSON.stringify(validate.errors)).toBe(true);
    expect(list.writes).toMatchObject([
      { call: 1, grow: { step: 2, pages: 1, owner: { kind: 'host' }, import: { from: 'env', name: 'resize' } } },
      { call: 1, grow },
    ]);
  });
});

describe('what can not be answered', () => {
  it.each([
    [[WAT, '--address', '0x400', '--step', '17'], `${WAT}: the recording has steps 0 to 16, not 17.`],
    [[WAT, '--address', '65536'], `${WAT}: 0x10000 is outside the memory, whose last byte at step 16 is 0xffff.`],
    [
      [WAT, '--address', '-4'],
      `${WAT}: 0xfffffffc (-4 as an i32) is outside the memory, whose last byte at step 16 is 0xffff.`,
    ],
    [[WAT], /^wasm-shared-memory: 'who' needs the byte in question: --address A\. Try/],
    [['missing.wasm', '--address', '0'], /^wasm-shared-memory: missing\.wasm: there is no such file\./],
    [
      ['test/guests/bad/elf.wasm', '--address', '0'],
      /^test\/guests\/bad\/elf\.wasm: The file is no WebAssembly module/,
    ],
  ])('%j is refused with one message', async (args, message) => {
    const { code, stdout, stderr } = await who(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(lines(stderr)).toEqual([typeof message === 'string' ? message : expect.stringMatching(message)]);
  });
});
