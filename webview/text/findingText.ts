// Findings as the panel tells them: marks, counts, and the story of a run that ended wrong.
import { type ByteSpan, type Finding, SEVERITIES, type Severity, severityOf } from '../../src/protocol/finding.ts';
import { ofSeverity } from '../../src/protocol/findingLabels.ts';
import { findingWords } from '../../src/protocol/findingWords.ts';
import { InstanceNames } from '../../src/protocol/instanceNames.ts';
import type { Result } from '../../src/protocol/runResult.ts';
import { isAsExpected, isUnderWay } from '../../src/protocol/runStatus.ts';
import { count, hex } from '../../src/protocol/text.ts';
import type { EventName, FindingEvent } from '../data/findingEvents.ts';
import type { Run } from '../data/run.ts';

/** How each severity is marked: its tone and a symbol that says the same. */
export const SEVERITY_MARKS: Readonly<Record<Severity, Pick<Result, 'tone' | 'symbol'>>> = {
  error: { tone: 'error', symbol: '✗' },
  warning: { tone: 'warning', symbol: '▲' },
  note: { tone: 'neutral', symbol: '○' },
};

export { severityOf };

/** How the two events of the finding that is told in full are marked. */
export const EVENT_MARKS: Readonly<Record<EventName, { readonly symbol: string; readonly text: string }>> = {
  first: { symbol: '①', text: 'first event of the finding' },
  second: { symbol: '②', text: 'second event of the finding' },
};

/** `0x548 to 0x54b at step 4` */
export function momentText({ range, step }: Pick<Finding, 'range' | 'step'>): string {
  return range === null ? `memory at step ${step}` : `${rangeText(range)} at step ${step}`;
}

const rangeText = ({ address, length }: ByteSpan): string =>
  length > 1 ? `${hex(address)} to ${hex(address + length - 1)}` : hex(address);

/** `0x548 to 0x54b after call 1`, `0x52c at step 4` */
export function firstEventText({ call, step, range }: FindingEvent): string {
  if (step !== null) return momentText({ range, step });
  return range === null ? `memory after call ${call}` : `${rangeText(range)} after call ${call}`;
}

/** How many there are, as the panel's head tells it. */
export interface FindingsResult extends Result {
  readonly number: number;
}

/**
 * How many findings there are, in two words; null while that is not known.
 * @param isComplete they are those of the whole run
 */
export function findingsResult(
  { answer, isComplete }: { readonly answer: readonly Finding[] | null; readonly isComplete: boolean },
  run: Run,
): FindingsResult | null {
  if (answer === null) return null;
  const worst = SEVERITIES.find(severity => ofSeverity(answer, severity).length > 0);
  const number = answer.length;
  if (worst !== undefined) return { ...SEVERITY_MARKS[worst], text: count(number, 'finding'), number };
  // Where accesses are not recorded, or some are still to come, nothing found says little.
  if (!isComplete || run.record === 'calls') return null;
  const mark = isAsExpected(run) ? ({ tone: 'ok', symbol: '✓' } as const) : SEVERITY_MARKS.note;
  return { ...mark, text: 'no findings', number };
}

/** What the story of a run tells. */
export interface Story {
  readonly finding: Finding;
  /** Three of them at the most. */
  readonly sentences: readonly string[];
}

/** Most sentences of what happened; the title is one, too. */
const STORY_SENTENCES = 2;

/** Why a run ended wrong: its first error; null where it did not, or where nothing says why. */
export function storyOf(findings: readonly Finding[], run: Run): Story | null {
  if (isUnderWay(run) || isAsExpected(run)) return null;
  const finding = findings.find(each => severityOf(each) === 'error');
  if (!finding) return null;
  const { title, happened } = findingWords(finding, InstanceNames.of(run));
  return { finding, sentences: [`${title}.`, ...sentencesOf(happened).slice(0, STORY_SENTENCES)] };
}

/** A full stop ends a sentence where something else than a small letter follows: a name has no blank behind its stops. */
const sentencesOf = (text: string): string[] => text.split(/(?<=\.) (?![a-z])/);
