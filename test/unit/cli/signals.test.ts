// A reader that stops early, and Ctrl+C.
import { type ChildProcess, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { cli, ended, lines, shell, startCli, startCliWith } from '../support/cli.ts';
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

describe('a script that is recorded', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cli-recorded-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  writeFileSync(
    join(folder, 'guest.wasm'),
    assemble('(module (memory 1) (func (export "put") (i32.store8 (i32.const 1) (i32.const 2))))'),
  );
  const script = (name: string, end: string): string => {
    const path = join(folder, name);
    writeFileSync(
      path,
      `new WebAssembly.Instance(new WebAssembly.Module(require('node:fs').readFileSync(__dirname + '/guest.wasm'))).exports.put(); ${end}`,
    );
    return path;
  };
  const [file, recorded] = [join(folder, 'out.wsmrec'), '"$NODE" dist/cli.js record'];

  it('has failed where it failed, also where nobody reads what is said', async () => {
    const path = script('failing.cjs', "console.log('first'); setTimeout(() => { throw new Error('failed'); }, 100);");
    const line = `(${recorded} ${path} --export ${file} 2>&1; echo $? > ${folder}/status) | head -1`;
    expect((await shell(line)).stdout).toBe('first\n');
    expect(
      (await shell(`cat ${folder}/status; "$NODE" dist/cli.js dump ${file} --address 1 --length 1`)).stdout,
    ).toMatch(/^1\n00000001 +02/);
  });

  it('is kept where its terminal was closed', async () => {
    const path = script(
      'closed.cjs',
      "console.log('printed'); process.kill(process.pid, 'SIGHUP'); setInterval(() => {}, 1000);",
    );
    rmSync(file, { force: true });
    const { code, stdout } = await shell(`${recorded} ${path} --export ${file}; echo $?`);
    expect([code, stdout]).toEqual([0, 'printed\n129\n']);
    expect((await shell(`"$NODE" dist/cli.js dump ${file} --address 1 --length 1`)).stdout).toMatch(/^00000001 +02/);
  });
});

/** In every thread of the command: a guest that calls `env.tell` is heard at once, on standard error. */
const LISTENING = `
  const { writeSync } = require('node:fs');
  const { Instance } = WebAssembly;
  WebAssembly.Instance = function (module, { env, ...others }) {
    return new Instance(module, { ...others, env: { ...env, tell: () => void writeSync(2, 'the guest loops\\n') } });
  };`;

/** A guest of the demo that may tell that it is in a loop. */
const telling = (loop: string): Uint8Array =>
  assemble(`(module (import "env" "tell" (func $tell)) (memory 1)
    (func (export "alloc_11") (result i32) (i32.store (i32.const 64) (i32.const 11)) (i32.const 64))
    (func (export "add_23") (param $address i32) (local $x i32) (local $n i32)
      ${loop}
      (i32.store (local.get $address) (i32.add (i32.load (local.get $address)) (i32.const 23)))))`);

// Four commands compute at once: on a busy machine that takes its time.
describe('Ctrl+C', { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'cli-signals-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const inFolder = (name: string): string => join(folder, name);
  const [listening, looping, storing] = ['listening.cjs', 'looping.wasm', 'storing.wasm'].map(inFolder);
  writeFileSync(listening, LISTENING);
  // Call 5 finds 11 + 3 × 23, and never returns.
  writeFileSync(
    looping,
    telling(`(if (i32.eq (i32.load (local.get $address)) (i32.const 80))
      (then (call $tell) (loop $for_ever (br $for_ever))))`),
  );
  // Stores at full speed, for ever, where no record tells more than one of them, and tells once it is far ahead of its recording: by more
  // than may wait for it (64 MiB, five bytes a store or more), so that the recording has begun.
  writeFileSync(
    storing,
    telling(`(loop $for_ever
      (local.set $x (i32.add (i32.mul (local.get $x) (i32.const 1664525)) (i32.const 1013904223)))
      (if (i32.const 1) (then (i32.store offset=1024 (i32.and (local.get $x) (i32.const 0xffc)) (local.get $x))))
      (if (i32.eq (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 14000000)) (then (call $tell)))
      (br $for_ever))`),
  );

  const run = (guest: string, ...options: readonly string[]): ChildProcess =>
    startCliWith(['--require', listening], 'run', guest, '--time-limit', '3600', ...options);

  /** Resolves when standard error has had a text. */
  const said = (child: ChildProcess, text: string): Promise<void> =>
    new Promise(resolve => {
      let all = '';
      child.stderr?.on('data', (more: Buffer) => {
        all += more;
        if (all.includes(text)) resolve();
      });
    });
  const stages = (child: ChildProcess) => [
    said(child, 'the guest loops'),
    said(child, 'is still recorded'),
    said(child, 'is left out'),
  ];

  it.concurrent('cancels the run; what was recorded until then is printed', async () => {
    const child = run(looping);
    const end = ended(child);
    await said(child, 'the guest loops');
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
    const child = run(looping, '--json');
    const end = ended(child);
    await said(child, 'the guest loops');
    child.kill('SIGINT');
    const { stdout } = await end;
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({ outcome: 'cancelled', verdict: { expected: 356, actual: 80 } });
    expect(document.calls).toHaveLength(5);
  });

  it.concurrent('a second time leaves out what is not recorded yet, and the rest is written', async () => {
    const out = inFolder('out.wsmrec');
    const child = run(storing, '--export', out);
    const end = ended(child);
    const [loops, first, second] = stages(child);
    await loops;
    child.kill('SIGINT');
    await first;
    child.kill('SIGINT');
    await second;
    const { code, stdout, stderr } = await end;
    expect(stderr).toMatch(/recording: The recording was ended before it had caught up .* up to \d+ bytes of log/);
    expect([code, lines(stdout)]).toEqual([1, ['alloc_11[#0]: 11', 'expected: 356']]);
    const { code: known, stdout: writer } = await cli('who', out, '--address', '64');
    expect([known, writer]).toEqual([1, expect.stringMatching(/^0x40 at step \d+: #0 in alloc_11/)]);
  });

  it.concurrent('a third time ends the command', async () => {
    const pipe = inFolder('pipe');
    execFileSync('mkfifo', [pipe]);
    const child = run(looping, '--export', pipe); // nobody reads: the command waits
    const [loops, first, second] = stages(child);
    const exit = once(child, 'exit');
    await loops;
    child.kill('SIGINT');
    await first;
    child.kill('SIGINT');
    await second;
    child.kill('SIGINT');
    expect(await exit).toEqual([null, 'SIGINT']);
  });
});

it('the time limit ends the process, with no worker left behind', async () => {
  const child = startCli('run', 'test/guests/misbehaving/loop-in-call.wasm', '--time-limit', '0.2');
  const [code] = await once(child, 'exit');
  expect(code).toBe(1);
});
