// When bytes stood anywhere in memory: against memory as it is at each step, made by hand.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OWNER_CODE } from '../../../src/protocol/owner.ts';
import type { SearchQuery, StandingPart, StoodAt } from '../../../src/protocol/search.ts';
import { address, step } from '../../../src/protocol/units.ts';
import { RecordingReader } from '../../../src/recording/recordingReader.ts';
import { RecordingStore } from '../../../src/recording/recordingStore.ts';
import { matchesFrom } from '../../../src/recording/search.ts';
import { standing } from '../../../src/recording/standing.ts';
import { newCall } from '../support/calls.ts';
import { check } from '../support/property.ts';

const A = OWNER_CODE.firstInstance;
const PAGE = 65_536;

function newStore(limitBytes?: number): RecordingStore {
  const store = new RecordingStore(limitBytes === undefined ? {} : { limitBytes });
  store.begin({ pages: new Uint32Array(0), contents: new Uint8Array(0) }, PAGE);
  store.beginCall(newCall());
  return store;
}

const bytesQuery = (...bytes: readonly (number | null)[]): SearchQuery => ({ kind: 'bytes', bytes });

/** All parts of the answer. @param hasTime whether a part goes on behind a page or a step */
function whenStood(store: RecordingStore, query: SearchQuery, upTo: number = store.lastStep, hasTime = () => true) {
  let [first, last]: (StoodAt | null)[] = [null, null];
  let part: StandingPart | null = { phase: 'ends', page: 0, after: null };
  let done = 0;
  while (part) {
    const known = { first: first?.step ?? null, last: last?.step ?? null };
    const answer = standing(store, { query, upTo: step(upTo), ...part, ...known }, hasTime);
    first = answer.first ?? first;
    last = answer.last ?? last;
    part = answer.next;
    expect(answer.done).toBeGreaterThanOrEqual(done);
    done = answer.done;
  }
  return { first: first?.step ?? null, last: last?.step ?? null, places: [first?.address, last?.address] };
}

const write = (store: RecordingStore, at: number, ...bytes: readonly number[]) =>
  store.write(A, 1, at, bytes.length, Uint8Array.from(bytes));

