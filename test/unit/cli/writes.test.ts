// `run --json`: the writes of each call. Addresses and offsets are those that wasm-objdump -d has of the file.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { GUEST_WRITE } from '../support/calls.ts';
import { cli } from '../support/cli.ts';
import { assemble } from '../support/wabt.ts';

const folder = mkdtempSync(join(tmpdir(), 'cli-writes-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function documentOf(...args: string[]) {
  const { stdout } = await cli('run', ...args, '--json');
  return JSON.parse(stdout);
}

/** A guest whose `add_23` does something else first. */
function guestWith(name: string, instructions: string): string {
  const file = join(folder, `${name}.wasm`);
  const guest = assemble(`(module
    (import "env" "memory" (memory 1))
    (func (export "alloc_11") (result i32) (i32.store (i32.const 1024) (i32.const 11)) (i32.const 1024))
    (func $add_23 (export "add_23") (param $address i32)
      (local $n i32)
      ${instructions}
      (i32.store (local.get $address) (i32.add (i32.load (local.get $address)) (i32.const 23)))))`);
  writeFileSync(file, guest);
  return file;
}

const WAT = 'test/guests/demo/wat.wasm';
const ALLOC_STORE = {
  module: 0,
  address: 1024,
  length: 4,
  type: 'i32',
  ...GUEST_WRITE,
  function: 'alloc_11',
  functionIndex: 1,
  functionOffset: 0xd, // 000072: 36 02 00 | i32.store 2 0, in the function that begins at 000065
  offset: 0x72,
  instruction: 'i32.store',
};
const ADD_STORE = {
  ...ALLOC_STORE,
  function: 'add_23',
  functionIndex: 2,
  functionOffset: 0xb, // 000084: 36 02 00 | i32.store 2 0, in the function that begins at 000079
  offset: 0x84,
};

describe('the writes of the demo', () => {
  it('are its sixteen stores', async () => {
    const document = await documentOf(WAT);
    expect(document).toMatchObject({ record: 'stores', recordNote: null, firstStep: 0, lastStep: 16 });
    expect(document.calls).toHaveLength(16);
    const add = (call: number) => ({ before: String(11 + 23 * (call - 2)), value: String(11 + 23 * (call - 1)) });
    for (let call = 1; call <= 16; call++) {
      const { stepBefore, step, accesses, writes, writesLeftOut } = document.calls[call - 1];
      expect({ stepBefore, step, accesses, writesLeftOut }).toEqual({
        stepBefore: call - 1,
        step: call,
        accesses: 1,
        writesLeftOut: 0,
      });
      const instance = call === 1 ? 0 : (call - 2) % 3;
      const store = call === 1 ? { ...ALLOC_STORE, before: '0', value: '11' } : { ...ADD_STORE, ...add(call) };
      expect(writes).toEqual([{ ...store, step: call, owner: { kind: 'instance', instance } }]);
    }
  });

  it('are the same where loads are recorded, too, and loads count as accesses', async () => {
    const [stores, all] = await Promise.all([documentOf(WAT), documentOf(WAT, '--record', 'all')]);
    expect(all.record).toBe('all');
    for (let call = 0; call < 16; call++) {
      expect(all.calls[call].writes).toEqual(stores.calls[call].writes);
      expect(all.calls[call].accesses).toBe(call === 0 ? 1 : 2);
    }
  });

  it('are the bytes that changed where only calls are recorded', async () => {
    const document = await documentOf(WAT, '--record', 'calls');
    expect(document).toMatchObject({ record: 'calls', lastStep: 16 });
    // Call 12: 241 (f1 00) becomes 264 (08 01).
    expect(document.calls[11]).toMatchObject({ accesses: 0, writesLeftOut: 0 });
    expect(document.calls[11].writes).toEqual([
      {
        step: 12,
        address: 1024,
        length: 2,
        type: 'bytes',
        before: 'f1 00',
        value: '08 01',
        owner: { kind: 'instance', instance: 1 },
        ...GUEST_WRITE,
        module: null,
        function: null,
        functionIndex: null,
        functionOffset: null,
        offset: null,
        instruction: null,
      },
    ]);
  });
});

describe('the writes of a call', () => {
  it('are the first thousand, and the others are counted', async () => {
    const loop = `(loop $again
      (i32.store (i32.add (i32.const 4096) (i32.mul (local.get $n) (i32.const 4))) (local.get $n))
      (br_if $again (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 1500))))`;
    const document = await documentOf(guestWith('many', loop), '--instances', '1');
    const { stepBefore, step, accesses, writes, writesLeftOut } = document.calls[1];
    expect({ stepBefore, step, accesses, writesLeftOut }).toEqual({
      stepBefore: 1,
      step: 1502,
      accesses: 1501,
      writesLeftOut: 501,
    });
    expect(writes).toHaveLength(1000);
    expect(writes[0]).toMatchObject({ step: 2, address: 4096, before: '0', value: '0' });
    expect(writes[999]).toMatchObject({ step: 1001, address: 4096 + 4 * 999, before: '0', value: '999' });
  });

  it('are none in a call that trapped before it stored, and leave out growths', async () => {
    const trapped = await documentOf('test/guests/misbehaving/trap-unreachable.wasm', '--record', 'all');
    expect(trapped.calls[4]).toMatchObject({ end: 'trapped', stepBefore: 4, step: 4, accesses: 1, writes: [] });
    const grown = await documentOf('test/guests/misbehaving/grow-then-use.wasm');
    expect(grown.calls[0]).toMatchObject({ stepBefore: 0, step: 2, accesses: 2, grownPages: 1, writesLeftOut: 0 });
    expect(grown.calls[0].writes).toMatchObject([{ step: 2, address: 65_536, value: '11', offset: 0x56 }]);
  });

  it('tell numbers by their types, and bytes of what is no number', async () => {
    const stores = `(i64.store (i32.const 2048) (i64.const -5))
      (f32.store (i32.const 2056) (f32.const 0.1))
      (i32.store8 (i32.const 2072) (i32.const 0x1ff))
      (memory.fill (i32.const 2080) (i32.const 0xab) (i32.const 100))
      (drop (i32.atomic.rmw.add (i32.const 2048) (i32.const 7)))`;
    const { calls } = await documentOf(guestWith('types', stores), '--instances', '1');
    const byte = (pair: string) => Array(64).fill(pair).join(' ');
    expect(calls[1].writes).toMatchObject([
      { address: 2048, length: 8, type: 'i64', before: '0', value: '-5', instruction: 'i64.store' },
      { address: 2056, length: 4, type: 'f32', before: '0', value: '0.1' },
      { address: 2072, length: 1, type: 'u8', before: '0', value: '255' },
      { address: 2080, length: 100, type: 'bytes', before: byte('00'), value: byte('ab'), instruction: 'memory.fill' },
      { address: 2048, length: 4, type: 'i32', before: '-5', value: '2', instruction: 'i32.atomic.rmw.add' },
      { address: 1024, length: 4, type: 'i32', before: '11', value: '34' },
    ]);
  });
});

describe('a recording that reached its limit', () => {
  // Values that do not compress, over one page; before them, in the first call of add_23 alone, one store elsewhere.
  const instructions = `
    (if (i32.eq (i32.load (local.get $address)) (i32.const 11)) (then (i32.store (i32.const 8192) (i32.const 7))))
    (loop $again
      (i64.store (i32.add (i32.const 4096) (i32.and (local.get $n) (i32.const 0xff8)))
        (i64.mul (i64.extend_i32_u (i32.mul (local.get $n) (i32.const 1664525))) (i64.const 0x9E3779B97F4A7C15)))
      (br_if $again (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 100000))))`;
  const lastStep = 1 + 1 + 15 * 100_001;

  it('says from which step on it is whole, and counts what is left out', async () => {
    const { code, stdout, stderr } = await cli(
      'run',
      guestWith('limit', instructions),
      '--recording-limit',
      '1',
      '--json',
    );
    const document = JSON.parse(stdout);
    const { firstStep, calls } = document;
    expect([code, document.lastStep]).toEqual([0, lastStep]);
    expect(firstStep).toBeGreaterThan(100_000);
    expect(stderr).toContain(`recording: whole from step ${firstStep} on; the steps before were dropped`);
    for (const { stepBefore, step, writes, writesLeftOut } of calls) {
      expect(writes.length + writesLeftOut).toBe(step - stepBefore);
      if (step <= firstStep) expect(writes).toEqual([]);
    }
    expect(calls[15].writes).toHaveLength(1000);
  });

  it('no longer knows who wrote before', async () => {
    const args = [guestWith('limit', instructions), '--recording-limit', '1'];
    const { code, stdout, stderr } = await cli('who', ...args, '--address', '8192');
    const [, dropped, firstStep] = /^(0x2000 at step \d+: written before step (\d+), .*)\n$/.exec(stdout) ?? [];
    expect([code, dropped]).toEqual([
      0,
      `0x2000 at step ${lastStep}: written before step ${firstStep}, from where on history is kept`,
    ]);
    expect(stderr).toContain(`recording: whole from step ${firstStep} on`);
    const early = await cli('who', ...args, '--address', '8192', '--step', '2');
    expect([early.code, early.stdout]).toEqual([2, '']);
    expect(early.stderr).toBe(`${args[0]}: the recording has steps ${firstStep} to ${lastStep}, not 2.\n`);
  });
});
