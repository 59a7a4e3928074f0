// Files: a round trip gives the same answers, and no damage is taken for a recording.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Codec, zlibCodec } from '../../../src/platform/codec.ts';
import { OWNER_CODE } from '../../../src/protocol/owner.ts';
import { pageIndex, step } from '../../../src/protocol/units.ts';
import type { SiteSummary } from '../../../src/recording/file/header.ts';
import { readRecording } from '../../../src/recording/file/readRecording.ts';
import { RecordingFileError } from '../../../src/recording/file/recordingFileError.ts';
import { encodeSection, fileHead, readSections, SECTION } from '../../../src/recording/file/sections.ts';
import { factsOf, writeRecording } from '../../../src/recording/file/writeRecording.ts';
import { actorOf } from '../../../src/recording/history/accessors.ts';
import { RecordingReader } from '../../../src/recording/recordingReader.ts';
import { RecordingStore } from '../../../src/recording/recordingStore.ts';
import { newCall, outcome, runSnapshot } from '../support/calls.ts';
import { fileOf } from '../support/recordings.ts';
import { happenings, initial, MODEL_PAGES, make } from './happenings.ts';

const RUN = factsOf(runSnapshot({ verdict: { expected: 356, actual: 11 }, recordNote: 'A note.' }));
const SITES: readonly SiteSummary[] = [
  {
    id: 3,
    module: 1,
    functionIndex: 5,
    functionName: 'add_23',
    offset: 0x92,
    functionOffset: 0x12,
    instruction: 'i32.store',
    width: 4,
  },
];
const MODULES = [Uint8Array.of(0, 0x61, 0x73, 0x6d), new Uint8Array(0), new Uint8Array(3000).fill(7)];

const DESCRIPTION = { run: RUN, sites: SITES, segments: [], modules: MODULES };
const asFile = (store: RecordingStore): Uint8Array => fileOf(store, { run: RUN, sites: SITES, modules: MODULES });
const read = (file: Uint8Array): RecordingStore => readRecording(file).store;

