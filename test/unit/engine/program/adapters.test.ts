// Modules that are not recorded and stand between a program and a recorded one, or between a guest and its host: most have no memory.
import { describe, expect, it } from 'vitest';
import { address } from '../../../../src/protocol/units.ts';
import { lines } from '../../support/cli.ts';
import { crossings, PUT } from '../../support/crossings.ts';

const { record, callLines, writer } = crossings();

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
