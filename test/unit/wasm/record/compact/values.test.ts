// The rooms that follow values: what is known, which expressions addresses and values are, what of these is captured.
import { describe, expect, it } from 'vitest';
import { placeCaptures } from '../../../../../src/wasm/record/compact/capturePlan.ts';
import { FUNCTION_BLOCK } from '../../../../../src/wasm/record/compact/functionCode.ts';
import { JoinPoints } from '../../../../../src/wasm/record/compact/joinPoints.ts';
import { NOT_HELD } from '../../../../../src/wasm/record/compact/knowledge.ts';
import { type PositionState, ROOM } from '../../../../../src/wasm/record/compact/logPosition.ts';
import { Planning } from './planning.ts';

describe('knowledge', () => {
  it('is of one place: what is held and captured ends with a fresh start', async () => {
    const { knowledge, values } = await Planning.of('nop');
    const value = values.local(0, 0);
    knowledge.hold(0, value);
    knowledge.capture(value);
    expect([knowledge.valueOf(0), knowledge.isCaptured(value), knowledge.isEmpty]).toEqual([value, true, false]);
    knowledge.startAfresh();
    expect([knowledge.valueOf(0), knowledge.isCaptured(value), knowledge.isEmpty]).toEqual([NOT_HELD, false, true]);
  });

  it('goes back to what it was', async () => {
    const { knowledge, values } = await Planning.of('nop');
    const [before, after] = [values.local(0, 0), values.local(0, 1)];
    knowledge.hold(0, before);
    const { scope, changes } = knowledge;
    knowledge.hold(0, after);
    knowledge.capture(after);
    knowledge.startAfresh();
    knowledge.hold(1, after);
    knowledge.goBack(scope, changes);
    expect([knowledge.valueOf(0), knowledge.valueOf(1), knowledge.isCaptured(after)]).toEqual([
      before,
      NOT_HELD,
      false,
    ]);
  });

  it('forgets the locals that a range sets', async () => {
    const { knowledge, values } = await Planning.of('i32.const 1 local.set 0 local.get 0 local.tee 2 drop');
    for (const local of [0, 1, 2]) knowledge.hold(local, values.local(0, local));
    knowledge.forgetSets(2, 5); // local.get, local.tee, drop
    expect([0, 1, 2].map(local => knowledge.valueOf(local) !== NOT_HELD)).toEqual([true, true, false]);
  });
});

describe('symbolic execution', () => {
  it.each([
    ['local.get 0 local.get 1 i32.store', ['a = b']],
    ['local.get 0 i32.const 4 i32.add i32.const 9 i32.store', ['(6a a 4) = 9']],
    ['local.get 0 i32.const 1 i32.add local.set 2 local.get 2 local.get 2 i32.store', ['(6a a 1) = (6a a 1)']],
    // 0 local.get, 1 local.get, 2 i32.load: what is loaded is known by the instruction
    ['local.get 0 local.get 1 i32.load i32.store', ['b', 'a = #2']],
    // 2 f32.add is not computed by readers, whatever its operands
    ['i32.const 8 f32.const 1 f32.const 2 f32.add f32.store', ['8 = #3']],
    ['local.get 0 local.get 1 local.get 2 select local.get 1 i32.store', ['(1b a b x) = b']],
  ])('%s', async (instructions, expected) => {
    const planning = await Planning.of(instructions);
    const { count, address, value } = planning.execution.run(0, planning.code.count - 1);
    const texts = Array.from({ length: count }, (_, k) =>
      value[k] === -1 ? planning.text(address[k]) : `${planning.text(address[k])} = ${planning.text(value[k])}`,
    );
    expect(texts).toEqual(expected);
  });
});

