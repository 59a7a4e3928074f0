// What the selected call changed: which of its ranges is selected, and the way to the others.
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { ChangedRanges } from '../../src/protocol/access.ts';
import { countOf, positionOf } from '../data/changedRanges.ts';
import type { Direction } from '../data/moments.ts';
import type { Host } from '../session/host.ts';
import { icon } from '../theme/icons.ts';
import { shared } from '../theme/shared.ts';

@customElement('wsm-changed-ranges')
export class ChangedRangesBar extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: inline-flex;
        align-items: center;
        padding: 0 4px;
        white-space: nowrap;
      }
      vscode-button {
        width: 20px;
        height: 20px;
      }
    `,
  ];

  /** Null while not known. */
  @property({ attribute: false }) changed: ChangedRanges | null = null;
  /** `CallRecord.index` of the selected call. */
  @property({ type: Number }) call = 0;
  /** Address of the selection's first byte. */
  @property({ type: Number }) selected = 0;
  @property({ attribute: false }) host: Pick<Host, 'goToChange'> | null = null;

  override render() {
    const { changed, selected } = this;
    // Where the only range is selected there is no way to go.
    if (!changed || countOf(changed) === 0 || (countOf(changed) === 1 && positionOf(changed, selected) === 0))
      return nothing;
    return html`<span role="status">${rangeText(changed, selected)}<span class="unseen">
          of call ${this.call}</span
        ></span>
      ${this.button('previous', 'Previous bytes that this call changed (Shift+F7)')}
      ${this.button('next', 'Next bytes that this call changed (F7)')}`;
  }

  private button(direction: Direction, label: string) {
    return html`<vscode-button
      appearance="icon"
      aria-label=${label}
      title=${label}
      @click=${() => this.host?.goToChange(direction)}
      >${icon(direction)}</vscode-button
    >`;
  }
}

/** `range 1 of 12`; `12 ranges` where none is selected. */
function rangeText(changed: ChangedRanges, selected: number): string {
  const count = countOf(changed);
  const told = `${changed.isCut ? 'more than ' : ''}${count.toLocaleString('en')}`;
  const position = positionOf(changed, selected);
  if (position !== null) return `range ${(position + 1).toLocaleString('en')} of ${told}`;
  return `${told} ${count === 1 ? 'range' : 'ranges'} changed`;
}

declare global {
  interface HTMLElementTagNameMap {
    'wsm-changed-ranges': ChangedRangesBar;
  }
}
