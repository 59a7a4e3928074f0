import { expect, it } from 'vitest';
import { ordinal } from '../../../src/protocol/text.ts';

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
