// Loads: no steps, but accesses that are found by address and by call, and dropped with their epoch.
import { describe, expect, it } from 'vitest';
import { OWNER_CODE } from '../../../src/protocol/owner.ts';
import { address, step } from '../../../src/protocol/units.ts';
import type { Access } from '../../../src/recording/access.ts';
import { RecordingReader } from '../../../src/recording/recordingReader.ts';
import { RecordingStore } from '../../../src/recording/recordingStore.ts';
import { newCall, outcome } from '../support/calls.ts';

const ACCESSES = 300_000;
const LOADS_PER_STORE = 99;
const MEMORY_BYTES = 65_536;

interface NaiveAccess {
  readonly kind: 'read' | 'write';
  readonly access: number;
  /** That a store makes, or at which a load reads. */
  readonly step: number;
  readonly address: number;
  readonly length: number;
}

function run(limitBytes: number): { readonly store: RecordingStore; readonly accesses: readonly NaiveAccess[] } {
  let state = 5;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const store = new RecordingStore({ limitBytes });
  store.begin({ pages: new Uint32Array(0), contents: new Uint8Array(0) }, MEMORY_BYTES);
  const accesses: NaiveAccess[] = [];
  let steps = 0;
  store.beginCall(newCall());
  for (let access = 0; access < ACCESSES; access++) {
    const place = random(MEMORY_BYTES - 8);
    if (access % (LOADS_PER_STORE + 1) === LOADS_PER_STORE) {
      store.write(OWNER_CODE.firstInstance, 1, place, 4, Uint8Array.of(1, 2, 3, 4));
      steps++;
      accesses.push({ kind: 'write', access, step: steps, address: place, length: 4 });
    } else {
      store.read(OWNER_CODE.firstInstance, 2 + (access % 3), place, 8);
      accesses.push({ kind: 'read', access, step: steps, address: place, length: 8 });
    }
  }
  store.endCall(0, outcome(), null);
  return { store, accesses };
}

describe('loads', () => {
  it.each([
    ['all are kept', 2 ** 30],
    ['the oldest are dropped', 300_000],
  ])('of a range are found with its stores, in their order: %s', (_, limitBytes) => {
    const { store, accesses } = run(limitBytes);
    const reader = new RecordingReader(store);
    const [from, length, upTo] = [4090, 12, 2950];
    // The loads behind the step are those before the next one.
    const touching = accesses
      .filter(each => each.access >= store.timeline.firstAccess && each.step <= upTo)
      .filter(each => each.address < from + length && each.address + each.length > from);
    for (const reads of [true, false]) {
      const found: Access[] = [];
      // Few at a time, so that what is left of a part is asked for again.
      for (let next: number | null = 0; next !== null; ) {
        const part = reader.accessesTo({ upTo: step(upTo), from: address(from), length, reads }, next, 3);
        expect(part.accesses.length).toBeLessThanOrEqual(3);
        found.push(...part.accesses);
        next = part.next;
      }
      const expected = touching.filter(({ kind }) => reads || kind === 'write');
      expect(found.map(({ kind, access, step: at }) => ({ kind, access, step: at }))).toEqual(
        expected.map(({ kind, access, step: at }) => ({ kind, access, step: at })),
      );
    }
    expect(touching.filter(({ kind }) => kind === 'read').length).toBeGreaterThan(10);
    if (limitBytes > 300_000) expect(touching.filter(({ kind }) => kind === 'write').length).toBeGreaterThan(0);
  });

  it.each([2 ** 30, 300_000])('leave the last stores to ranges as they are, within %i bytes', limitBytes => {
    const { store, accesses } = run(limitBytes);
    const reader = new RecordingReader(store);
    const at = step(2950);
    const ranges = [4090, 100, 65_000, 8, 12_287, 40_000].flatMap(from =>
      [1, 40, 500].map(length => ({ address: address(from), length })),
    );
    const expected = ranges.map(
      ({ address: from, length }) =>
        accesses.findLast(
          ({ kind, step: made, ...place }) =>
            kind === 'write' &&
            made > reader.firstStep &&
            made <= at &&
            place.address < from + length &&
            place.address + place.length > from,
        )?.step ?? null,
    );
    expect(reader.lastWrites(at, ranges).map(write => write?.step ?? null)).toEqual(expected);
    expect(expected.filter(made => made !== null).length).toBeGreaterThan(5);
    expect(expected).toContain(null);
  });

  it('stay within the limit, most of it in use', () => {
    const { store } = run(300_000);
    const reader = new RecordingReader(store);
    expect(store.keptBytes).toBeLessThan(350_000);
    expect(reader.dropped.accesses).toBeGreaterThan(100_000);
    // Three bytes a load at least: two of the address are random, and so is the site.
    const kept = ACCESSES - reader.dropped.accesses;
    expect(kept).toBeGreaterThan(50_000);
    expect(kept).toBeLessThan(100_000 + 50_000);
    expect(() => reader.accesses.at(reader.dropped.accesses - 1)).toThrow(RangeError);
    expect(reader.accesses.at(reader.dropped.accesses).access).toBe(reader.dropped.accesses);
  });
});
