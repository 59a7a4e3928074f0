import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ClientNews } from '../../../src/recording/clientNews.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function newsOf() {
  const send = vi.fn();
  return { news: new ClientNews(send), send };
}

it('is collected for ten milliseconds, and told once', () => {
  const { news, send } = newsOf();
  news.changed();
  vi.advanceTimersByTime(9);
  news.changed();
  news.changed();
  expect(send).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(send).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(1000);
  expect(send).toHaveBeenCalledTimes(1);
});

it('that comes later is told later', () => {
  const { news, send } = newsOf();
  news.changed();
  vi.advanceTimersByTime(10);
  news.changed();
  vi.advanceTimersByTime(9);
  expect(send).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(1);
  expect(send).toHaveBeenCalledTimes(2);
});

it('can be told at once, and then is not told again; where there is none, nothing is told', () => {
  const { news, send } = newsOf();
  news.tell();
  vi.advanceTimersByTime(1000);
  expect(send).not.toHaveBeenCalled();
  news.changed();
  vi.advanceTimersByTime(5);
  news.tell();
  expect(send).toHaveBeenCalledTimes(1);
  news.changed();
  vi.advanceTimersByTime(9); // collected from now on: not since what was told at once
  expect(send).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(1000);
  expect(send).toHaveBeenCalledTimes(2);
});
