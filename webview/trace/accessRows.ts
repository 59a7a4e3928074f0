// Accesses of one call as rows of the call list. Only the visible ones are in the document. They have a scroll position of their
// own, since no element can be as tall as a million rows.

import { html, nothing } from 'lit';
import { type AccessView, accessorText } from '../../src/protocol/access.ts';
import type { CallRecord } from '../../src/protocol/call.ts';
import { type InstanceNames, NUMBERS_ALONE } from '../../src/protocol/instanceNames.ts';
import type { ScrollToEvent } from '../controls/scrollBar.ts';
import { clampTop, reveal, type ScrollArea, wheelRows } from '../controls/scrolling.ts';
import '../controls/scrollBar.ts';
import { accessSentence, instructionText, originText, placeText, valueChange } from '../text/accessText.ts';
import { instanceClass } from '../theme/tokens.ts';

/** In CSS pixels; the style sheet has the same. */
export const ACCESS_ROW_HEIGHT = 20;

/** The call shows at most so many rows, and no more than the list has room for; further ones scroll. */
const MOST_ROWS = 10;
const FEWEST_ROWS = 2;

export interface AccessRowsOptions {
  /** The access at a position of the call, if it is loaded. */
  readonly get: (index: number) => AccessView | undefined;
  /** Rows `from` … `to` (exclusive) are visible. */
  readonly show: (from: number, to: number) => void;
  readonly choose: (access: AccessView) => void;
  /** The rows are to be rendered again. */
  readonly changed: () => void;
}

export class AccessRows {
  /** Accesses of the call. */
  count = 0;
  /** The row that the keyboard is on; null while it is on the call itself. */
  cursor: number | null = null;
  /** Its access is marked. */
  private step = 0;
  private mostRows = MOST_ROWS;
  private top = 0;
  private call = 0;
  private instance = 0;
  private names = NUMBERS_ALONE;

  constructor(private readonly options: AccessRowsOptions) {}

  /** Says which call's accesses these are, the step that memory is shown at, and what instances are called. */
  showCall(call: CallRecord | undefined, step: number, names: InstanceNames): void {
    this.names = names;
    this.instance = call?.instance ?? 0;
    this.count = call?.accesses ?? 0;
    const index = call?.index ?? 0;
    if (index !== this.call) {
      this.call = index;
      this.top = 0;
      this.cursor = null;
    }
    if (step === this.step) return;
    this.step = step;
    // Where there are no loads in between, the step tells which access made it.
    const made = call && call.accesses === call.step - call.stepBefore ? step - call.stepBefore - 1 : -1;
    if (made >= 0) this.top = reveal(made, this.top, this.area);
  }

  /** Says how much room there is for rows, in CSS pixels. */
  fitInto(height: number): void {
    this.mostRows = Math.min(MOST_ROWS, Math.max(FEWEST_ROWS, Math.floor(height / ACCESS_ROW_HEIGHT)));
  }

  /** Moves the keyboard to a row and brings it into view; null is the call itself. */
  moveTo(cursor: number | null): void {
    this.cursor = cursor;
    if (cursor !== null) this.top = reveal(cursor, this.top, this.area);
    this.options.changed();
  }

  /** The element that the keyboard is on. */
  get activeId(): string | null {
    return this.cursor === null ? null : rowId(this.cursor);
  }

  /** Chooses the row that the keyboard is on. */
  chooseCursor(): void {
    const access = this.cursor === null ? undefined : this.options.get(this.cursor);
    if (access) this.options.choose(access);
  }

  render() {
    const { area, count } = this;
    this.top = clampTop(this.top, area);
    const first = Math.floor(this.top);
    const last = Math.min(count, first + area.visibleRows + 1);
    this.options.show(first, last);
    const rows = Array.from({ length: last - first }, (_, i) => first + i);
    const scrolls = count > area.visibleRows;
    return html`<div
      class="accesses"
      role="group"
      .style=${`height: ${area.visibleRows * ACCESS_ROW_HEIGHT}px`}
      @wheel=${(event: WheelEvent) => this.onWheel(event)}
      @click=${(event: MouseEvent) => event.stopPropagation()}
    >
      <div class="window" .style=${`transform: translateY(${(first - this.top) * ACCESS_ROW_HEIGHT}px)`}>
        ${rows.map(index => this.row(index))}
      </div>
      ${
        scrolls
          ? html`<wsm-scroll-bar
              label="Accesses"
              .area=${area}
              .top=${this.top}
              .rowText=${(row: number) => `access ${row + 1} of ${count}`}
              @scroll-to=${(event: ScrollToEvent) => this.scrollTo(event.top)}
            ></wsm-scroll-bar>`
          : nothing
      }
    </div>`;
  }

  private get area(): ScrollArea {
    return { rows: this.count, visibleRows: Math.min(this.count, this.mostRows) };
  }

  private row(index: number) {
    const access = this.options.get(index);
    const isShown = access !== undefined && access.kind !== 'read' && access.step === this.step;
    return html`<div
      id=${rowId(index)}
      class="access ${index === this.cursor ? 'cursor' : ''} ${isShown ? 'shown' : ''}"
      role="treeitem"
      aria-level="2"
      aria-posinset=${index + 1}
      aria-setsize=${this.count}
      aria-selected=${isShown}
      aria-label=${access ? accessSentence(access, this.names) : `access ${index + 1}, loading`}
      @click=${() => {
        this.moveTo(index);
        if (access) this.options.choose(access);
      }}
    >
      ${access ? this.content(access) : html`<span class="dim">··</span>`}
    </div>`;
  }

  /** An access in the call of another instance, which this call enclosed, says whose it is. */
  private content(access: AccessView) {
    const { before, after } = valueChange(access);
    const origin = originText(access);
    const { owner } = access;
    return html`<span class="what" title=${accessorText(access, this.names)}
      >${owner.kind === 'instance' && owner.instance !== this.instance ? html`<span class="badge ${instanceClass(owner.instance)}">#${owner.instance}</span> ` : nothing}${instructionText(access)} ${origin === null ? nothing : html`<span class="site">${origin}</span>`}
      ${placeText(access)}</span
    >
      <span class="values"
        >${before === null ? nothing : html`${before} <span aria-hidden="true">→</span> `}<b>${after}</b></span
    >`;
  }

  private scrollTo(top: number): void {
    this.top = clampTop(top, this.area);
    this.options.changed();
  }

  private onWheel(event: WheelEvent): void {
    const { area } = this;
    const top = clampTop(this.top + wheelRows(event, ACCESS_ROW_HEIGHT, area), area);
    // At either end the list around it scrolls on.
    if (top === this.top || event.ctrlKey) return;
    event.preventDefault();
    event.stopPropagation();
    this.scrollTo(top);
  }
}

function rowId(index: number): string {
  return `access-${index}`;
}
