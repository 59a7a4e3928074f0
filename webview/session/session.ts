// The panel's state and what changes it: everything but drawing. Components show `PanelSession`'s fields and call its actions.
import type { PanelCommand, PanelState, PersistedPanel, SearchQuery } from '../../src/protocol/panel.ts';
import type { AccessView, RunSnapshot } from '../../src/protocol/run.ts';
import { type Address, address, type Step } from '../../src/protocol/units.ts';
import type { ByteRange } from '../data/byteRange.ts';
import { MemoryAtStep } from '../data/memoryAtStep.ts';
import { type Granularity, knownSizeAt, momentOf, type Place, placeAfterCall, placeOfStep } from '../data/moments.ts';
import type { Moment } from '../data/pageCache.ts';
import { messageOf } from '../data/question.ts';
import type { Direction, PanelActions } from './actions.ts';
import type { CopyFormat } from './copyFormats.ts';
import type { AddressHistory } from './history.ts';
import { HostData, type HostRequest } from './hostData.ts';
import { Selection } from './selection.ts';
import { SelectionExport } from './selectionExport.ts';
import { Standpoint } from './standpoint.ts';
import { wantedPages } from './wantedPages.ts';

type RunState = Extract<PanelState, { kind: 'run' }>;

export class PanelSession implements PanelActions {
  /** undefined until the host answered for the first time */
  state: PanelState | undefined;
  bytesPerRow: PersistedPanel['bytesPerRow'] = 'fit';
  littleEndian = true;
  /** A request that failed, in one sentence. */
  notice: string | null = null;
  /** What an action did or why it did nothing, in one sentence, until the next one. */
  said: string | null = null;
  /** Memory at the shown step; null while there is none. */
  memory: MemoryAtStep | null = null;
  writesShown = false;
  /** What the host told about what is shown. */
  readonly data: HostData;
  /** Changes with everything else, for components that are handed the session itself. */
  version = 0;

  private readonly selectionExport: SelectionExport;
  private readonly selected = new Selection();
  private readonly standpoint: Standpoint;
  private restoring: PersistedPanel | undefined;
  private visible: readonly [start: number, end: number] = [0, 0];

  /**
   * @param request sends to the extension host
   * @param notify something is to be drawn again
   * @param persisted what the user was looking at before the webview was hidden
   */
  constructor(
    private readonly request: HostRequest,
    private readonly notify: () => void,
    persisted: PersistedPanel | undefined,
  ) {
    this.restoring = persisted;
    if (persisted) {
      this.bytesPerRow = persisted.bytesPerRow;
      this.littleEndian = persisted.littleEndian;
    }
    this.standpoint = new Standpoint(persisted?.granularity);
    this.selectionExport = new SelectionExport({
      request,
      say: sentence => this.say(sentence),
      failed: message => this.fail(message),
    });
    this.data = new HostData(request, {
      arrived: () => this.refresh(),
      changed: () => this.changed(),
      failed: message => this.fail(message),
      found: match => this.move(() => this.selected.jumpToRange({ start: match.address, length: match.length })),
    });
  }

  get run(): RunSnapshot | null {
    return this.state?.kind === 'run' ? this.state.run : null;
  }

  get place(): Place {
    return this.standpoint.place;
  }

  get step(): Step {
    return this.place.step;
  }

  /** The selected byte. */
  get address(): Address {
    return this.selected.address;
  }

  /** The selected bytes; the selected byte is at one end. */
  get selection(): ByteRange {
    return this.selected.range;
  }

  /** Where the user was before. */
  get history(): AddressHistory {
    return this.selected.history;
  }

  /** Changes with each jump; see {@link Selection.jumps}. */
  get jumps(): number {
    return this.selected.jumps;
  }

  /** What buttons and slider go over. */
  get granularity(): Granularity {
    return this.standpoint.granularity(this.run);
  }

  /** What to keep for the next time the panel is shown. */
  get persisted(): PersistedPanel {
    const { state } = this;
    const { chosen } = this.standpoint;
    return {
      version: 1,
      run: state?.kind === 'run' ? { uri: state.source.uri, instances: state.run.instances } : null,
      step: this.step,
      address: this.address,
      bytesPerRow: this.bytesPerRow,
      littleEndian: this.littleEndian,
      ...(chosen === undefined ? {} : { granularity: chosen }),
    };
  }

  /** Takes the host's state. */
  setState(state: PanelState): void {
    const before = this.state;
    this.state = state;
    if (state.kind === 'run') {
      const sameRun = before?.kind === 'run' && before.runId === state.runId;
      if (!sameRun) this.startShowing(state, before);
      this.follow(state.run);
    }
    this.refresh();
  }

  goToStep(target: number): void {
    const { run } = this;
    if (run) this.goTo(placeOfStep(run, target), run);
  }

  goToCall(index: number): void {
    const { run } = this;
    if (run) this.goTo(placeAfterCall(run, index), run);
  }

  goToNeighbour(direction: Direction): void {
    const { run } = this;
    const target = run && this.standpoint.neighbour(direction, run);
    if (target) this.goTo(target, run);
  }

  goToAccess(access: AccessView): void {
    const { run } = this;
    if (!run) return;
    const { step: at } = placeOfStep(run, access.step);
    this.goTo({ step: at, call: access.call }, run);
    if (access.kind !== 'grow') this.jump(access.address);
  }

  goToNeighbourWrite(direction: Direction): void {
    const { state } = this;
    if (state?.kind !== 'run') return;
    const asked = { runId: state.runId, step: this.step, address: this.address };
    this.request('neighbourWrite', { ...asked, direction }).then(
      write => {
        // The user went elsewhere meanwhile.
        if (asked.step !== this.step || asked.address !== this.address || !this.isShown(asked.runId)) return;
        if (write) this.goTo({ step: write.step, call: write.call }, state.run);
        else this.say(`There is no ${direction === 'next' ? 'later' : 'earlier'} write to this byte.`);
      },
      (error: unknown) => this.fail(messageOf(error)),
    );
  }

