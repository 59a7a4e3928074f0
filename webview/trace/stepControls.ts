// First, previous, next, last and a slider: which step memory is shown at.
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { RunSnapshot } from '../../src/protocol/run.ts';
import type { PanelActions } from '../panel/actions.ts';
import { icon } from '../theme/icons.ts';
import { shared } from '../theme/shared.ts';
import { sentence } from './callText.ts';

@customElement('wsm-step-controls')
export class StepControls extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: flex;
        flex: 1;
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
    `,
  ];

  @property({ attribute: false }) run: RunSnapshot | null = null;
  @property({ type: Number }) step = 0;
  @property({ attribute: false }) actions: PanelActions | null = null;

  override render() {
    const { run, step } = this;
    if (!run) return nothing;
    const { firstStep, lastStep } = run;
    return html`
      ${this.button('first', 'First step', firstStep, step > firstStep)}
      ${this.button('previous', 'Previous step', step - 1, step > firstStep)}
      <input
        type="range"
        aria-label="Step"
        aria-valuetext=${this.description(run)}
        title=${this.description(run)}
        min=${firstStep}
        max=${lastStep}
        ?disabled=${firstStep === lastStep}
        .value=${String(step)}
        @input=${(event: InputEvent & { currentTarget: HTMLInputElement }) =>
          this.actions?.goToStep(event.currentTarget.valueAsNumber)}
      />
      ${this.button('next', 'Next step', step + 1, step < lastStep)}
      ${this.button('last', 'Last step', lastStep, step < lastStep)}
      <span class="label">step ${step} / ${lastStep}</span>
    `;
  }

  private button(name: 'first' | 'previous' | 'next' | 'last', label: string, target: number, enabled: boolean) {
    return html`<vscode-button
      appearance="icon"
      aria-label=${label}
      title=${label}
      ?disabled=${!enabled}
      @click=${() => this.actions?.goToStep(target)}
      >${icon(name)}</vscode-button
    >`;
  }

  private description(run: RunSnapshot): string {
    const call = run.calls.find(candidate => candidate.step === this.step);
    return call ? `step ${this.step}: after ${sentence(call, run.address)}` : `step ${this.step}: after instantiation`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'wsm-step-controls': StepControls;
  }
}
