// A row of the trace that is a call which has ended; the selected one says more of it.
import { html, nothing } from 'lit';
import { type CallRecord, isDifference } from '../../src/protocol/call.ts';
import type { Finding } from '../../src/protocol/finding.ts';
import { findingWords } from '../../src/protocol/findingWords.ts';
import type { InstanceNames } from '../../src/protocol/instanceNames.ts';
import type { Step } from '../../src/protocol/units.ts';
import type { EventName } from '../data/findingEvents.ts';
import type { View } from '../session/view.ts';
import { bytesText, commonFacts, durationText, factsText, rareFacts, sentence, troubleText } from '../text/callText.ts';
import { EVENT_MARKS, SEVERITY_MARKS, severityOf } from '../text/findingText.ts';
import { instanceClass } from '../theme/tokens.ts';
import { expressionParts, resultParts, type ValueLinks } from './expressionParts.ts';
import { fault, stack } from './trapDetails.ts';

/** Calls that are deeper in others are indented no further. */
export const DEEPEST_INDENT = 6;

export interface CallRowState {
  /** Position of the row, and how many there are. */
  readonly row: number;
  readonly rows: number;
  readonly selected: boolean;
  /** The call began after the shown step. */
  readonly later: boolean;
  /** Its history was dropped. */
  readonly dropped: boolean;
  readonly findings: readonly Finding[];
  /** Which event of the finding that is told in full. */
  readonly event: EventName | undefined;
  /** The search in the trace finds it. */
  readonly isMatch: boolean;
  /** Its accesses are shown below it; null where it has none to show. */
  readonly expanded: boolean | null;
  /** The first step that is kept. */
  readonly firstStep: Step | 0;
  readonly names: InstanceNames;
  readonly links: ValueLinks;
  readonly view: Pick<View, 'goToStep' | 'jump'> | null;
}

interface Actions {
  readonly choose: () => void;
  readonly menu: (event: Event) => void;
  /** Shows its accesses, or shows them no more. */
  readonly toggle: () => void;
}

export function callRow(call: CallRecord, state: CallRowState, { choose, menu, toggle }: Actions) {
  const { row, rows, selected, later, dropped, findings, event, isMatch, expanded, names, links } = state;
  const { watched, radix } = links;
  const trouble = troubleText(call);
  const label = [
    sentence(call, watched, names, radix),
    ...(isMatch ? ['match'] : []),
    ...findings.map(titleOf),
    ...(event ? [EVENT_MARKS[event].text] : []),
  ];
  return html`<div
    id="call-${call.index}"
    class="call ${instanceClass(call.instance)} ${later || dropped ? 'later' : ''} ${isMatch ? 'match' : ''}"
    .style=${`--depth: ${Math.min(call.depth, DEEPEST_INDENT)}`}
    role="treeitem"
    aria-level="1"
    aria-posinset=${row + 1}
    aria-setsize=${rows}
    aria-selected=${selected}
    aria-disabled=${dropped}
    aria-expanded=${expanded ?? nothing}
    aria-label=${label.join(', ')}
    title=${dropped ? 'Memory after this call is no longer recorded.' : factsText(call, names).join(' · ')}
    @click=${choose}
    @contextmenu=${menu}
  >
    <span class="number">${call.index}</span>
    ${expanded === null ? html`<span></span>` : disclosure(call, expanded, toggle)}
    <span class="badge">#${call.instance}</span>
    <span class="expression"
      ><b>${expressionParts(call, links)}</b>${call.results.length > 0 ? html` <span class="dim">→ ${resultParts(call, links)}</span>` : nothing}${names.areSeveral ? html`<span class="module">· ${names.module(call.instance)}</span>` : nothing}</span
    >
    ${values(call)}
    <span class="fact bytes">${bytesText(call.bytesChanged)}</span>
    <span class="fact duration">${call.durationNs === null ? nothing : durationText(call.durationNs)}</span>
    ${
      trouble
        ? html`<span class="trouble ${isDifference(call.watched) && !call.trap ? 'warning' : 'error'}"
            >${isDifference(call.watched) && !call.trap ? '≠' : '✗'} ${trouble}</span
          >`
        : nothing
    }
    ${findings.map(finding => {
      const { tone, symbol } = SEVERITY_MARKS[severityOf(finding)];
      return html`<span class="trouble ${tone}">${symbol} ${titleOf(finding)}</span>`;
    })}
    ${event ? html`<span class="trouble event">${EVENT_MARKS[event].symbol} ${EVENT_MARKS[event].text}</span>` : nothing}
    ${selected ? more(call, names) : nothing}
    ${selected && call.trap ? [fault(call.trap, state), stack(call.trap, names)] : nothing}
  </div>`;
}

/** For the pointer; the keyboard has Left and Right. */
function disclosure(call: CallRecord, expanded: boolean, toggle: () => void) {
  return html`<span
    class="disclosure"
    title="${expanded ? 'Hide' : 'Show'} ${accessCount(call.accesses)}"
    @click=${(event: MouseEvent) => {
      event.stopPropagation();
      toggle();
    }}
    >${expanded ? '▾' : '▸'}</span
  >`;
}

/** Facts that a narrow row has no room for, and facts that only few calls have. */
function more(call: CallRecord, names: InstanceNames) {
  const rare = rareFacts(call, names);
  return html`<span class="more common">${commonFacts(call).join(' · ')}</span>
    ${rare.length > 0 ? html`<span class="more">${rare.join(' · ')}</span>` : nothing}`;
}

function values({ watched }: CallRecord) {
  if (watched === null || watched.after === null) return html`<span class="values"></span>`;
  const { before, after } = watched;
  return html`<span class="values"
    >${before === null ? nothing : html`${before} <span aria-hidden="true">→</span> `}<b>${after}</b></span
  >`;
}

const titleOf = (finding: Finding): string => findingWords(finding).title;

/** Stands for a call that is asked for. */
export function loadingRow(row: number, rows: number) {
  return html`<div
    class="call"
    role="treeitem"
    aria-level="1"
    aria-posinset=${row + 1}
    aria-setsize=${rows}
    aria-label="call, loading"
    aria-busy="true"
  >
    <span class="number">··</span>
  </div>`;
}

function accessCount(accesses: number): string {
  return accesses === 1 ? '1 access' : `${accesses} accesses`;
}
