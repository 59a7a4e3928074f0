// Where the user looks, and how: the place in the recording, the selected bytes, the way of showing them.

import type { AccessView } from '../../src/protocol/access.ts';
import type { CallFilter } from '../../src/protocol/call.ts';
import { CELL_TYPES, type CellType } from '../../src/protocol/cellTypes.ts';
import type { Finding } from '../../src/protocol/finding.ts';
import { findingWords } from '../../src/protocol/findingWords.ts';
import type { PersistedPanel } from '../../src/protocol/panel.ts';
import type { ShownPlace } from '../../src/protocol/panelActions.ts';
import { isUnderWay } from '../../src/protocol/runStatus.ts';
import { type Address, address, type Step } from '../../src/protocol/units.ts';
import type { ByteRange } from '../data/byteRange.ts';
import { positionOf } from '../data/changedRanges.ts';
import type { FindingEvent } from '../data/findingEvents.ts';
import { isSameFinding } from '../data/findings.ts';
import {
  type Direction,
  type FindPlace,
  type Granularity,
  knownSizeAt,
  nearestStep,
  type Place,
  placeAfterCall,
  placeOfStep,
} from '../data/moments.ts';
import type { Run } from '../data/run.ts';
import { findingToOpenAt, firstChanged, type Happened, lastChanged } from './arrival.ts';
import { type OpenFrom, SectionView } from './sectionView.ts';
import { Selection } from './selection.ts';
import { Standpoint } from './standpoint.ts';
import { TemplateView } from './templateView.ts';
import { persistedTrace, type TraceState, traceState } from './traceView.ts';

/** The place of an event of a finding. */
function placeOfEvent(run: Run, { step, call }: FindingEvent): Place | undefined {
  if (step === null) return placeAfterCall(run, call ?? 0);
  return call === null ? placeOfStep(run, step) : { step: nearestStep(run, step), call };
}

/** The map of what modules claim is open by itself in a panel that is so high. */
const LAYOUT_FROM: OpenFrom = [760, 640];

/** An action of a button with a label. */
export interface Offer {
  readonly label: string;
  readonly run: () => void;
}

export class View {
  readonly selection = new Selection();
  bytesPerRow: PersistedPanel['bytesPerRow'] = 'fit';
  littleEndian = true;
  /** What each cell of the grid shows. */
  cells: CellType = 'bytes';
  /** The list of all writes to the selection is shown. */
  writesShown = false;
  /** The list of live blocks is open. */
  heapShown = false;
  /** The code around the instruction that wrote the selected byte is open. */
  codeShown = false;
  /** One sentence about the last action: its effect, or the reason why it had none. Goes when the user moves on. */
  said: string | null = null;
  /** The step that memory is compared with; null for none. */
  marked: Step | null = null;
  /** The ranges that differ from it are listed. */
  differencesShown = false;
  /** Which calls are listed; null for all. */
  callFilter: CallFilter | null = null;
  /** The finding that is told in full, whose bytes are marked; null for none. */
  finding: Finding | null = null;
  /** The user went to the place in this panel; false where they did in another one, or nowhere yet. */
  leads = false;
  /** How the trace is shown. */
  trace: TraceState;
  readonly templates: TemplateView;
  readonly sections: SectionView;
  /** The user opened or closed the map of what modules claim; null where they left it to the panel. */
  private layoutChosen: boolean | null = null;
  private readonly standpoint: Standpoint;
  private offered: { readonly about: string; readonly offer: Offer | null } | null = null;
  private run: Run | null = null;
  private restoring: PersistedPanel | undefined;
  /** Where the panel is still to bring the user to by itself: where a run opens, or what the selected call changed. */
  private arriving: 'where-run-opens' | 'last-change' | 'call' | null = null;

  /**
   * @param changed called after each change that the user made
   * @param persisted the view before the webview was hidden
   */
  constructor(
    private readonly changed: () => void,
    persisted: PersistedPanel | undefined,
  ) {
    this.restoring = persisted;
    this.templates = new TemplateView(changed, persisted?.templates);
    this.trace = traceState(persisted?.trace);
    this.sections = new SectionView(changed, persisted?.sections);
    this.standpoint = new Standpoint(persisted?.granularity);
    if (!persisted) return;
    this.bytesPerRow = persisted.bytesPerRow;
    this.littleEndian = persisted.littleEndian;
    this.cells = persisted.cells ?? 'bytes';
    this.selection.setCellBytes(CELL_TYPES[this.cells].size);
    this.layoutChosen = persisted.layout ? persisted.layout === 'open' : null;
    this.heapShown = persisted.heap === 'open';
    this.codeShown = persisted.code === 'open';
  }

  /** What the user may do about what is said; null for nothing. */
  get offer(): Offer | null {
    return this.offered?.about === this.said ? this.offered.offer : null;
  }

