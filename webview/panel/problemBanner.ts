// A problem: what went wrong, where, and what to do next.

import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { PanelCommand } from '../../src/protocol/panel.ts';
import type { Problem } from '../../src/protocol/problem.ts';
import type { Host } from '../session/host.ts';
import { shared } from '../theme/shared.ts';

export interface BannerButton {
  readonly label: string;
  readonly command: PanelCommand;
}

@customElement('wsm-problem-banner')
export class ProblemBanner extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: 2px 8px;
        padding: 6px var(--wsm-pad) 8px;
        border-bottom: 1px solid var(--wsm-line);
        overflow-wrap: anywhere;
      }
      .symbol {
        font-weight: 700;
      }
      .remedy,
      .buttons {
        grid-column: 2;
      }
      .remedy {
        color: var(--wsm-dim);
      }
      .buttons {
        display: flex;
        flex-wrap: wrap;
        gap: 6px;
        margin-top: 4px;
      }
    `,
  ];

  @property({ attribute: false }) problem: Pick<Problem, 'message' | 'remedy'> | null = null;
  /** Nothing is broken: the run differs from the expected one, or was not started. */
  @property({ type: Boolean }) mild = false;
  @property({ attribute: false }) buttons: readonly BannerButton[] = [];
  @property({ attribute: false }) host: Pick<Host, 'command'> | null = null;

  override render() {
    const { problem, buttons } = this;
    if (!problem) return nothing;
    return html`<span class="symbol ${this.mild ? 'warning' : 'error'}" aria-hidden="true">${this.mild ? '▲' : '✗'}</span>
      <p role="alert">${problem.message}</p>
      <p class="remedy">${problem.remedy}</p>
      ${
        buttons.length > 0
          ? html`<div class="buttons">
              ${buttons.map(
                ({ label, command }, index) => html`<vscode-button
                  appearance=${index === 0 ? 'primary' : 'secondary'}
                  @click=${() => this.host?.command(command)}
                  >${label}</vscode-button
                >`,
              )}
            </div>`
          : nothing
      }`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'wsm-problem-banner': ProblemBanner;
  }
}
