// `dump`: what memory holds is known from the guests' sources, and each row is written here by hand as `hexdump -C` would.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, describe, expect, it } from 'vitest';
import { NUMBERS } from '../../../src/protocol/values.ts';
import { cli, lines, shell } from '../support/cli.ts';
import { ROOT } from '../support/fixtures.ts';
import { assemble } from '../support/wabt.ts';

const folder = mkdtempSync(join(tmpdir(), 'cli-dump-'));
afterAll(() => rmSync(folder, { recursive: true }));

const schemaOf = (name: string) => JSON.parse(readFileSync(join(ROOT, 'schemas', `${name}.schema.json`), 'utf8'));
const ajv = new Ajv2020({ strict: true, allErrors: true, schemas: [schemaOf('run')] });
const validate = ajv.compile(schemaOf('dump'));

const guest = (name: string, wat: string): string => {
  writeFileSync(join(folder, name), assemble(wat));
  return join(folder, name);
};

/** A guest of the demo: a greeting that is copied from 16 to 64, numbers at 256, a text of two scripts at 512, 11 + 345 at 1024. */
const GUEST = guest(
  'guest.wasm',
  `(module
    (import "env" "memory" (memory 2))
    (data (i32.const 16) "hello, world")
    (data (i32.const 256) "\\fe\\ff\\ff\\ff\\ff\\ff\\ff\\ff" "\\00\\00\\c0\\3f" "\\00\\00\\80\\7f" "\\00\\00\\00\\00\\00\\00\\02\\c0")
    (data (i32.const 512) "\\c3\\a9\\1b[2J\\09\\0a\\ffA" "\\00B\\00\\3d\\d8\\00\\de")
    (func (export "alloc_11") (result i32)
      (memory.copy (i32.const 64) (i32.const 16) (i32.const 12))
      (i32.store (i32.const 1024) (i32.const 11))
      (i32.const 1024))
    (func (export "add_23") (param $address i32)
      (i32.store (local.get $address) (i32.add (i32.load (local.get $address)) (i32.const 23)))))`,
);

const dump = (...args: string[]) => cli('dump', ...args);
const dumped = async (...args: string[]): Promise<string[]> => lines((await dump(GUEST, ...args)).stdout);

describe('a hex dump', () => {
  it('has address, bytes, characters and owners, one line for rows that repeat, and the end', async () => {
    // The copy is step 1, 11 is step 2, and each of 15 additions makes one; the last is that of #2.
    expect(await dump(GUEST, '--length', '0x420')).toEqual({
      code: 0,
      stderr: '',
      stdout: `00000000  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|
00000010  68 65 6c 6c 6f 2c 20 77  6f 72 6c 64 00 00 00 00  |hello, world....|  initial data 0-b
00000020  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|
*
00000040  68 65 6c 6c 6f 2c 20 77  6f 72 6c 64 00 00 00 00  |hello, world....|  #0 0-b
00000050  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|
*
00000100  fe ff ff ff ff ff ff ff  00 00 c0 3f 00 00 80 7f  |...........?....|  initial data
00000110  00 00 00 00 00 00 02 c0  00 00 00 00 00 00 00 00  |................|  initial data 0-7
00000120  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|
*
00000200  c3 a9 1b 5b 32 4a 09 0a  ff 41 00 42 00 3d d8 00  |...[2J...A.B.=..|  initial data
00000210  de 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|  initial data 0
00000220  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|
*
00000400  64 01 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |d...............|  #2 0-3
00000410  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|
00000420
`,
    });
  });

  it('begins at any address, and its last row is as short as it is', async () => {
    expect(await dumped('--address', '0x3fe', '--length', '19', '--step', '2')).toEqual([
      '000003fe  00 00 0b 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|  #0 2-5',
      '0000040e  00 00 00                                          |...|',
      '00000411',
    ]);
    expect((await dumped('--step', '1', '--address', '0x400')).slice(0, 1)).toEqual([
      '00000400  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|',
    ]);
  });

  it('goes to the end of memory, also over the parts in which it is asked', async () => {
    // 24 pages of 64 KiB are one part and a half. The last byte is written from the start.
    const big = guest(
      'big.wasm',
      `(module (import "env" "memory" (memory 24)) (data (i32.const 0x17ffff) "!")
        (func (export "alloc_11") (result i32) (i32.store (i32.const 0xffffe) (i32.const 11)) (i32.const 0xffffe))
        (func (export "add_23") (param i32)))`,
    );
    expect(lines((await dump(big, '--address', '0xfffe8')).stdout)).toEqual([
      '000fffe8  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|',
      '000ffff8  00 00 00 00 00 00 0b 00  00 00 00 00 00 00 00 00  |................|  #0 6-9',
      '00100008  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|',
      '*',
      '0017fff8  00 00 00 00 00 00 00 21                           |.......!|  initial data 7',
      '00180000',
    ]);
    const { length } = Buffer.from(
      (await shell(`"$NODE" dist/cli.js dump ${big} --format raw | base64`)).stdout,
      'base64',
    );
    expect(length).toBe(24 * 65_536);
  });

  it('of a program tells what the host wrote beside what the module did', async () => {
    const module = guest(
      'put.wasm',
      '(module (import "env" "memory" (memory 1)) (func (export "put") (param i32 i32) (i32.store (local.get 0) (local.get 1))))',
    );
    const script = join(folder, 'script.cjs');
    writeFileSync(
      script,
      `const memory = new WebAssembly.Memory({ initial: 1 });
      const make = () => new WebAssembly.Instance(
        new WebAssembly.Module(require('node:fs').readFileSync(${JSON.stringify(module)})), { env: { memory } }).exports;
      const [first, second] = [make(), make()];
      first.put(32, 0x04030201);
      new Uint8Array(memory.buffer).set([9], 40);
      second.put(42, -1);
      first.put(44, 0);`,
    );
    const file = join(folder, 'put.wsmrec');
    expect((await cli('record', script, '--export', file)).code).toBe(0);
    expect(lines((await dump(file, '--address', '32', '--length', '16')).stdout)).toEqual([
      '00000020  01 02 03 04 00 00 00 00  09 00 ff ff 00 00 00 00  |................|  #0 0-3, host 8, #1 a-b, #0 c-f',
      '00000030',
    ]);
  });
});

