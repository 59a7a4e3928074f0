import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Finding } from '../../src/protocol/finding.ts';
import type { RunStatus } from '../../src/protocol/run.ts';
import { step } from '../../src/protocol/units.ts';
import { DEAD_POINTER, DUPLICATES } from '../testing/foundRuns.ts';
import { Findings, findingsByCall, isSameFinding } from './findings.ts';

/** Findings whose questions wait until the test answers them. */
function held() {
  const asked: { readonly runId: number; answer(found: readonly Finding[]): void; fail(): void }[] = [];
  const failures: string[] = [];
  let changes = 0;
  const findings = new Findings({
    send: runId =>
      new Promise((resolve, reject) => {
        asked.push({ runId, answer: resolve, fail: () => reject(new Error('Run 1 is no longer kept.')) });
      }),
    failed: message => failures.push(message),
  });
  findings.onChange(() => changes++);
  onTestFinished(() => findings.clear());
  const follow = (status: RunStatus, lastStep: number, runId = 1) =>
    findings.follow(runId, { status, callCount: lastStep, lastStep: step(lastStep) });
  return { findings, asked, failures, follow, changes: () => changes };
}

/** Lets answers arrive. */
const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
});

describe('what is asked', () => {
  test('of a run that has ended, once', async () => {
    const { findings, asked, follow } = held();
    follow('completed', 16);
    follow('completed', 16);
    expect(asked).toHaveLength(1);
    expect([findings.answer, findings.known]).toEqual([null, []]);
    asked[0]?.answer(DUPLICATES);
    await settle();
    follow('completed', 16);
    expect([findings.answer, findings.isComplete, asked.length]).toEqual([DUPLICATES, true, 1]);
  });

  test('while it goes on: once a second, and only after progress; at its end at once', async () => {
    const { findings, asked, follow } = held();
    follow('starting', 0);
    expect(asked).toHaveLength(0);
    follow('running', 1);
    asked[0]?.answer([]);
    await settle();
    expect([findings.answer, findings.isComplete]).toEqual([[], false]);
    for (let at = 2; at < 50; at++) follow('running', at);
    await vi.advanceTimersByTimeAsync(999);
    expect(asked).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(asked).toHaveLength(2);
    asked[1]?.answer(DUPLICATES.slice(0, 1));
    await vi.advanceTimersByTimeAsync(5000);
    expect(asked).toHaveLength(2); // nothing happened meanwhile
    follow('running', 60);
    follow('running', 61);
    expect(asked).toHaveLength(3);
    asked[2]?.answer(DUPLICATES.slice(0, 1));
    await settle();
    follow('completed', 62);
    expect(asked).toHaveLength(4);
  });

  test('an answer that took long is not asked for again soon', async () => {
    const { asked, follow } = held();
    follow('running', 1);
    await vi.advanceTimersByTimeAsync(2000);
    asked[0]?.answer([]);
    await settle();
    follow('running', 2);
    await vi.advanceTimersByTimeAsync(7999); // four times as long
    expect(asked).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(asked).toHaveLength(2);
  });

  test.each(['rejected', 'looked-at'] as const)('of a file that is %s: nothing', status => {
    const { asked, follow } = held();
    follow(status, 0);
    expect(asked).toHaveLength(0);
  });
});

describe('answers', () => {
  test('an early one comes before the question about the end is asked, so that it overwrites none', async () => {
    const { findings, asked, follow } = held();
    follow('running', 1);
    follow('completed', 16);
    expect(asked).toHaveLength(1);
    asked[0]?.answer([]);
    await settle();
    expect(asked).toHaveLength(2);
    asked[1]?.answer(DUPLICATES);
    await settle();
    expect([findings.answer, findings.isComplete]).toEqual([DUPLICATES, true]);
  });

  test('about an earlier run, or about the same one as it was shown before, are dropped', async () => {
    const { findings, asked, follow, failures, changes } = held();
    follow('completed', 16);
    findings.clear();
    follow('completed', 16, 2);
    findings.clear();
    follow('completed', 16);
    expect(asked.map(({ runId }) => runId)).toEqual([1, 2, 1]);
    asked[2]?.answer([]);
    await settle();
    asked[0]?.answer(DUPLICATES);
    asked[1]?.fail();
    await settle();
    expect([findings.answer, changes(), failures]).toEqual([[], 1, []]);
  });

  test('one that fails is told, and not asked for again before something happens', async () => {
    const { asked, follow, failures } = held();
    follow('completed', 16);
    asked[0]?.fail();
    await vi.advanceTimersByTimeAsync(5000);
    follow('completed', 16);
    expect([failures, asked.length]).toEqual([['Run 1 is no longer kept.'], 1]);
  });
});

test('a finding is the same though it was seen more often since', () => {
  const [first, second] = DUPLICATES;
  if (!first || !second) throw new Error('there are two');
  expect(isSameFinding({ ...first, count: 7 }, first)).toBe(true);
  expect(isSameFinding(first, second)).toBe(false);
  expect(isSameFinding(first, null)).toBe(false);
});

test('each call has its findings, those between calls are of none', () => {
  const between = { ...DEAD_POINTER, call: null };
  expect([...findingsByCall([...DUPLICATES, between, DEAD_POINTER])]).toEqual([
    [2, [DUPLICATES[0], DEAD_POINTER]],
    [4, [DUPLICATES[1]]],
  ]);
});
