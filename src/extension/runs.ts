// The runs of this window: started or opened here, and shown by any number of panels. A few of those that none shows any more stay open.

import * as vscode from 'vscode';
import {
  type Course,
  type OngoingRun,
  type Opening,
  OpeningCancelled,
  openRecording,
  type PausableRun,
  RecordingFileError,
  type Run,
  type RunRequest,
  SpareThreads,
  startRun,
} from '../engine/client.ts';
import type { Finding } from '../protocol/finding.ts';
import { type FunctionNames, NO_FUNCTION_NAMES } from '../protocol/functionNames.ts';
import type { Problem } from '../protocol/problem.ts';
import type { InstanceState, RunSnapshot } from '../protocol/run.ts';
import { isUnderWay } from '../protocol/runStatus.ts';
import { messageOf } from '../protocol/text.ts';
import type { Address, Step } from '../protocol/units.ts';
import type { RecordingFolder } from './recordingFolder.ts';
import { readRunSettings } from './settings.ts';
import { isRecording, type Source, SourceError } from './sources.ts';
import { type Trust, untrustedProblem } from './trust.ts';

/** Starts and opens runs; the tests may give another engine. */
export interface Engine {
  startRun(request: RunRequest): OngoingRun;
  lookAt(bytes: Uint8Array, name: string, workerFolder: string): Promise<Run>;
  openRecording(bytes: Uint8Array, workerFolder: string, opening: Opening): Promise<Run>;
}

const ENGINE: Engine = {
  startRun,
  lookAt: async (...file) => (await import('./later.ts')).lookAt(...file),
  openRecording,
};

/** What is asked for in the place of the settings. */
export interface AskedInstances {
  readonly instances?: number | undefined;
  readonly state?: InstanceState | undefined;
  /** Each instance allocates where the demo is to show how sharing corrupts. */
  readonly allocates?: Course['allocates'] | undefined;
}

/** What is recorded of a program that runs; `none` where there is none. */
export type ProgramState = 'none' | 'recording' | 'paused';

/** So many runs stay open that no panel shows, … */
export const MOST_KEPT = 3;

/** … and no more than so many recorded accesses of them in all. Each takes about 16 bytes of memory, so that these are some 128 MB. */
export const MOST_KEPT_ACCESSES = 8_000_000;

/** Who is told when the first panel takes a run, and when the last one releases it. */
interface RunOwner {
  held(): void;
  unheld(): void;
}

/** A run that panels show, or showed. It is disposed of, and its memory freed, by {@link Runs}. */
export class ShownRun {
  /** What is wrong with its memory; none until that is known, some time after it has ended. */
  findings: readonly Finding[] = [];
  /** What its user calls functions, and how often that has changed: what its recording answered before has other names. */
  naming: { readonly names: FunctionNames; readonly changes: number } = { names: NO_FUNCTION_NAMES, changes: 0 };
  /** {@link findings} are known. */
  isFound = false;
  /** When it was started, opened or taken over, in milliseconds since the epoch. */
  readonly since = Date.now();
  private holders = 0;
  /** Once it has ended, the answer stays until somebody writes: panels and {@link Runs} ask for it once. */
  private found: { readonly lastStep: Step; readonly answer: Promise<readonly Finding[]> } | undefined;

  constructor(
    readonly id: number,
    readonly source: Source,
    /** Number of instances that were asked for; a file that was only looked at has none. */
    readonly instances: number,
    /** The state that they were asked to have; null where it was run elsewhere. */
    readonly state: InstanceState | null,
    readonly allocates: Course['allocates'],
    /** The file was only looked at, because the workspace is not trusted. */
    readonly refused: boolean,
    readonly run: Run,
    /** The same run, where it is a program's. */
    private readonly pausable: PausableRun | null,
    /** The same run, where it may go on after its last call. */
    private readonly ongoing: OngoingRun | null,
    private readonly owner: RunOwner,
  ) {}

  get program(): ProgramState {
    if (!this.pausable || this.ended) return 'none';
    return this.snapshot.isPaused ? 'paused' : 'recording';
  }

