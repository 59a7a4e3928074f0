import { expect, test } from 'vitest';
import { RUN_REPLACED } from '../../src/protocol/panel.ts';
import { address, step } from '../../src/protocol/units.ts';
import { type StandingOptions, StandingSearch } from './standingSearch.ts';

type Params = Parameters<StandingOptions['send']>[0];
type Part = Awaited<ReturnType<StandingOptions['send']>>;

const QUERY = { kind: 'text', text: 'Ada', encoding: 'utf-8' } as const;
const at = (number: number, where: number) => ({ step: step(number), address: address(where) });
const part = (of: Partial<Part>): Part => ({
  first: null,
  last: null,
  firstStep: step(0),
  length: 3,
  next: null,
  done: 1,
  ...of,
});

function searching(parts: readonly Part[]) {
  const asked: Params[] = [];
  const search = new StandingSearch({
    start: () => ({ runId: 1, upTo: step(40) }),
    send: async params => {
      asked.push(params);
      return parts[asked.length - 1] ?? part({});
    },
  });
  const states: string[] = [];
  search.onChange(() => states.push(search.state.kind));
  return { search, asked, states };
}

test('part by part; of what is known each next question says so', async () => {
  const { search, asked, states } = searching([
    part({ last: at(40, 0x200), next: { phase: 'writes', page: 0, after: null }, done: 0.1 }),
    part({ first: at(20, 0x300), next: { phase: 'writes', page: 7, after: null }, done: 0.5 }),
    part({ first: at(12, 0x400) }),
  ]);
  await search.start(QUERY);
  expect(search.state).toEqual({
    kind: 'known',
    stood: { first: at(12, 0x400), last: at(40, 0x200) },
    firstStep: 0,
    upTo: 40,
    length: 3,
  });
  expect(asked.map(({ phase, page, first, last }) => [phase, page, first, last])).toEqual([
    ['ends', 0, null, null],
    ['writes', 0, null, 40],
    ['writes', 7, 20, 40],
  ]);
  expect(states).toEqual(['searching', 'searching', 'searching', 'known']);
});

test('it may have stood nowhere', async () => {
  const { search } = searching([part({ firstStep: step(9) })]);
  await search.start(QUERY);
  expect(search.state).toMatchObject({ kind: 'known', stood: null, firstStep: 9 });
});

test('one that is cancelled asks no more', async () => {
  const { search, asked } = searching([part({ next: { phase: 'ends', page: 5, after: null } }), part({})]);
  const under = search.start(QUERY);
  search.cancel();
  await under;
  expect([search.state.kind, asked.length]).toEqual(['cancelled', 1]);
});

test('that another run took the place of the shown one is no outcome: its state is on its way', async () => {
  const search = new StandingSearch({
    start: () => ({ runId: 1, upTo: step(40) }),
    send: () => Promise.reject(new Error(RUN_REPLACED)),
  });
  await search.start(QUERY);
  expect(search.state.kind).toBe('searching');
});
