// The whole memory in one line: the main owner of each page, or the number of writes to it. A marker shows the grid's part.
import { html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Finding } from '../../src/protocol/finding.ts';
import { NUMBERS_ALONE } from '../../src/protocol/instanceNames.ts';
import { ownerName, ownerOf } from '../../src/protocol/owner.ts';
import { count, hex } from '../../src/protocol/text.ts';
import { address, SHOWN_PAGE_BYTES, type Step } from '../../src/protocol/units.ts';
import { ResizeController } from '../controls/resizing.ts';
import { WatchController } from '../controls/watching.ts';
import { matchesMeeting } from '../data/matches.ts';
import type { FoundMatches } from '../data/memorySearch.ts';
import type { OverviewData } from '../data/overviewData.ts';
import type { View } from '../session/view.ts';
import { differenceText } from '../text/differenceText.ts';
import { CanvasThemeController } from '../theme/canvasTheme.ts';
import { shared } from '../theme/shared.ts';
import { type Cells, cellCount, cellOfPage, findingsByCell, firstPage, heatScale, summarize } from './cells.ts';
import { overviewStripStyles } from './overviewStrip.styles.ts';
import { FAINTEST, paintOverview } from './paintOverview.ts';

/** Height of the drawing in CSS pixels; the style sheet has the same. */
const HEIGHT = 20;
/** Least width of the marker, in CSS pixels: of a large memory the grid shows less than a pixel. */
const NARROWEST_VIEW = 5;
/** Cells that Page Up and Page Down move. */
const LEAP = 16;

@customElement('wsm-overview-strip')
export class OverviewStrip extends LitElement {
  static override styles = [shared, overviewStripStyles];

  @property({ attribute: false }) data: OverviewData | null = null;
  /** Owners are recorded. Without them, the strip shows only writes. */
  @property({ type: Boolean }) hasOwners = true;
  @property({ attribute: false }) onlyOwner: number | null = null;
  /** The step that memory is compared with; null for none. */
  @property({ attribute: false }) marked: Step | null = null;
  /** The cells of their bytes are marked. */
  @property({ attribute: false }) findings: readonly Finding[] = [];
  /** What a search found: the cells of these bytes are marked. */
  @property({ attribute: false }) found: FoundMatches | null = null;
  @property({ attribute: false }) names = NUMBERS_ALONE;
  @property({ attribute: false }) view: Pick<View, 'jump' | 'select'> | null = null;

  @state() private heat = false;
  @state() private width = 0;
  /** The cell that the keyboard is on; null while the keyboard follows the view. */
  @state() private cursor: number | null = null;
  private cells: Cells = { owners: new Uint8Array(0), writes: new Float64Array(0), differing: new Float64Array(0) };
  /** What the grid shows. */
  private inGrid = { start: 0, end: 0 };
  private dragging = false;
  private readonly theme = new CanvasThemeController(this);

  constructor() {
    super();
    new WatchController(this, () => this.data ?? undefined);
    new ResizeController(this, () =>
      requestAnimationFrame(() => {
        this.width = this.renderRoot.querySelector('.strip')?.clientWidth ?? 0;
      }),
    );
  }

  /** The grid shows the bytes `start` … `end` (exclusive). Only the marker moves: nothing is rendered. */
  showView(start: number, end: number): void {
    this.inGrid = { start, end };
    this.placeView();
  }

  private get pages(): number {
    return this.data?.owners.length ?? 0;
  }

  override willUpdate(): void {
    const { data } = this;
    if (!data || this.width === 0) return;
    this.cells = summarize(data, cellCount(this.pages, this.width));
    if (this.cursor !== null && this.cursor >= this.cells.owners.length) this.cursor = null;
  }

  override render() {
    const { heat } = this;
    const cell = this.currentCell;
    return html`<div
        class="strip"
        role="slider"
        tabindex="0"
        aria-label="Overview of memory"
        aria-orientation="horizontal"
        aria-busy=${this.data?.busy ?? false}
        aria-valuemin="0"
        aria-valuemax=${Math.max(0, this.pages * SHOWN_PAGE_BYTES - 1)}
        aria-valuenow=${this.firstAddress(cell)}
        aria-valuetext=${this.describe(cell)}
        title=${this.describe(cell)}
        @keydown=${this.onKey}
        @blur=${() => this.moveTo(null)}
        @pointerdown=${this.onPointer}
        @pointermove=${this.onMove}
        @pointerup=${this.endDrag}
        @pointercancel=${this.endDrag}
      >
        <canvas></canvas>
        <div class="view"></div>
        <div class="cursor" ?hidden=${this.cursor === null}></div>
      </div>
      <button
        class="toggle"
        aria-pressed=${heat}
        ?hidden=${!this.hasOwners}
        title=${heat ? 'Showing how often pages were written. Click for who wrote them.' : 'Show how often pages were written'}
        @click=${() => {
          this.heat = !heat;
        }}
      >
        heat
      </button>
      ${heat || !this.hasOwners ? this.legend() : nothing}`;
  }

  /** What the heights of heat mean: bars as tall and as strong as those of the strip, with their writes. */
  private legend() {
    const most = this.cells.writes.reduce((a, b) => Math.max(a, b), 0);
    const pages = this.pages / Math.max(1, this.cells.writes.length);
    const kib = Math.round((pages * SHOWN_PAGE_BYTES) / 1024);
    const of = kib < 1024 ? `${kib} KiB` : `${Math.round(kib / 1024)} MiB`;
    if (most === 0) return html`<p class="legend">heat: nothing was written up to this step</p>`;
    return html`<p class="legend">
      <span>writes to each ${of} up to this step:</span>
      ${heatScale(most).map(
        ({ writes, share }) => html`<span class="mark"
          ><svg width="10" height="14" aria-hidden="true">
            <rect
              class="bar"
              y=${14 - Math.max(3, 14 * share)}
              width="10"
              height=${Math.max(3, 14 * share)}
              fill-opacity=${FAINTEST + (1 - FAINTEST) * share}
            /></svg
          >${writes}</span
        >`,
      )}
    </p>`;
  }

