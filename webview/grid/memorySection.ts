// Memory at a step: step controls, address field, bytes per row, legend and the grid.
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { PersistedPanel } from '../../src/protocol/panel.ts';
import type { RunSnapshot } from '../../src/protocol/run.ts';
import type { MemoryAtStep } from '../memory/memoryAtStep.ts';
import type { PanelActions } from '../panel/actions.ts';
import type { Choice, ChoiceEvent } from '../panel/choice.ts';
import { shared } from '../theme/shared.ts';
import '../panel/choice.ts';
import '../trace/stepControls.ts';
import './goToAddress.ts';
import './memoryGrid.ts';
import './memoryLegend.ts';

type BytesPerRow = PersistedPanel['bytesPerRow'];

const ROW_CHOICES: readonly (Choice & { readonly bytesPerRow: BytesPerRow })[] = [
  { value: 'fit', label: 'Fit', bytesPerRow: 'fit' },
  { value: '8', label: '8/row', bytesPerRow: 8 },
  { value: '16', label: '16/row', bytesPerRow: 16 },
  { value: '32', label: '32/row', bytesPerRow: 32 },
];

@customElement('wsm-memory-section')
export class MemorySection extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-width: 0;
        min-height: 0;
        padding-top: 6px;
      }
      .bar {
        display: grid;
        grid-template: 'title steps' 'tools tools' / auto minmax(0, 1fr);
        gap: 4px 8px;
        align-items: start;
        padding: 0 var(--wsm-pad);
      }
      wsm-step-controls {
        grid-area: steps;
      }
      .tools {
        display: flex;
        grid-area: tools;
        gap: 8px;
        align-items: flex-start;
        min-width: 0;
      }
      wsm-go-to-address {
        flex: 1;
      }
      @container panel (max-width: 419px) {
        .bar {
          grid-template: 'title tools' 'steps steps' / auto minmax(0, 1fr);
        }
      }
      wsm-choice {
        flex: none;
        width: 88px;
      }
      wsm-memory-legend {
        padding: 2px var(--wsm-pad) 4px;
      }
      wsm-memory-grid {
        flex: 1;
        padding-inline-start: calc(var(--wsm-pad) - 4px);
      }
      .none {
        padding: 12px var(--wsm-pad);
        color: var(--wsm-dim);
      }
    `,
  ];

  @property({ attribute: false }) run: RunSnapshot | null = null;
  @property({ type: Number }) step = 0;
  @property({ attribute: false }) memory: MemoryAtStep | null = null;
  @property({ type: Number }) selected = 0;
  @property({ type: Number }) jumps = 0;
  @property({ attribute: false }) bytesPerRow: BytesPerRow = 'fit';
  @property({ attribute: false }) actions: PanelActions | null = null;

  /** Ctrl+G. */
  focusAddressField(): void {
    this.renderRoot.querySelector('wsm-go-to-address')?.focus();
  }

  override render() {
    const { run, memory } = this;
    const call = run?.calls.find(({ step }) => step === this.step);
    return html`<div class="bar">
        <h2>Memory</h2>
        <wsm-step-controls .run=${run} .step=${this.step} .actions=${this.actions}></wsm-step-controls>
        ${memory ? this.tools(memory) : nothing}
      </div>
      ${
        memory
          ? html`<wsm-memory-legend
                .memoryBytes=${memory.size}
                .changedBy=${call?.instance ?? null}
                .bytesChanged=${call?.bytesChanged ?? 0}
                .hasValue=${run?.address !== null}
              ></wsm-memory-legend>
              <wsm-memory-grid
                .memory=${memory}
                .bytesPerRow=${this.bytesPerRow}
                .selected=${this.selected}
                .jumps=${this.jumps}
                .valueAddress=${run?.address ?? null}
                .changedBy=${call?.instance ?? null}
                .actions=${this.actions}
              ></wsm-memory-grid>`
          : html`<p class="none">${run?.status === 'starting' ? 'The module is being instantiated.' : nothing}</p>`
      }`;
  }

  private tools(memory: MemoryAtStep) {
    return html`<div class="tools">
      <wsm-go-to-address
        .memoryBytes=${memory.size}
        .actions=${this.actions}
        @went=${() => this.renderRoot.querySelector('wsm-memory-grid')?.focus()}
      ></wsm-go-to-address>
      <wsm-choice
        label="Bytes per row"
        .value=${String(this.bytesPerRow)}
        .choices=${ROW_CHOICES}
        @choose=${this.onChoose}
      ></wsm-choice>
    </div>`;
  }

  private onChoose(event: ChoiceEvent): void {
    const choice = ROW_CHOICES.find(({ value }) => value === event.value);
    if (choice) this.actions?.setBytesPerRow(choice.bytesPerRow);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'wsm-memory-section': MemorySection;
  }
}
