// A number in memory at a step, with what was written there before.
import type { ByteSpan } from '../protocol/finding.ts';
import type { WatchedBytes } from '../protocol/keptPlaces.ts';
import { type Step, step } from '../protocol/units.ts';
import type { RecordingReader } from './recordingReader.ts';

/** @param count of the writes, at most */
export function watchedBytes(reader: RecordingReader, at: Step, place: ByteSpan, count: number): WatchedBytes {
  const { address, length } = place;
  const bytesAt = (moment: Step): number[] | null =>
    address + length > reader.memoryBytes(moment) ? null : [...reader.bytes(moment, address, length)];
  const bytes = bytesAt(at);
  const writes: { readonly step: Step; readonly bytes: readonly number[] }[] = [];
  if (!bytes) return { bytes, writes };
  for (const write of reader.writesTo(address, length, { after: reader.firstStep, upTo: at })) {
    const after = writes.length < count ? bytesAt(step(write.step)) : null;
    if (!after) break;
    writes.push({ step: step(write.step), bytes: after });
  }
  return { bytes, writes };
}
