// A question whose answer comes in parts: ranges that take long to find.
import { expect, test } from 'vitest';
import type { DifferingFrom, DifferingRange } from '../../src/protocol/access.ts';
import { address, pageIndex, step } from '../../src/protocol/units.ts';
import { DifferingRanges } from './differingRanges.ts';

const arrive = () => new Promise(resolve => setTimeout(resolve));

const rangeAt = (start: number): DifferingRange => ({
  address: address(start),
  length: 1,
  before: Uint8Array.of(0),
  after: Uint8Array.of(1),
  last: null,
});

/** Answers with a range each time; two of three are there, in two pages. */
function asking() {
  const asked: (DifferingFrom & { readonly count: number })[] = [];
  const data = new DifferingRanges({
    read: async ({ first, skip, begun, count }) => {
      asked.push({ first, skip, begun, count });
      const begins = { address: address(0x1ff0), length: 16, last: 5 };
      return first === 0
        ? { ranges: [rangeAt(0x10)], next: { first: pageIndex(2), skip: 0, begun: begins } }
        : { ranges: [{ ...rangeAt(0x1ff0), length: 20 }], next: null };
    },
    failed: message => {
      throw new Error(message);
    },
  });
  return { asked, data };
}

const compared = { runId: 1, step: step(9), since: step(4), ranges: Uint32Array.of(1, 1) };

test('it is asked on from where the answer ended, until all are here', async () => {
  const { asked, data } = asking();
  data.show(compared);
  data.want(0, 2);
  await arrive();
  expect(asked).toEqual([
    { first: 0, skip: 0, begun: null, count: 64 },
    { first: 2, skip: 0, begun: { address: 0x1ff0, length: 16, last: 5 }, count: 63 },
  ]);
  expect([data.get(0), data.get(1)]).toMatchObject([
    { address: 0x10, length: 1 },
    { address: 0x1ff0, length: 20 },
  ]);
});

test.each([
  ['other steps are compared', { ...compared, step: step(10) }],
  ['nothing is compared any more', null],
])('it is asked no further where %s by then', async (_, then) => {
  const { asked, data } = asking();
  data.show(compared);
  data.want(0, 2);
  data.show(then);
  await arrive();
  expect(asked).toHaveLength(1);
  expect(data.get(0)).toBeUndefined();
  data.show(compared);
  data.want(0, 2);
  await arrive();
  expect(asked).toHaveLength(3);
  expect(data.get(1)).toMatchObject({ address: 0x1ff0, length: 20 });
});
