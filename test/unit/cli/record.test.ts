// `record`: what a program sees of being recorded (nothing), and what is recorded of it.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Run } from '../../../src/engine/client.ts';
import type { LastChange } from '../../../src/protocol/access.ts';
import { resultOf } from '../../../src/protocol/runResult.ts';
import { address } from '../../../src/protocol/units.ts';
import { cli, ended, lines, shell, startCli } from '../support/cli.ts';
import { type RecordedProgram, recordProgram } from '../support/recordedPrograms.ts';
import { callsOf, memoryAt } from '../support/runs.ts';
import { i32 } from '../support/startedRuns.ts';
import { assemble } from '../wasm/record/recordedRun.ts';

const folder = mkdtempSync(join(tmpdir(), 'cli-record-'));
afterAll(() => rmSync(folder, { recursive: true }));
const inFolder = (name: string): string => join(folder, name);

const GUEST = `(module
  (import "env" "memory" (memory 1 4))
  (import "env" "back" (func $back (param i32)))
  (table (export "table") 2 funcref)
  (func $put (export "put") (param i32 i32) (i32.store8 (local.get 0) (local.get 1)))
  (func (export "putAndCall") (param i32)
    (i32.store8 (local.get 0) (i32.const 7))
    (call $back (local.get 0))
    (i32.store8 offset=1 (local.get 0) (i32.const 8)))
  (func (export "putAndTrap") (param i32) (i32.store8 (local.get 0) (i32.const 9)) unreachable)
  (func (export "copy") (param i32 i32 i32) (memory.copy (local.get 0) (local.get 1) (local.get 2)))
  (func (export "grow") (result i32) (memory.grow (i32.const 1)))
  (func (export "endless") (call $back (i32.const 0)) (loop $again (i32.store8 (i32.const 40) (i32.const 1)) (br $again))))`;
const SHARED = `(module
  (import "env" "memory" (memory 1 4 shared))
  (func (export "add") (drop (i32.atomic.rmw.add (i32.const 16) (i32.const 5)))))`;
const OTHER = '(module (memory (export "other") 1) (data (i32.const 0) "x") (func (export "nothing")))';

/** What the scripts below begin with: a memory, and how to make an instance over it. */
const PRELUDE = `
  const { readFileSync } = require('node:fs');
  const bytes = readFileSync(__dirname + '/guest.wasm');
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 4 });
  const view = () => new Uint8Array(memory.buffer);
  const make = (back = () => {}) =>
    new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory, back } }).exports;
`;

const script = (name: string, source: string): string => {
  writeFileSync(inFolder(name), source);
  return inFolder(name);
};

beforeAll(async () => {
  writeFileSync(inFolder('guest.wasm'), await assemble(GUEST));
  writeFileSync(inFolder('other.wasm'), await assemble(OTHER));
  writeFileSync(inFolder('shared.wasm'), await assemble(SHARED));
});

const opened: Run[] = [];
afterEach(() => {
  for (const run of opened.splice(0)) run.dispose();
});

/** Records a script that begins with {@link PRELUDE}. */
async function record(source: string, ...args: readonly string[]): Promise<RecordedProgram> {
  const program = await recordProgram(...args, script('script.cjs', PRELUDE + source));
  opened.push(program.run);
  return program;
}

/** Who last wrote a byte, at the end. */
const writer = ({ run }: RecordedProgram, at: number): Promise<LastChange> =>
  run.recording.ask('lastChange', { step: run.snapshot.lastStep, address: address(at) });

const write = (owner: object, more: object = {}) => ({ kind: 'write', write: { owner, ...more } });
const INSTANCE = { kind: 'instance', instance: 0 };
const HOST = { kind: 'host' };

