// How far long work is: when it is told, and in which words.
import { expect, it } from 'vitest';
import { paced, type Work, workText } from '../../../src/protocol/work.ts';

it('is told once it takes longer than a second, then ten times a second at most', () => {
  let now = 5000;
  const told: number[] = [];
  const tell = paced(
    ({ done }) => told.push(done),
    () => now,
  );
  for (const [at, done] of [
    [5010, 0.1],
    [5999, 0.2],
    [6000, 0.3], // a second after it began
    [6050, 0.4],
    [6099, 0.5],
    [6100, 0.6], // a tenth of a second after the last that was told
    [9000, 0.7],
    [9001, 0.8],
  ]) {
    now = at;
    tell({ kind: 'writing', done });
  }
  expect(told).toEqual([0.3, 0.6, 0.7]);
});

it.each<[Work, string]>([
  [{ kind: 'taking-in', done: 0.433, lastStep: 12_345 }, 'Recording what is left: 43 %, up to step 12345'],
  [{ kind: 'writing', done: 0.999 }, 'Writing a.wsmrec: 99 %'], // it is not done
  [{ kind: 'opening', done: 0 }, 'Opening a.wsmrec: 0 %'],
  [{ kind: 'comparing', done: 0.5 }, 'Comparing a.wsmrec: 50 %'],
  [{ kind: 'listing-calls', done: 1 }, 'Reading the calls of a.wsmrec: 100 %'],
])('%o in words', (work, text) => expect(workText(work, 'a.wsmrec')).toBe(text));
