// Watched numbers at a step, and what was written there before: all worked out by hand.
import { expect, it } from 'vitest';
import { OWNER_CODE } from '../../../src/protocol/owner.ts';
import { address, step } from '../../../src/protocol/units.ts';
import { RecordingReader } from '../../../src/recording/recordingReader.ts';
import { RecordingStore } from '../../../src/recording/recordingStore.ts';
import { watchedBytes } from '../../../src/recording/watchedBytes.ts';
import { newCall, outcome } from '../support/calls.ts';

const INSTANCE = OWNER_CODE.firstInstance;
const store = new RecordingStore();
const contents = new Uint8Array(4096);
contents.set([1, 2, 3, 4], 0x100);
store.begin({ pages: Uint32Array.of(0), contents }, 0x1_0000);
store.beginCall(newCall());
const write = (at: number, ...bytes: number[]) => store.write(INSTANCE, 1, at, bytes.length, Uint8Array.from(bytes));
write(0x100, 9, 9, 9, 9); // step 1
write(0x102, 7); // 2: one of its bytes
write(0x200, 5); // 3: elsewhere
write(0x0fc, 1, 1, 1, 1, 8, 8); // 4: from before it into it
store.grow(INSTANCE, 1, 1); // 5
write(0x1_0000, 6); // 6
store.endCall(0, outcome(), null);
const reader = new RecordingReader(store);
const watched = (at: number, start: number, count = 10) =>
  watchedBytes(reader, step(at), { address: address(start), length: 4 }, count);

it('each write that touched some of its bytes is one of its values, the newest first', () => {
  expect(watched(6, 0x100)).toEqual({
    bytes: [8, 8, 7, 9],
    writes: [
      { step: 4, bytes: [8, 8, 7, 9] },
      { step: 2, bytes: [9, 9, 7, 9] },
      { step: 1, bytes: [9, 9, 9, 9] },
    ],
  });
  expect(watched(6, 0x100, 2).writes.map(each => each.step)).toEqual([4, 2]);
  expect(watched(6, 0x100, 0)).toEqual({ bytes: [8, 8, 7, 9], writes: [] });
});

it('what comes after the step is not told', () => {
  expect(watched(3, 0x100)).toEqual({
    bytes: [9, 9, 7, 9],
    writes: [
      { step: 2, bytes: [9, 9, 7, 9] },
      { step: 1, bytes: [9, 9, 9, 9] },
    ],
  });
  expect(watched(0, 0x100)).toEqual({ bytes: [1, 2, 3, 4], writes: [] });
});

it('where memory does not reach so far there is nothing, and where it has grown there is', () => {
  expect(watched(4, 0x1_0000)).toEqual({ bytes: null, writes: [] });
  expect(watched(4, 0xfffe)).toEqual({ bytes: null, writes: [] });
  expect(watched(6, 0x1_0000)).toEqual({ bytes: [6, 0, 0, 0], writes: [{ step: 6, bytes: [6, 0, 0, 0] }] });
});
