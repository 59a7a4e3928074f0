import { beforeEach, expect, test } from 'vitest';
import type { Overwrite } from '../../src/protocol/access.ts';
import { address, step } from '../../src/protocol/units.ts';
import { WritesTo, type WritesToOptions } from './writesTo.ts';

type Params = Parameters<WritesToOptions['send']>[0];

/** Each step writes the bytes in question, up to the last one. */
const LAST = 1_000_000;
const BYTES = { runId: 1, address: address(0x548), length: 4 };
const wanted = (at: number, last = LAST) => ({ ...BYTES, step: step(at), firstStep: step(0), lastStep: step(last) });

function write(at: number): Overwrite {
  const origin = {
    call: null,
    owner: { kind: 'host' },
    site: null,
    segment: null,
    import: null,
    between: null,
  } as const;
  const bytes = { address: BYTES.address, length: 1, before: new Uint8Array(1), after: new Uint8Array(1) };
  const found = { since: null, isStale: false, kind: 'write', access: at, step: step(at) } as const;
  return { write: { ...origin, ...bytes, ...found }, before: [] };
}

/** What the recording answers. */
function answerTo({ step: at, count, direction }: Params): Overwrite[] {
  const steps = Array.from({ length: count }, (_, i) => (direction === 'next' ? at + 1 + i : at - i));
  return steps.filter(each => each >= 1 && each <= LAST).map(write);
}

let requests: Params[];
let list: WritesTo;

beforeEach(() => {
  requests = [];
  list = new WritesTo({
    send: params => {
      requests.push(params);
      return Promise.resolve(answerTo(params));
    },
    failed: () => undefined,
  });
});

const arrive = () => new Promise(resolve => setTimeout(resolve));
const span = () => [list.entries?.[0]?.write.step, list.entries?.at(-1)?.write.step, list.entries?.length];

test('a hundred before the shown step and a hundred behind it, out of a million', async () => {
  list.show(wanted(700_000));
  list.show(wanted(700_000));
  expect(requests).toHaveLength(2);
  await arrive();
  expect(span()).toEqual([700_100, 699_901, 200]);
  expect([list.hasNewer, list.hasOlder]).toEqual([true, true]);
  const steps = list.entries?.map(entry => entry.write.step) ?? [];
  expect(steps.every((at, i) => i === 0 || at === (steps[i - 1] ?? 0) - 1)).toBe(true);
});

test('further ones come on demand; at the other end as many go, and can come again', async () => {
  list.show(wanted(700_000));
  await arrive();
  for (let i = 0; i < 5; i++) {
    list.older();
    list.older(); // one at a time
    await arrive();
  }
  expect(span()).toEqual([700_000, 699_401, 600]);
  expect(requests).toHaveLength(7);
  list.newer();
  await arrive();
  expect(span()).toEqual([700_100, 699_501, 600]);
});

test('at either end there is nothing more', async () => {
  list.show(wanted(50));
  await arrive();
  expect([...span(), list.hasOlder]).toEqual([150, 1, 150, false]);
  list.older();
  expect(requests).toHaveLength(2);
  list.show(wanted(LAST));
  await arrive();
  expect([...span(), list.hasNewer]).toEqual([LAST, LAST - 99, 100, false]);
});

test('a step among those that are here needs no question; any other a new window', async () => {
  list.show(wanted(700_000));
  await arrive();
  list.show(wanted(699_950));
  list.show(wanted(700_100));
  expect(requests).toHaveLength(2);
  list.show(wanted(700_101));
  expect(list.entries).not.toBeNull(); // until the answer is here
  await arrive();
  expect(span()).toEqual([700_201, 700_002, 200]);
});

test('the answer about another selection is dropped', async () => {
  list.show(wanted(10));
  list.show({ ...wanted(20), address: address(0) });
  expect(list.entries).toBeNull();
  await arrive();
  expect(span()).toEqual([120, 1, 120]);
});

test('steps that come while a run goes on are newer ones', async () => {
  list.show(wanted(LAST, LAST));
  await arrive();
  expect(list.hasNewer).toBe(false);
  list.show(wanted(LAST, LAST + 5));
  expect(list.hasNewer).toBe(true);
});

test('a run that goes on faster than answers come is followed all the same, to its last write', async () => {
  const end = 2000;
  let last = 1000;
  list = new WritesTo({
    send: async params => {
      const answer = answerTo(params).filter(({ write: { step: at } }) => at <= last);
      requests.push(params);
      await new Promise(resolve => setTimeout(resolve, 30));
      return answer;
    },
    failed: () => undefined,
  });
  let shown = 0;
  list.onChange(() => shown++);
  for (; last < end; last += 50) {
    list.show(wanted(last, last));
    await new Promise(resolve => setTimeout(resolve, 10));
  }
  list.show(wanted(end, end));
  expect(shown).toBeGreaterThan(0);
  await expect.poll(() => list.entries?.[0]?.write.step).toBe(end);
  await expect.poll(() => list.hasNewer).toBe(false);
});