describe('a recorded program', () => {
  it('gets its arguments and its input, and gives its output and its exit status', async () => {
    const source = `
      const { isMainThread, parentPort, workerData } = require('node:worker_threads');
      console.log(JSON.stringify([process.argv.slice(2), require.main === module, isMainThread, parentPort, workerData]));
      make();
      process.stdin.on('data', text => console.error('read ' + text)).on('end', () => { process.exitCode = 7; });
    `;
    const path = script('script.cjs', PRELUDE + source);
    const out = inFolder('out.wsmrec');
    const command = `echo hello | "$NODE" dist/cli.js record ${path} a b --export ${out} -- --json -- c`;
    const { code, stdout, stderr } = await shell(command);
    expect(code).toBe(7);
    expect(JSON.parse(stdout)).toEqual([['a', 'b', '--json', '--', 'c'], true, true, null, null]);
    expect(lines(stderr)).toEqual(['read hello', '', `recorded: 0 calls and steps 0 to 0, in ${out}.`]);
    expect(existsSync(out)).toBe(true);
  });

  it('has the memory and the functions that it would have', async () => {
    const { stdout } = await record(`
      const guest = make();
      console.log(memory.buffer instanceof ArrayBuffer, Object.isFrozen(guest), Object.keys(guest).join());
      console.log(guest.put.length, /^\\d+$/.test(guest.put.name), guest.put === guest.put);
      guest.table.set(0, guest.put);
      console.log(guest.table.get(0) === guest.put, guest.table.get(1));
      guest.table.get(0)(16, 5);
      console.log(view()[16]);
      console.log(guest.grow(), memory.buffer.byteLength, view()[16]);
      const compiled = new WebAssembly.Module(bytes);
      console.log(WebAssembly.Module.imports(compiled).length, compiled instanceof WebAssembly.Module);
      try { new WebAssembly.Module(bytes.subarray(0, 20)); } catch (error) { console.log(error.name); }
    `);
    expect(lines(stdout)).toEqual([
      'true true table,put,putAndCall,putAndTrap,copy,grow,endless',
      '2 true true',
      'true null',
      '5',
      '1 131072 5',
      '2 true',
      'CompileError',
    ]);
  });

  it('may make its instance in any way that there is', async () => {
    const { stdout } = await record(`
      const imports = { env: { memory, back() {} } };
      const compiled = WebAssembly.compile(bytes);
      const response = () => new Response(bytes, { headers: { 'content-type': 'application/wasm' } });
      const ways = [
        async () => (await WebAssembly.instantiate(bytes, imports)).instance,
        async () => WebAssembly.instantiate(await compiled, imports),
        async () => new WebAssembly.Instance(await compiled, imports),
        async () => (await WebAssembly.instantiateStreaming(response(), imports)).instance,
        async () => WebAssembly.instantiate(await WebAssembly.compileStreaming(response()), imports),
      ];
      (async () => {
        for (const [index, way] of ways.entries()) {
          const instance = await way();
          instance.exports.put(100 + index, 1);
          console.log(instance instanceof WebAssembly.Instance);
        }
      })();
    `);
    expect(lines(stdout)).toEqual(Array(5).fill('true'));
    const program = opened[0];
    // The first is made before step 0; each other one after the call and the store of the one before.
    expect(program.snapshot.instances).toEqual(
      [null, 2, 4, 6, 8].map((call, instance) => ({ module: 0, call, step: instance })),
    );
    for (const instance of [0, 1, 2, 3, 4]) {
      const change = await program.recording.ask('lastChange', {
        step: program.snapshot.lastStep,
        address: address(100 + instance),
      });
      expect(change).toMatchObject(write({ kind: 'instance', instance }));
    }
  });
});

