// The head of the trace: counts, the filter of the call list, and notes on missing parts of the recording.

import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { type CallFilter, EVERY_CALL, type Span } from '../../src/protocol/call.ts';
import type { Finding } from '../../src/protocol/finding.ts';
import { InstanceNames } from '../../src/protocol/instanceNames.ts';
import { count } from '../../src/protocol/text.ts';
import { ROW_CHOICES, type RowChoice } from '../../src/protocol/traceRow.ts';
import type { Choice, ChoiceEvent } from '../controls/choice.ts';
import '../controls/choice.ts';
import '../controls/menuButton.ts';
import { type Fold, foldStyles, foldTitle } from '../controls/fold.ts';
import type { MenuItem } from '../controls/menuButton.ts';
import '../controls/textField.ts';
import { ToolbarController } from '../controls/toolbar.ts';
import { WatchController } from '../controls/watching.ts';
import { foundCalls } from '../data/findings.ts';
import type { Place } from '../data/moments.ts';
import type { Run } from '../data/run.ts';
import type { TraceState } from '../session/traceView.ts';
import type { View } from '../session/view.ts';
import { durationText } from '../text/callText.ts';
import { traceCounts, traceNotes } from '../text/traceHead.ts';
import { icon } from '../theme/icons.ts';
import { shared } from '../theme/shared.ts';
import './traceSearch.ts';

const ROWS: readonly Choice[] = [
  { value: 'all', label: 'all rows' },
  { value: 'calls', label: 'calls' },
  { value: 'beside', label: 'host, growth' },
] satisfies readonly (Choice & { value: RowChoice })[];

const AXIS_ITEMS = [
  { axis: 'calls', label: 'Draw lanes along calls' },
  { axis: 'time', label: 'Draw a timeline along time' },
  { axis: 'steps', label: 'Draw a timeline along steps' },
] as const;

/** The choice that stands for calls of all instances. */
const ALL = 'all';

