// Flags above the slider, at the moments of findings.
import { css, html } from 'lit';
import type { Finding, Severity } from '../../src/protocol/finding.ts';
import { SEVERITY_MARKS, severityOf } from '../text/findingText.ts';

export const flagStyles = css`
  /* Its middle goes from the middle of the thumb at one end to that at the other; the slider has all of the pointer. */
  .flag {
    --thumb: 16px;
    position: absolute;
    top: -3px;
    left: calc(var(--thumb) / 2 + var(--at) * (100% - var(--thumb)));
    width: 0;
    margin-inline-start: -4px;
    border: 4px solid transparent;
    border-top: 6px solid currentColor;
    border-bottom: 0;
    pointer-events: none;
  }
`;

/** One flag for those at one place, of the colour of the worst. @param placeOf 0 to 1 where it is on the slider */
export function flagsOf(findings: readonly Finding[], placeOf: (finding: Finding) => number) {
  const worst = new Map<number, Severity>();
  for (const finding of findings) {
    const at = placeOf(finding);
    const severity = severityOf(finding);
    if (at >= 0 && at <= 1 && worst.get(at) !== 'error') worst.set(at, severity);
  }
  return [...worst].map(
    ([at, severity]) =>
      html`<span class="flag ${SEVERITY_MARKS[severity].tone}" .style=${`--at: ${at}`} aria-hidden="true"></span>`,
  );
}