  /** Pauses recording, or resumes it. @returns false where no program runs */
  async setPaused(paused: boolean): Promise<boolean> {
    return this.program !== 'none' && (await this.pausable?.setPaused(paused)) === true;
  }

  get snapshot(): RunSnapshot {
    const { lastCall, trapped, ...others } = this.run.snapshot;
    const { names } = this.naming;
    const snapshot = { ...others, lastCall: names.in(lastCall), trapped: names.in(trapped) };
    // What is wrong with the file itself matters more than that it was not run.
    if (!this.refused || snapshot.status !== 'looked-at' || snapshot.problem) return snapshot;
    return { ...snapshot, problem: untrustedProblem(this.source.view.label) };
  }

  get ended(): boolean {
    return !isUnderWay(this.run.snapshot);
  }

  /** Its instances wait for what the user does next. */
  get goesOn(): boolean {
    return this.ongoing?.goesOn ?? false;
  }

  /** Writes to its memory. Rejects where it does not go on. */
  async write(at: Address, bytes: Uint8Array<ArrayBuffer>): Promise<Step> {
    if (!this.ongoing) throw new Error(vscode.l10n.t('This memory is read-only: nothing goes on from its end.'));
    return this.ongoing.write(at, bytes);
  }

  /** Nobody goes on with it: what was recorded stays. */
  letGo(): void {
    this.ongoing?.letGo();
  }

  /** It can't be run again here: it was recorded before and exported, or is of a program. */
  get opened(): boolean {
    return isRecording(this.source);
  }

  /** Whether guests ran, and are done: what was recorded of them can be exported. */
  get recorded(): boolean {
    const { status } = this.run.snapshot;
    return this.ended && status !== 'rejected' && status !== 'looked-at';
  }

  /** Whether it can be run again with shared state, which it has not now. */
  get canShareState(): boolean {
    return this.recorded && !this.opened && this.state === 'separate';
  }

  /** A panel shows it, or something else is done with it. */
  get isHeld(): boolean {
    return this.holders > 0;
  }

  /** Recorded accesses that are kept of it. */
  get accesses(): number {
    const { firstStep, lastStep, loads } = this.run.snapshot;
    return lastStep - firstStep + loads;
  }

  /** Asks what is wrong with its memory, as far as it is recorded by now. */
  askFindings(): Promise<readonly Finding[]> {
    const ask = () => this.run.recording.ask('findings', {});
    if (!this.ended) return ask();
    const { lastStep } = this.run.snapshot;
    if (this.found?.lastStep !== lastStep) this.found = { lastStep, answer: ask() };
    return this.found.answer;
  }

  /** Functions have other names from now on. */
  name(names: FunctionNames): void {
    this.naming = { names, changes: this.naming.changes + 1 };
    this.found = undefined;
  }

  /** Keeps the run until what is returned is disposed of. */
  hold(): vscode.Disposable {
    if (++this.holders === 1) this.owner.held();
    let held = true;
    return {
      dispose: () => {
        if (!held) return;
        held = false;
        if (--this.holders === 0) this.owner.unheld();
      },
    };
  }
}

export class Runs implements vscode.Disposable {
  private lastId = 0;
  /** What a run needs is there before somebody asks for the next one. */
  private readonly spares: SpareThreads;
  private readonly shown = new Set<ShownRun>();
  /** Those that no panel shows any more, the one that was let go of first before the others. */
  private readonly kept: ShownRun[] = [];
  private readonly added = new vscode.EventEmitter<ShownRun>();
  private readonly found = new vscode.EventEmitter<ShownRun>();
  private readonly named = new vscode.EventEmitter<ShownRun>();
  private readonly letGo = new vscode.EventEmitter<ShownRun>();
  private readonly closed = new vscode.EventEmitter<ShownRun>();
  /** A run was started, opened or taken over, or one that was kept is shown again. */
  readonly onDidAdd = this.added.event;
  /** The {@link ShownRun.findings} of a run that has ended are known. */
  readonly onDidFind = this.found.event;
  /** Its user calls functions otherwise. */
  readonly onDidName = this.named.event;
  /** No panel shows the run any more. It may be kept. */
  readonly onDidLetGo = this.letGo.event;
  /** The run is gone. */
  readonly onDidClose = this.closed.event;

