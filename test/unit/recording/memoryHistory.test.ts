import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { address, pageIndex, step } from '../../../src/protocol/units.ts';
import { comparePages } from '../../../src/recording/comparePages.ts';
import { MemoryHistory } from '../../../src/recording/memoryHistory.ts';
import { check } from '../support/property.ts';

const PAGE = 4096;
const PAGES = 4;

/** What one step does: writes, and pages by which memory grows first. */
interface Change {
  readonly writes: readonly (readonly [address: number, value: number])[];
  readonly grow: number;
}

const change: fc.Arbitrary<Change> = fc.record({
  // Few addresses and values, so that bytes change, change back, and are written without a change.
  writes: fc.array(fc.tuple(fc.constantFrom(0, 1, 2, PAGE - 1, PAGE, 2 * PAGE + 9, 5 * PAGE), fc.nat(2)), {
    maxLength: 4,
  }),
  grow: fc.constantFrom(0, 0, 0, 1),
});

/** The model: a full copy of memory at each step. */
function copiesAfter(changes: readonly Change[]): Uint8Array[] {
  const copies: Uint8Array[] = [];
  let memory = new Uint8Array(PAGES * PAGE);
  for (const { writes, grow } of changes) {
    const grown = new Uint8Array(memory.length + grow * PAGE);
    grown.set(memory);
    for (const [at, value] of writes) if (at < grown.length) grown[at] = value;
    memory = grown;
    copies.push(memory);
  }
  return copies;
}

function record(copies: readonly Uint8Array[], limitBytes?: number): MemoryHistory {
  const history = new MemoryHistory(limitBytes);
  for (const memory of copies) history.append(comparePages(memory, history.latest()), memory.length);
  return history;
}

function pageAt(history: MemoryHistory, at: number, page: number): Buffer {
  return Buffer.from(history.page(step(at), pageIndex(page)) ?? new Uint8Array(PAGE));
}

/** Whether every page that the history keeps is that of the model. */
function expectWhole(history: MemoryHistory, copies: readonly Uint8Array[]): void {
  expect(history.lastStep).toBe(Math.max(0, copies.length - 1));
  for (let at: number = history.firstStep; at < copies.length; at++) {
    expect(history.memoryBytes(step(at))).toBe(copies[at].length);
    for (let page = 0; page * PAGE < copies[at].length; page++) {
      const wanted = copies[at].subarray(page * PAGE, (page + 1) * PAGE);
      expect(pageAt(history, at, page).equals(wanted), `step ${at}, page ${page}`).toBe(true);
    }
  }
}

/** The latest step up to `at` at which the byte is not what it was before; null where it never changed. */
function lastChangeIn(copies: readonly Uint8Array[], at: number, place: number): number | null {
  for (let each = at; each >= 0; each--) {
    const before = each > 0 ? (copies[each - 1][place] ?? 0) : 0;
    if ((copies[each][place] ?? 0) !== before) return each;
  }
  return null;
}

const WATCHED = [0, 1, 2, 3, PAGE - 1, PAGE, 2 * PAGE + 9, 3 * PAGE];

describe('without dropping', () => {
  it('holds memory at each step, byte by byte', () => {
    check([fc.array(change, { maxLength: 12 })], 100, changes => {
      const copies = copiesAfter(changes);
      const history = record(copies);
      expect(history.firstStep).toBe(0);
      expectWhole(history, copies);
    });
  });

  it('knows what each call changed', () => {
    check([fc.array(change, { minLength: 2, maxLength: 8 })], 100, changes => {
      const copies = copiesAfter(changes);
      const history = record(copies);
      for (let at = 1; at < copies.length; at++)
        for (let page = 0; page < PAGES; page++) {
          const ranges = history.changed(step(at), pageIndex(page));
          const listed = WATCHED.filter(place => Math.floor(place / PAGE) === page).filter(place =>
            ranges.some((start, i) => i % 2 === 0 && place % PAGE >= start && place % PAGE < ranges[i + 1]),
          );
          const changed = (place: number) => copies[at][place] !== copies[at - 1][place];
          expect(listed).toEqual(WATCHED.filter(place => Math.floor(place / PAGE) === page && changed(place)));
        }
    });
  });

  it('knows which call last changed each byte', () => {
    check([fc.array(change, { minLength: 1, maxLength: 12 })], 100, changes => {
      const copies = copiesAfter(changes);
      const history = record(copies);
      for (let at = 0; at < copies.length; at++)
        for (const place of WATCHED) {
          const changed = lastChangeIn(copies, at, place);
          const expected =
            changed === null
              ? { kind: 'never' }
              : changed === 0
                ? { kind: 'initial' }
                : { kind: 'call', index: changed };
          expect(history.lastChange(step(at), address(place)), `step ${at}, byte ${place}`).toEqual(expected);
        }
    });
  });
});

