// The panel before the first run: an introduction, and the five first steps.
import { css, html, LitElement, svg } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { TOUR, type TourEntry } from '../../src/protocol/tour.ts';
import type { Host } from '../session/host.ts';
import { shared } from '../theme/shared.ts';
import { instanceClass, instanceClasses } from '../theme/tokens.ts';

@customElement('wsm-empty-state')
export class EmptyState extends LitElement {
  static override styles = [
    shared,
    instanceClasses,
    css`
      :host {
        display: flex;
        flex-direction: column;
        gap: 12px;
        max-width: 440px;
        margin: 0 auto;
        padding: 20px 20px 24px;
        line-height: 1.45;
      }
      .picture {
        display: block;
        width: 100%;
        max-width: 240px;
        margin: 4px auto;
      }
      .wire {
        fill: none;
        stroke: var(--instance);
        stroke-width: 1.5;
      }
      .box {
        fill: var(--instance);
      }
      .cell {
        fill: none;
        stroke: var(--wsm-faint);
      }
      .shared {
        fill: none;
        stroke: var(--wsm-warning);
        stroke-dasharray: 4 2;
        stroke-width: 1.5;
      }
      text {
        fill: var(--wsm-on-color);
        font: 600 10px var(--wsm-mono);
        text-anchor: middle;
      }
      h1 {
        margin: 0;
        font-size: 1.15em;
        font-weight: 600;
        text-align: center;
      }
      vscode-button {
        width: 100%;
        --button-padding-vertical: 4px;
      }
      .why {
        padding: 8px 10px;
        border: 1px solid var(--wsm-line);
        border-inline-start: 3px solid var(--wsm-warning);
        border-radius: 2px;
      }
      .hint {
        color: var(--wsm-dim);
        font-size: var(--wsm-small);
      }
      ol {
        display: flex;
        flex-direction: column;
        gap: 2px;
        margin: 0;
        padding: 0;
        list-style: none;
      }
      .step {
        display: grid;
        grid-template-columns: 22px minmax(0, 1fr);
        gap: 0 8px;
        align-items: center;
        width: 100%;
        padding: 4px 8px;
        border: 1px solid transparent;
        border-radius: 3px;
        background: none;
        color: inherit;
        font: inherit;
        text-align: start;
        cursor: pointer;
      }
      .step:hover {
        background: var(--wsm-hover);
      }
      .step.first,
      .step.first .hint {
        color: var(--vscode-button-foreground);
      }
      .step.first {
        margin-bottom: 4px;
        border-color: var(--vscode-button-border, transparent);
        background: var(--vscode-button-background);
      }
      .step.first:hover {
        background: var(--vscode-button-hoverBackground);
      }
      .step:not(.first) .title {
        color: var(--wsm-link);
      }
      .number {
        display: grid;
        grid-row: span 2;
        place-items: center;
        width: 20px;
        height: 20px;
        border: 1px solid currentColor;
        border-radius: 50%;
        font-size: var(--wsm-small);
        font-weight: 600;
      }
      .step:hover .title {
        text-decoration: underline;
      }
    `,
  ];

  @property({ type: Boolean }) trusted = true;
  @property({ attribute: false }) host: Pick<Host, 'command'> | null = null;

  override render() {
    return html`${PICTURE}
      <h1>Several instances, one memory</h1>
      <p>
        Run a WebAssembly module as several instances over one linear memory, and see which call of which instance changed
        which byte, step by step.
      </p>
      ${this.trusted ? this.start() : this.restricted()}`;
  }

  private start() {
    return html`${this.steps(TOUR)}
      ${this.pictures()}
      <p class="hint">Or right-click a .wasm file in the Explorer. Guests run in a worker: you can cancel them at any time.</p>`;
  }

  private restricted() {
    return html`<p class="why">
        This workspace is not trusted, so nothing of it is run. You can still look at a file’s memory as its data segments
        leave it.
      </p>
      <vscode-button appearance="primary" @click=${() => this.host?.command({ name: 'manageTrust' })}
        >Manage workspace trust</vscode-button
      >
      <vscode-button appearance="secondary" @click=${() => this.host?.command({ name: 'runDemo' })}
        >Look at a .wasm file…</vscode-button
      >
      ${this.steps(TOUR.filter(({ needsTrust }) => !needsTrust))} ${this.pictures()}`;
  }

  private steps(entries: readonly TourEntry[]) {
    return html`<ol aria-label="First steps">
      ${entries.map(
        ({ step, title, hint }, index) => html`<li>
          <button class="step ${index === 0 && this.trusted ? 'first' : ''}" aria-label="${title}: ${hint}" @click=${() => this.host?.command({ name: 'tour', step })}>
            <span class="number" aria-hidden="true">${index + 1}</span>
            <span class="title">${title}</span>
            <span class="hint">${hint}</span>
          </button>
        </li>`,
      )}
    </ol>`;
  }

  private pictures() {
    return html`<vscode-button appearance="secondary" @click=${() => this.host?.command({ name: 'getStarted' })}
      >Show these steps with pictures</vscode-button
    >`;
  }
}

/** Three instances wired to one memory. */
const PICTURE = html`<svg class="picture" viewBox="0 0 240 92" aria-hidden="true">
  ${[0, 1, 2].map(
    instance => svg`<g class=${instanceClass(instance)}>
      <path class="wire" d="M${44 + instance * 76} 26 V44 H${105 + instance * 15} V60" />
      <rect class="box" x=${22 + instance * 76} y="4" width="44" height="22" rx="4" />
      <text x=${44 + instance * 76} y="19">#${instance}</text>
    </g>`,
  )}
  ${Array.from({ length: 12 }, (_, cell) => svg`<rect class="cell" x=${30.5 + cell * 15} y="60.5" width="15" height="22" />`)}
  <rect class="shared" x="90.5" y="60.5" width="60" height="22" />
</svg>`;

declare global {
  interface HTMLElementTagNameMap {
    'wsm-empty-state': EmptyState;
  }
}
