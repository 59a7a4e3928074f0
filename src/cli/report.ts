// What the terminal prints of a run: the transcript, and the notes that go to standard error.
import type { CallRecord, RunSnapshot } from '../protocol/run.ts';
import { count, hex } from '../protocol/text.ts';

/** The transcript's line of a call: what the guest printed itself, else what memory holds. */
function transcriptLines({ function: name, instance, printed, valueAfter }: CallRecord): string[] {
  const own = printed.flatMap(text => text.replace(/\r?\n$/, '').split(/\r?\n/));
  if (own.length > 0) return own;
  return [`${name}[#${instance}]: ${valueAfter ?? 'no value'}`];
}

/** `alloc_11[#0]: 11` … `expected: 356`; a call that did not return has no line. */
export function transcript(run: RunSnapshot): string[] {
  const lines = run.calls.filter(({ end }) => end === 'returned').flatMap(transcriptLines);
  return run.expected === null ? lines : [...lines, `expected: ${run.expected}`];
}

/** Frames printed of a trap's stack. */
const MAX_FRAMES = 10;

const milliseconds = (ns: number): string => `${(ns / 1e6).toFixed(3)} ms`;

function differenceNote({ index, instance, function: name, difference }: CallRecord): string[] {
  if (!difference) return [];
  return [
    `difference: call ${index}, ${name} on #${instance}, printed ${difference.printed}; memory holds ${difference.memory ?? 'no value'}`,
  ];
}

function trapNotes({ trap }: CallRecord): string[] {
  if (!trap) return [];
  const left = trap.stack.length - MAX_FRAMES;
  const frames = trap.stack
    .slice(0, MAX_FRAMES)
    .map(({ function: name, offset }) => `    in ${name}${offset === null ? '' : ` at offset ${hex(offset)}`}`);
  return left > 0 ? [...frames, `    … ${left} more`] : frames;
}

/** What the recording does not hold although it was asked for. */
export function recordingNotes({ recordNote, firstStep }: RunSnapshot): string[] {
  const notes = recordNote === null ? [] : [`recording: ${recordNote}`];
  if (firstStep === 0) return notes;
  return [
    ...notes,
    `recording: whole from step ${firstStep} on; the steps before were dropped to keep within its limit`,
  ];
}

/** The value reached, the address, stubs called, differences, timings, and what went wrong: one note a line. */
export function notes(run: RunSnapshot, elapsedMs: number): string[] {
  const inGuests = run.calls.reduce((sum, { durationNs }) => sum + durationNs, 0);
  const lines = run.calls.flatMap(call => [...differenceNote(call), ...trapNotes(call)]);
  for (const { module, name, calls } of run.stubsCalled)
    lines.push(`stub: ${module}.${name} was called ${count(calls, 'time')}; it does nothing and returns zeros`);
  lines.push(...recordingNotes(run));
  if (run.address !== null) lines.push(`address: ${hex(run.address)}`);
  if (run.actual !== null) lines.push(`value reached: ${run.actual}`);
  lines.push(`calls: ${run.calls.length} in ${milliseconds(inGuests)}; whole run ${elapsedMs.toFixed(0)} ms`);
  return lines;
}
