// Sequences of anything that can happen to memory, against a model that copies all of memory at each step.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { address, pageIndex, SHOWN_PAGE_BYTES, step, WASM_PAGE_BYTES } from '../../../src/protocol/units.ts';
import { comparePages } from '../../../src/recording/comparePages.ts';
import { RecordingReader } from '../../../src/recording/recordingReader.ts';
import { RecordingStore } from '../../../src/recording/recordingStore.ts';
import { NaiveRecording } from './naiveRecording.ts';

/** Writes happen here: three pages and what is near their borders. */
const USED_BYTES = 3 * SHOWN_PAGE_BYTES;
/** Fills reach two pages further. */
const MODEL_PAGES = [0, 1, 2, 3, 4];
const MODEL_BYTES = MODEL_PAGES.length * SHOWN_PAGE_BYTES;
const INSTANCE = [4, 5, 6];
const UNRECORDED = 3;

const place = fc.oneof(
  fc.nat(USED_BYTES - 1),
  fc.constantFrom(SHOWN_PAGE_BYTES - 3, SHOWN_PAGE_BYTES - 1, 2 * SHOWN_PAGE_BYTES - 2),
  fc.nat(40),
);

type Happening =
  | { kind: 'store'; owner: number; site: number; at: number; bytes: Uint8Array }
  | { kind: 'fill'; owner: number; at: number; length: number; byte: number }
  | { kind: 'unseen'; at: number; bytes: Uint8Array; restoreFirst: boolean }
  | { kind: 'grow'; pages: number }
  | { kind: 'call' };

const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant('store' as const),
      owner: fc.constantFrom(2, ...INSTANCE),
      site: fc.nat(300),
      at: place,
      bytes: fc.uint8Array({ minLength: 1, maxLength: 16 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('fill' as const),
      owner: fc.constantFrom(...INSTANCE),
      at: place,
      length: fc.nat(2 * SHOWN_PAGE_BYTES),
      byte: fc.nat(255),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('unseen' as const),
      at: place,
      bytes: fc.uint8Array({ minLength: 1, maxLength: 6 }),
      restoreFirst: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('grow' as const), pages: fc.integer({ min: 1, max: 2 }) }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'call' as const }) },
);

interface Made {
  readonly store: RecordingStore;
  readonly naive: NaiveRecording;
  /** Step at each call's end. */
  readonly ends: number[];
}

/** Lets it happen in the store and in the model. The memory itself is a third copy, which also has what nobody recorded. */
function make(initial: Uint8Array, happenings: readonly Happening[], limitBytes?: number): Made {
  const memory = new Uint8Array(MODEL_BYTES);
  let size = WASM_PAGE_BYTES;
  memory.set(initial);
  const store = new RecordingStore(limitBytes === undefined ? {} : { limitBytes });
  const naive = new NaiveRecording(memory.slice(), size);
  store.begin(comparePages(memory, new Map()), size);
  let atCallStart = memory.slice();
  const ends: number[] = [];
  const endCall = (): void => {
    const known = new Map(
      MODEL_PAGES.map(page => [
        pageIndex(page),
        atCallStart.slice(page * SHOWN_PAGE_BYTES, (page + 1) * SHOWN_PAGE_BYTES),
      ]),
    );
    store.endCall(comparePages(memory, known), size);
    // The model is told of each stretch of bytes that differ from what was recorded, as a write of its own.
    for (let at = 0; at < memory.length; at++) {
      if (naive.memory[at] === memory[at]) continue;
      let end = at;
      while (end < memory.length && naive.memory[end] !== memory[end] && (end === at || end % SHOWN_PAGE_BYTES)) end++;
      naive.write(UNRECORDED, -1, at, memory.slice(at, end));
    }
    atCallStart = memory.slice();
    ends.push(naive.lastStep);
  };
  store.beginCall();
  for (const one of happenings) {
    switch (one.kind) {
      case 'store': {
        const bytes = one.bytes.subarray(0, Math.min(one.bytes.length, USED_BYTES - one.at));
        memory.set(bytes, one.at);
        naive.write(one.owner, one.owner === 2 ? -1 : one.site, one.at, bytes);
        if (one.owner === 2) store.hostWrite(one.at, bytes);
        else store.write(one.owner, one.site, one.at, bytes.length, bytes);
        break;
      }
      case 'fill': {
        memory.fill(one.byte, one.at, one.at + one.length);
        store.write(one.owner, 7, one.at, one.length, Uint8Array.of(one.byte), 0, true);
        if (one.length > 0) naive.write(one.owner, 7, one.at, new Uint8Array(one.length).fill(one.byte));
        break;
      }
      case 'unseen':
        // What a host may do behind the recording's back: change something, or change back what a guest wrote.
        if (one.restoreFirst) memory.set(atCallStart.subarray(one.at, one.at + 6), one.at);
        else memory.set(one.bytes, one.at);
        break;
      case 'grow': {
        size += one.pages * WASM_PAGE_BYTES;
        store.grow(INSTANCE[0], 9, one.pages);
        naive.grow(one.pages);
        break;
      }
      case 'call':
        endCall();
        store.beginCall();
    }
  }
  endCall();
  expect(Buffer.compare(naive.memory, memory)).toBe(0);
  return { store, naive, ends };
}

const happenings = fc.array(happening, { minLength: 1, maxLength: 60 });
const initial = fc.uint8Array({ maxLength: 200 });

