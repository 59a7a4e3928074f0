// Programs that start threads of their own: what those do to the recorded memory is never blamed on an instance that did not do it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { accessorText } from '../../../../src/protocol/access.ts';
import { address } from '../../../../src/protocol/units.ts';
import { cli, lines, shell } from '../../support/cli.ts';
import { type RecordedProgram, recordProgram } from '../../support/recordedPrograms.ts';
import { memoryAt } from '../../support/runs.ts';
import { assemble } from '../../support/wabt.ts';

const folder = mkdtempSync(join(tmpdir(), 'threads-'));
const opened: RecordedProgram['run'][] = [];
afterAll(() => {
  for (const run of opened) run.dispose();
  rmSync(folder, { recursive: true });
});

writeFileSync(
  join(folder, 'guest.wasm'),
  assemble(`(module (import "env" "memory" (memory 1 4 shared))
    (func (export "put") (param i32 i32) (i32.store8 (local.get 0) (local.get 1)))
    (func (export "get") (param i32) (result i32) (i32.load8_u (local.get 0))))`),
);

/** A program whose main thread runs `main`, and whose worker runs `worker` with the module and the memory. */
function script(main: string, worker: string, options = ''): string {
  const path = join(folder, 'program.cjs');
  writeFileSync(
    path,
    `const { Worker, isMainThread, workerData, parentPort } = require('node:worker_threads');
     const make = (module, memory) => new WebAssembly.Instance(module, { env: { memory } }).exports;
     if (isMainThread) {
       const module = new WebAssembly.Module(require('node:fs').readFileSync(__dirname + '/guest.wasm'));
       const memory = new WebAssembly.Memory({ initial: 1, maximum: 4, shared: true });
       const view = new Uint8Array(memory.buffer);
       const inWorker = () => new Promise(done => new Worker(__filename, { ${options} workerData: { module, memory } }).once('exit', done));
       (async () => { ${main} })();
     } else {
       const { module, memory } = workerData;
       ${worker}
     }`,
  );
  return path;
}

const writer = async ({ run }: RecordedProgram, at: number): Promise<string> => {
  const change = await run.recording.ask('lastChange', { step: run.snapshot.lastStep, address: address(at) });
  return change.kind === 'write' ? accessorText(change.write) : change.kind;
};

it('what a worker without an instance writes is another thread’s, at no exact moment, and a note says why', async () => {
  const program = await recordProgram(
    script(
      'const guest = make(module, memory); guest.put(16, 5); await inWorker(); guest.get(32);',
      'new Uint8Array(memory.buffer)[32] = 7;',
    ),
  );
  opened.push(program.run);
  expect(await writer(program, 32)).toBe('another thread, between steps 0 and 2');
  expect(program.run.snapshot.notes.join()).toMatch(/The script has worker threads, which may have the memory, too/);
});

it('a worker that can’t be started is no thread', async () => {
  const program = await recordProgram(
    script(
      `const guest = make(module, memory);
       try { new Worker('no-path'); } catch (error) { console.log(error.code); }
       view[32] = 7; guest.get(32);`,
      '',
    ),
  );
  opened.push(program.run);
  expect(program.stdout).toBe('ERR_WORKER_PATH\n');
  expect(await writer(program, 32)).toBe('host, before the first call');
  expect(program.run.snapshot.notes).toEqual([]);
});

it('what a worker’s instance writes is another thread’s, and the note says who made what', async () => {
  const program = await recordProgram(
    script(
      `const guest = make(module, memory);
       view[1] = 1;                  // the host, before there is another thread
       guest.put(16, 5);
       await inWorker();
       guest.put(17, guest.get(32));
       console.log(Buffer.from(memory.buffer).toString('base64'));`,
      'make(module, memory).put(32, 9); make(module, memory).put(16, 6);',
    ),
  );
  opened.push(program.run);
  const memory = await memoryAt(program.run, program.run.snapshot.lastStep);
  expect(Buffer.from(memory).toString('base64')).toBe(lines(program.stdout)[0]);
  expect([await writer(program, 1), await writer(program, 17)]).toEqual(['host, before the first call', '#0']);
  for (const at of [16, 32]) expect(await writer(program, at)).toMatch(/^another thread, between steps \d+ and \d+$/);
  expect(lines(program.stderr)[0]).toMatch(
    /^note: Instances in worker threads are not recorded yet: worker thread 1 made an instance of the module that exports put, get\. What they wrote is told as that of another thread, as is from then on what the host wrote, since nothing tells them apart\.$/,
  );
  expect(program.run.snapshot.notes.map(note => `note: ${note}`)).toEqual([lines(program.stderr)[0]]);
});

