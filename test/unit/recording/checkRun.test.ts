// A file's run may be anything: what is not of its shape is refused, and the error names where.
import { describe, expect, it } from 'vitest';
import type { RunSnapshot } from '../../../src/protocol/run.ts';
import { address } from '../../../src/protocol/units.ts';
import { checkRun } from '../../../src/recording/file/checkRun.ts';
import { callRecord, runSnapshot } from '../support/calls.ts';

/** A run in which nothing is null or empty that may be something. */
const RUN: RunSnapshot = runSnapshot({
  status: 'trapped',
  address: address(1024),
  expected: 356,
  actual: 34,
  recordNote: 'Single accesses can not be recorded.',
  stubsCalled: [{ module: 'env', name: 'malloc', calls: 1 }],
  problem: { kind: 'trap', message: 'It trapped.', remedy: 'Look.' },
  module: {
    size: 100,
    memory: { kind: 'imported', minimum: 1, maximum: 2, shared: false, pages: 1 },
    imports: [{ module: 'env', name: 'memory', kind: 'memory', type: '1', provided: 'memory' }],
    exports: [{ name: 'alloc_11', kind: 'function', type: '() -> i32' }],
  },
  calls: [
    callRecord({
      args: [1024, '9007199254740993'],
      results: [11],
      printed: ['add_23[#0]: 34'],
      difference: { printed: 34, memory: 11 },
      end: 'trapped',
      trap: { message: 'unreachable', stack: [{ function: 'fail', functionIndex: 3, offset: 77 }] },
    }),
  ],
});

const copy = (): unknown => JSON.parse(JSON.stringify(RUN));

/** Each place of a value: path, what is there, and how to put something else there. */
function* places(value: unknown, path = 'run'): Generator<{ path: string; was: unknown; holder: object; key: string }> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, was] of Object.entries(value)) {
    const at = Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`;
    yield { path: at, was, holder: value, key };
    yield* places(was, at);
  }
}

const paths = Array.from(places(copy()), ({ path }) => path);

/** The run with one place changed. */
function altered(path: string, change: (holder: object, key: string) => void): unknown {
  const run = copy();
  for (const place of places(run)) {
    if (place.path !== path) continue;
    change(place.holder, place.key);
    return run;
  }
  throw new Error(`there is no ${path}`);
}

describe('a run', () => {
  it('of its shape is taken as it is', () => {
    expect(checkRun(copy())).toEqual(RUN);
    expect(checkRun(JSON.parse(JSON.stringify(runSnapshot())))).toEqual(runSnapshot());
  });

  it('with fields that nobody knows is taken', () => {
    expect(checkRun({ ...RUN, later: 1 })).toMatchObject(RUN);
  });

  it('has some hundred places', () => {
    expect(paths.length).toBeGreaterThan(70);
    expect(paths).toEqual(expect.arrayContaining(['run.calls[0].trap.stack[0].offset', 'run.module.memory.shared']));
  });

  it.each(paths)('with another type at %s is refused', path => {
    // A symbol's object is of no type that any field has.
    expect(() => checkRun(altered(path, (holder, key) => Reflect.set(holder, key, { other: true })))).toThrow(
      new RegExp(`^${path.replace(/[.[\]]/g, '\\$&')}(\\.[a-z]+)? is not `),
    );
  });

  it.each(paths.filter(path => !path.endsWith(']')))('without %s is refused', path => {
    expect(() => checkRun(altered(path, (holder, key) => Reflect.deleteProperty(holder, key)))).toThrow(TypeError);
  });

  it.each([
    ['run.status', 'running'],
    ['run.status', 'rejected'],
    ['run.record', 'loads'],
    ['run.calls[0].end', 'vanished'],
    ['run.module.memory.kind', 'exported'],
    ['run.module.imports[0].provided', 'magic'],
    ['run.module.exports[0].kind', 'class'],
    ['run.instances', Number.NaN],
    ['run.lastStep', Number.POSITIVE_INFINITY],
    ['run.lastStep', null],
    ['run.calls', null],
  ])('with %s = %s is refused', (path, value) => {
    expect(() => checkRun(altered(path, (holder, key) => Reflect.set(holder, key, value)))).toThrow(TypeError);
  });

  it.each([
    'run.module',
    'run.address',
    'run.recordNote',
    'run.initialMemoryBytes',
    'run.expected',
    'run.actual',
    'run.problem',
    'run.module.memory.maximum',
    'run.calls[0].valueBefore',
    'run.calls[0].valueAfter',
    'run.calls[0].difference',
    'run.calls[0].trap',
    'run.calls[0].trap.stack[0].offset',
    'run.calls[0].difference.memory',
  ])('may have null at %s', path => {
    expect(() => checkRun(altered(path, (holder, key) => Reflect.set(holder, key, null)))).not.toThrow();
  });

  it.each([[null], [undefined], [1], ['run'], [[]]])('is not %j', value => {
    expect(() => checkRun(value)).toThrow(TypeError);
  });
});