describe('the recording of a program', () => {
  it('tells what the module, the program and its imports wrote', async () => {
    const program = await record(`
      view()[8] = 1; // before there is an instance: initial data
      const guest = make(at => { view()[at + 2] = 3; });
      guest.put(16, 5);
      view()[24] = 6;
      guest.putAndCall(32);
      view().set([1, 2, 3, 4], 0x8000);
      guest.copy(0x9000, 0x8000, 4);
    `);
    expect((await callsOf(program.run)).map(call => [call.function, call.args, call.end])).toEqual([
      ['put', [16, 5], 'returned'],
      ['putAndCall', [32], 'returned'],
      ['copy', [0x9000, 0x8000, 4], 'returned'],
    ]);
    expect(await writer(program, 8)).toEqual({ kind: 'initial' });
    expect(await writer(program, 16)).toMatchObject(write(INSTANCE, { call: 1, site: { function: 'put' } }));
    expect(await writer(program, 24)).toMatchObject(write(HOST, { call: null, site: null }));
    expect(await writer(program, 32)).toMatchObject(write(INSTANCE, { call: 2 }));
    expect(await writer(program, 33)).toMatchObject(write(INSTANCE, { call: 2 }));
    expect(await writer(program, 34)).toMatchObject(write(HOST, { call: 2, import: { from: 'env', name: 'back' } }));
    // What a copy wrote is known because what the program put there is.
    const copied = { call: 3, address: 0x9000, length: 4, after: Uint8Array.of(1, 2, 3, 4) };
    expect(await writer(program, 0x9003)).toMatchObject(write(INSTANCE, copied));
  });

  it('holds what was written far from everything else, at the end at the latest', async () => {
    const program = await record(`
      const guest = make();
      guest.grow();
      guest.grow();
      guest.grow();
      for (let i = 0; i < 200; i++) {
        guest.put(16, i);
        if (i === 100) view()[3 * 65536 + 1000] = 77;
        if (i === 101) guest.put(3 * 65536 + 20000, 78);
        if (i === 102) view()[3 * 65536 + 20000] = 0;
      }
    `);
    const memory = await memoryAt(program.run, program.run.snapshot.lastStep);
    expect([memory.length, memory[16], memory[3 * 65_536 + 1000], memory[3 * 65_536 + 20_000]]).toEqual([
      4 * 65_536,
      199,
      77,
      0,
    ]);
    expect(await writer(program, 3 * 65_536 + 1000)).toMatchObject(write(HOST));
    expect(await writer(program, 3 * 65_536 + 20_000)).toMatchObject(write(HOST, { after: Uint8Array.of(0) }));
  });

  it('tells a trap that the program caught, and so do the command and whatever sums up the file', async () => {
    const { run, stderr } = await record(`
      const guest = make();
      try { guest.putAndTrap(16); } catch (error) { console.log(error.message); }
      guest.put(17, 1);
    `);
    const told = ['trapped or threw: 1 call', '    call 1, putAndTrap on #0: unreachable'];
    expect(lines(stderr).slice(0, 2)).toEqual(told);
    const file = inFolder('trapped.wsmrec');
    writeFileSync(file, await run.recording.exportFile());
    const trace = await cli('trace', file, '--output', inFolder('trace.json'));
    expect([trace.code, lines(trace.stderr)]).toEqual([0, told]);
    expect(await callsOf(run)).toMatchObject([
      { function: 'putAndTrap', end: 'trapped', trap: { message: 'unreachable', stack: [{ function: 'putAndTrap' }] } },
      { function: 'put', end: 'returned', trap: null },
    ]);
    expect(run.snapshot).toMatchObject({ status: 'completed', lastStep: 2 });
  });

  it('ended by a trap where nobody caught it: that is what became of it', async () => {
    const { run, code, stderr } = await record(`
      const guest = make();
      try { guest.putAndTrap(16); } catch {}
      guest.put(17, 1);
      guest.putAndTrap(18);
    `);
    expect(code).toBe(1);
    expect(run.snapshot).toMatchObject({ status: 'trapped', problem: { kind: 'trap' } });
    const message = 'Call 3, putAndTrap on #0, trapped: unreachable in putAndTrap at offset ';
    expect(run.snapshot.problem?.message).toContain(message);
    expect(resultOf(run.snapshot)).toEqual({ tone: 'error', symbol: '✗', text: 'trapped' });
    expect(lines(stderr).at(-1)).toContain(message);
  });

  it.each([
    ['an exception of JavaScript', "make().put(16, 1); throw new RangeError('unreachable');"],
    ['an exception through a guest', "make(() => { throw new Error('inner'); }).putAndCall(16);"],
    ['another exception in the place of a trap', "try { make().putAndTrap(16); } catch { throw new Error('mine'); }"],
    ['a trap that a listener dealt with', "process.on('uncaughtException', () => {}); make().putAndTrap(16);"],
  ])('ended by no trap where it was by %s', async (_, script) => {
    const { run } = await record(script);
    expect(run.snapshot).toMatchObject({ status: 'completed', problem: null });
  });

  it('tells calls that an import makes with the call that they are in, and whose code wrote', async () => {
    const program = await record(`
      let second = null;
      const first = make(at => {
        second.put(at + 8, 1);
        try { second.putAndTrap(at + 9); } catch {}
      });
      second = make();
      first.putAndCall(64);
    `);
    const calls = await callsOf(program.run);
    expect(
      calls.map(({ kind, function: name, instance, parent, depth, end }) => [kind, name, instance, parent, depth, end]),
    ).toEqual([
      ['instantiation', '(instantiation)', 1, null, 0, 'returned'],
      ['call', 'putAndCall', 0, null, 0, 'returned'],
      ['call', 'put', 1, 2, 1, 'returned'],
      ['call', 'putAndTrap', 1, 2, 1, 'trapped'],
    ]);
    // A store of each but the first; the second has also those of the calls in it, and one more after them.
    expect(calls.map(({ stepBefore, step, accesses }) => [stepBefore, step, accesses])).toEqual([
      [0, 0, 0],
      [0, 4, 4],
      [1, 2, 1],
      [2, 3, 1],
    ]);
    for (const [at, instance, call] of [
      [64, 0, 2],
      [72, 1, 3],
      [73, 1, 4],
      [65, 0, 2],
    ])
      expect(await writer(program, at), `byte ${at}`).toMatchObject(write({ kind: 'instance', instance }, { call }));
  });

  it('of a shared memory, which stays shared, holds what was written there', async () => {
    const program = await record(`
      const shared = new WebAssembly.Memory({ initial: 1, maximum: 4, shared: true });
      const source = readFileSync(__dirname + '/shared.wasm');
      WebAssembly.instantiate(source, { env: { memory: shared } }).then(({ instance }) => {
        new Int32Array(shared.buffer)[4] = 37;
        instance.exports.add();
        console.log(shared.buffer instanceof SharedArrayBuffer, new Int32Array(shared.buffer)[4]);
      });
    `);
    expect(program.stdout).toBe('true 42\n');
    expect(await writer(program, 16)).toMatchObject(write(INSTANCE, { before: i32(37), after: i32(42), call: 1 }));
  });

  it('ends where the program ended itself in the middle of a call', async () => {
    const program = await record('make(() => process.exit(3)).putAndCall(16);');
    expect(program.code).toBe(3);
    expect(program.run.snapshot).toMatchObject({ status: 'completed', callCount: 1 });
    expect(await callsOf(program.run)).toMatchObject([{ function: 'putAndCall', end: 'stopped' }]);
    expect(await writer(program, 16)).toMatchObject(write(INSTANCE));
    expect(await writer(program, 17)).toEqual({ kind: 'never' });
  });

  it('is whole where the program ended itself out of an import that wrote far from everything known', async () => {
    const program = await record(
      'memory.grow(3); make(() => { view()[3 * 65536 + 9] = 7; process.exit(3); }).putAndCall(16);',
    );
    expect(await writer(program, 3 * 65_536 + 9)).toMatchObject({
      kind: 'write',
      write: { owner: { kind: 'host' }, import: { from: 'env', name: 'back' } },
    });
  });

  it('is kept where the program throws', async () => {
    const program = await record("make().put(16, 5); throw new Error('broken on purpose');");
    expect(program.code).toBe(1);
    expect(program.stderr).toContain('Uncaught Error: broken on purpose');
    expect(await writer(program, 16)).toMatchObject(write(INSTANCE));
  });

  it('says what it threw as Node does: of its class, with what it holds', async () => {
    const program = await record(`make();
      class Refused extends Error { name = 'Refused'; code = 42; }
      process.on('uncaughtExceptionMonitor', () => {});
      setTimeout(() => { throw new Refused('once', { cause: new TypeError('inner') }); });`);
    expect(program.code).toBe(1);
    expect(program.stderr).toMatch(
      /^Uncaught Refused: once\n +at .*script\.cjs(.|\n)*code: 42(.|\n)*\[cause\]: TypeError: inner/m,
    );
  });

  it.each([
    ['an ES module that can not be read', 'syntax.mjs', 'const a = 1;\nconst b = ;', true],
    ['one that imports it', 'imports.mjs', "import './syntax.mjs';", true],
    ['one that imports it later', 'later.mjs', "await import('./syntax.mjs');", true],
    ['one that imports what is not there', 'linked.mjs', "import { no } from 'node:fs';", false],
    ['a script that can not be read', 'syntax.cjs', 'const b = ;', false],
    ['a text that can not be read', 'json.mjs', "JSON.parse('x');", false],
  ])('says where %s is, or how to see it', async (_, name, source, isHidden) => {
    const path = script(name, source);
    const { code, stderr } = await cli('record', path, '--export', inFolder('none.wsmrec'));
    expect(code).toBe(1);
    expect(stderr).toContain('SyntaxError: ');
    expect(stderr.includes(`note: To see file and line, run the script by itself: node ${path}\n`)).toBe(isHidden);
    if (!isHidden) expect(stderr).toMatch(new RegExp(`${name}:\\d+`));
  });

  it('has the exit status of a program that throws as it exits', async () => {
    const program = await record("make(); process.on('exit', () => { throw new Error('late'); });");
    expect(program.code).toBe(1);
    expect(program.stderr).toContain('Uncaught Error: late');
  });

  it.each([
    ['Ctrl+C', 'SIGINT', 130],
    ['SIGTERM', 'SIGTERM', 143],
  ] as const)('is kept where %s ends the program', async (_, signal, status) => {
    const out = inFolder(`endless-${signal}.wsmrec`);
    // Written past the streams: output of a thread that never returns to its loop does not arrive.
    const source = `${PRELUDE}
      const guest = make(() => require('node:fs').writeSync(1, 'in the call'));
      guest.put(16, 5);
      guest.endless();`;
    const child = startCli('record', script('endless.cjs', source), '--export', out);
    child.stdout?.once('data', () => child.kill(signal));
    const { code, stderr } = await ended(child);
    expect(stderr).toContain('The run was cancelled while call 2, endless on #0, was under way.');
    expect(code).toBe(status);
    expect(existsSync(out)).toBe(true);
  });
});

