// The built command as a terminal sees it: standard output, standard error and exit status.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { version } from '../../../package.json';
import { type Expectation, type Fixture, misbehavingGuests, printingGuests } from '../../guests/index.ts';
import { cli, lines, shell } from '../support/cli.ts';
import { fixturesThat, title } from '../support/fixtures.ts';

const folder = mkdtempSync(join(tmpdir(), 'cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The transcript of the demo with three instances, written out. */
const TRANSCRIPT = `alloc_11[#0]: 11
add_23[#0]: 34
add_23[#1]: 57
add_23[#2]: 80
add_23[#0]: 103
add_23[#1]: 126
add_23[#2]: 149
add_23[#0]: 172
add_23[#1]: 195
add_23[#2]: 218
add_23[#0]: 241
add_23[#1]: 264
add_23[#2]: 287
add_23[#0]: 310
add_23[#1]: 333
add_23[#2]: 356
expected: 356
`;

describe('standard output', () => {
  it.each(['print/ptr-cap-len', 'demo/c'])('of %s is exactly the transcript', async name => {
    const { code, stdout } = await cli('run', `test/guests/${name}.wasm`);
    expect(stdout).toBe(TRANSCRIPT);
    expect(code).toBe(0);
  });

  it('without a file is that of the bundled guest', async () => {
    const { code, stdout, stderr } = await cli('run');
    expect([code, stdout]).toEqual([0, TRANSCRIPT]);
    expect(stderr).toMatch(/^address: 0x[0-9a-f]+\nvalue reached: 356\ncalls: 16 in .* ms; whole run \d+ ms\n$/);
  });

  it('has a line for each call of any number of instances', async () => {
    const { stdout } = await cli('run', 'test/guests/demo/wat.wasm', '--instances', '64');
    const printed = lines(stdout);
    expect(printed).toHaveLength(1 + 320 + 1);
    expect(printed.slice(-3)).toEqual(['add_23[#62]: 7348', 'add_23[#63]: 7371', 'expected: 7371']);
  });

  it('of a run that was ended has the calls until then', async () => {
    const { code, stdout, stderr } = await cli(
      'run',
      'test/guests/misbehaving/loop-in-call.wasm',
      '--time-limit',
      '0.3',
    );
    expect(stdout).toBe('alloc_11[#0]: 11\nadd_23[#0]: 34\nadd_23[#1]: 57\nadd_23[#2]: 80\nexpected: 356\n');
    expect(stderr).toContain('the time limit of 0.3 s');
    expect(code).toBe(1);
  });
});

describe('notes on standard error', () => {
  const notesOf = async (name: string) => lines((await cli('run', `test/guests/${name}.wasm`)).stderr);

  it('mark each difference', async () => {
    const differences = (await notesOf('print/own-copy')).filter(line => line.startsWith('difference: '));
    expect(differences).toHaveLength(15);
    expect(differences[0]).toBe('difference: call 2, add_23 on #0, printed 34; memory holds 11');
  });

  it('tell which stubs were called', async () => {
    expect(await notesOf('misbehaving/calls-stub')).toContain(
      'stub: env.malloc was called 1 time; it does nothing and returns zeros',
    );
  });

  it('show the stack of a trap, and no stack of ours', async () => {
    const notes = await notesOf('misbehaving/trap-unreachable');
    expect(notes.slice(0, 3)).toEqual([
      '    in fail at offset 0x5d', // wasm-objdump -d: 00005d: 00 | unreachable
      '    in check_limit at offset 0x69', // 000069: 10 01 | call 1 <fail>
      '    in add_23 at offset 0x7b', // 00007b: 10 02 | call 2 <check_limit>
    ]);
    expect(notes.join('\n')).not.toMatch(/\.js|node:/);
  });

  it('tell an access outside memory before the stack', async () => {
    const { stderr } = await cli('run', 'test/guests/misbehaving/trap-out-of-bounds.wasm', '--record', 'all');
    expect(lines(stderr).slice(0, 4)).toEqual([
      '    i32.load of 4 bytes at 0x1000003ff (0x400 + 0xffffffff), memory has 0x10000 bytes',
      '    where the pointer came from is not known: a parameter, a result, or computed',
      '    in read_far at offset 0x5b', // wasm-objdump -d: 00005b: 28 02 ff ff ff ff 0f | i32.load 2 4294967295
      '    in add_23 at offset 0x74',
    ]);
  });

  it('tell it once of a run that is traced', async () => {
    const { stderr } = await cli('trace', 'test/guests/misbehaving/trap-out-of-bounds.wasm', '--record', 'all');
    expect(lines(stderr).filter(line => line.includes('i32.load of 4 bytes at 0x1000003ff'))).toHaveLength(1);
  });

  it('shorten a deep stack', async () => {
    const notes = await notesOf('misbehaving/trap-stack-overflow');
    expect(notes.filter(line => line.startsWith('    in '))).toHaveLength(10);
    expect(notes).toContainEqual(expect.stringMatching(/^ {4}… \d+ more$/));
  });
});

/** Exit status by how a fixture ends: 0 as expected, 1 ran but not as expected, 2 can't be run. */
const EXIT: Record<Expectation['kind'], 0 | 1 | 2> = {
  reaches: 0,
  differs: 1,
  traps: 1,
  'never-returns': 1,
  'address-outside': 1,
  'no-guest': 2,
  refused: 2,
};
/** Covered below and by the engine's tests: 4 GiB take seconds to compare. */
const HUGE = ['misbehaving/grow-to-limit', 'misbehaving/huge-minimum'];
/** Of files that can't be run, one for each problem: the engine's tests have them all. */
const oneOfEachProblem = [
  ...new Map(fixturesThat('refused').map(fixture => [fixture.expectation.problem, fixture])).values(),
];

describe('exit status', () => {
  const small = [...printingGuests, ...misbehavingGuests].filter(({ name }) => !HUGE.includes(name));
  const chosen: readonly Fixture[] = [...small, ...oneOfEachProblem];
  it.concurrent.each(chosen.map(fixture => [title(fixture), fixture] as const))('of %s', async (_, fixture) => {
    const { kind } = fixture.expectation;
    const limit = kind === 'never-returns' ? '0.3' : '60';
    const path = `test/guests/${fixture.file}`;
    const { code, stdout, stderr } = await cli(
      'run',
      path,
      '--instances',
      String(fixture.instances),
      '--time-limit',
      limit,
      '--findings',
      'off', // what is found has tests of its own
    );
    expect(code).toBe(EXIT[kind]);
    const messages = lines(stderr).filter(line => line.startsWith(`${path}: `));
    expect(messages).toHaveLength(code === 0 ? 0 : 1);
    expect(stderr).not.toMatch(/^\s+at /m);
    if (code !== 2) return;
    expect(stdout).toBe('');
    expect(lines(stderr)).toEqual(messages); // one message and nothing else
  });

  it('of missing exports comes with those that there are', async () => {
    const { stderr } = await cli('run', 'test/guests/misbehaving/no-demo-exports.wasm');
    expect(stderr).toMatch(/no function 'alloc_11' is exported; no function 'add_23'.*It exports: .*version.*sum/);
  });
});

describe('what can not be run', () => {
  it.each([
    [['run', 'missing.wasm'], /^wasm-shared-memory: missing\.wasm: there is no such file\./],
    [['run', 'test'], /^wasm-shared-memory: test: it is a folder\./],
    [['run', '--instances', '0'], /--instances takes a whole number from 1 to 64/],
    [['walk'], /There is no command 'walk'/],
    [[], /A command is missing/],
  ])('%j is refused with one message', async (args, message) => {
    const { code, stdout, stderr } = await cli(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
    expect(lines(stderr)).toHaveLength(1);
    expect(stderr).toContain("Try 'wasm-shared-memory --help'.");
  });

  it.runIf(process.platform === 'linux')(
    "a memory that the system does not give (limits of memory are Linux's)",
    async () => {
      const line =
        'ulimit -v 4000000; "$NODE" --max-old-space-size=200 dist/cli.js run test/guests/misbehaving/huge-minimum.wasm';
      const { code, stdout, stderr } = await shell(line);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(
        /huge-minimum\.wasm: The module asks for a memory of 65536 pages \(4096 MiB\), which can't be had; V8 says: .*\./,
      );
    },
  );
});

describe('help and version', () => {
  it('are printed', async () => {
    const { code, stdout, stderr } = await cli('--help');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(
      /^Usage: wasm-shared-memory run \[FILE…\].*\n.* who \[FILE…\] --address A.*\n.* dump \[FILE…\].*\n.* diff A\.wsmrec.*\n.* find \[FILE…\].*\n.* heap \[FILE…\].*\n.* trace \[FILE…\]/,
    );
    expect(await cli('--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });
});
