import { describe, expect, it } from 'vitest';
import { addCalls, allocCall, expectedValue, findDemo } from '../../../src/scenario/demo.ts';
import { readModule } from '../../../src/wasm/module.ts';
import { assemble } from '../support/wabt.ts';

/** A module that exports functions of these types; their bodies do not matter here. */
function moduleWith(functions: Readonly<Record<string, string>>) {
  const text = Object.entries(functions).map(([name, type]) => `(func (export "${name}") ${type} unreachable)`);
  return readModule(assemble(`(module (memory 1) ${text.join('')})`));
}

const ALLOC = '(result i32)';
const ADD = '(param i32)';

describe('a guest is known by its signatures', () => {
  it.each([
    [ALLOC, false],
    ['(param i32) (result i32)', true],
  ])('alloc_11 %s', (alloc_11, takesInstance) => {
    const demo = { allocTakesInstance: takesInstance, addTakesInstance: false };
    expect(findDemo(moduleWith({ alloc_11, add_23: ADD }))).toEqual({ demo });
  });

  it.each([
    [ADD, false],
    ['(param i32) (result i32)', false],
    ['(param i32 i32)', true],
    ['(param i32 i32) (result i32)', true],
  ])('add_23 %s', (add_23, takesInstance) => {
    const demo = { allocTakesInstance: false, addTakesInstance: takesInstance };
    expect(findDemo(moduleWith({ alloc_11: ALLOC, add_23 }))).toEqual({ demo });
  });

  it.each([
    ['alloc_11', ''],
    ['alloc_11', '(result i64)'],
    ['alloc_11', '(result i32 i32)'],
    ['alloc_11', '(param i32 i32) (result i32)'],
    ['alloc_11', '(param f32) (result i32)'],
    ['add_23', ''],
    ['add_23', '(param i64)'],
    ['add_23', '(param i32 i32 i32)'],
    ['add_23', '(param i32) (result i64)'],
    ['add_23', '(param i32 f64)'],
  ])('%s %s is refused', (name, type) => {
    const found = findDemo(moduleWith({ alloc_11: ALLOC, add_23: ADD, [name]: type }));
    expect(found).toEqual({ complaints: [expect.stringContaining(`'${name}' has the type`)] });
  });

  it('names both functions where both are missing', () => {
    expect(findDemo(moduleWith({ add: ADD }))).toEqual({
      complaints: ["no function 'alloc_11' is exported", "no function 'add_23' is exported"],
    });
  });

  it('does not take a global for a function', () => {
    const module = readModule(
      assemble(`(module (memory 1)
        (global (export "alloc_11") i32 (i32.const 0))
        (func (export "add_23") (param i32)))`),
    );
    expect(findDemo(module)).toEqual({ complaints: ["no function 'alloc_11' is exported"] });
  });
});

describe('the calls', () => {
  const plain = { allocTakesInstance: false, addTakesInstance: false };
  const withInstance = { allocTakesInstance: true, addTakesInstance: true };

  it('start with alloc_11 on #0', () => {
    expect(allocCall(plain)).toEqual({ instance: 0, function: 'alloc_11', args: [] });
    expect(allocCall(withInstance)).toEqual({ instance: 0, function: 'alloc_11', args: [0] });
  });

  it('go round the instances five times', () => {
    const calls = [...addCalls(plain, 3, 1024)];
    expect(calls.map(({ instance }) => instance)).toEqual([0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2]);
    for (const call of calls) expect(call).toEqual({ instance: call.instance, function: 'add_23', args: [1024] });
  });

  it('give the instance first, where the guest takes it', () => {
    expect([...addCalls(withInstance, 2, -16)].map(({ args }) => args).slice(0, 3)).toEqual([
      [0, -16],
      [1, -16],
      [0, -16],
    ]);
  });

  it.each([
    [1, 126], // 11 + 23 × 5
    [3, 356], // 11 + 23 × 15
    [64, 7371], // 11 + 23 × 320
  ])('with %d instances lead to %d', (instances, value) => {
    expect(expectedValue(instances)).toBe(value);
    expect(11 + 23 * [...addCalls(plain, instances, 0)].length).toBe(value);
  });
});