it('reads memory where the program has put a property of its own before its buffer', async () => {
  const program = await record(`
    const guest = make(() => console.log('called back'));
    Object.defineProperty(memory, 'buffer', { get() { throw new Error('not for you'); } });
    guest.putAndCall(32);
  `);
  expect(program.code).toBe(0);
  expect(program.stderr).not.toContain('fault');
  expect(await writer(program, 32)).toMatchObject(write(INSTANCE));
  expect((await callsOf(program.run)).map(call => call.function)).toContain('putAndCall');
});

describe('a fault of the recorder', () => {
  it('does not hold the program up, and what was recorded until then is kept', async () => {
    const program = await record(`
      const guest = make(() => console.log('called back'));
      guest.put(16, 5);
      const { buffer } = memory;
      Number.isInteger = () => { throw new Error('not for you'); }; // the recorder asks it of arguments
      guest.putAndCall(32);
      try { guest.putAndTrap(40); } catch (error) { console.log(error.message); }
      console.log(new Uint8Array(buffer)[32], new Uint8Array(buffer)[40]);
      process.on('exit', status => console.log('exit', status));
      process.exitCode = 5;
    `);
    expect(program.code).toBe(5);
    expect(lines(program.stdout)).toEqual(['called back', 'unreachable', '7 9', 'exit 5']);
    expect(program.stderr).not.toContain('Uncaught');
    expect(program.stderr).toContain('nothing is recorded, by a fault of the recorder itself (not for you)');
    expect(await writer(program, 16)).toMatchObject(write(INSTANCE));
    expect((await callsOf(program.run)).map(call => call.function)).toEqual(['put']);
  });

  it('that ends the recording thread does not, either; then nothing is written', async () => {
    const broken = inFolder('broken');
    cpSync('dist', broken, { recursive: true });
    // It never takes an event, and ends soon.
    writeFileSync(join(broken, 'recording.js'), "setTimeout(() => { throw new Error('broken on purpose'); }, 100);");
    const source = `${PRELUDE}
      const guest = make();
      for (let i = 0; i < 50000; i++) guest.put(16, i); // far more than waits for a recording
      console.log(view()[16]);
      process.exitCode = 6;`;
    const out = inFolder('broken.wsmrec');
    const { code, stdout, stderr } = await shell(
      `"$NODE" ${join(broken, 'cli.js')} record ${script('outlives.cjs', source)} --export ${out}`,
    );
    expect([code, stdout]).toEqual([6, `${49_999 % 256}\n`]);
    expect(stderr).toContain('The recording is lost, and the program was not held up');
    expect(stderr).toContain('broken on purpose');
    expect(existsSync(out)).toBe(false);
  });
});

