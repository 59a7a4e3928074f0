// The calls as a tree: one row a call, below the selected one its accesses. Selecting a call shows memory after it.
import { html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { CallRecord, RunSnapshot, StackFrame, Trap } from '../../src/protocol/run.ts';
import { hex } from '../../src/protocol/text.ts';
import { moveInList } from '../controls/moveInList.ts';
import { ResizeController } from '../controls/resizing.ts';
import { revealVertically } from '../controls/reveal.ts';
import type { AccessCache } from '../data/accessCache.ts';
import { callPosition, firstKeptCall, type Place } from '../data/moments.ts';
import type { PanelActions } from '../session/actions.ts';
import {
  bytesText,
  commonFacts,
  durationText,
  expressionText,
  factsText,
  rareFacts,
  resultText,
  sentence,
  troubleText,
} from '../text/callText.ts';
import { shared } from '../theme/shared.ts';
import { instanceClass, instanceClasses } from '../theme/tokens.ts';
import { AccessRows } from './accessRows.ts';
import { callListStyles } from './callList.styles.ts';
import { firstRowAt, firstRowFor, rowsFrom } from './callWindow.ts';

/** A deep recursion's stack has thousands of frames; the innermost ones tell. */
const FRAMES_SHOWN = 20;

/** About what the selected call's own rows take, in CSS pixels. */
const CALL_HEIGHT = 44;

interface RowState {
  readonly selected: boolean;
  /** The call began after the shown step. */
  readonly later: boolean;
  /** Its history was dropped. */
  readonly dropped: boolean;
}

@customElement('wsm-call-list')
export class CallList extends LitElement {
  static override styles = [shared, instanceClasses, callListStyles];

  @property({ attribute: false }) run: RunSnapshot | null = null;
  @property({ attribute: false }) place: Place | null = null;
  @property({ attribute: false }) accesses: AccessCache | null = null;
  /** `accesses.loaded` when it was handed down: the cache changes in place. */
  @property({ type: Number }) loaded = 0;
  @property({ attribute: false }) actions: PanelActions | null = null;
  /** The selected call's accesses are shown. */
  @state() private expanded = false;
  private readonly rows = new AccessRows({
    get: index => this.accesses?.get(this.place?.call ?? 0, index),
    show: (from, to) => {
      const { call } = this.place ?? { call: null };
      if (call !== null) this.actions?.showAccesses(call, from, to);
    },
    choose: access => this.actions?.goToAccess(access),
    changed: () => this.requestUpdate(),
  });
  /** What was brought into view last: the user scrolls away from it until it is another. */
  private revealed = '';
  /** Position of the first call that has a row. */
  private firstRow = 0;

  constructor() {
    super();
    // The list gets shorter when what is beside it appears.
    new ResizeController(this, () => {
      this.revealed = '';
      this.requestUpdate();
    });
  }

  override willUpdate(): void {
    const { run, place } = this;
    const call = run?.calls[(place?.call ?? 0) - 1];
    this.firstRow = this.wantedFirstRow(call);
    this.rows.fitInto(this.clientHeight - CALL_HEIGHT);
    this.rows.showCall(call, place?.step ?? 0);
  }

  override render() {
    const { run, place } = this;
    if (!run || !place) return nothing;
    const active = place.call === null ? nothing : (this.expanded && this.rows.activeId) || `call-${place.call}`;
    const position = callPosition(run, place);
    const firstKept = firstKeptCall(run);
    const { shown, before, behind } = rowsFrom(this.firstRow, run.calls);
    return html`<div
      class="list"
      .style=${`--digits: ${String(run.calls.length).length}`}
      role="tree"
      tabindex="0"
      aria-label="Calls"
      aria-activedescendant=${active}
      @keydown=${(event: KeyboardEvent) => this.onKey(event, run, place)}
    >
      <div role="none" .style=${`height: ${before}px`}></div>
      ${repeat(
        shown,
        call => call.index,
        call =>
          this.row(call, run.address, {
            selected: call.index === place.call,
            later: call.index > position + 0.5,
            dropped: call.index < firstKept,
          }),
      )}
      <div role="none" .style=${`height: ${behind}px`}></div>
    </div>`;
  }

  /** What is to be brought into view needs a row; else what is in view does. */
  private wantedFirstRow(selected: CallRecord | undefined): number {
    const calls = this.run?.calls.length ?? 0;
    return selected && this.revealed !== this.toReveal()
      ? firstRowFor(selected.index, calls)
      : firstRowAt(this.scrollTop, calls);
  }

  private readonly onScroll = (): void => {
    if (this.firstRow !== firstRowAt(this.scrollTop, this.run?.calls.length ?? 0)) this.requestUpdate();
  };

  private toReveal(): string {
    return [this.place?.call, this.place?.step, this.run?.calls.length, this.expanded, this.rows.cursor].join();
  }

  private row(call: CallRecord, address: number | null, { selected, later, dropped }: RowState) {
    const trouble = troubleText(call);
    const result = resultText(call, address);
    const expandable = call.accesses > 0 && !dropped;
    const expanded = expandable && selected && this.expanded;
    return html`<div
      id="call-${call.index}"
      class="call ${instanceClass(call.instance)} ${later || dropped ? 'later' : ''}"
      role="treeitem"
      aria-level="1"
      aria-posinset=${call.index}
      aria-setsize=${this.run?.calls.length ?? nothing}
      aria-selected=${selected}
      aria-disabled=${dropped}
      aria-expanded=${expandable ? expanded : nothing}
      aria-label=${sentence(call, address)}
      title=${dropped ? 'Memory after this call is no longer recorded.' : factsText(call).join(' · ')}
      @click=${() => this.selectCall(call.index)}
    >
      <span class="number">${call.index}</span>
      ${expandable ? this.disclosure(call, expanded) : html`<span></span>`}
      <span class="badge">#${call.instance}</span>
      <span class="expression"
        ><b>${expressionText(call, address)}</b>${result ? html` <span class="dim">→ ${result}</span>` : nothing}</span
      >
      ${this.values(call)}
      <span class="fact bytes">${bytesText(call.bytesChanged)}</span>
      <span class="fact duration">${durationText(call.durationNs)}</span>
      ${
        trouble
          ? html`<span class="trouble ${call.difference && !call.trap ? 'warning' : 'error'}"
              >${call.difference && !call.trap ? '≠' : '✗'} ${trouble}</span
            >`
          : nothing
      }
      ${selected ? this.more(call) : nothing}
      ${selected && call.trap ? this.stack(call.trap) : nothing}
    </div>
    ${expanded ? this.rows.render() : nothing}`;
  }

  /** For the pointer; the keyboard has Left and Right. */
  private disclosure(call: CallRecord, expanded: boolean) {
    return html`<span
      class="disclosure"
      title="${expanded ? 'Hide' : 'Show'} ${accessCount(call.accesses)}"
      @click=${(event: MouseEvent) => {
        event.stopPropagation();
        this.expanded = !expanded;
        if (!expanded) this.selectCall(call.index);
      }}
      >${expanded ? '▾' : '▸'}</span
    >`;
  }

  private selectCall(index: number): void {
    this.rows.moveTo(null);
    this.actions?.goToCall(index);
  }

  /** What a narrow row has no room for, and what few calls have. */
  private more(call: CallRecord) {
    const rare = rareFacts(call);
    return html`<span class="more common">${commonFacts(call).join(' · ')}</span>
      ${rare.length > 0 ? html`<span class="more">${rare.join(' · ')}</span>` : nothing}`;
  }

  private values({ valueBefore, valueAfter }: CallRecord) {
    if (valueAfter === null) return html`<span class="values"></span>`;
    return html`<span class="values"
      >${valueBefore === null ? nothing : html`${valueBefore} <span aria-hidden="true">→</span> `}<b>${valueAfter}</b></span
    >`;
  }

  private stack({ stack }: Trap) {
    if (stack.length === 0) return nothing;
    return html`<span class="stack">
      ${stack
        .slice(0, FRAMES_SHOWN)
        .map(
          frame => html`<span class="frame">at ${frame.function} <span class="dim">${placeText(frame)}</span></span>`,
        )}
      ${stack.length > FRAMES_SHOWN ? html`<span class="dim">… and ${stack.length - FRAMES_SHOWN} more</span>` : nothing}
    </span>`;
  }

  private onKey(event: KeyboardEvent, run: RunSnapshot, place: Place): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const handled =
      this.rows.cursor === null ? this.onCallKey(event.key, run, place) : this.onAccessKey(event.key, run, place);
    if (!handled) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** The keyboard is on a call. Above the first one is memory as instantiation left it, where no call is selected. */
  private onCallKey(key: string, run: RunSnapshot, place: Place): boolean {
    const call = run.calls[(place.call ?? 0) - 1];
    const expandable = call !== undefined && call.accesses > 0;
    const entering = key === 'ArrowRight' || key === 'ArrowDown';
    if (expandable && this.expanded && entering) this.rows.moveTo(0);
    else if (expandable && key === 'ArrowRight') this.expanded = true;
    else if (key === 'ArrowLeft') this.expanded = false;
    else {
      const target = moveInList(key, Math.ceil(callPosition(run, place)) - 1, run.calls.length);
      if (target === undefined) return false;
      this.actions?.goToCall(target + 1);
    }
    return true;
  }

  /** The keyboard is on an access: past either end it goes on among the calls. */
  private onAccessKey(key: string, run: RunSnapshot, place: Place): boolean {
    const { cursor, count: rows } = this.rows;
    if (key === 'Enter' || key === ' ') this.rows.chooseCursor();
    else if (key === 'ArrowLeft') this.rows.moveTo(null);
    else if (key === 'ArrowDown' && cursor === rows - 1)
      this.selectCall(Math.min(run.calls.length, (place.call ?? 0) + 1));
    else {
      const target = moveInList(key, cursor ?? 0, rows);
      if (target === undefined) return false;
      this.rows.moveTo(target < 0 ? null : target);
    }
    return true;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener('scroll', this.onScroll);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.removeEventListener('scroll', this.onScroll);
  }

  override updated(): void {
    const target = this.toReveal();
    if (target === this.revealed) return;
    this.revealed = target;
    this.revealSelected();
  }

  private revealSelected(): void {
    // Not scrollIntoView: it would scroll the panel around the list, too.
    const row = this.renderRoot.querySelector('.call[aria-selected="true"]');
    if (!(row instanceof HTMLElement)) return;
    const group = row.nextElementSibling;
    const last = this.expanded && group instanceof HTMLElement && group.matches('.accesses') ? group : row;
    revealVertically(this, row.offsetTop, last.offsetTop + last.offsetHeight);
  }
}

/** `func[3], offset 0x1d2`, as far as it is known and not the function's name already. */
function placeText({ function: name, functionIndex, offset }: StackFrame): string {
  const index = `func[${functionIndex}]`;
  const parts = [name === index ? '' : index, offset === null ? '' : `offset ${hex(offset)}`];
  return parts.filter(part => part !== '').join(', ');
}

function accessCount(accesses: number): string {
  return accesses === 1 ? '1 access' : `${accesses} accesses`;
}

declare global {
  interface HTMLElementTagNameMap {
    'wsm-call-list': CallList;
  }
}
