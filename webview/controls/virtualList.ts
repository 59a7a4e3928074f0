// A list of any length: only the rows in view are in the document. The keyboard moves through it, Enter acts on a row.
import { css, html, LitElement, nothing, type TemplateResult, unsafeCSS } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { shared } from '../theme/shared.ts';
import { moveInList } from './moveInList.ts';
import { ResizeController } from './resizing.ts';
import type { ScrollToEvent } from './scrollBar.ts';
import './scrollBar.ts';
import { clampTop, reveal, revealInContext, type ScrollArea, wheelRows } from './scrolling.ts';

/** In CSS pixels. */
export const ROW_HEIGHT = 20;

/** The rows `from` … `end` (exclusive) are in view. */
export class RowsInViewEvent extends Event {
  static readonly type = 'rows-in-view';
  constructor(
    readonly from: number,
    readonly end: number,
  ) {
    super(RowsInViewEvent.type);
  }
}

/** The user moved to a row by a key, or clicked it, or pressed Enter on it. */
export class RowEvent extends Event {
  static readonly type = 'row';
  constructor(
    readonly row: number,
    readonly by: 'key' | 'click' | 'enter',
  ) {
    super(RowEvent.type);
  }
}

@customElement('wsm-virtual-list')
export class VirtualList extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: flex;
        min-width: 0;
        min-height: 0;
        overflow: hidden;
      }
      .scroller {
        position: relative;
        flex: 1;
        min-width: 0;
        overflow: auto hidden;
        cursor: default;
      }
      .scroller:focus-visible {
        outline: 1px solid var(--wsm-focus);
        outline-offset: -1px;
      }
      .row {
        display: flex;
        gap: 8px;
        align-items: center;
        height: ${unsafeCSS(ROW_HEIGHT)}px;
        padding: 0 8px;
        line-height: ${unsafeCSS(ROW_HEIGHT)}px;
        white-space: pre;
      }
      :host(.wide) .row {
        width: max-content;
        min-width: 100%;
      }
      .row:hover {
        background: var(--wsm-hover);
      }
      .row.active {
        background: var(--wsm-selected);
        color: var(--wsm-selected-fg);
        outline: 1px solid var(--wsm-focus);
        outline-offset: -1px;
      }
      .row.active .dim {
        color: inherit;
      }
    `,
  ];

  @property({ type: Number }) total = 0;
  /** The row that the keyboard is on; -1 for none. */
  @property({ type: Number }) active = -1;
  /** Changes with each jump: the active row is then shown with its surroundings. */
  @property({ type: Number }) jumps = 0;
  /** For screen readers. */
  @property() label = '';
  /** What is in a row. */
  @property({ attribute: false }) row: (index: number) => TemplateResult | typeof nothing | null = () => null;
  /** Of a row what screen readers say; null for its text. */
  @property({ attribute: false }) spoken: (index: number) => string | null = () => null;
  /** First visible row, with a fraction. */
  @state() private top = 0;
  @state() private height = 0;

  constructor() {
    super();
    new ResizeController(this, () => {
      requestAnimationFrame(() => {
        this.height = this.clientHeight;
      });
    });
  }

  override focus(): void {
    this.renderRoot.querySelector<HTMLElement>('.scroller')?.focus();
  }

  private get area(): ScrollArea {
    return { rows: this.total, visibleRows: this.height / ROW_HEIGHT };
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    const { active, area } = this;
    if (active >= 0 && (changed.has('jumps') || (changed.has('height') && changed.get('height') === 0)))
      this.top = revealInContext(active, this.top, area);
    else if (active >= 0 && changed.has('active')) this.top = reveal(active, this.top, area);
    this.top = clampTop(this.top, area);
  }

  override render() {
    const first = Math.floor(this.top);
    const end = Math.min(this.total, first + Math.ceil(this.height / ROW_HEIGHT) + 1);
    const rows = Array.from({ length: Math.max(0, end - first) }, (_, i) => first + i);
    return html`<div
        class="scroller"
        role="listbox"
        tabindex="0"
        aria-label=${this.label}
        aria-activedescendant=${this.active >= first && this.active < end ? `row-${this.active}` : ''}
        @keydown=${this.onKey}
        @wheel=${this.onWheel}
      >
        <div .style=${`transform: translateY(${(first - this.top) * ROW_HEIGHT}px)`} role="presentation">
          ${rows.map(
            index =>
              html`<div
                class="row ${index === this.active ? 'active' : ''}"
                id=${`row-${index}`}
                role="option"
                aria-selected=${index === this.active}
                aria-posinset=${index + 1}
                aria-setsize=${this.total}
                aria-label=${this.spoken(index) ?? nothing}
                @click=${() => this.dispatchEvent(new RowEvent(index, 'click'))}
              >${this.row(index)}</div>`,
          )}
        </div>
      </div>
      <wsm-scroll-bar
        label=${this.label}
        .area=${this.area}
        .top=${this.top}
        @scroll-to=${(event: ScrollToEvent) => this.scrollToRow(event.top)}
      ></wsm-scroll-bar>`;
  }

  override updated(): void {
    const first = Math.floor(this.top);
    const end = Math.min(this.total, first + Math.ceil(this.height / ROW_HEIGHT) + 1);
    if (this.height > 0) this.dispatchEvent(new RowsInViewEvent(first, Math.max(first, end)));
  }

  private scrollToRow(top: number): void {
    this.top = clampTop(top, this.area);
  }

  private onWheel(event: WheelEvent): void {
    if (event.ctrlKey || event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) return;
    const top = clampTop(this.top + wheelRows(event, ROW_HEIGHT, this.area), this.area);
    if (top === this.top) return;
    event.preventDefault();
    this.top = top;
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = moveInList(event.key, this.active, this.total);
    if (target !== undefined && this.total > 0) this.dispatchEvent(new RowEvent(Math.max(0, target), 'key'));
    else if (event.key === 'Enter' && this.active >= 0) this.dispatchEvent(new RowEvent(this.active, 'enter'));
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'wsm-virtual-list': VirtualList;
  }
}
