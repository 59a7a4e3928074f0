// The calls as a tree: one row a call, below the selected one its accesses. Selecting a call shows memory after it.

import { html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { CallFilter } from '../../src/protocol/call.ts';
import { isFound } from '../../src/protocol/callSearch.ts';
import type { Finding } from '../../src/protocol/finding.ts';
import { InstanceNames, NUMBERS_ALONE } from '../../src/protocol/instanceNames.ts';
import type { TraceAnchor, TraceRow } from '../../src/protocol/traceRow.ts';
import { MenuKey, tellMenu } from '../controls/menuContext.ts';
import { moveInList } from '../controls/moveInList.ts';
import { ResizeController } from '../controls/resizing.ts';
import { WatchController } from '../controls/watching.ts';
import type { AccessCache } from '../data/accessCache.ts';
import { eventInCall, eventsOf } from '../data/findingEvents.ts';
import { findingsByCall, foundCalls } from '../data/findings.ts';
import { callNumber, callPosition, isLater, type Place } from '../data/moments.ts';
import type { Run } from '../data/run.ts';
import { anchorOf, isAt, placeOfRow, type TraceRows } from '../data/traceRows.ts';
import type { TraceState } from '../session/traceView.ts';
import type { View } from '../session/view.ts';
import { shared } from '../theme/shared.ts';
import { instanceClasses } from '../theme/tokens.ts';
import { AccessRows } from './accessRows.ts';
import { type BesideRow, type BesideState, besideRow, isLaterRow, rowId, since } from './besideRow.ts';
import { callListStyles } from './callList.styles.ts';
import { type CallRowState, callRow, DEEPEST_INDENT, loadingRow } from './callRow.ts';
import { CallScroll } from './callScroll.ts';
import { expressionParts, type ValueLinks } from './expressionParts.ts';
import { type FoldedRow, foldedRow } from './foldedRow.ts';

/** Approximate height of the selected call's own lines, in CSS pixels. */
const CALL_HEIGHT = 44;

/** The calls that keys move through. */
interface Shown {
  readonly run: Run;
  readonly place: Place;
  readonly listed: TraceRows;
}

type CallRow = Extract<TraceRow, { readonly kind: 'call' }>;
type RunningRow = Extract<TraceRow, { readonly kind: 'running' }>;

@customElement('wsm-call-list')
export class CallList extends LitElement {
  static override styles = [shared, instanceClasses, callListStyles];

  @property({ attribute: false }) run: Run | null = null;
  @property({ attribute: false }) place: Place | null = null;
  /** Which calls are listed; null for all. */
  @property({ attribute: false }) filter: CallFilter | null = null;
  @property({ attribute: false }) accesses: AccessCache | null = null;
  /** Their calls are marked. */
  @property({ attribute: false }) findings: readonly Finding[] = [];
  /** The finding that is told in full: the calls of its two events are marked; null for none. */
  @property({ attribute: false }) open: Finding | null = null;
  @property({ attribute: false }) view:
    | (Pick<View, 'goToFoundCall' | 'goToCall' | 'goToStep' | 'goToAccess' | 'jump'> & Partial<Pick<View, 'setTrace'>>)
    | null = null;
  /** How rows are shown; null for a row each call, and decimal numbers. */
  @property({ attribute: false }) trace: TraceState | null = null;
  /** The selected call's accesses are shown. */
  @state() private expanded = false;
  private readonly rows = new AccessRows({
    get: index => this.accesses?.get(this.place?.call ?? 0, index),
    show: (from, to) => {
      const { call } = this.place ?? { call: null };
      if (call !== null) this.accesses?.want(call, from, to);
    },
    choose: access => this.view?.goToAccess(access),
    changed: () => this.requestUpdate(),
  });
  /** Step of a row beside the calls that the user chose: the call that it is in may end at the same one. */
  private chosenStep: number | null = null;
  /** The last thing that was brought into view. The user may scroll away from it; another thing is brought into view again. */
  private revealed = '';
  private readonly menuKey = new MenuKey();
  private readonly scrolling = new CallScroll(this, () => this.listed?.count ?? 0);

  constructor() {
    super();
    new WatchController(this, () => this.accesses ?? undefined);
    new WatchController(this, () => this.run?.calls);
    // A banner or an inspector that appears makes the list shorter.
    new ResizeController(this, () => {
      this.revealed = '';
      this.requestUpdate();
    });
  }

  /** The rows that are listed. */
  private get listed(): TraceRows | undefined {
    const { run, filter, trace, findings } = this;
    const folding = trace?.isFolded
      ? { unfolded: trace.unfolded.map(({ first }) => first), apart: foundCalls(findings) }
      : undefined;
    return run?.calls.rows(filter, folding);
  }

  /** What the shown place is known by among the rows; null before all calls. */
  private get anchor(): TraceAnchor | null {
    const { place, run } = this;
    if (!place) return null;
    const { call, step } = place;
    if (call !== null && this.chosenStep === null) return { kind: 'call', call };
    return call === null && step === run?.firstStep ? null : { kind: 'step', step };
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    const { run, place, listed } = this;
    const index = place?.call ?? null;
    if (changed.has('place') && this.chosenStep !== place?.step) this.chosenStep = null;
    const { anchor } = this;
    const moved = anchor !== null && this.revealed !== this.toReveal();
    this.scrolling.chooseRows(moved ? listed?.before(anchor) : undefined);
    this.rows.fitInto(this.clientHeight - CALL_HEIGHT);
    this.rows.showCall(
      run ? callNumber(run, index) : undefined,
      place?.step ?? 0,
      run ? InstanceNames.of(run) : NUMBERS_ALONE,
    );
  }

  override render() {
    const { run, place, listed } = this;
    if (!run || !place || !listed) return nothing;
    if (listed.count === 0) return html`<p class="none">No call passes the filter.</p>`;
    const active = (this.expanded && this.rows.activeId) || rowId(this.shownAnchor(listed));
    const reached = callPosition(run, place);
    const firstKept = run.firstCall;
    const { first, count, before, behind } = this.scrolling.window;
    const names = InstanceNames.of(run);
    const findings = findingsByCall(this.findings);
    const events = this.open && eventsOf(this.open);
    return html`<div
      class="list"
      .style=${`--digits: ${String(run.calls.count).length}`}
      role="tree"
      tabindex="0"
      aria-label="Calls"
      aria-activedescendant=${active}
      @keydown=${(event: KeyboardEvent) => this.onKey(event, { run, place, listed })}
      @pointerdown=${this.menuKey.onPointerDown}
      @contextmenu=${(event: Event) => {
        // Of the keyboard it is about the selected call; a row has told of the pointer's.
        if (place.call !== null) tellMenu(event, { webviewSection: 'call', call: place.call });
      }}
    >
      <div role="none" .style=${`height: ${before}px`}></div>
      ${repeat(
        Array.from({ length: count }, (_, i) => first + i),
        row => row,
        position => {
          const row = listed.at(position);
          if (!row) return loadingRow(position, listed.count);
          const at = { row: position, rows: listed.count, selected: isAt(row, this.anchor) };
          if (row.kind === 'folded')
            return this.foldedRow(row, { ...at, later: isLater(row.call, place, reached) }, names);
          if (row.kind !== 'call') return this.besideRow(row, { ...at, names, later: isLaterRow(row, place) });
          const { call } = row;
          return this.row(row, {
            ...at,
            names,
            later: isLater(call, place, reached),
            dropped: call.index < firstKept,
            findings: findings.get(call.index) ?? [],
            event: events ? eventInCall(events, call.index) : undefined,
          });
        },
      )}
      <div role="none" .style=${`height: ${behind}px`}></div>
    </div>`;
  }

  private toReveal(): string {
    const { place, expanded, rows } = this;
    return [place?.call, place?.step, this.chosenStep, this.listed?.count, expanded, rows.cursor].join();
  }

  private row(row: CallRow, at: Omit<CallRowState, 'isMatch' | 'expanded' | 'firstStep' | 'links' | 'view'>) {
    const { call } = row;
    const { run, view } = this;
    const expanded = call.accesses > 0 && !at.dropped ? at.selected && this.expanded : null;
    const state = {
      ...at,
      isMatch: isFound(call, this.trace?.search ?? ''),
      expanded,
      firstStep: run?.firstStep ?? (0 as const),
      links: this.links(row, at.selected),
      view,
    };
    const actions = {
      choose: () => this.selectCall(call.index),
      menu: (event: Event) => this.tellMenu(event, call.index),
      toggle: () => {
        this.expanded = !expanded;
        if (!expanded) this.selectCall(call.index);
      },
    };
    return html`${callRow(call, state, actions)} ${expanded ? this.rows.render() : nothing}`;
  }

  /** The menu of the pointer is about a row; that of the keyboard about the selected call. */
  private tellMenu(event: Event, call: number): void {
    if (!this.menuKey.take()) tellMenu(event, { webviewSection: 'call', call });
  }

  /** Tab stops at those of the selected row alone; those of another one select it, so that memory is that of its moment. */
  private links(row: CallRow | RunningRow, isSelected: boolean): ValueLinks {
    return {
      watched: this.run?.watch?.address ?? null,
      radix: this.trace?.radix ?? 'decimal',
      addresses: row.addresses,
      isReached: isSelected,
      jump: at => {
        if (!isSelected) this.selectRow(row);
        this.view?.jump(at);
      },
    };
  }

  /** A row that is no call that has ended. */
  private besideRow(row: BesideRow, state: BesideState) {
    const expression = row.kind === 'running' ? expressionParts(row.call, this.links(row, state.selected)) : '';
    return besideRow(row, { ...state, since: since(row, this.run), expression }, () => this.selectRow(row));
  }

  private foldedRow(
    row: FoldedRow,
    at: Pick<CallRowState, 'row' | 'rows' | 'selected' | 'later'>,
    names: InstanceNames,
  ) {
    const indent = Math.min(row.call.depth, DEEPEST_INDENT);
    const isMatch = isFound(row.call, this.trace?.search ?? '');
    return foldedRow(row, { ...at, isMatch, indent }, names, {
      choose: () => this.selectRow(row),
      menu: event => this.tellMenu(event, row.call.index),
      unfold: () => this.unfold(row),
    });
  }

  private unfold({ call, run }: FoldedRow): void {
    const unfolded = { first: call.index, last: run.last };
    if (this.trace) this.view?.setTrace?.({ unfolded: [...this.trace.unfolded, unfolded] });
  }

  /** What the row of the shown place is known by: of a folded run, its first call. */
  private shownAnchor(listed: TraceRows): TraceAnchor | null {
    const { anchor } = this;
    const position = anchor && listed.before(anchor);
    const row = typeof position === 'number' ? listed.at(position) : undefined;
    return row?.kind === 'folded' && isAt(row, anchor) ? anchorOf(row) : anchor;
  }

  private selectRow(row: TraceRow): void {
    if (row.kind === 'folded') {
      this.selectCall(row.run.last);
      return;
    }
    if (row.kind === 'call') {
      this.selectCall(row.call.index);
      return;
    }
    this.rows.moveTo(null);
    if (row.kind === 'made') this.view?.goToCall(0);
    else if (row.kind === 'running') this.view?.goToFoundCall(run => placeOfRow(run, row));
    else {
      this.chosenStep = row.access.step;
      this.view?.goToAccess(row.access);
    }
  }

  private selectCall(index: number): void {
    this.rows.moveTo(null);
    this.chosenStep = null;
    this.view?.goToCall(index);
  }

  private onKey(event: KeyboardEvent, shown: Shown): void {
    this.menuKey.onKeyDown(event);
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const handled = this.rows.cursor === null ? this.onCallKey(event.key, shown) : this.onAccessKey(event.key, shown);
    if (!handled) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** The keyboard is on a call. Above the first call no call is selected: memory is as instantiation left it. */
  private onCallKey(key: string, shown: Shown): boolean {
    if (this.foldByKey(key, shown.listed)) return true;
    const call = callNumber(shown.run, shown.place.call);
    const expandable = call !== undefined && call.accesses > 0;
    const entering = key === 'ArrowRight' || key === 'ArrowDown';
    if (expandable && this.expanded && entering) this.rows.moveTo(0);
    else if (expandable && key === 'ArrowRight') this.expanded = true;
    else if (key === 'ArrowLeft') this.expanded = false;
    else return this.moveOn(key, shown);
    return true;
  }

  /** Right unfolds a run of equal calls; Left folds it again, where no accesses are shown. */
  private foldByKey(key: string, listed: TraceRows): boolean {
    const { anchor, trace } = this;
    const position = anchor?.kind === 'call' ? this.rowOf(anchor, listed) : undefined;
    const row = position === undefined ? undefined : listed.at(position);
    if (!row || !trace?.isFolded) return false;
    if (key === 'ArrowRight' && row.kind === 'folded') {
      this.unfold(row);
      return true;
    }
    if (key !== 'ArrowLeft' || row.kind !== 'call' || (this.expanded && row.call.accesses > 0)) return false;
    const { index } = row.call;
    const folded = trace.unfolded.filter(({ first, last }) => index < first || index > last);
    if (folded.length === trace.unfolded.length) return false;
    this.view?.setTrace?.({ unfolded: folded });
    return true;
  }

  /** Goes to another row that is listed. */
  private moveOn(key: string, { listed }: Shown): boolean {
    const { anchor } = this;
    const next = this.rowOf(anchor, listed);
    if (next === undefined) return false;
    const there = listed.at(next);
    const isListed = there !== undefined && isAt(there, anchor);
    const row = isListed ? next : next - 1;
    // Between two rows it is the one above, and going up leads there.
    const isBetween = !isListed && row >= 0;
    const target = moveInList(key, isBetween && key.endsWith('Up') ? row + 1 : row, listed.count);
    if (target === undefined) return false;
    if (target < 0) this.selectCall(0);
    else this.goToRow(target, listed);
    return true;
  }

  /** The row of what the shown place is known by, or the first behind it; undefined while not known. */
  private rowOf(anchor: TraceAnchor | null, listed: TraceRows): number | undefined {
    if (anchor === null) return 0;
    const { first, count } = this.scrolling.window;
    for (let row = first; row < first + count; row++) {
      const there = listed.at(row);
      if (there && isAt(there, anchor)) return row;
    }
    return listed.before(anchor);
  }

  private goToRow(position: number, listed: TraceRows): void {
    const row = listed.at(position);
    if (row) this.selectRow(row);
    else {
      this.rows.moveTo(null);
      this.view?.goToFoundCall(run => {
        const found = listed.at(position);
        return found && placeOfRow(run, found);
      });
    }
  }

  /** The keyboard is on an access. Past the first and the last one it moves on to calls. */
  private onAccessKey(key: string, shown: Shown): boolean {
    const { cursor, count: rows } = this.rows;
    if (key === 'Enter' || key === ' ') this.rows.chooseCursor();
    else if (key === 'ArrowLeft') this.rows.moveTo(null);
    else if (key === 'ArrowDown' && cursor === rows - 1) this.moveOn(key, shown);
    else {
      const target = moveInList(key, cursor ?? 0, rows);
      if (target === undefined) return false;
      this.rows.moveTo(target < 0 ? null : target);
    }
    return true;
  }

  override updated(): void {
    const target = this.toReveal();
    if (target === this.revealed || !this.isHere) return;
    this.revealed = target;
    this.revealSelected();
  }

  /** How tall the selected call's row is, is not known before the call is here, and is in its row: the last call is told ahead of it. */
  private get isHere(): boolean {
    const { run, place, listed, anchor } = this;
    if (!run || !place || !listed) return false;
    if (anchor === null) return true;
    const row = listed.before(anchor);
    const isLoading = row === undefined || (row < listed.count && listed.at(row) === undefined);
    return !isLoading && (anchor.kind === 'step' || callNumber(run, anchor.call) !== undefined);
  }

  private revealSelected(): void {
    // Not scrollIntoView: it would scroll the panel around the list, too.
    const row = this.renderRoot.querySelector('.call[aria-selected="true"], .beside[aria-selected="true"]');
    if (!(row instanceof HTMLElement)) return;
    const group = row.nextElementSibling;
    const isGroup = this.expanded && group instanceof HTMLElement && group.matches('.accesses');
    // The call that runs now is seen below the one that ended last.
    const isRunning = group instanceof HTMLElement && group.matches('.running');
    const last = isGroup || isRunning ? group : row;
    this.scrolling.reveal(row.offsetTop, last.offsetTop + last.offsetHeight);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'wsm-call-list': CallList;
  }
}
