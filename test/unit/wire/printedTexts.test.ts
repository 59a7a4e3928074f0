import { expect, it } from 'vitest';
import { PrintedTexts } from '../../../src/wire/printedTexts.ts';

it('keeps a thousand texts of a call, and compares the last one, kept or not', () => {
  const printed = new PrintedTexts();
  const kept = Array.from({ length: 1500 }, (_, i) => printed.add({ kind: 'text', text: `add_23[#0]: ${i}` }));
  expect(kept.filter(Boolean)).toHaveLength(1001);
  expect(printed.texts.slice(999)).toEqual(['add_23[#0]: 999', '(more was printed and is left out)']);
  expect(printed.value).toBe(1499);
});

it('puts the pieces of a line together, and compares standard output alone', () => {
  const printed = new PrintedTexts();
  for (const text of ['value ', '1', '2\n', '3']) printed.add({ kind: 'stdout', text });
  expect([printed.texts, printed.value]).toEqual([['value 12\n', '3'], 3]);
  printed.add({ kind: 'stderr', text: '77' });
  printed.add({ kind: 'arguments', text: '88' });
  expect([printed.texts, printed.value]).toEqual([['value 12\n', '3', '77', '88'], 3]);
});
