// Values that may be anything are taken as what they are, or refused by an error that names their place.
import { describe, expect, it } from 'vitest';
import {
  address,
  attempt,
  boolean,
  type Check,
  goodOf,
  list,
  memberOf,
  nullable,
  number,
  object,
  oneOf,
  pageIndex,
  refined,
  step,
  tagged,
  text,
  whole,
} from '../../../src/protocol/check.ts';

type Shape =
  | { readonly kind: 'point'; readonly x: number }
  | { readonly kind: 'line'; readonly x: number; readonly to: readonly number[] };

const pair = object({ a: whole(), b: list(text(1, 2), 1, 2) }, { c: nullable(boolean) });
const shape = tagged<Shape, 'kind'>('kind', { point: { x: number }, line: { x: number, to: list(number) } });

const taken: readonly [string, Check<unknown>, readonly unknown[]][] = [
  ['a number', number, [0, -1.5, 2 ** 53]],
  ['a whole number', whole(-1, 3), [-1, 0, 3]],
  ['a step', step, [0, 9_007_199_254_740_991]], // 2⁵³ − 1
  ['an address', address, [0, 4_294_967_295]], // 2³² − 1
  ['a page', pageIndex, [0, 1_048_575]], // 4 GiB / 4 KiB − 1
  ['a text', text(1, 2), ['a', 'ab']],
  ['a list', list(whole(), 1, 2), [[1], [1, 2]]],
  ['one of some values', oneOf('fit', 8), ['fit', 8]],
  ['a member of a union', memberOf<'a' | 'b'>({ a: true, b: true }), ['a', 'b']],
  ['something or null', nullable(boolean), [null, true, false]],
  ['a value that meets a condition', refined(number, value => value > 1, 'above 1'), [2]],
  [
    'an object',
    pair,
    [
      { a: 1, b: ['x'] },
      { a: 1, b: ['x'], c: null },
    ],
  ],
  [
    'a member of a union of objects',
    shape,
    [
      { kind: 'point', x: 1 },
      { kind: 'line', x: 1, to: [] },
    ],
  ],
];

const refused: readonly [string, Check<unknown>, readonly unknown[]][] = [
  ['at is not a number', number, [Number.NaN, Number.POSITIVE_INFINITY, '1', null, undefined, 1n]],
  ['at is not a whole number from -1 to 3', whole(-1, 3), [-2, 4, 0.5, '0', Number.NaN, null]],
  ['at is not a whole number of at least 0', step, [-1, 2 ** 53]],
  ['at is not a whole number from 0 to 4294967295', address, [-1, 2 ** 32]],
  ['at is not a whole number from 0 to 1048575', pageIndex, [-1, 2 ** 20]],
  ['at is not a text', text(), [1, null, undefined, ['a']]],
  ['at is not a text of 1 to 2 characters', text(1, 2), ['abc']],
  ['at is empty', text(1), ['']],
  ['at is not a text of at least 2 characters', text(2), ['a']],
  ['at is not a list', list(whole()), [null, 'ab', { length: 1, 0: 1 }, new Uint8Array(1)]],
  ['at is not a list of 1 to 2 entries', list(whole(), 1, 2), [[], [1, 2, 3]]],
  [
    'at[1] is not a whole number from 0 to 1',
    list(whole(0, 1)),
    [
      [1, 2],
      [1, undefined],
    ],
  ],
  ['at is not one of fit, 8', oneOf('fit', 8), ['8', null, undefined, Number.NaN]],
  ['at is not one of a, b', memberOf<'a' | 'b'>({ a: true, b: true }), ['c', 'toString', '', null, ['a']]],
  ['at is not true or false', nullable(boolean), [undefined, 0, 'true']],
  ['at is not above 1', refined(number, value => value > 1, 'above 1'), [1]],
  ['at is not an object', pair, [null, undefined, 'text', [], 1]],
  ['at.a is not a whole number of at least 0', pair, [{}, { b: ['x'] }, Object.create({ a: 1, b: ['x'] })]],
  ['at.b[0] is not a text', pair, [{ a: 1, b: [1] }]],
  ['at.c is not true or false', pair, [{ a: 1, b: ['x'], c: 0 }]],
  ['at.kind is not one of point, line', shape, [{ x: 1 }, { kind: 'circle', x: 1 }, { kind: 'toString' }]],
  ['at.to is not a list', shape, [{ kind: 'line', x: 1 }]],
];

describe('a check', () => {
  it.each(taken)('takes %s', (_, check, values) => {
    for (const value of values) expect(check(value, 'at')).toEqual(value);
  });

  it.each(refused)('says that %s', (message, check, values) => {
    for (const value of values) expect(() => check(value, 'at')).toThrow(new TypeError(message));
  });

  it('of what was kept takes what is good of a list, no more than there is room for', () => {
    const twos = goodOf(whole(0, 9), 2);
    for (const [kept, good] of [
      [
        [1, 'x', 10, 3],
        [1, 3],
      ],
      [
        [null, 1, 2, 3],
        [1, 2],
      ],
      [undefined, []],
      ['12', []],
      [{ length: 1, 0: 1 }, []],
    ])
      expect(twos(kept, 'at')).toEqual(good);
  });

  it('leaves out fields that it does not know, and those that may be missing and are', () => {
    const checked = pair(JSON.parse('{ "a": 1, "b": ["x"], "d": 1, "__proto__": { "c": true } }'), 'at');
    expect(Object.entries(checked)).toEqual([
      ['a', 1],
      ['b', ['x']],
    ]);
    expect(Object.keys(shape({ kind: 'point', x: 1, to: [] }, 'at'))).toEqual(['kind', 'x']);
  });

  it('may be tried', () => {
    expect(attempt(whole())(7, 'at')).toBe(7);
    expect(attempt(whole())(-7, 'at')).toBeUndefined();
  });
});
