// Programs of several modules over one memory: whose code runs is told by the code itself, however one comes into another.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { accessorText } from '../../../../src/protocol/access.ts';
import { address } from '../../../../src/protocol/units.ts';
import { lines, shell } from '../../support/cli.ts';
import { type RecordedProgram, recordProgram } from '../../support/recordedPrograms.ts';
import { callsOf, memoryAt } from '../../support/runs.ts';
import { assemble } from '../../support/wabt.ts';

const folder = mkdtempSync(join(tmpdir(), 'crossing-'));
const opened: RecordedProgram['run'][] = [];
afterAll(() => {
  for (const run of opened) run.dispose();
  rmSync(folder, { recursive: true });
});

/** Records a program, and runs it as it is, too: both print the same, and memory rebuilt is what the program has in the end. */
async function record(modules: Readonly<Record<string, string>>, source: string): Promise<RecordedProgram> {
  for (const [name, text] of Object.entries(modules)) writeFileSync(join(folder, `${name}.wasm`), assemble(text));
  const path = join(folder, 'program.cjs');
  const program = `
    const compiled = {};
    const memory = new WebAssembly.Memory({ initial: 1 });
    const make = (name, env = {}) => new WebAssembly.Instance(
      compiled[name] ??= new WebAssembly.Module(require('node:fs').readFileSync(__dirname + '/' + name + '.wasm')),
      { env: { memory, ...env } },
    ).exports;
    const tell = of => { try { console.log(of()); } catch (error) { console.log(error.name, error.message); } };
    ${source}
    console.log(Buffer.from(memory.buffer).toString('base64'));`;
  writeFileSync(path, program);
  const bare = await shell(`"$NODE" ${path}`);
  const recorded = await recordProgram(path);
  opened.push(recorded.run);
  expect(recorded.stdout).toBe(bare.stdout);
  const memory = Buffer.from(lines(recorded.stdout).at(-1) ?? '', 'base64');
  const known = await memoryAt(recorded.run, recorded.run.snapshot.lastStep);
  expect(Buffer.from(known).equals(memory)).toBe(true);
  return recorded;
}

/** Each call of a function: its number, function, instance, module, parent, arguments, results or how else it ended. */
async function callLines({ run }: RecordedProgram): Promise<string[]> {
  const { instances } = run.snapshot;
  const calls = (await callsOf(run)).filter(({ kind }) => kind === 'call'); // the making of later instances is one, too
  return calls.map(call => {
    const end = call.end === 'returned' ? `= ${call.results.join()}` : call.end;
    const of = `#${call.instance} of module ${instances[call.instance].module}`;
    return `${call.index} in ${call.parent ?? '-'}: ${of}: ${call.function}(${call.args.join()}) ${end}`;
  });
}

async function writer({ run }: RecordedProgram, at: number): Promise<string> {
  const change = await run.recording.ask('lastChange', { step: run.snapshot.lastStep, address: address(at) });
  return change.kind === 'write'
    ? `${accessorText(change.write)} in ${change.write.site?.function ?? '-'}, call ${change.write.call}`
    : change.kind;
}

const PUT = `(module (import "env" "memory" (memory 1))
  (func $put (export "put") (param i32 i32) (result i32) (i32.store8 (local.get 0) (local.get 1)) (i32.const 7))
  (func $double (export "double") (param i64 f32 f64) (result f64 i64)
    (i32.store8 (i32.const 90) (i32.const 1))
    (f64.add (local.get 2) (f64.promote_f32 (local.get 1))) (i64.mul (local.get 0) (i64.const 2))))`;

