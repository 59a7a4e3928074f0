import { expect, test } from 'vitest';
import { address } from '../../src/protocol/units.ts';
import { AddressHistory } from './history.ts';

test('goes back and forward like a browser', () => {
  // at 1, jumps to 2, jumps to 3
  const history = AddressHistory.empty.leave(address(1)).leave(address(2));
  const back = history.back(address(3));
  expect(back?.address).toBe(2);
  const further = back?.history.back(address(2));
  expect(further?.address).toBe(1);
  expect(further?.history.canGoBack).toBe(false);
  expect(further?.history.back(address(1))).toBeUndefined();
  const forward = further?.history.forward(address(1));
  expect(forward?.address).toBe(2);
  expect(forward?.history.forward(address(2))?.address).toBe(3);
});

test('a jump forgets what lay ahead', () => {
  const back = AddressHistory.empty.leave(address(1)).back(address(2));
  expect(back?.history.canGoForward).toBe(true);
  expect(back?.history.leave(address(1)).canGoForward).toBe(false);
});

test('keeps the last hundred', () => {
  let history = AddressHistory.empty;
  for (let i = 0; i < 150; i++) history = history.leave(address(i));
  let steps = 0;
  for (let there = history.back(address(999)); there; there = there.history.back(there.address)) steps++;
  expect(steps).toBe(100);
});
