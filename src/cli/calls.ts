// All calls of a run, asked in parts.
import type { Run } from '../engine/client.ts';
import { type CallRecord, EVERY_CALL } from '../protocol/call.ts';
import { paced } from '../protocol/work.ts';
import { showingWork } from './workLine.ts';

const CALLS_AT_A_TIME = 1000;

/** @param name of the file, for the line that tells how far it is */
export async function callsOf({ recording, snapshot }: Run, name: string): Promise<CallRecord[]> {
  const telling = paced(showingWork(name));
  const all: CallRecord[] = [];
  while (all.length < snapshot.callCount) {
    const { calls } = await recording.ask('calls', { from: all.length, count: CALLS_AT_A_TIME, filter: EVERY_CALL });
    if (calls.length === 0) break; // the others are under way
    all.push(...calls);
    telling({ kind: 'listing-calls', done: all.length / snapshot.callCount });
  }
  return all;
}
