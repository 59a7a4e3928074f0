import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { CallEvent, RecordingNews } from '../../../src/protocol/recording.ts';
import { step } from '../../../src/protocol/units.ts';
import { ClientNews } from '../../../src/recording/clientNews.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const call = (index: number) => ({ index, stepBefore: step(index - 1), step: step(index), accesses: 1 });
const entered: CallEvent = { type: 'guest-entered', call: null };

function newsOf() {
  const sent: RecordingNews[] = [];
  let first = 0;
  const news = new ClientNews(
    () => step(first),
    each => sent.push(each),
  );
  const drop = (): void => {
    first = 7;
  };
  return { news, sent, drop };
}

it('is collected for ten milliseconds, and told once, in its order', () => {
  const { news, sent, drop } = newsOf();
  news.recorded(null);
  vi.advanceTimersByTime(9);
  news.recorded(call(1));
  news.pass([entered]);
  news.recorded(call(2));
  drop();
  expect(sent).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(sent).toEqual([{ recorded: [null, call(1), call(2)], firstStep: 7, events: [entered] }]);
  vi.advanceTimersByTime(1000);
  expect(sent).toHaveLength(1);
});

it('that comes later is told later', () => {
  const { news, sent } = newsOf();
  news.recorded(call(1));
  vi.advanceTimersByTime(10);
  news.recorded(call(2));
  vi.advanceTimersByTime(10);
  expect(sent.map(({ recorded }) => recorded)).toEqual([[call(1)], [call(2)]]);
});

it('can be told at once, and then is not told again; where there is none, nothing is told', () => {
  const { news, sent } = newsOf();
  news.tell();
  news.pass([]);
  vi.advanceTimersByTime(1000);
  expect(sent).toEqual([]);
  news.pass([entered]);
  vi.advanceTimersByTime(5);
  news.tell();
  expect(sent).toEqual([{ recorded: [], firstStep: 0, events: [entered] }]);
  news.recorded(call(1));
  vi.advanceTimersByTime(9); // collected from now on: not since what was told at once
  expect(sent).toHaveLength(1);
  vi.advanceTimersByTime(1000);
  expect(sent).toHaveLength(2);
});
