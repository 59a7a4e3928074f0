// The line that tells how far it is. In these tests a second passes in no time, and standard error says of itself that it is a terminal.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cli, type Ended, ended, startCliWith } from '../support/cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'work-line-'));
afterAll(() => rmSync(folder, { recursive: true }));

const HURRIED = join(folder, 'hurried.cjs');
writeFileSync(
  HURRIED,
  `const now = performance.now.bind(performance);
  performance.now = () => 1e6 * now();
  Object.assign(process.stderr, { isTTY: process.env.TEST_TTY !== 'no', columns: 28 });`,
);
/** On a busy machine the command says besides how little it could compare. */
const withoutNote = ({ stderr, ...rest }: Ended): Ended => ({
  ...rest,
  stderr: stderr.replace(/note: Host and guest took turns[^\n]*\n/, ''),
});
const hurried = async (...args: readonly string[]): Promise<Ended> =>
  withoutNote(await ended(startCliWith(['--require', HURRIED], ...args)));

const OUT = join(folder, 'recorded.wsmrec');
const KEEP_PLACE = '\x1b7';
const CLEAR = '\x1b8\x1b[J';

/** What is shown one after the other; what comes behind it. @throws where it is not cleared */
function shown(stderr: string): { readonly lines: readonly string[]; readonly rest: string } {
  expect(stderr.startsWith(KEEP_PLACE)).toBe(true);
  const lines = stderr.slice(KEEP_PLACE.length).split(CLEAR);
  return { lines: lines.slice(0, -1), rest: lines.at(-1) ?? '' };
}

let script = '';
let plain: Ended;
beforeAll(async () => {
  script = join(folder, 'script.cjs');
  writeFileSync(
    script,
    `const { readFileSync } = require('node:fs');
    const memory = new WebAssembly.Memory({ initial: 1 });
    const bytes = readFileSync('test/guests/demo/wat.wasm');
    const { alloc_11, add_23 } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } }).exports;
    alloc_11();
    for (let i = 0; i < 100; i++) add_23(0x400);
    process.stdout.write('out'); process.stderr.write('no line end'); process.exitCode = 3;`,
  );
  plain = withoutNote(await cli('record', '--export', OUT, script));
});

it('of a recording that is written stands behind what the program printed, which stays as it is', async () => {
  const { code, stdout, stderr } = await hurried('record', '--export', OUT, script);
  expect([code, stdout]).toEqual([3, 'out']);
  expect(stderr.startsWith('no line end')).toBe(true);
  const { lines, rest } = shown(stderr.slice('no line end'.length));
  expect(lines.length).toBeGreaterThan(1);
  // A column of 28 is left free: `Writing recorded.wsmrec: 43` has 27.
  expect(new Set(lines.map(line => line.slice(0, 25)))).toContain('Writing recorded.wsmrec: ');
  for (const line of lines) expect(line.length).toBeLessThan(28);
  expect(`no line end${rest}`).toBe(plain.stderr);
});

it('of a recording that is opened goes before anything is said', async () => {
  const asked = ['who', OUT, '--address', '0x400'];
  const { stdout, stderr } = await hurried(...asked);
  const told = withoutNote(await cli(...asked));
  expect(stdout).toBe(told.stdout);
  const { lines, rest } = shown(stderr);
  expect(lines.every(line => /^Opening recorded.wsmrec: \d/.test(line))).toBe(true);
  expect(rest).toBe(told.stderr);
});

it('tells how far the calls are that trace reads, and the recordings that diff compares', async () => {
  const traced = shown((await hurried('trace', OUT)).stderr);
  expect(traced.lines.some(line => line.startsWith('Reading the calls of '))).toBe(true);
  const compared = shown((await hurried('diff', OUT, OUT)).stderr);
  expect(compared.lines.some(line => line.startsWith('Comparing recorded.wsmrec a'))).toBe(true);
});

it.each([{ TEST_TTY: 'no' }, { TERM: 'dumb' }])('is not there for %o', async env => {
  const before = { ...process.env };
  Object.assign(process.env, env);
  try {
    expect((await hurried('record', '--export', OUT, script)).stderr).toBe(plain.stderr);
  } finally {
    process.env = before;
  }
});
