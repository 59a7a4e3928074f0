// The whole memory as a hex view: a canvas for the eye, an ARIA grid for screen readers, a scroll bar and the keyboard.
import { html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { CELL_TYPES, type CellType, readWord } from '../../src/protocol/cellTypes.ts';
import { NUMBERS_ALONE } from '../../src/protocol/instanceNames.ts';
import { OWNER_CODE } from '../../src/protocol/owner.ts';
import { hex } from '../../src/protocol/text.ts';
import { type Address, address } from '../../src/protocol/units.ts';
import { MenuKey, tellMenu } from '../controls/menuContext.ts';
import { ResizeController } from '../controls/resizing.ts';
import { SCROLL_BAR_WIDTH, type ScrollToEvent } from '../controls/scrollBar.ts';
import { clampTop, reveal, revealInContext, type ScrollArea, wheelRows } from '../controls/scrolling.ts';
import type { ByteRange } from '../data/byteRange.ts';
import type { MemoryAtStep } from '../data/memoryAtStep.ts';
import type { FoundMatches } from '../data/memorySearch.ts';
import type { EditColumn, PendingDigit } from '../session/edits.ts';
import type { View } from '../session/view.ts';
import { type CanvasTheme, CanvasThemeController } from '../theme/canvasTheme.ts';
import { ownerColor } from '../theme/ownerMarks.ts';
import { shared } from '../theme/shared.ts';
import { gridFont } from './fonts.ts';
import { ColumnEvent, TypedEvent, ViewEvent } from './gridEvents.ts';
import { isCopy, moveByKey, typedBy } from './keyboard.ts';
import { memoryGridStyles } from './memoryGrid.styles.ts';
import { GridPainter } from './painter.ts';
import {
  type BytesPerRow,
  columnAt,
  hexLeft,
  isBytes,
  layoutRow,
  type RowLayout,
  rowCount,
  rowOf,
} from './rowLayout.ts';
import { cellId, cellStart, spokenRow } from './spokenRow.ts';

@customElement('wsm-memory-grid')
export class MemoryGrid extends LitElement {
  static override styles = [shared, memoryGridStyles];

  @property({ attribute: false }) memory: MemoryAtStep | null = null;
  @property({ attribute: false }) bytesPerRow: BytesPerRow = 'fit';
  /** What each cell shows of memory. */
  @property({ attribute: false }) cells: CellType = 'bytes';
  /** Byte order of cells that have several bytes. */
  @property({ attribute: false }) littleEndian = true;
  @property({ type: Number }) selected = 0;
  /** The selected bytes; the selected byte alone where none are given. */
  @property({ attribute: false }) range: ByteRange | null = null;
  /** Changes with each jump: the grid then shows the selected byte with its surroundings. */
  @property({ type: Number }) jumps = 0;
  @property({ attribute: false }) valueAddress: number | null = null;
  /** The bytes of the finding that is told in full; null for none. */
  @property({ attribute: false }) finding: ByteRange | null = null;
  /** Those of its first event, where they are others; null for none. */
  @property({ attribute: false }) firstEvent: ByteRange | null = null;
  /** What a search found at the shown step; null for nothing. */
  @property({ attribute: false }) found: FoundMatches | null = null;
  /** Where owners are not recorded, the instance that made the marked changes; else null. */
  @property({ attribute: false }) changedBy: number | null = null;
  /** OWNER_CODE of the only owner to show; null for all. */
  @property({ attribute: false }) onlyOwner: number | null = null;
  /** What modules claim of a byte, in words; null where none does. */
  @property({ attribute: false }) regionOf: (at: number) => string | null = () => null;
  @property({ attribute: false }) names = NUMBERS_ALONE;
  /** Where typing writes; null where memory is read-only. */
  @property({ attribute: false }) column: EditColumn | null = null;
  /** The digit that waits for its second one; null for none. */
  @property({ attribute: false }) pending: PendingDigit | null = null;
  @property({ attribute: false }) view: Pick<View, 'select' | 'extendSelection' | 'jump'> | null = null;

  @state() private size = { width: 0, height: 0 };
  @state() private focused = false;

  /** First visible row, with a fraction. Scrolling only paints: nothing is rendered. */
  private top = 0;
  private layout: RowLayout | undefined;
  /** The selected byte may be left or right of what is visible. */
  private columnToReveal = false;
  /** When it was drawn last: the selected byte stays in view where the room gets smaller. */
  private isSelectedInView = false;
  /** The pointer went down on a byte and was not released yet. */
  private dragging = false;
  private painter: GridPainter | undefined;
  private frameRequest: number | undefined;
  private readonly menuKey = new MenuKey();
  private readonly theme = new CanvasThemeController(this);

  constructor() {
    super();
    new ResizeController(this, () => {
      this.size = { width: this.clientWidth - SCROLL_BAR_WIDTH, height: this.clientHeight };
    });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    // Where no field has the focus, it is no element of ours that the event goes to.
    window.addEventListener('paste', this.onPaste);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('paste', this.onPaste);
    if (this.frameRequest !== undefined) cancelAnimationFrame(this.frameRequest);
    this.frameRequest = undefined;
  }

  /** Puts the keyboard's focus on the selected byte. */
  override focus(): void {
    this.scroller?.focus();
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (!this.memory || this.size.width <= 0) return;
    const before = this.layout;
    this.layout = this.layOut(this.memory, this.theme.current);
    const { bytesPerRow } = this.layout;
    // Where rows get longer or shorter, the bytes at the top stay there.
    if (before) this.top *= before.bytesPerRow / bytesPerRow;
    const row = rowOf(this.selected, bytesPerRow);
    if (changed.has('jumps') || !before) this.top = revealInContext(row, this.top, this.area);
    else if (changed.has('selected') || changed.has('bytesPerRow') || changed.has('cells'))
      this.top = reveal(row, this.top, this.area);
    else if (changed.has('size') && this.isSelectedInView) this.top = reveal(row, this.top, this.area);
  }

  override render() {
    const { memory, layout } = this;
    if (!memory || !layout) return nothing;
    const { bytesPerRow } = layout;
    const cells = isBytes(layout) ? null : layout.cells;
    return html`<div
        class="scroller"
        role="grid"
        tabindex="0"
        aria-label="Memory"
        aria-readonly=${this.column === null}
        aria-description=${cells ? cells.about : nothing}
        aria-rowcount=${rowCount(memory.size, bytesPerRow)}
        aria-colcount=${Math.ceil(bytesPerRow / (cells?.size ?? 1)) + 1}
        aria-activedescendant=${cellId(cellStart(this.selected, bytesPerRow, cells))}
        @keydown=${this.onKey}
        @wheel=${this.onWheel}
        @pointerdown=${this.onPointer}
        @pointermove=${this.onMove}
        @pointerup=${this.endDrag}
        @pointercancel=${this.endDrag}
        @contextmenu=${this.onMenu}
        @dblclick=${this.onDoubleClick}
        @focus=${() => this.setFocused(true)}
        @blur=${() => this.setFocused(false)}
      >
        <canvas aria-hidden="true"></canvas>
        ${spokenRow({
          memory,
          bytesPerRow,
          cells,
          littleEndian: this.littleEndian,
          selected: this.selected,
          selection: this.selectedRange,
          valueAddress: this.valueAddress,
          finding: this.finding,
          firstEvent: this.firstEvent,
          matches: this.found,
          regionOf: this.regionOf,
          names: this.names,
        })}
      </div>
      <wsm-scroll-bar
        label="Memory"
        .rowText=${(row: number) => hex(row * bytesPerRow)}
        @scroll-to=${(event: ScrollToEvent) => this.scrollToRow(event.top)}
      ></wsm-scroll-bar>`;
  }

  override updated(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('selected') || changed.has('jumps')) this.columnToReveal = true;
    this.paintSoon();
  }

  /** Scrolls so that a row (with a fraction) is the first visible one. */
  private scrollToRow(top: number): void {
    this.top = clampTop(top, this.area);
    this.paintSoon();
  }

  private paintSoon(): void {
    this.frameRequest ??= requestAnimationFrame(() => {
      this.frameRequest = undefined;
      this.paint();
    });
  }

  private paint(): void {
    const { memory, layout, canvas, scroller } = this;
    const scrollBar = this.renderRoot.querySelector('wsm-scroll-bar');
    if (!memory || !layout || !canvas || !scroller || !scrollBar) return;
    const row = rowOf(this.selected, layout.bytesPerRow);
    this.isSelectedInView = row >= this.top && row + 1 <= this.top + this.size.height / layout.rowHeight;
    if (this.painter?.canvas !== canvas) this.painter = new GridPainter(canvas);
    this.painter.resize(Math.max(layout.width, this.size.width), scroller.clientHeight);
    const { area } = this;
    this.top = clampTop(this.top, area);
    const theme = this.theme.current;
    this.painter.paint({
      layout,
      littleEndian: this.littleEndian,
      theme,
      memory,
      top: this.top,
      selected: this.selected,
      selection: this.selectedRange,
      focused: this.focused,
      valueAddress: this.valueAddress,
      finding: this.finding,
      firstEvent: this.firstEvent,
      matches: this.found,
      changedBy: this.changedBy === null ? null : ownerColor(OWNER_CODE.firstInstance + this.changedBy, theme.owners),
      onlyOwner: this.onlyOwner,
      column: this.column,
      pending: this.pending,
    });
    if (this.columnToReveal) this.revealColumn(layout, scroller);
    scrollBar.area = area;
    scrollBar.top = this.top;
    const first = Math.floor(this.top);
    const start = first * layout.bytesPerRow;
    const end = (first + Math.ceil(area.visibleRows) + 1) * layout.bytesPerRow;
    this.dispatchEvent(new ViewEvent(start, end));
  }

  private get selectedRange(): ByteRange {
    return this.range ?? { start: address(this.selected), length: 1 };
  }

  private get canvas(): HTMLCanvasElement | null {
    return this.renderRoot.querySelector('canvas');
  }

  private get scroller(): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>('.scroller');
  }

  private get area(): ScrollArea {
    const { layout, memory } = this;
    if (!layout || !memory) return { rows: 0, visibleRows: 0 };
    // A scroll bar below takes some of the height where rows are wider than the view.
    const height = this.scroller?.clientHeight ?? this.size.height;
    return { rows: rowCount(memory.size, layout.bytesPerRow), visibleRows: height / layout.rowHeight };
  }

  private layOut(memory: MemoryAtStep, { fontFamily, fontSize }: CanvasTheme): RowLayout {
    const fonts = [gridFont(fontFamily, fontSize), gridFont(fontFamily, fontSize - 1)];
    const { bytesPerRow, littleEndian } = this;
    const cells = CELL_TYPES[this.cells];
    return layoutRow({ width: this.size.width, bytesPerRow, memoryBytes: memory.size, fonts, cells, littleEndian });
  }

  /** Scrolls sideways where rows are wider than the view. */
  private revealColumn(layout: RowLayout, scroller: HTMLElement): void {
    this.columnToReveal = false;
    const left = hexLeft(layout, this.selected % layout.bytesPerRow);
    if (
      left < scroller.scrollLeft ||
      left + (layout.cells.width + 2) * layout.charWidth > scroller.scrollLeft + scroller.clientWidth
    ) {
      scroller.scrollLeft = left - scroller.clientWidth / 2;
    }
  }

  private setFocused(focused: boolean): void {
    this.focused = focused;
  }

  /** A menu of the keyboard is about the selected byte, and opens there. */
  private onMenu(event: MouseEvent): void {
    const byKey = this.menuKey.take();
    const at = byKey ? this.selected : this.byteUnder(event);
    if (at === undefined) return;
    const { layout, canvas } = this;
    if (!byKey || !layout || !canvas) {
      tellMenu(event, { webviewSection: 'memory', address: at });
      return;
    }
    // VS Code opens its menu where the event was.
    event.preventDefault();
    event.stopPropagation();
    const bounds = canvas.getBoundingClientRect();
    const clientX = bounds.left + hexLeft(layout, at % layout.bytesPerRow);
    const clientY = bounds.top + (rowOf(at, layout.bytesPerRow) + 1 - this.top) * layout.rowHeight;
    const here = new MouseEvent('contextmenu', { bubbles: true, composed: true, cancelable: true, clientX, clientY });
    tellMenu(here, { webviewSection: 'memory', address: at });
    this.dispatchEvent(here);
  }

  private readonly onPaste = (event: ClipboardEvent): void => {
    if (!this.focused || this.column === null) return;
    event.preventDefault();
    this.dispatchEvent(new TypedEvent({ kind: 'paste', text: event.clipboardData?.getData('text/plain') ?? '' }));
  };

  private onKey(event: KeyboardEvent): void {
    this.menuKey.onKeyDown(event);
    const { memory, layout } = this;
    if (!memory || !layout) return;
    if (isCopy(event)) {
      this.dispatchEvent(new Event('copy-selection'));
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    const typed = typedBy(event, this.column !== null, this.pending !== null);
    if (typed) {
      this.dispatchEvent(new TypedEvent(typed));
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    if (event.key === 'Enter' && this.followPointer(memory, layout)) {
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    const rowsPerPage = Math.max(1, Math.floor(this.area.visibleRows) - 1);
    const { bytesPerRow, cells } = layout;
    const extent = { bytesPerRow, memoryBytes: memory.size, rowsPerPage, cellBytes: cells.size };
    const target = moveByKey(event, address(this.selected), extent);
    if (target === undefined) return;
    // Neither the panel's scrolling nor a key binding of the workbench may see the key.
    event.preventDefault();
    event.stopPropagation();
    if (event.shiftKey) this.view?.extendSelection(target);
    else if (event.ctrlKey || event.metaKey) this.view?.jump(target);
    else this.view?.select(target);
  }

  private onDoubleClick(): void {
    const { memory, layout } = this;
    if (memory && layout) this.followPointer(memory, layout);
  }

  /** Goes where the selected cell points to. @returns whether it is a pointer into memory */
  private followPointer(memory: MemoryAtStep, { bytesPerRow, cells }: RowLayout): boolean {
    if (!cells.isPointer) return false;
    const bytes = memory.bytes(address(cellStart(this.selected, bytesPerRow, cells)), cells.size);
    if (bytes?.length !== cells.size) return false;
    const target = readWord(new DataView(bytes.buffer), cells.size, this.littleEndian);
    if (target >= memory.size) return false;
    this.view?.jump(address(Number(target)));
    return true;
  }

  private onWheel(event: WheelEvent): void {
    const { layout, area } = this;
    if (!layout || event.ctrlKey) return;
    const top = clampTop(this.top + wheelRows(event, layout.rowHeight, area), area);
    // At either end the panel around the grid scrolls on.
    if (top === this.top) return;
    event.preventDefault();
    this.scrollToRow(top);
  }

  private onPointer(event: PointerEvent): void {
    this.menuKey.onPointerDown();
    if (event.button !== 0) return;
    const target = this.byteUnder(event);
    if (target === undefined) return;
    this.dragging = true;
    const { layout, canvas } = this;
    const isText = layout && canvas && event.clientX - canvas.getBoundingClientRect().left >= layout.asciiX;
    this.dispatchEvent(new ColumnEvent(isText ? 'text' : 'hex'));
    if (event.shiftKey) this.view?.extendSelection(target);
    else this.view?.select(target);
  }

  /** Past the top or the bottom, extending the selection scrolls to further rows. */
  private onMove(event: PointerEvent): void {
    if (!this.dragging) {
      this.tell(event);
      return;
    }
    const target = event.buttons === 1 ? this.byteUnder(event) : undefined;
    if (target === undefined || target === this.selected) return;
    if (event.target instanceof Element && !event.target.hasPointerCapture(event.pointerId)) {
      event.target.setPointerCapture(event.pointerId);
    }
    this.view?.extendSelection(target);
  }

  /** A tip at the byte under the pointer. */
  private tell(event: PointerEvent): void {
    const target = this.byteUnder(event);
    const region = target === undefined ? null : this.regionOf(target);
    const tip = target === undefined ? '' : [hex(target), ...(region === null ? [] : [region])].join(': ');
    if (this.scroller && this.scroller.title !== tip) this.scroller.title = tip;
  }

  private endDrag(): void {
    this.dragging = false;
  }

  /** The byte under the pointer; undefined where there is none. */
  private byteUnder(event: MouseEvent): Address | undefined {
    const { memory, layout, canvas } = this;
    if (!memory || !layout || !canvas) return undefined;
    const bounds = canvas.getBoundingClientRect();
    const column = columnAt(layout, event.clientX - bounds.left);
    const row = Math.floor(this.top + (event.clientY - bounds.top) / layout.rowHeight);
    const target = row * layout.bytesPerRow + (column ?? 0);
    return column !== undefined && target >= 0 && target < memory.size ? address(target) : undefined;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'wsm-memory-grid': MemoryGrid;
  }
}
