// `run A.wasm B.wasm`: one instance each over one memory.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, describe, expect, it } from 'vitest';
import { cli, lines } from '../support/cli.ts';
import { GUESTS, ROOT, readGuest } from '../support/fixtures.ts';

const folder = mkdtempSync(join(tmpdir(), 'several-files-'));
afterAll(() => rmSync(folder, { recursive: true }));

const guest = (name: string): string => join(GUESTS, `${name}.wasm`);
const [WAT, C, STUB] = [guest('demo/wat'), guest('demo/c'), guest('demo/assemblyscript-stub')];

describe('run with several files', () => {
  it('prints the turns of each, and where its i32 is', async () => {
    const { code, stdout, stderr } = await cli('run', C, STUB, '--late');
    expect([code, lines(stdout)]).toEqual([
      0,
      [
        'alloc_11[#0 c.wasm]: 11',
        'add_23[#0 c.wasm]: 34',
        'alloc_11[#1 assemblyscript-stub.wasm]: 11',
        'add_23[#1 assemblyscript-stub.wasm]: 34',
        'add_23[#0 c.wasm]: 57',
        'add_23[#1 assemblyscript-stub.wasm]: 57',
        'expected: 57',
      ],
    ]);
    expect(lines(stderr)).toEqual([
      '#0 (c.wasm): 57 at 0x10410',
      '#1 (assemblyscript-stub.wasm): 57 at 0x490',
      expect.stringMatching(/^calls: 7 in /),
    ]);
  });

  it('tells what went wrong between them, and ends with 1', async () => {
    const { code, stdout, stderr } = await cli('run', WAT, C, '--late');
    // C's word at 0x400 is 0x10410 + 16 when wat adds 23 to it.
    expect([code, lines(stdout).slice(-3)]).toEqual([
      1,
      ['add_23[#0 wat.wasm]: 66615', 'add_23[#1 c.wasm]: 57', 'expected: 57'],
    ]);
    expect(lines(stderr).filter(line => line.includes('error: '))).toEqual([
      `${WAT} + ${C}: error: A block of one module lies where another one has its own, at step 3 [foreign-write]`,
    ]);
    expect(stderr).toContain(
      'Call 1, alloc_11 on #0 (wat.wasm), returned 0x400 to 0x403, which overlaps 0x400 to 0x403, static data of c.wasm.',
    );
    expect(lines(stderr).at(-1)).toMatch(
      /^The i32 of #0 \(wat\.wasm\) at 0x400 was 66615 after its add_23, and 57 was /,
    );
  });

  it('has them in its JSON, and in the recording', async () => {
    const schema: unknown = JSON.parse(readFileSync(join(ROOT, 'schemas', 'run.schema.json'), 'utf8'));
    const validate = new Ajv2020({ strict: true, allErrors: true }).compile(Object(schema));
    const file = join(folder, 'both.wsmrec');
    const wrong = await cli('run', STUB, guest('demo/assemblyscript-minimal'), '--json', '--export', file);
    const document: unknown = JSON.parse(wrong.stdout);
    validate(document);
    expect(validate.errors ?? []).toEqual([]);
    expect(document).toMatchObject({
      file: `${STUB} + ${guest('demo/assemblyscript-minimal')}`,
      moduleNames: ['assemblyscript-stub.wasm', 'assemblyscript-minimal.wasm'],
      instanceModules: [0, 1],
      // The other one's allocator zeroes its state at 0x490, and keeps a bit mask there: 256, then 23 is added.
      verdict: { expected: 57, actual: 279 },
      values: [
        { instance: 0, address: 0x490, value: 279 },
        { instance: 1, address: 0xac0, value: 57 },
      ],
      findings: [
        { kind: 'static-overlap', details: { write: null, modules: [0, 1] } },
        {
          kind: 'foreign-write',
          details: { write: { call: 3, write: { owner: { instance: 1 }, before: '34' } }, modules: [0, 1] },
        },
      ],
      problem: { kind: 'wrong-value' },
    });
    expect((await cli('find', file)).stdout).toContain('[foreign-write]');
    expect((await cli('who', file, '--address', '0x490')).stdout).toContain('#0 (assemblyscript-stub.wasm) in ');
  });

  it('tells files of one name apart by their folders', async () => {
    const paths = ['a', 'b'].map(name => join(folder, name, 'guest.wasm'));
    for (const [index, name] of ['demo/c', 'demo/minimum-zero'].entries()) {
      mkdirSync(join(paths[index], '..'));
      writeFileSync(paths[index], readGuest(name));
    }
    const { stdout } = await cli('run', ...paths);
    expect(lines(stdout)[2]).toBe('alloc_11[#1 b/guest.wasm]: 11');
  });

  it.each([
    [['--late', C], /^wasm-shared-memory: --late takes how many of the instances are late, where there is one file/],
    [['--late', '2', C, WAT], /^wasm-shared-memory: --late 2 leaves none of 2 instances to begin with/],
    [['--instances', '2', C, WAT], /^wasm-shared-memory: --instances is for one file: of several files each has one/],
    [[C, join(ROOT, 'no.wasm')], /no\.wasm: there is no such file\./],
    [[C, guest('bad/empty')], /^empty\.wasm: The file is empty/],
    [[guest('demo/defined-memory'), guest('demo/rust')], /^rust\.wasm and defined-memory\.wasm can't share a memory: /],
    [[C, guest('misbehaving/no-alloc')], /^no-alloc\.wasm is no guest of the demo: no function 'alloc_11' is exported/],
  ])('%j is refused in one line', async (args, message) => {
    const { code, stdout, stderr } = await cli('run', ...args);
    expect([code, stdout, lines(stderr)]).toEqual([2, '', [expect.stringMatching(message)]]);
  });

  it('is refused with a recording among them', async () => {
    const file = join(folder, 'one.wsmrec');
    await cli('run', C, '--export', file);
    expect((await cli('run', C, file)).stderr).toMatch(/one\.wsmrec: this is a recording, not a module\./);
    expect((await cli('find', C, file)).stderr).toMatch(/one\.wsmrec is a recording: it is opened by itself, /);
  });
});
