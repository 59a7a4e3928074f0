// A long recording with and without a limit, against a model; what a file gives back is the same.
import { describe, expect, it } from 'vitest';
import { type Address, address, pageIndex, SHOWN_PAGE_BYTES, step } from '../../../src/protocol/units.ts';
import { readRecording } from '../../../src/recording/file/readRecording.ts';
import { RecordingReader } from '../../../src/recording/recordingReader.ts';
import type { RecordingStore } from '../../../src/recording/recordingStore.ts';
import { fileOf } from '../support/recordings.ts';
import { BUSY, longRun, type Sample, SPARSE } from './longRun.ts';

const WRITES = 40_000;
const STEPS_BETWEEN_SAMPLES = 999;

const throughFile = (store: RecordingStore): RecordingStore => readRecording(fileOf(store)).store;

function checkSample(reader: RecordingReader, sample: Sample): void {
  const at = step(sample.step);
  for (let page = 0; page < sample.writes.length; page++) {
    const [from, to] = [page * SHOWN_PAGE_BYTES, (page + 1) * SHOWN_PAGE_BYTES];
    expect(
      Buffer.compare(reader.image(at, pageIndex(page))?.contents ?? new Uint8Array(), sample.memory.subarray(from, to)),
    ).toBe(0);
    const owners = reader.image(at, pageIndex(page))?.owners ?? new Uint8Array();
    expect(Buffer.compare(owners, sample.owners.subarray(from, to))).toBe(0);
    expect(reader.overview(at, pageIndex(page), 1)[0].writes).toBe(sample.writes[page]);
  }
  for (let i = 0; i < 300; i++) {
    const of = (i * 83) % sample.memory.length;
    checkLastWriter(reader, sample, address(of));
  }
}

function checkLastWriter(reader: RecordingReader, sample: Sample, of: Address): void {
  const last = reader.lastWriter(step(sample.step), of);
  const expected = sample.lastSteps[of];
  if (expected === 0) expect(last).toEqual({ kind: 'never' });
  else if (expected > reader.firstStep) expect(last).toMatchObject({ kind: 'write', write: { step: expected } });
  else expect(last).toEqual({ kind: 'dropped', owner: { kind: 'instance', instance: sample.owners[of] - 4 } });
}

describe('a recording of 40 000 writes', () => {
  const whole = longRun(WRITES, STEPS_BETWEEN_SAMPLES, {}, BUSY);
  const limited = longRun(WRITES, STEPS_BETWEEN_SAMPLES, { limitBytes: 150_000 }, BUSY);

  it('answers as the model does', () => {
    expect(whole.store.firstStep).toBe(0);
    expect(whole.samples).toHaveLength(40);
    for (const sample of whole.samples) checkSample(new RecordingReader(whole.store), sample);
  });

  it('answers the same after a file', () => {
    const reader = new RecordingReader(throughFile(whole.store));
    expect(reader.lastStep).toBe(WRITES);
    for (const sample of whole.samples) checkSample(reader, sample);
    const before = new RecordingReader(whole.store);
    expect(reader.accesses.ofCall(7, 100, 50)).toEqual(before.accesses.ofCall(7, 100, 50));
  });

  it.each(['kept', 'from a file'])('beyond the limit drops the oldest, and what is left is whole: %s', from => {
    const store = from === 'kept' ? limited.store : throughFile(limited.store);
    const reader = new RecordingReader(store);
    expect(limited.store.keptBytes).toBeLessThanOrEqual(150_000 * 1.15);
    expect(reader.firstStep).toBeGreaterThan(1000);
    expect(reader.firstStep).toBeLessThan(WRITES - 1000);
    expect(reader.dropped).toEqual({ steps: reader.firstStep, accesses: reader.firstStep });
    const kept = limited.samples.filter(sample => sample.step >= reader.firstStep);
    expect(kept.length).toBeGreaterThan(1);
    for (const sample of kept) checkSample(reader, sample);
    const early = step(reader.firstStep - 1);
    expect(() => reader.image(early, pageIndex(0))?.contents).toThrow(
      new RangeError(`step ${early} is not kept: the recording has ${reader.firstStep} … ${WRITES}`),
    );
    expect(() => reader.lastWriter(early, address(64))).toThrow(RangeError);
    expect(() => reader.accesses.ofCall(1, 0, 10)).toThrow(/access 0 is not kept/);
  });

  it('keeps the newest part however small the limit is', () => {
    const { store, samples } = longRun(3000, 1000, { limitBytes: 1 }, BUSY);
    const reader = new RecordingReader(store);
    expect(reader.firstStep).toBeLessThan(reader.lastStep);
    expect(samples.map(sample => sample.step)).toContain(3000);
    for (const sample of samples) checkSample(reader, sample);
  });
});

describe('a recording whose pages are written seldom, beyond its limit', () => {
  const LIMIT_BYTES = 400_000;
  const { store, samples } = longRun(8000, 25, { limitBytes: LIMIT_BYTES }, SPARSE);

  it.each(['kept', 'from a file'])('answers as the model does: %s', from => {
    const reader = new RecordingReader(from === 'kept' ? store : throughFile(store));
    expect(reader.firstStep).toBeGreaterThan(1000);
    const kept = samples.filter(sample => sample.step >= reader.firstStep);
    expect(kept.length).toBeGreaterThan(5);
    for (const sample of kept) checkSample(reader, sample);
  });

  it('keeps to the limit', () => {
    expect(store.keptBytes).toBeLessThanOrEqual(LIMIT_BYTES * 1.15);
  });
});
