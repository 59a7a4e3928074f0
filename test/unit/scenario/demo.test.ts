import { describe, expect, it } from 'vitest';
import { address } from '../../../src/protocol/units.ts';
import { findScenario } from '../../../src/scenario/index.ts';
import {
  type Course,
  isScenario,
  type ReturnedCall,
  type Scenario,
  type ScenarioCall,
} from '../../../src/scenario/scenario.ts';
import { readModule } from '../../../src/wasm/module.ts';
import { assemble } from '../support/wabt.ts';

/** A module that exports functions of these types; their bodies do not matter here. */
function moduleWith(functions: Readonly<Record<string, string>>) {
  const text = Object.entries(functions).map(([name, type]) => `(func (export "${name}") ${type} unreachable)`);
  return readModule(assemble(`(module (memory 1) ${text.join('')})`));
}

const ALLOC = '(result i32)';
const ADD = '(param i32)';

function scenarioOf(functions: Readonly<Record<string, string>>): Scenario {
  const found = findScenario([moduleWith(functions)]);
  if (!isScenario(found)) throw new Error(found.message);
  return found;
}

interface Played {
  readonly calls: readonly ScenarioCall[];
  readonly problem: unknown;
}

/**
 * Plays a scenario with a guest that returns `returned` from its first call and adds what it should to what lies there.
 * @param value of the watched i32 at the end; null where nothing can be watched
 */
const courseOf = (instances: number): Course => ({
  instances: Array<number>(instances).fill(0),
  late: 0,
  allocates: 'once',
});

function play(scenario: Scenario, instances: number, returned: number | bigint, value: number | null): Played {
  const calls: ScenarioCall[] = [];
  const watched = value === null ? null : { address: address(Number(returned)), value };
  for (const playing = scenario.play(courseOf(instances)); ; ) {
    const result: ReturnedCall = { results: calls.length === 1 ? [returned] : [], memoryBytes: 65_536, watched };
    const { done, value: next } = calls.length === 0 ? playing.next() : playing.next(result);
    if (done) return { calls, problem: next };
    if (next.kind !== 'call') throw new Error('no instance is late');
    calls.push(next);
  }
}

const argsOf = (functions: Readonly<Record<string, string>>, returned: number | bigint = 1024) =>
  play(scenarioOf(functions), 2, returned, 241)
    .calls.slice(0, 3)
    .map(({ args }) => args);

describe('a guest is known by its signatures', () => {
  it.each([
    [ALLOC, []],
    ['(param i32) (result i32)', [0]],
  ])('alloc_11 %s', (alloc_11, args) => {
    expect(argsOf({ alloc_11, add_23: ADD })).toEqual([args, [1024], [1024]]);
  });

  it.each([
    [ADD, [[1024], [1024]]],
    ['(param i32) (result i32)', [[1024], [1024]]],
    [
      '(param i32 i32)',
      [
        [0, 1024],
        [1, 1024],
      ],
    ],
    [
      '(param i32 i32) (result i32)',
      [
        [0, 1024],
        [1, 1024],
      ],
    ],
  ])('add_23 %s', (add_23, args) => {
    expect(argsOf({ alloc_11: ALLOC, add_23 })).toEqual([[], ...args]);
  });

  it('whose addresses are i64 gets them back as they are', () => {
    const functions = { alloc_11: '(result i64)', add_23: '(param i32 i64)' };
    expect(argsOf(functions, 2n ** 40n)).toEqual([[], [0, 2n ** 40n], [1, 2n ** 40n]]);
  });

  const refusalOf = (functions: Readonly<Record<string, string>>) => {
    const found = findScenario([moduleWith(functions)]);
    return isScenario(found) ? null : found;
  };

  it.each([
    ['alloc_11', ''],
    ['alloc_11', '(result i32 i32)'],
    ['alloc_11', '(param i32 i32) (result i32)'],
    ['alloc_11', '(param f32) (result i32)'],
    ['add_23', ''],
    ['add_23', '(param i32 i32 i32)'],
    ['add_23', '(param i32) (result i64)'],
    ['add_23', '(param i32 f64)'],
  ])('%s %s is refused', (name, type) => {
    const problem = refusalOf({ alloc_11: ALLOC, add_23: ADD, [name]: type });
    expect(problem?.kind).toBe('no-scenario');
    expect(problem?.message).toContain(`The module is no guest of the demo: '${name}' has the type `);
    expect(problem?.message.match(/ has the type | is exported/g)).toHaveLength(1);
    expect(problem?.message).toContain('. It exports: alloc_11 (');
  });

  it.each([
    ['i64', 'i32', "'alloc_11' returns an i64, and 'add_23' takes an i32 as the address"],
    ['i32', 'i64', "'alloc_11' returns an i32, and 'add_23' takes an i64 as the address"],
  ])('an address that is an %s and an %s is refused', (returned, taken, complaint) => {
    const problem = refusalOf({ alloc_11: `(result ${returned})`, add_23: `(param ${taken})` });
    expect(problem?.message).toContain(`no guest of the demo: ${complaint}. It exports: `);
  });

  it('names both functions where both are missing', () => {
    expect(refusalOf({ add: ADD })).toEqual({
      kind: 'no-scenario',
      message:
        "The module is no guest of the demo: no function 'alloc_11' is exported; no function 'add_23' is exported. It exports: add (i32) -> ().",
      remedy: 'Export both functions from the module; until then only its memory after instantiation can be shown.',
    });
  });

  it('does not take a global for a function, and names no more than twenty exports', () => {
    const more = Array.from({ length: 25 }, (_, i) => `(func (export "f${i}"))`).join('');
    const module = readModule(
      assemble(`(module (memory 1)
        (global (export "alloc_11") i32 (i32.const 0))
        (func (export "add_23") (param i32)) ${more})`),
    );
    const found = findScenario([module]);
    expect(found).toMatchObject({
      message: expect.stringMatching(
        /: no function 'alloc_11' is exported\. It exports: alloc_11 \(global\), add_23 \(i32\) -> \(\), f0 .*f17 \(\) -> \(\) and 7 more\.$/,
      ),
    });
  });

  it('is none where it exports nothing', () => {
    expect(refusalOf({})?.message).toMatch(/ It exports nothing\.$/);
  });
});

