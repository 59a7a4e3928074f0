// What is recorded of programs: their calls, one in another, and memories that are too large to be looked at as a whole.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CallRecord } from '../../../../src/protocol/call.ts';
import { address, step } from '../../../../src/protocol/units.ts';
import { lines } from '../../support/cli.ts';
import { type RecordedProgram, recordProgram } from '../../support/recordedPrograms.ts';
import { callsOf } from '../../support/runs.ts';
import { assemble } from '../../support/wabt.ts';

const MIB = 2 ** 20;
const FAR = 200 * MIB;

const folder = mkdtempSync(join(tmpdir(), 'programs-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Records a program that makes instances of a guest by `make(more imports)`, over a memory whose bytes are `view()`. */
async function record(guest: string, initial: number, source: string): Promise<RecordedProgram> {
  writeFileSync(join(folder, 'guest.wasm'), assemble(guest));
  const prelude = `
    const compiled = new WebAssembly.Module(require('node:fs').readFileSync(__dirname + '/guest.wasm'));
    const memory = new WebAssembly.Memory({ initial: ${initial}, maximum: 8192 });
    const view = () => new Uint8Array(memory.buffer);
    const make = (more = {}) => new WebAssembly.Instance(compiled, { env: { memory, ...more } }).exports;
  `;
  writeFileSync(join(folder, 'program.cjs'), prelude + source);
  return recordProgram(join(folder, 'program.cjs'));
}

/** Who wrote a byte last, seen from a step; the last one where none is given. */
async function writer({ run }: RecordedProgram, place: number, at = run.snapshot.lastStep): Promise<unknown> {
  const change = await run.recording.ask('lastChange', { step: step(at), address: address(place) });
  return change.kind === 'write' ? [change.write.owner.kind, change.write.call, change.write.after[0]] : change.kind;
}

describe('a program whose memory has 256 MiB', () => {
  let program: RecordedProgram;
  let calls: readonly CallRecord[];

  beforeAll(async () => {
    program = await record(
      `(module (import "env" "memory" (memory 4096))
        (func (export "put") (param i32 i32) (i32.store8 (local.get 0) (local.get 1)))
        (func (export "nothing") (param i32)))`,
      4096,
      `const guest = make();
       guest.put(${FAR}, 1);                 // call 1
       view()[${FAR + 70_000}] = 2;          // in the page of 64 KiB behind the one that the guest has written
       view()[${160 * MIB}] = 3;             // far from everything that is known
       guest.nothing(0);                     // 2
       view()[${180 * MIB}] = 4;
       guest.nothing(${180 * MIB - 100});    // 3, which is told an address near it
       memory.grow(2);
       guest.nothing(0);                     // 4
       view()[${64 * MIB} - 1] = 5;          // the last byte that is looked at wherever it lies`,
    );
    calls = await callsOf(program.run);
  });
  afterAll(() => program.run.dispose());

  it('and writes near to what its guest wrote, is seen to do so before the next call', async () => {
    expect(await writer(program, FAR)).toEqual(['instance', 1, 1]);
    expect(await writer(program, FAR + 70_000)).toEqual(['host', null, 2]);
    expect(await writer(program, FAR + 70_000, calls[1].stepBefore)).toEqual(['host', null, 2]);
    expect(calls.map(({ bytesChanged }) => bytesChanged)).toEqual([1, 0, 0, 0]);
  });

  it('and writes where it passes an address, is seen to do so', async () => {
    expect(await writer(program, 180 * MIB, calls[2].stepBefore)).toEqual(['host', null, 4]);
  });

  it('and writes in the first 64 MiB, is seen to do so at the end at the latest', async () => {
    expect(await writer(program, 64 * MIB - 1)).toEqual(['host', null, 5]);
  });

  it('and writes far from everything, is not looked at there, and that is said', async () => {
    expect(await writer(program, 160 * MIB)).toBe('never');
    expect(lines(program.stderr)[0]).toBe(
      'note: The memory is larger than 64 MiB: behind that, parts that nobody was seen to touch were not looked at, so what the program itself wrote there is missing or is told later.',
    );
  });

  it('and makes it grow between two calls, is told to have done so', async () => {
    expect(calls.map(({ grownPages, memoryBytes }) => [grownPages, memoryBytes / MIB])).toEqual([
      [0, 256],
      [0, 256],
      [0, 256],
      [0, 256 + 1 / 8],
    ]);
    const { access } = await program.run.recording.ask('describeStep', { step: calls[3].stepBefore });
    expect(access).toMatchObject({ kind: 'grow', pages: 2, owner: { kind: 'host' }, call: null });
  });
});

describe('the first instance over a memory of 256 MiB', () => {
  it.each([
    ['a number', FAR],
    ['a WebAssembly.Global', `new WebAssembly.Global({ value: 'i32' }, ${FAR})`],
  ])('has at step 0 its data, and behind it what its start function wrote; their place is %s', async (_, given) => {
    const program = await record(
      `(module (import "env" "memory" (memory 4096)) (import "env" "base" (global $base i32))
        (global $behind i32 (i32.add (global.get $base) (i32.const ${MIB})))
        (data (global.get $base) "data") (data (global.get $behind) "behind")
        (func $start (i32.store8 (i32.add (global.get $base) (i32.const ${4 * MIB})) (i32.const 7)))
        (start $start))`,
      4096,
      `make({ base: ${given} });`,
    );
    try {
      expect(program.run.snapshot).toMatchObject({ lastStep: 1, initialMemoryBytes: 256 * MIB });
      const bytes = (at: number, length: number) =>
        program.run.recording.ask('bytes', { step: step(0), address: address(at), length });
      expect(new TextDecoder().decode(await bytes(FAR, 5))).toBe('data\0');
      expect(new TextDecoder().decode(await bytes(FAR + MIB, 7))).toBe('behind\0');
      expect(await bytes(FAR + 4 * MIB, 2)).toEqual(Uint8Array.of(0, 0));
      expect(await writer(program, FAR)).toBe('initial');
      expect(await writer(program, FAR + 4 * MIB)).toEqual(['instance', 1, 7]);
    } finally {
      program.run.dispose();
    }
  });
});

describe('calls that imports of a guest make', () => {
  let program: RecordedProgram;
  let calls: readonly CallRecord[];

  beforeAll(async () => {
    program = await record(
      `(module (import "env" "memory" (memory 1)) (import "env" "back" (func $back (param i32)))
        (global $made (mut i32) (i32.const 0))
        (func $start (i32.store8 (i32.const 8) (i32.add (i32.load8_u (i32.const 8)) (i32.const 1))))
        (start $start)
        (func (export "put") (param i32 i32) (i32.store8 (local.get 0) (local.get 1)))
        (func (export "putAndCall") (param i32)
          (i32.store8 (local.get 0) (i32.const 1))
          (call $back (local.get 0))
          (i32.store8 offset=1 (local.get 0) (i32.const 2)))
        (func (export "putAndTrap") (param i32) (i32.store8 (local.get 0) (i32.const 3)) unreachable))`,
      1,
      `let second = null;
       const first = make({
         back(at) {
           if (at === 64) {
             view()[74] = 5;                                      // before the calls that it makes
             second ??= make({ back: () => first.put(100, 9) });   // calls 3 and 6
             second.putAndCall(80);                               // calls 4 and 5
             try { second.putAndTrap(90); } catch {}
             view()[70] = 6;
           }
         },
       });
       first.putAndCall(64);                                      // call 2
       first.put(65, 2);                                          // which is what it holds`,
    );
    calls = await callsOf(program.run);
  });
  afterAll(() => program.run.dispose());

  it('are calls of their own, in the call that made them', () => {
    expect(
      calls.map(call => [call.index, call.function, call.instance, call.kind, call.parent, call.depth, call.end]),
    ).toEqual([
      [1, '(instantiation)', 0, 'instantiation', null, 0, 'returned'],
      [2, 'putAndCall', 0, 'call', null, 0, 'returned'],
      [3, '(instantiation)', 1, 'instantiation', 2, 1, 'returned'],
      [4, 'putAndCall', 1, 'call', 2, 1, 'returned'],
      [5, 'put', 0, 'call', 4, 2, 'returned'],
      [6, 'putAndTrap', 1, 'call', 2, 1, 'trapped'],
      [7, 'put', 0, 'call', null, 0, 'returned'],
    ]);
    expect(calls.every(({ thread }) => thread === 0)).toBe(true);
    expect(program.run.snapshot).toMatchObject({ callCount: 7, writers: [0, 1], lastCall: { index: 7 } });
  });

  it('have their steps and accesses, and the outer ones theirs with them', async () => {
    // The start function; put of call 2, the host, the start function, put of 4, put of 5, the second of 4, put of 6, the host, the second of 2; then 7.
    expect(calls.map(({ stepBefore, step: last, accesses }) => [stepBefore, last, accesses])).toEqual([
      [0, 1, 1],
      [1, 10, 9],
      [3, 4, 1],
      [4, 7, 3],
      [5, 6, 1],
      [7, 8, 1],
      [10, 11, 1],
    ]);
    // Byte 8 is 2 by then; what call 7 writes is there already.
    expect(calls.map(({ bytesChanged }) => bytesChanged)).toEqual([1, 9, 1, 3, 1, 1, 0]);
    const within = async (call: number) =>
      (await program.run.recording.ask('accesses', { call, from: 0, count: 100 })).map(access => access.call);
    expect(await within(2)).toEqual([2, 2, 3, 4, 5, 4, 6, 2, 2]);
    expect(await within(4)).toEqual([4, 5, 4]);
  });

  it('are times within the times of the calls that they are in', () => {
    const spans = calls.map(({ startNs, durationNs }) => [Number(startNs), Number(startNs) + Number(durationNs)]);
    for (const { index, parent } of calls) {
      if (parent === null) continue;
      expect(spans[index - 1][0]).toBeGreaterThanOrEqual(spans[parent - 1][0]);
      expect(spans[index - 1][1]).toBeLessThanOrEqual(spans[parent - 1][1]);
    }
  });

  it('wrote as the instances whose code they ran; what the import wrote itself is the host’s', async () => {
    for (const [at, owner, call, value] of [
      [64, 'instance', 2, 1],
      [8, 'instance', 3, 2],
      [80, 'instance', 4, 1],
      [100, 'instance', 5, 9],
      [81, 'instance', 4, 2],
      [90, 'instance', 6, 3],
      [65, 'instance', 7, 2],
      [70, 'host', 2, 6],
      [74, 'host', 2, 5],
    ] as const)
      expect(await writer(program, at), `byte ${at}`).toEqual([owner, call, value]);
  });

  it('tell of instances by the call that made them', () => {
    expect(program.run.snapshot.instances).toEqual([
      { module: 0, call: 1, step: 1 },
      { module: 0, call: 3, step: 4 },
    ]);
    expect(program.run.snapshot.modules).toHaveLength(1);
  });

  it('can be asked for by the step that they made', async () => {
    const { call, endedBefore, ended } = await program.run.recording.ask('callOfStep', { step: step(6) });
    expect([call?.index, call?.parent, endedBefore, ended]).toEqual([5, 4, 2, 3]); // calls 1 and 3 had ended, and call 5 has
  });
});