  constructor(
    /** Folder of the engine's built worker scripts. */
    private readonly workerFolder: string,
    private readonly trust: Trust,
    private readonly recordings: Pick<RecordingFolder, 'remove'>,
    private readonly engine: Engine = ENGINE,
  ) {
    this.spares = new SpareThreads(workerFolder, ['worker', 'recording']);
  }

  /** Somebody is likely to start a run. */
  prepare(): void {
    this.spares.prepare();
  }

  /** The runs that panels show, and those that are kept, the newest first. */
  get all(): readonly ShownRun[] {
    return [...this.shown, ...this.kept].sort((a, b) => b.id - a.id);
  }

  /** Threads that wait for the next run. */
  get spareThreads(): number {
    return this.spares.count;
  }

  /** How many runs panels show now. */
  get size(): number {
    return this.shown.size;
  }

  /** Ends a run that no panel shows, as its user wants, or since nobody wants it any more. */
  close(shown: ShownRun): void {
    const at = this.kept.indexOf(shown);
    if (at === -1) return;
    this.kept.splice(at, 1);
    this.end(shown);
  }

  /**
   * Runs the module over one memory, or only looks at it where the workspace is not trusted.
   * The caller holds the run at once; a run that nobody holds is never disposed of before {@link dispose}.
   * @param others of the modules that share a memory with it
   */
  async start(
    source: Source,
    bytes: Uint8Array,
    asked: AskedInstances = {},
    others: readonly Uint8Array[] = [],
  ): Promise<ShownRun> {
    const { workerFolder, spares } = this;
    const settings = readRunSettings();
    const { instances = settings.instances, state = settings.state, allocates = 'once' } = asked;
    const files = filesOf(source, bytes, others);
    const late = source.others?.areLate ? files.length - 1 : 0;
    const isOfWorkspace = [source, ...(source.others?.sources ?? [])].some(({ kind }) => kind === 'file');
    const refused = isOfWorkspace && !this.trust.trusted;
    const known = { instances, state, allocates };
    if (refused) return this.add(source, known, true, await this.engine.lookAt(bytes, files[0].name, workerFolder));
    const run = this.engine.startRun({ ...settings, files, late, ...known, goesOn: true, workerFolder, spares });
    return this.add(source, known, false, run, { ongoing: run });
  }

  /**
   * Opens an exported recording, whatever the trust in the workspace: nothing runs. As with {@link start}, the caller
   * holds it at once. Throws a {@link SourceError}.
   */
  async open(source: Source, bytes: Uint8Array, opening: Opening = {}): Promise<ShownRun> {
    const run = await this.engine.openRecording(bytes, this.workerFolder, opening).catch((error: unknown) => {
      throw new SourceError(openProblem(source.view.label, error));
    });
    return this.add(source, { instances: run.snapshot.instances.length, state: null, allocates: 'once' }, false, run);
  }

  /** Takes over the run of a program. As with {@link start}, the caller holds it at once. */
  adopt(source: Source, run: PausableRun): ShownRun {
    return this.add(source, { instances: 0, state: null, allocates: 'once' }, false, run, { pausable: run });
  }

  /** The window closes: recordings of programs stay, since panels may come back. */
  dispose(): void {
    this.spares.dispose();
    for (const { run } of this.all) run.dispose();
    this.shown.clear();
    this.kept.length = 0;
    for (const emitter of [this.added, this.found, this.named, this.letGo, this.closed]) emitter.dispose();
  }

  private held(shown: ShownRun): void {
    const at = this.kept.indexOf(shown);
    if (at === -1) return; // a new one
    this.kept.splice(at, 1);
    this.shown.add(shown);
    this.added.fire(shown);
    if (shown.isFound) this.found.fire(shown);
  }