describe('one instance calls another', () => {
  it('by an import: the calls stand in the calls that made them, with their arguments and results', async () => {
    const program = await record(
      {
        put: PUT,
        main: `(module (import "env" "memory" (memory 1))
          (import "env" "put" (func $put (param i32 i32) (result i32)))
          (import "env" "double" (func $double (param i64 f32 f64) (result f64 i64)))
          (func $run (export "run") (param i32) (result i64) (local $l i64)
            (i32.store8 (i32.const 16) (call $put (local.get 0) (i32.const 5)))
            (f64.store (i32.const 24) (f64.const 0))
            (call $double (i64.const -21) (f32.const 0.5) (f64.const nan))
            (local.set $l) (drop)
            (i32.store8 (i32.const 17) (i32.const 9))
            (local.get $l))
          (func (export "again") (param i32) (drop (call $run (local.get 0)))))`,
      },
      `const put = make('put'), main = make('main', put);
       tell(() => main.run(64));
       tell(() => main.again(65));
       tell(() => put.put(66, 1));`,
    );
    expect(await callLines(program)).toEqual([
      '2 in -: #1 of module 1: run(64) = -42',
      '3 in 2: #0 of module 0: put(64,5) = 7',
      '4 in 2: #0 of module 0: double(-21,0.5,NaN) = NaN,-42',
      '5 in -: #1 of module 1: again(65) = ',
      '6 in 5: #0 of module 0: put(65,5) = 7',
      '7 in 5: #0 of module 0: double(-21,0.5,NaN) = NaN,-42',
      '8 in -: #0 of module 0: put(66,1) = 7',
    ]);
    expect([await writer(program, 64), await writer(program, 16), await writer(program, 17)]).toEqual([
      '#0 in put, call 3',
      '#1 in run, call 5',
      '#1 in run, call 5',
    ]);
    expect(program.run.snapshot.modules.map(({ name }) => name)).toEqual(['put.wasm', 'main.wasm']);
    expect((await callsOf(program.run)).map(({ accesses }) => accesses)).toEqual([0, 5, 1, 1, 5, 1, 1, 1]);
    expect((await callsOf(program.run)).map(({ durationNs }) => durationNs === null)).toEqual([
      false,
      false,
      true,
      true,
      false,
      true,
      true,
      false,
    ]);
  });

  it('by a table that both have, where functions that are not exported stand', async () => {
    const table = '(import "env" "table" (table 4 funcref)) (type $f (func (param i32)))';
    const program = await record(
      {
        first: `(module (import "env" "memory" (memory 1)) ${table}
          (elem (i32.const 0) $hidden)
          (func $hidden (param i32) (i32.store8 (local.get 0) (i32.const 1)) (call $deeper (local.get 0)))
          (func $deeper (param i32) (i32.store8 offset=1 (local.get 0) (i32.const 2)))
          (func (export "run") (param i32 i32) (call_indirect (type $f) (local.get 1) (local.get 0))
            (i32.store8 (i32.const 8) (i32.const 1))))`,
        second: `(module (import "env" "memory" (memory 1)) ${table}
          (elem (i32.const 1) $other)
          (func $other (param i32) (i32.store8 (local.get 0) (i32.const 3)) (call_indirect (type $f) (i32.const 72) (i32.const 0))
            (i32.store8 offset=1 (local.get 0) (i32.const 4))))`,
      },
      `const table = new WebAssembly.Table({ element: 'anyfunc', initial: 4 });
       const first = make('first', { table }), second = make('second', { table });
       tell(() => first.run(0, 64));       // its own: no call between instances
       tell(() => first.run(1, 68));       // the other's, which calls back
       tell(() => table.get(1)(80));       // whose it is, JavaScript does not know
       tell(() => table.get(1) === table.get(1));`,
    );
    expect(await callLines(program)).toEqual([
      '2 in -: #0 of module 0: run(0,64) = ',
      '3 in -: #0 of module 0: run(1,68) = ',
      '4 in 3: #1 of module 1: other(68) = ',
      '5 in 4: #0 of module 0: hidden(72) = ',
      '6 in -: #1 of module 1: other(80) = ',
      '7 in 6: #0 of module 0: hidden(72) = ',
    ]);
    expect([await writer(program, 64), await writer(program, 69), await writer(program, 81)]).toEqual([
      '#0 in hidden, call 2',
      '#1 in other, call 4',
      '#1 in other, call 6',
    ]);
  });

  it('of the same module', async () => {
    const program = await record(
      {
        ring: `(module (import "env" "memory" (memory 1)) (import "env" "next" (func $next (param i32)))
          (global $n (mut i32) (i32.const 0))
          (func (export "go") (param i32)
            (i32.store8 (local.get 0) (i32.const 1))
            (if (i32.lt_u (local.get 0) (i32.const 66)) (then (call $next (i32.add (local.get 0) (i32.const 1)))))
            (i32.store8 offset=16 (local.get 0) (i32.const 2))))`,
      },
      `const last = make('ring', { next() {} });
       const middle = make('ring', { next: last.go });
       const first = make('ring', { next: middle.go });
       first.go(64);`,
    );
    expect(await callLines(program)).toEqual([
      '3 in -: #2 of module 0: go(64) = ',
      '4 in 3: #1 of module 0: go(65) = ',
      '5 in 4: #0 of module 0: go(66) = ',
    ]);
    const writers = await Promise.all([64, 65, 66, 80, 81, 82].map(at => writer(program, at)));
    expect(writers.map(text => text.slice(0, 2))).toEqual(['#2', '#1', '#0', '#2', '#1', '#0']);
    expect(program.run.snapshot.modules).toHaveLength(1);
  });

  it('which traps, or throws: who catches it goes on as itself', async () => {
    const program = await record(
      {
        throws: `(module (import "env" "memory" (memory 1)) (import "env" "tag" (tag $tag (param i32)))
          (func (export "throws") (param i32) (i32.store8 (local.get 0) (i32.const 1)) (throw $tag (i32.const 5)))
          (func (export "traps") (param i32) (i32.store8 (local.get 0) (i32.const 2)) unreachable))`,
        catches: `(module (import "env" "memory" (memory 1)) (import "env" "tag" (tag $tag (param i32)))
          (import "env" "throws" (func $throws (param i32))) (import "env" "traps" (func $traps (param i32)))
          (func (export "run") (param i32) (local $l i32)
            (try (do (call $throws (local.get 0)))
              (catch $tag (local.set $l) (i32.store8 offset=1 (local.get 0) (local.get $l))))
            (i32.store8 offset=2 (local.get 0) (i32.const 3)))
          (func (export "through") (param i32) (call $throws (local.get 0)))
          (func (export "trap") (param i32) (i32.store8 offset=1 (local.get 0) (i32.const 4)) (call $traps (local.get 0))))`,
      },
      `const tag = new WebAssembly.Tag({ parameters: ['i32'] });
       const throws = make('throws', { tag }), catches = make('catches', { tag, ...throws });
       tell(() => catches.run(64));
       try { catches.through(70); } catch (thrown) { console.log(thrown.is(tag), thrown.getArg(tag, 0)); }
       tell(() => catches.trap(80));
       tell(() => throws.traps(90));
       tell(() => catches.run(96));`,
    );
    expect(await callLines(program)).toEqual([
      '2 in -: #1 of module 1: run(64) = ',
      '3 in 2: #0 of module 0: throws(64) trapped',
      '4 in -: #1 of module 1: through(70) trapped',
      '5 in 4: #0 of module 0: throws(70) trapped',
      '6 in -: #1 of module 1: trap(80) trapped',
      '7 in 6: #0 of module 0: traps(80) trapped',
      '8 in -: #0 of module 0: traps(90) trapped',
      '9 in -: #1 of module 1: run(96) = ',
      '10 in 9: #0 of module 0: throws(96) trapped',
    ]);
    const writers = await Promise.all([64, 65, 66, 70, 80, 81, 90, 97, 98].map(at => writer(program, at)));
    expect(writers).toEqual([
      '#0 in throws, call 3',
      '#1 in run, call 2',
      '#1 in run, call 2',
      '#0 in throws, call 5',
      '#0 in traps, call 7',
      '#1 in trap, call 6',
      '#0 in traps, call 8',
      '#1 in run, call 9',
      '#1 in run, call 9',
    ]);
    const [, , , , , trap] = await callsOf(program.run);
    expect(trap.trap?.stack.map(({ module, function: name }) => [module, name])).toEqual([
      [0, 'traps'],
      [1, 'trap'],
    ]);
  });

  it('by the host that it called, which knows of nothing', async () => {
    const program = await record(
      {
        put: PUT,
        main: `(module (import "env" "memory" (memory 1)) (import "env" "hook" (func $hook (param i32) (result i32)))
          (func (export "run") (param i32)
            (i32.store8 (local.get 0) (call $hook (local.get 0)))))`,
      },
      `const put = make('put');
       const main = make('main', { hook: at => { new Uint8Array(memory.buffer)[at + 2] = 8; return put.put(at + 1, 4); } });
       main.run(64);`,
    );
    expect(await callLines(program)).toEqual([
      '2 in -: #1 of module 1: run(64) = ',
      '3 in 2: #0 of module 0: put(65,4) = 7',
    ]);
    expect([await writer(program, 64), await writer(program, 65), await writer(program, 66)]).toEqual([
      '#1 in run, call 2',
      '#0 in put, call 3',
      'host, in import env.hook in -, call 2',
    ]);
  });
});

