// The ranges in which memory differs from the step that it is compared with: where, from what to what, and who wrote it last.
// Only the rows in view are there: a list of many thousands scrolls as one of ten.
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { accessorText, type DifferingRange, TOLD_DIFFERENCE } from '../../src/protocol/access.ts';
import { NUMBERS_ALONE } from '../../src/protocol/instanceNames.ts';
import { ownerName } from '../../src/protocol/owner.ts';
import { count, hex } from '../../src/protocol/text.ts';
import { moveInList } from '../controls/moveInList.ts';
import { ResizeController } from '../controls/resizing.ts';
import { ShowMemoryEvent } from '../controls/showMemoryEvent.ts';
import { WatchController } from '../controls/watching.ts';
import type { DifferingRanges } from '../data/differingRanges.ts';
import type { View } from '../session/view.ts';
import { shared } from '../theme/shared.ts';
import { instanceClass, instanceClasses } from '../theme/tokens.ts';

/** Height of a row, in CSS pixels; the style sheet has the same. */
const ROW = 20;

/** What stands beside the values, and a byte of both of them, in CSS pixels: a value is cut after whole bytes. */
const BESIDE_VALUES = 190;
const WIDTH_OF_BYTE = 42;

/** No browser has elements of more than some 16 million pixels. */
const MOST_ROWS = 800_000;

/** Rows above and below the view that are there, too. */
const MARGIN = 6;

@customElement('wsm-difference-list')
export class DifferenceList extends LitElement {
  static override styles = [
    shared,
    instanceClasses,
    css`
      :host {
        display: block;
        margin: 2px var(--wsm-pad) 0;
      }
      .list {
        position: relative;
        max-height: 142px;
        overflow: hidden auto;
        border: 1px solid var(--wsm-line);
      }
      .list:focus-visible {
        outline: 1px solid var(--wsm-focus);
      }
      svg {
        display: block;
      }
      /* Those of the step before stay for a moment: what comes at once does not flicker. */
      .list[aria-busy='true'] {
        opacity: 0.5;
        transition: opacity 0s 0.3s;
      }
      .row {
        position: absolute;
        right: 0;
        left: 0;
        display: grid;
        grid-template-columns: minmax(9ch, max-content) minmax(7ch, max-content) minmax(0, 1fr) max-content;
        gap: 8px;
        height: 20px;
        padding: 0 6px;
        border: 1px solid transparent;
        font: var(--wsm-small) / 18px var(--wsm-mono);
        white-space: nowrap;
        cursor: pointer;
      }
      .row:hover {
        background: var(--wsm-hover);
      }
      .row.selected {
        background: var(--wsm-selected);
        color: var(--wsm-selected-fg);
      }
      .row.selected * {
        color: inherit;
      }
      .row.selected .badge {
        color: var(--wsm-on-color);
      }
      .list:focus .row.cursor {
        border-color: var(--wsm-focus);
      }
      .length {
        color: var(--wsm-dim);
        text-align: end;
      }
      .values {
        overflow: hidden;
        text-overflow: ellipsis;
      }
      @container panel (max-width: 259px) {
        .row {
          grid-template-columns: max-content minmax(0, 1fr) max-content;
        }
        .values {
          display: none;
        }
      }
      .note {
        color: var(--wsm-dim);
        font-size: var(--wsm-small);
      }
    `,
  ];

  @property({ attribute: false }) data: Pick<DifferingRanges, 'total' | 'busy' | 'get' | 'want' | 'onChange'> | null =
    null;
  @property({ attribute: false }) names = NUMBERS_ALONE;
  /** The two steps, the earlier one first. */
  @property({ attribute: false }) steps: readonly [earlier: number, later: number] = [0, 0];
  /** The selected byte. */
  @property({ type: Number }) selected = 0;
  @property({ attribute: false }) view: Pick<View, 'jumpToRange'> | null = null;
  /** The row that keys are at. */
  @state() private cursor = 0;
  @state() private top = 0;
  @state() private height = 146;
  /** Bytes of each value that a row has room for. */
  @state() private told = TOLD_DIFFERENCE;

  constructor() {
    super();
    new WatchController(this, () => this.data ?? undefined);
    new ResizeController(this, () => {
      this.height = this.list?.clientHeight ?? this.height;
      this.told = Math.min(
        TOLD_DIFFERENCE,
        Math.max(1, Math.floor((this.clientWidth - BESIDE_VALUES) / WIDTH_OF_BYTE)),
      );
    });
  }

