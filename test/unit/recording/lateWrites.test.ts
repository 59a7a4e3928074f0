// What the host wrote may be found long after it was written, where memory was compared only in part: that is said of it, and of what
// guests did in between.
import { describe, expect, it } from 'vitest';
import { OWNER_CODE } from '../../../src/protocol/owner.ts';
import { address, step } from '../../../src/protocol/units.ts';
import { readRecording } from '../../../src/recording/file/readRecording.ts';
import { NO_SITE } from '../../../src/recording/history/accessors.ts';
import { RecordingReader } from '../../../src/recording/recordingReader.ts';
import { RecordingStore } from '../../../src/recording/recordingStore.ts';
import { newCall, outcome } from '../support/calls.ts';
import { fileOf } from '../support/recordings.ts';

const PAGE = 65_536;
const IMPORT = 3;

/** A recording of three pages of 64 KiB beside the memory that it tells of. */
function recording() {
  const memory = new Uint8Array(3 * PAGE);
  const store = new RecordingStore();
  store.begin({ pages: new Uint32Array(0), contents: new Uint8Array(0) }, memory.length);
  store.beginCall(newCall());
  return {
    store,
    /** The guest stores a byte. */
    store8(at: number, value: number): void {
      memory[at] = value;
      store.write(OWNER_CODE.firstInstance, NO_SITE, at, 1, Uint8Array.of(value));
    },
    /** The host does, and nobody sees it. */
    poke(at: number, value: number): void {
      memory[at] = value;
    },
    /** An import returns: single pages of 64 KiB are compared, or all. @param changed pages of 4 KiB that are not as they were compared */
    border(lookedAt: readonly number[] | null, changed: readonly number[], skipped = 0): void {
      const contents = new Uint8Array(changed.length * 4096);
      for (const [i, page] of changed.entries())
        contents.set(memory.subarray(page * 4096, (page + 1) * 4096), i * 4096);
      const changes = { pages: Uint32Array.from(changed), contents };
      store.hostWrote({ changes, memoryBytes: memory.length, lookedAt, skipped }, IMPORT);
    },
    expectWhole(): void {
      const reader = new RecordingReader(store);
      expect(Buffer.from(reader.bytes(reader.lastStep, address(0), memory.length)).equals(memory)).toBe(true);
    },
  };
}

/** Of all writes: step, address, value before and after, the import, since when, and whether the value before is sure. */
function writes(store: RecordingStore) {
  const reader = new RecordingReader(store);
  const range = { after: reader.firstStep, upTo: reader.lastStep };
  return [...reader.writesTo(address(0), 3 * PAGE, range)]
    .reverse()
    .map(each => [each.step, each.address, each.before[0], each.after[0], each.import, each.since, each.isStale]);
}

describe('a write of the host', () => {
  it('that is found at the next border is where it was made', () => {
    const { store, store8, poke, border, expectWhole } = recording();
    store8(5, 1);
    border(null, [0]);
    poke(7, 2);
    poke(PAGE + 7, 3);
    border(null, [0, 16]);
    store8(7, 4);
    border([0], [0]); // only this page
    poke(8, 5);
    border([0], [0]);
    expect(writes(store)).toEqual([
      [1, 5, 0, 1, null, null, false],
      [2, 7, 0, 2, IMPORT, null, false],
      [3, PAGE + 7, 0, 3, IMPORT, null, false],
      [4, 7, 2, 4, null, null, false],
      [5, 8, 0, 5, IMPORT, null, false],
    ]);
    expectWhole();
  });

  it('that a border did not look at is found late, by no import, and guests before it may have seen it', () => {
    const { store, store8, poke, border, expectWhole } = recording();
    store8(5, 1);
    border(null, [0]); // all is known at step 1
    poke(PAGE + 8, 9);
    border([0], []); // not the page where it is
    store8(PAGE + 8, 10); // over it: what was there is not known to the recording
    store8(PAGE + 9, 11);
    store8(6, 12);
    poke(PAGE + 9, 13); // over what the guest wrote
    border([0, 1], [0, 16]);
    expect(writes(store)).toEqual([
      [1, 5, 0, 1, null, null, false],
      [2, PAGE + 8, 0, 10, null, null, false], // nobody can know: the guest's store covers it
      [3, PAGE + 9, 0, 11, null, null, true],
      [4, 6, 0, 12, null, null, false],
      [5, PAGE + 9, 11, 13, null, 1, false],
    ]);
    expectWhole();
  });

  it('behind borders that were skipped is late wherever it lies', () => {
    const { store, store8, poke, border, expectWhole } = recording();
    border(null, []);
    store8(5, 1);
    poke(6, 2);
    border(null, [0], 1);
    expect(writes(store)).toEqual([
      [1, 5, 0, 1, null, null, true], // the border may have been before it
      [2, 6, 0, 2, null, 0, false],
    ]);
    expectWhole();
  });

  it('that puts back what a guest wrote is found, though memory is as it was compared', () => {
    const { store, store8, poke, border, expectWhole } = recording();
    border(null, []);
    store8(5, 1);
    poke(5, 0);
    border([1], []); // elsewhere
    store8(PAGE + 5, 1);
    poke(PAGE + 5, 0);
    border([0, 1], []); // as it was: no page has changed
    expect(writes(store)).toEqual([
      [1, 5, 0, 1, null, null, true],
      [2, PAGE + 5, 0, 1, null, null, false],
      [3, 5, 1, 0, null, 0, false],
      [4, PAGE + 5, 1, 0, IMPORT, null, false],
    ]);
    expectWhole();
  });

  it('says the same from a file', () => {
    const { store, store8, poke, border } = recording();
    store8(5, 1);
    border(null, [0]);
    poke(PAGE + 9, 13);
    border([0], []);
    store8(PAGE + 9, 11);
    poke(PAGE + 9, 14);
    border([0, 1], [16]);
    poke(1, 8);
    border([0], [0]);
    store.endCall(0, outcome(), null);
    const told = [
      [1, 5, 0, 1, null, null, false],
      [2, PAGE + 9, 0, 11, null, null, true],
      [3, PAGE + 9, 11, 14, null, 1, false],
      [4, 1, 0, 8, IMPORT, null, false],
    ];
    expect(writes(store)).toEqual(told);
    const again = readRecording(fileOf(store)).store;
    expect(writes(again)).toEqual(told);
    expect(fileOf(again)).toEqual(fileOf(store));
    expect(again.lastStep).toBe(step(4));
  });
});
