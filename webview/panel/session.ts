// The panel's state and what changes it: everything but drawing. Components show `PanelSession`'s fields and call its actions.
import type { HostRequests, PanelCommand, PanelState, PersistedPanel } from '../../src/protocol/panel.ts';
import type { LastChange, RunSnapshot } from '../../src/protocol/run.ts';
import { type Address, address, type Step, step } from '../../src/protocol/units.ts';
import { AddressHistory } from '../inspector/history.ts';
import { TEXT_LIMIT } from '../inspector/utf8Text.ts';
import { MemoryAtStep, pagesOf } from '../memory/memoryAtStep.ts';
import { PageCache, type PageRequest } from '../memory/pageCache.ts';
import type { PanelActions } from './actions.ts';

/** Sends a request to the extension host. */
export type HostRequest = <Name extends keyof HostRequests>(
  name: Name,
  params: HostRequests[Name]['params'],
) => Promise<HostRequests[Name]['result']>;

type RunState = Extract<PanelState, { kind: 'run' }>;

/** Pages kept in the webview: 2 MiB of memory, and as much again for the marks of changed bytes. */
const CACHED_PAGES = 512;

/** Pages before and after the visible ones that are loaded ahead. */
const MARGIN_PAGES = 4;

export class PanelSession implements PanelActions {
  /** undefined until the host answered for the first time */
  state: PanelState | undefined;
  step: Step = step(0);
  address: Address = address(0);
  bytesPerRow: PersistedPanel['bytesPerRow'] = 'fit';
  littleEndian = true;
  history = AddressHistory.empty;
  /** null until the host answered for the selected byte at the shown step */
  lastChange: LastChange | null = null;
  /** A request that failed, in one sentence. */
  notice: string | null = null;
  /** Memory at the shown step; null while there is none. */
  memory: MemoryAtStep | null = null;
  /** Counts jumps, so that the grid brings the byte into view even if it is the one that was selected. */
  jumps = 0;

  private readonly cache: PageCache;
  /** New steps are shown as they come, until the user picks one. */
  private following = true;
  /** The user chose the selected byte; until then it is the demo's i32. */
  private addressChosen = false;
  private restoring: PersistedPanel | undefined;
  private visible: readonly [start: number, end: number] = [0, 0];
  private lastChangeAsked = '';

  /**
   * @param request sends to the extension host
   * @param changed something is to be drawn again
   * @param persisted what the user was looking at before the webview was hidden
   */
  constructor(
    private readonly request: HostRequest,
    private readonly changed: () => void,
    persisted: PersistedPanel | undefined,
  ) {
    this.restoring = persisted;
    if (persisted) {
      this.bytesPerRow = persisted.bytesPerRow;
      this.littleEndian = persisted.littleEndian;
    }
    this.cache = new PageCache({
      capacity: CACHED_PAGES,
      read: ({ moment, pages }) => this.request('readPages', { ...moment, pages }),
      arrived: () => this.refresh(),
      failed: message => this.fail(message),
    });
  }

  get run(): RunSnapshot | null {
    return this.state?.kind === 'run' ? this.state.run : null;
  }

