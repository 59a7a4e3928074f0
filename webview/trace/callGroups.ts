// The functions that were called, with what all calls of each did together. A function leads to its calls.
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import {
  type CallFilter,
  type CallGroup,
  type CallGroups,
  EVERY_CALL,
  type GroupOrder,
} from '../../src/protocol/call.ts';
import { count } from '../../src/protocol/text.ts';
import '../controls/columnBorder.ts';
import type { ShareEvent } from '../controls/columnBorder.ts';
import { tellMenu } from '../controls/menuContext.ts';
import { RenameFunctionEvent } from '../controls/renameFunctionEvent.ts';
import { WatchController } from '../controls/watching.ts';
import type { Calls } from '../data/calls.ts';
import type { Run } from '../data/run.ts';
import { NAME_SHARE, type TraceState } from '../session/traceView.ts';
import type { View } from '../session/view.ts';
import { bytesText, durationText } from '../text/callText.ts';
import { shared } from '../theme/shared.ts';

/** More functions than anybody reads; the note below them says so. */
const MOST = 1000;

interface Column {
  readonly title: string;
  readonly tip: string;
  readonly text: (group: CallGroup) => string;
}

const COLUMNS: Readonly<Record<Exclude<GroupOrder, 'function'>, Column>> = {
  calls: { title: 'calls', tip: 'Calls of the function', text: ({ calls }) => String(calls) },
  steps: {
    title: 'stores',
    tip: 'Steps that were made in them, and in calls that they made',
    text: ({ steps }) => String(steps),
  },
  bytes: {
    title: 'bytes',
    tip: 'Bytes that they changed, each call by itself',
    text: ({ bytesChanged }) => bytesText(bytesChanged),
  },
  time: {
    title: 'time',
    tip: 'Time in them, and in calls that they made',
    text: ({ durationNs }) => (durationNs === null ? '–' : durationText(durationNs)),
  },
};

/** The names of the table's columns, which has no other keys. */
const COLUMN_NAMES = ['calls', 'steps', 'bytes', 'time'] as const;