it('so is what one writes that was started with options of its own', async () => {
  const program = await recordProgram(
    script(
      'const guest = make(module, memory); guest.put(16, 5); await inWorker(); guest.get(32);',
      "require('node:fs').writeSync(1, JSON.stringify(process.execArgv) + '\\n'); make(module, memory).put(32, 9);",
      "execArgv: ['--no-warnings'],",
    ),
  );
  opened.push(program.run);
  expect(lines(program.stdout)).toEqual(['["--no-warnings"]']);
  expect(await writer(program, 32)).toMatch(/^another thread, between steps/);
  expect(program.stderr).toContain('Instances in worker threads are not recorded yet');
});

it('options of a worker may be inherited ones, and `Worker` is the class of each', async () => {
  const program = await recordProgram(
    script(
      `make(module, memory).put(16, 5);
       const options = Object.assign(Object.create({ eval: true, workerData: 55 }), { execArgv: [] });
       const worker = new Worker("const { parentPort, workerData } = require('node:worker_threads'); parentPort.postMessage(workerData)", options);
       console.log(worker.constructor === Worker, Worker.prototype.constructor === Worker);
       worker.on('message', told => console.log(told));`,
      '',
    ),
  );
  opened.push(program.run);
  expect(lines(program.stdout)).toEqual(['true true', '55']);
});

it('a program whose instances are all in workers is told the truth', async () => {
  const out = join(folder, 'none.wsmrec');
  const { code, stderr } = await cli(
    'record',
    script('await inWorker();', 'make(module, memory).put(32, 9);'),
    '--export',
    out,
  );
  expect(code).toBe(2);
  expect(lines(stderr)[0]).toMatch(
    /^note: Instances in worker threads are not recorded yet: worker thread 1 made an instance of the module that exports put, get\.$/,
  );
  expect(lines(stderr)[1]).toMatch(/Nothing was recorded\.$/);
});

it('an instance over another shared memory counts as one over this: memories of two threads can not be compared', async () => {
  const program = await recordProgram(
    script(
      `const guest = make(module, memory);
       await inWorker();
       view[40] = 7;
       guest.put(16, 5);`,
      'new WebAssembly.Instance(module, { env: { memory: new WebAssembly.Memory({ initial: 1, maximum: 4, shared: true }) } });',
    ),
  );
  opened.push(program.run);
  // It can't be told from one over the same memory: memories of two threads can't be compared.
  expect(await writer(program, 40)).toMatch(/^another thread/);
  expect(await writer(program, 16)).toBe('#0');
});

it('threads have the ids, and WebAssembly’s functions the sources, that they have in a process', async () => {
  const path = join(folder, 'ids.cjs');
  writeFileSync(
    path,
    `const threads = require('node:worker_threads');
     const { Worker, threadId, workerData, postMessageToThread } = threads;
     const say = (...told) => require('node:fs').writeSync(1, told.join(' ') + '\\n');
     const start = depth => {
       const worker = new Worker(__filename, { workerData: depth });
       say(depth, 'started', worker.threadId);
       worker.on('online', () => say(depth, 'online', worker.threadId)).on('exit', () => say(depth, 'ended', worker.threadId));
       return worker;
     };
     const get = Object.getOwnPropertyDescriptor(Worker.prototype, 'threadId').get;
     say('thread', threadId, threads.isMainThread, Worker, Worker.name, get, get.name, postMessageToThread);
     say('sources', WebAssembly.instantiate, WebAssembly.Instance, Function.prototype.toString);
     // Older versions of Node can't post to threads.
     const post = async (id, text) => { try { await postMessageToThread?.(id, text); } catch (error) { say(threadId, id, error.code); } };
     process.on('workerMessage', (text, source) => { say(threadId, 'got', text, source); if (text === 'to') post(source, 'back'); else clearTimeout(waiting); });
     const waiting = postMessageToThread && workerData !== null && setTimeout(() => {}, 60_000); // for an answer
     if (workerData === null) {
       process.on('worker', worker => say('of the process', worker.threadId));
       try { new Worker(5); } catch (error) { say(error.code); }
       start(1).on('exit', () => start(3));
       for (const id of [0, 99, 'a']) post(id, 'nobody');
     } else {
       post(0, 'to');
       if (workerData === 1) start(2);
     }`,
  );
  const sorted = ({ stdout }: { readonly stdout: string }): string[] => lines(stdout).toSorted();
  const bare = await shell(`"$NODE" ${path}`);
  const recorded = await cli('record', path, '--export', join(folder, 'none.wsmrec'));
  expect(sorted(recorded)).toEqual(sorted(bare));
  expect(sorted(bare)).toEqual(expect.arrayContaining(['1 started 1', '2 started 2', '3 started 3', '3 ended -1']));
});

