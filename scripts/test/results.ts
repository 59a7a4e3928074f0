// What the test runners write into their results files, as counts.
import { readFileSync } from 'node:fs';

export interface Counts {
  readonly passed: number;
  readonly failed: number;
}

function count(results: object, key: string): number {
  const value: unknown = Reflect.get(results, key);
  if (typeof value !== 'number') throw new Error(`'${key}' is missing`);
  return value;
}

/**
 * Reads the JSON report of vitest. Each test that did not pass counts as failed, also one that was skipped, left to do, or never ran
 * since its process was killed: nothing is left out silently.
 * @throws Error where `json` is no such report
 */
export function vitestCounts(json: string): Counts {
  const results = reportOf(json);
  const passed = count(results, 'numPassedTests');
  return { passed, failed: count(results, 'numTotalTests') - passed };
}

/**
 * Files whose tests did not all run to an end, although none failed: their process was killed (mostly for want of memory).
 * @param json the JSON report of vitest
 * @param files paths of all test files of the run
 */
export function unfinishedFiles(json: string, files: readonly string[]): string[] {
  const ended = new Set<unknown>();
  for (const file of rowsOf(reportOf(json), 'testResults')) {
    const tests = rowsOf(file, 'assertionResults').map(test => Reflect.get(test, 'status'));
    if (tests.length > 0 && tests.every(status => status === 'passed' || status === 'failed'))
      ended.add(Reflect.get(file, 'name'));
  }
  return files.filter(file => !ended.has(file));
}

function rowsOf(value: object, key: string): object[] {
  const rows: unknown = Reflect.get(value, key);
  return Array.isArray(rows) ? rows.filter(row => typeof row === 'object' && row !== null) : [];
}

function reportOf(json: string): object {
  const report: unknown = JSON.parse(json);
  if (typeof report !== 'object' || report === null) throw new Error('no report');
  return report;
}

/** Reads what test/extension/index.ts writes. Throws an Error where `json` is something else. */
export function mochaCounts(json: string): Counts {
  const results = reportOf(json);
  return { passed: count(results, 'passed'), failed: count(results, 'failed') };
}

/**
 * The counts of a stage that ended with `exitCode`. A stage that failed without a failing test, or left no report,
 * counts as one failure.
 * @param file results file; none for a stage that is no test run (types, lint)
 */
export function stageCounts(exitCode: number, file?: string, parse: (json: string) => Counts = vitestCounts): Counts {
  const counts = file === undefined ? { passed: 0, failed: 0 } : readCounts(file, parse);
  return exitCode !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

function readCounts(file: string, parse: (json: string) => Counts): Counts {
  try {
    return parse(readFileSync(file, 'utf8'));
  } catch {
    return { passed: 0, failed: 1 };
  }
}
