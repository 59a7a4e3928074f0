// First, previous, next, last and a slider: at which write or call memory is shown.
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { RunSnapshot, StepView } from '../../src/protocol/run.ts';
import { callPosition, firstKeptCall, type Granularity, neighbour, type Place } from '../data/moments.ts';
import type { PanelActions } from '../session/actions.ts';
import { placeSentence } from '../text/callText.ts';
import { icon } from '../theme/icons.ts';
import { shared } from '../theme/shared.ts';

const GRANULARITIES: readonly Granularity[] = ['calls', 'stores'];

@customElement('wsm-step-controls')
export class StepControls extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: flex;
        flex: 1;
        flex-wrap: wrap;
        gap: 2px 8px;
        align-items: center;
        justify-content: flex-end;
        min-width: 0;
      }
      .travel {
        display: flex;
        flex: 1 1 170px;
        gap: 2px;
        align-items: center;
        min-width: 0;
      }
      input {
        flex: 1;
        min-width: 40px;
        height: 18px;
        margin: 0 4px;
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
      .granularity {
        display: flex;
      }
      .granularity button {
        padding: 0 6px;
        border: 1px solid var(--wsm-line);
        background: none;
        color: var(--wsm-dim);
        font: inherit;
        font-size: var(--wsm-small);
        line-height: 18px;
        cursor: pointer;
      }
      .granularity button:first-child {
        border-radius: 3px 0 0 3px;
      }
      .granularity button:last-child {
        margin-inline-start: -1px;
        border-radius: 0 3px 3px 0;
      }
      .granularity button[aria-pressed='true'] {
        z-index: 1;
        border-color: var(--wsm-focus);
        color: var(--wsm-fg);
      }
    `,
  ];

  @property({ attribute: false }) run: RunSnapshot | null = null;
  @property({ attribute: false }) place: Place | null = null;
  @property() granularity: Granularity = 'stores';
  /** What made the step; null while it is not known. */
  @property({ attribute: false }) stepView: StepView | null = null;
  @property({ attribute: false }) actions: PanelActions | null = null;

  override render() {
    const { run, place } = this;
    if (!run || !place) return nothing;
    const unit = this.granularity === 'calls' ? 'call' : 'step';
    const [back, ahead] = [neighbour(run, place, this.granularity, -1), neighbour(run, place, this.granularity, 1)];
    return html`<div class="travel">
        ${this.button('first', `First ${unit}`, back !== undefined, () => this.actions?.goToStep(run.firstStep))}
        ${this.button('previous', `Previous ${unit}`, back !== undefined, () => this.actions?.goToNeighbour('previous'))}
        ${this.slider(run, place)}
        ${this.button('next', `Next ${unit}`, ahead !== undefined, () => this.actions?.goToNeighbour('next'))}
        ${this.button('last', `Last ${unit}`, ahead !== undefined, () => this.goToLast(run))}
      </div>
      <span class="label"
        ><span>step ${place.step} / ${run.lastStep}</span>${place.call === null ? nothing : ` · call ${place.call}`}</span
      >
      ${run.record === 'calls' ? nothing : this.toggle()}`;
  }

  private slider(run: RunSnapshot, place: Place) {
    const stores = this.granularity === 'stores';
    const [first, last] = stores ? [run.firstStep, run.lastStep] : [firstKeptCall(run) - 1, run.calls.length];
    const description = placeSentence(run, place, this.stepView);
    return html`<input
      type="range"
      aria-label=${stores ? 'Step' : 'Call'}
      aria-valuetext=${description}
      title=${description}
      min=${first}
      max=${last}
      ?disabled=${first === last}
      .value=${String(stores ? place.step : Math.floor(callPosition(run, place)))}
      @input=${(event: InputEvent & { currentTarget: HTMLInputElement }) => this.slideTo(event.currentTarget.valueAsNumber)}
    />`;
  }

  private slideTo(value: number): void {
    if (this.granularity === 'stores') this.actions?.goToStep(value);
    else this.actions?.goToCall(value);
  }

  /** The last call, which may have made no step of its own. */
  private goToLast(run: RunSnapshot): void {
    if (run.calls.at(-1)?.step === run.lastStep) this.actions?.goToCall(run.calls.length);
    else this.actions?.goToStep(run.lastStep);
  }

  private toggle() {
    return html`<div class="granularity" role="group" aria-label="Buttons and slider go over">
      ${GRANULARITIES.map(
        granularity => html`<button
          aria-pressed=${granularity === this.granularity}
          title="Buttons and slider go over ${granularity}"
          @click=${() => this.actions?.setGranularity(granularity)}
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