describe('--format', () => {
  // fe and seven ff are −2 as i64. As floats: 3fc00000 is 1.5, 7f800000 is infinite, c002000000000000 is −2.25.
  it.each([
    ['i64', '256', '8', ['00000100                    -2', '00000108']],
    ['u32', '256', '8', ['00000100  4294967294 4294967295', '00000108']],
    ['f32', '264', '8', ['00000108              1.5        Infinity', '00000110']],
    ['f64', '272', '8', ['00000110                     -2.25', '00000118']],
    ['i16', '256', '4', ['00000100      -2     -1', '00000104']],
  ])('%s tells numbers', async (format, address, length, expected) => {
    const rows = await dumped('--format', format, '--address', address, '--length', length);
    expect(rows.map(row => row.replace(/ +initial data$/, ''))).toEqual(expected);
  });

  it('i32 has columns of one width, and the owners behind them', async () => {
    expect(await dumped('--format', 'i32', '--address', '1016', '--length', '24')).toEqual([
      '000003f8            0           0         356           0  #2 8-b',
      '00000408            0           0',
      '00000410',
    ]);
  });

  it('raw is the bytes themselves', async () => {
    const line = `"$NODE" dist/cli.js dump ${GUEST} --address 510 --length 12 --format raw | od -An -tx1`;
    expect((await shell(line)).stdout.trim()).toBe('00 00 c3 a9 1b 5b 32 4a 09 0a ff 41');
  });

  it('ihex is a file of Intel HEX, with the repeated rows too', async () => {
    const { stdout } = await dump(GUEST, '--address', '510', '--length', '12', '--format', 'ihex');
    // 0c + 01 + fe + the bytes, of which the test above has the values: their sum is 4bc, and 500 − 4bc = 44.
    expect(stdout).toBe(':0C01FE000000C3A91B5B324A090AFF4144\n:00000001FF\n');
    const zeros = await dump(GUEST, '--address', '4096', '--length', '64', '--format', 'ihex');
    expect(zeros.stdout.split('\n').map(line => line.slice(0, 9))).toEqual([
      ':10100000',
      ':10101000',
      ':10102000',
      ':10103000',
      ':00000001',
      '',
    ]);
  });

  it('text writes what a terminal would obey as numbers, and what is no UTF-8 as such', async () => {
    const { stdout } = await dump(GUEST, '--address', '512', '--length', '11', '--format', 'text');
    expect(stdout).toBe('é\\x1b[2J\t\n\ufffdA\\x00\n');
    // 41 00, 42 00, then d83d de00, a face.
    const utf16 = await dump(GUEST, '--address', '521', '--length', '8', '--format', 'utf16');
    expect(utf16.stdout).toBe('AB\u{1f600}\n');
  });

  it('has the width of the longest number of each type', () => {
    const longest = { i8: '-128', u8: '255', i16: '-32768', u16: '65535', i32: '-2147483648', u32: '4294967295' };
    const wide = { i64: '-9223372036854775808', u64: '18446744073709551615' };
    // 19 × 2^-24 is 1.1325e-6: 1.1e-6 is nearer to 18 × 2^-24, and JavaScript has no exponent above 1e-7.
    const floats = { f16: '-0.00000113', f32: '-1.17549435e-38', f64: '-2.2250738585072014e-308' };
    for (const [type, text] of Object.entries({ ...longest, ...wide, ...floats }))
      expect([type, NUMBERS[type as keyof typeof NUMBERS].width]).toEqual([type, text.length]);
  });
});

