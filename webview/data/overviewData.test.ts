import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { PageSummary } from '../../src/protocol/access.ts';
import { pageIndex, step } from '../../src/protocol/units.ts';
import { OverviewData } from './overviewData.ts';

let requests: (readonly number[])[];
let failures: string[];
let compared: object[];
let answers: PromiseWithResolvers<readonly PageSummary[]>[];
let data: OverviewData;

beforeEach(() => {
  vi.useFakeTimers();
  requests = [];
  failures = [];
  compared = [];
  answers = [];
  data = new OverviewData({
    read: (...params) => {
      requests.push(params);
      const answer = Promise.withResolvers<readonly PageSummary[]>();
      answers.push(answer);
      return answer.promise;
    },
    differences: async params => {
      compared.push(params);
      return [{ page: pageIndex(2), bytes: 7, ranges: 3 }];
    },
    failed: message => failures.push(message),
  });
});

afterEach(() => {
  vi.useRealTimers();
});

async function answer(summaries: readonly PageSummary[] | Error): Promise<void> {
  const next = answers.shift();
  if (summaries instanceof Error) next?.reject(summaries);
  else next?.resolve(summaries);
  await vi.advanceTimersByTimeAsync(0);
}

function summary(page: number, owner: number, writes: number): PageSummary {
  return { page: pageIndex(page), owner, writes };
}

test('4 GiB is asked for in parts of 8192 pages, one after the other', async () => {
  data.show({ runId: 1, step: step(3), since: null, memoryBytes: 2 ** 32 });
  await vi.advanceTimersByTimeAsync(100);
  expect(requests).toEqual([[1, 3, 0, 8192]]);
  await answer([summary(5, 6, 2)]);
  expect(requests[1]).toEqual([1, 3, 8192, 8192]);
  expect([data.owners.length, data.owners[5], data.writes[5], data.busy]).toEqual([1_048_576, 6, 2, true]);
  expect([...data.seen]).toEqual([6]);
});

test('parts that come soon after another are drawn together, the last one at once', async () => {
  data.show({ runId: 1, step: step(3), since: null, memoryBytes: 4 * 8192 * 4096 });
  await vi.advanceTimersByTimeAsync(100);
  let changes = 0;
  data.onChange(() => changes++);
  const drawn = [changes];
  for (const wait of [0, 200, 60, 0]) {
    await vi.advanceTimersByTimeAsync(wait);
    await answer([]);
    drawn.push(changes);
  }
  // The first part is drawn, the second comes 200 ms later, the third 60 ms after that, and the last right behind it.
  expect(drawn).toEqual([0, 1, 1, 2, 3]);
});

test('the last part has only the pages that there are', async () => {
  data.show({ runId: 1, step: step(3), since: null, memoryBytes: 17 * 65_536 });
  await vi.advanceTimersByTimeAsync(100);
  expect(requests).toEqual([[1, 3, 0, 272]]);
  await answer([]);
  expect(data.busy).toBe(false);
});

test('a slider that passes hundreds of steps asks for the one where it stops', async () => {
  for (let at = 0; at < 300; at++) {
    data.show({ runId: 1, step: step(at), since: null, memoryBytes: 65_536 });
    await vi.advanceTimersByTimeAsync(10);
  }
  expect(requests).toEqual([]);
  await vi.advanceTimersByTimeAsync(100);
  expect(requests).toEqual([[1, 299, 0, 16]]);
});

test('an answer for a step that is no longer shown is dropped, and the shown one is asked for', async () => {
  data.show({ runId: 1, step: step(3), since: null, memoryBytes: 65_536 });
  await vi.advanceTimersByTimeAsync(100);
  data.show({ runId: 1, step: step(4), since: null, memoryBytes: 65_536 });
  await vi.advanceTimersByTimeAsync(100);
  await answer([summary(0, 4, 1)]);
  expect(data.owners[0]).toBe(0);
  expect(requests[1]).toEqual([1, 4, 0, 16]);
  await answer([summary(0, 5, 1)]);
  expect(data.owners[0]).toBe(5);
});

test('what was known of another step stays until the answer comes; of another run nothing stays', async () => {
  data.show({ runId: 1, step: step(3), since: null, memoryBytes: 65_536 });
  await vi.advanceTimersByTimeAsync(100);
  await answer([summary(2, 4, 1)]);
  data.show({ runId: 1, step: step(4), since: null, memoryBytes: 2 * 65_536 });
  expect([data.owners.length, data.owners[2]]).toEqual([32, 4]);
  data.show({ runId: 2, step: step(4), since: null, memoryBytes: 65_536 });
  expect([data.owners[2], data.seen.size]).toEqual([0, 0]);
});

test('a failed read is told and not repeated', async () => {
  data.show({ runId: 1, step: step(3), since: null, memoryBytes: 2 ** 32 });
  await vi.advanceTimersByTimeAsync(100);
  await answer(new Error('The run was ended.'));
  expect(failures).toEqual(['The run was ended.']);
  expect([requests.length, data.busy]).toEqual([1, false]);
});

test('pages that differ from the step that is compared with are asked for with the others, and forgotten with it', async () => {
  data.show({ runId: 1, step: step(3), since: step(1), memoryBytes: 65_536 });
  await vi.advanceTimersByTimeAsync(100);
  expect(data.differingBytes).toBeNull();
  await answer([]);
  expect(compared).toEqual([{ runId: 1, step: 3, since: 1, first: 0, count: 16 }]);
  expect([data.differing[2], data.differingBytes]).toEqual([7, 7]);
  data.show({ runId: 1, step: step(3), since: null, memoryBytes: 65_536 });
  expect([data.differing[2], data.differingBytes]).toEqual([0, null]);
  await vi.advanceTimersByTimeAsync(100);
  await answer([]);
  expect(compared).toHaveLength(1);
});