it('a worker finds its instances as they are without a recording, though calls of them are seen', async () => {
  writeFileSync(
    join(folder, 'allocating.wasm'),
    assemble(`(module (import "env" "memory" (memory 1 4 shared)) (import "env" "back" (func $back (param i32) (result i32)))
      (table (export "table") 4 funcref) (elem (i32.const 0) $malloc)
      (func $malloc (export "malloc") (export "again") (param i32) (result i32) (i32.add (local.get 0) (i32.const 0x400)))
      (func (export "ask") (param i32) (result i32) (call $back (local.get 0)))
      (func (export "pair") (param funcref) (result funcref i32) (local.get 0) (i32.const 5))
      (func (export "fail") unreachable))`),
  );
  const path = join(folder, 'seen.cjs');
  writeFileSync(
    path,
    `const { Worker, isMainThread, workerData } = require('node:worker_threads');
     const say = (...told) => require('node:fs').writeSync(1, told.join(' ') + '\\n');
     if (isMainThread) {
       const module = new WebAssembly.Module(require('node:fs').readFileSync(__dirname + '/allocating.wasm'));
       const memory = new WebAssembly.Memory({ initial: 1, maximum: 4, shared: true });
       new WebAssembly.Instance(module, { env: { memory, back: value => value } }).exports.malloc(1);
       new Worker(__filename, { workerData: { module, memory } });
     } else {
       const { module, memory } = workerData;
       const { exports } = new WebAssembly.Instance(module, { env: { memory, back: value => value + 1 } });
       const { malloc, again, table, ask, pair, fail } = exports;
       say('same', malloc === again, table.get(0) === malloc, exports === exports, Object.isFrozen(exports), Object.keys(exports));
       say('told', malloc.name, malloc.length, malloc, typeof malloc, malloc instanceof Function, 'prototype' in malloc);
       table.set(1, ask); table.grow(1, fail);
       say('table', table.get(1) === ask, table.get(4) === fail, table.get(2));
       say('calls', malloc(7), malloc('8'), malloc(), ask(4), pair(ask)[0] === ask, pair(null), table.get(0)(3));
       try { pair(() => {}); } catch (error) { say(error); }
       try { fail(); } catch (error) { say(error, error instanceof WebAssembly.RuntimeError, /program.js/.test(error.stack)); }
       const global = new WebAssembly.Global({ value: 'anyfunc', mutable: true }, malloc);
       say('global', global.value === malloc);
       // One that imports a function of another: WebAssembly checks its type.
       try { new WebAssembly.Instance(module, { env: { memory, back: pair } }); } catch (error) { say(error); }
       say('imported', new WebAssembly.Instance(module, { env: { memory, back: malloc } }).exports.ask(2));
       try { new WebAssembly.Instance(module, { env: { memory } }); } catch (error) { say(error); }
       try { new WebAssembly.Instance(module, 5); } catch (error) { say(error); }
     }`,
  );
  const bare = await shell(`"$NODE" ${path}`);
  const recorded = await cli('record', path, '--export', join(folder, 'seen.wsmrec'));
  expect(lines(recorded.stdout)).toEqual(lines(bare.stdout));
  expect(lines(bare.stdout)).toContain('imported 1026');
});