describe('the calls', () => {
  const plain = scenarioOf({ alloc_11: ALLOC, add_23: ADD });
  const withInstance = scenarioOf({ alloc_11: '(param i32) (result i32)', add_23: '(param i32 i32)' });

  it('start with alloc_11 on #0, whose result says what to watch: an unsigned address', () => {
    const [alloc, ...adds] = play(plain, 1, 1024, 126).calls;
    expect(alloc).toMatchObject({ instance: 0, function: 'alloc_11', args: [] });
    expect([alloc.watch?.([1024]), alloc.watch?.([-16]), alloc.watch?.([2n ** 33n])]).toEqual([
      1024,
      2 ** 32 - 16,
      2 ** 33,
    ]);
    expect(adds.filter(({ watch }) => watch !== undefined)).toEqual([]);
  });

  it('go round the instances five times', () => {
    const [, ...adds] = play(plain, 3, 1024, 356).calls;
    expect(adds.map(({ instance }) => instance)).toEqual([0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2]);
    for (const call of adds)
      expect(call).toEqual({ kind: 'call', instance: call.instance, function: 'add_23', args: [1024] });
  });

  it('give the instance first, where the guest takes it', () => {
    expect(
      play(withInstance, 2, -16, 241)
        .calls.map(({ args }) => args)
        .slice(0, 4),
    ).toEqual([[0], [0, -16], [1, -16], [0, -16]]);
  });

  it.each([
    [1, 126], // 11 + 23 × 5
    [3, 356], // 11 + 23 × 15
    [64, 7371], // 11 + 23 × 320
  ])('with %d instances lead to %d', (instances, value) => {
    expect(plain.expected(courseOf(instances))).toBe(value);
    const { calls, problem } = play(plain, instances, 0, value);
    expect([11 + 23 * (calls.length - 1), problem]).toEqual([value, null]);
  });

  /** The steps of a course: `#1 add_23 1040`, or `make`. The n-th allocation returns 1024 + 16 n. */
  function stepsOf(course: Course): string[] {
    const steps: string[] = [];
    let allocations = 0;
    const watched = { address: address(1024), value: 0 };
    const playing = plain.play(course);
    for (let next = playing.next(); !next.done; ) {
      const step = next.value;
      steps.push(step.kind === 'call' ? [`#${step.instance}`, step.function, ...step.args].join(' ') : step.kind);
      const isAllocation = step.kind === 'call' && step.function === 'alloc_11';
      next = playing.next({ results: isAllocation ? [1024 + 16 * allocations++] : [], memoryBytes: 65_536, watched });
    }
    return steps;
  }

  it('with late instances make them behind the first round', () => {
    const course: Course = { instances: [0, 0, 0], late: 1, allocates: 'once' };
    const round = ['#0 add_23 1024', '#1 add_23 1024', '#2 add_23 1024'];
    const rest = Array.from({ length: 4 }, () => round).flat();
    expect(stepsOf(course)).toEqual(['#0 alloc_11', '#0 add_23 1024', '#1 add_23 1024', 'make', ...rest]);
    expect(plain.expected(course)).toBe(333); // 11 + 23 × 14
  });

  it('of instances that each allocate add to their own', () => {
    const course: Course = { instances: [0, 0], late: 1, allocates: 'each' };
    const rest = Array.from({ length: 4 }, () => ['#0 add_23 1024', '#1 add_23 1040']).flat();
    expect(stepsOf(course)).toEqual(['#0 alloc_11', '#0 add_23 1024', 'make', '#1 alloc_11', ...rest]);
    expect(plain.expected(course)).toBe(126); // 11 + 23 × 5
  });

  it('that lead to another value are a problem', () => {
    expect(play(plain, 3, 1024, 11).problem).toMatchObject({
      kind: 'wrong-value',
      message: 'The i32 at 0x400 is 11 at the end, and 356 was expected.',
    });
  });

  it('end with alloc_11 where no i32 lies at what it returned', () => {
    const { calls, problem } = play(plain, 3, -16, null);
    expect(calls).toHaveLength(1);
    expect(problem).toMatchObject({
      kind: 'address-outside-memory',
      message:
        'alloc_11 returned the address 0xfffffff0, and an i32 there is not inside memory, which has 65536 bytes (1 page).',
    });
  });
});