  override updated(): void {
    const canvas = this.renderRoot.querySelector('canvas');
    const { cells, width } = this;
    if (!canvas || width === 0) return;
    const scale = window.devicePixelRatio;
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(HEIGHT * scale);
    const mode = this.heat || !this.hasOwners ? 'heat' : 'owners';
    paintOverview(canvas, {
      cells,
      theme: this.theme.current,
      mode,
      onlyOwner: this.onlyOwner,
      compares: this.marked !== null,
      marks: this.marks,
      matches: this.matchCells,
      scale,
    });
    this.placeView();
    this.placeCursor();
  }

  /** The cell that screen readers read: the keyboard's, or else the first in view. */
  private get currentCell(): number {
    return this.cursor ?? this.cellAt(this.inGrid.start);
  }

  /** The findings of each cell that has some. */
  private get marks(): ReadonlyMap<number, readonly Finding[]> {
    return findingsByCell(this.findings, address =>
      address < this.pages * SHOWN_PAGE_BYTES ? this.cellAt(address) : null,
    );
  }

  /** Cells in which matches begin. */
  private get matchCells(): ReadonlySet<number> {
    return new Set((this.found?.addresses ?? []).map(at => this.cellAt(at)));
  }

  private cellAt(at: number): number {
    if (this.pages === 0) return 0;
    const page = Math.min(this.pages - 1, Math.floor(at / SHOWN_PAGE_BYTES));
    return cellOfPage(page, this.cells.owners.length, this.pages);
  }

  private firstAddress(cell: number): number {
    const cells = this.cells.owners.length;
    return cells === 0 ? 0 : firstPage(cell, cells, this.pages) * SHOWN_PAGE_BYTES;
  }

  /** `0x1000 … 0x1fff: mostly #2, 5 writes` */
  private describe(cell: number): string {
    const start = this.firstAddress(cell);
    const end = this.firstAddress(cell + 1) - 1;
    const owner = ownerName(ownerOf(this.cells.owners[cell] ?? 0), this.names);
    const facts = [...(this.hasOwners ? [owner] : []), count(this.cells.writes[cell] ?? 0, 'write')];
    const found = this.marks.get(cell);
    if (found) facts.push(count(found.length, 'finding'));
    const matches = this.found ? matchesMeeting(this.found, start, Math.max(0, end - start + 1)).length : 0;
    if (matches > 0) facts.push(matches === 1 ? '1 match' : `${matches} matches`);
    if (this.marked !== null) facts.push(differenceText(this.cells.differing[cell] ?? 0, this.marked));
    return `${hex(start)} … ${hex(Math.max(start, end))}: ${facts.join(', ')}`;
  }

  private moveTo(cell: number | null): void {
    this.cursor = cell;
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const last = this.cells.owners.length - 1;
    const cell = this.currentCell;
    const target = moveCell(event.key, cell, last);
    if (target !== undefined) this.moveTo(target);
    else if (event.key === 'Enter' || event.key === ' ') this.view?.jump(address(this.firstAddress(cell)));
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private onPointer(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.dragging = true;
    if (event.currentTarget instanceof Element) event.currentTarget.setPointerCapture(event.pointerId);
    this.moveTo(null);
    this.view?.jump(address(this.firstAddress(this.cellUnder(event))));
  }

  private onMove(event: PointerEvent): void {
    const cell = this.cellUnder(event);
    if (!this.dragging) {
      if (event.currentTarget instanceof HTMLElement) event.currentTarget.title = this.describe(cell);
      return;
    }
    this.view?.select(address(this.firstAddress(cell)));
  }

  private endDrag(): void {
    this.dragging = false;
  }

  private cellUnder(event: PointerEvent): number {
    const cells = this.cells.owners.length;
    const left = this.renderRoot.querySelector('canvas')?.getBoundingClientRect().left ?? 0;
    const cell = Math.floor(((event.clientX - left) * cells) / Math.max(1, this.width));
    return Math.min(Math.max(0, cell), Math.max(0, cells - 1));
  }

  private placeView(): void {
    const size = this.pages * SHOWN_PAGE_BYTES;
    const marker = this.renderRoot.querySelector<HTMLElement>('.view');
    if (!marker || size === 0) return;
    const width = Math.max(NARROWEST_VIEW, ((this.inGrid.end - this.inGrid.start) / size) * this.width);
    const left = Math.min((this.inGrid.start / size) * this.width, this.width - width);
    marker.style.width = `${width}px`;
    marker.style.transform = `translateX(${left}px)`;
  }

  private placeCursor(): void {
    const cursor = this.renderRoot.querySelector<HTMLElement>('.cursor');
    const cells = this.cells.owners.length;
    if (!cursor || this.cursor === null || cells === 0) return;
    const width = this.width / cells;
    cursor.style.width = `${Math.max(3, width)}px`;
    cursor.style.transform = `translateX(${this.cursor * width}px)`;
  }
}

function moveCell(key: string, cell: number, last: number): number | undefined {
  const clamp = (target: number): number => Math.min(last, Math.max(0, target));
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return clamp(cell - 1);
    case 'ArrowRight':
    case 'ArrowUp':
      return clamp(cell + 1);
    case 'PageDown':
      return clamp(cell - LEAP);
    case 'PageUp':
      return clamp(cell + LEAP);
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return undefined;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'wsm-overview-strip': OverviewStrip;
  }
}