it('calls of a function that is exported by several names have the one that the program took', async () => {
  const program = await record(
    {
      names: `(module (import "env" "memory" (memory 1))
        (func $f (export "first") (export "second") (param i32) (i32.store8 (local.get 0) (i32.const 1)))
        (export "third" (func $f)) (func (export "other")))`,
    },
    `const { first, ...rest } = make('names');
     const again = make('names');
     first(1);                        // the others were taken after it
     rest.second(2); again.second(3); again.first(4); again.other();
     console.log(first === rest.second, rest.second === rest.third, Object.keys(again).join(), first.name);`,
  );
  expect((await callsOf(program.run)).map(call => `${call.function}(${call.args})`).slice(1)).toEqual([
    'third(1)',
    'third(2)',
    'second(3)',
    'first(4)',
    'other()',
  ]);
});

it('modules are called by the files that they were read from, whichever way; others by what they export', async () => {
  const ways = {
    view: "(read => new Uint8Array(read.buffer, read.byteOffset, read.byteLength))(fs.readFileSync(path('put')))",
    url: "fs.readFileSync(require('node:url').pathToFileURL(path('main')))",
    promise: "await fs.promises.readFile(path('other'))",
    callback: "await require('node:util').promisify(fs.readFile)(path('more'))",
    copy: "Uint8Array.from(fs.readFileSync(path('last')))",
    // (module (import "env" "memory" (memory 1)) (func (export "none"))), written by hand
    bytes:
      'Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 2, 15, 1, 3, 0x65, 0x6e, 0x76, 6, 0x6d, 0x65, 0x6d, 0x6f, 0x72, 0x79, 2, 0, 1, 3, 2, 1, 0, 7, 8, 1, 4, 0x6e, 0x6f, 0x6e, 0x65, 0, 0, 10, 4, 1, 2, 0, 11)',
  };
  const texts = ['put', 'main', 'other', 'more', 'last'].map(name => [
    name,
    `(module (import "env" "memory" (memory 1)) (func (export "${name}")))`,
  ]);
  const program = await record(
    Object.fromEntries(texts),
    `const fs = require('node:fs'), path = name => __dirname + '/' + name + '.wasm';
     fs.readFile(path('put'), 'utf8', (error, text) => { if (typeof text !== 'string') throw error; });
     (async () => { ${Object.values(ways)
       .map(way => `(await WebAssembly.instantiate(${way}, { env: { memory } }));`)
       .join('\n')} })();`,
  );
  const names = program.run.snapshot.modules.map(({ name }) => name);
  expect(names.slice(0, 5)).toEqual(['put.wasm', 'main.wasm', 'other.wasm', 'more.wasm', 'last.wasm']);
  expect(names.slice(5)).toEqual(['the module of 51 bytes that exports none']);
});

