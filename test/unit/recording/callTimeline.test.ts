// Calls along time and along steps, as a drawing has room for them; all places are worked out by hand.
import { expect, it } from 'vitest';
import { EVERY_CALL } from '../../../src/protocol/call.ts';
import { OWNER_CODE } from '../../../src/protocol/owner.ts';
import { RecordingStore } from '../../../src/recording/recordingStore.ts';
import { newCall, outcome } from '../support/calls.ts';
import { serviceOf } from '../support/service.ts';

function newStore(): RecordingStore {
  const store = new RecordingStore();
  store.begin({ pages: new Uint32Array(0), contents: new Uint8Array(0) }, 65_536);
  return store;
}

/**
 * On #0 a call at 100 … 900, with one at 200 … 300 in it that stores and one at 310 … 320 in that memory grows; on #1 one at 1000 … 1100 that traps,
 * and one whose time is not known, which stores.
 */
function recorded(): RecordingStore {
  const store = newStore();
  const call = (
    instance: number,
    startNs: number | null,
    durationNs: number,
    inside: () => void,
    traps = false,
  ): void => {
    store.beginCall(newCall({ instance, startNs }));
    inside();
    const trap = { end: 'trapped' as const, trap: { message: 'unreachable', stack: [] } };
    store.endCall(0, outcome({ durationNs: startNs === null ? null : durationNs, ...(traps && trap) }), null);
  };
  const write = (): void => void store.write(OWNER_CODE.firstInstance, 1, 8, 1, Uint8Array.of(1));
  call(0, 100, 800, () => {
    call(0, 200, 100, write); // step 1
    call(0, 310, 10, () => store.grow(OWNER_CODE.firstInstance, 1, 1)); // step 2
  });
  call(1, 1000, 100, () => {}, true);
  call(1, null, 0, write); // step 3
  return store;
}

const { callTimeline, callTotals } = serviceOf(recorded()).handlers();

it('along time: nested calls by their depth, what is not timed is counted, growth is where its call began', async () => {
  const { extent, untimed, blocks, growths } = await callTimeline({ axis: 'time', range: null, columns: 1000 });
  expect([extent, untimed, growths]).toEqual([{ from: 100, to: 1100 }, 1, [310]]);
  expect(
    blocks.map(each => [each.call, each.instance, each.depth, each.from, each.to, each.calls, each.isInTrouble]),
  ).toEqual([
    [1, 0, 0, 100, 900, 1, false],
    [2, 0, 1, 200, 300, 1, false],
    [3, 0, 1, 310, 320, 1, false],
    [4, 1, 0, 1000, 1100, 1, true],
  ]);
});

it('calls of a lane in one column of the drawing are one block', async () => {
  // Columns of 200 from 100 on: 200 … 300 ends where the second one begins, and 310 … 320 lies in it.
  const { blocks } = await callTimeline({ axis: 'time', range: null, columns: 5 });
  expect(blocks.map(({ call, from, to, calls }) => [call, from, to, calls])).toEqual([
    [1, 100, 900, 1],
    [2, 200, 320, 2],
    [4, 1000, 1100, 1],
  ]);
});

it('along steps, and of a range alone', async () => {
  const all = await callTimeline({ axis: 'steps', range: null, columns: 100 });
  expect([all.extent, all.untimed, all.growths]).toEqual([{ from: 0, to: 3 }, 0, [2]]);
  expect(all.blocks.map(({ call, from, to }) => [call, from, to])).toEqual([
    [1, 0, 2],
    [2, 0, 1],
    [3, 1, 2],
    [4, 2, 2],
    [5, 2, 3],
  ]);
  const some = await callTimeline({ axis: 'steps', range: { from: 2.5, to: 9 }, columns: 100 });
  expect([some.extent, some.blocks.map(({ call }) => call), some.growths]).toEqual([{ from: 0, to: 3 }, [5], []]);
});

it('what the calls of a span did is summed up, and none of it twice', async () => {
  const span = { axis: 'time', from: 250, to: 315 } as const;
  expect(await callTotals({ filter: { ...EVERY_CALL, span } })).toEqual({
    function: '',
    calls: 3,
    trapped: 0,
    steps: 2,
    bytesChanged: 1,
    durationNs: 800,
  });
  expect(await callTotals({ filter: { ...EVERY_CALL, only: [] } })).toMatchObject({ calls: 0, durationNs: null });
});

it('a million calls are as many blocks as there are columns', async () => {
  const store = newStore();
  for (let call = 0; call < 1_000_000; call++) {
    store.beginCall(newCall({ startNs: call * 10, instance: call % 2 }));
    store.endCall(0, outcome({ durationNs: 5 }), null);
  }
  const { blocks } = await serviceOf(store).handlers().callTimeline({ axis: 'time', range: null, columns: 500 });
  expect(blocks.length).toBeLessThanOrEqual(2 * 501);
  expect(blocks.reduce((sum, { calls }) => sum + calls, 0)).toBe(1_000_000);
}, 60_000);
