// The panel's state: the host's newest state, a view of its run, and the data that the view needs.

import type { Finding } from '../../src/protocol/finding.ts';
import { findingWords } from '../../src/protocol/findingWords.ts';
import {
  type PanelRequests,
  type PanelState,
  type PersistedPanel,
  type PlaceKind,
  RUN_REPLACED,
} from '../../src/protocol/panel.ts';
import type { ShownPlace } from '../../src/protocol/panelActions.ts';
import type { Problem } from '../../src/protocol/problem.ts';
import { isUnderWay } from '../../src/protocol/runStatus.ts';
import { capitalized } from '../../src/protocol/text.ts';
import { onlyCallsBehind, rowCountOf } from '../../src/protocol/traceRow.ts';
import type { Address } from '../../src/protocol/units.ts';
import { Changing } from '../data/changing.ts';
import { placeAfterCall } from '../data/moments.ts';
import type { Run, ShownRun, ShownState } from '../data/run.ts';
import { Actions } from './actions.ts';
import { Edits } from './edits.ts';
import { Host, type HostRequest } from './host.ts';
import { Places } from './places.ts';
import { RunData } from './runData.ts';
import { View } from './view.ts';

/** A request that failed. */
export type Notice = Pick<Problem, 'message' | 'remedy'>;

/** Changes whenever the panel has to show something else. */
export class PanelSession extends Changing {
  /** undefined until the host answered for the first time */
  state: ShownState | undefined;
  notice: Notice | null = null;
  /** A finding that the user wants to see, of a run that is not here yet. */
  private asked: PanelRequests['showFinding']['params'] | null = null;
  readonly view: View;
  readonly data: RunData;
  readonly host: Host;
  /** What commands of VS Code and context menus do. */
  readonly actions: Actions;
  /** What the user keeps for the module. */
  readonly places: Places;
  /** What the user writes to memory. */
  readonly edits: Edits;

  /**
   * @param request sends to the extension host
   * @param persisted the view before the webview was hidden
   */
  constructor(request: HostRequest, persisted: PersistedPanel | undefined) {
    super();
    this.view = new View(() => this.refresh(), persisted);
    const data = new RunData(request, this.view, message => this.fail(message, 'read'));
    this.data = data;
    // Pages and steps that arrive, and who wrote the selected byte, change which data the view needs.
    for (const part of [
      data.pages,
      data.stepView,
      data.claims,
      data.changedRanges,
      data.search,
      data.findings,
      data.templates,
      data.lastChange,
    ])
      part.onChange(() => this.refresh());
    data.findings.onChange(() => this.view.followFindings(data.findings.known));
    data.onCalls(() => this.takeCalls());
    const { code, madeBy, accesses, writesTo, overview, standing, heap, watched } = data;
    for (const part of [code, madeBy, accesses, writesTo, overview, standing, heap, watched]) {
      part.onChange(() => this.changed());
    }
    this.host = new Host({
      request,
      view: this.view,
      data,
      commanded: () => {
        this.notice = null;
        this.changed();
      },
      failed: message => this.fail(message, 'act'),
    });
    this.edits = new Edits({
      request,
      view: this.view,
      data,
      shown: () => (this.state?.kind === 'run' ? this.state : null),
      failed: message => this.fail(message, 'act'),
    });
    this.actions = new Actions(this, request);
    this.places = new Places(edit => this.host.editPlaces(edit));
    this.places.onChange(() => this.refresh());
  }

  get run(): Run | null {
    return this.state?.kind === 'run' ? this.state.run : null;
  }

  /** Whether the module can be run again with shared state, which it has not now. */
  get canShare(): boolean {
    return (
      this.state?.kind === 'run' && !this.state.opened && this.state.state === 'separate' && !isUnderWay(this.state.run)
    );
  }

  /** The state that is kept for the next time that the panel is shown. */
  get persisted(): PersistedPanel {
    return { version: 1, run: this.repeated, ...this.view.persisted };
  }

  /** The run that is repeated then. */
  private get repeated(): PersistedPanel['run'] {
    if (this.state?.kind !== 'run') return null;
    const { source, run, state } = this.state;
    return { uri: source.uri, instances: run.instances.length, ...(state && { state }) };
  }

