// The timeline of calls along time or steps: it zooms and pans, and a part of it can be selected, summed up and listed alone.

import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { type Axis, type CallFilter, type CallTimeline, EVERY_CALL } from '../../src/protocol/call.ts';
import type { Finding } from '../../src/protocol/finding.ts';
import { count } from '../../src/protocol/text.ts';
import { ResizeController } from '../controls/resizing.ts';
import { WatchController } from '../controls/watching.ts';
import type { Calls } from '../data/calls.ts';
import { callNumber, type Place } from '../data/moments.ts';
import type { Run } from '../data/run.ts';
import type { View } from '../session/view.ts';
import { bytesText, durationText } from '../text/callText.ts';
import { severityOf } from '../text/findingText.ts';
import { CanvasThemeController } from '../theme/canvasTheme.ts';
import { shared } from '../theme/shared.ts';
import { blockAt, type Drawing, heightOf, lanesOf, paintTimeline, valueAt } from './paintTimeline.ts';
import { panned, type Range, ticksOf, within, zoomed } from './timelineRange.ts';

/** Room for the labels of lanes, in CSS pixels. */
const LEFT = 34;
/** Room for a tick and its text, in CSS pixels. */
const TICK = 90;
/** Columns of one question at the most. */
const MOST_COLUMNS = 10_000;
/** How much a key zooms, and how much of the shown part it moves by. */
const ZOOM = 1.6;
const PAN = 0.2;
/** How much of the shown part a key selects. */
const SELECT = 0.05;

