// What the terminal prints of a run: the transcript, and the notes that go to standard error.

import { type CallRecord, isDifference, type Trap } from '../protocol/call.ts';
import { InstanceNames } from '../protocol/instanceNames.ts';
import { type OutOfBounds, outOfBoundsSentences } from '../protocol/outOfBounds.ts';
import { stubReturns } from '../protocol/provided.ts';
import type { ModuleSummary, RunSnapshot, StubUse } from '../protocol/run.ts';
import { count, hex } from '../protocol/text.ts';
import { type AllocatedValue, allocatedLine } from './allocatedValues.ts';

/** The transcript's line of a call: what the guest printed itself, else what memory holds. */
function transcriptLines({ function: name, instance, printed, watched }: CallRecord, names: InstanceNames): string[] {
  const own = printed.flatMap(text => text.replace(/\r?\n$/, '').split(/\r?\n/));
  if (own.length > 0) return own;
  return [`${name}[${names.title(instance)}]: ${watched?.after ?? 'no value'}`];
}

/** `create[#0]: 11` … `expected: 356`; a call that did not return has no line. */
export function transcript(run: RunSnapshot, calls: readonly CallRecord[]): string[] {
  const { verdict } = run;
  const names = InstanceNames.of(run);
  const lines = calls
    .filter(({ kind, end }) => kind === 'call' && end === 'returned')
    .flatMap(call => transcriptLines(call, names));
  return verdict === null ? lines : [...lines, `expected: ${verdict.expected}`];
}

/** Frames printed of a trap's stack. */
const MAX_FRAMES = 10;

const milliseconds = (ns: number): string => `${(ns / 1e6).toFixed(3)} ms`;

function differenceNote({ index, instance, function: name, watched }: CallRecord, names: InstanceNames): string[] {
  if (!isDifference(watched)) return [];
  return [
    `difference: call ${index}, ${name} on ${names.name(instance)}, printed ${watched.printed}; memory holds ${watched.after ?? 'no value'}`,
  ];
}

function trapNotes({ trap }: CallRecord): string[] {
  if (!trap) return [];
  const left = trap.stack.length - MAX_FRAMES;
  const frames = trap.stack
    .slice(0, MAX_FRAMES)
    .map(({ function: name, offset }) => `    in ${name}${offset === null ? '' : ` at offset ${hex(offset)}`}`);
  return [...faultLines(trap), ...frames, ...(left > 0 ? [`    … ${left} more`] : [])];
}

/** Which access outside memory it was, and where its pointer came from. */
export const outOfBoundsLines = (fault: OutOfBounds): string[] =>
  outOfBoundsSentences(fault, '--record all').map(parts => parts.map(({ text }) => text).join(''));

const faultLines = ({ outOfBounds }: Trap): string[] =>
  outOfBounds ? outOfBoundsLines(outOfBounds).map(line => `    ${line}`) : [];

function stubNote({ module: from, name, calls }: StubUse, modules: readonly ModuleSummary[]): string {
  const imports = modules.flatMap(module => module.imports);
  const { provided = 'stub' } = imports.find(each => each.module === from && each.name === name) ?? {};
  return `stub: ${from}.${name} was called ${count(calls, 'time')}; it does nothing and returns ${stubReturns(provided)}`;
}

export const noteLine = (note: string): string => `note: ${note}`;

/** What is to be known of the run, and what its recording does not hold although it was asked for. */
export function runNotes({ notes, recordNote, firstStep }: RunSnapshot): string[] {
  const lines = notes.map(noteLine);
  if (recordNote !== null) lines.push(`recording: ${recordNote}`);
  if (firstStep === 0) return lines;
  return [
    ...lines,
    `recording: whole from step ${firstStep} on; the steps before were dropped to keep within its limit`,
  ];
}

/**
 * How many calls trapped or were left by an exception, and the first of them. One that ended the run is its problem, which is told anyway.
 * @param hasStacks whether the stacks are told, with what is known of accesses outside memory
 */
export function trappedNotes(run: RunSnapshot, hasStacks = false): string[] {
  const {
    trapped: { total, calls },
    problem,
  } = run;
  const names = InstanceNames.of(run);
  if (total === 0) return [];
  if (total === 1 && problem?.kind === 'trap')
    return hasStacks ? [] : calls.flatMap(({ trap }) => (trap ? faultLines(trap) : []));
  const lines = calls.flatMap(({ index, instance, function: name, trap }) => [
    `    call ${index}, ${name} on ${names.name(instance)}: ${(trap?.message ?? 'for an unknown reason').split('\n')[0]}`,
    ...(trap ? faultLines(trap) : []).map(line => `    ${line}`),
  ]);
  const left = total - calls.length;
  return [`trapped or threw: ${count(total, 'call')}`, ...lines, ...(left > 0 ? [`    … ${left} more`] : [])];
}

/**
 * The value reached, the address, stubs called, differences, timings, and what went wrong: one note a line.
 * @param values of the instances, where each has its own
 */
export function notes(
  run: RunSnapshot,
  calls: readonly CallRecord[],
  elapsedMs: number,
  values: readonly AllocatedValue[] = [],
): string[] {
  const inGuests = calls.reduce((sum, { durationNs }) => sum + (durationNs ?? 0), 0);
  const lines = calls.flatMap(call => [...differenceNote(call, InstanceNames.of(run)), ...trapNotes(call)]);
  lines.push(...run.stubsCalled.map(use => stubNote(use, run.modules)));
  lines.push(...runNotes(run), ...trappedNotes(run, true));
  const names = InstanceNames.of(run);
  if (values.length > 1) lines.push(...values.map(value => allocatedLine(value, names)));
  else {
    if (run.watch) lines.push(`address: ${hex(run.watch.address)}`);
    if (run.verdict && run.verdict.actual !== null) lines.push(`value reached: ${run.verdict.actual}`);
  }
  lines.push(`calls: ${calls.length} in ${milliseconds(inGuests)}; whole run ${elapsedMs.toFixed(0)} ms`);
  return lines;
}
