// A reader that stops early, and Ctrl+C.
import { type ChildProcess, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cli, ended, lines, shell, startCli } from '../support/cli.ts';
import { assemble } from '../support/wabt.ts';

describe('a reader that stops early', () => {
  it('is no failure: `| head -1`', async () => {
    const line =
      'set -o pipefail; "$NODE" dist/cli.js run test/guests/demo/wat.wasm --instances 64 2>/dev/null | head -1';
    expect(await shell(line)).toEqual({ code: 0, stdout: 'alloc_11[#0]: 11\n', stderr: '' });
  });

  it('is no failure where the pipe is closed before anything is written', async () => {
    const child = startCli('run', 'test/guests/demo/wat.wasm');
    child.stdout?.destroy();
    const { code, stderr } = await ended(child);
    expect([code, stderr]).toEqual([0, '']);
  });
});

describe('Ctrl+C', () => {
  /** Nothing outside tells that the guest has come to its loop, 0.3 s after the start: wait long enough. */
  const guestLoops = (): Promise<void> => new Promise(resolve => setTimeout(resolve, 2500));
  const loop = ['run', 'test/guests/misbehaving/loop-in-call.wasm', '--time-limit', '60'];

  it.concurrent('cancels the run; what was recorded until then is printed', async () => {
    const child = startCli(...loop);
    const end = ended(child);
    await guestLoops();
    child.kill('SIGINT');
    const { code, stdout, stderr } = await end;
    expect(lines(stdout)).toEqual([
      'alloc_11[#0]: 11',
      'add_23[#0]: 34',
      'add_23[#1]: 57',
      'add_23[#2]: 80',
      'expected: 356',
    ]);
    expect(stderr).toContain('The run was cancelled while call 5, add_23 on #0, was under way.');
    expect(code).toBe(1);
  });

  it.concurrent('with --json prints a document of what was recorded', async () => {
    const child = startCli(...loop, '--json');
    const end = ended(child);
    await guestLoops();
    child.kill('SIGINT');
    const { stdout } = await end;
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({ outcome: 'cancelled', actual: 80 });
    expect(document.calls).toHaveLength(5);
  });

  /** Resolves when standard error has had a text. */
  const said = (child: ChildProcess, text: string): Promise<void> =>
    new Promise(resolve => {
      let all = '';
      child.stderr?.on('data', (more: Buffer) => {
        all += more;
        if (all.includes(text)) resolve();
      });
    });

  it.concurrent('a second time leaves out what is not recorded yet, and the rest is written', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cli-signals-'));
    const [guest, out] = [join(folder, 'guest.wasm'), join(folder, 'out.wsmrec')];
    // Stores at full speed, for ever, where no record tells more than one of them.
    writeFileSync(
      guest,
      assemble(`(module (memory 1)
        (func (export "alloc_11") (result i32) (i32.store (i32.const 64) (i32.const 11)) (i32.const 64))
        (func (export "add_23") (param i32) (local $x i32)
          (loop $for_ever
            (local.set $x (i32.add (i32.mul (local.get $x) (i32.const 1664525)) (i32.const 1013904223)))
            (if (i32.const 1) (then (i32.store offset=1024 (i32.and (local.get $x) (i32.const 0xffc)) (local.get $x))))
            (br $for_ever))))`),
    );
    try {
      const child = startCli('run', guest, '--time-limit', '60', '--export', out);
      const end = ended(child);
      const [first, second] = [said(child, 'is still recorded'), said(child, 'is left out')];
      await guestLoops();
      child.kill('SIGINT');
      await first;
      child.kill('SIGINT');
      await second;
      const { code, stdout, stderr } = await end;
      expect(stderr).toMatch(/recording: The recording was ended before it had caught up .* up to \d+ bytes of log/);
      expect([code, lines(stdout)]).toEqual([1, ['alloc_11[#0]: 11', 'expected: 356']]);
      const { code: known, stdout: writer } = await cli('who', out, '--address', '64');
      expect([known, writer]).toEqual([1, expect.stringMatching(/^0x40 at step \d+: #0 in alloc_11/)]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it.concurrent('a third time ends the command', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cli-signals-'));
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    try {
      const child = startCli(...loop, '--export', pipe); // nobody reads: the command waits
      const [first, second] = [said(child, 'is still recorded'), said(child, 'is left out')];
      const exit = once(child, 'exit');
      await guestLoops();
      child.kill('SIGINT');
      await first;
      child.kill('SIGINT');
      await second;
      child.kill('SIGINT');
      expect(await exit).toEqual([null, 'SIGINT']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('ends the process, as the time limit does, with no worker left behind', async () => {
    const child = startCli(...loop.slice(0, 2), '--time-limit', '0.2');
    const [code] = await once(child, 'exit');
    expect(code).toBe(1);
  });
});
