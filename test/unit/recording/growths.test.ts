// Which growth made a byte part of memory, and which of them made some bytes of a range: held against a list of all that was done.
import { describe, expect, it } from 'vitest';
import { OWNER_CODE } from '../../../src/protocol/owner.ts';
import { address, step, WASM_PAGE_BYTES } from '../../../src/protocol/units.ts';
import { RecordingReader } from '../../../src/recording/recordingReader.ts';
import { RecordingStore } from '../../../src/recording/recordingStore.ts';
import { newCall, outcome } from '../support/calls.ts';

/** Most of them within two chunks of the timeline, the rest behind. */
const STEPS = 150_000;
const GROWN_EVERY = 5000;

interface Growth {
  readonly step: number;
  readonly from: number;
  readonly to: number;
}

function run(limitBytes: number): { readonly store: RecordingStore; readonly growths: readonly Growth[] } {
  let state = 7;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const store = new RecordingStore({ limitBytes });
  store.begin({ pages: new Uint32Array(0), contents: new Uint8Array(0) }, WASM_PAGE_BYTES);
  const growths: Growth[] = [];
  let size = WASM_PAGE_BYTES;
  store.beginCall(newCall());
  for (let at = 1; at <= STEPS; at++) {
    // Some of them follow each other.
    if (at % GROWN_EVERY < 2) {
      const pages = 1 + random(3);
      store.grow(OWNER_CODE.firstInstance, 1, pages);
      growths.push({ step: at, from: size, to: size + pages * WASM_PAGE_BYTES });
      size += pages * WASM_PAGE_BYTES;
    } else {
      // All in the page that is there from the first on.
      store.write(OWNER_CODE.firstInstance, 2, random(WASM_PAGE_BYTES - 4), 4, Uint8Array.of(1, 2, 3, at));
    }
  }
  store.endCall(0, outcome(), null);
  return { store, growths };
}

describe('growths', () => {
  it.each([
    ['all are kept', 2 ** 30],
    ['the oldest are dropped', 400_000],
  ])('are found by the bytes that they made: %s', (_, limitBytes) => {
    const { store, growths } = run(limitBytes);
    const reader = new RecordingReader(store);
    const first = reader.firstStep;
    expect(growths.some(each => each.step <= first)).toBe(limitBytes < 2 ** 30);
    expect(growths.some(each => each.step > first)).toBe(true);
    expect(reader.madeBy(reader.lastStep, address(WASM_PAGE_BYTES - 1))).toEqual({ kind: 'initial' });
    for (const growth of growths)
      for (const byte of [growth.from, growth.to - 1].map(address)) {
        const made = reader.madeBy(reader.lastStep, byte);
        if (growth.step <= first) expect(made).toEqual({ kind: 'dropped' });
        else {
          expect(made).toMatchObject({ kind: 'growth', grow: { step: growth.step, memoryBytes: growth.to } });
          expect(reader.madeBy(step(growth.step - 1), byte)).toEqual({ kind: 'outside' });
          expect(reader.madeBy(step(growth.step), byte)).toEqual(made);
        }
      }
  });

  it('are told among the accesses to a range, in their order, each once', () => {
    const { store, growths } = run(2 ** 30);
    const reader = new RecordingReader(store);
    const told = (from: number, length: number, upTo: number): number[] => {
      const steps: number[] = [];
      for (let next: number | null = 0; next !== null; ) {
        const part = reader.accessesTo({ upTo: step(upTo), from: address(from), length, reads: true }, next, 2);
        for (const access of part.accesses) if (access.kind === 'grow') steps.push(access.step);
        next = part.next;
      }
      return steps;
    };
    const size = store.memoryBytes;
    for (const [from, length, upTo] of [
      [WASM_PAGE_BYTES, size - WASM_PAGE_BYTES, STEPS],
      [WASM_PAGE_BYTES - 1, 2, STEPS],
      [5 * WASM_PAGE_BYTES - 2, 4, STEPS],
      [20 * WASM_PAGE_BYTES, 30 * WASM_PAGE_BYTES, STEPS],
      [WASM_PAGE_BYTES + 9, 8 * WASM_PAGE_BYTES, 70_001],
      [0, WASM_PAGE_BYTES, 10],
    ])
      expect(told(from, length, upTo)).toEqual(
        growths.filter(each => each.step <= upTo && each.from < from + length && each.to > from).map(each => each.step),
      );
  });
});
