// What the grid's marks mean, and how large the memory is.
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { count } from '../../src/protocol/text.ts';
import { WASM_PAGE_BYTES } from '../../src/protocol/units.ts';
import { shared } from '../theme/shared.ts';
import { instanceClass, instanceClasses } from '../theme/tokens.ts';
import { sizeText } from '../trace/callText.ts';

@customElement('wsm-memory-legend')
export class MemoryLegend extends LitElement {
  static override styles = [
    shared,
    instanceClasses,
    css`
      :host {
        display: flex;
        flex-wrap: wrap;
        gap: 0 12px;
        color: var(--wsm-dim);
        font-size: var(--wsm-small);
        line-height: 18px;
      }
      .entry {
        display: inline-flex;
        gap: 5px;
        align-items: center;
      }
      .mark {
        height: 13px;
        padding: 0 2px;
        font: 10px/12px var(--wsm-mono);
      }
      .changed {
        position: relative;
        border-bottom: 2px solid var(--instance, var(--wsm-changed));
        color: var(--wsm-fg);
        font-weight: 700;
      }
      .changed::before {
        position: absolute;
        inset: 0;
        background: var(--wsm-changed);
        content: '';
        opacity: 0.25;
      }
      :host-context(body.vscode-high-contrast) .changed::before {
        display: none;
      }
      .value {
        width: 16px;
        border: 1px dashed var(--wsm-warning);
      }
      .size {
        margin-inline-start: auto;
      }
    `,
  ];

  @property({ type: Number }) memoryBytes = 0;
  /** Instance whose call ends at the shown step; null at step 0. */
  @property({ attribute: false }) changedBy: number | null = null;
  /** Bytes that the call changed. */
  @property({ type: Number }) bytesChanged = 0;
  @property({ type: Boolean }) hasValue = false;

  override render() {
    return html`
      ${
        this.changedBy === null
          ? nothing
          : this.bytesChanged === 0
            ? html`<span>#${this.changedBy} changed nothing</span>`
            : html`<span class="entry ${instanceClass(this.changedBy)}"
                ><span class="mark changed" aria-hidden="true">95</span>changed by #${this.changedBy}</span
              >`
      }
      ${this.hasValue ? html`<span class="entry"><span class="mark value" aria-hidden="true"></span>the demo’s i32</span>` : nothing}
      <span class="size">${count(this.memoryBytes / WASM_PAGE_BYTES, 'page')} · ${sizeText(this.memoryBytes)}</span>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'wsm-memory-legend': MemoryLegend;
  }
}
