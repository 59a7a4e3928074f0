import { expect, test } from 'vitest';
import { DEMO_CLAIMS, MODULES_CLAIMS } from '../testing/claimed.ts';
import { modulesRun } from '../testing/moduleRuns.ts';
import { demoSnapshot } from '../testing/syntheticRun.ts';
import { type LayoutRow, layoutOf, overlapsOf, regionsAt, within } from './layout.ts';

const PAGE = 0x10000;

const facts = (rows: readonly LayoutRow[]) =>
  rows.map(({ module, instances, claimants, regions }) => [
    module,
    instances,
    claimants,
    regions.map(({ claim: { kind }, start, end }) => `${kind} ${start.toString(16)}-${end.toString(16)}`),
  ]);

const kindsAt = (rows: readonly LayoutRow[], at: number) =>
  regionsAt(rows, at).map(({ row, region }) => `${region.claim.kind} of ${row.module}`);

test('instances of one module are one row; what goes to the end of memory goes as far as memory does', () => {
  const run = demoSnapshot(3);
  expect(facts(layoutOf(run, DEMO_CLAIMS, PAGE))).toEqual([[0, [0, 1, 2], 3, ['data 40c-53d', 'heap 540-10000']]]);
  expect(facts(layoutOf(run, DEMO_CLAIMS, 2 * PAGE))[0]?.[3]).toEqual(['data 40c-53d', 'heap 540-20000']);
  // Memory that ends in the data has no heap.
  expect(facts(layoutOf(run, DEMO_CLAIMS, 0x500))[0]?.[3]).toEqual(['data 40c-500']);
});

test('instances that share their state are one claimant', () => {
  const run = demoSnapshot(3);
  const modules = run.modules.map(module => ({ ...module, instanceState: 'shared' as const }));
  const rows = layoutOf({ ...run, modules }, DEMO_CLAIMS, PAGE);
  expect(facts(rows)[0]?.[2]).toBe(1);
  expect(overlapsOf(rows)).toEqual([]);
  expect(overlapsOf(layoutOf(run, DEMO_CLAIMS, PAGE))).toEqual([
    { start: 0x40c, end: 0x53d },
    { start: 0x540, end: PAGE },
  ]);
});

test('modules with the same bytes are one row', () => {
  const run = modulesRun();
  const [first] = run.modules;
  if (!first) throw new Error('no module');
  const twice = { modules: [first, first], instances: run.instances.slice(0, 2) };
  expect(facts(layoutOf(twice, [DEMO_CLAIMS[0] ?? [], DEMO_CLAIMS[0] ?? []], PAGE))).toEqual([
    [0, [0, 1], 2, ['data 40c-53d', 'heap 540-10000']],
  ]);
});

test('of several modules each has a row, and what two of them claim overlaps', () => {
  const rows = layoutOf(modulesRun(), MODULES_CLAIMS, 17 * PAGE);
  expect(
    rows.map(({ module, instances, regions, unplaced }) => [module, instances, regions.length, unplaced.length]),
  ).toEqual([
    [0, [0], 5, 0],
    [1, [1], 4, 0],
    [2, [2], 0, 1],
  ]);
  // All of the first but what alignment leaves: the other's stack, statics and heap go over all of it, with gaps of their own.
  expect(overlapsOf(rows)).toEqual([
    { start: 0x400, end: 0x504 },
    { start: 0x510, end: 0x1002eb },
    { start: 0x1002ec, end: 0x1004cc },
    { start: 0x1004d0, end: 17 * PAGE },
  ]);
  expect(kindsAt(rows, 0x3ff)).toEqual(['stack of 1']);
  expect(kindsAt(rows, 0x503)).toEqual(['data of 0', 'stack of 1']);
  expect(kindsAt(rows, 0x504)).toEqual(['stack of 1']);
  expect(kindsAt(rows, 17 * PAGE)).toEqual([]);
});

test('an overlap is drawn where a row claims it', () => {
  const [row] = layoutOf(demoSnapshot(1), DEMO_CLAIMS, PAGE);
  if (!row) throw new Error('no row');
  expect(within(row, [{ start: 0x500, end: 0x600 }])).toEqual([
    { start: 0x500, end: 0x53d },
    { start: 0x540, end: 0x600 },
  ]);
});

test('a module that claims nothing has no row, nor has one whose claims are not here yet', () => {
  expect(layoutOf(demoSnapshot(3), [[]], PAGE)).toEqual([]);
  expect(layoutOf(modulesRun(), MODULES_CLAIMS.slice(0, 1), PAGE).map(({ module }) => module)).toEqual([0]);
});
