// A run is compared with the one before it where its instances have another state: what is kept of that one, and what comes of it.
import { type CallRecord, EVERY_CALL } from '../protocol/call.ts';
import type { InstanceState } from '../protocol/run.ts';
import { firstDifference, type RunComparison, type RunOutcome } from '../protocol/runComparison.ts';
import type { AskedInstances, ShownRun } from './runs.ts';

/** Calls that are compared: the first so many. */
const COMPARED_CALLS = 1000;

/** What outlasts a run. */
export interface KeptRun {
  readonly outcome: RunOutcome;
  /** The first of them. */
  readonly calls: readonly CallRecord[];
}

/** What is to be kept of a run that is run again; null where nothing is to be compared, or can't be. */
export async function keepRun(shown: ShownRun, { state }: AskedInstances): Promise<KeptRun | null> {
  if (state === undefined || shown.state === null || state === shown.state || !shown.recorded) return null;
  // What can't be told is not compared: the user wants the other run.
  return factsOf(shown, shown.state).catch(() => null);
}

/** Compares once the run has ended; null where that can't be done. */
export async function compareRuns(before: KeptRun, shown: ShownRun): Promise<RunComparison | null> {
  await shown.run.done;
  if (shown.state === null || !shown.recorded) return null;
  const after = await factsOf(shown, shown.state);
  return { before: before.outcome, after: after.outcome, first: firstDifference(before.calls, after.calls) };
}

async function factsOf(shown: ShownRun, state: InstanceState): Promise<KeptRun> {
  const { status, isPaused, verdict, callCount, differences, instances } = shown.snapshot;
  const [findings, { calls }] = await Promise.all([
    shown.askFindings(),
    shown.run.recording.ask('calls', { filter: EVERY_CALL, from: 0, count: COMPARED_CALLS }),
  ]);
  const outcome = { status, isPaused, verdict, callCount, differences, instances, state };
  return { outcome: { ...outcome, findings: findings.map(({ kind }) => kind) }, calls };
}
