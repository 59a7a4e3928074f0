// Files: a round trip gives the same answers, and no damage is taken for a recording.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pageIndex, step } from '../../../src/protocol/units.ts';
import { readRecording } from '../../../src/recording/file/readRecording.ts';
import { RecordingFileError } from '../../../src/recording/file/recordingFileError.ts';
import { writeRecording } from '../../../src/recording/file/writeRecording.ts';
import { OWNER_CODE } from '../../../src/recording/history/owner.ts';
import { RecordingReader } from '../../../src/recording/recordingReader.ts';
import { RecordingStore } from '../../../src/recording/recordingStore.ts';
import { happenings, initial, MODEL_PAGES, make } from './happenings.ts';

const RUN = { module: 'demo.wasm', calls: ['alloc_11', 'add_23'] };
const SITES = [
  {
    id: 3,
    functionIndex: 5,
    functionName: 'add_23',
    offset: 0x92,
    functionOffset: 0x12,
    instruction: 'i32.store',
    width: 4,
  },
];

const asFile = (store: RecordingStore): Uint8Array =>
  new Uint8Array(Buffer.concat([...writeRecording(store, { run: RUN, sites: SITES })]));
const read = (file: Uint8Array): RecordingStore => readRecording(file, run => run).store;

/** All that can be asked of a recording of a few steps, as text. */
function answers(store: RecordingStore): string {
  const reader = new RecordingReader(store);
  const steps = Array.from({ length: reader.lastStep - reader.firstStep + 1 }, (_, i) => step(reader.firstStep + i));
  return JSON.stringify({
    memory: steps.map(at => [
      reader.memoryBytes(at),
      MODEL_PAGES.map(page => [reader.page(at, pageIndex(page)) ?? 0, reader.owners(at, pageIndex(page)) ?? 0]),
    ]),
    overview: reader.overview(reader.lastStep, pageIndex(0), 16),
    calls: Array.from({ length: reader.callCount }, (_, call) => [
      reader.call(call),
      reader.accessesOfCall(call, 0, 1000),
    ]),
  });
}

function errorOf(file: Uint8Array): RecordingFileError {
  try {
    read(file);
  } catch (error) {
    if (error instanceof RecordingFileError) return error;
    throw error;
  }
  throw new Error('the file was read as a recording');
}

/** A few writes of two instances and the host, loads, and growth, over two pages. */
function smallRecording(): RecordingStore {
  const store = new RecordingStore();
  const contents = new Uint8Array(4096);
  contents.set([1, 2, 3], 100);
  store.begin({ pages: Uint32Array.of(0), contents }, 65_536);
  store.beginCall();
  store.write(OWNER_CODE.firstInstance, 3, 4094, 4, Uint8Array.of(9, 8, 7, 6));
  store.read(OWNER_CODE.firstInstance, 4, 100, 4);
  store.endCall(null, 65_536);
  store.beginCall();
  store.grow(OWNER_CODE.firstInstance + 1, 5, 1);
  store.write(OWNER_CODE.firstInstance + 1, 6, 70_000, 5000, Uint8Array.of(0x55), 0, true);
  store.hostWrite(101, Uint8Array.of(0xaa));
  store.endCall(null, 131_072);
  return store;
}

describe('a file of a recording', () => {
  it('gives back what was written', () => {
    const { run, sites, store } = readRecording(asFile(smallRecording()), value => value);
    expect(run).toEqual(RUN);
    expect(sites).toEqual(SITES);
    expect(answers(store)).toBe(answers(smallRecording()));
    expect(store.accessors.usedSites()).toEqual([3, 4, 5, 6]);
  });

  it('gives back any recording', () => {
    fc.assert(
      fc.property(initial, fc.array(happenings, { maxLength: 2 }), (start, all) => {
        const { store } = make(start, all.flat());
        expect(answers(read(asFile(store)))).toBe(answers(store));
      }),
      { numRuns: 25 },
    );
  });

  it('is written again byte for byte', () => {
    const file = asFile(smallRecording());
    expect(Buffer.compare(asFile(read(file)), file)).toBe(0);
  });
});

describe('a damaged file', () => {
  const file = asFile(smallRecording());

  it('is an error at whatever byte it ends', () => {
    for (let length = 1; length < file.length; length++) {
      const { reason, offset, remedy } = errorOf(file.slice(0, length));
      expect(reason).toBe('truncated');
      expect(offset).toBe(length);
      expect(remedy).not.toBe('');
    }
    expect(errorOf(new Uint8Array(0)).reason).toBe('foreign');
  });

  it('is an error whichever bit is wrong', () => {
    for (let at = 0; at < file.length; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const damaged = file.slice();
        damaged[at] ^= 1 << bit;
        const { reason, message } = errorOf(damaged);
        expect(['foreign', 'newer', 'corrupt', 'truncated']).toContain(reason);
        expect(message).toMatch(/byte \d+.*\.$/);
      }
    }
  });

  it('is an error where bytes stand behind the end', () => {
    const { reason, offset } = errorOf(new Uint8Array(Buffer.concat([file, Uint8Array.of(0)])));
    expect([reason, offset]).toEqual(['corrupt', file.length]);
  });

  it('is told from something else, and from what a later version wrote', () => {
    expect(errorOf(new TextEncoder().encode('<html>'))).toMatchObject({ reason: 'foreign', offset: 0 });
    expect(errorOf(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0))).toMatchObject({ reason: 'foreign' });
    const newer = file.slice();
    newer[8] = 2;
    const error = errorOf(newer);
    expect(error.reason).toBe('newer');
    expect(error.message).toBe(
      'The recording has format version 2, and this extension knows versions up to 1 (byte 8).',
    );
    expect(error.remedy).toBe('Update the extension to open it.');
  });

  it('is an error where the caller does not accept what is said of the run', () => {
    const refuse = (): never => {
      throw new TypeError('calls is no array');
    };
    expect(() => readRecording(file, refuse)).toThrow(/damaged at byte 12: calls is no array\./);
  });
});
