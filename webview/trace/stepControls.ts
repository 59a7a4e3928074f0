// Buttons and a slider that choose the write or call at which memory is shown.

import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { StepView } from '../../src/protocol/access.ts';
import type { Finding } from '../../src/protocol/finding.ts';
import { findingWords } from '../../src/protocol/findingWords.ts';
import type { Bookmark } from '../../src/protocol/keptPlaces.ts';
import type { Step } from '../../src/protocol/units.ts';
import { WatchController } from '../controls/watching.ts';
import { callPosition, type Granularity, neighbour, type Place } from '../data/moments.ts';
import type { Run } from '../data/run.ts';
import type { View } from '../session/view.ts';
import { placeSentence } from '../text/callText.ts';
import { bookmarkTitle } from '../text/placeText.ts';
import { icon } from '../theme/icons.ts';
import { fieldRow, shared } from '../theme/shared.ts';
import { bookmarksOf, flagStyles, flagsOf } from './sliderFlags.ts';

/** When something was. */
type Moment = Pick<Finding, 'step' | 'call'>;

const GRANULARITIES: readonly Granularity[] = ['calls', 'stores'];

@customElement('wsm-step-controls')
export class StepControls extends LitElement {
  static override styles = [
    shared,
    fieldRow,
    flagStyles,
    css`
      :host {
        flex: 1;
        justify-content: flex-end;
      }
      .travel {
        display: flex;
        flex: 1 1 170px;
        gap: 2px;
        align-items: center;
        min-width: 0;
      }
      .slider {
        position: relative;
        display: flex;
        flex: 1;
        min-width: 40px;
        margin: 0 4px;
      }
      input {
        flex: 1;
        min-width: 0;
        height: 20px;
        margin: 0;
        accent-color: var(--vscode-button-background);
        cursor: pointer;
      }
      :host-context(body.vscode-high-contrast) input {
        accent-color: var(--wsm-focus);
      }
      .label {
        min-width: 12ch;
        color: var(--wsm-dim);
        font-variant-numeric: tabular-nums;
        text-align: end;
        white-space: nowrap;
      }
      /* Beside the rest the slider would have no room. */
      @container memory (max-width: 489px) {
        .travel {
          flex-basis: 100%;
        }
      }
      /* What follows has one line then; the call is selected in the trace, and still there for screen readers. */
      @container memory (max-width: 300px) {
        .of-call {
          position: absolute;
          width: 1px;
          height: 1px;
          overflow: hidden;
          clip-path: inset(50%);
        }
      }
      @container panel (max-width: 259px) {
        .label {
          min-width: 0;
        }
        .word {
          display: none;
        }
      }
      .mark {
        display: inline-flex;
        padding: 1px 3px;
      }
      .granularity {
        display: flex;
      }
      .granularity .toggle:first-child {
        border-radius: 3px 0 0 3px;
      }
      .granularity .toggle:last-child {
        margin-inline-start: -1px;
        border-radius: 0 3px 3px 0;
      }
      .toggle[aria-pressed='true'] {
        z-index: 1;
      }
    `,
  ];

  @property({ attribute: false }) run: Run | null = null;
  @property({ attribute: false }) place: Place | null = null;
  @property() granularity: Granularity = 'stores';
  /** The step that memory is compared with; null for none. */
  @property({ attribute: false }) marked: Step | null = null;
  /** Their moments are marked. */
  @property({ attribute: false }) findings: readonly Finding[] = [];
  /** The access that made the step; null while not known. */
  @property({ attribute: false }) stepView: StepView | null = null;
  /** Their moments are marked, too. */
  @property({ attribute: false }) bookmarks: readonly Bookmark[] = [];
  /** Lets the user keep the shown place. */
  @property({ attribute: false }) bookmark: (() => void) | null = null;
  /** There is one row for all: what is elsewhere, too, is left out. */
  @property({ type: Boolean }) short = false;
  @property({ attribute: false }) view: Pick<
    View,
    'goToStep' | 'goToCall' | 'goToNeighbour' | 'setGranularity' | 'toggleMark'
  > | null = null;

  constructor() {
    super();
    new WatchController(this, () => this.run?.calls);
  }

