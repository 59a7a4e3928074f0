// The code around the instruction that wrote the selected byte, its line marked.
import { css, html, LitElement, nothing, unsafeCSS } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { SiteView } from '../../src/protocol/access.ts';
import type { CodeAround } from '../../src/protocol/moduleEditor.ts';
import { CODE_LINE_STYLES, codeLine } from '../controls/codeLine.ts';
import { shared } from '../theme/shared.ts';

@customElement('wsm-code-of-write')
export class CodeOfWrite extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: block;
        margin: 2px 0 4px;
        border: 1px solid var(--wsm-line);
      }
      .bar {
        display: flex;
        gap: 8px;
        align-items: baseline;
        padding: 0 6px;
        color: var(--wsm-dim);
      }
      .function {
        flex: 1;
        min-width: 0;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      ol {
        /* As many lines as there are, so that nothing moves when they come. */
        min-height: calc(13 * 18px);
        margin: 0;
        padding: 2px 0;
        overflow: auto hidden;
        list-style: none;
      }
      li {
        display: flex;
        gap: 6px;
        width: max-content;
        min-width: 100%;
        padding: 0 6px;
        line-height: 18px;
        white-space: pre;
      }
      li[aria-current] {
        background: var(--wsm-hover);
        outline: 1px solid var(--wsm-focus);
        outline-offset: -1px;
      }
      ${unsafeCSS(CODE_LINE_STYLES)}
    `,
  ];

  @property({ attribute: false }) site: SiteView | null = null;
  /** Null while it is not there. */
  @property({ attribute: false }) code: CodeAround | null = null;
  /** Opens the editor of the module there; null where its file is not known. */
  @property({ attribute: false }) open: (() => void) | null = null;

  override render() {
    const { site, code, open } = this;
    if (!site) return nothing;
    return html`<div class="bar">
        <span class="function mono" title=${site.function}>${site.function}</span>
        ${
          open
            ? html`<button class="link" title="Show this instruction in the editor of its module" @click=${open}>open module</button>`
            : nothing
        }
      </div>
      <ol aria-label=${`Code of ${site.function}`} aria-busy=${code === null} tabindex="0">
        ${code?.lines.map(
          (line, i) =>
            html`<li aria-current=${i === code.marked ? 'true' : nothing}>${codeLine(line, i === code.marked, null)}</li>`,
        )}
      </ol>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'wsm-code-of-write': CodeOfWrite;
  }
}
