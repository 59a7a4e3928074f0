// All calls of a run, asked in parts.
import type { Run } from '../engine/client.ts';
import { type CallRecord, EVERY_CALL } from '../protocol/call.ts';

const CALLS_AT_A_TIME = 1000;

export async function callsOf({ recording, snapshot }: Run): Promise<CallRecord[]> {
  const all: CallRecord[] = [];
  while (all.length < snapshot.callCount) {
    const { calls } = await recording.ask('calls', { from: all.length, count: CALLS_AT_A_TIME, filter: EVERY_CALL });
    if (calls.length === 0) break; // the others are under way
    all.push(...calls);
  }
  return all;
}
