// Programs of several modules over one memory: whose code runs is told by the code itself, however one comes into another.
import { describe, expect, it } from 'vitest';
import { address } from '../../../../src/protocol/units.ts';
import { lines } from '../../support/cli.ts';
import { crossings, PUT } from '../../support/crossings.ts';
import { callsOf } from '../../support/runs.ts';

const { record, callLines, writer } = crossings();

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

it('an instance that a start function has made, by an import, is recorded like any other', async () => {
  const program = await record(
    {
      main: `(module (import "env" "memory" (memory 1))
        (import "env" "slot" (global $slot i32)) (import "env" "hook" (func $hook (param i32)))
        (func $start
          (call $hook (global.get $slot))
          (i32.store8 (i32.add (i32.const 64) (global.get $slot)) (i32.const 1)))
        (start $start)
        (func (export "put") (param i32) (i32.store8 (local.get 0) (global.get $slot))))`,
    },
    `let inner;
     const outer = make('main', { slot: 1, hook() { inner = make('main', { slot: 2, hook() {} }); inner.put(80); } });
     inner.put(81);
     outer.put(82);`,
  );
  expect((await callsOf(program.run)).map(({ kind, instance, parent }) => [kind, instance, parent])).toEqual([
    ['instantiation', 0, null],
    ['instantiation', 1, 1],
    ['call', 1, 1],
    ['call', 1, null],
    ['call', 0, null],
  ]);
  expect(await Promise.all([65, 66, 80, 81, 82].map(at => writer(program, at)))).toEqual([
    '#0 in start, call 1',
    '#1 in start, call 2',
    '#1 in put, call 3',
    '#1 in put, call 4',
    '#0 in put, call 5',
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
