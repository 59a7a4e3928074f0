// What is said of a recording that does not hold everything.
import { describe, expect, it } from 'vitest';
import { RunState, type Stop } from '../../../../src/engine/client/runState.ts';
import type { StoppedRecording } from '../../../../src/protocol/recording.ts';
import { NOTHING_RECORDED } from '../../../../src/protocol/run.ts';
import { step } from '../../../../src/protocol/units.ts';

const MODULE_NOTE = 'Accesses of other memories are not recorded.';
const BEHIND = 'The guest has ended; 12.3 MB of its log are still to be recorded. Cancel leaves them out.';
const UNREAD =
  'The recording was ended before it had caught up with the guest: up to 5000 bytes of log were not read, and what they tell is missing or shown as unrecorded.';
const LOOP =
  'The guest was ended in a loop, and memory does not tell how often that had gone round: what of its stores is not known is missing or shown as unrecorded.';

const PROBLEM = { kind: 'cancelled', message: 'It was cancelled.', remedy: 'Run it again.' } as const;
const END: Stop = { status: 'cancelled', problem: () => PROBLEM };
const PROGRESS = { ...NOTHING_RECORDED, initialMemoryBytes: 65_536, instances: [], watch: null };
const STOPPED = { fault: null, progress: PROGRESS, unreadBytes: 0, call: null, loopToldShort: false, watched: null };

function running(recordNote: string | null): RunState {
  const state = new RunState([0]);
  const module = {
    name: 'guest.wasm',
    sha256: '',
    instanceState: 'separate',
    size: 8,
    memory: { kind: 'defined', minimum: 1, maximum: null, shared: false, pages: 1 },
    imports: [],
    exports: [],
  } as const;
  state.apply({
    type: 'modules',
    modules: [module],
    importCalls: new Uint32Array(0),
    record: 'stores',
    recordNote,
    notes: [],
  });
  return state;
}

it('tells how far the recording is behind, beside what was told before, and no longer than it is', () => {
  const state = running(MODULE_NOTE);
  state.behind(12_345_678);
  expect(state.snapshot.recordNote).toBe(`${MODULE_NOTE} ${BEHIND}`);
  state.behind(0);
  expect(state.snapshot.recordNote).toBe(MODULE_NOTE);
  state.behind(12_345_678);
  state.end({ status: 'completed', actual: null, problem: null });
  expect(state.snapshot.recordNote).toBe(MODULE_NOTE);
});

it('tells what a guest that was ended has left unread, beside what was told before', () => {
  const state = running(MODULE_NOTE);
  state.stopped(END, { ...STOPPED, unreadBytes: 5000, loopToldShort: true });
  expect(state.snapshot.recordNote).toBe(`${MODULE_NOTE} ${UNREAD} ${LOOP}`);
});

it('says nothing where nothing is missing', () => {
  const state = running(null);
  state.stopped(END, STOPPED);
  expect(state.snapshot.recordNote).toBeNull();
});

it('tells what was left unread of a guest that ended by itself', () => {
  const state = running(null);
  state.settled({ progress: { ...PROGRESS, firstStep: step(2), lastStep: step(9) }, unreadBytes: 5000, fault: null });
  expect(state.snapshot).toMatchObject({ recordNote: UNREAD, firstStep: 2, lastStep: 9 });
});

it('tells why nothing is recorded from some step on', () => {
  const state = running(MODULE_NOTE);
  state.settled({ progress: { ...PROGRESS, lastStep: step(9) }, unreadBytes: 0, fault: 'it broke' });
  expect(state.snapshot.recordNote).toBe(
    `${MODULE_NOTE} Behind step 9 nothing is recorded, by a fault of the recording itself (it broke): please report it. What ran was not held up.`,
  );
});

describe('what was under way when guests were ended', () => {
  const activityOf = (state: RunState, stopped: Partial<StoppedRecording>): string => {
    let activity = '';
    const problem = (told: string) => {
      activity = told;
      return PROBLEM;
    };
    state.stopped({ status: 'cancelled', problem }, { ...STOPPED, ...stopped });
    return activity;
  };

  it('is the innermost call, else what the engine does', () => {
    const call = { index: 5, instance: 2, function: 'add_23' };
    expect(activityOf(running(null), {})).toBe('the preparation of the module');
    const state = running(null);
    state.apply({ type: 'running' });
    expect(activityOf(state, { call })).toBe('call 5, add_23 on #2,');
    const making = running(null);
    making.apply({ type: 'running' });
    expect(activityOf(making, {})).toBe('the making of the instances');
    const between = running(null);
    between.apply({ type: 'running' });
    expect(activityOf(between, { progress: { ...PROGRESS, callCount: 3 } })).toBe('the engine');
    const ofProgram = new RunState([], 'the program');
    ofProgram.apply({ type: 'running' });
    expect(activityOf(ofProgram, { call })).toBe('call 5, add_23 on #2,');
    expect(activityOf(ofProgram, {})).toBe('the program');
  });
});

it('tells what is done before the first call, and since when; nothing once calls are made, or the run has ended', () => {
  const state = new RunState([0, 0, 0], null, 10);
  expect(state.snapshot.phase).toMatchObject({ kind: 'preparing', limit: 10 });
  state.apply({ type: 'running' });
  state.apply({ type: 'phase', kind: 'making', instance: 2 });
  expect(state.snapshot.phase).toMatchObject({ kind: 'making', instance: 2 });
  expect(Math.abs((state.snapshot.phase?.since ?? 0) - Date.now())).toBeLessThan(60_000);
  state.apply({ type: 'phase', kind: 'reading' });
  expect(state.snapshot.phase?.kind).toBe('reading');
  state.apply({ type: 'phase', kind: 'calling' });
  expect(state.snapshot).not.toHaveProperty('phase');

  const stopped = new RunState([0], null, 10);
  stopped.apply({ type: 'phase', kind: 'making', instance: 0 });
  stopped.stopped({ status: 'timed-out', problem: () => PROBLEM }, STOPPED);
  expect(stopped.snapshot).not.toHaveProperty('phase');
  expect(new RunState([], 'the program').snapshot, 'nothing ends a program').not.toHaveProperty('phase');
});

it('shows the instances that were asked for until the first of them are recorded, and then those', () => {
  const state = new RunState([0, 0, 0]);
  const instance = { module: 0, call: null, step: step(0) };
  state.recorded({ ...PROGRESS, initialMemoryBytes: null, instances: [instance] });
  expect(state.snapshot.instances).toEqual([instance, instance, instance]);
  state.recorded({ ...PROGRESS, instances: [instance] });
  expect(state.snapshot.instances).toEqual([instance]);
});

it('tells what was expected, and at the end what came of it', () => {
  const state = running(null);
  state.apply({ type: 'expects', expected: 356 });
  expect(state.snapshot.verdict).toEqual({ expected: 356, actual: null });
  state.end({ status: 'completed', actual: 11, problem: null });
  expect(state.snapshot.verdict).toEqual({ expected: 356, actual: 11 });
  const other = running(null);
  other.end({ status: 'completed', actual: 11, problem: null });
  expect(other.snapshot.verdict).toBeNull();
});