  get place(): Place {
    return this.standpoint.place;
  }

  /** Memory is shown as it was left, or is about to be. */
  get isAtEnd(): boolean {
    return this.run !== null && this.standpoint.isAtEnd(this.run);
  }

  /** The unit that step buttons and slider move by. */
  get granularity(): Granularity {
    return this.standpoint.granularity(this.run);
  }

  /** The map of what modules claim is open. */
  get layoutShown(): boolean {
    return this.layoutChosen ?? this.sections.hasRoomFor(LAYOUT_FROM);
  }

  /** The part that is kept for the next time that the panel is shown. */
  get persisted(): Omit<PersistedPanel, 'version' | 'run'> {
    const { bytesPerRow, littleEndian } = this;
    const { chosen } = this.standpoint;
    const trace = persistedTrace(this.trace);
    return {
      step: this.place.step,
      address: this.selection.address,
      bytesPerRow,
      littleEndian,
      ...(chosen !== undefined && { granularity: chosen }),
      ...(this.marked !== null && { marked: this.marked }),
      ...(this.layoutChosen !== null && { layout: this.layoutChosen ? ('open' as const) : ('closed' as const) }),
      ...(this.heapShown && { heap: 'open' as const }),
      ...(this.codeShown && { code: 'open' as const }),
      ...(this.templates.shown && { templates: this.templates.roots }),
      ...(trace && { trace }),
      ...(this.cells !== 'bytes' && { cells: this.cells }),
      ...(this.sections.persisted.length > 0 && { sections: this.sections.persisted }),
    };
  }

  /** Shows memory at a step; one outside the recording becomes the nearest in it. */
  goToStep(target: number): void {
    this.goTo(run => placeOfStep(run, target));
  }

  /** Selects a call and shows memory after it, with the first bytes that it changed; 0 is before the first call. */
  goToCall(index: number): void {
    this.goToFoundCall(run => placeAfterCall(run, index));
  }

  /** The same for a call that may not be known yet. */
  goToFoundCall(find: FindPlace): void {
    this.goTo(find);
    this.arriving = 'call';
    this.changed();
  }

  /** Moves by one write or call, as the step buttons do. */
  goToNeighbour(direction: Direction): void {
    const find = this.run && this.standpoint.neighbour(direction, this.run);
    if (find) this.goTo(find);
  }

  /** Shows memory at an access, with its address selected. */
  goToAccess(access: AccessView): void {
    this.goTo(run => ({ step: nearestStep(run, access.step), call: access.call }));
    if (access.kind !== 'grow') this.jump(access.address);
  }

  /** Tells a finding in full, and shows memory at its moment with its bytes selected; null tells none. */
  showFinding(finding: Finding | null): void {
    this.finding = finding;
    if (!finding) {
      this.changed();
      return;
    }
    this.showEvent(finding);
  }

  /** Takes what is known to be wrong by now: the finding that is told in full may name functions otherwise. */
  followFindings(known: readonly Finding[]): void {
    this.finding = known.find(each => isSameFinding(each, this.finding)) ?? this.finding;
  }

  /** Shows memory at an event of a finding, with its bytes selected. */
  showEvent(event: FindingEvent): void {
    const { range } = event;
    this.goTo(run => placeOfEvent(run, event));
    if (range) this.jumpToRange({ start: range.address, length: range.length });
  }

  /** Goes to a place, as soon as it is known. */
  goTo(find: FindPlace): void {
    const { run } = this;
    if (run) this.move(() => this.standpoint.goTo(find, run));
  }

  /** Selects a byte near the selected one. */
  select(target: Address): void {
    this.move(() => this.selection.select(target));
  }

  /** Moves the selection's end to a byte; its beginning stays. */
  extendSelection(target: Address): void {
    this.move(() => this.selection.extendTo(target));
  }

  /** Selects any byte, and remembers the selection before it. */
  jump(target: Address): void {
    this.move(() => this.selection.jump(target));
  }

  /** Selects any range, and remembers the selection before it. */
  jumpToRange(range: ByteRange): void {
    this.move(() => this.selection.jumpToRange(range));
  }

  /** Goes where the user of another panel went, as soon as that step is known here. */
  followPlace({ step, call, address: start, length }: Omit<ShownPlace, 'runId'>): void {
    this.goTo(run => (step <= run.lastStep ? { step: nearestStep(run, step), call } : undefined));
    this.move(() => {
      this.leads = false;
      this.selection.follow({ start, length });
    });
  }

  /** Goes back or forward through the user's jumps. */
  travel(direction: 'back' | 'forward'): void {
    this.move(() => this.selection.travel(direction));
  }

  /** Compares memory with the shown step from now on; where it is compared already, with none. */
  toggleMark(): void {
    this.move(() => {
      this.marked = this.marked === null ? this.place.step : null;
    });
  }

