import { beforeEach, expect, test } from 'vitest';
import type { AccessView } from '../../src/protocol/access.ts';
import { address, step } from '../../src/protocol/units.ts';
import { AccessCache } from './accessCache.ts';

function load(access: number): AccessView {
  const owner = { kind: 'instance', instance: 0 } as const;
  const at = { address: address(0), length: 1, value: new Uint8Array(1) };
  return {
    kind: 'read',
    access,
    step: step(0),
    call: 1,
    owner,
    site: null,
    segment: null,
    import: null,
    between: null,
    ...at,
  };
}

function loads(from: number, count: number): AccessView[] {
  return Array.from({ length: count }, (_, i) => load(from + i));
}

let requests: (readonly number[])[];
let failures: string[];
let changes: number;
let answers: PromiseWithResolvers<readonly AccessView[]>[];
let cache: AccessCache;

beforeEach(() => {
  requests = [];
  failures = [];
  answers = [];
  cache = new AccessCache({
    read: (...params) => {
      requests.push(params);
      const answer = Promise.withResolvers<readonly AccessView[]>();
      answers.push(answer);
      return answer.promise;
    },
    failed: message => failures.push(message),
  });
  changes = 0;
  cache.onChange(() => changes++);
});

async function answer(accesses: readonly AccessView[] | Error): Promise<void> {
  const next = answers.shift();
  if (accesses instanceof Error) next?.reject(accesses);
  else next?.resolve(accesses);
  await new Promise(resolve => setTimeout(resolve));
}

test('asks for the part that is in view, once', async () => {
  cache.want(1, 300, 310);
  cache.want(1, 302, 312);
  expect(requests).toEqual([[1, 256, 256]]);
  await answer(loads(256, 256));
  cache.want(1, 302, 312);
  expect(requests).toHaveLength(1);
  expect(cache.get(1, 300)?.access).toBe(300);
  expect(cache.get(1, 512)).toBeUndefined();
  expect(cache.get(2, 300)).toBeUndefined();
});

test('a view across two parts takes both, one request after the other', async () => {
  cache.want(1, 250, 262);
  expect(requests).toEqual([[1, 0, 256]]);
  await answer(loads(0, 256));
  expect(requests).toEqual([
    [1, 0, 256],
    [1, 256, 256],
  ]);
});

test('scrolling fast asks only for where it stopped', async () => {
  cache.want(1, 0, 10);
  for (let from = 1000; from < 900_000; from += 1000) cache.want(1, from, from + 10);
  expect(requests).toHaveLength(1);
  await answer(loads(0, 256));
  // 899,000 is in part 3511, which begins at 898,816
  expect(requests[1]).toEqual([1, 898_816, 256]);
});

test('an answer about another run is dropped', async () => {
  cache.want(1, 0, 10);
  cache.clear();
  await answer(loads(0, 256));
  expect(cache.get(1, 0)).toBeUndefined();
  expect(changes).toBe(0);
});

test('a failed read is told and not repeated at once', async () => {
  cache.want(1, 0, 10);
  await answer(new Error('The run was ended.'));
  expect(failures).toEqual(['The run was ended.']);
  expect(requests).toHaveLength(1);
});

test('a million accesses are not all kept', async () => {
  for (let part = 0; part < 80; part++) {
    cache.want(1, part * 256, part * 256 + 1);
    await answer(loads(part * 256, 256));
  }
  expect(cache.get(1, 0)).toBeUndefined();
  expect(cache.get(1, 79 * 256)?.access).toBe(79 * 256);
});