describe('what was recorded is kept, and where is said, where its file can not be written in the end:', () => {
  const EFFECT = `${PRELUDE} make().put(16, 5);`;

  /** @param source of the script, whose argument is the file */
  async function expectKept(out: string, source: string, reason: string): Promise<void> {
    const kept = mkdtempSync(inFolder('kept-'));
    const path = script('kept.cjs', EFFECT + source);
    const { code, stderr } = await shell(`TMPDIR="${kept}" "$NODE" dist/cli.js record ${path} ${out} --export ${out}`);
    const files = readdirSync(kept);
    expect(files).toEqual([expect.stringMatching(/^kept-[-0-9a-f]{36}\.wsmrec$/)]);
    expect(lines(stderr).at(-1)).toBe(`${out}: ${reason}. What was recorded is in ${join(kept, files[0])}.`);
    expect(code).toBe(2);
    expect((await cli('who', join(kept, files[0]), '--address', '16')).stdout).toContain('#0 in put');
  }

  it.each([
    [
      'its folder is gone',
      "require('node:fs').rmdirSync(require('node:path').dirname(process.argv[2]));",
      'there is no such folder',
    ],
    ['it has become a folder', "require('node:fs').mkdirSync(process.argv[2]);", 'it is a folder'],
  ])('%s', async (_, source, reason) => {
    const out = join(mkdtempSync(inFolder('out-')), 'kept.wsmrec');
    await expectKept(out, source, reason);
  });

  // There only root may begin.
  it.runIf(process.platform === 'linux' && process.getuid?.() === 0)('the system makes no file there', async () => {
    await expectKept('/proc/kept.wsmrec', '', "it can't be written (ENOENT)");
  });
});