describe('the plan of a record', () => {
  const captured = async (instructions: string, from = 0): Promise<string[]> => {
    const planning = await Planning.of(instructions);
    const { captures } = planning.plan(planning.execution.run(from, planning.code.count - 1), from);
    return captures.map(({ value, width, source }) => `${planning.text(value)} ${width} ${source}`);
  };

  it.each([
    [
      'has the locals that an address and a value follow from',
      'local.get 0 i32.const 4 i32.add local.get 1 i32.store',
      ['a 4 local', 'b 4 local'],
    ],
    ['has nothing for constants', 'i32.const 4 i32.const 5 i32.store', []],
    ['has a value once', 'local.get 0 local.get 0 i32.store local.get 0 i32.const 1 i32.store8', ['a 4 local']],
    [
      'has the bytes that are stored, where these are fewer',
      'i32.const 4 local.get 1 i32.store8',
      ['#2 1 value-operand'],
    ],
    [
      'has a local as it is behind the instruction that set it',
      'call 0 i32.const 4 i32.load local.set 2 i32.const 4 local.get 2 i32.store',
      ['#2 4 result'],
    ],
    // Two locals of 4 bytes would be needed for an address of 4: it is written instead.
    [
      'has a result, where what it follows from is longer',
      'local.get 0 local.get 1 i32.add i32.const 5 i32.store',
      ['(6a a b) 4 address-operand'],
    ],
  ])('%s', async (_, instructions, expected) => {
    expect(await captured(instructions, instructions.startsWith('call') ? 1 : 0)).toEqual(expected);
  });

  it('has room for each capture behind the number', async () => {
    const planning = await Planning.of('local.get 0 local.get 3 i64.store');
    const { captures } = planning.plan(planning.execution.run(0, 3), 0);
    expect(placeCaptures(captures, 2)).toBe(2 + 4 + 8);
    expect(captures.map(({ offset }) => offset)).toEqual([2, 6]);
  });
});

describe('where ways meet', () => {
  const state = (room: number, unlooked: number, moved = false): PositionState => ({
    room,
    unlooked,
    moved,
    reached: true,
  });

  /** An `if` at index 1 with parts that end at 4 and 6. */
  async function ifElse() {
    const planning = await Planning.of('local.get 0 if i32.const 1 local.set 2 else nop end');
    const joins = new JoinPoints(planning.code, planning.knowledge);
    joins.begin();
    return { ...planning, joins, knowledge: planning.knowledge, values: planning.values };
  }

  it('the least room of all ways counts', async () => {
    const { joins } = await ifElse();
    joins.open(1, 2, state(ROOM.seen, 10));
    joins.leave(1, state(ROOM.seen, 40, true));
    const other = state(ROOM.unknown, 20);
    joins.startElse(1, other);
    expect(other).toEqual(state(ROOM.seen, 10));
    joins.leave(1, state(ROOM.asAtEntry, 30));
    const behind = state(ROOM.unknown, 0);
    joins.join(1, 6, behind);
    expect(behind).toEqual(state(ROOM.asAtEntry, 40, true));
  });

  it('what was known before still is, but for the locals that are set between', async () => {
    const { joins, knowledge, values } = await ifElse();
    for (const local of [1, 2]) knowledge.hold(local, values.local(0, local));
    const at = state(ROOM.seen, 0);
    joins.open(1, 2, at);
    joins.leave(1, at);
    joins.join(1, 6, at);
    expect([1, 2].map(local => knowledge.valueOf(local) !== NOT_HELD)).toEqual([true, false]);
  });

  it('nothing is known behind a way with other code on it', async () => {
    const { joins, knowledge, values } = await ifElse();
    knowledge.hold(1, values.local(0, 1));
    const at = state(ROOM.seen, 0);
    joins.open(1, 2, at);
    knowledge.startAfresh(); // a call
    joins.leave(1, at);
    joins.join(1, 6, at);
    expect(knowledge.valueOf(1)).toBe(NOT_HELD);
  });

  it('a place that no way leads to is not reached', async () => {
    const { joins } = await ifElse();
    joins.open(1, 2, state(ROOM.seen, 0));
    joins.leave(FUNCTION_BLOCK, state(ROOM.seen, 0));
    const behind = state(ROOM.seen, 0);
    joins.join(1, 6, behind);
    expect(behind.reached).toBe(false);
  });

  it('an if without an else has the way around it', async () => {
    const planning = await Planning.of('local.get 0 if nop end');
    const joins = new JoinPoints(planning.code, planning.knowledge);
    joins.begin();
    joins.open(1, 2, state(ROOM.asAtEntry, 50));
    const behind = state(ROOM.seen, 0);
    joins.join(1, 3, behind);
    expect(behind).toEqual(state(ROOM.asAtEntry, 50));
  });
});
