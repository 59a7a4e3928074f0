// What can be done with a module that is no guest of the demo: nothing was called, and that is no dead end.
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { PanelCommand } from '../../src/protocol/panel.ts';
import type { Problem } from '../../src/protocol/problem.ts';
import type { Run } from '../data/run.ts';
import type { Host } from '../session/host.ts';
import { shared } from '../theme/shared.ts';

interface Offer {
  readonly label: string;
  readonly hint: string;
  readonly command: PanelCommand;
  /** Of one module alone: of several it is not said which is meant. */
  readonly ofOne: boolean;
}

const OFFERS: readonly Offer[] = [
  {
    label: 'Record the program that uses it…',
    hint: 'Node runs the script, and every call and store is recorded as it happens.',
    command: { name: 'recordUser' },
    ofOne: true,
  },
  {
    label: 'Add a second module…',
    hint: 'Both over one memory: what each believes is its own, and where they collide.',
    command: { name: 'addModule' },
    ofOne: true,
  },
  {
    label: 'Look at its sections',
    hint: 'Imports, exports, functions in the text format, data segments.',
    command: { name: 'openSections' },
    ofOne: true,
  },
  {
    label: 'Choose another file…',
    hint: 'One that exports alloc_11 and add_23 plays the demo.',
    command: { name: 'runDemo' },
    ofOne: false,
  },
];

@customElement('wsm-no-guest')
export class NoGuest extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: block;
        padding: 6px var(--wsm-pad) 8px;
        border-bottom: 1px solid var(--wsm-line);
        overflow-wrap: anywhere;
      }
      .symbol {
        font-weight: 700;
      }
      ul {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(230px, 100%), 1fr));
        gap: 6px 12px;
        margin: 6px 0;
        padding: 0;
        list-style: none;
      }
      .offer {
        display: block;
        padding: 0;
        border: none;
        background: none;
        color: var(--wsm-link);
        font: inherit;
        line-height: 20px;
        text-align: start;
        cursor: pointer;
      }
      .offer:hover {
        text-decoration: underline;
      }
      .hint {
        color: var(--wsm-dim);
        font-size: var(--wsm-small);
      }
      @container panel (max-width: 419px) {
        .hint {
          display: none;
        }
        ul {
          gap: 0;
          margin: 2px 0;
        }
      }
      summary {
        color: var(--wsm-dim);
        line-height: 20px;
        cursor: pointer;
      }
    `,
  ];

  @property({ attribute: false }) run: Pick<Run, 'modules' | 'instances'> | null = null;
  @property({ attribute: false }) problem: Pick<Problem, 'message'> | null = null;
  @property({ attribute: false }) host: Pick<Host, 'command'> | null = null;

  override render() {
    const { run, problem } = this;
    if (!run || !problem) return nothing;
    const isAlone = run.modules.length === 1;
    const made = isAlone && run.instances.length > 1 ? 'Its instances were made' : 'It was made';
    const what = isAlone ? `${made} over one memory` : 'Their instances were made over one memory';
    return html`<p role="status">
        <span class="symbol warning" aria-hidden="true">▲</span> ${isAlone ? 'This module is' : 'These modules are'} no guest of the
        demo, so nothing was called. ${what}, which is shown below.
      </p>
      <ul aria-label="What you can do">
        ${OFFERS.filter(({ ofOne }) => isAlone || !ofOne).map(
          ({ label, hint, command }) => html`<li>
            <button class="offer" title=${hint} @click=${() => this.host?.command(command)}>${label}</button>
            <div class="hint">${hint}</div>
          </li>`,
        )}
      </ul>
      <details>
        <summary>What the demo misses, and what there is</summary>
        <p>${problem.message}</p>
      </details>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'wsm-no-guest': NoGuest;
  }
}
