// Whose bytes writes wrote over, and the writes around a step where there are very many; all values are worked out by hand.
import { expect, it } from 'vitest';
import { OWNER_CODE } from '../../../src/protocol/owner.ts';
import { address, step } from '../../../src/protocol/units.ts';
import { RecordingReader } from '../../../src/recording/recordingReader.ts';
import { RecordingStore } from '../../../src/recording/recordingStore.ts';
import { newCall } from '../support/calls.ts';
import { serviceOf } from '../support/service.ts';

const [A, B] = [OWNER_CODE.firstInstance, OWNER_CODE.firstInstance + 1];

function newStore(): RecordingStore {
  const store = new RecordingStore();
  store.begin({ pages: new Uint32Array(0), contents: new Uint8Array(0) }, 4 * 4096);
  store.beginCall(newCall());
  return store;
}

it('owners of bytes at a step: each once, in the order of their bytes, over the border of pages', () => {
  const store = newStore();
  store.write(A, 1, 0xffc, 6, new Uint8Array(6).fill(1)); // step 1: 0xffc to 0x1001
  store.write(B, 1, 0xffe, 1, Uint8Array.of(2)); // 2
  store.write(OWNER_CODE.host, 1, 0x1000, 1, Uint8Array.of(3)); // 3
  const reader = new RecordingReader(store);
  const owners = (at: number, from: number, length: number) => reader.ownersOf(step(at), address(from), length);
  expect(owners(0, 0xffc, 8)).toEqual([OWNER_CODE.never]);
  expect(owners(1, 0xffc, 6)).toEqual([A]);
  expect(owners(2, 0xffc, 6)).toEqual([A, B]);
  expect(owners(3, 0xffe, 5)).toEqual([B, A, OWNER_CODE.host, OWNER_CODE.never]);
});

it('writes behind a step, oldest first, also where a million touch the byte', () => {
  const store = newStore();
  const million = 1_000_000;
  const bytes = new Uint8Array(4);
  for (let i = 1; i <= million; i++) store.write(i % 2 === 0 ? A : B, 1, i % 3 === 0 ? 0x1ffe : 0x100, 4, bytes);
  const reader = new RecordingReader(store);
  const behind = (after: number, from: number, count: number) => {
    const steps: number[] = [];
    for (const write of reader.laterWritesTo(address(from), 4, step(after))) {
      if (steps.length >= count) break;
      steps.push(write.step);
    }
    return steps;
  };
  // Those that three divides write to 0x1ffe to 0x2001, in two pages.
  expect(behind(500_000, 0x1ffe, 3)).toEqual([500_001, 500_004, 500_007]);
  expect(behind(500_000, 0x100, 4)).toEqual([500_002, 500_003, 500_005, 500_006]);
  expect(behind(million - 1, 0x100, 9)).toEqual([million]);
  expect(behind(million, 0x100, 9)).toEqual([]);
  const all = [...reader.laterWritesTo(address(0x2000), 1, step(999_990))].map(write => write.step);
  expect(all).toEqual([999_993, 999_996, 999_999]);
});

it('the query tells them of the bytes that a write has in common with the range, before and behind a step', async () => {
  const store = newStore();
  store.write(A, 1, 0x100, 4, Uint8Array.of(1, 1, 1, 1)); // step 1
  store.write(B, 1, 0x102, 4, Uint8Array.of(2, 2, 2, 2)); // 2: two bytes of A, two of nobody
  store.write(B, 1, 0x200, 1, Uint8Array.of(2)); // 3: elsewhere
  store.write(A, 1, 0x100, 8, new Uint8Array(8)); // 4: A, A, B, B, B, B, nobody
  const { overwrites } = serviceOf(store).handlers();
  const ask = async (direction: 'next' | 'previous', length: number) =>
    (await overwrites({ step: step(2), address: address(0x100), length, count: 9, direction })).map(
      ({ write, before }) => [write.step, ...before],
    );
  const { never } = OWNER_CODE;
  expect(await ask('previous', 8)).toEqual([
    [2, A, never],
    [1, never],
  ]);
  expect(await ask('next', 8)).toEqual([[4, A, B, never]]);
  // The first two bytes alone: step 2 did not write them.
  expect(await ask('previous', 2)).toEqual([[1, never]]);
  expect(await ask('next', 2)).toEqual([[4, A]]);
});