describe('functions of a recorded instance', () => {
  it('that a module without that memory imports are called as they are, with V8’s own check of their types', async () => {
    const other = (type: string) => `(module (import "env" "put" (func $put ${type}))
      (export "same" (func $put)) (memory 1)
      (func (export "run") (param i32) (result i32) (i32.store8 (i32.const 3) (i32.const 3)) (call $put (local.get 0) (i32.const 6))))`;
    const program = await record(
      {
        put: PUT,
        other: other('(param i32 i32) (result i32)'),
        wrong: '(module (import "env" "put" (func (param i64))))',
      },
      `const put = make('put');
       const other = make('other', put);
       tell(() => [other.run(64), other.same === put.put]);
       tell(() => make('wrong', put));`,
    );
    expect(lines(program.stdout)[1]).toMatch(/^LinkError .*imported function does not match the expected type/);
    expect(await callLines(program)).toEqual(['1 in -: #0 of module 0: put(64,6) = 7']);
    expect(program.stderr).toContain('Not recorded: memory 2, of other.wasm. With --memory 2');
  });
});

describe('functions in a table that modules share, which JavaScript calls', () => {
  const MAIN =
    '(module (import "env" "memory" (memory 1)) (table (export "table") 8 funcref) (func (export "nothing")))';
  const SIDE = `(module (import "env" "memory" (memory 1)) (import "env" "table" (table 8 funcref))
    (import "env" "call" (func $call (param i32)))
    (elem (i32.const 2) $bad $asks)
    (func $bad (param i32) (i32.store8 (local.get 0) (i32.const 9)) unreachable)
    (func $asks (param i32) (call $call (local.get 0)) (i32.store8 (local.get 0) (i32.add (i32.load8_u (local.get 0)) (i32.const 1))))
    (func (export "run") (param i32) (call $call (local.get 0))))`;

  it('are those of the module that put them there: what they wrote before a trap, too, and what the host wrote around them', async () => {
    const program = await record(
      { main: MAIN, side: SIDE },
      `const view = new Uint8Array(memory.buffer);
       const { table, nothing } = make('main');
       const side = make('side', { table, call: at => { view[at] = 20; if (at > 90) try { table.get(2)(at + 1); } catch {} } });
       tell(() => table.get(2)(64));
       view[65] = 1;
       nothing();
       view[70] = 10;
       tell(() => table.get(3)(70));
       side.run(96);`,
    );
    expect(await callLines(program)).toEqual([
      '2 in -: #1 of module 1: bad(64) trapped',
      '3 in -: #0 of module 0: nothing() = ',
      '4 in -: #1 of module 1: asks(70) = ',
      '5 in -: #1 of module 1: run(96) = ',
      '6 in 5: #1 of module 1: bad(97) trapped',
    ]);
    const writers = await Promise.all([64, 65, 70, 96, 97].map(at => writer(program, at)));
    expect(writers).toEqual([
      '#1 in bad, call 2',
      'host, between calls 2 and 3 in -, call null',
      '#1 in asks, call 4',
      'host, in import env.call in -, call 5',
      '#1 in bad, call 6',
    ]);
    // Before the guest added 1 the host had written, twice.
    const range = { step: program.run.snapshot.lastStep, address: address(70), length: 1, count: 9 };
    const values = (await program.run.recording.ask('writesTo', range)).map(({ before, after }) => [
      before[0],
      after[0],
    ]);
    expect(values.toReversed()).toEqual([
      [0, 10],
      [10, 20],
      [20, 21],
    ]);
  });

  it('have the numbers that V8 gives functions of their own module', async () => {
    const program = await record(
      { main: MAIN, side: SIDE },
      `const { table } = make('main');
       make('side', { table, call() {} });
       console.log([2, 3].map(at => table.get(at).name).join());`,
    );
    expect(lines(program.stdout)[0]).toBe('1,2'); // behind the import
  });
});

