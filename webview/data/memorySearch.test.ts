import { beforeEach, expect, test } from 'vitest';
import { address, step } from '../../src/protocol/units.ts';
import { MemorySearch } from './memorySearch.ts';

const QUERY = { kind: 'bytes', bytes: [1] } as const;
const START = { runId: 1, step: step(3), from: address(0) };
const MATCH = { address: address(8), length: 1 };

let answers: PromiseWithResolvers<typeof MATCH | null>[];
let sent: unknown[];
let found: unknown[];
let cancels: number;
let search: MemorySearch;

beforeEach(() => {
  answers = [];
  sent = [];
  found = [];
  cancels = 0;
  search = new MemorySearch({
    send: params => {
      sent.push(params);
      const answer = Promise.withResolvers<typeof MATCH | null>();
      answers.push(answer);
      return answer.promise;
    },
    cancel: async () => cancels++,
    start: () => START,
    found: match => found.push(match),
  });
});

const settled = () => new Promise(resolve => setTimeout(resolve));

test('tells how far it is, and then what it found', async () => {
  search.start(QUERY, 'next');
  expect(sent).toEqual([{ ...START, query: QUERY, direction: 'next' }]);
  search.progress(0.25);
  expect(search.state).toEqual({ kind: 'searching', done: 0.25 });
  answers[0]?.resolve(MATCH);
  await settled();
  expect([search.state, found]).toEqual([{ kind: 'found', match: MATCH }, [MATCH]]);
  // Late news of a search that has ended.
  search.progress(0.9);
  expect(search.state.kind).toBe('found');
});

test('finding nothing is an outcome, and failing is another', async () => {
  search.start(QUERY, 'next');
  answers[0]?.resolve(null);
  await settled();
  expect(search.state).toEqual({ kind: 'none' });
  search.start(QUERY, 'next');
  answers[1]?.reject(new Error('The run was ended.'));
  await settled();
  expect(search.state).toEqual({ kind: 'failed', message: 'The run was ended.' });
});

test('one that was cancelled or replaced selects nothing any more', async () => {
  search.start(QUERY, 'next');
  search.cancel();
  expect([search.state, cancels]).toEqual([{ kind: 'cancelled' }, 1]);
  search.start(QUERY, 'next');
  search.start(QUERY, 'next');
  answers[0]?.resolve(MATCH);
  answers[1]?.resolve(MATCH);
  await settled();
  expect([search.state.kind, found]).toEqual(['searching', []]);
});

test('there is nothing to cancel where nothing is under way', () => {
  search.cancel();
  expect([search.state.kind, cancels]).toEqual(['idle', 0]);
});
