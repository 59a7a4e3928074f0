// Findings as lines: one that tools understand, then what happened and what to do.
import { type Finding, severityOf } from '../protocol/finding.ts';
import { findingWords } from '../protocol/findingWords.ts';
import type { InstanceNames } from '../protocol/instanceNames.ts';
import { count } from '../protocol/text.ts';

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
