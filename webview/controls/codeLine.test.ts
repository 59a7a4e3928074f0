// The words of a line of code, by their kinds.
import { render } from 'lit';
import { expect, test } from 'vitest';
import { codeLine } from './codeLine.ts';

test.each([
  ['i32.store8 offset=4 align=1', ['4', '1']],
  ['i64.load16_u', []],
  ['i32.const -5', ['-5']],
  ['f32.const 0.5', ['0.5']],
  ['local.get $n2', []],
  ['br_table 0 1 2', ['0', '1', '2']],
])('numbers of %s', (text, numbers) => {
  const place = document.createElement('div');
  render(codeLine({ offset: 16, indent: 0, text, function: null }, false, null), place);
  expect([...place.querySelectorAll('.number')].map(({ textContent }) => textContent)).toEqual(numbers);
  expect(place.querySelector('.text')?.textContent).toBe(text);
});