  /** What to keep for the next time the panel is shown. */
  get persisted(): PersistedPanel {
    const { state } = this;
    return {
      version: 1,
      run: state?.kind === 'run' ? { uri: state.source.uri, instances: state.run.instances } : null,
      step: this.step,
      address: this.address,
      bytesPerRow: this.bytesPerRow,
      littleEndian: this.littleEndian,
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
    if (!run) return;
    // Whoever goes elsewhere doesn't want to be taken back.
    this.restoring = undefined;
    this.step = clampStep(target, run);
    this.following = this.step === run.lastStep;
    this.refresh();
  }

  select(target: Address): void {
    this.restoring = undefined;
    this.address = target;
    this.addressChosen = true;
    this.refresh();
  }

  jump(target: Address): void {
    if (target !== this.address) this.history = this.history.leave(this.address);
    this.jumps++;
    this.select(target);
  }

  back(): void {
    this.travel(this.history.back(this.address));
  }

  forward(): void {
    this.travel(this.history.forward(this.address));
  }

  show(start: number, end: number): void {
    if (start === this.visible[0] && end === this.visible[1]) return;
    this.visible = [start, end];
    this.wantPages();
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

  private travel(there: { history: AddressHistory; address: Address } | undefined): void {
    if (!there) return;
    this.history = there.history;
    this.jumps++;
    this.select(there.address);
  }

  /** A run that was not shown until now. Running the same file again keeps the place in memory. */
  private startShowing(state: RunState, before: PanelState | undefined): void {
    this.notice = null;
    this.following = true;
    this.step = step(0);
    const sameSource = before !== undefined && before.kind !== 'empty' && before.source.uri === state.source.uri;
    if (sameSource) return;
    this.history = AddressHistory.empty;
    this.addressChosen = false;
    this.address = address(0);
    if (this.restoring?.run?.uri !== state.source.uri) this.restoring = undefined;
  }

  /** Takes up what the snapshot newly tells: further steps, the demo's address, and what was persisted once it exists again. */
  private follow(run: RunSnapshot): void {
    if (this.following) this.step = run.lastStep;
    else this.step = clampStep(this.step, run);
    if (!this.addressChosen && run.address !== null && run.address !== this.address) {
      this.address = run.address;
      this.jumps++;
    }
    this.restore(run);
  }

  private restore(run: RunSnapshot): void {
    const { restoring } = this;
    if (!restoring || run.status === 'starting' || run.status === 'running') return;
    this.goToStep(restoring.step);
    if (restoring.address < sizeAt(run, this.step)) {
      this.jumps++;
      this.select(address(restoring.address));
    }
  }

  private refresh(): void {
    const { state } = this;
    if (state?.kind === 'run' && state.run.initialMemoryBytes !== null) {
      const size = sizeAt(state.run, this.step);
      // Before a memory.grow the memory is smaller than where the user may have been.
      this.address = address(Math.max(0, Math.min(this.address, size - 1)));
      this.memory = new MemoryAtStep(this.cache, { runId: state.runId, step: this.step }, size);
      this.wantPages();
      this.askLastChange(state);
    } else {
      this.memory = null;
      this.lastChange = null;
      this.lastChangeAsked = '';
    }
    this.changed();
  }

  /** First what is visible, then what the inspector needs, then neighbours in address and in time. */
  private wantPages(): void {
    const { memory, run } = this;
    if (!memory || !run) return;
    const { moment, size } = memory;
    const clamp = (value: number): number => Math.min(Math.max(0, value), size);
    const [start, end] = [clamp(this.visible[0]), clamp(this.visible[1])];
    const visible = pagesOf(start, end);
    const selected = pagesOf(this.address, clamp(this.address + TEXT_LIMIT));
    const margin = MARGIN_PAGES * 4096;
    const requests: PageRequest[] = [
      { moment, pages: [...new Set([...visible, ...selected])] },
      { moment, pages: pagesOf(clamp(start - margin), clamp(end + margin)) },
    ];
    for (const near of [moment.step + 1, moment.step - 1]) {
      if (near < run.firstStep || near > run.lastStep) continue;
      const there = sizeAt(run, step(near));
      const pages = visible.filter(page => page * 4096 < there);
      requests.push({ moment: { runId: moment.runId, step: step(near) }, pages });
    }
    this.cache.want(requests);
  }

  private askLastChange({ runId }: RunState): void {
    const params = { runId, step: this.step, address: this.address };
    const key = JSON.stringify(params);
    if (key === this.lastChangeAsked) return;
    this.lastChangeAsked = key;
    this.lastChange = null;
    this.request('lastChange', params).then(
      answer => {
        if (key !== this.lastChangeAsked) return;
        this.lastChange = answer;
        this.changed();
      },
      (error: unknown) => {
        if (key === this.lastChangeAsked) this.fail(messageOf(error));
      },
    );
  }
}

/** Size of the memory at a step, in bytes. */
export function sizeAt(run: RunSnapshot, at: Step): number {
  const call = run.calls.find(({ step: callStep }) => callStep === at);
  return call?.memoryBytes ?? run.initialMemoryBytes ?? 0;
}

function clampStep(target: number, run: RunSnapshot): Step {
  return step(Math.min(Math.max(Math.round(target), run.firstStep), run.lastStep));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