/** All that can be asked of a recording of a few steps, as text. */
function answers(store: RecordingStore): string {
  const reader = new RecordingReader(store);
  const steps = Array.from({ length: reader.lastStep - reader.firstStep + 1 }, (_, i) => step(reader.firstStep + i));
  // Of a file they are known once somebody has asked for them.
  const { stepsBeside } = store;
  const beside = Array.from({ length: stepsBeside.count }, (_, i) => i).slice(stepsBeside.firstAfter(store.firstStep));
  return JSON.stringify({
    beside: beside.map(i => [stepsBeside.stepOf(i), stepsBeside.ownerOf(i), stepsBeside.isGrowth(i)]),
    span: { ...reader.span, callsUnderWay: 0 }, // of a file nothing runs
    memory: steps.map(at => [
      reader.memoryBytes(at),
      reader.callOfStep(at),
      MODEL_PAGES.map(page => [
        reader.image(at, pageIndex(page))?.contents ?? 0,
        reader.image(at, pageIndex(page))?.owners ?? 0,
      ]),
    ]),
    overview: reader.overview(reader.lastStep, pageIndex(0), 16),
    calls: Array.from({ length: reader.callCount }, (_, call) => [
      reader.call(call),
      reader.callRecord(call),
      reader.accesses.ofCall(call, 0, 1000),
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

const I0 = OWNER_CODE.firstInstance;
const I1 = I0 + 1;

/** A few writes of two instances and the host, loads, and growth, over two pages. */
function smallRecording(): RecordingStore {
  const store = new RecordingStore();
  const contents = new Uint8Array(4096);
  contents.set([1, 2, 3], 100);
  store.begin({ pages: Uint32Array.of(0), contents }, 65_536);
  store.beginCall(newCall({ args: [1024, '9007199254740993', 'NaN'] }));
  store.write(I0, 3, 4094, 4, Uint8Array.of(9, 8, 7, 6));
  store.read(I0, 4, 100, 4);
  store.calls.print(0, { kind: 'text', text: 'größe 34' });
  store.endCall(0, outcome({ results: [7], watched: { before: null, after: 33, printed: 34 } }), null);
  store.beginCall(newCall({ instance: 1, function: 'grow' }));
  store.grow(I1, 5, 1);
  store.write(I1, 6, 70_000, 5000, Uint8Array.of(0x55), 0, true);
  store.hostWrite(101, Uint8Array.of(0xaa));
  store.endCall(0, outcome(), null);
  return store;
}

/** Two threads whose calls overlap, nested calls, a late instance, a trap, and a call that is under way. */
function entangledRecording(): RecordingStore {
  const store = new RecordingStore();
  store.begin({ pages: new Uint32Array(0), contents: new Uint8Array(0) }, 65_536);
  const write = (thread: number, owner: number, at: number): void =>
    store.write(actorOf(owner, thread), 3, at, 1, Uint8Array.of(at));
  store.beginCall(newCall({ function: 'outer', startNs: 10 })); // 1
  write(0, I0, 1);
  store.beginCall(newCall({ function: '(instantiation)', kind: 'instantiation', instance: 1, startNs: 20 })); // 2, in 1
  write(0, I1, 2);
  store.beginCall(newCall({ thread: 1, function: 'other', instance: 1, startNs: 30 })); // 3
  write(1, I1, 3);
  write(0, I1, 4);
  const trap = { message: 'unreachable', stack: [{ module: 1, function: 'f', functionIndex: 2, offset: 9 }] };
  store.endCall(0, outcome({ end: 'trapped', trap }), null);
  write(0, I0, 5);
  store.endCall(0, outcome(), null); // 1 ends before 3 does
  store.read(actorOf(I1, 1), 4, 100, 4);
  write(1, I1, 6);
  store.endCall(1, outcome(), null);
  store.beginCall(newCall({ function: 'long', startNs: 40 })); // 4
  store.beginCall(newCall({ thread: 1, function: 'short', startNs: 45 })); // 5, which ends before 4 does
  write(1, I1, 7);
  store.endCall(1, outcome(), null);
  write(0, I0, 8);
  store.endCall(0, outcome(), null);
  store.beginCall(newCall({ function: 'under way', startNs: 50 })); // 6
  write(0, I0, 9);
  return store;
}

describe('a file of a recording', () => {
  it('gives back what was written', () => {
    const { run, sites, modules, store } = readRecording(asFile(smallRecording()));
    expect(run).toEqual(RUN);
    expect(sites).toEqual(SITES);
    expect(modules).toEqual(MODULES);
    expect(answers(store)).toBe(answers(smallRecording()));
    expect(store.accessors.usedSites()).toEqual([3, 4, 5, 6]);
    expect(new RecordingReader(store).span).toMatchObject({ callCount: 2, differences: 1, initialMemoryBytes: 65_536 });
  });

  it('gives back nested calls, those of two threads, and one that is under way', () => {
    const store = read(asFile(entangledRecording()));
    const reader = new RecordingReader(store);
    const calls = [1, 2, 3, 4, 5, 6].map(call => reader.callRecord(call));
    expect(calls.map(call => [call.thread, call.parent, call.depth, call.kind, call.end, call.accesses])).toEqual([
      [0, null, 0, 'call', 'returned', 4],
      [0, 1, 1, 'instantiation', 'trapped', 2],
      [1, null, 0, 'call', 'returned', 3],
      [0, null, 0, 'call', 'returned', 1],
      [1, null, 0, 'call', 'returned', 1],
      [0, null, 0, 'call', 'stopped', 1],
    ]);
    const callsOfSteps = [1, 2, 3, 2, 1, 3, 5, 4, 6];
    expect(callsOfSteps.map((_, index) => reader.callOfStep(step(1 + index)))).toEqual(callsOfSteps);
    expect(reader.span).toMatchObject({ callCount: 5, lastCall: { index: 4 } });
    expect([store.calls.innermost(0), store.calls.innermost(1)]).toEqual([6, null]);
    expect(answers(store)).toBe(answers(entangledRecording()));
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

  it('tells how far it is, while it is written and while it is read', () => {
    // A thousand calls, and three million steps of one byte on four pages: some sections of accesses.
    const store = new RecordingStore();
    const owner = OWNER_CODE.firstInstance;
    store.begin({ pages: new Uint32Array(0), contents: new Uint8Array(0) }, 65_536);
    for (let call = 0; call < 1000; call++) {
      store.beginCall(newCall());
      for (let i = 0; i < 3000; i++)
        store.write(owner, 3, ((call * 3000 + i) * 7919) % 16_384, 1, Uint8Array.of(i * call + 1), 0);
      store.endCall(0, outcome(), null);
    }
    const isRising = (all: readonly number[]): boolean =>
      all.every((each, index) => each >= 0 && each <= 1 && each >= (all[index - 1] ?? 0));
    const told: number[] = [];
    const parts = [...writeRecording(store, DESCRIPTION, done => told.push(done))];
    // Calls come first, 1001 with call 0, of which each is one; a page is ten.
    expect(told.slice(0, 2)).toEqual([0, 1001 / (1001 + 4 * 10)]);
    expect(told.length).toBeGreaterThan(3);
    expect([isRising(told), told.at(-1)]).toEqual([true, 1]); // the last part has the last page
    const file = new Uint8Array(Buffer.concat(parts));
    const read: number[] = [];
    readRecording(file, {}, done => read.push(done));
    // One each section, by the byte that it begins at.
    expect([isRising(read), read.length, read[0]]).toEqual([true, parts.length - 1, 12 / file.length]);
    expect(read.at(-1)).toBe(1 - 16 / file.length); // the section `end` is a head alone
  });

  it.each([smallRecording, entangledRecording])('is written again byte for byte (%#)', recording => {
    const file = asFile(recording());
    expect(Buffer.compare(asFile(read(file)), file)).toBe(0);
  });
});

describe('a damaged file', () => {
  const file = fileOf(smallRecording(), { sites: SITES, modules: [Uint8Array.of(1, 2, 3)] });

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
    const reasons = new Set<string>();
    for (let at = 0; at < file.length; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const damaged = file.slice();
        damaged[at] ^= 1 << bit;
        const { reason, message } = errorOf(damaged);
        reasons.add(reason);
        if (!/byte \d+.*\.$/.test(message)) expect.fail(`bit ${bit} of byte ${at}: ${message}`);
      }
    }
    // One bit makes version 4 a later one, or version 0.
    expect([...reasons].toSorted()).toEqual(['corrupt', 'foreign', 'newer', 'truncated']);
  });

  it('is an error where bytes stand behind the end', () => {
    const { reason, offset } = errorOf(new Uint8Array(Buffer.concat([file, Uint8Array.of(0)])));
    expect([reason, offset]).toEqual(['corrupt', file.length]);
  });

  it('is told from something else, and from what another version wrote', () => {
    expect(errorOf(new TextEncoder().encode('<html>'))).toMatchObject({ reason: 'foreign', offset: 0 });
    expect(errorOf(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0))).toMatchObject({ reason: 'foreign' });
    expect(errorOf(file.with(8, 5))).toMatchObject({
      reason: 'newer',
      offset: 8,
      message: 'The recording has format version 5, and this extension knows version 4 (byte 8).',
      remedy: 'Update the extension to open it.',
    });
    expect(errorOf(file.with(8, 3))).toMatchObject({
      reason: 'older',
      offset: 8,
      message:
        'The recording has format version 3, of before the first release (byte 8); this extension knows version 4.',
      remedy: 'Record it again with this version.',
    });
    expect(errorOf(file.with(8, 0))).toMatchObject({ reason: 'corrupt', offset: 8 });
  });

  it('is told from one that this Node can not unpack', () => {
    const codec: Codec = { ...zlibCodec, packings: new Set(['stored', 'deflate'] as const) };
    try {
      readRecording(file, { codec });
      expect.fail('it was read');
    } catch (error) {
      expect(error).toMatchObject({
        reason: 'unpackable',
        message: expect.stringMatching(
          /^The section at byte \d+ is packed with Zstandard, which this version of Node does not know\.$/,
        ),
        remedy: 'Open it with Node 22.15 or later, or in VS Code.',
      });
    }
  });

  describe('whose checksums are right', () => {
    /** The file with the contents of a section of a kind changed, and packed anew. */
    function withSection(kind: number, change: (contents: Uint8Array) => Uint8Array): Uint8Array {
      const sections = [...readSections(zlibCodec, file)];
      const parts = sections.map(each =>
        encodeSection(zlibCodec, each.kind, each.kind === kind ? change(each.contents.slice()) : each.contents),
      );
      return new Uint8Array(Buffer.concat([fileHead(), ...parts]));
    }

    it.each(['calls', 'accessors', 'pages', 'timeline', 'allocators'] as const)(
      'is an error or a recording, whose questions have answers or errors that tell what is wrong: %s',
      kind => {
        fc.assert(
          fc.property(fc.nat(), fc.integer({ min: 1, max: 255 }), (at, bits) => {
            const changed = withSection(SECTION[kind], contents => {
              if (contents.length > 0) contents[at % contents.length] ^= bits;
              return contents;
            });
            try {
              answers(read(changed));
            } catch (error) {
              // Never a TypeError of code that met what it did not expect.
              if (!(error instanceof RecordingFileError)) expect(error).toBeInstanceOf(RangeError);
            }
          }),
          { numRuns: 300 },
        );
      },
    );

    it('is an error at once where a block says that it has more writes than steps', () => {
      const store = new RecordingStore();
      store.begin({ pages: new Uint32Array(0), contents: new Uint8Array(0) }, 65_536);
      store.beginCall(newCall());
      for (let i = 0; i < 3; i++) store.write(I0, 3, i, 1, Uint8Array.of(1));
      store.endCall(0, outcome(), null);
      // Page 0, its first record, no dropped writes, no image, nothing late, one block from step 1 on, two steps farther, three writes.
      const head = Uint8Array.of(0, 1, 0, 0, 0, 1, 1, 2, 3);
      const parts = [...readSections(zlibCodec, asFile(store))].map(({ kind, contents }) => {
        if (kind !== SECTION.pages) return encodeSection(zlibCodec, kind, contents);
        expect(contents.subarray(0, head.length)).toEqual(head);
        return encodeSection(zlibCodec, kind, contents.with(head.length - 1, 4));
      });
      const changed = new Uint8Array(Buffer.concat([fileHead(), ...parts]));
      expect(() => read(changed)).toThrow(/damaged at byte \d+: 4 writes do not lie in the steps of a block\./);
    });

    it.each([
      ['calls', 'cut', /damaged at byte \d+: the data ends at byte \d+\./],
      ['accessors', 'cut', /damaged at byte \d+: the data ends at byte \d+\./],
      ['pages', 'cut', /damaged at byte \d+: the data ends at byte \d+\./],
      ['timeline', 'cut', /damaged at byte \d+: the data ends at byte \d+\./],
      ['pages', 'twice', /damaged at byte \d+: page 0 is told twice\./],
      ['timeline', 'twice', /damaged at byte \d+: the recording has 8 steps, and the header says 4\./],
    ] as const)('is an error where its %s are %s', (kind, how, message) => {
      const changed = withSection(SECTION[kind], contents =>
        how === 'cut' ? contents.subarray(0, -1) : new Uint8Array(Buffer.concat([contents, contents])),
      );
      expect(() => read(changed)).toThrow(message);
    });
  });

  it('is an error where its run, its calls or their number are none that there can be', () => {
    const running = fileOf(smallRecording(), { run: { ...RUN, status: 'running' } });
    expect(() => read(running)).toThrow(/damaged at byte 12: the header\.run\.status is not one of /);
    const cut = smallRecording();
    cut.beginCall(newCall({ function: 'late' }));
    cut.endCall(0, outcome({ results: [Number.NaN] }), null); // which is 'NaN' where there is one
    expect(() => read(fileOf(cut))).toThrow(/damaged at byte \d+: NaN is no number\./);
  });
});
