// What is wrong with memory: one row a finding. A row opens to what happened and what to do, and memory goes to its moment and bytes.

import { html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { type Finding, isCuredBySharedState } from '../../src/protocol/finding.ts';
import { findingLabel, severityCounts } from '../../src/protocol/findingLabels.ts';
import { findingWords } from '../../src/protocol/findingWords.ts';
import { type InstanceNames, NUMBERS_ALONE } from '../../src/protocol/instanceNames.ts';
import { type Fold, foldStyles, foldTitle } from '../controls/fold.ts';
import { moveInList } from '../controls/moveInList.ts';
import { ShowMemoryEvent } from '../controls/showMemoryEvent.ts';
import { eventsOf } from '../data/findingEvents.ts';
import { isSameFinding } from '../data/findings.ts';
import type { View } from '../session/view.ts';
import { EVENT_MARKS, firstEventText, momentText, SEVERITY_MARKS, severityOf } from '../text/findingText.ts';
import { shared } from '../theme/shared.ts';
import { instanceClass, instanceClasses } from '../theme/tokens.ts';
import { findingListStyles } from './findingList.styles.ts';

@customElement('wsm-finding-list')
export class FindingList extends LitElement {
  static override styles = [shared, instanceClasses, foldStyles, findingListStyles];

  /** At least one. */
  @property({ attribute: false }) findings: readonly Finding[] = [];
  /** The one whose row is open; null for none. */
  @property({ attribute: false }) open: Finding | null = null;
  /** How it folds; null where it can't. */
  @property({ attribute: false }) fold: Fold | null = null;
  @property({ attribute: false }) names = NUMBERS_ALONE;
  @property({ attribute: false }) view: Pick<View, 'showFinding' | 'showEvent'> | null = null;
  /** Runs the module again with shared state; null where that can't be done. */
  @property({ attribute: false }) runShared: (() => void) | null = null;
  /** The row that Tab leads to. */
  @state() private cursor = 0;
  /** The user opened a row: what it opens to may be out of view. */
  private toReveal = false;

  /** Puts the keyboard's focus on the row that is open, or else on the first. */
  override focus(): void {
    const open = this.findings.findIndex(finding => isSameFinding(finding, this.open));
    this.focusRow(Math.max(0, open));
  }

  override render() {
    const { findings, names } = this;
    const reachable = Math.min(this.cursor, findings.length - 1);
    return html`<div class="head">
        ${foldTitle(html`<span id="findings">Findings</span>`, this.fold)}
        <span class="counts">${severityCounts(findings)}</span>
      </div>
      ${
        (this.fold?.open ?? true)
          ? html`<ul aria-labelledby="findings" @keydown=${this.onKey}>
              ${findings.map((finding, index) => this.row(finding, index, index === reachable, names))}
            </ul>`
          : nothing
      }`;
  }

  private row(finding: Finding, index: number, reachable: boolean, names: InstanceNames) {
    const isOpen = isSameFinding(finding, this.open);
    const severity = severityOf(finding);
    const { tone, symbol } = SEVERITY_MARKS[severity];
    return html`<li>
      <button
        class="row"
        tabindex=${reachable ? 0 : -1}
        aria-expanded=${isOpen}
        aria-controls=${isOpen ? `more-${index}` : nothing}
        aria-label=${findingLabel(finding, names)}
        @focus=${() => {
          this.cursor = index;
        }}
        @click=${() => {
          this.toReveal = !isOpen;
          this.view?.showFinding(isOpen ? null : finding);
        }}
      >
        <span class="disclosure" aria-hidden="true">${isOpen ? '▾' : '▸'}</span>
        <span class="severity ${tone}">${symbol} ${severity}</span>
        <span class="title">${findingWords(finding, names).title}</span>
        <span class="where"
          ><span class="badges"
            >${finding.instances.map(
              instance =>
                html`<span class="badge ${instanceClass(instance)}" title=${names.name(instance)}>#${instance}</span>`,
            )}</span
          ><span>step ${finding.step}</span>${finding.count > 1 ? html`<span>× ${finding.count}</span>` : nothing}</span
        >
      </button>
      ${isOpen ? this.more(finding, index, names) : nothing}
    </li>`;
  }

  private more(finding: Finding, index: number, names: InstanceNames) {
    const { happened, remedies } = findingWords(finding, names);
    const { first } = eventsOf(finding);
    return html`<div id="more-${index}" class="more">
      <p>${happened}</p>
      <h3 id="to-do-${index}">What to do</h3>
      <ul class="remedies" aria-labelledby="to-do-${index}">
        ${remedies.map(remedy => html`<li>${remedy}</li>`)}
      </ul>
      <div class="links">
        ${
          first
            ? html`<button class="link first" @click=${() => this.show(() => this.view?.showEvent(first))}
                >${EVENT_MARKS.first.symbol} Show ${firstEventText(first)}</button
              >`
            : nothing
        }
        <button
          class="link"
          @click=${() => this.show(() => this.view?.showFinding(finding))}
          >${first ? `${EVENT_MARKS.second.symbol} ` : nothing}Show ${momentText(finding)}</button
        >
        ${
          this.runShared && isCuredBySharedState(finding, instance => names.module(instance))
            ? html`<button class="link cure" @click=${this.runShared}>Run again with shared state</button>`
            : nothing
        }
      </div>
    </div>`;
  }

  private show(go: () => void): void {
    go();
    this.dispatchEvent(new ShowMemoryEvent());
  }

  override updated(changed: Map<PropertyKey, unknown>): void {
    if (!changed.has('open') || !this.open || !this.toReveal) return;
    this.toReveal = false;
    // It may be this list that scrolls, or the panel around it.
    this.renderRoot.querySelector('li:has(> [aria-expanded="true"])')?.scrollIntoView({ block: 'nearest' });
  }

  private focusRow(index: number): void {
    this.renderRoot.querySelectorAll<HTMLElement>('.row')[index]?.focus();
  }

  /** Keys move from row to row; Enter and Space press it, as every button. */
  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (!(event.target instanceof Element && event.target.matches('.row'))) return;
    const target = moveInList(event.key, this.cursor, this.findings.length);
    if (target === undefined) return;
    this.focusRow(Math.max(0, target));
    event.preventDefault();
    event.stopPropagation();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'wsm-finding-list': FindingList;
  }
}
