// The border behind a column of a table, which the user drags, or moves by keys. It says what part of the table the column has.
import { css } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { DraggedBorder } from './draggedBorder.ts';

/** The user wants the column to have so much of the table, in whole percent; null where they leave it to the panel. */
export class ShareEvent extends Event {
  static readonly type = 'share';
  constructor(readonly share: number | null) {
    super(ShareEvent.type);
  }
}

/** It stands in the head of its column. */
@customElement('wsm-column-border')
export class ColumnBorder extends DraggedBorder {
  static override styles = [
    DraggedBorder.styles,
    css`
      :host {
        position: absolute;
        inset-block: 0;
        inset-inline-end: -4px;
        width: 7px;
        cursor: col-resize;
      }
      div::after {
        inset: 3px;
        background: var(--wsm-line);
      }
      div:is(:hover, :focus-visible, .dragged)::after {
        inset: 0 2px;
        background: var(--vscode-sash-hoverBorder, var(--wsm-focus));
      }
    `,
  ];

  /** What its column has of the table, in percent. */
  @property({ type: Number }) share = 0;

  protected readonly orientation = 'vertical';
  protected readonly unit = 'percent';
  protected readonly arrowStep = 2;

  protected get extent(): number {
    return this.share;
  }

  protected get perPixel(): number {
    return 100 / (this.closest('table')?.clientWidth || Number.POSITIVE_INFINITY);
  }

  protected tell(share: number | null): void {
    this.dispatchEvent(new ShareEvent(share === null ? null : Math.round(share)));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'wsm-column-border': ColumnBorder;
  }
}