  /** Takes the host's state. */
  setState(state: PanelState): void {
    const before = this.state;
    if (state.kind !== 'run') this.state = state;
    else {
      const isOther = before?.kind !== 'run' || before.runId !== state.runId;
      if (isOther) this.data.startRun(state.runId);
      else if (before.renames !== state.renames) this.data.forgetNames();
      const { calls } = this.data;
      const { callCount } = state.run;
      calls.grow(callCount, { total: rowCountOf(state.run), beforeCalls: onlyCallsBehind(state.run) });
      const shown = { ...state, run: { ...state.run, calls } };
      this.state = shown;
      if (isOther) this.startShowing(shown, before);
      this.view.follow(shown.run);
      if (isOther) this.edits.forget();
      if (isOther && this.places.draft) this.places.edit(null);
      this.places.follow(state.places);
      this.data.findings.follow(state.runId, state.run);
      this.showAsked();
    }
    this.refresh();
  }

  /** Where the user is, as the extension host shows it; null where no memory is shown. */
  get place(): ShownPlace | null {
    const { state, data, view } = this;
    if (state?.kind !== 'run' || !data.memory) return null;
    const { start, length } = view.selection.range;
    return { runId: state.runId, ...view.place, address: start, length };
  }

  /** Tells a finding in full, and shows its bytes; where the run is still on its way to the panel, once it is here. */
  showFinding(asked: PanelRequests['showFinding']['params']): void {
    this.asked = asked;
    this.showAsked();
  }

  private showAsked(): void {
    const { asked, state } = this;
    if (!asked || state?.kind !== 'run' || state.runId !== asked.runId) return;
    this.asked = null;
    this.goToFinding(asked.finding);
  }

  /** Tells a finding in full, and says which one it is: the list of findings may be folded. */
  goToFinding(finding: Finding): void {
    this.view.showFinding(finding);
    this.view.say(capitalized(findingWords(finding).title));
  }

  /** The user went there in another panel of the run. */
  follow({ runId, ...place }: ShownPlace): void {
    if (this.state?.kind === 'run' && this.state.runId === runId) this.view.followPlace(place);
  }

  /**
   * Shows that something failed.
   * @param what kind of request failed: a read of the run's data, or an action of the user
   */
  fail(message: string, what: 'read' | 'act'): void {
    if (message === RUN_REPLACED) return;
    this.notice = { message, remedy: this.remedy(what) };
    this.changed();
  }

  /** Shows why nothing came of what the user did. */
  tell(notice: Notice): void {
    this.notice = notice;
    this.changed();
  }

  /**
   * Lets the user name a place.
   * @param at an address; null where the selection is meant
   * @param call whose end is meant; null for the shown place
   */
  keepPlace(kind: PlaceKind, at: Address | null, call: number | null = null): void {
    const { selection, place: shown } = this.view;
    const place = (this.run && call !== null && placeAfterCall(this.run, call)) || shown;
    const { start, length } = selection.range;
    const isSelected = at === null || (at >= start && at < start + length);
    const range = isSelected ? selection.range : { start: at, length: 1 };
    if (kind === 'watch') this.places.draftWatch(range);
    else this.places.draftBookmark(place, range);
  }

  /** Stops the timers. */
  dispose(): void {
    this.data.dispose();
  }

  private remedy(what: 'read' | 'act'): string {
    if (what === 'act') return 'Try again, or reload the window where this stays.';
    const opened = this.state?.kind === 'run' && this.state.opened;
    return `${opened ? 'Open the recording again' : 'Run again'}, or reload the window where this stays.`;
  }

  private startShowing(state: ShownRun, before: ShownState | undefined): void {
    this.notice = null;
    const sameFile = before !== undefined && before.kind !== 'empty' && before.source.uri === state.source.uri;
    this.view.startRun(state.run, state.source.uri, sameFile);
  }

  /** Calls arrived: the user may be waiting to go to one of them. */
  private takeCalls(): void {
    const { run } = this;
    if (!run) return;
    this.view.follow(run);
    this.refresh();
  }

  private refresh(): void {
    const { run } = this;
    if (run && run.initialMemoryBytes !== null) this.show(run);
    else this.data.showNothing();
    this.changed();
  }

  /** Where the panel brings the user elsewhere, other data is needed. */
  private show(run: Run): void {
    const { data, view } = this;
    do data.show(run, view);
    while (view.arrive(run, data.happened));
    const moment = data.memory?.moment;
    if (moment) data.watched.show(moment.runId, moment.step, this.places.kept.watches);
  }
}
