// For how long a call has been running: counts by itself, so that nothing else is rendered anew. Screen readers hear once that it runs long.
import { css, html, LitElement } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { shared } from '../theme/shared.ts';

const TICK_MS = 100;
/** Where the user wants little motion. */
const CALM_TICK_MS = 1000;
/** A call that runs for so long is told to screen readers. */
const LONG_MS = 2000;

/** `2.5 s`, `1 min 12 s`. */
export function runningText(ms: number, digits: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 60) return `${seconds.toFixed(digits)} s`;
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

@customElement('wsm-running-time')
export class RunningTime extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: inline-block;
        /* As wide as the longest time of the first hour, so that nothing beside it moves. */
        min-width: 11ch;
        text-align: end;
        font-variant-numeric: tabular-nums;
      }
    `,
  ];

  /** When it began, as `performance.now()` has it. */
  @property({ type: Number }) since = 0;
  /** What screen readers are told of it. */
  @property() label = '';
  @state() private now = performance.now();
  private timer: ReturnType<typeof setInterval> | undefined;
  private isCalm = false;

  override connectedCallback(): void {
    super.connectedCallback();
    this.isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    this.now = performance.now();
    const tick = this.isCalm ? CALM_TICK_MS : TICK_MS;
    this.timer = setInterval(() => {
      this.now = performance.now();
    }, tick);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.timer);
  }

  override render() {
    const ms = this.now - this.since;
    return html`<span aria-hidden="true">${runningText(ms, this.isCalm ? 0 : 1)}</span
      ><span class="unseen" role="status">${ms >= LONG_MS ? this.label : ''}</span>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'wsm-running-time': RunningTime;
  }
}
