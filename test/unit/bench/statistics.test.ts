import { describe, expect, it } from 'vitest';
import { mean, median, percentile } from '../../../bench/statistics.ts';

describe('the median', () => {
  it('is the sample in the middle, by value and not by order or text', () => {
    expect(median([100, 9, 20])).toBe(20);
  });

  it('is between the two in the middle of an even number of samples', () => {
    expect(median([4, 1, 3, 100])).toBe(3.5);
  });
});

it('the mean is the sum by the number of samples', () => {
  expect(mean([1, 2, 6])).toBe(3);
});

describe('a percentile', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);

  it('is the nearest rank', () => {
    expect(percentile(hundred, 95)).toBe(95);
    expect(percentile([10, 20, 30], 95)).toBe(30);
    expect(percentile([10, 20, 30, 40], 50)).toBe(20);
    expect(percentile([7], 95)).toBe(7);
  });

  it('reaches from the least to the greatest sample', () => {
    expect(percentile(hundred, 0)).toBe(1);
    expect(percentile(hundred, 100)).toBe(100);
  });
});

it.each([
  ['no samples', []],
  ['a sample that is no number', [1, Number.NaN]],
])('%s: an error, as a number made of nothing would look like a measured one', (_, samples) => {
  expect(() => median(samples)).toThrow(RangeError);
  expect(() => percentile(samples, 95)).toThrow(RangeError);
});

it('the samples are left as they were', () => {
  const samples = [3, 1, 2];
  median(samples);
  percentile(samples, 50);
  expect(samples).toEqual([3, 1, 2]);
});
