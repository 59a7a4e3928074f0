// What stands above the calls: how much was recorded, and where the recording is not whole.
import type { RunSnapshot } from '../../src/protocol/run.ts';
import { count } from '../../src/protocol/text.ts';

/** `16 calls · 16 stores`; with loads where they are recorded. */
export function traceCounts(run: RunSnapshot): string {
  const counts = [count(run.calls.length, 'call')];
  if (run.record !== 'calls') counts.push(count(run.lastStep, 'store'));
  if (run.record === 'all') counts.push(count(loads(run), 'load'));
  return counts.join(' · ');
}

/** Accesses that made no step. */
function loads({ calls }: RunSnapshot): number {
  return calls.reduce((sum, { accesses, step, stepBefore }) => sum + Math.max(0, accesses - (step - stepBefore)), 0);
}

/** Sentences on what is missing from the recording. */
export function traceNotes({ recordNote, firstStep }: RunSnapshot): string[] {
  const notes: string[] = [];
  if (recordNote !== null) notes.push(recordNote);
  if (firstStep > 0) notes.push(`Older steps were dropped: history is whole from step ${firstStep} on.`);
  return notes;
}
