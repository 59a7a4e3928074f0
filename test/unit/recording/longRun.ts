// A recording long enough for many blocks, images and epochs, with the model's answers at some of its steps.
import { SHOWN_PAGE_BYTES } from '../../../src/protocol/units.ts';
import { type RecordingOptions, RecordingStore } from '../../../src/recording/recordingStore.ts';
import { newCall, outcome } from '../support/calls.ts';

/** Where the run writes. */
export interface Shape {
  readonly pages: number;
  /** Of ten writes so many are to a few bytes of the first page, as a stack's are. */
  readonly hot: number;
}

export const BUSY: Shape = { pages: 6, hot: 7 };
/** Each page is written seldom, so that what is dropped leaves many pages with a few writes. */
export const SPARSE: Shape = { pages: 200, hot: 1 };

const MEMORY_BYTES = 2 ** 20;

export interface Sample {
  readonly step: number;
  readonly memory: Uint8Array;
  readonly owners: Uint8Array;
  /** Step of each byte's last write; 0 where there was none. */
  readonly lastSteps: Uint32Array;
  /** Writes to each page so far. */
  readonly writes: readonly number[];
}

export interface LongRun {
  readonly store: RecordingStore;
  readonly samples: readonly Sample[];
}

/** The same run each time, with the samples of the steps that are kept. @param writes steps to make, @param every steps between samples */
export function longRun(writes: number, every: number, options: RecordingOptions, { pages, hot }: Shape): LongRun {
  const size = pages * SHOWN_PAGE_BYTES;
  let state = 7;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const store = new RecordingStore(options);
  store.begin({ pages: new Uint32Array(0), contents: new Uint8Array(0) }, MEMORY_BYTES);
  const memory = new Uint8Array(size);
  const owners = new Uint8Array(size);
  const lastSteps = new Uint32Array(size);
  const written = new Array<number>(pages).fill(0);
  const samples: Sample[] = [];
  for (let at = 1; at <= writes; at++) {
    if (at % 500 === 1) store.beginCall(newCall());
    const address = random(10) < hot ? 64 + random(256) : random(size - 16);
    const bytes = Uint8Array.from({ length: 1 + random(8) }, () => random(256));
    const owner = 4 + random(3);
    store.write(owner, random(200), address, bytes.length, bytes);
    memory.set(bytes, address);
    owners.fill(owner, address, address + bytes.length);
    lastSteps.fill(at, address, address + bytes.length);
    const first = Math.floor(address / SHOWN_PAGE_BYTES);
    const last = Math.floor((address + bytes.length - 1) / SHOWN_PAGE_BYTES);
    for (let page = first; page <= last; page++) written[page]++;
    if (at % 500 === 0 || at === writes) store.endCall(0, outcome(), null);
    // What is dropped is not asked about: the samples of a long run would be gigabytes.
    while (samples.length > 0 && samples[0].step < store.firstStep) samples.shift();
    if (at % every === 0)
      samples.push({
        step: at,
        memory: memory.slice(),
        owners: owners.slice(),
        lastSteps: lastSteps.slice(),
        writes: [...written],
      });
  }
  return { store, samples };
}
