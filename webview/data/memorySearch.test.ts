import { beforeEach, expect, test } from 'vitest';
import { address, type Step, step } from '../../src/protocol/units.ts';
import { MemorySearch, type MemorySearchOptions, MOST_MATCHES } from './memorySearch.ts';

type MatchesParams = Parameters<MemorySearchOptions['matches']>[0];

const QUERY = { kind: 'bytes', bytes: [1] } as const;

/** Where matches are, by step; a search finds two bytes each. */
let inMemory: Readonly<Record<number, readonly number[]>>;
let shown: { runId: number; step: Step; from: ReturnType<typeof address> };
let asked: MatchesParams[];
let nearest: unknown[];
let found: number[];
let cancels: number;
let failure: string | null;
let search: MemorySearch;

beforeEach(() => {
  inMemory = { 3: [0x10, 0x20, 0x30], 4: [0x20] };
  shown = { runId: 1, step: step(3), from: address(0) };
  asked = [];
  nearest = [];
  found = [];
  cancels = 0;
  failure = null;
  search = new MemorySearch({
    matches: async params => {
      asked.push(params);
      if (failure !== null) throw new Error(failure);
      const all = (inMemory[params.step] ?? []).filter(at => at >= params.from);
      const addresses = all.slice(0, params.count);
      const next = all.length > params.count ? (addresses.at(-1) ?? 0) + 1 : null;
      return { addresses, length: 2, next, done: 0.25 };
    },
    send: async params => {
      nearest.push([params.from, params.direction]);
      return { address: address(0x999_999), length: 2 };
    },
    cancel: async () => cancels++,
    start: () => shown,
    found: match => {
      found.push(match.address);
      shown = { ...shown, from: match.address };
    },
  });
});

const settled = () => new Promise(resolve => setTimeout(resolve, 20));
const told = () =>
  search.state.kind === 'found'
    ? [search.state.match?.address, search.state.matches.addresses.length]
    : search.state.kind;

test('all matches are found once; next and previous go through them, round at the end', async () => {
  search.start(QUERY, 'next');
  expect(search.state).toEqual({ kind: 'searching', done: 0 });
  await settled();
  expect(told()).toEqual([0x10, 3]);
  for (const direction of ['next', 'next', 'next', 'previous'] as const) search.start(QUERY, direction);
  expect(found).toEqual([0x10, 0x20, 0x30, 0x10, 0x30]);
  expect(asked).toHaveLength(1);
  search.start({ kind: 'bytes', bytes: [2] }, 'next');
  await settled();
  expect(asked).toHaveLength(2);
});

test('what a part of memory has not told comes with the next one, and how far it is', async () => {
  inMemory = { 3: Array.from({ length: 6000 }, (_, i) => 2 * i) };
  search.start(QUERY, 'previous');
  await settled();
  expect(told()).toEqual([11_998, 6000]);
  expect(asked.map(({ from }) => from)).toEqual([0, 9999]);
});

test('of very many the first are counted; beyond them the nearest one is looked for', async () => {
  inMemory = { 3: Array.from({ length: MOST_MATCHES + 5 }, (_, i) => 2 * i) };
  search.start(QUERY, 'next');
  await settled();
  expect(told()).toEqual([2, MOST_MATCHES]);
  expect(search.state.kind === 'found' && search.state.matches.isCut).toBe(true);
  shown = { ...shown, from: address(0x90_0000) };
  search.start(QUERY, 'next');
  await settled();
  expect([nearest, told()]).toEqual([[[0x90_0000, 'next']], [0x999_999, MOST_MATCHES]]);
  // As many as are counted are all of them.
  inMemory = { 4: Array.from({ length: MOST_MATCHES }, (_, i) => 2 * i) };
  shown = { runId: 1, step: step(4), from: address(0) };
  search.start(QUERY, 'next');
  await settled();
  expect(search.state.kind === 'found' && search.state.matches.isCut).toBe(false);
});

test('at another step its matches are looked for, and none is selected', async () => {
  search.start(QUERY, 'next');
  await settled();
  shown = { ...shown, step: step(4) };
  search.follow(shown);
  expect(search.matchesAt(shown)).toBeNull();
  await new Promise(resolve => setTimeout(resolve, 250));
  expect([told(), search.matchesAt(shown)?.addresses, found]).toEqual([[undefined, 1], [0x20], [0x10]]);
  search.reset();
  search.follow({ runId: 1, step: step(3) });
  await new Promise(resolve => setTimeout(resolve, 250));
  expect([search.state.kind, asked.length]).toEqual(['idle', 2]);
});

test('finding nothing is an outcome, and failing is another', async () => {
  inMemory = {};
  search.start(QUERY, 'next');
  await settled();
  expect(search.state).toEqual({ kind: 'none' });
  failure = 'The run was ended.';
  search.start({ kind: 'bytes', bytes: [9] }, 'next');
  await settled();
  expect(search.state).toEqual({ kind: 'failed', message: 'The run was ended.' });
});

test('one that was cancelled selects nothing any more', async () => {
  search.start(QUERY, 'next');
  search.cancel();
  expect([search.state, cancels]).toEqual([{ kind: 'cancelled' }, 1]);
  await settled();
  expect([search.state.kind, found]).toEqual(['cancelled', []]);
  search.cancel();
  expect(cancels).toBe(1);
});

test('who stays at a step gets its matches, however often the panel is told of it', async () => {
  search.start(QUERY, 'next');
  await settled();
  shown = { ...shown, step: step(4) };
  // A run that goes on tells its state every 50 ms.
  for (let times = 0; times < 10; times++) {
    search.follow(shown);
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  expect([search.matchesAt(shown)?.addresses, asked.map(params => params.step)]).toEqual([[0x20], [3, 4]]);
});

test('who goes back at once has the matches that are known', async () => {
  search.start(QUERY, 'next');
  await settled();
  search.follow({ runId: 1, step: step(4) });
  search.follow(shown);
  await new Promise(resolve => setTimeout(resolve, 250));
  expect([told(), asked.length]).toEqual([[0x10, 3], 1]);
});
