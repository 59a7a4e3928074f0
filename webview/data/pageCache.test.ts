import { beforeEach, expect, test } from 'vitest';
import type { PageView } from '../../src/protocol/access.ts';
import { pageIndex, step } from '../../src/protocol/units.ts';
import { type Moment, PageCache, type PageRequest } from './pageCache.ts';

const MOMENT: Moment = { runId: 1, step: step(3) };

function page(index: number, first = index): PageView {
  return { page: pageIndex(index), bytes: new Uint8Array(4096).fill(first, 0, 1), changed: [], owners: null };
}

function pages(...indices: number[]) {
  return indices.map(pageIndex);
}

/** A host whose answers the test gives itself. */
class Host {
  readonly requests: PageRequest[] = [];
  readonly failures: string[] = [];
  arrivals = 0;
  private answers: PromiseWithResolvers<readonly PageView[]>[] = [];
  readonly cache = new PageCache({
    read: request => {
      this.requests.push(request);
      const answer = Promise.withResolvers<readonly PageView[]>();
      this.answers.push(answer);
      return answer.promise;
    },
    failed: message => this.failures.push(message),
    capacity: 4,
  });

  constructor() {
    this.cache.onChange(() => this.arrivals++);
  }

  async answer(views: readonly PageView[] | Error): Promise<void> {
    const answer = this.answers.shift();
    if (views instanceof Error) answer?.reject(views);
    else answer?.resolve(views);
    await new Promise(resolve => setTimeout(resolve));
  }

  want(...indices: number[]): void {
    this.cache.want([{ moment: MOMENT, pages: pages(...indices) }]);
  }

  first(index: number, moment = MOMENT): number | undefined {
    return this.cache.get(moment, pageIndex(index))?.bytes?.[0];
  }
}

let host: Host;
beforeEach(() => {
  host = new Host();
});

test('asks for what is wanted and gives it', async () => {
  host.want(5, 6);
  expect(host.requests).toEqual([{ moment: MOMENT, pages: [5, 6] }]);
  expect(host.first(5)).toBeUndefined();
  await host.answer([page(5), page(6)]);
  expect(host.first(5)).toBe(5);
  expect(host.arrivals).toBe(1);
  host.want(5, 6);
  expect(host.requests).toHaveLength(1);
});

test('has one request under way, and then asks only for what is wanted by then', async () => {
  host.want(1);
  for (let index = 2; index < 1000; index++) host.want(index);
  expect(host.requests).toHaveLength(1);
  await host.answer([page(1)]);
  expect(host.requests.map(request => request.pages)).toEqual([[1], [999]]);
});

test('the urgent request goes before the one for neighbours', async () => {
  host.cache.want([
    { moment: MOMENT, pages: pages(7) },
    { moment: { ...MOMENT, step: step(4) }, pages: pages(7) },
  ]);
  await host.answer([page(7)]);
  expect(host.requests.map(({ moment }) => moment.step)).toEqual([3, 4]);
});

test('a page is kept for each step', async () => {
  host.want(7);
  await host.answer([page(7, 10)]);
  expect(host.first(7, { runId: 1, step: step(4) })).toBeUndefined();
});

test('an answer for another run is dropped', async () => {
  host.want(7);
  host.cache.want([{ moment: { runId: 2, step: step(3) }, pages: pages(7) }]);
  await host.answer([page(7, 10)]);
  expect(host.first(7, { runId: 2, step: step(3) })).toBeUndefined();
  expect(host.requests[1]?.moment.runId).toBe(2);
});

test('the least recently used pages go first', async () => {
  host.want(1, 2, 3, 4);
  await host.answer([page(1), page(2), page(3), page(4)]);
  expect(host.first(1)).toBe(1);
  host.want(5);
  await host.answer([page(5)]);
  expect(host.first(2)).toBeUndefined();
  expect(host.first(1)).toBe(1);
});

test('a zero page and changed bytes', async () => {
  host.want(0);
  await host.answer([{ page: pageIndex(0), bytes: null, changed: [2, 4, 4095, 4096], owners: null }]);
  const cached = host.cache.get(MOMENT, pageIndex(0));
  expect(cached?.bytes).toBeNull();
  const changed = [...(cached?.changed?.entries() ?? [])].filter(([, flag]) => flag === 1).map(([offset]) => offset);
  expect(changed).toEqual([2, 3, 4095]);
});

test('a failed read is told and not repeated at once', async () => {
  host.want(1);
  await host.answer(new Error('The run was ended.'));
  expect(host.failures).toEqual(['The run was ended.']);
  expect(host.requests).toHaveLength(1);
  host.want(1);
  expect(host.requests).toHaveLength(2);
});

test('an answer without what was asked for does not make it ask for ever', async () => {
  host.want(1);
  await host.answer([page(2), { page: pageIndex(1), bytes: new Uint8Array(3), changed: [], owners: null }]);
  expect(host.failures).toEqual(['The extension did not send page 1 of the memory.']);
  expect(host.requests).toHaveLength(1);
  expect(host.first(1)).toBeUndefined();
});
