// Random sequences of what can happen to memory, told to a recording and to a model.
import fc from 'fast-check';
import { expect } from 'vitest';
import { pageIndex, SHOWN_PAGE_BYTES, WASM_PAGE_BYTES } from '../../../src/protocol/units.ts';
import { RecordingStore } from '../../../src/recording/recordingStore.ts';
import { comparePages } from '../../../src/wire/comparePages.ts';
import { newCall, outcome } from '../support/calls.ts';
import { NaiveRecording } from './naiveRecording.ts';

/** Writes happen here: three pages and what is near their borders. */
const USED_BYTES = 3 * SHOWN_PAGE_BYTES;
/** Fills reach two pages further. */
export const MODEL_PAGES = [0, 1, 2, 3, 4];
const MODEL_BYTES = MODEL_PAGES.length * SHOWN_PAGE_BYTES;
const INSTANCE = [4, 5, 6];
const UNRECORDED = 3;

export const place = fc.oneof(
  fc.nat(USED_BYTES - 1),
  fc.constantFrom(SHOWN_PAGE_BYTES - 3, SHOWN_PAGE_BYTES - 1, 2 * SHOWN_PAGE_BYTES - 2),
  fc.nat(40),
);

export type Happening =
  | { kind: 'store'; owner: number; site: number; at: number; bytes: Uint8Array }
  | { kind: 'fill'; owner: number; at: number; length: number; byte: number }
  | { kind: 'unseen'; at: number; bytes: Uint8Array; restoreFirst: boolean }
  | { kind: 'grow'; pages: number }
  /** a call ends and another begins; the host may write in between */
  | { kind: 'call'; at: number; between: Uint8Array; stopped: boolean };

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
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('call' as const),
      at: place,
      between: fc.uint8Array({ maxLength: 3 }),
      stopped: fc.boolean(),
    }),
  },
);

export interface Made {
  readonly store: RecordingStore;
  readonly naive: NaiveRecording;
  /** Steps at which each call began and ended. */
  readonly starts: number[];
  readonly ends: number[];
}

/** Lets it happen in the store and in the model. The memory itself is a third copy, which also has what nobody recorded. */
export function make(initial: Uint8Array, happenings: readonly Happening[], limitBytes?: number): Made {
  const memory = new Uint8Array(MODEL_BYTES);
  let size = WASM_PAGE_BYTES;
  memory.set(initial);
  const store = new RecordingStore(limitBytes === undefined ? {} : { limitBytes });
  const naive = new NaiveRecording(memory.slice(), size);
  store.begin(comparePages(memory, new Map()), size);
  let atCallStart = memory.slice();
  const starts: number[] = [];
  const ends: number[] = [];
  const beginCall = (): void => {
    starts.push(naive.lastStep);
    store.beginCall(newCall());
  };
  const endCall = (stopped: boolean): void => {
    const known = new Map(
      MODEL_PAGES.map(page => [
        pageIndex(page),
        atCallStart.slice(page * SHOWN_PAGE_BYTES, (page + 1) * SHOWN_PAGE_BYTES),
      ]),
    );
    if (stopped) {
      const whole = new Uint8Array(size);
      whole.set(memory);
      store.compareWith(whole, whole.length);
      store.endCall(0, outcome({ end: 'stopped' }), null);
    } else
      store.endCall(0, outcome(), {
        changes: comparePages(memory, known),
        memoryBytes: size,
        lookedAt: null,
        skipped: 0,
      });
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
  beginCall();
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
        endCall(one.stopped);
        if (one.between.length > 0) {
          memory.set(one.between, one.at);
          naive.write(2, -1, one.at, one.between);
          store.hostWrite(one.at, one.between);
        }
        beginCall();
    }
  }
  endCall(false);
  expect(Buffer.compare(naive.memory, memory)).toBe(0);
  return { store, naive, starts, ends };
}

export const happenings = fc.array(happening, { minLength: 1, maxLength: 60 });
export const initial = fc.uint8Array({ maxLength: 200 });
