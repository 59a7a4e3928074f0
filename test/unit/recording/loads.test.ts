// Loads: no steps, but accesses that are found by address and by call, and dropped with their epoch.
import { describe, expect, it } from 'vitest';
import { OWNER_CODE } from '../../../src/protocol/owner.ts';
import { address, step } from '../../../src/protocol/units.ts';
import { RecordingReader } from '../../../src/recording/recordingReader.ts';
import { RecordingStore } from '../../../src/recording/recordingStore.ts';
import { newCall, outcome } from '../support/calls.ts';

const ACCESSES = 300_000;
const LOADS_PER_STORE = 99;
const MEMORY_BYTES = 65_536;

interface NaiveLoad {
  readonly access: number;
  readonly step: number;
  readonly address: number;
}

function run(limitBytes: number): { readonly store: RecordingStore; readonly loads: readonly NaiveLoad[] } {
  let state = 5;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const store = new RecordingStore({ limitBytes });
  store.begin({ pages: new Uint32Array(0), contents: new Uint8Array(0) }, MEMORY_BYTES);
  const loads: NaiveLoad[] = [];
  let steps = 0;
  store.beginCall(newCall());
  for (let access = 0; access < ACCESSES; access++) {
    const place = random(MEMORY_BYTES - 8);
    if (access % (LOADS_PER_STORE + 1) === LOADS_PER_STORE) {
      store.write(OWNER_CODE.firstInstance, 1, place, 4, Uint8Array.of(1, 2, 3, 4));
      steps++;
    } else {
      store.read(OWNER_CODE.firstInstance, 2 + (access % 3), place, 8);
      loads.push({ access, step: steps, address: place });
    }
  }
  store.endCall(0, outcome(), null);
  return { store, loads };
}

describe('loads', () => {
  it.each([
    ['all are kept', 2 ** 30],
    ['the oldest are dropped', 300_000],
  ])('of a range, newest first: %s', (_, limitBytes) => {
    const { store, loads } = run(limitBytes);
    const reader = new RecordingReader(store);
    const [from, length] = [4090, 12];
    const range = { after: step(Math.max(reader.firstStep, 2700)), upTo: step(2950) };
    const expected = loads
      .filter(load => load.step > range.after - 1 && load.step <= range.upTo)
      .filter(load => load.address < from + length && load.address + 8 > from)
      .reverse();
    const found = Array.from(reader.loadsOf(address(from), length, range));
    expect(found.map(load => load.access)).toEqual(expected.map(load => load.access));
    expect(found.map(load => load.step as number)).toEqual(expected.map(load => load.step));
    expect(found.length).toBeGreaterThan(3);
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
    expect(() => reader.access(reader.dropped.accesses - 1)).toThrow(RangeError);
    expect(reader.access(reader.dropped.accesses).access).toBe(reader.dropped.accesses);
  });
});