describe('the first and the last step at which bytes stood', () => {
  it('in one place, then in another one', () => {
    const store = newStore();
    write(store, 0x100, 7, 8); // step 1
    write(store, 0x102, 9); // 2: 7 8 9
    write(store, 0x2000, 7, 8, 9); // 3
    write(store, 0x101, 0); // 4: the first ends
    write(store, 0x2002, 0); // 5: the second, too
    expect(whenStood(store, bytesQuery(7, 8, 9))).toEqual({ first: 2, last: 4, places: [0x100, 0x2000] });
    expect(whenStood(store, bytesQuery(7, null, 9))).toMatchObject({ first: 2, last: 5 }); // 7 0 9 stays
    expect(whenStood(store, bytesQuery(7))).toMatchObject({ first: 1, last: 5 });
    expect(whenStood(store, bytesQuery(9, 9))).toEqual({ first: null, last: null, places: [undefined, undefined] });
    // Seen up to step 3 it stands at the end.
    expect(whenStood(store, bytesQuery(7, 8, 9), 3)).toMatchObject({ first: 2, last: 3 });
  });

  it('over the border of two pages, where one step writes both', () => {
    const store = newStore();
    write(store, 0xffe, 1, 2, 3, 4); // step 1
    write(store, 0xffe, 1, 2, 5, 6); // 2
    write(store, 0xffe, 3, 4, 3, 4); // 3: never 1 2 3 4, though each page in turn would make it
    expect(whenStood(store, bytesQuery(1, 2, 3, 4))).toMatchObject({ first: 1, last: 1, places: [0xffe, 0xffe] });
    expect(whenStood(store, bytesQuery(1, 2, 5, 6))).toMatchObject({ first: 2, last: 2 });
    expect(whenStood(store, bytesQuery(3, 4, 5, 6))).toMatchObject({ first: null });
  });

  it('zeros stand where nobody wrote, and before what was written', () => {
    const store = newStore();
    write(store, 0x3000, 5);
    expect(whenStood(store, bytesQuery(0, 0))).toMatchObject({ first: 0, last: 1 });
    expect(whenStood(store, bytesQuery(0, 0, 5))).toEqual({ first: 1, last: 1, places: [0x2ffe, 0x2ffe] });
  });

  it('at the end of memory, and what growth brings behind it', () => {
    const store = newStore();
    write(store, PAGE - 1, 6); // step 1
    store.grow(A, 1, 1); // 2
    write(store, PAGE, 1); // 3
    expect(whenStood(store, bytesQuery(6, 0))).toEqual({ first: 2, last: 2, places: [PAGE - 1, PAGE - 1] });
    expect(whenStood(store, bytesQuery(6, 1))).toMatchObject({ first: 3, last: 3 });
    expect(whenStood(store, bytesQuery(6))).toMatchObject({ first: 1, last: 3 });
  });

  it('where older steps were dropped, of those that are kept', () => {
    const store = newStore(400_000);
    const value = Uint8Array.from([1, 2, 3, 4]);
    for (let i = 0; store.firstStep < 1000; i++) {
      value[0] = i & 0xff;
      value[1] = i >> 8;
      store.write(A, 1, (i * 4) % 40_000, 4, value);
    }
    const { first, last } = whenStood(store, bytesQuery(3, 4));
    expect([first, last]).toEqual([store.firstStep, store.lastStep]);
  });

  it('in parts within a page that has very many writes', () => {
    const store = newStore();
    const value = new Uint8Array(2);
    const count = 100_000;
    for (let i = 1; i <= count; i++) {
      value[0] = i & 0xff;
      value[1] = (i >> 8) & 0x7f;
      store.write(A, 1, 16, 2, value);
      if (i === 70_000) write(store, 0x800, 0xff, 0xff, 0xff); // step 70_001
      if (i === 70_001) write(store, 0x801, 0); // step 70_003
    }
    let asked = 0;
    const found = whenStood(store, bytesQuery(0xff, 0xff, 0xff), store.lastStep, () => ++asked % 1000 !== 0);
    expect(found).toEqual({ first: 70_001, last: 70_002, places: [0x800, 0x800] });
    expect(asked).toBeGreaterThan(100_000); // a part ends behind any step
  });

  it('as in memory at each step, whatever is written', () => {
    const place = fc.constantFrom(0, 1, 2, 4093, 4094, 4095, 4096, 4097, 8190, PAGE - 3, PAGE - 2, PAGE - 1);
    const byte = fc.constantFrom(0, 1, 2);
    const event = fc.oneof(
      fc.record({ at: place, bytes: fc.array(byte, { minLength: 1, maxLength: 5 }) }),
      fc.constant('grow' as const),
    );
    const pattern = fc
      .array(fc.constantFrom(0, 1, 2, null), { minLength: 1, maxLength: 4 })
      .filter(bytes => bytes.some(each => each !== null));
    check([fc.array(event, { maxLength: 12 }), pattern], 150, (events, bytes) => {
      const store = newStore();
      let memory = new Uint8Array(PAGE);
      const stood: number[] = [];
      const look = (at: number): void => {
        // Elsewhere nothing is ever written: zeros stand there as they do at 0x3000.
        const near = [0, 4088, 8184, 0x3000, PAGE - 8, memory.length - 8];
        const starts = near.flatMap(from => Array.from({ length: 16 }, (_, i) => from + i));
        const isAt = (start: number): boolean =>
          start + bytes.length <= memory.length &&
          bytes.every((each, i) => each === null || memory[start + i] === each);
        if (starts.some(isAt)) stood.push(at);
      };
      look(0);
      for (const each of events) {
        if (each === 'grow') {
          store.grow(A, 1, 1);
          memory = Uint8Array.from({ length: memory.length + PAGE }, (_, i) => memory[i] ?? 0);
        } else {
          const written = each.bytes.slice(0, memory.length - each.at);
          write(store, each.at, ...written);
          memory.set(written, each.at);
        }
        look(store.lastStep);
      }
      // At once, and in parts as small as they can be.
      for (const hasTime of [() => true, () => false]) {
        const { first, last } = whenStood(store, bytesQuery(...bytes), store.lastStep, hasTime);
        expect([first, last]).toEqual([stood[0] ?? null, stood.at(-1) ?? null]);
      }
    });
  }, 120_000);
});

describe('all matches', () => {
  const store = newStore();
  for (const at of [0x10, 0x11, 0xfff, 0x5000]) write(store, at, 7, 7);
  const reader = new RecordingReader(store);
  // 7 7 7 at 0x10, then 7 7 over a border, then 7 7.
  const ALL = [0x10, 0x11, 0xfff, 0x5000];

  it('are told in their order, also those that overlap', () => {
    const { addresses, length, next } = matchesFrom(reader, bytesQuery(7, 7), step(4), 0, 10);
    expect([addresses, length, next]).toEqual([ALL, 2, null]);
  });

  it('part by part', () => {
    const parts: number[] = [];
    for (let from: number | null = 0; from !== null; ) {
      const part: ReturnType<typeof matchesFrom> = matchesFrom(reader, bytesQuery(7, 7), step(4), from, 1);
      parts.push(...part.addresses);
      from = part.next;
    }
    expect(parts).toEqual(ALL);
  });

  it('at an earlier step', () => {
    expect(matchesFrom(reader, bytesQuery(7, 7), step(1), 0, 10).addresses).toEqual([0x10]);
    expect(reader.bytes(step(1), address(0x10), 2)).toEqual(Uint8Array.of(7, 7));
  });
});
