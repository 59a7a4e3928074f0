// The sum that `npm test` ends with must not look better than the run was.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { mochaCounts, stageCounts, unfinishedFiles, vitestCounts } from '../../../scripts/test/results.ts';

let folder = '';
let file = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'results-'));
  file = join(folder, 'results.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

const report = (passed: number, failed: number, skipped = 0, todo = 0) =>
  JSON.stringify({
    numTotalTests: passed + failed + skipped + todo,
    numPassedTests: passed,
    numFailedTests: failed,
    numPendingTests: skipped,
    numTodoTests: todo,
    success: failed === 0,
  });

it('takes passed and failed tests from the report', () => {
  writeFileSync(file, report(12, 3));
  expect(stageCounts(1, file)).toEqual({ passed: 12, failed: 3 });
  writeFileSync(file, '{"passed":7,"failed":0}');
  expect(stageCounts(0, file, mochaCounts)).toEqual({ passed: 7, failed: 0 });
});

it('counts skipped tests and tests to do as failed', () => {
  expect(vitestCounts(report(5, 0, 2, 1))).toEqual({ passed: 5, failed: 3 });
});

it('counts one failure where a stage failed without a failing test', () => {
  writeFileSync(file, report(12, 0));
  expect(stageCounts(1, file)).toEqual({ passed: 12, failed: 1 });
  expect(stageCounts(2)).toEqual({ passed: 0, failed: 1 });
});

it('counts one failure where there is no report, or none that can be read', () => {
  expect(stageCounts(0, join(folder, 'missing.json'))).toEqual({ passed: 0, failed: 1 });
  for (const broken of ['', '[]', '{"numPassedTests":"12"}', 'null']) {
    writeFileSync(file, broken);
    expect(stageCounts(0, file)).toEqual({ passed: 0, failed: 1 });
  }
});

it('counts nothing for a stage without tests that succeeded', () => {
  expect(stageCounts(0)).toEqual({ passed: 0, failed: 0 });
});

it('counts tests of a killed process as failed, and names its file', () => {
  // vitest calls a file 'passed' whose process was killed in the middle; its tests stay 'pending'.
  const file = (name: string, ...statuses: string[]) => ({
    name,
    status: 'passed',
    assertionResults: statuses.map(status => ({ status })),
  });
  const json = JSON.stringify({
    numTotalTests: 6,
    numPassedTests: 3,
    numFailedTests: 1,
    numPendingTests: 0,
    numTodoTests: 0,
    success: false,
    testResults: [
      file('whole.test.ts', 'passed', 'passed'),
      file('failing.test.ts', 'failed', 'passed'),
      file('killed.test.ts', 'pending', 'pending'),
      file('empty.test.ts'),
    ],
  });
  expect(vitestCounts(json)).toEqual({ passed: 3, failed: 3 });
  const files = ['whole.test.ts', 'failing.test.ts', 'killed.test.ts', 'empty.test.ts', 'missing.test.ts'];
  expect(unfinishedFiles(json, files)).toEqual(['killed.test.ts', 'empty.test.ts', 'missing.test.ts']);
});
