// Flags above the slider, at the moments of findings.
import { css, html } from 'lit';
import type { Finding, Severity } from '../../src/protocol/finding.ts';
import type { Bookmark } from '../../src/protocol/keptPlaces.ts';
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
  /* Below the slider, and pointing up: what the user has kept is no finding. */
  .flag.kept {
    top: auto;
    bottom: -3px;
    border-top: 0;
    border-bottom: 6px solid currentColor;
    color: var(--wsm-link);
  }
`;

/** @param placeOf 0 to 1 where it is on the slider */
export function bookmarksOf(bookmarks: readonly Bookmark[], placeOf: (bookmark: Bookmark) => number) {
  const places = new Set(bookmarks.map(placeOf).filter(at => at >= 0 && at <= 1));
  return [...places].map(at => html`<span class="flag kept" .style=${`--at: ${at}`} aria-hidden="true"></span>`);
}

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
