import { expect, test } from 'vitest';
import { layoutOf, regionsAt } from '../data/layout.ts';
import { DEMO_CLAIMS, MODULES_CLAIMS } from '../testing/claimed.ts';
import { modulesRun } from '../testing/moduleRuns.ts';
import { demoSnapshot } from '../testing/syntheticRun.ts';
import { instancesText, regionSentences, regionText, rowText, unplacedText } from './regionText.ts';

const demo = demoSnapshot(3);
const DEMO = layoutOf(demo, DEMO_CLAIMS, 0x10000);
const made = modulesRun();
const modules = { ...made, modules: made.modules.map((module, i) => ({ ...module, name: `${'abc'[i]}.wasm` })) };
const ROWS = layoutOf(made, MODULES_CLAIMS, 0x110000);

const sentencesAt = (at: number, row: number) => {
  const found = regionsAt(ROWS, at)[row];
  return found && regionSentences(found, ROWS, modules);
};

test('instances in a row are a range', () => {
  expect(instancesText([])).toBe('');
  expect(instancesText([1])).toBe('#1');
  expect(instancesText([0, 1])).toBe('#0, #1');
  expect(instancesText([0, 1, 2, 5, 7, 8, 9])).toBe('#0–#2, #5, #7–#9');
});

test('a byte of static data is told from the beginning of its segment, one of a stack or heap by whose that is', () => {
  expect(regionText(DEMO, 0x41e, demo)).toBe('data+0x12 of guest.wasm');
  expect(regionText(DEMO, 0x548, demo)).toBe('heap of #0–#2 (a guess)');
  expect(regionText(DEMO, 0x3ff, demo)).toBeNull();
  expect(regionText(ROWS, 0x502, modules)).toBe('.data+0x2 of a.wasm and stack of #1 (a guess)');
  expect(regionText(ROWS, 0x100000, modules)).toBe('heap of #0 (a guess) and .rodata+0x0 of b.wasm');
});

test('a region is told with its range, whose it is, why it is a guess, and what it overlaps', () => {
  expect(sentencesAt(0x502, 0)).toEqual([
    '.data: 0x500 to 0x503, 4 bytes, of #0 a.wasm.',
    'It overlaps what is claimed by #1 b.wasm.',
  ]);
  expect(sentencesAt(0x502, 1)).toEqual([
    'Stack: 0x0 to 0xfffff, 1048576 bytes, of #1 b.wasm.',
    'A guess: no data lies below it, and linkers let a stack that comes first begin at 0.',
    'It overlaps what is claimed by #0 a.wasm.',
  ]);
  const heap = regionsAt(DEMO, 0x548)[0];
  // 0x10000 − 0x540 = 0xfac0
  expect(heap && regionSentences(heap, DEMO, demo)).toEqual([
    'Heap: 0x540 to the end of memory, 64192 bytes, of #0–#2.',
    'A guess: the start function sets global 0 to it.',
    'Each of these instances believes that it has it alone.',
  ]);
});

test('a row has its instances and its module, a claim without a place what its loader adds', () => {
  expect(ROWS.map(row => rowText(row, modules))).toEqual(['#0 a.wasm', '#1 b.wasm', '#2 c.wasm']);
  expect(ROWS[2]?.unplaced.map(unplacedText)).toEqual(['dylink region: env.__memory_base + 0x0–0x24d4']);
});