  override render() {
    const total = this.data?.total ?? null;
    if (total === null) return html`<p class="note" aria-busy="true">loading …</p>`;
    if (total === 0) return nothing;
    const rows = Math.min(total, MOST_ROWS);
    const first = Math.max(0, Math.floor(this.top / ROW) - MARGIN);
    const end = Math.min(rows, Math.ceil((this.top + this.height) / ROW) + MARGIN);
    const [earlier, later] = this.steps;
    const cursor = Math.min(this.cursor, rows - 1);
    const shown = Array.from({ length: Math.max(0, end - first) }, (_, i) => first + i);
    // What keys are at is there, wherever the list was scrolled to.
    if (cursor < first || cursor >= end) shown.push(cursor);
    return html`<p class="note">address, bytes, step ${earlier} → step ${later}, last written by</p>
      <div
        class="list"
        role="listbox"
        tabindex="0"
        aria-busy=${this.data?.busy ?? false}
        aria-label="${count(total, 'range')} that differ, from step ${earlier} to step ${later}"
        aria-activedescendant="range-${cursor}"
        @keydown=${(event: KeyboardEvent) => this.onKey(event, cursor, rows)}
        @scroll=${this.onScroll}
      >
        <svg width="1" height=${rows * ROW} aria-hidden="true"></svg>
        ${shown.map(index => this.row(index, total, index === cursor))}
      </div>
      ${rows < total ? html`<p class="note">The first ${rows} of ${total} ranges.</p>` : nothing}`;
  }

  private row(index: number, total: number, isCursor: boolean) {
    const range = this.data?.get(index);
    const isSelected = range !== undefined && isIn(range, this.selected);
    return html`<div
      id="range-${index}"
      class="row ${isSelected ? 'selected' : ''} ${isCursor ? 'cursor' : ''}"
      role="option"
      aria-posinset=${index + 1}
      aria-setsize=${total}
      aria-selected=${isSelected}
      aria-label=${range ? this.label(range) : 'loading'}
      title=${range ? this.label(range) : nothing}
      data-index=${index}
      @click=${() => this.choose(index)}
    >
      ${range ? this.cells(range) : html`<span class="dim">··</span>`}
    </div>`;
  }

  private cells({ address, length, before, after, last }: DifferingRange) {
    const owner = last?.owner;
    return html`<span>${hex(address)}</span>
      <span class="length">${length} B</span>
      <span class="values">${bytesText(before, length, this.told)} → <b>${bytesText(after, length, this.told)}</b></span>
      ${
        owner?.kind === 'instance'
          ? html`<span class="badge ${instanceClass(owner.instance)}">#${owner.instance}</span>`
          : html`<span class="dim">${owner ? ownerName(owner, this.names) : 'not kept'}</span>`
      }`;
  }

  /** `0x548, 1 byte: 4d to 64, last written by #2 in add_23+0x12, step 16` */
  private label({ address, length, before, after, last }: DifferingRange): string {
    const values = `${bytesText(before, length)} to ${bytesText(after, length)}`;
    const who = last
      ? `last written by ${accessorText(last, this.names)}, step ${last.step}`
      : 'its writes are not kept';
    return `${hex(address)}, ${count(length, 'byte')}: ${values}, ${who}`;
  }

  override updated(changed: Map<PropertyKey, unknown>): void {
    const { list } = this;
    // Other rows stand elsewhere: each has its place as a style of the element, which no style sheet can have.
    for (const row of this.renderRoot.querySelectorAll<HTMLElement>('.row'))
      row.style.top = `${Number(row.dataset.index) * ROW}px`;
    const first = Math.floor(this.top / ROW);
    this.data?.want(first, first + Math.ceil(this.height / ROW) + 1);
    if (!list || !changed.has('cursor')) return;
    const at = this.cursor * ROW;
    if (at < list.scrollTop) list.scrollTop = at;
    else if (at + ROW > list.scrollTop + list.clientHeight) list.scrollTop = at + ROW - list.clientHeight;
  }

  private get list(): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>('.list');
  }

  private readonly onScroll = (): void => {
    this.top = this.list?.scrollTop ?? 0;
  };

  private choose(index: number): void {
    this.cursor = index;
    const range = this.data?.get(index);
    if (!range) return;
    this.view?.jumpToRange({ start: range.address, length: range.length });
    this.dispatchEvent(new ShowMemoryEvent());
  }

  private onKey(event: KeyboardEvent, cursor: number, rows: number): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (event.key === 'Enter' || event.key === ' ') this.choose(cursor);
    else {
      const row = moveInList(event.key, cursor, rows);
      if (row === undefined) return;
      this.cursor = Math.max(0, row);
    }
    event.preventDefault();
    event.stopPropagation();
  }
}

const isIn = ({ address, length }: DifferingRange, at: number): boolean => at >= address && at < address + length;

/** `4d 01`; `–` where memory did not have them yet. @param most bytes that are told */
function bytesText(bytes: Uint8Array, length: number, most = TOLD_DIFFERENCE): string {
  if (bytes.length === 0) return '–';
  const told = Array.from(bytes.subarray(0, most), byte => byte.toString(16).padStart(2, '0')).join(' ');
  return length > most ? `${told} …` : told;
}

declare global {
  interface HTMLElementTagNameMap {
    'wsm-difference-list': DifferenceList;
  }
}