it('what the host wrote before it calls a recorded function by way of a module without a memory is found before that', async () => {
  const program = await record(
    {
      put: PUT,
      adapter:
        '(module (import "env" "put" (func $put (param i32 i32) (result i32))) (func (export "go") (drop (call $put (i32.const 64) (i32.const 5)))))',
    },
    `const adapter = make('adapter', make('put'));
     new Uint8Array(memory.buffer)[64] = 1;
     adapter.go();`,
  );
  const range = { step: program.run.snapshot.lastStep, address: address(64), length: 1, count: 9 };
  const writes = await program.run.recording.ask('writesTo', range);
  expect(writes.toReversed().map(({ owner, before, after }) => [owner.kind, before[0], after[0]])).toEqual([
    ['host', 0, 1],
    ['instance', 1, 5],
  ]);
});

it('modules of Node’s own packages are none of the program', async () => {
  // The one that takes types out of TypeScript is such a module; older versions have none.
  const program = await record(
    { put: PUT },
    `const { stripTypeScriptTypes } = require('node:module');
     process.removeAllListeners('warning');
     console.log(stripTypeScriptTypes ? stripTypeScriptTypes('const x: number = 1') : 'none');
     make('put').put(64, 5);`,
  );
  expect(program.run.snapshot.modules.map(({ name }) => name)).toEqual(['put.wasm']);
  expect(await callLines(program)).toEqual(['1 in -: #0 of module 0: put(64,5) = 7']);
});

