// A recorded program in another process: asked while it runs, then by its file. The module's `put` stores one byte.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it } from 'vitest';
import { listenForOne, lookAt, openRecording, RemoteRun } from '../../../../src/engine/client.ts';
import { EVERY_CALL } from '../../../../src/protocol/call.ts';
import { ONLOOKER_VARIABLE } from '../../../../src/protocol/servedRun.ts';
import { address, step } from '../../../../src/protocol/units.ts';
import type { Work } from '../../../../src/protocol/work.ts';
import { ended } from '../../support/cli.ts';
import { ROOT, WORKERS } from '../../support/fixtures.ts';
import { assemble } from '../../support/wabt.ts';

const folder = mkdtempSync(join(tmpdir(), 'remote-run-'));
const inFolder = (name: string): string => join(folder, name);
const out = inFolder('out.wsmrec');
writeFileSync(
  inFolder('guest.wasm'),
  assemble(`(module (memory (export "memory") 1)
    (func (export "put") (param i32 i32) (i32.store8 (local.get 0) (local.get 1)))
    (func (export "endless") (loop $again (br $again))))`),
);
const PRELUDE = `
  const bytes = require('node:fs').readFileSync(__dirname + '/guest.wasm');
  const make = () => new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;`;
const UNHEARD = { kind: 'engine-failure', message: 'It said nothing.', remedy: 'Try again.' } as const;

interface Remote {
  readonly run: RemoteRun;
  readonly process: ChildProcess;
  /** Resolves when the process has ended and the run, too: with its exit status. */
  readonly end: Promise<number | null>;
}

const runs: RemoteRun[] = [];
afterEach(() => {
  for (const run of runs.splice(0)) run.dispose();
  rmSync(out, { force: true });
});
afterAll(() => rmSync(folder, { recursive: true }));