@customElement('wsm-trace-head')
export class TraceHead extends LitElement {
  static override styles = [
    shared,
    foldStyles,
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
      /* Beside the buttons, where a number has room there. */
      .all {
        flex: 1 1 8ch;
        min-width: 8ch;
        overflow: hidden;
        text-align: end;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .note {
        flex: 1 1 100%;
      }
      :is(vscode-button, wsm-menu-button) {
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
  /** How it folds; null where it can't. */
  @property({ attribute: false }) fold: Fold | null = null;
  @property({ attribute: false }) place: Place | null = null;
  /** How the trace is shown; null where that can't be chosen. */
  @property({ attribute: false }) trace: TraceState | null = null;
  /** A filter lets their calls through. */
  @property({ attribute: false }) findings: readonly Finding[] = [];
  @property({ attribute: false }) view:
    | (Pick<View, 'setCallFilter'> & Partial<Pick<View, 'setTrace' | 'goToFoundCall'>>)
    | null = null;

  constructor() {
    super();
    new ToolbarController(this, { without: '.filter, wsm-trace-search, [role=menu]' });
    new WatchController(this, () => this.run?.calls);
  }

  override render() {
    const { run, filter, fold } = this;
    if (!run) return nothing;
    const open = fold?.open ?? true;
    return html`${foldTitle('Call trace', fold)}
      ${open && run.calls.count > 0 ? this.button(filter) : nothing}
      ${open && run.calls.count > 0 && this.trace ? this.tools(this.trace) : nothing}
      ${
        filter
          ? html`<span class="counts" role="status">${filteredCounts(run, filter)}</span>`
          : html`<span class="counts all" title=${traceCounts(run)}>${traceCounts(run)}</span>`
      }
      ${open && filter ? this.fields(run, filter) : nothing}
      ${
        open && this.trace?.search != null
          ? html`<wsm-trace-search
              .run=${run}
              .place=${this.place}
              .filter=${filter}
              .text=${this.trace.search}
              .view=${this.view}
              @close=${() => this.renderRoot.querySelector<HTMLElement>('.search')?.focus()}
            ></wsm-trace-search>`
          : nothing
      }
      ${traceNotes(run).map(note => html`<p class="note">${note}</p>`)}`;
  }

  /** A user who opens the filter wants to type. */
  override updated(changed: Map<PropertyKey, unknown>): void {
    const { filter } = this;
    // More may have been found since.
    if (filter?.only && changed.has('findings')) this.change({ only: foundCalls(this.findings) });
    // Who chose a function from the list of them has no text to type.
    if (filter && filter.function === undefined && changed.get('filter') === null) void this.focusField();
  }

  /** Opens the search in the trace, with the keyboard in its field. */
  focusSearch(): void {
    const search = this.renderRoot.querySelector('wsm-trace-search');
    if (search) search.focus();
    else this.view?.setTrace?.({ search: '' });
  }

  private tools({ search, isFolded, groups, radix, axis }: TraceState) {
    const set = (change: Partial<TraceState>): void => this.view?.setTrace?.(change);
    const label = 'Search the trace (Ctrl+F in it)';
    const items: MenuItem[] = [
      {
        label: groups ? 'List calls' : 'List functions with totals',
        run: () => set({ groups: groups ? null : { by: 'calls', descending: true } }),
      },
      {
        label: isFolded ? 'Give each of equal calls a row' : 'Fold equal calls',
        run: () => set({ isFolded: !isFolded, unfolded: [] }),
      },
      {
        label: radix === 'hex' ? 'Show integers in decimal' : 'Show integers in hexadecimal',
        run: () => set({ radix: radix === 'hex' ? 'decimal' : 'hex' }),
      },
      ...AXIS_ITEMS.filter(item => item.axis !== axis).map(item => ({
        label: item.label,
        run: () => set({ axis: item.axis }),
      })),
    ];
    return html`<vscode-button
        class="search"
        appearance="icon"
        aria-label=${label}
        title=${label}
        aria-pressed=${search !== null}
        @click=${() => set({ search: search === null ? '' : null })}
        >${icon('search')}</vscode-button
      ><wsm-menu-button label="How the trace is shown" .icon=${icon('more')} .items=${items}></wsm-menu-button>`;
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
      ${
        this.findings.length > 0 || filter.only
          ? this.toggle('findings', 'Calls in which something was found', filter.only !== undefined, on =>
              this.change({ only: on ? foundCalls(this.findings) : undefined }),
            )
          : nothing
      }
      ${this.toggle('differences', 'Calls with a difference', filter.differs, differs => this.change({ differs }))}
      ${filter.function === undefined ? nothing : this.chip(filter.function, { function: undefined })}
      ${filter.span ? this.chip(spanText(filter.span), { span: undefined }) : nothing}
    </div>`;
  }

  private toggle(text: string, title: string, pressed: boolean, change: (pressed: boolean) => void) {
    return html`<button class="toggle" title=${title} aria-pressed=${pressed} @click=${() => change(!pressed)}>
      ${text}
    </button>`;
  }

  /** What else the filter asks for, and a way to ask no more. */
  private chip(text: string, without: Change) {
    return html`<button class="toggle" aria-pressed="true" title="Don't ask for ${text}" @click=${() => this.change(without)}>
      ${text} <span aria-hidden="true">×</span>
    </button>`;
  }

  /** A field that is undefined is left out of the filter. */
  private change(change: Change): void {
    if (!this.filter) return;
    const { function: name, only, span, ...filter } = { ...this.filter, ...change };
    this.view?.setCallFilter({
      ...filter,
      ...(name !== undefined && { function: name }),
      ...(only !== undefined && { only }),
      ...(span !== undefined && { span }),
    });
  }

  private onKey(event: KeyboardEvent): void {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    this.view?.setCallFilter(null);
    this.renderRoot.querySelector<HTMLElement>('vscode-button')?.focus();
  }
}

type Removable = 'function' | 'only' | 'span';

type Change = Partial<Omit<CallFilter, Removable>> & { readonly [Name in Removable]?: CallFilter[Name] | undefined };

/** `steps 3–9`, `4.6 µs–1 ms` */
export function spanText({ axis, from, to }: Span): string {
  if (axis === 'steps') return `steps ${Math.ceil(from)}–${Math.floor(to)}`;
  return `${durationText(Math.max(0, from))}–${durationText(Math.max(0, to))}`;
}

/** `3 of 16 calls` */
function filteredCounts({ calls }: Run, filter: CallFilter): string {
  return `${calls.matches(filter)?.count ?? '…'} of ${count(calls.count, 'call')}`;
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
