// Calls by JavaScript Promise Integration: each belongs to itself, however many are suspended.
import { expect, it } from 'vitest';
import { address } from '../../../../src/protocol/units.ts';
import { lines } from '../../support/cli.ts';
import type { RecordedProgram } from '../../support/recordedPrograms.ts';
import { callsOf, memoryAt } from '../../support/runs.ts';
import { sameRecordings } from '../../support/sameRecorded.ts';
import { assemble } from '../../support/wabt.ts';

const { sameRecorded } = sameRecordings();

/** Who wrote a byte last, and in which function. */
const kindAndFunction = async ({ run }: RecordedProgram, at: number): Promise<string> => {
  const change = await run.recording.ask('lastChange', { step: run.snapshot.lastStep, address: address(at) });
  return change.kind === 'write' ? `${change.write.owner.kind} ${change.write.site?.function ?? '-'}` : change.kind;
};

it('calls that JavaScript Promise Integration suspends have what they write, and the calls between theirs', async () => {
  const program = await sameRecorded(
    {
      jspi: assemble(`(module (import "env" "wait" (func $wait (param i32) (result i32))) (memory (export "memory") 1)
        (func (export "f") (param i32)
          (i32.store8 (local.get 0) (i32.const 1))
          (i32.store8 offset=1 (local.get 0) (call $wait (local.get 0)))))`),
    },
    `if (!WebAssembly.promising) { console.log('this engine has none'); process.exit(); }
     const waiting = new Map();
     const wait = new WebAssembly.Suspending(x => new Promise(done => waiting.set(x, () => done(x * 2))));
     const a = new WebAssembly.Instance(load('jspi'), { env: { wait } }).exports;
     const f = WebAssembly.promising(a.f);
     const all = Promise.all([f(64), f(16), f(32)]);
     (async () => {
       for (const x of [16, 32, 64]) {
         waiting.get(x)();
         await new Promise(setImmediate);
       }
       await all;
       console.log(Buffer.from(a.memory.buffer, 0, 80).toString('hex'));
     })();`,
  );
  if (program.stdout.startsWith('this engine')) return;
  const hex = lines(program.stdout)[0];
  const memory = await memoryAt(program.run, program.run.snapshot.lastStep);
  expect(Buffer.from(memory.subarray(0, 80)).toString('hex')).toBe(hex);
  // All three are suspended before one goes on: f(16) first, f(64) last.
  const calls = await callsOf(program.run);
  expect(calls.map(({ function: name, args, end, parent, thread }) => [name, args[0], end, parent, thread])).toEqual([
    ['f', 64, 'returned', null, 1],
    ['f', 16, 'returned', null, 2],
    ['f', 32, 'returned', null, 3],
  ]);
  const range = { step: program.run.snapshot.lastStep, address: address(16), length: 64, count: 10 };
  const writes = (await program.run.recording.ask('writesTo', range)).toReversed();
  expect(writes.map(write => [write.call, write.address, write.after[0]])).toEqual([
    [1, 64, 1],
    [2, 16, 1],
    [3, 32, 1],
    [2, 17, 32],
    [3, 33, 64],
    [1, 65, 128],
  ]);
});

