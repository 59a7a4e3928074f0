import { expect, test } from 'vitest';
import { blockX, callAt, isCrowded, laneLabels, laneY, layoutLanes, playheadX } from './laneLayout.ts';

/** Labels of lanes that have no more than their numbers. */
const numbers = (instances: number): string[] => Array.from({ length: instances }, (_, instance) => `#${instance}`);

test('calls share the width, but a few of them do not fill it', () => {
  // 354 px less 30 for labels and 4 at the end, for 16 calls: 20 px each
  expect(layoutLanes(354, numbers(3), 16)).toMatchObject({ pitch: 20, blockWidth: 17 });
  expect(layoutLanes(354, numbers(3), 2).pitch).toBe(36);
});

test('hundreds of calls stay visible', () => {
  const layout = layoutLanes(260, numbers(64), 321);
  expect(layout.blockWidth).toBe(2);
  expect(blockX(layout, 321) + layout.blockWidth).toBeLessThanOrEqual(260);
});

test('calls are crowded where there are more of them than columns of pixels', () => {
  const layout = layoutLanes(134, numbers(2), 101);
  expect([layout.columns, isCrowded(layout)]).toEqual([100, true]);
  expect(isCrowded(layoutLanes(134, numbers(2), 100))).toBe(false);
});

test('each instance has its own lane', () => {
  const layout = layoutLanes(300, numbers(3), 16);
  expect(laneY(layout, 1) - laneY(layout, 0)).toBe(20);
  expect(layout.height).toBeGreaterThan(laneY(layout, 2) + layout.blockHeight / 2);
});

test('a point belongs to the call whose block it is on', () => {
  const layout = layoutLanes(354, numbers(3), 16);
  expect(callAt(layout, 30, 16)).toBe(1);
  expect(callAt(layout, 49.9, 16)).toBe(1);
  expect(callAt(layout, 50, 16)).toBe(2);
  expect(callAt(layout, 29, 16)).toBeUndefined();
  expect(callAt(layout, 30 + 16 * 20, 16)).toBeUndefined();
});

test('the playhead stands between the last call that was made and the next', () => {
  const layout = layoutLanes(354, numbers(3), 16);
  const x = playheadX(layout, 7);
  expect(x).toBeGreaterThanOrEqual(blockX(layout, 7) + layout.blockWidth);
  expect(x).toBeLessThan(blockX(layout, 8));
});

test('a lane has its module where there is room, cut where it is long; the calls begin behind the longest', () => {
  const titles = ['#0 kit.wasm', '#1 tree-sitter-javascript.wasm'];
  expect(laneLabels(300, titles)).toEqual(['#0', '#1']);
  expect(laneLabels(400, titles)).toEqual(['#0 kit.wasm', '#1 tree-sitter-ja…']);
  // 11 characters of 6.7 px, rounded up, and 8 px between
  expect(layoutLanes(400, ['#0 kit.wasm'], 5).left).toBe(82);
});
