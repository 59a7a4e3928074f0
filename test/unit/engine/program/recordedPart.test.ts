// Only a part of a program is recorded: the calls that were asked for, with memory as it was when the first of them was made.

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openRecording } from '../../../../src/engine/client.ts';
import { accessorText } from '../../../../src/protocol/access.ts';
import { address, step } from '../../../../src/protocol/units.ts';
import { cli, lines } from '../../support/cli.ts';
import { WORKERS } from '../../support/fixtures.ts';
import { type RecordedProgram, recordProgram } from '../../support/recordedPrograms.ts';
import { callsOf, memoryAt } from '../../support/runs.ts';
import { assemble } from '../../support/wabt.ts';

const folder = mkdtempSync(join(tmpdir(), 'part-'));
const opened: RecordedProgram['run'][] = [];
afterAll(() => {
  for (const run of opened) run.dispose();
  rmSync(folder, { recursive: true });
});

writeFileSync(
  join(folder, 'guest.wasm'),
  assemble(`(module (import "env" "back" (func $back (param i32))) (memory (export "memory") 1)
    (data (i32.const 8) "data")
    (func (export "put") (param i32) (i32.store8 (local.get 0) (i32.add (i32.load8_u (local.get 0)) (i32.const 1))))
    (func (export "outer") (param i32) (call $back (local.get 0)) (i32.store8 offset=1 (local.get 0) (i32.const 7))))`),
);
const PROGRAM = `
  const bytes = require('node:fs').readFileSync(__dirname + '/guest.wasm');
  const make = () => new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { back: at => guest.put(at) } }).exports;
  const guest = make(), view = new Uint8Array(guest.memory.buffer);
  for (let i = 0; i < 5; i++) guest.put(16);   // calls 1 to 5
  view[20] = 3;
  guest.outer(32);                             // call 6, and one in it
  view[21] = 4;
  guest.put(16);                               // call 7
  console.log(Buffer.from(view).toString('base64'));`;

async function record(...options: readonly string[]) {
  writeFileSync(join(folder, 'program.cjs'), PROGRAM);
  const program = await recordProgram(...options, join(folder, 'program.cjs'));
  opened.push(program.run);
  const calls = (await callsOf(program.run)).map(call => `${call.function}(${call.args}) in ${call.parent ?? '-'}`);
  return { ...program, calls };
}

const writer = async ({ run }: RecordedProgram, at: number): Promise<string> => {
  const change = await run.recording.ask('lastChange', { step: run.snapshot.lastStep, address: address(at) });
  return change.kind === 'write' ? accessorText(change.write) : change.kind;
};

it('some calls from one on', async () => {
  const program = await record('--from-call', '3', '--calls', '4');
  expect(program.calls).toEqual(['put(16) in -', 'put(16) in -', 'put(16) in -', 'outer(32) in -', 'put(32) in 4']);
  const first = await memoryAt(program.run, step(0));
  expect([first[16], first[8], first[20]]).toEqual([2, 100, 0]); // 'd'
  const last = await memoryAt(program.run, program.run.snapshot.lastStep);
  expect([last[16], last[20], last[21], last[32], last[33]]).toEqual([5, 3, 4, 1, 7]); // what the host wrote before call 7 is found there
  expect([await writer(program, 20), await writer(program, 33)]).toEqual(['host, between calls 3 and 4', '#0']);
  expect(lines(program.stderr)[0]).toBe(
    'note: The program made 7 calls by itself. Recorded are 4: the first is its call 3. What was written between them is shown as unrecorded.',
  );
});

it('calls of some functions, and what is called in them; memory rebuilt is as it is', async () => {
  const program = await record('--function', 'outer');
  expect(program.calls).toEqual(['outer(32) in -', 'put(32) in 1']);
  expect((await memoryAt(program.run, step(0)))[16]).toBe(5);
  const every = await record('--function', 'put');
  expect(every.calls).toEqual(Array(6).fill('put(16) in -'));
  const memory = await memoryAt(every.run, every.run.snapshot.lastStep);
  expect(Buffer.from(memory).toString('base64')).toBe(lines(every.stdout)[0]);
  // Between call 5 and call 7 nobody looked.
  expect([await writer(every, 33), await writer(every, 21), await writer(every, 16)]).toEqual([
    'unrecorded',
    'unrecorded',
    '#0',
  ]);
});

