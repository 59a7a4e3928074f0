import { expect, test } from 'vitest';
import { ownerName, ownerOf, ownerStrokes, ownerVariable } from './ownerMarks.ts';

// never, initial, host, unrecorded, then the instances
const CODES = Array.from({ length: 4 + 56 }, (_, code) => code);

test('each code has a name', () => {
  expect(CODES.slice(0, 6).map(code => ownerName(ownerOf(code)))).toEqual([
    'never written',
    'initial data',
    'host',
    'unrecorded',
    '#0',
    '#1',
  ]);
});

test('colour and line together tell 56 instances and everybody else apart', () => {
  const looks = CODES.map(code => ownerVariable(code) + JSON.stringify(ownerStrokes(code)));
  expect(new Set(looks).size).toBe(CODES.length);
});

test('the line alone tells the first seven instances and everybody else apart', () => {
  const lines = CODES.slice(0, 4 + 7).map(code => JSON.stringify(ownerStrokes(code)));
  expect(new Set(lines).size).toBe(lines.length);
});
