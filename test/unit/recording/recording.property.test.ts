// Sequences of anything that can happen to memory, against a model that copies all of memory at each step.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { address, pageIndex, SHOWN_PAGE_BYTES, step } from '../../../src/protocol/units.ts';
import { RecordingReader } from '../../../src/recording/recordingReader.ts';
import { happenings, initial, MODEL_PAGES, make, place } from './happenings.ts';

const range = (first: number, last: number): number[] => Array.from({ length: last - first + 1 }, (_, i) => first + i);

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
            expect(Buffer.compare(reader.image(step(at), pageIndex(page))?.contents ?? zeros, moment.memory)).toBe(0);
            expect(Buffer.compare(reader.image(step(at), pageIndex(page))?.owners ?? zeros, moment.owners)).toBe(0);
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
        const { store, naive, starts, ends } = make(start, all);
        const reader = new RecordingReader(store);
        expect(reader.callCount).toBe(1 + ends.length); // call 0 is what came before step 0
        const inCalls = new Set(starts.flatMap((start, call) => [...range(start + 1, ends[call])]));
        for (const at of range(1, naive.lastStep)) expect(reader.callOfStep(step(at)) === null).toBe(!inCalls.has(at));
        ends.forEach((end, index) => {
          const call = 1 + index;
          const before = starts[index];
          expect(reader.call(call)).toMatchObject({ stepBefore: before, lastStep: end, ended: true });
          for (let at = before + 1; at <= end; at++) expect(reader.callOfStep(step(at))).toBe(call);
          const told = reader.accesses.ofCall(call, 0, 1000);
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
          const ranges = reader.view(step(after), pageIndex(page), step(before)).changed;
          const changed = new Set<number>();
          for (let i = 0; i < ranges.length; i += 2) for (let at = ranges[i]; at < ranges[i + 1]; at++) changed.add(at);
          const [then, now] = [naive.page(before, page).memory, naive.page(after, page).memory];
          const expected = [...now.keys()].filter(at => now[at] !== then[at]);
          expect([...changed]).toEqual(expected);
          const writes = naive.writesTo(page * SHOWN_PAGE_BYTES, SHOWN_PAGE_BYTES, 0, after);
          expect(overview[page].writes).toBe(writes.length);
        }
      }),
      { numRuns: 20 },
    );
  });
});