describe('a recording answers as full copies would', () => {
  it('memory, owners and size at every step', () => {
    fc.assert(
      fc.property(initial, happenings, (start, all) => {
        const { store, naive } = make(start, all);
        const reader = new RecordingReader(store);
        expect(store.lastStep).toBe(naive.lastStep);
        for (let at = 0; at <= naive.lastStep; at++) {
          expect(reader.memoryBytes(step(at))).toBe(naive.moments[at].size);
          for (const page of MODEL_PAGES) {
            const moment = naive.page(at, page);
            const zeros = new Uint8Array(SHOWN_PAGE_BYTES);
            expect(Buffer.compare(reader.page(step(at), pageIndex(page)) ?? zeros, moment.memory)).toBe(0);
            expect(Buffer.compare(reader.owners(step(at), pageIndex(page)) ?? zeros, moment.owners)).toBe(0);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('last writer, previous and next write of a byte', () => {
    fc.assert(
      fc.property(initial, happenings, place, fc.nat(), (start, all, of, random) => {
        const { store, naive } = make(start, all);
        const reader = new RecordingReader(store);
        const at = random % (naive.lastStep + 1);
        const [last, previous] = naive.writesTo(of, 1, 0, at);
        const found = reader.lastWriter(step(at), address(of));
        if (last) {
          expect(found).toMatchObject({
            kind: 'write',
            write: {
              step: last.step,
              address: last.address,
              length: last.bytes.length,
              site: last.site === -1 ? null : last.site,
            },
          });
        } else expect(found).toEqual({ kind: naive.moments[0].memory[of] === 0 ? 'never' : 'initial' });
        expect(reader.previousWrite(step(at), address(of))?.step).toBe(previous?.step);
        const next = naive.writesTo(of, 1, at, naive.lastStep).at(-1);
        expect(reader.nextWrite(step(at), address(of))?.step).toBe(next?.step);
      }),
      { numRuns: 300 },
    );
  });

  it('writes to a range, with what was there before and after', () => {
    fc.assert(
      fc.property(
        initial,
        happenings,
        place,
        fc.integer({ min: 1, max: 9000 }),
        fc.nat(),
        (start, all, from, most, random) => {
          const { store, naive } = make(start, all);
          const reader = new RecordingReader(store);
          const length = most;
          const after = random % (naive.lastStep + 1);
          const expected = naive.writesTo(from, length, after, naive.lastStep).map(write => ({
            step: write.step,
            address: write.address,
            length: write.bytes.length,
            before: naive.moments[write.step - 1].memory.slice(
              write.address,
              write.address + Math.min(64, write.bytes.length),
            ),
            after: write.bytes.slice(0, 64),
          }));
          const range = { after: step(after), upTo: reader.lastStep };
          const found = Array.from(reader.writesTo(address(from), length, range), write => ({
            step: write.step as number,
            address: write.address as number,
            length: write.length,
            before: new Uint8Array(write.before),
            after: new Uint8Array(write.after),
          }));
          expect(found).toEqual(expected);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('the call of a step, and the steps of a call', () => {
    fc.assert(
      fc.property(initial, happenings, (start, all) => {
        const { store, ends } = make(start, all);
        const reader = new RecordingReader(store);
        expect(reader.callCount).toBe(ends.length);
        ends.forEach((end, call) => {
          const before = call === 0 ? 0 : ends[call - 1];
          expect(reader.call(call)).toMatchObject({ stepBefore: before, lastStep: end, ended: true });
          for (let at = before + 1; at <= end; at++) expect(reader.callAt(step(at))).toBe(call);
          const told = reader.accessesOfCall(call, 0, 1000);
          expect(told.map(access => access.step as number)).toEqual(
            Array.from({ length: end - before }, (_, index) => before + 1 + index),
          );
        });
      }),
      { numRuns: 60 },
    );
  });

  it('changes between two steps, and the overview', () => {
    fc.assert(
      fc.property(initial, happenings, fc.nat(), fc.nat(), (start, all, one, other) => {
        const { store, naive } = make(start, all);
        const reader = new RecordingReader(store);
        const [before, after] = [one % (naive.lastStep + 1), other % (naive.lastStep + 1)].sort((a, b) => a - b);
        const overview = reader.overview(step(after), pageIndex(0), 5);
        for (const page of MODEL_PAGES) {
          const ranges = reader.changed(step(before), step(after), pageIndex(page));
          const changed = new Set<number>();
          for (let i = 0; i < ranges.length; i += 2) for (let at = ranges[i]; at < ranges[i + 1]; at++) changed.add(at);
          const then = naive.page(before, page).memory;
          const expected = [...naive.page(after, page).memory.keys()].filter(
            at => naive.page(after, page).memory[at] !== then[at],
          );
          expect([...changed]).toEqual(expected);
          const writes = naive.writesTo(page * SHOWN_PAGE_BYTES, SHOWN_PAGE_BYTES, 0, after);
          expect(overview[page].writes).toBe(writes.length);
          const written = naive.writesTo(page * SHOWN_PAGE_BYTES, SHOWN_PAGE_BYTES, before, after).length > 0;
          expect(reader.writtenPages({ after: step(before), upTo: step(after) }).includes(page)).toBe(written);
        }
      }),
      { numRuns: 20 },
    );
  });
});