describe('--json', () => {
  const documentOf = async (...args: string[]) => {
    const document = JSON.parse((await dump(GUEST, ...args, '--json')).stdout);
    validate(document);
    expect(validate.errors ?? []).toEqual([]);
    return document;
  };

  it('is a document of the schema', async () => {
    const document = await documentOf('--address', '0x3fc', '--length', '12', '--step', '2', '--format', 'i32');
    expect(document).toEqual({
      file: GUEST,
      address: 1020,
      length: 12,
      step: 2,
      memoryBytes: 131_072,
      moduleNames: [basename(GUEST)],
      instanceModules: [0, 0, 0],
      record: 'stores',
      recordNote: null,
      notes: [],
      firstStep: 0,
      lastStep: 17,
      bytes: '000000000b00000000000000',
      type: 'i32',
      values: ['0', '11', '0'],
      owners: [{ address: 1024, length: 4, owner: { kind: 'instance', instance: 0 } }],
    });
    for (const wrong of [
      { ...document, bytes: '0' },
      { ...document, values: undefined },
      { ...document, owners: [{ address: 1024, length: 0, owner: { kind: 'host' } }] },
      { ...document, memoryBytes: null },
      { ...document, extra: 0 },
    ])
      expect(validate(JSON.parse(JSON.stringify(wrong))), JSON.stringify(wrong)).toBe(false);
  });

  it('has the text, and no more than it can hold', async () => {
    expect(await documentOf('--address', '16', '--length', '5', '--format', 'text')).toMatchObject({
      text: 'hello',
      owners: [{ address: 16, length: 5, owner: { kind: 'initial' } }],
    });
    expect(await documentOf('--length', '4')).not.toHaveProperty('values');
    const large = guest(
      'large.wasm',
      `(module (import "env" "memory" (memory 65)) (func (export "alloc_11") (result i32) (i32.const 8))
        (func (export "add_23") (param i32)))`,
    );
    const { code, stdout, stderr } = await dump(large, '--json');
    expect([code, stdout, stderr]).toEqual([
      2,
      '',
      `${large}: --json tells up to 4194304 bytes, not 4259840. Ask for fewer with --length, or leave out --json.\n`,
    ]);
  });
});

describe('what can not be told', () => {
  const empty = guest(
    'empty.wasm',
    `(module (memory 0)
      (func (export "alloc_11") (result i32) (i32.const 8)) (func (export "add_23") (param i32)))`,
  );

  it.each([
    [
      [GUEST, '--address', '0x1fff0', '--length', '17'],
      `${GUEST}: 0x20000 is outside the memory, whose last byte at step 17 is 0x1ffff.`,
    ],
    [[GUEST, '--step', '18'], `${GUEST}: the recording has steps 0 to 17, not 18.`],
    [
      [GUEST, '--format', 'i32', '--length', '6'],
      /--format i32 takes a --length that is a multiple of 4, not '6'\. Try/,
    ],
    [[GUEST, '--format', 'octal'], /--format takes hex, raw, ihex, text, utf16, i8, u8, .*f64, not 'octal'\. Try/],
    [
      [GUEST, '--format', 'ihex', '--json'],
      /--format ihex is a file of its own: leave out --json, or the format\. Try/,
    ],
    [[GUEST, '--format', 'raw', '--json'], /--format raw is no text: leave out --json, or the format\. Try/],
    [[GUEST, '--length', '0'], /--length takes a whole number from 1 to 4294967296, not '0'\. Try/],
    [[empty, '--address', '0'], `${empty}: 0x0 is outside the memory, which has no byte at step 0.`],
  ])('%j is refused with one message', async (args, message) => {
    const { code, stdout, stderr } = await dump(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(lines(stderr)).toEqual([typeof message === 'string' ? message : expect.stringMatching(message)]);
  });

  it('of a memory without a byte nothing is told, and that is said', async () => {
    const { stdout, stderr } = await dump(empty);
    expect([stdout, lines(stderr)[0]]).toEqual(['', `${empty}: memory has no byte at step 0.`]);
  });
});