describe('the memory that is recorded', () => {
  const BOTH = `
    new WebAssembly.Instance(new WebAssembly.Module(readFileSync(__dirname + '/other.wasm'))).exports.nothing();
    make().put(16, 5);
  `;

  it('is that of the first module with code; of others it is said that they are not, and how they are', async () => {
    const { run, stderr } = await record(BOTH);
    expect((await callsOf(run)).map(call => call.function)).toEqual(['nothing']);
    const [note, recorded] = lines(stderr);
    expect(note).toMatch(
      /^note: Memory 1 of the program is recorded\. Not recorded: memory 2, of guest\.wasm\. With --memory 2 that one is recorded instead\.$/,
    );
    expect(recorded).toMatch(/^recorded: 1 call and/);
    expect(run.snapshot.notes.map(each => `note: ${each}`)).toEqual([note]); // whoever opens the file is told, too
  });

  it.each([
    ['--module', 'putAnd'],
    ['--module', 'env.back'],
    ['--memory', '2'],
  ])('is the one that %s %s names', async (...option) => {
    const { run } = await record(BOTH, ...option);
    expect((await callsOf(run)).map(call => call.function)).toEqual(['put']);
    expect(run.snapshot.modules).toMatchObject([
      {
        memory: { kind: 'imported', minimum: 1, maximum: 4, shared: false, pages: 1 },
        imports: [{ provided: 'program' }, { name: 'back', provided: 'program' }],
      },
    ]);
  });
});

