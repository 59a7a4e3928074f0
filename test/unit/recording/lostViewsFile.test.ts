// What a file tells of views that a program has lost; files of before tell nothing of them.
import { expect, it } from 'vitest';
import type { LostViews, SeenLostViews } from '../../../src/protocol/lostViews.ts';
import { OWNER_CODE } from '../../../src/protocol/owner.ts';
import { step } from '../../../src/protocol/units.ts';
import { readRecording } from '../../../src/recording/file/readRecording.ts';
import { RecordingStore } from '../../../src/recording/recordingStore.ts';
import { newCall, outcome } from '../support/calls.ts';
import { fileOf, withHeader } from '../support/recordings.ts';

const READ: LostViews = {
  by: { kind: 'import', instance: 0, name: 'env.read' },
  wrote: 3,
  missed: 1,
  bytes: 65_536,
  isReadAgain: false,
};
const RUN: LostViews = { ...READ, by: { kind: 'export', instance: 0, name: 'run' }, wrote: 2 };

function begun(): RecordingStore {
  const store = new RecordingStore();
  store.begin({ pages: new Uint32Array(0), contents: new Uint8Array(0) }, 65_536);
  return store;
}

it('is told with the moment at which it was seen first, as long as it holds', () => {
  const store = begun();
  for (let call = 1; call <= 10; call++) {
    store.beginCall(newCall());
    for (const at of [0, 1, 2]) store.write(OWNER_CODE.firstInstance, 1, at, 1, Uint8Array.of(call));
    store.endCall(0, outcome(), null);
  }
  store.lostViews.tell(READ, 4, step(7));
  store.lostViews.tell(RUN, null, step(8));
  store.lostViews.tell({ ...READ, missed: 5, isReadAgain: true }, 9, step(20));
  store.lostViews.tell({ ...RUN, missed: 0 }, 10, step(21)); // it has written again
  const { lostViews } = readRecording(fileOf(store)).store;
  expect(lostViews.all).toEqual([{ ...READ, missed: 5, isReadAgain: true, call: 4, step: 7 }]);
});

it('is not there in a file of before, which opens', () => {
  const file = fileOf(begun());
  const old = withHeader(file, header =>
    Object.fromEntries(Object.entries(header).filter(([name]) => name !== 'lostViews')),
  );
  expect(old.length).toBeLessThan(file.length);
  expect(readRecording(old).store.lostViews.all).toEqual([]);
});

it('is refused where it is none', () => {
  const seen: SeenLostViews = { ...READ, call: null, step: step(0) };
  const wrong = withHeader(fileOf(begun()), header => ({
    ...header,
    lostViews: [{ ...seen, by: { ...seen.by, kind: 'own' } }],
  }));
  expect(() => readRecording(wrong)).toThrow(/the header\.lostViews\[0\]\.by\.kind is not one of import, export/);
});

it.each([
  ['a step', { call: null, step: step(1) }],
  ['a call', { call: 1, step: step(0) }],
])('is refused where the recording does not have %s of it', (_, moment) => {
  const wrong = withHeader(fileOf(begun()), header => ({ ...header, lostViews: [{ ...READ, ...moment }] }));
  expect(() => readRecording(wrong)).toThrow(
    /the header is not of a recording that has the steps and calls of its lost/,
  );
});
