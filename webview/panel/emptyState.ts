// The panel before the first run: an introduction, and two ways to start.
import { css, html, LitElement, svg } from 'lit';
import { customElement, property } from 'lit/decorators.js';
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
    return html`<vscode-button appearance="primary" @click=${() => this.host?.command({ name: 'runBundled' })}
        >Run the bundled demo</vscode-button
      >
      <vscode-button appearance="secondary" @click=${() => this.host?.command({ name: 'runDemo' })}
        >Choose a .wasm file…</vscode-button
      >
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
