import { expect, test } from 'vitest';
import { ownerStrokes, ownerVariable } from './ownerMarks.ts';

// never, initial, host, unrecorded, then the instances
const CODES = Array.from({ length: 4 + 56 }, (_, code) => code);

test('colour and line together tell 56 instances and everybody else apart', () => {
  const looks = CODES.map(code => ownerVariable(code) + JSON.stringify(ownerStrokes(code)));
  expect(new Set(looks).size).toBe(CODES.length);
});

test('the line alone tells the first seven instances and everybody else apart', () => {
  const lines = CODES.slice(0, 4 + 7).map(code => JSON.stringify(ownerStrokes(code)));
  expect(new Set(lines).size).toBe(lines.length);
});