  setGranularity(granularity: Granularity): void {
    this.standpoint.chosen = granularity;
    this.refresh();
  }

  showAccesses(call: number, from: number, to: number): void {
    this.data.accesses.want(call, from, to);
  }

  select(target: Address): void {
    this.move(() => this.selected.select(target));
  }

  extendSelection(target: Address): void {
    this.move(() => this.selected.extendTo(target));
  }

  jump(target: Address): void {
    this.move(() => this.selected.jump(target));
  }

  back(): void {
    this.move(() => this.selected.travel('back'));
  }

  forward(): void {
    this.move(() => this.selected.travel('forward'));
  }

  show(start: number, end: number): void {
    if (start === this.visible[0] && end === this.visible[1]) return;
    this.visible = [start, end];
    this.wantPages();
  }

  showWrites(shown: boolean): void {
    this.writesShown = shown;
    this.refresh();
  }

  moreWrites(): void {
    this.data.writesTo.more();
  }

  copySelection(format: CopyFormat): void {
    if (this.memory) void this.selectionExport.copy(this.memory.moment, this.selection, format);
  }

  saveSelection(): void {
    if (this.memory) void this.selectionExport.save(this.memory.moment, this.selection);
  }

  search(query: SearchQuery, direction: Direction): void {
    const { memory } = this;
    if (!memory) return;
    const { runId, step: at } = memory.moment;
    this.data.search.start({ runId, step: at, query, from: this.selection.start, direction });
  }

  cancelSearch(): void {
    this.data.search.cancel();
  }

  setBytesPerRow(bytesPerRow: PersistedPanel['bytesPerRow']): void {
    this.bytesPerRow = bytesPerRow;
    this.changed();
  }

  setLittleEndian(littleEndian: boolean): void {
    this.littleEndian = littleEndian;
    this.changed();
  }

  command(command: PanelCommand): void {
    this.notice = null;
    this.request('command', command).catch((error: unknown) => this.fail(messageOf(error)));
    this.changed();
  }

  /** Shows that something failed outside of this class. */
  fail(message: string): void {
    this.notice = message;
    this.changed();
  }

  /** Ends what would go on by itself. */
  dispose(): void {
    this.data.dispose();
  }

  private changed(): void {
    this.version++;
    this.notify();
  }

  private say(sentence: string): void {
    this.said = sentence;
    this.changed();
  }

  private isShown(runId: number): boolean {
    return this.state?.kind === 'run' && this.state.runId === runId;
  }

  private goTo(place: Place, run: RunSnapshot): void {
    // Whoever goes elsewhere doesn't want to be taken back.
    this.restoring = undefined;
    this.standpoint.goTo(place, run);
    this.said = null;
    this.refresh();
  }

  private move(select: () => void): void {
    this.restoring = undefined;
    select();
    this.said = null;
    this.refresh();
  }

  /** A run that was not shown until now. Running the same file again keeps the place in memory. */
  private startShowing(state: RunState, before: PanelState | undefined): void {
    this.notice = null;
    this.said = null;
    this.standpoint.start(state.run);
    this.data.startRun(state.runId);
    const sameSource = before !== undefined && before.kind !== 'empty' && before.source.uri === state.source.uri;
    if (sameSource) return;
    this.selected.reset();
    if (this.restoring?.run?.uri !== state.source.uri) this.restoring = undefined;
  }

  /** Takes up what the snapshot newly tells: further steps, the demo's address, and what was persisted once it exists again. */
  private follow(run: RunSnapshot): void {
    this.standpoint.follow(run);
    if (run.address !== null) this.selected.suggest(run.address);
    this.restore(run);
  }

  private restore(run: RunSnapshot): void {
    const { restoring } = this;
    if (!restoring || run.status === 'starting' || run.status === 'running') return;
    // Several calls may have ended at the last step; the last one is where the run ended.
    if (restoring.step !== run.lastStep) this.goToStep(restoring.step);
    if (restoring.address < knownSizeAt(run, this.place)) {
      this.select(address(restoring.address));
      this.selected.jumps++;
    }
    this.restoring = undefined;
  }

  private refresh(): void {
    const { state } = this;
    if (state?.kind === 'run' && state.run.initialMemoryBytes !== null) {
      const moment = momentOf(state.runId, state.run, this.place, this.granularity);
      const { runId, step: at } = moment;
      this.data.stepView.ask({ runId, step: at });
      const size = this.data.stepView.answer?.memoryBytes ?? knownSizeAt(state.run, this.place);
      this.showMemory(moment, size);
      if (this.writesShown) {
        const { start, length } = this.selection;
        this.data.writesTo.show({ runId, step: state.run.lastStep, address: start, length });
      }
    } else {
      this.memory = null;
      this.data.lastChange.clear();
    }
    this.changed();
  }

  private showMemory(moment: Moment, size: number): void {
    this.selected.clampTo(size);
    this.memory = new MemoryAtStep(this.data.pages, moment, size);
    this.wantPages();
    const { runId, step: at } = moment;
    this.data.lastChange.ask({ runId, step: at, address: this.address });
    this.data.overview.show(runId, at, size);
  }

  private wantPages(): void {
    const { memory, run, place, granularity } = this;
    if (!memory || !run) return;
    this.data.pages.want(
      wantedPages({ memory, run, place, granularity, visible: this.visible, selected: this.address }),
    );
  }
}
