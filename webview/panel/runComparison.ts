// What another instance state changed: the run before beside the one that is shown, by findings, value, and the first call that differs.
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { CallRecord } from '../../src/protocol/call.ts';
import { severityCounts } from '../../src/protocol/findingLabels.ts';
import type { FirstDifference, RunComparison, RunOutcome } from '../../src/protocol/runComparison.ts';
import { resultOf } from '../../src/protocol/runResult.ts';
import { count } from '../../src/protocol/text.ts';
import type { View } from '../session/view.ts';
import { expressionText, resultText } from '../text/callText.ts';
import { icon } from '../theme/icons.ts';
import { shared } from '../theme/shared.ts';
import { instanceClass, instanceClasses } from '../theme/tokens.ts';

@customElement('wsm-run-comparison')
export class RunComparisonTable extends LitElement {
  static override styles = [
    shared,
    instanceClasses,
    css`
      :host {
        display: block;
        padding: 4px var(--wsm-pad) 6px;
        border-bottom: 1px solid var(--wsm-line);
        user-select: text;
      }
      .head {
        display: flex;
        align-items: center;
      }
      table {
        width: 100%;
        max-width: 110ch;
        border-collapse: collapse;
        table-layout: fixed;
      }
      th,
      td {
        padding: 1px 8px 1px 0;
        font-weight: inherit;
        overflow-wrap: anywhere;
        text-align: start;
        vertical-align: top;
      }
      tr > :first-child {
        width: 24%;
        color: var(--wsm-dim);
      }
      thead th {
        color: var(--wsm-dim);
        font-size: var(--wsm-small);
      }
      .badge {
        vertical-align: 1px;
      }
    `,
  ];

  @property({ attribute: false }) comparison: RunComparison | null = null;
  /** Identity of the run that is shown. */
  @property({ type: Number }) runId = 0;
  /** Where the watched value is; null where there is none. */
  @property({ attribute: false }) watched: number | null = null;
  @property({ attribute: false }) view: Pick<View, 'goToCall'> | null = null;
  /** The run that the user has seen enough of. */
  @state() private closedRun = 0;

  override render() {
    const { comparison, runId } = this;
    if (!comparison || this.closedRun === runId) return nothing;
    const { before, after, first } = comparison;
    return html`<div class="head">
        <h2 id="title">Before and after</h2>
        <span class="grow"></span>
        <vscode-button
          appearance="icon"
          aria-label="Hide the comparison"
          title="Hide the comparison"
          @click=${() => {
            this.closedRun = runId;
          }}
          >${icon('close')}</vscode-button
        >
      </div>
      <table aria-labelledby="title">
        <thead>
          <tr>
            <td></td>
            <th scope="col">before: ${before.state} state</th>
            <th scope="col">after: ${after.state} state</th>
          </tr>
        </thead>
        <tbody>
          ${row('findings', findings(before), findings(after))}
          ${row('value', result(before), result(after))}
          ${this.difference(first)}
        </tbody>
      </table>`;
  }

  private difference(first: FirstDifference) {
    if (first.kind === 'none')
      return html`<tr>
        <th scope="row">first call that differs</th>
        <td colspan="2">none of ${count(first.calls, 'call')}</td>
      </tr>`;
    const { before, after } = first;
    const { watched } = this;
    // Where one of the two gave the run's address, the other gave one, too.
    const areAddresses = watched !== null && [before, after].some(call => call !== null && addressIn(call) === watched);
    const textOf = (call: CallRecord): string => resultText(call, areAddresses ? addressIn(call) : watched);
    return row('first call that differs', this.call(before, textOf, false), this.call(after, textOf, true));
  }

  /** @param isShown it is one of the run that is shown */
  private call(call: CallRecord | null, textOf: (call: CallRecord) => string, isShown: boolean) {
    if (!call) return html`<span class="dim">no such call</span>`;
    const result = textOf(call);
    const value = call.watched?.after ?? null;
    const text = `call ${call.index}: ${expressionText(call, this.watched)}${result === '' ? '' : ` → ${result}`}`;
    return html`${
      isShown
        ? html`<button class="link" @click=${() => this.view?.goToCall(call.index)}>${text}</button>`
        : html`<span>${text}</span>`
    }
      <span class="badge ${instanceClass(call.instance)}">#${call.instance}</span>
      ${value === null ? nothing : html`<span class="dim">value ${value}</span>`}`;
  }
}

/** A call's result, as an address; null where it gave no number. */
function addressIn({ results: [value] }: CallRecord): number | null {
  return typeof value === 'number' ? value >>> 0 : null;
}

const row = (name: string, before: unknown, after: unknown) =>
  html`<tr>
    <th scope="row">${name}</th>
    <td>${before}</td>
    <td>${after}</td>
  </tr>`;

function findings({ findings: kinds }: RunOutcome) {
  if (kinds.length === 0) return html`<span class="ok">✓ none</span>`;
  return html`<span class="error">✗ ${severityCounts(kinds.map(kind => ({ kind })))}</span>`;
}

function result(outcome: RunOutcome) {
  const { tone, symbol, text } = resultOf(outcome);
  return html`<span class=${tone}>${symbol} ${text}</span>`;
}

declare global {
  interface HTMLElementTagNameMap {
    'wsm-run-comparison': RunComparisonTable;
  }
}
