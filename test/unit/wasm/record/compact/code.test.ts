// The rooms that look at code alone: dead code, loops that are told as one, numbers of segments.
import { describe, expect, it, test } from 'vitest';
import { deadEnd } from '../../../../../src/wasm/record/compact/deadCode.ts';
import {
  inductionLocal,
  straightLoopEnd,
  trapsOnlyByAccess,
} from '../../../../../src/wasm/record/compact/loopShape.ts';
import { encodedNumber, nextPair, numberBytes, readNumber } from '../../../../../src/wasm/record/compact/segments.ts';
import { Planning } from './planning.ts';

describe('dead code ends', () => {
  it.each([
    // 0 block, 1 br, 2 i32.const, 3 if, 4 nop, 5 else, 6 nop, 7 end, 8 end
    ['with the block around it', 'block br 0 i32.const 1 if nop else nop end end', 2, 8],
    // 0 local.get, 1 if, 2 unreachable, 3 nop, 4 else
    ['with the other part of an if', 'local.get 0 if unreachable nop else nop end', 3, 4],
    // 0 try, 1 return, 2 loop, 3 end, 4 catch_all
    ['where exceptions are caught', 'try return loop end catch_all end', 2, 4],
    // 0 return, 1 nop, 2 end
    ['with the function', 'return nop', 1, 2],
  ])('%s', async (_, instructions, from, end) => {
    expect(deadEnd((await Planning.of(instructions)).code, from)).toBe(end);
  });
});

describe('a loop', () => {
  /** From index 0 on; the branch has an index, or there is none. */
  const endOf = async (body: string): Promise<number> => straightLoopEnd((await Planning.of(body)).code, 0);

  it.each([
    // 0 loop, 1 local.get, 2 br_if
    ['of straight code is told as one', 'loop local.get 0 br_if 0 end', 2],
    // a block to which nothing branches is straight code: 0 loop, 1 block, 2 end, 3 local.get, 4 br_if
    ['may hold a block', 'loop block end local.get 0 br_if 0 end', 4],
    ['with an if is not', 'loop local.get 0 if nop end local.get 0 br_if 0 end', -1],
    ['with a call is not', 'loop call 0 local.get 0 br_if 0 end', -1],
    ['with two ways back is not', 'loop local.get 0 br_if 0 local.get 1 br_if 0 end', -1],
    ['that branches to a block around it is not', 'block loop local.get 0 br_if 1 end end', -1],
  ])('%s', async (_, instructions, end) => expect(await endOf(instructions)).toBe(end));

  it.each([
    ['i32.const 0 i32.const 1 i32.store', true],
    ['i32.const 0 i32.load8_u drop', true],
    ['local.get 0 i32.const 3 i32.mul drop', true],
    ['local.get 0 i32.const 3 i32.div_u drop', false],
    ['f32.const 1 i32.trunc_f32_s drop', false],
    ['f32.const 1 i32.trunc_sat_f32_s drop', true],
    ['i32.const 0 i32.const 0 i32.const 0 memory.fill', false],
  ])('with %s traps only by an access: %s', async (instructions, only) => {
    const { code } = await Planning.of(instructions);
    expect(trapsOnlyByAccess(code, 0, code.count - 1)).toBe(only);
  });

  it.each([
    ['local.get 0 i32.const 1 i32.add local.set 0', { local: 0, step: 1 }],
    ['local.get 2 i32.const -1 i32.add local.set 2', { local: 2, step: -1 }],
    ['local.get 0 i32.const 4 i32.add local.set 0', null],
    ['local.get 1 i32.const 1 i32.add local.set 0', null],
    ['local.get 0 i32.const 1 i32.add local.set 0 local.get 0 i32.const 1 i32.add local.set 0', null],
  ])('with %s counts by %j', async (instructions, induction) => {
    const { code, values, knowledge, execution } = await Planning.of(instructions);
    execution.run(0, code.count - 1);
    const found = inductionLocal(code, values, knowledge, 0, code.count - 1);
    expect(found && { local: found.local, step: found.step }).toEqual(induction);
  });
});

describe('numbers of segments', () => {
  test.each([
    [1, [1, 0]],
    [0x7fff, [0xff, 0x7f]],
    // The upper bit of the first two bytes says that two more follow; the lower 15 bits stand in the first two.
    [0x8000, [0x00, 0x80, 0x01, 0x00]],
    [0x12345, [0x45, 0xa3, 0x02, 0x00]],
  ])('%i', (number, bytes) => {
    const log = new DataView(new ArrayBuffer(8));
    log.setUint32(0, encodedNumber(number), true);
    expect([...new Uint8Array(log.buffer, 0, numberBytes(number))]).toEqual(bytes);
    expect(readNumber(log, 0)).toBe(number);
  });

  it('of a pair are as long as each other', () => {
    const numbers = { site: 0, segment: 0x7ffd };
    expect(nextPair(numbers)).toBe(0x7ffe); // and 0x7fff
    expect(nextPair(numbers)).toBe(0x8000);
    numbers.segment = 0x7ffe;
    expect(nextPair(numbers)).toBe(0x8000); // not 0x7fff, which would have a longer partner
    expect(numbers.segment).toBe(0x8001);
  });
});
