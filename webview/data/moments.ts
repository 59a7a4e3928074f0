// Places in a recording, and the step buttons' way from one to the next. A call without writes has no step of its own, so a
// place is a step and, where a call is selected, that call.
import type { CallRecord } from '../../src/protocol/call.ts';
import type { PersistedPanel } from '../../src/protocol/panel.ts';
import { type Step, step } from '../../src/protocol/units.ts';
import type { Moment } from './pageCache.ts';
import type { Run } from './run.ts';

/** The unit that step buttons and slider move by: single writes, or whole calls. */
export type Granularity = NonNullable<PersistedPanel['granularity']>;

export type Direction = 'next' | 'previous';

export interface Place {
  readonly step: Step;
  /** The call that the step is in or that the user selected ({@link CallRecord.index}); null between calls. */
  readonly call: number | null;
}

/** Which bytes are marked at a place. */
export interface Marks {
  readonly granularity: Granularity;
  /** The step that the user compares with; null for none. */
  readonly marked: Step | null;
}

/** Above this many steps the buttons go over calls unless the user chose otherwise. */
const MANY_STEPS = 200;

/** The unit where the user did not choose one. Without recorded accesses there are only calls. */
export function defaultGranularity(run: Run): Granularity {
  return run.record !== 'calls' && run.lastStep - run.firstStep <= MANY_STEPS ? 'stores' : 'calls';
}

/** A call by its index; undefined also while it is not here. */
export function callNumber({ calls, lastCall }: Run, index: number | null): CallRecord | undefined {
  if (index === null) return undefined;
  if (index === lastCall?.index) return lastCall;
  // Each call under way leaves those that began after it one position further ahead.
  let position = Math.min(index, calls.count) - 1;
  let call = calls.at(position);
  while (call && call.index > index) call = calls.at(--position);
  return call?.index === index ? call : undefined;
}

/** Whether a call began after a place. @param position of the place, see {@link callPosition} */
export function isLater(call: CallRecord, place: Place, position: number): boolean {
  // A call that another one encloses has a greater index than that, and came before its end.
  return call.index > position + 0.5 && call.stepBefore >= place.step;
}

/** The call during which the step was made; null for step 0 and for writes between calls, undefined while not known. */
export function callOfStep({ calls }: Run, at: Step): CallRecord | null | undefined {
  return calls.atStep(at)?.call;
}

/** The step itself, or the nearest one in the recording. */
export function nearestStep({ firstStep, lastStep }: Run, target: number): Step {
  return step(Math.min(Math.max(Math.round(target), firstStep), lastStep));
}

/** The place of a step; one outside the recording becomes the nearest in it. Undefined while not known. */
export function placeOfStep(run: Run, target: number): Place | undefined {
  const at = nearestStep(run, target);
  if (at === run.firstStep) return firstPlace(run);
  const call = callOfStep(run, at);
  return call === undefined ? undefined : { step: at, call: call?.index ?? null };
}

/** The place after a call; for 0, and for a call whose history was dropped, the first place. Undefined while not known. */
export function placeAfterCall(run: Run, index: number): Place | undefined {
  if (index < run.firstCall || run.calls.count === 0) return firstPlace(run);
  const call = callNumber(run, Math.min(index, Math.max(run.calls.count, run.lastCall?.index ?? 0)));
  return call && { step: call.step, call: call.index };
}

/** The last step, with the last call where it ended there. Undefined while not known. */
export function lastPlace(run: Run): Place | undefined {
  const { lastCall, lastStep } = run;
  return lastCall?.step === lastStep ? { step: lastStep, call: lastCall.index } : placeOfStep(run, lastStep);
}

/** How many calls have ended at a place; half a call more while one is under way, or after a write that is in none. */
export function callPosition(run: Run, { step: at, call }: Place): number {
  if (call !== null) return (callNumber(run, call)?.step ?? at) === at ? call : call - 0.5;
  if (at === run.firstStep) return run.firstCall - 1;
  // Between calls: after the last one that had ended by then, and after a write of the host.
  const ended = run.calls.atStep(at)?.ended ?? 0;
  return callNumber(run, ended)?.step === at ? ended : ended + 0.5;
}

/** Finds a place in the newest run; undefined while it is not known. */
export type FindPlace = (run: Run) => Place | undefined;

/** Finds the place that a step button leads to; undefined at the end of the recording. */
export function neighbour(run: Run, place: Place, granularity: Granularity, direction: 1 | -1): FindPlace | undefined {
  if (granularity === 'stores') {
    const target = place.step + direction;
    return target < run.firstStep || target > run.lastStep ? undefined : shown => placeOfStep(shown, target);
  }
  const position = callPosition(run, place);
  const target = direction === 1 ? Math.floor(position) + 1 : Math.ceil(position) - 1;
  if (target > run.calls.count) return place.step < run.lastStep ? lastPlace : undefined;
  if (target < run.firstCall) return place.step > run.firstStep || place.call !== null ? firstPlace : undefined;
  return shown => placeAfterCall(shown, target);
}

/** Before everything that is recorded. */
export function firstPlace(run: Run): Place {
  return { step: run.firstStep, call: null };
}

/**
 * Memory to read at a place, and since when changes are told: since the step that the user compares with; else those of the whole
 * call where the user goes over calls.
 */
export function momentOf(runId: number, run: Run, place: Place, { granularity, marked }: Marks): Moment {
  if (marked !== null) return { runId, step: place.step, since: marked };
  const call = callNumber(run, place.call);
  const whole = call && call.step === place.step && (granularity === 'calls' || call.stepBefore === call.step);
  if (!whole) return { runId, step: place.step };
  return { runId, step: place.step, since: step(Math.max(call.stepBefore, run.firstStep)) };
}

/**
 * Size of the memory at a place in bytes, as far as the calls tell: inside of a call that made it grow, the size before
 * the call, since no less than that is there.
 */
export function knownSizeAt(run: Run, place: Place): number {
  const position = callPosition(run, place);
  const call = callNumber(run, Math.ceil(position));
  if (call && (Number.isInteger(position) || call.grownPages === 0)) return call.memoryBytes;
  return callNumber(run, Math.floor(position))?.memoryBytes ?? run.initialMemoryBytes ?? 0;
}
