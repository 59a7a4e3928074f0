// One lane an instance, a block a call (of very many calls as many as fit), and a playhead at the shown step. The call list says
// the same to screen readers.

import { css, html, LitElement, svg } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { type CallRecord, isDifference } from '../../src/protocol/call.ts';
import type { Finding } from '../../src/protocol/finding.ts';
import { findingWords } from '../../src/protocol/findingWords.ts';
import { InstanceNames } from '../../src/protocol/instanceNames.ts';
import { ResizeController } from '../controls/resizing.ts';
import { revealed } from '../controls/reveal.ts';
import { WatchController } from '../controls/watching.ts';
import type { Calls } from '../data/calls.ts';
import { eventInCall, eventsOf } from '../data/findingEvents.ts';
import { findingsByCall } from '../data/findings.ts';
import { callNumber, callPosition, isLater, type Place } from '../data/moments.ts';
import type { Run } from '../data/run.ts';
import type { View } from '../session/view.ts';
import { expressionText, troubleText } from '../text/callText.ts';
import { EVENT_MARKS, severityOf } from '../text/findingText.ts';
import { shared } from '../theme/shared.ts';
import { instanceClass, instanceClasses } from '../theme/tokens.ts';
import { blockX, callAt, isCrowded, type LaneLayout, laneLabels, laneY, layoutLanes, playheadX } from './laneLayout.ts';

/** The block of a call that is in another one is lower by so many CSS pixels. */
const NESTED_INSET = 4;

/** Height of the flag of a finding, in CSS pixels. */
const FLAG = 5;

/** A block has room for the number of an event from this width on, in CSS pixels. */
const ROOM_FOR_NUMBER = 9;

@customElement('wsm-call-lanes')
export class CallLanes extends LitElement {
  static override styles = [
    shared,
    instanceClasses,
    css`
      :host {
        display: block;
        position: relative;
        min-width: 0;
        margin: 0 var(--wsm-pad) 4px;
      }
      .scroller {
        max-height: 104px;
        overflow: hidden auto;
        cursor: pointer;
      }
      svg {
        display: block;
      }
      text {
        fill: var(--instance);
        font: 11px var(--wsm-mono);
        dominant-baseline: central;
      }
      /* The whole label answers the pointer, not its letters alone. */
      .label {
        fill: transparent;
      }
      .line {
        stroke: var(--wsm-line);
      }
      .block {
        fill: var(--instance);
      }
      .later {
        opacity: 0.45;
      }
      .stopped {
        fill: none;
        stroke: var(--instance);
        stroke-width: 1.5;
        stroke-dasharray: 2 2;
      }
      .trapped {
        stroke: var(--wsm-error);
        stroke-width: 2;
        stroke-linecap: round;
      }
      .difference {
        fill: var(--wsm-warning);
        stroke: var(--wsm-on-color);
      }
      .finding {
        fill: currentColor;
      }
      .event rect {
        fill: none;
        stroke: var(--wsm-error);
        stroke-width: 2;
      }
      .event text {
        fill: var(--wsm-on-color);
        font-size: 10px;
        text-anchor: middle;
      }
      .playhead {
        stroke: var(--wsm-focus);
        stroke-width: 1.5;
      }
    `,
  ];

  @property({ attribute: false }) run: Run | null = null;
  @property({ attribute: false }) place: Place | null = null;
  /** Their calls are marked. */
  @property({ attribute: false }) findings: readonly Finding[] = [];
  /** The finding that is told in full: the blocks of its two events are framed; null for none. */
  @property({ attribute: false }) open: Finding | null = null;
  @property({ attribute: false }) view: Pick<View, 'goToCall'> | null = null;
  @state() private width = 0;

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

  override render() {
    const { run, place, width } = this;
    if (!run || !place || width === 0) return html`<div class="scroller"></div>`;
    const labels = labelsOf(run, width);
    const layout = layoutLanes(width, labels, run.calls.count);
    const names = InstanceNames.of(run);
    const position = callPosition(run, place);
    const x = playheadX(layout, position);
    const blocks = blocksOf(layout, run.calls);
    return html`<div class="scroller" tabindex="-1" aria-hidden="true" @click=${(event: MouseEvent) => this.pick(event, layout, run)}>
      <svg width=${layout.width} height=${layout.height}>
        ${labels.map(
          (label, instance) => svg`<g class=${instanceClass(instance)}>
            ${names.areSeveral ? svg`<title>${names.name(instance)}</title>` : null}
            <rect class="label" x="0" y=${laneY(layout, instance) - layout.lane / 2} width=${layout.left} height=${layout.lane} />
            <text x="0" y=${laneY(layout, instance)}>${label}</text>
            <line class="line" x1=${layout.left - 2} x2=${layout.width} y1=${laneY(layout, instance)} y2=${laneY(layout, instance)} />
          </g>`,
        )}
        ${blocks.map(call => this.block(call, layout, run, isLater(call, place, position)))}
        ${this.marks(blocks, layout)}
        ${this.events(blocks, layout)}
        <line class="playhead" x1=${x} x2=${x} y1="0" y2=${layout.height} />
      </svg>
    </div>`;
  }

