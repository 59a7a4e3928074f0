import { beforeEach, expect, test } from 'vitest';
import type { WriteView } from '../../src/protocol/access.ts';
import { address, step } from '../../src/protocol/units.ts';
import { WritesTo } from './writesTo.ts';

const PARAMS = { runId: 1, step: step(1000), address: address(0x548), length: 4 };

/** Writes made by the steps `newest` … down, `count` of them. */
function writes(newest: number, count: number): WriteView[] {
  return Array.from({ length: count }, (_, i) => ({
    kind: 'write',
    access: newest - i,
    step: step(newest - i),
    call: null,
    owner: { kind: 'host' },
    site: null,
    segment: null,
    import: null,
    between: null,
    since: null,
    isStale: false,
    address: address(0x548),
    length: 1,
    before: new Uint8Array(1),
    after: new Uint8Array(1),
  }));
}

let requests: unknown[];
let answers: PromiseWithResolvers<readonly WriteView[]>[];
let list: WritesTo;

beforeEach(() => {
  requests = [];
  answers = [];
  list = new WritesTo({
    send: params => {
      requests.push(params);
      const answer = Promise.withResolvers<readonly WriteView[]>();
      answers.push(answer);
      return answer.promise;
    },
    failed: () => undefined,
  });
});

async function answer(entries: readonly WriteView[]): Promise<void> {
  answers.shift()?.resolve(entries);
  await new Promise(resolve => setTimeout(resolve));
}

test('200 at a time, the older ones on demand', async () => {
  list.show(PARAMS);
  list.show({ ...PARAMS });
  expect(requests).toEqual([{ ...PARAMS, count: 200 }]);
  await answer(writes(1000, 200));
  expect([list.entries?.length, list.hasMore]).toEqual([200, true]);
  list.more();
  // The oldest so far made step 801.
  expect(requests[1]).toEqual({ ...PARAMS, step: 800, count: 200 });
  await answer(writes(800, 3));
  expect([list.entries?.length, list.entries?.at(-1)?.step, list.hasMore]).toEqual([203, 798, false]);
  list.more();
  expect(requests).toHaveLength(2);
});

test('the answer about another selection is dropped', async () => {
  list.show(PARAMS);
  list.show({ ...PARAMS, address: address(0) });
  await answer(writes(1000, 5));
  expect(list.entries).toBeNull();
  await answer(writes(9, 1));
  expect(list.entries?.map(write => write.step)).toEqual([9]);
});
