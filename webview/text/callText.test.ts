import { describe, expect, test } from 'vitest';
import type { CallRecord } from '../../src/protocol/call.ts';
import { NUMBERS_ALONE } from '../../src/protocol/instanceNames.ts';
import { step } from '../../src/protocol/units.ts';
import { durationText, expressionText, factsText, resultText, sentence, sizeText, troubleText } from './callText.ts';

const CALL: CallRecord = {
  index: 7,
  kind: 'call',
  thread: 0,
  parent: null,
  depth: 0,
  stepBefore: step(6),
  step: step(7),
  accesses: 1,
  instance: 2,
  function: 'add_23',
  args: [0x548],
  results: [],
  end: 'returned',
  printed: [],
  watched: { before: 126, after: 149, printed: null },
  bytesChanged: 1,
  startNs: 0,
  durationNs: 4600,
  grownPages: 0,
  memoryBytes: 65536,
  trap: null,
};

test('integers in hexadecimal are unsigned, and what is no integer is as it is', () => {
  const call = { ...CALL, args: [-1, 26, '-1', '255', 0.5, 'NaN'], results: [0x548] };
  expect(expressionText(call, null, 'hex')).toBe('add_23(0xffffffff, 0x1a, 0xffffffffffffffff, 0xff, 0.5, NaN)');
  expect([resultText(call, null, 'hex'), resultText(call, null)]).toEqual(['0x548', '1352']);
});

test('the run’s address is hexadecimal, every other number is as it is', () => {
  expect(expressionText(CALL, 0x548)).toBe('add_23(0x548)');
  expect(expressionText({ ...CALL, args: [2, 0x548] }, 0x548)).toBe('add_23(2, 0x548)');
  expect(expressionText(CALL, null)).toBe('add_23(1352)');
  expect(expressionText({ ...CALL, args: ['-9223372036854775808'] }, 0x548)).toBe('add_23(-9223372036854775808)');
  expect(resultText({ ...CALL, results: [0x548] }, 0x548)).toBe('0x548');
  // 2 GiB, as an i32 the most negative one
  expect(expressionText({ ...CALL, args: [-2147483648] }, 0x80000000)).toBe('add_23(0x80000000)');
});

test.each([
  [0, '0 ns'],
  [812, '812 ns'],
  [999, '999 ns'],
  [999.7, '1 µs'],
  [1000, '1 µs'],
  [4600, '4.6 µs'],
  [38_200, '38.2 µs'],
  [123_456, '123 µs'],
  [999_999, '1 ms'],
  [2_500_000, '2.5 ms'],
  [10_000_000_000, '10 s'],
])('%d ns is %s', (ns, text) => {
  expect(durationText(ns)).toBe(text);
});

test.each([
  [10, '10 bytes'],
  [1843, '1.8 KiB'],
  [17 * 65536, '1.06 MiB'],
  [2 ** 32, '4 GiB'],
])('%i bytes are %s', (bytes, text) => {
  expect(sizeText(bytes)).toBe(text);
});

test('facts, the rare ones only where there are any', () => {
  expect(factsText(CALL, NUMBERS_ALONE)).toEqual(['1 byte changed', '4.6 µs']);
  expect(factsText({ ...CALL, bytesChanged: 2, grownPages: 1, printed: ['34'] }, NUMBERS_ALONE)).toEqual([
    '2 bytes changed',
    '4.6 µs',
    'memory grew by 1 page',
    'printed “34”',
  ]);
});

describe('what is wrong with a call', () => {
  test('nothing', () => expect(troubleText(CALL)).toBeUndefined());

  test('a trap, with the engine’s words', () => {
    expect(troubleText({ ...CALL, end: 'trapped', trap: { message: 'unreachable', stack: [] } })).toBe(
      'trapped: unreachable',
    );
  });

  test('a call that was ended', () => {
    expect(troubleText({ ...CALL, end: 'stopped' })).toBe('stopped before it returned');
  });

  test('a difference, with both values', () => {
    expect(troubleText({ ...CALL, watched: { before: 11, after: 11, printed: 34 } })).toBe('printed 34, memory 11');
  });
});

test('a call in another one, and one that makes an instance', () => {
  const nested: CallRecord = { ...CALL, parent: 3, depth: 1, watched: null };
  expect(sentence(nested, null, NUMBERS_ALONE)).toBe(
    'call 7, instance 2, add_23(1352), 1 byte changed, 4.6 µs, in call 3',
  );
  const making: CallRecord = { ...nested, kind: 'instantiation', function: '(instantiation)', args: [] };
  expect(sentence(making, null, NUMBERS_ALONE)).toBe(
    'call 7, instance 2, instantiation, 1 byte changed, 4.6 µs, in call 3',
  );
});

test('a call in one sentence', () => {
  expect(sentence(CALL, 0x548, NUMBERS_ALONE)).toBe(
    'call 7, instance 2, add_23(0x548), value 126 to 149, 1 byte changed, 4.6 µs',
  );
  const watched = { before: null, after: 11, printed: null };
  const allocation = { ...CALL, function: 'alloc_11', args: [], results: [0x548], watched };
  expect(sentence(allocation, 0x548, NUMBERS_ALONE)).toBe(
    'call 7, instance 2, alloc_11() returned 0x548, value 11, 1 byte changed, 4.6 µs',
  );
});
