// Findings in a line: one, as a screen reader says it, and how many there are of each severity.
import { type Finding, SEVERITIES, type Severity, severityOf } from './finding.ts';
import { findingWords } from './findingWords.ts';
import type { InstanceNames } from './instanceNames.ts';
import { count } from './text.ts';

export const ofSeverity = <Found extends Pick<Finding, 'kind'>>(
  findings: readonly Found[],
  severity: Severity,
): readonly Found[] => findings.filter(finding => severityOf(finding) === severity);

/** `2 errors · 1 warning` */
export function severityCounts(findings: readonly Pick<Finding, 'kind'>[]): string {
  return SEVERITIES.map(severity => ({ severity, number: ofSeverity(findings, severity).length }))
    .filter(({ number }) => number > 0)
    .map(({ severity, number }) => count(number, severity))
    .join(' · ');
}

/** `error: An allocator handed out a block twice, #0 and #1, step 4, 3 times` */
export function findingLabel(finding: Finding, names: InstanceNames): string {
  const parts = [`${severityOf(finding)}: ${findingWords(finding, names).title}`, ...whereAndWhen(finding, names)];
  return parts.join(', ');
}

/** Who takes part, when it was, and how often: `#0 and #1`, `step 4`, `3 times` */
export function whereAndWhen(finding: Finding, names: InstanceNames): readonly string[] {
  const instances = finding.instances.map(instance => names.name(instance)).join(' and ');
  const parts = [instances, `step ${finding.step}`];
  if (finding.count > 1) parts.push(count(finding.count, 'time'));
  return parts.filter(part => part !== '');
}