describe('with a limit', () => {
  const limits = fc.integer({ min: 1, max: 6 }).map(pages => pages * PAGE);
  const changes = fc.array(change, { minLength: 1, maxLength: 15 });

  it('keeps the latest steps whole', () => {
    check([changes, limits], 150, (changes, limit) => {
      const copies = copiesAfter(changes);
      expectWhole(record(copies, limit), copies);
    });
  });

  it('never names a wrong call: what is not known is dropped', () => {
    check([changes, limits], 150, (changes, limit) => {
      const copies = copiesAfter(changes);
      const history = record(copies, limit);
      const first = history.firstStep;
      for (let at: number = first; at < copies.length; at++)
        for (const place of WATCHED) {
          const changed = lastChangeIn(copies, at, place);
          const found = history.lastChange(step(at), address(place));
          if (changed !== null && changed > first) expect(found).toEqual({ kind: 'call', index: changed });
          else if (first > 0 && changed !== null) expect(found).toEqual({ kind: 'dropped' });
          else if (first === 0) expect(found).toEqual({ kind: changed === null ? 'never' : 'initial' });
          else expect(['never', 'dropped']).toContain(found.kind);
        }
    });
  });

  it('drops steps one by one, as few as needed', () => {
    const history = new MemoryHistory(3 * PAGE);
    const firstSteps: number[] = [];
    for (let at = 0; at < 6; at++) {
      const memory = new Uint8Array(PAGE).fill(at + 1);
      history.append(comparePages(memory, history.latest()), memory.length);
      firstSteps.push(history.firstStep);
    }
    // One page a step: three fit. From the fourth step on the oldest goes with each new one.
    expect(firstSteps).toEqual([0, 0, 0, 1, 2, 3]);
    expect(() => history.page(step(2), pageIndex(0))).toThrow(RangeError);
    expect(pageAt(history, 3, 0)[0]).toBe(4);
  });

  it('keeps the last step even where it alone is past the limit', () => {
    const memory = new Uint8Array(4 * PAGE).fill(1);
    const history = record([memory], PAGE);
    expect(history.firstStep).toBe(0);
    expectWhole(history, [memory]);
  });
});

describe('what lies outside', () => {
  const history = record(copiesAfter([{ writes: [], grow: 0 }]));

  it.each([-1, 1, 0.5 + 1, Number.NaN])('step %d is refused', at => {
    expect(() => history.memoryBytes(step(at))).toThrow(RangeError);
    expect(() => history.page(step(at), pageIndex(0))).toThrow(RangeError);
  });

  it.each([-1, PAGES])('page %d is refused', page => {
    expect(() => history.page(step(0), pageIndex(page))).toThrow(RangeError);
  });

  it.each([-1, PAGES * PAGE])('address %d is refused', place => {
    expect(() => history.lastChange(step(0), address(place))).toThrow(RangeError);
  });

  it('no step is there before the first one', () => {
    expect(() => new MemoryHistory().memoryBytes(step(0))).toThrow(RangeError);
  });
});

it('lets go of the contents of a dropped step, though one of its pages is still seen', () => {
  const history = new MemoryHistory(4 * PAGE);
  // Three pages at step 0; two of them change at step 1, so that five pages exceed the limit of four.
  history.append({ pages: Uint32Array.of(0, 1, 2), contents: new Uint8Array(3 * PAGE).fill(7) }, 3 * PAGE);
  expect(history.page(step(0), pageIndex(2))?.buffer.byteLength).toBe(3 * PAGE);
  history.append({ pages: Uint32Array.of(0, 1), contents: new Uint8Array(2 * PAGE).fill(8) }, 3 * PAGE);
  expect(history.firstStep).toBe(1);
  expect(history.page(step(1), pageIndex(2))).toEqual(new Uint8Array(PAGE).fill(7));
  expect(history.page(step(1), pageIndex(2))?.buffer.byteLength).toBe(PAGE);
});
