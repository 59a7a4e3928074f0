// Findings as the terminal tells them: one line that tools understand, then what happened and what to do.
import type { AccessView } from '../protocol/access.ts';
import { type Finding, type Severity, severityOf } from '../protocol/finding.ts';
import { findingWords } from '../protocol/findingWords.ts';
import type { InstanceNames } from '../protocol/instanceNames.ts';
import { count } from '../protocol/text.ts';
import { accessDocument } from './accesses.ts';

/**
 * `FILE: error: An allocator handed out a block twice, at step 4 (3 times) [duplicate-allocation]`, and indented lines.
 * @param file the path as the user gave it, or `bundled`
 */
export function findingLines(file: string, finding: Finding, names: InstanceNames): string[] {
  const { title, happened, remedies } = findingWords(finding, names);
  const times = finding.count > 1 ? ` (${count(finding.count, 'time')})` : '';
  const where = `at step ${finding.step}${times}`;
  return [
    `${file}: ${severityOf(finding)}: ${title}, ${where} [${finding.kind}]`,
    `    ${happened}`,
    ...remedies.map((remedy, index) => `    ${index === 0 ? 'What to do' : 'Or'}: ${remedy}`),
  ];
}

/** A finding as JSON has it: its parts, and its words. schemas/find.schema.json describes it. */
export function findingDocument(finding: Finding, names: InstanceNames) {
  const { kind, step, call, instances, range, count: times } = finding;
  const severity: Severity = severityOf(finding);
  const words = findingWords(finding, names);
  return { kind, severity, step, call, instances, range, count: times, ...words, details: detailsDocument(finding) };
}

/** The parts, of which accesses are told as everywhere. */
function detailsDocument({ details }: Finding): object {
  const parts = Object.entries(details).map(([name, part]) => [name, isAccess(part) ? accessDocument(part) : part]);
  return Object.fromEntries(parts);
}

/** Whether a part of a finding is an access. */
export const isAccess = (part: unknown): part is AccessView =>
  typeof part === 'object' &&
  part !== null &&
  'kind' in part &&
  (part.kind === 'write' || part.kind === 'read' || part.kind === 'grow');

export const hasErrors = (findings: readonly Finding[]): boolean =>
  findings.some(finding => severityOf(finding) === 'error');
