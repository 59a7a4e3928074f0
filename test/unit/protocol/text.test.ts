import { expect, it } from 'vitest';
import { messageOf, ordinal } from '../../../src/protocol/text.ts';

it('numbers in an order are said as in English', () => {
  expect([1, 2, 3, 4, 11, 12, 13, 21, 22, 101, 111, 418].map(ordinal)).toEqual([
    'first',
    '2nd',
    '3rd',
    '4th',
    '11th',
    '12th',
    '13th',
    '21st',
    '22nd',
    '101st',
    '111th',
    '418th',
  ]);
});

it('whatever was thrown has a message', () => {
  const fail = (): never => {
    throw new Error('asked');
  };
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const withoutMessage = Object.defineProperty(new Error('hidden'), 'message', { get: fail });
  expect(
    [new Error('text'), 'text', null, undefined, 5n, Symbol('s'), { toString: () => 'own' }].map(messageOf),
  ).toEqual(['text', 'text', 'null', 'undefined', '5', 'Symbol(s)', 'own']);
  for (const thrown of [Object.create(null), { toString: fail }, withoutMessage, proxy])
    expect(messageOf(thrown)).toBe('[object Object]');
});