  /** A call's block: filled, hollow where the call was stopped, crossed out where it trapped, with a diamond on a difference. */
  private block(call: CallRecord, layout: LaneLayout, run: Run, later: boolean) {
    const { blockWidth: width, blockHeight } = layout;
    const height = call.depth > 0 ? blockHeight - NESTED_INSET : blockHeight;
    const x = blockX(layout, call.index);
    const y = laneY(layout, call.instance);
    const trouble = troubleText(call);
    const what = [expressionText(call, run.watch?.address ?? null)];
    if (call.parent !== null) what.push(`in call ${call.parent}`);
    if (trouble) what.push(trouble);
    const title = `${call.index}  ${InstanceNames.of(run).name(call.instance)} ${what.join(' ')}`;
    const mid = x + width / 2;
    const r = Math.min(6, height / 2 + 1);
    return svg`<g class="${instanceClass(call.instance)} ${later ? 'later' : ''}">
      <title>${title}</title>
      <rect class=${call.end === 'stopped' ? 'stopped' : 'block'} rx="2"
        x=${x} y=${y - height / 2} width=${width} height=${height} />
      ${
        call.end === 'trapped'
          ? svg`<path class="trapped" d="M${mid - r} ${y - r} L${mid + r} ${y + r} M${mid + r} ${y - r} L${mid - r} ${y + r}" />`
          : null
      }
      ${
        isDifference(call.watched)
          ? svg`<path class="difference" d="M${mid} ${y - r - 1} L${mid + r} ${y} L${mid} ${y + r + 1} L${mid - r} ${y} Z" />`
          : null
      }
    </g>`;
  }

  /** A flag above the block of each call that has a finding; at the top, where there is no room for its block. */
  private marks(blocks: readonly CallRecord[], layout: LaneLayout) {
    const instances = new Map(blocks.map(({ index, instance }) => [index, instance]));
    return [...findingsByCall(this.findings)].map(([index, findings]) => {
      const instance = instances.get(index);
      const x = blockX(layout, index) + layout.blockWidth / 2;
      const tip = instance === undefined ? FLAG : laneY(layout, instance) - layout.blockHeight / 2 + 1;
      const isError = findings.some(finding => severityOf(finding) === 'error');
      return svg`<path class="finding ${isError ? 'error' : 'warning'}" d="M${x} ${tip} l${-FLAG + 1} ${-FLAG} h${2 * FLAG - 2} Z">
        <title>${findings.map(finding => findingWords(finding).title).join(', ')}</title>
      </path>`;
    });
  }

  /** A frame with its number around the block of each event of the open finding. */
  private events(blocks: readonly CallRecord[], layout: LaneLayout) {
    const events = this.open && eventsOf(this.open);
    if (!events) return null;
    const { blockWidth: width, blockHeight: height } = layout;
    return blocks.map(call => {
      const event = eventInCall(events, call.index);
      if (!event) return null;
      const x = blockX(layout, call.index);
      const y = laneY(layout, call.instance);
      const { symbol, text } = EVENT_MARKS[event];
      return svg`<g class="event">
        <title>${text}</title>
        <rect x=${x - 1.5} y=${y - height / 2 - 1.5} width=${width + 3} height=${height + 3} rx="3" />
        ${width >= ROOM_FOR_NUMBER ? svg`<text x=${x + width / 2} y=${y}>${symbol}</text>` : null}
      </g>`;
    });
  }

  /** Keeps the lane of the shown step in view. */
  override updated(): void {
    const scroller = this.renderRoot.querySelector('.scroller');
    const { run } = this;
    const call = run ? callNumber(run, this.place?.call ?? null) : undefined;
    if (!scroller || !run || !call) return;
    const layout = layoutLanes(this.width, labelsOf(run, this.width), run.calls.count);
    const y = laneY(layout, call.instance) - layout.lane / 2;
    scroller.scrollTop = revealed(scroller, y, y + layout.lane);
  }

  private pick(event: MouseEvent, layout: LaneLayout, run: Run): void {
    const drawing = this.renderRoot.querySelector('svg')?.getBoundingClientRect();
    if (!drawing) return;
    const index = callAt(layout, event.clientX - drawing.left, run.calls.count);
    if (index !== undefined) this.view?.goToCall(index);
  }
}

function labelsOf(run: Run, width: number): string[] {
  const names = InstanceNames.of(run);
  return laneLabels(
    width,
    run.instances.map((_, instance) => names.title(instance)),
  );
}

/** The calls that have a block: all, or as many as the width has room for. */
function blocksOf(layout: LaneLayout, calls: Calls): readonly CallRecord[] {
  if (isCrowded(layout)) return calls.sample(layout.columns);
  return Array.from({ length: calls.count }, (_, position) => calls.at(position)).filter(call => call !== undefined);
}

declare global {
  interface HTMLElementTagNameMap {
    'wsm-call-lanes': CallLanes;
  }
}
