// A row of the trace that stands for a run of equal calls.
import { html, nothing } from 'lit';
import type { InstanceNames } from '../../src/protocol/instanceNames.ts';
import { count } from '../../src/protocol/text.ts';
import type { FoldedRun, TraceRow } from '../../src/protocol/traceRow.ts';
import { bytesText, durationText } from '../text/callText.ts';
import { instanceClass } from '../theme/tokens.ts';

export type FoldedRow = Extract<TraceRow, { readonly kind: 'folded' }>;

interface State {
  /** Position of the row, and how many there are. */
  readonly row: number;
  readonly rows: number;
  readonly selected: boolean;
  readonly later: boolean;
  readonly isMatch: boolean;
  readonly indent: number;
}

interface Actions {
  readonly choose: () => void;
  readonly menu: (event: Event) => void;
  readonly unfold: () => void;
}

export function foldedRow(
  { call, run }: FoldedRow,
  state: State,
  names: InstanceNames,
  { choose, menu, unfold }: Actions,
) {
  const { row, rows, selected, later, isMatch, indent } = state;
  const facts = factsOf(call.index, run);
  return html`<div
    id="call-${call.index}"
    class="call folded ${instanceClass(call.instance)} ${later ? 'later' : ''} ${isMatch ? 'match' : ''}"
    .style=${`--depth: ${indent}`}
    role="treeitem"
    aria-level="1"
    aria-posinset=${row + 1}
    aria-setsize=${rows}
    aria-selected=${selected}
    aria-expanded="false"
    aria-label=${[sentence({ call, run }, names), ...(isMatch ? ['match'] : [])].join(', ')}
    title=${facts.join(' · ')}
    @click=${choose}
    @contextmenu=${menu}
  >
    <span class="number">${call.index}</span>
    <span
      class="disclosure"
      title="Show each of these ${run.calls} calls (Right)"
      @click=${(event: MouseEvent) => {
        event.stopPropagation();
        unfold();
      }}
      >▸</span
    >
    <span class="badge">#${call.instance}</span>
    <span class="expression"><b>${call.function}</b> <span class="times">${timesText(run.calls)}</span></span>
    <span class="values"></span>
    <span class="fact bytes">${bytesText(run.bytesChanged)}</span>
    <span class="fact duration">${run.durationNs === null ? nothing : durationText(run.durationNs)}</span>
    ${selected ? html`<span class="more">${facts.join(' · ')}</span>` : nothing}
  </div>`;
}

/** `× 4 000`, with narrow spaces that don't break. */
function timesText(calls: number): string {
  return `× ${String(calls).replace(/\B(?=(\d{3})+$)/g, '\u202f')}`;
}

/** `calls 1 to 4000`, `8 bytes changed`, `4.6 µs`. */
function factsOf(first: number, { last, bytesChanged, durationNs }: FoldedRun): string[] {
  const facts = [`calls ${first} to ${last}`, `${count(bytesChanged, 'byte')} changed`];
  return durationNs === null ? facts : [...facts, durationText(durationNs)];
}

/** The whole row, for screen readers. */
function sentence({ call, run }: Pick<FoldedRow, 'call' | 'run'>, names: InstanceNames): string {
  const module = names.module(call.instance);
  const where = `instance ${call.instance}${module === null ? '' : ` of ${module}`}`;
  return [`${run.calls} calls of ${call.function}`, where, ...factsOf(call.index, run)].join(', ');
}