@customElement('wsm-timeline')
export class Timeline extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: block;
        min-width: 0;
        margin: 0 var(--wsm-pad) 4px;
      }
      .scroller {
        max-height: 132px;
        overflow: hidden auto;
      }
      canvas {
        display: block;
        cursor: pointer;
      }
      canvas:focus-visible {
        outline: 1px solid var(--wsm-focus);
      }
      p {
        color: var(--wsm-dim);
        font-size: var(--wsm-small);
      }
    `,
  ];

  @property({ attribute: false }) run: Run | null = null;
  @property({ attribute: false }) place: Place | null = null;
  @property() axis: Axis = 'time';
  @property({ attribute: false }) filter: CallFilter | null = null;
  /** They are marked. */
  @property({ attribute: false }) findings: readonly Finding[] = [];
  @property({ attribute: false }) view: Pick<View, 'goToCall' | 'setCallFilter'> | null = null;
  /** The part of the axis that is shown; null for all of it. */
  @state() private range: Range | null = null;
  @state() private selection: Range | null = null;
  @state() private width = 0;
  private hasNoTimes = false;
  private drag: { readonly x: number; readonly range: Range; readonly selects: boolean; moved: boolean } | null = null;
  private drawing: Drawing | null = null;
  /** Shown until a newer one comes, of these calls. */
  private last: CallTimeline | undefined;
  private calls: Calls | null = null;
  private readonly theme = new CanvasThemeController(this);

  constructor() {
    super();
    new WatchController(this, () => this.run?.calls);
    // In the next frame: drawing changes the height, and a ResizeObserver's callback must not change sizes.
    new ResizeController(this, () =>
      requestAnimationFrame(() => {
        this.width = this.clientWidth;
      }),
    );
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    // Of another run the axis is another one, too.
    const calls = this.run?.calls ?? null;
    if (changed.has('axis') || calls !== this.calls) {
      this.calls = calls;
      this.hasNoTimes = false;
      this.range = null;
      this.selection = null;
      this.last = undefined;
    }
    const { run, range, width } = this;
    this.drawing = null;
    if (!run || width <= LEFT) return;
    // Of a part so much is asked for at a time that moving on by a little asks for nothing new.
    const columns = Math.max(1, Math.min(MOST_COLUMNS, Math.floor(3 * (width - LEFT))));
    const ask = () => run.calls.timeline({ axis: this.along, range: range && asked(range), columns });
    this.last = ask() ?? this.last;
    if (!this.hasNoTimes && this.last && this.last.blocks.length === 0 && this.last.untimed > 0 && range === null) {
      this.hasNoTimes = true;
      this.last = ask();
    }
    if (this.last) this.drawing = this.draw(run, this.last);
  }

  override render() {
    const { run, drawing, last } = this;
    if (!run || !last || !drawing) return html`<div class="scroller"></div>`;
    const label = this.label();
    return html`<div class="scroller">
        <canvas
          tabindex="0"
          role="img"
          aria-roledescription="timeline"
          aria-label=${label}
          title="Ctrl+wheel or + and −: zoom; wheel, drag or arrows: move; Shift+drag or Shift+arrows: select; 0: all"
          @keydown=${this.onKey}
          @wheel=${this.onWheel}
          @pointerdown=${this.onDown}
          @pointermove=${this.onMove}
          @pointerup=${this.onUp}
        ></canvas>
      </div>
      ${this.hasNoTimes ? html`<p>No call’s time is known: they are drawn along steps.</p>` : nothing}
      ${last.untimed > 0 ? html`<p>The time of ${count(last.untimed, 'call')} is not known.</p>` : nothing}
      ${this.selected(run)}
      <div class="unseen" role="status">${this.range ? label : nothing}</div>`;
  }

  override updated(): void {
    const canvas = this.renderRoot.querySelector('canvas');
    const { drawing } = this;
    const context = canvas?.getContext('2d');
    if (!canvas || !drawing || !context) return;
    const height = heightOf(drawing.lanes);
    const ratio = devicePixelRatio;
    canvas.width = Math.round(drawing.width * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.style.width = `${drawing.width}px`;
    canvas.style.height = `${height}px`;
    context.scale(ratio, ratio);
    paintTimeline(context, drawing, this.theme.current);
  }

  /** What is drawn along: steps where no call has a time. */
  private get along(): Axis {
    return this.hasNoTimes ? 'steps' : this.axis;
  }

  private get shown(): Range {
    return this.range ?? this.last?.extent ?? { from: 0, to: 0 };
  }

  private draw(run: Run, { blocks, growths }: CallTimeline): Drawing {
    const { width, shown, selection } = this;
    const found = this.findings.flatMap(finding => {
      const at = this.along === 'steps' ? finding.step : this.timeOf(run, finding.call);
      return at === null ? [] : { at, symbol: '▼', isError: severityOf(finding) === 'error' };
    });
    const ticks = ticksOf(shown, Math.floor((width - LEFT) / TICK)).map(at => ({ at, text: this.text(at) }));
    const marks = [...growths.map(at => ({ at, symbol: '↥', isError: false })), ...found];
    const lanes = lanesOf(blocks, run.instances.length);
    // More is asked for than is shown: what lies beside it is not drawn at its ends.
    const inView = blocks.filter(({ from, to }) => to >= shown.from && from <= shown.to);
    const playhead = this.playhead(run);
    return { width, left: LEFT, shown, lanes, blocks: inView, ticks, marks, selection, playhead };
  }

  private playhead(run: Run): number | null {
    const { place } = this;
    if (!place) return null;
    return this.along === 'steps' ? place.step : this.timeOf(run, place.call);
  }

  /** The end of a call; null while it is not known. */
  private timeOf(run: Run, call: number | null): number | null {
    const found = callNumber(run, call);
    return found && found.startNs !== null ? found.startNs + (found.durationNs ?? 0) : null;
  }

  private text(at: number): string {
    return this.along === 'steps' ? String(Number(at.toFixed(3))) : durationText(at);
  }

  private label(): string {
    const { shown, drawing } = this;
    const calls = drawing?.blocks.reduce((sum, block) => sum + block.calls, 0) ?? 0;
    const unit = this.along === 'steps' ? 'steps ' : '';
    return `Timeline, ${unit}${this.text(shown.from)} to ${this.text(shown.to)}, ${count(calls, 'call')}. The list of calls says the same in rows.`;
  }

  private selected(run: Run) {
    const { selection, along: axis } = this;
    if (!selection) return nothing;
    const span = { axis, ...selection };
    const totals = run.calls.totals({ ...(this.filter ?? EVERY_CALL), span });
    const unit = axis === 'steps' ? 'steps ' : '';
    const facts = totals && [
      count(totals.calls, 'call'),
      count(totals.steps, 'store'),
      bytesText(totals.bytesChanged),
      ...(totals.durationNs === null ? [] : [durationText(totals.durationNs)]),
    ];
    return html`<p role="status">
      ${unit}${this.text(selection.from)}–${this.text(selection.to)}: ${facts?.join(' · ') ?? '…'}
      <button
        class="link"
        title="List the calls of which a part lies in it"
        @click=${() => this.view?.setCallFilter({ ...(this.filter ?? EVERY_CALL), span })}
      >
        list these</button
      > ·
      <button class="link" @click=${() => this.select(null)}>clear</button>
    </p>`;
  }

  private select(range: Range | null): void {
    const whole = this.last?.extent;
    if (!range || !whole) {
      this.selection = null;
      return;
    }
    const [from, to] = [Math.min(range.from, range.to), Math.max(range.from, range.to)];
    this.selection = { from: Math.max(whole.from, from), to: Math.min(whole.to, to) };
  }

  private show(range: Range): void {
    const whole = this.last?.extent;
    if (whole) this.range = range.to - range.from >= whole.to - whole.from ? null : within(range, whole);
  }

  private zoom(factor: number, around: number): void {
    if (this.last) this.show(zoomed(this.shown, factor, around, this.last.extent));
  }

  private pan(part: number): void {
    if (this.last) this.show(panned(this.shown, part, this.last.extent));
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { from, to } = this.shown;
    const sign = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
    if (sign !== 0 && event.shiftKey) {
      const middle = (from + to) / 2;
      const before = this.selection ?? { from: middle, to: middle };
      this.select({ from: before.from, to: before.to + sign * SELECT * (to - from) });
    } else if (sign !== 0) this.pan(sign * PAN);
    else if (event.key === '+' || event.key === '=') this.zoom(ZOOM, (from + to) / 2);
    else if (event.key === '-') this.zoom(1 / ZOOM, (from + to) / 2);
    else if (event.key === '0') this.range = null;
    else if (event.key === 'Escape' && this.selection) this.select(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  private readonly onWheel = (event: WheelEvent): void => {
    const { drawing } = this;
    if (!drawing) return;
    const before = this.shown;
    if (event.ctrlKey) this.zoom(ZOOM ** -Math.sign(event.deltaY), valueAt(drawing, event.offsetX));
    else if (this.range) this.pan((event.deltaX || event.deltaY) / Math.max(1, drawing.width - LEFT));
    // At either end, and where all is shown, what is around scrolls on.
    if (event.ctrlKey || this.shown.from !== before.from) event.preventDefault();
  };

  private readonly onDown = (event: PointerEvent): void => {
    if (event.button !== 0 || !(event.target instanceof Element)) return;
    event.target.setPointerCapture(event.pointerId);
    this.drag = { x: event.offsetX, range: this.shown, selects: event.shiftKey, moved: false };
  };

  private readonly onMove = (event: PointerEvent): void => {
    const { drag, drawing, last } = this;
    if (!drag || !drawing || !last) return;
    if (Math.abs(event.offsetX - drag.x) > 2) drag.moved = true;
    if (!drag.moved) return;
    const at = (x: number): number => valueAt({ ...drawing, shown: drag.range }, x);
    if (drag.selects) this.select({ from: at(drag.x), to: at(event.offsetX) });
    else this.show(panned(drag.range, (drag.x - event.offsetX) / Math.max(1, drawing.width - LEFT), last.extent));
  };

  private readonly onUp = (event: PointerEvent): void => {
    const { drag, drawing } = this;
    this.drag = null;
    if (!drag || drag.moved || !drawing) return;
    const block = blockAt(drawing, event.offsetX, event.offsetY);
    if (block) this.view?.goToCall(block.call);
  };
}

/** A range three times as long that begins at a multiple of its length. */
function asked({ from, to }: Range): Range {
  const length = to - from || 1;
  const start = Math.floor(from / length) * length;
  return { from: start - length / 2, to: start + 2.5 * length };
}

declare global {
  interface HTMLElementTagNameMap {
    'wsm-timeline': Timeline;
  }
}
