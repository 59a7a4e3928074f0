// Findings as the JSON documents have them.
import type { AccessView } from '../protocol/access.ts';
import { type Finding, type Severity, severityOf } from '../protocol/finding.ts';
import { findingWords } from '../protocol/findingWords.ts';
import type { InstanceNames } from '../protocol/instanceNames.ts';
import { accessDocument } from './accesses.ts';

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