it('of calls that throw, recorded or not, the program hears once', async () => {
  const path = join(folder, 'throws.cjs');
  writeFileSync(
    path,
    `let times = 0;
     const bytes = require('node:fs').readFileSync(__dirname + '/guest.wasm');
     const env = { back() { times++; throw new Error('mine'); } };
     const throwing = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env }).exports;
     for (let i = 0; i < 3; i++) try { throwing.outer(8); } catch (error) { console.log(i, error.message, times); }`,
  );
  const program = await recordProgram('--from-call', '2', '--calls', '1', path);
  opened.push(program.run);
  expect(lines(program.stdout)).toEqual(['0 mine 1', '1 mine 2', '2 mine 3']);
  expect((await callsOf(program.run)).map(({ end }) => end)).toEqual(['trapped']);
});

it('calls by WebAssembly.promising count, too', async () => {
  const path = join(folder, 'promising.cjs');
  writeFileSync(
    path,
    `if (!WebAssembly.promising) { console.log('this engine has none'); process.exit(); }
     const bytes = require('node:fs').readFileSync(__dirname + '/guest.wasm');
     const guest = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { back() {} } }).exports;
     const put = WebAssembly.promising(guest.put);
     (async () => { for (const at of [16, 17, 18]) await put(at); console.log(new Uint8Array(guest.memory.buffer, 16, 3).join()); })();`,
  );
  const program = await recordProgram('--from-call', '2', '--calls', '1', path);
  opened.push(program.run);
  if (program.stdout.startsWith('this engine')) return;
  expect(lines(program.stdout)).toEqual(['1,1,1']);
  expect((await callsOf(program.run)).map(call => `${call.function}(${call.args})`)).toEqual(['put(17)']);
  const [first, last] = [await memoryAt(program.run, step(0)), await memoryAt(program.run, step(1))];
  expect([...first.subarray(16, 19), ...last.subarray(16, 19)]).toEqual([1, 0, 0, 1, 1, 0]);
});

it('none, which is said', async () => {
  const { code, stdout, stderr } = await cli(
    'record',
    join(folder, 'program.cjs'),
    '--from-call',
    '9',
    '--export',
    join(folder, 'none.wsmrec'),
  );
  expect([code, lines(stdout)]).toEqual([2, [expect.any(String)]]);
  expect(lines(stderr)[0]).toBe('note: The program made 7 calls by itself: none of those that were to be recorded.');
});

it.each(['--from-call', '--calls', '--memory'])('%s takes a number from 1 on', async option => {
  const { code, stderr } = await cli(
    'record',
    join(folder, 'program.cjs'),
    option,
    '0',
    '--export',
    join(folder, 'none.wsmrec'),
  );
  expect(code).toBe(2);
  expect(stderr).toContain(`${option} takes a whole number from 1 on, not '0'.`);
});

it('what is made while it is switched on by a signal', { timeout: 60_000 }, async () => {
  const path = join(folder, 'waits.cjs');
  // It makes a call when it reads a line.
  writeFileSync(
    path,
    `${PROGRAM.slice(0, PROGRAM.indexOf('for ('))}
     require('node:readline').createInterface({ input: process.stdin }).on('line', () => { guest.put(16); console.log(view[16]); });`,
  );
  const out = join(folder, 'switched.wsmrec');
  const program = spawn(process.execPath, ['dist/cli.js', 'record', path, '--paused', '--export', out]);
  let said = '';
  const until = (text: string): Promise<void> =>
    new Promise(done => {
      const look = (): void => {
        if (!said.includes(text)) return;
        program.stdout.off('data', look);
        program.stderr.off('data', look);
        done();
      };
      program.stdout.on('data', look);
      program.stderr.on('data', look);
      look();
    });
  program.stdout.on('data', data => {
    said += data;
  });
  program.stderr.on('data', data => {
    said += data;
  });
  const call = async (value: number): Promise<void> => {
    program.stdin.write('x\n');
    await until(`${value}\n`);
  };
  await call(1);
  program.kill('SIGUSR2');
  await until('Recording is on');
  await call(2);
  await call(3);
  program.kill('SIGUSR2');
  await until('Recording is off');
  await call(4);
  program.stdin.end();
  await new Promise(done => program.once('exit', done));
  const run = await openRecording(new Uint8Array(readFileSync(out)), WORKERS);
  opened.push(run);
  expect((await memoryAt(run, step(0)))[16]).toBe(1);
  expect(await callsOf(run)).toHaveLength(2);
  expect((await memoryAt(run, run.snapshot.lastStep))[16]).toBe(3);
});
