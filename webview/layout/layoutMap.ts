// What each module believes is its own: a row a module over one line of addresses. What more than one claims is hatched.
import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Claim } from '../../src/protocol/claims.ts';
import { claimText } from '../../src/protocol/claimTexts.ts';
import { count } from '../../src/protocol/text.ts';
import { address } from '../../src/protocol/units.ts';
import { ResizeController } from '../controls/resizing.ts';
import { type LayoutRow, type OwnedRegion, overlapsOf, type Stretch, within } from '../data/layout.ts';
import type { Run } from '../data/run.ts';
import type { View } from '../session/view.ts';
import { sizeText } from '../text/callText.ts';
import { regionSentences, rowText, unplacedText } from '../text/regionText.ts';
import { sectionHead } from '../theme/sectionHead.ts';
import { shared } from '../theme/shared.ts';
import { Axis } from './axis.ts';
import { layoutMapStyles } from './layoutMap.styles.ts';
import { moveRegion } from './moveRegion.ts';
import { ticksOf } from './ticks.ts';
import { ALL, fitted, isAll, moved, revealing, type Shown, zoomed } from './zoom.ts';

/** What one press of a key, or one notch of a wheel, shows more or less. */
const ZOOM = 1.5;
/** A wheel that is turned sideways, in CSS pixels a line of it. */
const LINE = 16;

@customElement('wsm-layout-map')
export class LayoutMap extends LitElement {
  static override styles = [shared, sectionHead, layoutMapStyles];

  /** At least one. */
  @property({ attribute: false }) rows: readonly LayoutRow[] = [];
  @property({ attribute: false }) run: Pick<Run, 'modules' | 'instances'> = { modules: [], instances: [] };
  @property({ type: Number }) memoryBytes = 0;
  /** The selected byte. */
  @property({ type: Number }) selected = 0;
  @property({ type: Boolean }) open = true;
  @property({ attribute: false }) view: Pick<View, 'jump' | 'showLayout'> | null = null;
  @state() private shown: Shown = ALL;
  /** The region that Tab leads to where it is shown, and which the button zooms to: its number among all. */
  @state() private cursor = 0;
  /** The region that is told in full: the pointer is on it, or the focus. */
  @state() private told: OwnedRegion | null = null;
  @state() private width = 0;
  private axis = Axis.of([], 0);
  /** What more than one believes to be its own. */
  private overlaps: readonly Stretch[] = [];
  /** Where the regions begin: where they are others, what was zoomed to is gone. */
  private drawn = '';

  constructor() {
    super();
    new ResizeController(this, () => this.measure());
  }

  private measure(): void {
    requestAnimationFrame(() => {
      this.width = this.renderRoot.querySelector('.axis')?.clientWidth ?? 0;
    });
  }