describe('several modules take turns', () => {
  const found = findScenario([
    moduleWith({ alloc_11: ALLOC, add_23: ADD }),
    moduleWith({ alloc_11: '(param i32) (result i32)', add_23: '(param i32 i32)' }),
  ]);
  const course = (late: number): Course => ({ instances: [0, 1], late, allocates: 'in-turn' });

  /**
   * Plays with guests that are right but for what `values` says of the n-th step.
   * @returns the steps, `#1 add_23 1 1040 @1040` where 1040 is watched, and the message of what is wrong
   */
  function turnsOf(late: number, values: Readonly<Record<number, number>> = {}) {
    if (!isScenario(found)) throw new Error(found.message);
    const steps: string[] = [];
    const memory = new Map<number, number>();
    const playing = found.play(course(late));
    for (let next = playing.next(); ; ) {
      if (next.done) return { steps, message: next.value?.message ?? null };
      const taken = next.value;
      const watching = taken.kind === 'call' ? taken.watching : taken.kind === 'look' ? taken.at : undefined;
      const text = taken.kind === 'call' ? [`#${taken.instance}`, taken.function, ...taken.args].join(' ') : taken.kind;
      const number = steps.push(watching === undefined ? text : `${text} @${watching}`);
      const isAllocation = taken.kind === 'call' && taken.function === 'alloc_11';
      const at = isAllocation ? 1024 + 16 * taken.instance : watching;
      if (at !== undefined && taken.kind === 'call') memory.set(at, isAllocation ? 11 : (memory.get(at) ?? 0) + 23);
      const watched = at === undefined ? null : { address: address(at), value: values[number] ?? memory.get(at) ?? 0 };
      next = playing.next({ results: isAllocation ? [at ?? 0] : [], memoryBytes: 65_536, watched });
    }
  }

  it('each on what it got itself', () => {
    expect(turnsOf(0)).toEqual({
      steps: [
        '#0 alloc_11',
        '#0 add_23 1024 @1024',
        '#1 alloc_11 1',
        '#1 add_23 1 1040 @1040',
        '#0 add_23 1024 @1024',
        '#1 add_23 1 1040 @1040',
        'look @1024',
        'look @1040',
      ],
      message: null,
    });
    expect(isScenario(found) && found.expected(course(0))).toBe(57);
  });

  it('and a late one is made when its turn comes', () => {
    const { steps } = turnsOf(1);
    expect(steps.slice(1, 4)).toEqual(['#0 add_23 1024 @1024', 'make', '#1 alloc_11 1']);
  });

  it.each([
    [1, 34, 'The i32 of #0 at 0x400 was 34 after its alloc_11, and 11 was expected.'],
    [5, 80, 'The i32 of #0 at 0x400 was 80 after its add_23, and 57 was expected.'],
    [8, 0, 'The i32 of #1 at 0x410 is 0 at the end, and 57 was expected.'],
  ])('step %d that shows %d is a problem', (number, value, message) => {
    expect(turnsOf(0, { [number]: value }).message).toBe(message);
  });
});
