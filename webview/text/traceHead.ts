// Texts above the calls: how much was recorded, and which parts of the recording are missing.

import { count } from '../../src/protocol/text.ts';
import type { Run } from '../data/run.ts';

/** `16 calls · 16 stores`; with loads where they are recorded. */
export function traceCounts(run: Run): string {
  const counts = [count(run.calls.count, 'call')];
  if (run.record !== 'calls') counts.push(count(run.lastStep, 'store'));
  if (run.record === 'all') counts.push(count(run.loads, 'load'));
  return counts.join(' · ');
}

/** Sentences on what is to be known of the run, and on what is missing from the recording. */
export function traceNotes({ notes, recordNote, firstStep }: Run): string[] {
  const all = [...notes];
  if (recordNote !== null) all.push(recordNote);
  if (firstStep > 0) all.push(`Older steps were dropped: history is whole from step ${firstStep} on.`);
  return all;
}
