import { expect, it } from 'vitest';
import { parseSamples, parseSamplesLine, samplesLine, samplesOf } from '../../../bench/samples.ts';

it('what a window writes to its console is what the benchmark reads', () => {
  const samples = { inside: [1.5], demo: [2, 3] };
  expect(parseSamplesLine(samplesLine(samples))).toEqual(samples);
});

it("other lines of the console are nobody's samples", () => {
  expect(parseSamplesLine('Creating a socket {"demo":[1]}')).toBeUndefined();
});

it.each([null, 3, { demo: 3 }, { demo: null }])('%j is no samples', value => {
  expect(() => parseSamples(value)).toThrow(TypeError);
});

it('a name that was not measured is an error', () => {
  expect(samplesOf({ demo: [1] }, 'demo')).toEqual([1]);
  expect(() => samplesOf({ demo: [1] }, 'activation')).toThrow(/activation/);
});
