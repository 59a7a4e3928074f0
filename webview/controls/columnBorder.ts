// The border behind a column of a table, which the user drags, or moves by keys. It says what part of the table the column has.
import { css, html, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';

/** The user wants the column to have so much of the table, in whole percent; null where they leave it to the panel. */
export class ShareEvent extends Event {
  static readonly type = 'share';
  constructor(readonly share: number | null) {
    super(ShareEvent.type);
  }
}

/** What an arrow key moves the border by, in percent. */
const STEP = 2;

/** It stands in the head of its column. */
@customElement('wsm-column-border')
export class ColumnBorder extends LitElement {
  static override styles = css`
    :host {
      position: absolute;
      z-index: 1;
      inset-block: 0;
      inset-inline-end: -4px;
      width: 7px;
      cursor: col-resize;
      touch-action: none;
    }
    div {
      height: 100%;
      outline: none;
    }
    div::after {
      position: absolute;
      inset: 3px;
      background: var(--wsm-line);
      content: '';
    }
    div:is(:hover, :focus-visible, .dragged)::after {
      inset: 0 2px;
      background: var(--vscode-sash-hoverBorder, var(--wsm-focus));
    }
    @media (prefers-reduced-motion: no-preference) {
      div::after {
        transition: background-color 0.1s 0.2s;
      }
    }
  `;

  @property() label = '';
  /** What its column has of the table, and may have, in percent. */
  @property({ type: Number }) share = 0;
  @property({ type: Number }) least = 0;
  @property({ type: Number }) most = 100;
  /** Where the pointer took hold of it, and what the column had. */
  private held: { readonly x: number; readonly share: number } | null = null;

  override render() {
    return html`<div
      role="separator"
      tabindex="0"
      aria-orientation="vertical"
      aria-label=${this.label}
      title="${this.label}: drag it, or press the arrow keys. A double click or Delete leaves it to the panel."
      aria-valuenow=${this.share}
      aria-valuemin=${this.least}
      aria-valuemax=${this.most}
      aria-valuetext="${this.share} percent"
      class=${this.held ? 'dragged' : ''}
      @pointerdown=${this.onDown}
      @pointermove=${this.onMove}
      @pointerup=${this.onUp}
      @pointercancel=${this.onUp}
      @dblclick=${() => this.ask(null)}
      @keydown=${this.onKey}
    ></div>`;
  }

  private ask(share: number | null): void {
    const asked = share === null ? null : Math.min(Math.max(Math.round(share), this.least), this.most);
    this.dispatchEvent(new ShareEvent(asked));
  }

  private onDown(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.held = { x: event.clientX, share: this.share };
    if (event.target instanceof Element) event.target.setPointerCapture(event.pointerId);
    this.requestUpdate();
  }

  private onMove(event: PointerEvent): void {
    const width = this.closest('table')?.clientWidth ?? 0;
    if (this.held && width > 0) this.ask(this.held.share + (100 * (event.clientX - this.held.x)) / width);
  }

  private onUp(): void {
    this.held = null;
    this.requestUpdate();
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (event.key === 'ArrowRight') this.ask(this.share + STEP);
    else if (event.key === 'ArrowLeft') this.ask(this.share - STEP);
    else if (event.key === 'Home') this.ask(this.least);
    else if (event.key === 'End') this.ask(this.most);
    else if (event.key === 'Delete') this.ask(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'wsm-column-border': ColumnBorder;
  }
}
