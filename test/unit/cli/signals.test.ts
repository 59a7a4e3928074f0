// A reader that stops early, and Ctrl+C.
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { ended, lines, shell, startCli } from '../support/cli.ts';

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

  it('ends the process, as the time limit does, with no worker left behind', async () => {
    const child = startCli(...loop.slice(0, 2), '--time-limit', '0.2');
    const [code] = await once(child, 'exit');
    expect(code).toBe(1);
  });
});