it('memories have the same numbers whichever is recorded: a start function may make instances, and an instance may be refused', async () => {
  writeFileSync(
    inFolder('starts.wasm'),
    await assemble(
      '(module (import "env" "made" (func $made)) (memory (export "own") 1) (func $start (call $made)) (start $start))',
    ),
  );
  const source = `
    const starts = made => new WebAssembly.Instance(new WebAssembly.Module(readFileSync(__dirname + '/starts.wasm')), { env: { made } });
    try { starts('no function'); } catch {}
    starts(() => make().put(16, 5));
    make().put(17, 6);`;
  const first = await record(source);
  expect(lines(first.stderr)[0]).toMatch(
    /Memory 1 of the program is recorded\. Not recorded: memory 2, of guest\.wasm \(2 /,
  );
  const second = await record(source, '--memory', '2');
  expect((await callsOf(second.run)).map(call => call.function)).toEqual(['put', '(instantiation)', 'put']);
  expect(lines(second.stderr)[0]).toMatch(
    /Memory 2 of the program is recorded\. Not recorded: memory 1, of starts\.wasm\. /,
  );
});

describe('what can not be recorded is said:', () => {
  it('a file that can not be written, before the script runs', async () => {
    const path = script('prints.cjs', "console.log('ran');");
    const out = join(folder, 'missing', 'out.wsmrec');
    expect(await cli('record', path, '--export', out)).toEqual({
      code: 2,
      stdout: '',
      stderr: `${out}: there is no such folder. Choose another file.\n`,
    });
  });

  it.each([
    [[], "'record' needs the script to run."],
    [['x.cjs'], "'record' needs the file to write: --export OUT.wsmrec."],
    [['x.cjs', '--export', 'x.wsmrec'], 'x.cjs: there is no such script.'],
    [['x.cjs', '--export', 'x.wsmrec', '--record', 'calls'], "--record takes stores, all with 'record', not 'calls'."],
    [['x.cjs', '--export', 'x.wsmrec', '--instances', '2'], "--instances is no option of 'record'."],
  ])('%j', async (args, message) => {
    const { code, stdout, stderr } = await cli('record', ...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });

  it('threads that Node may not start', async () => {
    const { code, stderr } = await shell(
      `NODE_OPTIONS="--permission --allow-fs-read=* --allow-fs-write=*" "$NODE" dist/cli.js record ${script('p.cjs', '')} --export ${inFolder('p.wsmrec')}`,
    );
    expect([code, stderr.split(':')[0]]).toEqual([
      2,
      'Node’s permissions do not let the command start the threads in which a script runs and is recorded',
    ]);
  });

  it('a folder is the script that Node runs of it', async () => {
    mkdirSync(join(folder, 'package', 'lib'), { recursive: true });
    writeFileSync(join(folder, 'package', 'package.json'), '{ "main": "lib/start" }');
    writeFileSync(
      join(folder, 'package', 'lib', 'start.js'),
      `${PRELUDE.replaceAll('__dirname', JSON.stringify(folder))} make().put(16, 5); console.log(require.main === module, process.argv.length);`,
    );
    const { code, stdout } = await cli('record', join(folder, 'package'), '--export', inFolder('package.wsmrec'));
    expect([code, stdout]).toEqual([0, 'true 2\n']);
  });

  it('a script without a module', async () => {
    const out = inFolder('none.wsmrec');
    const path = script('none.cjs', 'console.log(1);');
    const { code, stdout, stderr } = await cli('record', path, '--export', out, '--module', 'nobody');
    expect([code, stdout]).toEqual([2, '1\n']);
    expect(stderr).toBe(
      `${path}: The script has instantiated no module with code and a memory whose imports or exports have 'nobody' in their names, so there is nothing to record. What runs in a vm context or in another process is not seen.\n`,
    );
    expect(existsSync(out)).toBe(false);
  });

  it('a script without the module or the memory that is asked for', async () => {
    const path = script('plain.cjs', `${PRELUDE} make();`);
    const out = inFolder('none.wsmrec');
    const lastLine = async (...args: readonly string[]): Promise<string | undefined> => {
      const { code, stderr } = await cli('record', path, '--export', out, ...args);
      expect([code, existsSync(out)]).toEqual([2, false]);
      return lines(stderr).at(-1);
    };
    expect(await lastLine('--module', 'nobody')).toBe(
      `${path}: Nothing was recorded: the script has instantiated no module that can be recorded whose imports or exports have 'nobody' in their names.`,
    );
    expect(await lastLine('--memory', '2')).toBe(
      `${path}: Nothing was recorded: the script has no memory 2 that can be recorded.`,
    );
  });

  it('a module with a memory of another kind', async () => {
    // (module (memory i64 1) (func)): magic and version; its type, its function, a memory section of 3 bytes (one memory, flags 4, minimum 1), its code
    const bytes = '0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 5, 3, 1, 4, 1, 10, 4, 1, 2, 0, 11';
    const path = script('memory64.cjs', `WebAssembly.instantiate(Uint8Array.of(${bytes}));`);
    const { code, stderr } = await cli('record', path, '--export', inFolder('none.wsmrec'));
    expect(code).toBe(2);
    expect(lines(stderr)).toEqual([
      expect.stringMatching(
        /^note: A module can't be recorded: its memory has 64-bit addresses and may grow past 4 GiB\. It is the module of 29 bytes/,
      ),
      `${path}: Nothing was recorded.`,
    ]);
  });
});