/** @param options of Node */
async function start(source: string, options: readonly string[] = []): Promise<Remote & { readonly works: Work[] }> {
  const script = inFolder('script.cjs');
  writeFileSync(script, PRELUDE + source);
  const works: Work[] = [];
  const run = new RemoteRun({
    workerFolder: WORKERS,
    open: () => openRecording(new Uint8Array(readFileSync(out)), WORKERS),
    tellWork: work => works.push(work),
  });
  runs.push(run);
  let closed = Promise.resolve();
  const listener = await listenForOne(connection => {
    closed = connection.closed;
    run.connect(connection);
  });
  const child = spawn(process.execPath, [...options, 'dist/cli.js', 'record', '--export', out, script], {
    cwd: ROOT,
    env: { ...process.env, [ONLOOKER_VARIABLE]: listener.address },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const end = ended(child).then(async ({ code }) => {
    await closed;
    await run.processEnded(UNHEARD);
    return code;
  });
  return { run, process: child, end, works };
}

const until = (run: RemoteRun, holds: () => boolean): Promise<void> =>
  new Promise(resolve => {
    const listening = run.onDidChange(look);
    function look(): void {
      if (!holds()) return;
      listening.dispose();
      resolve();
    }
    look();
  });

const untilCalls = (run: RemoteRun, calls: number): Promise<void> => until(run, () => run.snapshot.callCount >= calls);

/** The script puts 5 at 16, and 6 once it is told to on standard input. */
const WAITING = `
  const { put } = make();
  put(16, 5);
  process.stdin.once('data', () => { put(16, 6); process.exitCode = 3; process.stdin.destroy(); });`;

it('is asked while it runs; when it has ended its file answers', async () => {
  const { run, process, end } = await start(WAITING);
  await untilCalls(run, 1);
  expect(run.snapshot).toMatchObject({ status: 'running', callCount: 1, lastStep: 1 });
  const first = { step: step(1), address: address(16) };
  const change = { kind: 'write', write: { call: 1, step: 1, before: Uint8Array.of(0), after: Uint8Array.of(5) } };
  expect(await run.recording.ask('lastChange', first)).toMatchObject(change);
  expect(await run.recording.ask('bytes', { ...first, length: 2 })).toEqual(Uint8Array.of(5, 0));
  await expect(run.recording.ask('describeStep', { step: step(2) })).rejects.toThrow('step');
  process.stdin?.write('go\n');
  expect(await end).toBe(3);
  expect(await run.done).toMatchObject({ status: 'completed', callCount: 2, lastStep: 2 });
  expect(await run.recording.ask('lastChange', first)).toMatchObject(change);
  const { calls } = await run.recording.ask('calls', { from: 0, count: 9, filter: EVERY_CALL });
  expect(calls.map(({ args }) => args)).toEqual([
    [16, 5],
    [16, 6],
  ]);
  expect(await run.recording.exportFile()).toEqual(new Uint8Array(readFileSync(out)));
});

it('what is asked before anything is recorded is answered once something is', async () => {
  const { run, process, end } = await start(`
    process.stdin.once('data', () => {
      make().put(16, 5);
      process.stdin.once('data', () => process.stdin.destroy());
    });`);
  const ask = () => run.recording.ask('calls', { from: 0, count: 9, filter: EVERY_CALL });
  const beforeItConnects = ask();
  await until(run, () => run.snapshot.status === 'running');
  const beforeItHasMemory = ask();
  process.stdin?.write('go\n');
  // The first call may be recorded by then.
  for (const { calls } of await Promise.all([beforeItConnects, beforeItHasMemory]))
    expect(calls.length).toBeLessThanOrEqual(1);
  expect(run.snapshot.status).toBe('running'); // it was no file that answered
  process.stdin?.end('end\n');
  await end;
});

it('tells how far the writing of its file is', async () => {
  // A second passes in no time.
  const hurried = inFolder('hurried.cjs');
  writeFileSync(hurried, 'const now = performance.now.bind(performance); performance.now = () => 1e6 * now();');
  const { end, works } = await start('const { put } = make(); put(16, 5); put(16, 6);', ['--require', hurried]);
  expect(await end).toBe(0);
  // At the beginning, and before the last of the parts, when all calls and pages are written.
  const writing = works.filter(({ kind }) => kind === 'writing').map(({ done }) => done);
  expect([writing[0], writing.at(-1)]).toEqual([0, 1]);
});

it('asks its file what the process did not answer any more', async () => {
  const { promise: closed, resolve: close } = Promise.withResolvers<void>();
  let receive = (_message: unknown): void => {};
  const asked: unknown[] = [];
  const module = new Uint8Array(readFileSync(inFolder('guest.wasm')));
  const told: Work[] = [];
  const run = new RemoteRun({
    workerFolder: WORKERS,
    open: async () => lookAt(module, 'guest.wasm', WORKERS),
    tellWork: work => told.push(work),
  });
  runs.push(run);
  run.connect({
    closed,
    post: message => asked.push(message),
    onMessage: listener => {
      receive = listener;
    },
    close: () => {},
  });
  const answer = run.recording.ask('bytes', { step: step(0), address: address(0), length: 2 });
  expect(asked).toMatchObject([{ kind: 'request', name: 'bytes' }]);
  receive({ kind: 'request', id: 0, name: 'work', params: { kind: 'writing', done: 0.5 } });
  expect(told).toEqual([{ kind: 'writing', done: 0.5 }]);
  receive({ kind: 'request', id: 1, name: 'ended', params: { kind: 'recorded' } });
  close();
  await closed;
  await run.processEnded(UNHEARD);
  expect(await answer).toEqual(Uint8Array.of(0, 0));
});

it('is searched while it runs', async () => {
  const { run, end } = await start(WAITING);
  await untilCalls(run, 1);
  const query = { kind: 'bytes', bytes: [5, 0] } as const;
  const request = { step: step(1), query, from: address(0), direction: 'next' } as const;
  const { signal } = new AbortController();
  expect(await run.recording.search(request, () => {}, signal)).toEqual({ address: 16, length: 2 });
  run.cancel();
  await end;
});

it('is paused and resumed where it never returns to its event loop', async () => {
  // For each byte of standard input it puts another value at 16.
  const { run, process, end } = await start(`
    const { put } = make();
    const fs = require('node:fs');
    put(16, 1);
    for (let value = 2; fs.readSync(0, Buffer.alloc(1)) > 0; value++) {
      put(16, value);
      fs.writeSync(1, 'put ' + value + '\\n');
    }`);
  let printed = '';
  process.stdout?.on('data', text => {
    printed += text;
  });
  const put = async (value: number): Promise<void> => {
    process.stdin?.write('x');
    while (!printed.includes(`put ${value}\n`)) await new Promise(resolve => setTimeout(resolve, 10));
  };
  await untilCalls(run, 1);
  // Twice is as good as once, and what is said last holds.
  expect(await Promise.all([true, false, true, true].map(paused => run.setPaused(paused)))).toEqual(
    Array(4).fill(true),
  );
  await until(run, () => run.snapshot.isPaused);
  await put(2);
  await put(3);
  expect(await run.setPaused(false)).toBe(true);
  await put(4);
  await untilCalls(run, 2);
  expect(run.snapshot).toMatchObject({ status: 'running', isPaused: false });
  process.stdin?.end();
  await end;
  expect(await run.setPaused(true)).toBe(false);
  expect(run.snapshot).toMatchObject({ status: 'completed', isPaused: false, callCount: 2, lastStep: 3 });
  const { calls } = await run.recording.ask('calls', { from: 0, count: 9, filter: EVERY_CALL });
  expect(calls.map(({ args }) => args)).toEqual([
    [16, 1],
    [16, 4],
  ]);
  // What the calls in between came to, is found when recording is resumed.
  expect(await run.recording.ask('lastChange', { step: step(2), address: address(16) })).toMatchObject({
    kind: 'write',
    write: { owner: { kind: 'unrecorded' }, step: 2, before: Uint8Array.of(1), after: Uint8Array.of(3) },
  });
  expect(run.snapshot.notes.join()).toContain(
    'The program made 4 calls by itself. Recorded are 2: the first is its call 1.',
  );
});

it('that is paused and not resumed ends with memory as it was then', async () => {
  const { run, process, end } = await start(WAITING);
  await untilCalls(run, 1);
  expect(await run.setPaused(true)).toBe(true);
  process.stdin?.write('go\n'); // it puts 6
  await end;
  expect(run.snapshot).toMatchObject({ callCount: 1, lastStep: 1 });
  expect(await run.recording.ask('bytes', { step: step(1), address: address(16), length: 1 })).toEqual(
    Uint8Array.of(5),
  );
});

it('that was paused before it could be told records nothing', async () => {
  const { run, process, end } = await start(
    "process.stdin.once('data', () => { make().put(16, 5); process.stdin.destroy(); });",
  );
  expect(await run.setPaused(true)).toBe(true);
  expect(run.snapshot).toMatchObject({ status: 'starting', isPaused: true });
  await until(run, () => run.snapshot.status === 'running');
  await until(run, () => run.snapshot.isPaused);
  process.stdin?.write('go\n');
  await end;
  expect(run.snapshot.problem?.message).toContain('none of those that were to be recorded');
});

it('is cancelled as by Ctrl+C, and keeps its recording', async () => {
  const { run, end } = await start('const { put, endless } = make(); put(16, 5); put(17, 5); endless();');
  await untilCalls(run, 2);
  run.cancel();
  expect(await end).toBe(130);
  expect(run.snapshot).toMatchObject({ status: 'cancelled', lastStep: 2 });
  expect(await run.recording.ask('bytes', { step: step(2), address: address(16), length: 2 })).toEqual(
    Uint8Array.of(5, 5),
  );
});

it('keeps its recording where its terminal is closed', async () => {
  const { run, process, end } = await start('const { put, endless } = make(); put(16, 5); put(17, 5); endless();');
  await untilCalls(run, 2);
  process.kill('SIGHUP');
  expect(await end).toBe(129);
  expect(run.snapshot).toMatchObject({ status: 'cancelled', lastStep: 2 });
});

it('that was cancelled before it could be told is ended at once', async () => {
  const { run, end } = await start('make().endless();');
  run.cancel();
  await end; // which would never be
  expect(run.snapshot.status).toBe(run.snapshot.modules.length > 0 ? 'cancelled' : 'rejected');
});

it('says why there is no recording', async () => {
  const { run, end } = await start('process.exitCode = 4;');
  expect(await end).toBe(4);
  expect(run.snapshot).toMatchObject({
    status: 'rejected',
    problem: {
      kind: 'nothing-recorded',
      message: expect.stringContaining('no module with code and a memory'),
    },
  });
});

it('that is killed leaves none, and what waits for an answer is told', async () => {
  const { run, process, end } = await start(WAITING);
  await untilCalls(run, 1);
  process.kill('SIGKILL');
  await end;
  expect(existsSync(out)).toBe(false);
  expect(run.snapshot).toMatchObject({ status: 'rejected', problem: UNHEARD });
  await expect(run.recording.ask('describeStep', { step: step(1) })).rejects.toThrow();
});

it('whose file can’t be opened says so', async () => {
  const { run, process, end } = await start(WAITING);
  await untilCalls(run, 1);
  process.stdin?.write('go\n');
  process.once('exit', () => writeFileSync(out, 'something else'));
  await end;
  expect(run.snapshot).toMatchObject({ status: 'rejected', problem: { kind: 'bad-recording' } });
});

it('does not find the address in its environment', async () => {
  const { process, end } = await start(
    `console.log(JSON.stringify(process.env.${ONLOOKER_VARIABLE} ?? null)); make();`,
  );
  let printed = '';
  process.stdout?.on('data', text => {
    printed += text;
  });
  await end;
  expect(printed).toBe('null\n');
});

it('goes on where nobody listens', async () => {
  const listener = await listenForOne(() => {});
  listener.close();
  writeFileSync(inFolder('alone.cjs'), `${PRELUDE} make().put(16, 5);`);
  const child = spawn(process.execPath, ['dist/cli.js', 'record', '--export', out, inFolder('alone.cjs')], {
    cwd: ROOT,
    env: { ...process.env, [ONLOOKER_VARIABLE]: listener.address },
  });
  expect(await ended(child)).toMatchObject({ code: 0, stderr: `recorded: 1 call and steps 0 to 1, in ${out}.\n` });
});
