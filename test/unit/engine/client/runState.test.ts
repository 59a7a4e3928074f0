// What is said of a recording that does not hold everything.
import { expect, it } from 'vitest';
import { RunState } from '../../../../src/engine/client/runState.ts';
import { step } from '../../../../src/protocol/units.ts';

const MODULE_NOTE = 'Accesses of other memories are not recorded.';
const BEHIND = 'The guest has ended; 12.3 MB of its log are still to be recorded. Cancel leaves them out.';
const UNREAD =
  'The recording was ended before it had caught up with the guest: up to 5000 bytes of log were not read, and what they tell is missing or shown as unrecorded.';
const LOOP =
  'The guest was ended in a loop, and memory does not tell how often that had gone round: what of its stores is not known is missing or shown as unrecorded.';

const END = { status: 'cancelled', problem: null } as const;
const STOPPED = { begun: false, memoryBytes: 65_536, bytesChanged: 0, unreadBytes: 0, loopToldShort: false };

function running(recordNote: string | null): RunState {
  const state = new RunState(1);
  const module = {
    size: 8,
    memory: { kind: 'defined', minimum: 1, maximum: null, shared: false, pages: 1 },
    imports: [],
    exports: [],
  } as const;
  const memory = new WebAssembly.Memory({ initial: 1 });
  state.apply({ type: 'module', module, memory, importCalls: new Uint32Array(0), record: 'stores', recordNote });
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
  state.stopped(END, { ...STOPPED, unreadBytes: 5000, loopToldShort: true }, 0);
  expect(state.snapshot.recordNote).toBe(`${MODULE_NOTE} ${UNREAD} ${LOOP}`);
});

it('says nothing where nothing is missing', () => {
  const state = running(null);
  state.stopped(END, STOPPED, 0);
  expect(state.snapshot.recordNote).toBeNull();
});

it('tells what was left unread of a guest that ended by itself', () => {
  const state = running(null);
  state.settled({ firstStep: step(2), lastStep: step(9), unreadBytes: 5000 });
  expect(state.snapshot).toMatchObject({ recordNote: UNREAD, firstStep: 2, lastStep: 9 });
});