  setGranularity(granularity: Granularity): void {
    this.standpoint.chosen = granularity;
    this.changed();
  }

  setBytesPerRow(bytesPerRow: PersistedPanel['bytesPerRow']): void {
    this.bytesPerRow = bytesPerRow;
    this.changed();
  }

  setLittleEndian(littleEndian: boolean): void {
    this.littleEndian = littleEndian;
    this.changed();
  }

  setCells(cells: CellType): void {
    this.cells = cells;
    this.selection.setCellBytes(CELL_TYPES[cells].size);
    this.changed();
  }

  setCallFilter(filter: CallFilter | null): void {
    this.callFilter = filter;
    this.changed();
  }

  setTrace(change: Partial<TraceState>): void {
    this.trace = { ...this.trace, ...change };
    this.changed();
  }

  showWrites(shown: boolean): void {
    this.writesShown = shown;
    this.changed();
  }

  showLayout(shown: boolean): void {
    this.layoutChosen = shown;
    this.changed();
  }

  showDifferences(shown: boolean): void {
    this.differencesShown = shown;
    this.changed();
  }

  showHeap(shown: boolean): void {
    this.heapShown = shown;
    this.changed();
  }

  showCode(shown: boolean): void {
    this.codeShown = shown;
    this.changed();
  }

  say(sentence: string, offer: Offer | null = null): void {
    this.said = sentence;
    this.offered = { about: sentence, offer };
    this.changed();
  }

  /**
   * Takes a run that was not shown until now.
   * @param uri its file
   * @param sameFile the run before was of the same file: the place in memory stays
   */
  startRun(run: Run, uri: string, sameFile: boolean): void {
    this.said = null;
    this.marked = null;
    this.finding = null;
    this.leads = false;
    this.standpoint.start(run);
    this.trace = { ...this.trace, unfolded: [] };
    if (!sameFile) {
      this.selection.reset();
      this.callFilter = null;
      if (this.restoring?.run?.uri !== uri) this.restoring = undefined;
    }
    this.arriving = this.restoring || this.selection.isChosen ? null : 'where-run-opens';
  }

  /**
   * Brings the user to where something happened, unless they went elsewhere: in a run that has ended to its first finding, else to what was
   * changed last; in a selected call to the first bytes that it changed. Those of it that are selected already stay so.
   * @returns whether the view is another one now
   */
  arrive(run: Run, happened: Happened): boolean {
    if (this.arriving === 'where-run-opens') return this.openRun(run, happened);
    if (this.arriving === null || this.standpoint.isSeeking) return false;
    const range = this.arriving === 'call' ? firstChanged(happened) : lastChanged(run, happened);
    if (range === null) return false;
    this.arriving = null;
    const isThere = happened.changed !== null && positionOf(happened.changed, this.selection.range.start) !== null;
    if (!range || isThere) return false;
    this.selection.bring(range);
    return true;
  }

  private openRun(run: Run, { findings }: Happened): boolean {
    if (isUnderWay(run) || (run.status !== 'looked-at' && !findings.isComplete)) return false;
    const finding = findingToOpenAt(findings.known, run.firstStep);
    this.arriving = finding?.range || run.watch ? null : 'last-change';
    if (!finding) return this.arriving !== null;
    this.standpoint.goTo(shown => placeOfEvent(shown, finding), run);
    if (finding.range) this.selection.bring({ start: finding.range.address, length: finding.range.length });
    this.said = `Shown at the first finding: ${findingWords(finding).title}.`;
    return true;
  }

  /** Takes a newer snapshot: follows its steps, suggests the demo's address, and restores the persisted place when it exists. */
  follow(run: Run): void {
    this.run = run;
    this.standpoint.follow(run);
    if (this.marked !== null && this.marked < run.firstStep) {
      this.said = `Step ${this.marked}, which memory was compared with, is no longer recorded.`;
      this.marked = null;
    }
    if (run.watch) this.selection.suggest(run.watch.address);
    this.restore(run);
  }

  private move(change: () => void): void {
    // A user who goes elsewhere doesn't want to be taken back.
    this.restoring = undefined;
    this.arriving = null;
    this.said = null;
    this.leads = true;
    change();
    this.changed();
  }

  private restore(run: Run): void {
    const { restoring } = this;
    if (!restoring || isUnderWay(run)) return;
    this.restoring = undefined;
    // Several calls may have ended at the last step; the last one is where the run ended.
    if (restoring.step !== run.lastStep) this.standpoint.goTo(shown => placeOfStep(shown, restoring.step), run);
    if (restoring.marked !== undefined) this.marked = nearestStep(run, restoring.marked);
    if (restoring.address < knownSizeAt(run, this.place)) this.selection.restore(address(restoring.address));
  }
}