  override render() {
    const { run, place } = this;
    if (!run || !place) return nothing;
    const unit = this.granularity === 'calls' ? 'call' : 'step';
    const [back, ahead] = [neighbour(run, place, this.granularity, -1), neighbour(run, place, this.granularity, 1)];
    const label = html`<span class="label"
      ><span><span class="word">step</span> ${place.step} / ${run.lastStep}</span>${place.call === null || this.short ? nothing : html`<span class="of-call"> · call ${place.call}</span>`}</span
    >`;
    if (this.short) {
      // The slider's keys Home and End go to the first and the last.
      return html`<div class="travel">
        ${this.button('previous', `Previous ${unit}`, back !== undefined, () => this.view?.goToNeighbour('previous'))}
        ${this.slider(run, place)}
        ${this.button('next', `Next ${unit}`, ahead !== undefined, () => this.view?.goToNeighbour('next'))} ${label}
      </div>`;
    }
    return html`<div class="travel">
        ${this.button('first', `First ${unit}`, back !== undefined, () => this.view?.goToStep(run.firstStep))}
        ${this.button('previous', `Previous ${unit}`, back !== undefined, () => this.view?.goToNeighbour('previous'))}
        ${this.slider(run, place)}
        ${this.button('next', `Next ${unit}`, ahead !== undefined, () => this.view?.goToNeighbour('next'))}
        ${this.button('last', `Last ${unit}`, ahead !== undefined, () => this.goToLast(run))}
      </div>
      ${label}
      ${this.mark()} ${this.keep()}
      ${run.record === 'calls' ? nothing : this.toggle()}`;
  }

  private slider(run: Run, place: Place) {
    const stores = this.granularity === 'stores';
    const [first, last] = stores ? [run.firstStep, run.lastStep] : [run.firstCall - 1, run.calls.count];
    const here = this.findings.filter(finding => finding.step === place.step).map(each => findingWords(each).title);
    const kept = this.bookmarks
      .filter(({ step }) => step === place.step)
      .map(each => `bookmark ${bookmarkTitle(each)}`);
    const description = [placeSentence(run, place, this.stepView), ...here, ...kept].join(', ');
    const at = (moment: Moment): number => (this.valueAt(moment, run) - first) / (last - first);
    return html`<span class="slider"
      >${first === last ? nothing : [flagsOf(this.findings, at), bookmarksOf(this.bookmarks, at)]}<input
      type="range"
      aria-label=${stores ? 'Step' : 'Call'}
      aria-valuetext=${description}
      title=${description}
      min=${first}
      max=${last}
      ?disabled=${first === last}
      .value=${String(stores ? place.step : Math.floor(callPosition(run, place)))}
      @input=${(event: InputEvent & { currentTarget: HTMLInputElement }) => this.slideTo(event.currentTarget.valueAsNumber)}
    /></span>`;
  }

  /** Where the slider stands at a finding, or at a bookmark. */
  private valueAt({ step, call }: Moment, run: Run): number {
    if (this.granularity === 'stores') return step;
    return call ?? Math.floor(callPosition(run, { step, call: null }));
  }

  private slideTo(value: number): void {
    if (this.granularity === 'stores') this.view?.goToStep(value);
    else this.view?.goToCall(value);
  }

  /** The last call, which may have made no step of its own. */
  private goToLast(run: Run): void {
    if (run.calls.at(run.calls.count - 1)?.step === run.lastStep) this.view?.goToCall(run.calls.count);
    else this.view?.goToStep(run.lastStep);
  }

  private mark() {
    const compares = this.marked !== null;
    const title = compares ? 'Stop comparing (Alt+M)' : 'Compare other steps with this one (Alt+M)';
    return html`<button class="toggle mark" aria-label="Compare steps (Alt+M)" title=${title} aria-pressed=${compares} @click=${() => this.view?.toggleMark()}>
      ${icon('compare')}
    </button>`;
  }

  private keep() {
    return html`<button class="toggle mark" aria-label="Bookmark this step" title="Bookmark this step" @click=${() => this.bookmark?.()}>
      ${icon('bookmark')}
    </button>`;
  }

  private toggle() {
    return html`<div class="granularity" role="group" aria-label="Buttons and slider go over">
      ${GRANULARITIES.map(
        granularity => html`<button
          class="toggle"
          aria-pressed=${granularity === this.granularity}
          title="Buttons and slider go over ${granularity}"
          @click=${() => this.view?.setGranularity(granularity)}
        >
          ${granularity}
        </button>`,
      )}
    </div>`;
  }

  private button(name: 'first' | 'previous' | 'next' | 'last', label: string, enabled: boolean, go: () => void) {
    return html`<vscode-button appearance="icon" aria-label=${label} title=${label} ?disabled=${!enabled} @click=${go}
      >${icon(name)}</vscode-button
    >`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'wsm-step-controls': StepControls;
  }
}
