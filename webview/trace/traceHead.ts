// The head of the trace: counts, the filter of the call list, and notes on missing parts of the recording.

import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { type CallFilter, EVERY_CALL } from '../../src/protocol/call.ts';
import { InstanceNames } from '../../src/protocol/instanceNames.ts';
import { count } from '../../src/protocol/text.ts';
import { ROW_CHOICES, type RowChoice } from '../../src/protocol/traceRow.ts';
import type { Choice, ChoiceEvent } from '../controls/choice.ts';
import '../controls/choice.ts';
import '../controls/textField.ts';
import { WatchController } from '../controls/watching.ts';
import type { Run } from '../data/run.ts';
import type { View } from '../session/view.ts';
import { traceCounts, traceNotes } from '../text/traceHead.ts';
import { icon } from '../theme/icons.ts';
import { shared } from '../theme/shared.ts';

const ROWS: readonly Choice[] = [
  { value: 'all', label: 'all rows' },
  { value: 'calls', label: 'calls' },
  { value: 'beside', label: 'host, growth' },
] satisfies readonly (Choice & { value: RowChoice })[];

/** The choice that stands for calls of all instances. */
const ALL = 'all';

@customElement('wsm-trace-head')
export class TraceHead extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: flex;
        flex-wrap: wrap;
        gap: 0 8px;
        align-items: baseline;
        padding: 6px var(--wsm-pad) 2px;
        color: var(--wsm-dim);
        font-size: var(--wsm-small);
      }
      .counts {
        margin-inline-start: auto;
      }
      .note {
        flex: 1 1 100%;
      }
      vscode-button {
        align-self: center;
      }
      .filter {
        display: flex;
        flex: 1 1 100%;
        flex-wrap: wrap;
        gap: 4px;
        align-items: center;
        padding: 2px 0 4px;
      }
      wsm-text-field {
        flex: 1 1 12ch;
      }
      wsm-choice {
        flex: none;
        width: 72px;
      }
      wsm-choice.rows {
        width: 110px;
      }
      wsm-choice.modules {
        flex: 0 1 150px;
      }
    `,
  ];

  @property({ attribute: false }) run: Run | null = null;
  /** Which calls are listed; null for all. */
  @property({ attribute: false }) filter: CallFilter | null = null;
  @property({ attribute: false }) view: Pick<View, 'setCallFilter'> | null = null;

  constructor() {
    super();
    new WatchController(this, () => this.run?.calls);
  }

  override render() {
    const { run, filter } = this;
    if (!run) return nothing;
    return html`<h2>Call trace</h2>
      ${run.calls.count > 0 ? this.button(filter) : nothing}
      <span class="counts" role=${filter ? 'status' : nothing}>${filter ? filteredCounts(run, filter) : traceCounts(run)}</span>
      ${filter ? this.fields(run, filter) : nothing}
      ${traceNotes(run).map(note => html`<p class="note">${note}</p>`)}`;
  }

  /** A user who opens the filter wants to type. */
  override updated(changed: Map<PropertyKey, unknown>): void {
    if (this.filter && changed.get('filter') === null) void this.focusField();
  }

  private async focusField(): Promise<void> {
    const field = this.renderRoot.querySelector('wsm-text-field');
    await field?.updateComplete;
    field?.focus();
  }

  private button(filter: CallFilter | null) {
    const label = filter ? 'List all calls (Escape)' : 'List only some calls';
    return html`<vscode-button
      appearance="icon"
      aria-label=${label}
      title=${label}
      aria-pressed=${filter !== null}
      @click=${() => this.view?.setCallFilter(filter ? null : EVERY_CALL)}
      >${icon('filter')}</vscode-button
    >`;
  }

  private fields(run: Run, filter: CallFilter) {
    return html`<div class="filter" role="group" aria-label="List only calls" @keydown=${this.onKey}>
      <wsm-text-field
        label="Function's name"
        placeholder="function"
        hint="Part of the function's name. Escape: list all calls"
        @input=${(event: InputEvent & { currentTarget: HTMLElementTagNameMap['wsm-text-field'] }) =>
          this.change({ text: event.currentTarget.value.trim() })}
      ></wsm-text-field>
      <wsm-choice
        class=${InstanceNames.of(run).areSeveral ? 'modules' : ''}
        label="Instance"
        .value=${filter.instance === null ? ALL : String(filter.instance)}
        .choices=${instanceChoices(run)}
        @choose=${({ value }: ChoiceEvent) => this.change({ instance: value === ALL ? null : Number(value) })}
      ></wsm-choice>
      <wsm-choice
        class="rows"
        label="Rows"
        .value=${filter.rows}
        .choices=${ROWS}
        @choose=${({ value }: ChoiceEvent) => this.change({ rows: ROW_CHOICES.find(each => each === value) ?? 'all' })}
      ></wsm-choice>
      ${this.toggle('traps', 'Calls that trapped', filter.trapped, trapped => this.change({ trapped }))}
      ${this.toggle('differences', 'Calls with a difference', filter.differs, differs => this.change({ differs }))}
    </div>`;
  }

  private toggle(text: string, title: string, pressed: boolean, change: (pressed: boolean) => void) {
    return html`<button class="toggle" title=${title} aria-pressed=${pressed} @click=${() => change(!pressed)}>
      ${text}
    </button>`;
  }

  private change(change: Partial<CallFilter>): void {
    if (this.filter) this.view?.setCallFilter({ ...this.filter, ...change });
  }

  private onKey(event: KeyboardEvent): void {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    this.view?.setCallFilter(null);
    this.renderRoot.querySelector<HTMLElement>('vscode-button')?.focus();
  }
}

/** `3 of 16 calls` */
function filteredCounts({ calls }: Run, filter: CallFilter): string {
  return `${calls.filtered(filter).count} of ${count(calls.count, 'call')}`;
}

function instanceChoices(run: Run): Choice[] {
  const names = InstanceNames.of(run);
  const each = run.instances.map((_, instance) => ({ value: String(instance), label: names.title(instance) }));
  return [{ value: ALL, label: 'all' }, ...each];
}

declare global {
  interface HTMLElementTagNameMap {
    'wsm-trace-head': TraceHead;
  }
}
