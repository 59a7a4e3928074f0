// Runs that a test file starts in the built workers, and what it asks of their recordings.
import type { Recording, Run } from '../../../src/engine/client.ts';
import type { WriteView } from '../../../src/protocol/access.ts';
import { step } from '../../../src/protocol/units.ts';
import { allEnded } from './countedWorkers.ts';
import { type RunOptions, start as startAny } from './runs.ts';

const runs: Run[] = [];

/** Has `disposeOfRuns` dispose of it. */
export function owned(run: Run): Run {
  runs.push(run);
  return run;
}

export const start = (guest: string | Uint8Array, options?: RunOptions): Run => owned(startAny(guest, options));

/** For `afterEach`: fails where a worker outlives its run. The test file counts workers; see countedWorkers.ts. */
export async function disposeOfRuns(): Promise<void> {
  const ended = runs.splice(0);
  for (const run of ended) run.dispose();
  await Promise.all(ended.map(run => run.done));
  await allEnded();
}

/** The four bytes of an i32 in memory. */
export const i32 = (value: number): Uint8Array => new Uint8Array(Int32Array.of(value).buffer);

/** The write that made a step; fails where it was none. */
export async function writeAt(recording: Recording, at: number): Promise<WriteView> {
  const { access } = await recording.ask('describeStep', { step: step(at) });
  if (access?.kind !== 'write') throw new Error(`step ${at} is no write`);
  return access;
}