  private unheld(shown: ShownRun): void {
    this.shown.delete(shown);
    this.letGo.fire(shown);
    // Memory and instances that nobody can go on with are let go.
    shown.letGo();
    if (isWorthKeeping(shown)) this.kept.push(shown);
    else this.end(shown);
    const accesses = () => this.kept.reduce((sum, each) => sum + each.accesses, 0);
    while (this.kept.length > MOST_KEPT || accesses() > MOST_KEPT_ACCESSES) {
      const oldest = this.kept.shift();
      if (oldest) this.end(oldest);
    }
  }

  private end(shown: ShownRun): void {
    const { run, source } = shown;
    run.dispose();
    this.closed.fire(shown);
    const isOpen = this.all.some(other => other.source.view.uri === source.view.uri);
    if (source.kind === 'program' && !isOpen) void this.recordings.remove(source.uri);
  }

  private add(
    source: Source,
    { instances, state, allocates }: Pick<ShownRun, 'instances' | 'state' | 'allocates'>,
    refused: boolean,
    run: Run,
    more: { readonly pausable?: PausableRun; readonly ongoing?: OngoingRun } = {},
  ): ShownRun {
    const { pausable = null, ongoing = null } = more;
    const shown: ShownRun = new ShownRun(
      ++this.lastId,
      source,
      instances,
      state,
      allocates,
      refused,
      run,
      pausable,
      ongoing,
      {
        held: () => this.held(shown),
        unheld: () => this.unheld(shown),
      },
    );
    this.shown.add(shown);
    this.added.fire(shown);
    void this.find(shown);
    return shown;
  }

  /** Functions of a run have other names; what was found is told with them. */
  name(shown: ShownRun, names: FunctionNames): void {
    if (!this.all.includes(shown)) return;
    shown.name(names);
    this.named.fire(shown);
    if (shown.ended) void this.find(shown);
  }

  /** Writes to the memory of a run that goes on: what is wrong with it may be something else then. Rejects where it does not go on. */
  async write(shown: ShownRun, at: Address, bytes: Uint8Array<ArrayBuffer>): Promise<Step> {
    const lastStep = await shown.write(at, bytes);
    void this.find(shown);
    return lastStep;
  }

  private async find(shown: ShownRun): Promise<void> {
    const wasUnderWay = !shown.ended;
    if (wasUnderWay) await shown.run.done;
    // A question that fails is told by the panel, which asks the same; that of a run which nobody shows any more is to fail.
    const findings = shown.recorded ? await shown.askFindings().catch(() => undefined) : undefined;
    if (!this.all.includes(shown)) return;
    if (findings) {
      shown.findings = findings;
      shown.isFound = true;
      this.found.fire(shown);
    }
    // Now there is time for what the next run needs.
    if (wasUnderWay) this.prepare();
  }
}

/** What was recorded here would be gone. A run that goes on ends with its last panel, and a recording's file can be opened again. */
const isWorthKeeping = ({ recorded, source }: ShownRun): boolean => recorded && source.kind !== 'recording';

/** Files of one name are told apart by their folders. */
function filesOf({ view, others }: Source, bytes: Uint8Array, more: readonly Uint8Array[]): RunRequest['files'] {
  if (!others) return [{ name: view.label, bytes }];
  const views = [others.own, ...others.sources.map(each => each.view)];
  const all = [bytes, ...more];
  return views.map(({ label, folder }, index) => {
    const isAlone = views.filter(each => each.label === label).length === 1;
    return { name: isAlone ? label : `${folder}/${label}`, bytes: all[index] };
  });
}

function openProblem(label: string, error: unknown): Problem {
  if (error instanceof RecordingFileError) {
    return { kind: 'bad-recording', message: `${label}: ${error.message}`, remedy: error.remedy };
  }
  if (error instanceof OpeningCancelled)
    return {
      kind: 'cancelled',
      message: vscode.l10n.t('{0} was not opened: that was cancelled.', label),
      remedy: vscode.l10n.t('Open it again to see what was recorded.'),
    };
  const reason = messageOf(error);
  return {
    kind: 'engine-failure',
    message: vscode.l10n.t("{0} can't be opened: {1}.", label, reason.replace(/\.$/, '')),
    remedy: vscode.l10n.t('Close other recordings, then open it again.'),
  };
}
