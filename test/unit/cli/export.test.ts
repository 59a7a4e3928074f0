// `run --export`, and what the commands make of a recording.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cli, lines, shell } from '../support/cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'cli-export-'));
afterAll(() => rmSync(folder, { recursive: true }));

const WAT = 'test/guests/demo/wat.wasm';
const RECORDING = join(folder, 'demo.wsmrec');

beforeAll(async () => {
  const { code, stdout } = await cli('run', WAT, '--export', RECORDING);
  expect([code, lines(stdout).at(-1)]).toEqual([0, 'expected: 356']); // the transcript is as ever
});

describe('a recording', () => {
  it('answers who as the run does', async () => {
    for (const args of [['0x400'], ['0x403', '--step', '12'], ['0x500'], ['0x400', '--json']]) {
      const run = await cli('who', WAT, '--address', ...args);
      const recorded = await cli('who', RECORDING, '--address', ...args);
      expect(recorded).toEqual({ ...run, stdout: run.stdout.replace(WAT, RECORDING) });
      expect(recorded.stdout.length).toBeGreaterThan(20);
    }
  });

  it('has the trace of its run: the times are those that were recorded', async () => {
    const [first, second] = [await cli('trace', RECORDING), await cli('trace', RECORDING)];
    expect([first.code, first.stderr]).toEqual([0, '']);
    expect(first.stdout).toBe(second.stdout);
    expect(JSON.parse(first.stdout).traceEvents.filter(({ ph }: { ph: string }) => ph === 'X')).toHaveLength(16);
  });

  it('of a run that trapped keeps how it ended', async () => {
    const file = join(folder, 'trapped.wsmrec');
    expect((await cli('run', 'test/guests/misbehaving/trap-unreachable.wasm', '--export', file)).code).toBe(1);
    const { code, stdout, stderr } = await cli('who', file, '--address', '1024');
    expect([code, stdout]).toEqual([1, '0x400 at step 4: #2 in add_23+0xd (i32.store), step 4, call 4, 57 -> 80\n']);
    expect(stderr).toContain('Call 5, add_23 on #0, trapped');
  });

  it('is known by what it holds, whatever its name', async () => {
    const renamed = join(folder, 'renamed.bin');
    writeFileSync(renamed, readFileSync(RECORDING));
    expect((await cli('who', renamed, '--address', '0x400')).stdout).toMatch(/^0x400 at step 16: #2 in add_23/);
  });

  it('is written though the reader of the transcript stops early', async () => {
    const file = join(folder, 'early.wsmrec');
    await shell(`"$NODE" dist/cli.js run ${WAT} --export ${file} 2>/dev/null | true`);
    expect((await cli('who', file, '--address', '0x400')).code).toBe(0);
  });

  it('that can not be written is refused before anything runs', async () => {
    expect(await cli('run', WAT, '--export', folder)).toEqual({
      code: 2,
      stdout: '',
      stderr: `${folder}: it is a folder. Choose another file.\n`,
    });
  });

  it('is not written where nothing was run', async () => {
    const inside = mkdtempSync(join(folder, 'none-'));
    for (const guest of ['bad/empty', 'misbehaving/no-alloc'])
      expect((await cli('run', `test/guests/${guest}.wasm`, '--export', join(inside, 'x.wsmrec'))).code).toBe(2);
    expect(readdirSync(inside)).toEqual([]);
  });
});

describe('a file that is no recording to be read', () => {
  const bytes = () => readFileSync(RECORDING);
  const changed = (offset: number, value: number) => {
    const copy = bytes();
    copy[offset] = value;
    return copy;
  };

  it.each([
    ['cut short', () => bytes().subarray(0, 100), /ends too early, at byte 100, .* Copy the file again/],
    ['of an older version', () => changed(8, 1), /format version 1, .* Record it again with this version\.$/],
    ['of a later version', () => changed(8, 200), /format version 200.* Update the extension to open it\.$/],
    [
      'with a changed byte',
      () => changed(60, 0xff),
      /damaged at byte 12: the header section's checksum is wrong\. Copy/,
    ],
    ['that is empty', () => Buffer.alloc(0), /The file is empty, which no recording is\. Choose/],
    ['that is a module', () => readFileSync(WAT), /The file is no recording: byte 0 is wrong\. Choose/],
  ])('%s is refused with one message', async (what, contents, message) => {
    const file = join(folder, `${what.replaceAll(' ', '-')}.wsmrec`);
    writeFileSync(file, contents());
    for (const command of [
      ['who', file, '--address', '0'],
      ['trace', file],
    ]) {
      const { code, stdout, stderr } = await cli(...command);
      expect([code, stdout]).toEqual([2, '']);
      expect(lines(stderr)).toEqual([expect.stringMatching(message)]);
      expect(stderr.startsWith(`${file}: `)).toBe(true);
    }
  });

  it('is one that is to be run', async () => {
    const { code, stdout, stderr } = await cli('run', RECORDING);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toBe(
      `${RECORDING}: this is a recording, not a module. Ask it with 'who', 'dump', 'diff' or 'trace'.\n`,
    );
  });
});
