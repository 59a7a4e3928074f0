// What a run does before its first call, and for how long: that may take a while, and the time limit counts only part of it.
import { html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { RunPhase } from '../../src/protocol/run.ts';
import { phaseText } from '../text/phaseText.ts';
import { shared } from '../theme/shared.ts';

const SECOND_MS = 1000;

@customElement('wsm-run-phase')
export class RunPhaseText extends LitElement {
  static override styles = [shared];

  @property({ attribute: false }) phase: RunPhase | null = null;
  /** How many instances the run makes. */
  @property({ type: Number }) instances = 0;
  private timer: ReturnType<typeof setInterval> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.timer = setInterval(() => this.requestUpdate(), SECOND_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.timer);
  }

  override render() {
    const { phase, instances } = this;
    if (!phase) return nothing;
    return html`<p class="phase">${phaseText(phase, instances, Date.now())}</p>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'wsm-run-phase': RunPhaseText;
  }
}