const TRAPPING = `(module (memory (export "memory") 1)
  (func (export "boom") (i32.store8 (i32.const 64) (i32.const 5)) unreachable)
  (func (export "ok") (i32.store8 (i32.const 65) (i32.const 6))))`;

it('a trap that comes out of a module without a memory ends the calls that it went through, and nothing else', async () => {
  const program = await record(
    {
      trapping: TRAPPING,
      adapter: `(module (import "env" "boom" (func $boom)) (import "env" "ok" (func $ok)) (import "env" "host" (func $host))
        (func (export "once") call $boom)
        (func (export "deep") call $ok call $host)
        (func (export "fine") call $ok))`,
    },
    `const recorded = make('trapping');
     const adapter = make('adapter', { ...recorded, host() { tell(() => adapter.once()); throw new TypeError('mine'); } });
     tell(() => adapter.once());
     recorded.ok();
     tell(() => adapter.deep());
     adapter.fine();
     recorded.ok();
     new Uint8Array(memory.buffer).set(new Uint8Array(recorded.memory.buffer));`,
  );
  expect(lines(program.stdout).slice(0, -1)).toEqual([
    'RuntimeError unreachable',
    'RuntimeError unreachable',
    'TypeError mine',
  ]);
  expect(await callLines(program)).toEqual([
    '1 in -: #0 of module 0: boom() trapped',
    '2 in -: #0 of module 0: ok() = ',
    '3 in -: #0 of module 0: ok() = ',
    '4 in -: #0 of module 0: boom() trapped',
    '5 in -: #0 of module 0: ok() = ',
    '6 in -: #0 of module 0: ok() = ',
  ]);
  expect([await writer(program, 64), await writer(program, 65)]).toEqual(['#0 in boom, call 4', '#0 in ok, call 6']);
});

it('a trap in a function that code put into a table of several modules ends its call', async () => {
  const program = await record(
    {
      main: `(module (import "env" "memory" (memory 1)) (table (export "table") 4 funcref)
        (func (export "ok") (i32.store8 (i32.const 65) (i32.const 6))))`,
      side: `(module (import "env" "memory" (memory 1)) (import "env" "table" (table 4 funcref))
        (func $boom (i32.store8 (i32.const 64) (i32.const 5)) unreachable) (elem $late func $boom)
        (func (export "init") (table.init $late (i32.const 2) (i32.const 0) (i32.const 1))))`,
    },
    `const main = make('main');
     make('side', main).init();
     tell(() => main.table.get(2)());
     main.ok();`,
  );
  expect((await callLines(program)).slice(1)).toEqual([
    '3 in -: #1 of module 1: boom() trapped',
    '4 in -: #0 of module 0: ok() = ',
  ]);
  expect([await writer(program, 64), await writer(program, 65)]).toEqual(['#1 in boom, call 3', '#0 in ok, call 4']);
});

it('a function that a module imports and gives on is one function, wherever the program finds it', async () => {
  const program = await record(
    {
      adapter: `(module (import "env" "twice" (func $twice (param i32) (result i32)))
        (func (export "next") (param i32) (result i32) (call $twice (local.get 0))))`,
      main: `(module (import "env" "memory" (memory 1)) (import "env" "next" (func $next (param i32) (result i32)))
        (table (export "table") 1 funcref) (elem (i32.const 0) $next) (export "again" (func $next))
        (func (export "put") (i32.store8 (i32.const 64) (call $next (i32.const 3)))))`,
    },
    `const { next } = make('adapter', { twice: value => 2 * value });
     const main = make('main', { next });
     console.log(main.again === next, main.table.get(0) === next, main.again.name === next.name, main.again(4));
     main.put();`,
  );
  expect(lines(program.stdout)[0]).toBe('true true true 8');
  // Nobody enters the recorded module by it.
  expect(await callLines(program)).toEqual(['1 in -: #0 of module 0: put() = ']);
});

