// What a file says of its run and its calls may be anything: what is not of its shape is refused, and the error names where.
import { describe, expect, it } from 'vitest';
import { address, step } from '../../../src/protocol/units.ts';
import { checkRareOfCall, checkRun, type RareOfCall } from '../../../src/recording/file/checkRun.ts';
import { factsOf } from '../../../src/recording/file/writeRecording.ts';
import { runSnapshot } from '../support/calls.ts';

/** A run in which nothing is null or empty that may be something. */
const RUN = factsOf(
  runSnapshot({
    status: 'trapped',
    modules: [
      {
        name: 'guest.wasm',
        sha256: 'e3b0c442',
        instanceState: 'separate',
        size: 100,
        memory: { kind: 'imported', minimum: 1, maximum: 2, shared: false, pages: 1 },
        imports: [{ module: 'env', name: 'memory', kind: 'memory', type: '1', provided: 'memory' }],
        exports: [{ name: 'alloc_11', kind: 'function', type: '() -> i32' }],
      },
    ],
    instances: [{ module: 0, call: 2, step: step(3) }],
    watch: { address: address(1024), type: 'i32' },
    verdict: { expected: 356, actual: 34 },
    recordNote: 'Single accesses can not be recorded.',
    notes: ['The module was not linked.'],
    stubsCalled: [{ module: 'env', name: 'malloc', calls: 1 }],
    problem: { kind: 'trap', message: 'It trapped.', remedy: 'Look.' },
  }),
);

/** What few calls have. */
const RARE: RareOfCall = {
  trap: {
    message: 'memory access out of bounds',
    stack: [{ module: 0, function: 'fail', functionIndex: 3, offset: 77 }],
    outOfBounds: {
      instruction: 'i64.load',
      memoryBytes: 65_536,
      range: { of: 'memory', address: '18446744073709551619', offset: 4, length: 8 },
      pointer: {
        kind: 'loaded',
        address: address(128),
        length: 8,
        value: '18446744073709551615',
        step: step(3),
        writers: [
          {
            kind: 'write',
            address: address(128),
            length: 6,
            step: step(2),
            call: 1,
            owner: { kind: 'instance', instance: 0 },
            by: '#0',
            site: {
              module: 0,
              function: 'smash',
              functionIndex: 2,
              offset: 60,
              functionOffset: 9,
              instruction: 'memory.fill',
            },
          },
          { kind: 'never', address: address(134), length: 2 },
        ],
      },
    },
  },
  watched: { before: 11, after: 34, printed: 35 },
  printed: ['add_23[#0]: 34'],
  stack: {
    before: address(1024),
    after: address(1008),
    lowest: address(992),
    outer: { instance: 1, pointer: address(2048) },
  },
};

const copyOf = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** Each place of a value: path, what is there, and how to put something else there. */
function* places(value: unknown, path: string): Generator<{ path: string; was: unknown; holder: object; key: string }> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, was] of Object.entries(value)) {
    const at = Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`;
    yield { path: at, was, holder: value, key };
    yield* places(was, at);
  }
}

/** As the header's field `run`. */
const checkFacts = (value: unknown) => checkRun(value, 'run');

const checkCall = (value: unknown) => checkRareOfCall(value, 'call');

const SUBJECTS = { run: { whole: RUN, check: checkFacts }, call: { whole: RARE, check: checkCall } } as const;
type Subject = keyof typeof SUBJECTS;
const subjectOf = (path: string): Subject => (path.startsWith('run') ? 'run' : 'call');

const paths = (['run', 'call'] as const).flatMap(root =>
  Array.from(places(copyOf(SUBJECTS[root].whole), root), ({ path }) => path),
);

/** Checks a run or calls with one place changed. */
function checkAltered(path: string, change: (holder: object, key: string) => void): void {
  const root = subjectOf(path);
  const { whole, check } = SUBJECTS[root];
  const value = copyOf(whole);
  for (const place of places(value, root)) {
    if (place.path !== path) continue;
    change(place.holder, place.key);
    check(value);
    return;
  }
  throw new Error(`there is no ${path}`);
}

describe('what a file says of a run and its calls', () => {
  it('is taken as it is where it is of its shape', () => {
    expect(checkFacts(copyOf(RUN))).toEqual(RUN);
    expect(checkFacts(copyOf(factsOf(runSnapshot())))).toEqual(factsOf(runSnapshot()));
    expect(checkCall(copyOf(RARE))).toEqual(RARE);
  });

  it('may have fields that nobody knows', () => {
    expect(checkFacts({ ...RUN, later: 1 })).toMatchObject(RUN);
    expect(checkCall({ ...RARE, later: 1 })).toMatchObject(RARE);
  });

  it('may have traps of which nothing more is known', () => {
    const without = { ...RARE, trap: RARE.trap && { ...RARE.trap, outOfBounds: undefined }, stack: undefined };
    expect(checkCall(copyOf(without))).toEqual(without);
  });

  it('has some hundred places', () => {
    expect(paths.length).toBeGreaterThan(70);
    expect(paths).toEqual(
      expect.arrayContaining(['call.trap.stack[0].offset', 'run.modules[0].memory.shared', 'call.stack.outer']),
    );
  });

  it.each(paths)('with another type at %s is refused', path => {
    // An object is of no type that any field has.
    expect(() => checkAltered(path, (holder, key) => Reflect.set(holder, key, { other: true }))).toThrow(
      new RegExp(`^${path.replace(/[.[\]]/g, '\\$&')}(\\.[a-zA-Z0-9]+)? is not `),
    );
  });

  it.each(paths.filter(path => !path.endsWith(']') && !path.endsWith('.outOfBounds') && path !== 'call.stack'))(
    'without %s is refused',
    path => {
      expect(() => checkAltered(path, (holder, key) => Reflect.deleteProperty(holder, key))).toThrow(TypeError);
    },
  );

  it.each([
    ['run.status', 'running'],
    ['run.status', 'rejected'],
    ['run.record', 'loads'],
    ['run.watch.type', 'f64'],
    ['call.trap.outOfBounds.range.address', '-1'],
    ['call.trap.outOfBounds.range.of', 'elsewhere'],
    ['call.trap.outOfBounds.pointer.kind', 'guessed'],
    ['run.modules[0].memory.kind', 'exported'],
    ['run.modules[0].imports[0].provided', 'magic'],
    ['run.modules[0].exports[0].kind', 'class'],
    ['run.instances', null],
    ['run.modules[0].size', Number.NaN],
    ['call.watched.before', Number.POSITIVE_INFINITY],
    ['call.printed', null],
  ])('with %s = %s is refused', (path, value) => {
    expect(() => checkAltered(path, (holder, key) => Reflect.set(holder, key, value))).toThrow(TypeError);
  });

  it.each([
    'run.watch',
    'run.verdict',
    'run.verdict.actual',
    'run.recordNote',
    'run.problem',
    'run.modules[0].memory.maximum',
    'run.instances[0].call',
    'call.watched',
    'call.watched.before',
    'call.watched.after',
    'call.watched.printed',
    'call.trap',
    'call.trap.stack[0].offset',
  ])('may have null at %s', path => {
    expect(() => checkAltered(path, (holder, key) => Reflect.set(holder, key, null))).not.toThrow();
  });

  it.each([[null], [undefined], [1], ['run'], [[null]]])('is not %j', value => {
    expect(() => checkFacts(value)).toThrow(TypeError);
    expect(() => checkCall(value)).toThrow(TypeError);
  });
});
