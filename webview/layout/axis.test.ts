import { expect, test } from 'vitest';
import { layoutOf } from '../data/layout.ts';
import { claim, MODULES_CLAIMS } from '../testing/claimed.ts';
import { modulesRun } from '../testing/moduleRuns.ts';
import { demoSnapshot } from '../testing/syntheticRun.ts';
import { Axis } from './axis.ts';
import { ticksOf } from './ticks.ts';
import { ALL } from './zoom.ts';

/** 16 bytes, a gap of as many, 16 bytes: (4 + 4) + 1.5 + (4 + 4), behind a gap. */
const SMALL = [claim('data', 16, 32), claim('data', 48, 64)];
const axisOf = (claims: readonly ReturnType<typeof claim>[], memoryBytes: number) =>
  Axis.of(layoutOf(demoSnapshot(1), [claims], memoryBytes), memoryBytes);

test('regions grow with the logarithm of their bytes, and gaps do not', () => {
  const axis = axisOf(SMALL, 64);
  const whole = 1.5 + 8 + 1.5 + 8;
  expect(axis.pieces.map(({ isGap, to }) => [isGap, to * whole])).toEqual([
    [true, 1.5],
    [false, 9.5],
    [true, 11],
    [false, 19],
  ]);
  // A quarter of the first region, the middle of the gap, and the end.
  expect(axis.positionOf(20) * whole).toBeCloseTo(3.5);
  expect(axis.positionOf(40) * whole).toBeCloseTo(10.25);
  expect(axis.positionOf(64)).toBe(1);
});

test('an address is found again at its position', () => {
  const axis = Axis.of(layoutOf(modulesRun(), MODULES_CLAIMS, 0x110000), 0x110000);
  for (const address of [0, 0x3ff, 0x400, 0x502, 0x9000, 0x100001, 0x1004d0, 0x10ffff])
    expect(axis.addressAt(axis.positionOf(address))).toBe(address);
});

test('300 bytes of data are seen beside a stack of 1 MiB', () => {
  const axis = axisOf([claim('stack', 0, 2 ** 20), claim('data', 2 ** 20, 2 ** 20 + 300)], 2 ** 21);
  const stack = axis.positionOf(2 ** 20);
  const data = axis.positionOf(2 ** 20 + 300) - stack;
  // 4 + 20 to 4 + log2(300) = 12.2
  expect(data / stack).toBeCloseTo(12.23 / 24, 2);
});

test('addresses stand where regions begin, where there is room for them', () => {
  const axis = axisOf(SMALL, 64);
  const textsAt = (width: number) => ticksOf(axis, ALL, width).map(({ text }) => text);
  expect(textsAt(1900)).toEqual(['0x0', '0x10', '0x30', '0x40']);
  // 10 px for each 0.1 of the weight: 0x10 is at 15 px, where 0x0 ends at 21 + 8; 0x30 is at 110 px.
  expect(textsAt(190)).toEqual(['0x0', '0x30', '0x40']);
  expect(textsAt(40)).toEqual(['0x0']);
  expect(textsAt(0)).toEqual([]);
});