  private get regions(): OwnedRegion[] {
    return this.rows.flatMap(row => row.regions.map(region => ({ row, region })));
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('rows') && !changed.has('memoryBytes')) return;
    this.axis = Axis.of(this.rows, this.memoryBytes);
    this.overlaps = overlapsOf(this.rows);
    const drawn = this.rows.map(({ regions }) => regions.map(({ start }) => start)).join(';');
    if (drawn !== this.drawn) this.shown = ALL;
    this.drawn = drawn;
    this.cursor = Math.max(0, Math.min(this.cursor, this.regions.length - 1));
  }

  override updated(changed: PropertyValues<this>): void {
    if (changed.has('open')) this.measure();
  }

  override render() {
    const { open } = this;
    const facts = this.facts();
    return html`<div class="head">
        <button class="opener" aria-expanded=${open} @click=${() => this.view?.showLayout(!open)}>
          <h2><span aria-hidden="true">${open ? '▾' : '▸'}</span> Layout</h2>
        </button>
        <span class="facts" title=${facts}>${facts}</span>
        <span class="grow"></span>
        ${open ? this.buttons() : nothing}
      </div>
      ${open ? this.map() : nothing}`;
  }

  private facts(): string {
    const bytes = this.overlaps.reduce((sum, { start, end }) => sum + end - start, 0);
    const claims = this.rows.reduce((sum, { regions, unplaced }) => sum + regions.length + unplaced.length, 0);
    return `${bytes === 0 ? 'no overlap' : `▲ overlaps: ${sizeText(bytes)}`} · ${count(claims, 'claim')}`;
  }

  private buttons() {
    const button = (label: string, text: string, enabled: boolean, act: () => void) =>
      html`<button class="toggle" aria-label=${label} title=${label} ?disabled=${!enabled} @click=${act}>${text}</button>`;
    const all = isAll(this.shown);
    const current = this.regions[this.cursor];
    return html`<span class="zoom" role="group" aria-label="Zoom of the layout">
      ${button('Zoom out (-)', '−', !all, () => this.zoom(ZOOM))}
      ${button('Zoom in (+)', '+', true, () => this.zoom(1 / ZOOM))}
      ${current ? button(`Fit ${claimText(current.region.claim)} (Shift+Enter, or a double click on it)`, 'fit', true, () => this.zoomTo(current)) : nothing}
      ${button('Show all (0)', 'all', !all, () => this.show(ALL))}
    </span>`;
  }

  private map() {
    const { rows, shown, run, told } = this;
    const isShown = this.regions.map(({ region }) => this.partOf(region) !== null);
    const reached = isShown[this.cursor] ? this.cursor : isShown.indexOf(true);
    const firsts = rows.map((_, i) => rows.slice(0, i).reduce((sum, { regions }) => sum + regions.length, 0));
    return html`<div
        class="rows"
        role="group"
        aria-label="What modules claim of memory"
        @keydown=${this.onKey}
        @wheel=${this.onWheel}
        @pointerleave=${() => this.tell(null)}
      >
        ${rows.map((row, i) => this.row(row, firsts[i] ?? 0, reached))}
        <div class="axis" aria-hidden="true">
          ${ticksOf(this.axis, shown, this.width).map(({ left, text }) => html`<span .style=${`left: ${left}px`}>${text}</span>`)}
        </div>
      </div>
      ${told ? html`<p class="told" aria-hidden="true">${regionSentences(told, rows, run).join(' ')}</p>` : nothing}`;
  }

  private row(row: LayoutRow, first: number, reached: number) {
    const who = rowText(row, this.run);
    const unplaced = row.unplaced.map(unplacedText).join(', ');
    const here = this.partOf({ start: this.selected, end: this.selected + 1 });
    return html`<div class="claims" role="group" aria-label=${who}>
      <span class="claimant" title=${who}>${who}</span>
      <div class="line">
        ${this.axis.pieces.filter(({ isGap }) => isGap).map(gap => this.stretch('gap', gap))}
        ${row.regions.map((region, i) => this.region({ row, region }, first + i, first + i === reached))}
        ${within(row, this.overlaps).map(overlap => this.stretch('overlap', overlap))}
        ${here && row.regions.length > 0 ? html`<span class="here" .style=${`left: ${100 * here.from}%`}></span>` : nothing}
        ${row.regions.length === 0 ? html`<p class="unplaced" title="${unplaced}: where its loader puts it is not known.">${unplaced}</p>` : nothing}
      </div>
    </div>`;
  }

  /** @param isReached Tab leads to it */
  private region(found: OwnedRegion, index: number, isReached: boolean) {
    const { claim } = found.region;
    const style = this.styleOf(found.region);
    if (style === null) return nothing;
    return html`<button
      class="region ${claim.kind} ${claim.because.length > 0 ? 'guess' : ''}"
      .style=${style}
      data-index=${index}
      tabindex=${isReached ? 0 : -1}
      aria-label=${regionSentences(found, this.rows, this.run).join(' ')}
      @focus=${() => {
        this.cursor = index;
        this.tell(found);
      }}
      @blur=${() => this.tell(null)}
      @pointerenter=${() => this.tell(found)}
      @click=${() => this.view?.jump(address(found.region.start))}
      @dblclick=${() => this.zoomTo(found)}
    >
      <span class="name">${shownName(claim)}</span>
    </button>`;
  }

  private stretch(name: string, stretch: Stretch) {
    const style = this.styleOf(stretch);
    return style === null ? nothing : html`<span class=${name} .style=${style}></span>`;
  }

  private styleOf(stretch: Stretch): string | null {
    const part = this.partOf(stretch);
    return part && `left: ${100 * part.from}%; width: ${100 * (part.to - part.from)}%`;
  }

  /** The part of what is shown that a stretch takes, 0 to 1; null where it is not shown. */
  private partOf({ start, end }: Stretch): Shown | null {
    const { from, to } = this.shown;
    const scaled = (at: number): number => (this.axis.positionOf(at) - from) / (to - from);
    const part = { from: Math.max(0, scaled(start)), to: Math.min(1, scaled(end)) };
    return part.from < part.to ? part : null;
  }

  private tell(told: OwnedRegion | null): void {
    this.told = told;
  }

  private show(shown: Shown): void {
    this.shown = shown;
  }

  private placeOf({ region }: OwnedRegion): Shown {
    return { from: this.axis.positionOf(region.start), to: this.axis.positionOf(region.end) };
  }

  private zoomTo(found: OwnedRegion): void {
    this.show(fitted(this.placeOf(found)));
  }

  /** Around the current region where it is shown, else around the middle. */
  private zoom(factor: number): void {
    const { shown } = this;
    const current = this.regions[this.cursor];
    const place = current ? this.placeOf(current) : shown;
    const from = Math.max(shown.from, place.from);
    const to = Math.min(shown.to, place.to);
    this.show(zoomed(shown, factor, from < to ? (from + to) / 2 : (shown.from + shown.to) / 2));
  }

  private onWheel(event: WheelEvent): void {
    const { shown } = this;
    const line = this.renderRoot.querySelector('.axis')?.getBoundingClientRect();
    if (!line || line.width === 0) return;
    const sideways = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? event.deltaX : event.deltaX * LINE;
    // Without Ctrl the wheel is the panel's; a pinch comes with it.
    if (event.ctrlKey || event.metaKey) {
      const around = shown.from + ((event.clientX - line.left) / line.width) * (shown.to - shown.from);
      this.show(zoomed(shown, event.deltaY > 0 ? ZOOM : 1 / ZOOM, around));
    } else if (sideways !== 0 && !isAll(shown)) {
      this.show(moved(shown, (sideways / line.width) * (shown.to - shown.from)));
    } else return;
    event.preventDefault();
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (!this.act(event)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  private act({ key, shiftKey }: KeyboardEvent): boolean {
    const current = this.regions[this.cursor];
    if (key === '+' || key === '=') this.zoom(1 / ZOOM);
    else if (key === '-') this.zoom(ZOOM);
    else if (key === '0') this.show(ALL);
    else if (key === 'Escape' && this.told) this.tell(null);
    else if (key === 'Enter' && shiftKey && current) this.zoomTo(current);
    else {
      const target = shiftKey ? undefined : moveRegion(key, this.cursor, this.rows);
      if (target === undefined) return false;
      void this.focusRegion(target);
    }
    return true;
  }

  private async focusRegion(index: number): Promise<void> {
    const found = this.regions[index];
    if (!found) return;
    this.cursor = index;
    this.show(revealing(this.shown, this.placeOf(found)));
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(`[data-index="${index}"]`)?.focus();
  }
}

/** A stack grows down from its end, a heap up. */
function shownName(claim: Claim): string {
  const name = claimText(claim);
  if (claim.kind === 'stack') return `← ${name}`;
  return claim.kind === 'heap' ? `${name} →` : name;
}

declare global {
  interface HTMLElementTagNameMap {
    'wsm-layout-map': LayoutMap;
  }
}
