// Which bytes a span of steps changed, with all ranges worked out by hand.
import { describe, expect, it } from 'vitest';
import { OWNER_CODE } from '../../../src/protocol/owner.ts';
import { step } from '../../../src/protocol/units.ts';
import { changedRanges, MOST_RANGES } from '../../../src/recording/changedRanges.ts';
import { RecordingReader } from '../../../src/recording/recordingReader.ts';
import { RecordingStore } from '../../../src/recording/recordingStore.ts';
import { newCall } from '../support/calls.ts';

function recorded(pages: number, ...writes: readonly (readonly [at: number, ...bytes: number[]])[]): RecordingReader {
  const store = new RecordingStore();
  store.begin({ pages: new Uint32Array(0), contents: new Uint8Array(0) }, pages * 4096);
  store.beginCall(newCall());
  for (const [at, ...bytes] of writes)
    store.write(OWNER_CODE.firstInstance, 1, at, bytes.length, Uint8Array.from(bytes));
  return new RecordingReader(store);
}

describe('bytes that a span of steps changed', () => {
  const reader = recorded(
    16,
    [0x3000, 9], // step 1
    [0x100, 1, 2, 3, 4], // 2
    [0xffe, 5, 5, 5, 5], // 3: across two pages
    [0x100, 1, 2, 3, 9], // 4: one byte is another
    [0x3000, 0], // 5: as it was at first
    [0xfffe, 7, 7], // 6: the last two
    [0x200, ...new Array<number>(10_000).fill(3)], // 7: 0x200 to 0x290f, in three pages
  );
  it.each([
    [0, 6, [0x100, 0x104, 0xffe, 0x1002, 0xfffe, 0x10000]],
    [0, 1, [0x3000, 0x3001]],
    [2, 4, [0x103, 0x104, 0xffe, 0x1002]],
    [4, 5, [0x3000, 0x3001]],
    [6, 7, [0x200, 0x2910]],
    [5, 5, []],
  ])('since step %i, at step %i', (since, at, ranges) => {
    expect(changedRanges(reader, { at: step(at), since: step(since) })).toEqual({ ranges, isCut: false });
  });
});

it('of very many ranges the first are told, and that there are more', () => {
  const every = Array.from({ length: MOST_RANGES + 1 }, (_, i) => [2 * i, 1] as const);
  const reader = recorded(8, ...every);
  const all = changedRanges(reader, { at: step(MOST_RANGES), since: step(0) });
  expect([all.ranges.length, all.isCut]).toEqual([2 * MOST_RANGES, false]);
  const first = changedRanges(reader, { at: step(MOST_RANGES + 1), since: step(0) });
  expect([first.ranges.length, first.ranges.at(-1), first.isCut]).toEqual([2 * MOST_RANGES, 2 * MOST_RANGES - 1, true]);
});