describe('functions that a module which is not recorded puts into a table of a recorded one', () => {
  const SIDE_ALONE = (memory: string): string => `(module (import "env" "table" (table 4 funcref)) ${memory}
    (func $mine (param i32) (result i32) (i32.add (local.get 0) (i32.const 100))) (elem (i32.const 2) $mine))`;

  it.each([
    ['without a memory', ''],
    ['with a memory of its own', '(memory 1)'],
  ])('are none of its calls: %s', async (_title, memory) => {
    const program = await record(
      {
        [memory ? 'alone' : 'bare']: SIDE_ALONE(memory),
        owner: `(module (import "env" "memory" (memory 1)) (table (export "table") 4 funcref) (elem (i32.const 0) $put)
          (func $put (export "put") (param i32) (result i32) (i32.store8 (i32.const 64) (local.get 0)) (i32.const 1)))`,
      },
      `const { table, put } = make('owner');
       make('${memory ? 'alone' : 'bare'}', { table });
       console.log(table.get(0) === put, table.get(0)(7), table.get(2)(8));`,
    );
    expect(lines(program.stdout)[0]).toBe('true 1 108');
    expect(await callLines(program)).toEqual(['1 in -: #0 of module 0: put(7) = 1']);
  });
});

describe('a function of the program that a guest calls by way of a module without a memory', () => {
  // As Emscripten's `addFunction` puts JavaScript functions into tables.
  const ADAPTER = '(module (import "env" "host" (func $host (param i32))) (export "host" (func $host)))';
  const ASKS = `(module (import "env" "memory" (memory 1)) (table (export "table") 4 funcref) (type $host (func (param i32)))
    (func (export "put") (param i32) (i32.store8 (local.get 0) (i32.const 7)))
    (func (export "run") (param i32) (i32.store8 (local.get 0) (i32.const 1))
      (call_indirect (type $host) (i32.add (local.get 0) (i32.const 1)) (i32.const 2))
      (i32.store8 offset=4 (local.get 0) (i32.load8_u offset=1 (local.get 0)))))`;

  it.each([
    ['returns', ''],
    ['throws', "if (at === 17) throw new TypeError('mine');"],
  ])('has what it writes, before the guest goes on, where it %s', async (_title, end) => {
    const program = await record(
      { adapter: ADAPTER, asks: ASKS },
      `const view = new Uint8Array(memory.buffer);
       let guest;
       const host = at => { view[at] = 9; guest.put(at + 1); view[at + 2] = 10; ${end} };
       const adapter = make('adapter', { host }); // made before anything is recorded
       guest = make('asks');
       guest.table.set(2, adapter.host);
       console.log(guest.table.get(2) === adapter.host);
       tell(() => guest.run(16));
       view[40] = 3;
       adapter.host(48);
       guest.run(64);`,
    );
    expect(lines(program.stdout)[0]).toBe('true');
    const range = { step: program.run.snapshot.lastStep, address: address(16), length: 8, count: 9 };
    const writes = (await program.run.recording.ask('writesTo', range)).toReversed();
    const told = [
      ['instance', 1, 16, 1],
      ['host', 1, 17, 9],
      ['instance', 2, 18, 7],
      ['host', 1, 19, 10],
      ['instance', 1, 20, 9],
    ];
    expect(writes.map(({ owner, call, address: at, after }) => [owner.kind, call, at, after[0]])).toEqual(
      end === '' ? told : told.slice(0, -1),
    );
    // The program calls the adapter itself, and then the guest does again.
    expect((await callLines(program)).map(line => line.replace(/ of module 0/, ''))).toEqual([
      `1 in -: #0: run(16) ${end === '' ? '= ' : 'trapped'}`,
      '2 in 1: #0: put(18) = ',
      '3 in -: #0: put(49) = ',
      '4 in -: #0: run(64) = ',
      '5 in 4: #0: put(66) = ',
    ]);
    expect([await writer(program, 40), await writer(program, 48), await writer(program, 67)]).toEqual([
      'host, between calls 2 and 3 in -, call null',
      'host, between calls 2 and 3 in -, call null',
      'host in -, call 4',
    ]);
  });
});
