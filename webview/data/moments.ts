// Where in a recording the user stands, and where the step buttons lead. A call without writes has no step of its own,
// so a place is a step and, where one is selected, a call.
import type { PersistedPanel } from '../../src/protocol/panel.ts';
import type { CallRecord, RunSnapshot } from '../../src/protocol/run.ts';
import { type Step, step } from '../../src/protocol/units.ts';
import type { Moment } from './pageCache.ts';

/** What buttons and slider go over: each write, or the ends of calls. */
export type Granularity = NonNullable<PersistedPanel['granularity']>;

export interface Place {
  readonly step: Step;
  /** The call that the step is in or that the user selected ({@link CallRecord.index}); null between calls. */
  readonly call: number | null;
}

/** Above this many steps the buttons go over calls unless the user chose otherwise. */
const MANY_STEPS = 200;

/** What buttons and slider go over where the user did not choose. Without recorded accesses there are calls only. */
export function defaultGranularity(run: RunSnapshot): Granularity {
  return run.record !== 'calls' && run.lastStep - run.firstStep <= MANY_STEPS ? 'stores' : 'calls';
}

export function callNumber(run: RunSnapshot, index: number | null): CallRecord | undefined {
  // Calls are counted from 1, without gaps.
  return index === null ? undefined : run.calls[index - 1];
}

/** The call during which the step was made; undefined for step 0 and for writes between calls. */
export function callOfStep(run: RunSnapshot, at: number): CallRecord | undefined {
  const call = run.calls[firstEndingFrom(run, at)];
  return call && call.stepBefore < at ? call : undefined;
}

/** Position in `calls` of the first one that ends at the step or later; their number where there is none. */
function firstEndingFrom({ calls }: RunSnapshot, at: number): number {
  let low = 0;
  let high = calls.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((calls[middle]?.step ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The place of a step; one outside the recording becomes the nearest in it. */
export function placeOfStep(run: RunSnapshot, target: number): Place {
  const at = step(Math.min(Math.max(Math.round(target), run.firstStep), run.lastStep));
  return { step: at, call: callOfStep(run, at)?.index ?? null };
}

/** The place after a call; for 0, and for a call whose history was dropped, the first place. */
export function placeAfterCall(run: RunSnapshot, index: number): Place {
  if (index < firstKeptCall(run)) return firstPlace(run);
  const call = callNumber(run, Math.min(index, run.calls.length));
  return call ? { step: call.step, call: call.index } : firstPlace(run);
}

/** The last step, with the last call where it ended there. */
export function lastPlace(run: RunSnapshot): Place {
  const last = run.calls.at(-1);
  return last && last.step === run.lastStep ? { step: last.step, call: last.index } : placeOfStep(run, run.lastStep);
}

/** The first call after which memory is still known. */
export function firstKeptCall(run: RunSnapshot): number {
  return run.firstStep === 0 ? 1 : firstEndingFrom(run, run.firstStep) + 1;
}

/** How many calls have ended at a place; half a call more while one is under way, or after a write that is in none. */
export function callPosition(run: RunSnapshot, { step: at, call }: Place): number {
  const selected = callNumber(run, call);
  if (selected) return selected.step === at ? selected.index : selected.index - 0.5;
  if (at === run.firstStep) return firstKeptCall(run) - 1;
  // Between calls: after the last one that had ended by then, and after a write of the host.
  const ended = firstEndingFrom(run, at + 1);
  return callNumber(run, ended)?.step === at ? ended : ended + 0.5;
}

/** Where the next or previous button leads; undefined at the end of the recording. */
export function neighbour(
  run: RunSnapshot,
  place: Place,
  granularity: Granularity,
  direction: 1 | -1,
): Place | undefined {
  if (granularity === 'stores') {
    const target = place.step + direction;
    return target < run.firstStep || target > run.lastStep ? undefined : placeOfStep(run, target);
  }
  const position = callPosition(run, place);
  const target = direction === 1 ? Math.floor(position) + 1 : Math.ceil(position) - 1;
  if (target > run.calls.length) return place.step < run.lastStep ? lastPlace(run) : undefined;
  if (target < firstKeptCall(run))
    return place.step > run.firstStep || place.call !== null ? firstPlace(run) : undefined;
  return placeAfterCall(run, target);
}

/** Before everything that is recorded. */
export function firstPlace(run: RunSnapshot): Place {
  return { step: run.firstStep, call: null };
}

/** Memory to read at a place. The whole call's changes are told where the user goes over calls. */
export function momentOf(runId: number, run: RunSnapshot, place: Place, granularity: Granularity): Moment {
  const call = callNumber(run, place.call);
  const whole = call && call.step === place.step && (granularity === 'calls' || call.stepBefore === call.step);
  if (!whole) return { runId, step: place.step };
  return { runId, step: place.step, since: step(Math.max(call.stepBefore, run.firstStep)) };
}

/**
 * Size of the memory at a place in bytes, as far as the calls tell: inside of a call that made it grow, the size before
 * the call, since no less than that is there.
 */
export function knownSizeAt(run: RunSnapshot, place: Place): number {
  const position = callPosition(run, place);
  const call = callNumber(run, Math.ceil(position));
  if (call && (Number.isInteger(position) || call.grownPages === 0)) return call.memoryBytes;
  return callNumber(run, Math.floor(position))?.memoryBytes ?? run.initialMemoryBytes ?? 0;
}