it('a suspended call may throw, trap, wait for ever, call the host, or be made of one that is none; others go on', async () => {
  const program = await sameRecorded(
    {
      jspi: assemble(`(module (import "env" "wait" (func $wait (param i32) (result i32))) (import "env" "note" (func $note (param i32)))
        (memory (export "memory") 1)
        (func (export "f") (param i32)
          (i32.store8 (local.get 0) (call $wait (local.get 0)))
          (call $note (local.get 0)))
        (func (export "trap") (param i32)
          (i32.store8 (local.get 0) (call $wait (local.get 0)))
          (i32.store8 (i32.const 65536) (i32.const 1)))
        (func (export "plain") (param i32) (i32.store8 (local.get 0) (i32.const 7))))`),
    },
    `if (!WebAssembly.promising) { console.log('this engine has none'); process.exit(); }
     const sleep = ms => new Promise(done => setTimeout(done, ms));
     const wait = new WebAssembly.Suspending(async x => {
       if (x === 99) return new Promise(() => {});
       await sleep(x);
       if (x === 20) throw new Error('twenty');
       return x + 1;
     });
     const a = new WebAssembly.Instance(load('jspi'), { env: { wait, note: at => a.plain(at + 100) } }).exports;
     const [f, trap] = [WebAssembly.promising(a.f), WebAssembly.promising(a.trap)];
     f(99);
     const all = [f(40), f(20), trap(60)];
     a.plain(5);
     try { a.f(30); } catch (error) { console.log(error.name); } // not by a promise
     Promise.allSettled(all).then(ended => {
       a.plain(6);
       console.log(ended.map(({ status, reason }) => status + ' ' + reason?.message).join());
       console.log(Buffer.from(a.memory.buffer, 0, 200).toString('hex'));
     });`,
  );
  if (program.stdout.startsWith('this engine')) return;
  const memory = await memoryAt(program.run, program.run.snapshot.lastStep);
  expect(Buffer.from(memory.subarray(0, 200)).toString('hex')).toBe(lines(program.stdout).at(-1));
  expect(lines(program.stdout)[1]).toBe('fulfilled undefined,rejected twenty,rejected memory access out of bounds');
  const calls = await callsOf(program.run);
  expect(calls.map(({ function: name, args, end, parent }) => `${name}(${args[0]}) ${end} ${parent ?? ''}`)).toEqual([
    'f(99) stopped ',
    'f(40) returned ',
    'f(20) trapped ',
    'trap(60) trapped ',
    'plain(5) returned ',
    'f(30) trapped ',
    'plain(140) returned 2',
    'plain(6) returned ',
  ]);
  const writers = await Promise.all(
    [40, 140, 60, 5, 6].map(async at => {
      const change = await program.run.recording.ask('lastChange', {
        step: program.run.snapshot.lastStep,
        address: address(at),
      });
      return change.kind === 'write' && [change.write.owner.kind, change.write.call];
    }),
  );
  expect(writers).toEqual([
    ['instance', 2],
    ['instance', 7],
    ['instance', 4], // what was thrown tells where, since no other code ran before that
    ['instance', 5],
    ['instance', 8],
  ]);
});

it('the host’s own writes are its own while a suspended call has gone on; a trap before it suspends has what it wrote', async () => {
  const program = await sameRecorded(
    {
      jspi: assemble(`(module (import "env" "wait" (func $wait)) (import "env" "note" (func $note (param i32)))
        (memory (export "memory") 1)
        (func (export "f") (param i32)
          call $wait (i32.store8 (local.get 0) (i32.const 1)) (call $note (local.get 0))
          (i32.store8 offset=1 (local.get 0) (i32.const 2)))
        (func (export "trap") (param i32) (i32.store8 (local.get 0) (i32.const 3)) unreachable)
        (func (export "throw") (param i32) (i32.store8 (local.get 0) (i32.const 3)) (call $note (i32.const -1)))
        (func (export "plain") (param i32) (i32.store8 (local.get 0) (i32.const 7))))`),
    },
    `if (!WebAssembly.promising) { console.log('this engine has none'); process.exit(); }
     let view;
     const wait = new WebAssembly.Suspending(async () => {});
     const note = at => {
       if (at < 0) throw new Error('mine');
       view[at + 10] = 8;
       a.plain(at + 11);
       if (at === 32) trap(at + 20).catch(() => {}); // while the other one is under way
       view[at + 12] = 9;
     };
     const a = new WebAssembly.Instance(load('jspi'), { env: { wait, note } }).exports;
     view = new Uint8Array(a.memory.buffer);
     const [f, trap, thrower] = [WebAssembly.promising(a.f), WebAssembly.promising(a.trap), WebAssembly.promising(a.throw)];
     const text = promise => promise.then(() => 'fine', error => error.message);
     (async () => {
       await f(0);
       view[20] = 5;
       await f(32);
       console.log(await text(trap(80)), await text(thrower(81)));
       view[82] = 6;
       a.plain(83);
       console.log(Buffer.from(view.slice(0, 100)).toString('hex'));
     })();`,
  );
  if (program.stdout.startsWith('this engine')) return;
  expect(lines(program.stdout)[0]).toBe('unreachable mine');
  const memory = await memoryAt(program.run, program.run.snapshot.lastStep);
  expect(Buffer.from(memory.subarray(0, 100)).toString('hex')).toBe(lines(program.stdout)[1]);
  const kinds: Record<number, string> = {};
  for (const at of [0, 10, 11, 12, 1, 20, 32, 42, 43, 44, 52, 33, 80, 81, 82, 83])
    kinds[at] = await kindAndFunction(program, at);
  expect(kinds).toEqual({
    0: 'instance f',
    10: 'host -',
    11: 'instance plain',
    12: 'host -',
    1: 'instance f',
    20: 'host -',
    32: 'instance f',
    42: 'host -',
    43: 'instance plain',
    // Where one traps that was made in an import, other code runs before it is known where: nobody can say which of both wrote them.
    44: 'unrecorded -',
    52: 'unrecorded -',
    33: 'instance f',
    80: 'instance trap',
    81: 'instance throw',
    82: 'host -',
    83: 'instance plain',
  });
});
