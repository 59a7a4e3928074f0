// What a file tells of blocks that two threads of a program got; files of before tell nothing of them.
import { expect, it } from 'vitest';
import type { ThreadDuplicate } from '../../../src/protocol/threadAllocations.ts';
import { address, step } from '../../../src/protocol/units.ts';
import { readRecording } from '../../../src/recording/file/readRecording.ts';
import { RecordingStore } from '../../../src/recording/recordingStore.ts';
import { fileOf, withHeader } from '../support/recordings.ts';

const FOUND: ThreadDuplicate = {
  module: 0,
  address: address(0x400),
  first: { thread: 0, instance: 1, function: 'malloc', bytes: 16 },
  again: { thread: 2, instance: null, function: 'malloc', bytes: 24 },
  isAtOnce: true,
  count: 1,
};

function begun(): RecordingStore {
  const store = new RecordingStore();
  store.begin({ pages: new Uint32Array(0), contents: new Uint8Array(0) }, 65_536);
  return store;
}

it('is the first of each module and kind, with how often it happened', () => {
  const store = begun();
  store.threadDuplicates.tell(FOUND, null, step(0));
  store.threadDuplicates.tell({ ...FOUND, address: address(0x800), count: 5 }, null, step(0));
  store.threadDuplicates.tell({ ...FOUND, isAtOnce: false }, null, step(0));
  expect(readRecording(fileOf(store)).store.threadDuplicates.all).toEqual([
    { ...FOUND, count: 5, call: null, step: 0 },
    { ...FOUND, isAtOnce: false, call: null, step: 0 },
  ]);
});

it('is not there in a file of before, which opens', () => {
  const old = withHeader(fileOf(begun()), header =>
    Object.fromEntries(Object.entries(header).filter(([name]) => name !== 'threadDuplicates')),
  );
  expect(readRecording(old).store.threadDuplicates.all).toEqual([]);
});

it.each([
  [/threadDuplicates\[0\]\.count is not/, { count: 0 }],
  [/the steps and calls of .* what threads got twice/, { step: 1 }],
])('is refused where it is none: %s', (message, wrong) => {
  const file = withHeader(fileOf(begun()), header => ({
    ...header,
    threadDuplicates: [{ ...FOUND, call: null, step: 0, ...wrong }],
  }));
  expect(() => readRecording(file)).toThrow(message);
});