@customElement('wsm-call-groups')
export class CallGroupTable extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: block;
        min-height: 0;
        overflow: hidden auto;
        container: groups / inline-size;
      }
      table {
        width: 100%;
        border-collapse: collapse;
        font: var(--wsm-mono-size) / 20px var(--wsm-mono);
        table-layout: fixed;
      }
      th {
        position: sticky;
        top: 0;
        padding: 0 4px;
        background: var(--vscode-sideBar-background, var(--vscode-editor-background));
        font-weight: 400;
        text-align: end;
      }
      th button {
        padding: 0;
        border: 0;
        background: none;
        color: var(--wsm-dim);
        font: inherit;
        font-size: var(--wsm-small);
        white-space: nowrap;
        cursor: pointer;
      }
      th button:hover,
      th[aria-sort] button {
        color: var(--wsm-fg);
      }
      td {
        padding: 0 4px;
        overflow: hidden;
        text-align: end;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      :is(th, td):first-child {
        padding-inline-start: var(--wsm-pad);
        text-align: start;
      }
      :is(th, td):last-child {
        padding-inline-end: var(--wsm-pad);
      }
      td .link {
        max-width: 100%;
        overflow: hidden;
        text-overflow: ellipsis;
      }
      tbody tr:hover {
        background: var(--wsm-hover);
      }
      /* What is left has room for its longest text. */
      @container groups (max-width: 360px) {
        .bytes {
          display: none;
        }
      }
      p {
        padding: 4px var(--wsm-pad);
        color: var(--wsm-dim);
      }
    `,
  ];

  @property({ attribute: false }) run: Run | null = null;
  /** Which calls are summed up; null for all. */
  @property({ attribute: false }) filter: CallFilter | null = null;
  @property({ attribute: false }) order: TraceState['groups'] = null;
  /** What the column of the names has of the table, in percent; null where that is left to the panel. */
  @property({ attribute: false }) share: TraceState['nameShare'] = null;
  @property({ attribute: false }) view: Pick<View, 'setTrace' | 'setCallFilter'> | null = null;
  /** Shown until a newer one comes, of these calls. */
  private last: CallGroups | undefined;
  private calls: Calls | null = null;

  constructor() {
    super();
    new WatchController(this, () => this.run?.calls);
  }

  override render() {
    const { run, order, filter } = this;
    if (!run || !order) return nothing;
    if (this.calls !== run.calls) this.last = undefined;
    this.calls = run.calls;
    this.last = run.calls.groups({ filter: filter ?? EVERY_CALL, ...order, count: MOST }) ?? this.last;
    const { last } = this;
    if (!last) return html`<p>Summing up …</p>`;
    if (last.total === 0) return html`<p>No call passes the filter.</p>`;
    return html`<table aria-label="Functions">
        <thead>
          <tr>
            ${this.head('function', 'function', 'The name of the function', order)}
            ${COLUMN_NAMES.map(name => this.head(name, COLUMNS[name].title, COLUMNS[name].tip, order))}
          </tr>
        </thead>
        <tbody>
          ${last.groups.map(group => this.row(group))}
        </tbody>
      </table>
      ${last.total > last.groups.length ? html`<p>… and ${count(last.total - last.groups.length, 'function')} more. A filter makes them fewer.</p>` : nothing}`;
  }

  private head(by: GroupOrder, title: string, tip: string, order: NonNullable<TraceState['groups']>) {
    const isOrder = order.by === by;
    // Who asks for another column wants its greatest first; of names the first.
    const descending = isOrder ? !order.descending : by !== 'function';
    const style = by === 'function' ? `width: ${this.share ?? NAME_SHARE.usual}%` : '';
    return html`<th scope="col" class=${by} .style=${style} aria-sort=${isOrder ? (order.descending ? 'descending' : 'ascending') : nothing}>
      <button title=${tip} @click=${() => this.view?.setTrace({ groups: { by, descending } })}>
        ${title}${isOrder ? html`<span aria-hidden="true"> ${order.descending ? '▾' : '▴'}</span>` : nothing}
      </button>
      ${by === 'function' ? this.border() : nothing}
    </th>`;
  }

  /** The other columns are as wide as each other, and never too narrow for what they say. */
  private border() {
    return html`<wsm-column-border
      label="Border behind the names of functions"
      .share=${this.share ?? NAME_SHARE.usual}
      .least=${NAME_SHARE.least}
      .most=${NAME_SHARE.most}
      @share=${({ share }: ShareEvent) => this.view?.setTrace({ nameShare: share })}
    ></wsm-column-border>`;
  }

  private row(group: CallGroup) {
    const { function: name, trapped } = group;
    return html`<tr @contextmenu=${(event: Event) => tellMenu(event, { webviewSection: 'function', function: name })}>
      <td>
        <button
          class="link"
          title="List the calls of ${name} (F2 renames it)"
          @click=${() => this.choose(name)}
          @keydown=${(event: KeyboardEvent) => onKey(event, name)}
        >${name}</button
        >${trapped > 0 ? html` <span class="error" title="${count(trapped, 'call')} trapped">✗ ${trapped}</span>` : nothing}
      </td>
      ${COLUMN_NAMES.map(column => html`<td class=${column}>${COLUMNS[column].text(group)}</td>`)}
    </tr>`;
  }

  private choose(name: string): void {
    this.view?.setTrace({ groups: null });
    this.view?.setCallFilter({ ...(this.filter ?? EVERY_CALL), function: name });
  }
}

function onKey(event: KeyboardEvent, name: string): void {
  if (event.key !== 'F2' || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  event.preventDefault();
  event.stopPropagation();
  event.currentTarget?.dispatchEvent(new RenameFunctionEvent(name));
}

declare global {
  interface HTMLElementTagNameMap {
    'wsm-call-groups': CallGroupTable;
  }
}
