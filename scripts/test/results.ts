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
 * Reads the JSON report of vitest. A test that was skipped or left to do counts as failed: nothing is left out silently.
 * @throws Error where `json` is no such report
 */
export function vitestCounts(json: string): Counts {
  const results: unknown = JSON.parse(json);
  if (typeof results !== 'object' || results === null) throw new Error('no report');
  const failed = count(results, 'numFailedTests') + count(results, 'numPendingTests') + count(results, 'numTodoTests');
  return { passed: count(results, 'numPassedTests'), failed };
}

/** Reads what test/extension/index.ts writes. Throws an Error where `json` is something else. */
export function mochaCounts(json: string): Counts {
  const results: unknown = JSON.parse(json);
  if (typeof results !== 'object' || results === null) throw new Error('no report');
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
