// The controller of one panel: what it shows, and what its webview may ask for.
import * as vscode from 'vscode';
import { type Finding, severityOf } from '../protocol/finding.ts';
import type { Handlers } from '../protocol/messageHandler.ts';
import { type HostRequests, type PanelRequests, type PanelState, RUN_REPLACED } from '../protocol/panel.ts';
import type { AskedAction, ShownPlace } from '../protocol/panelActions.ts';
import type { RunComparison } from '../protocol/runComparison.ts';
import { commandTitle } from './commandTitles.ts';
import { exportRecording } from './exportRecording.ts';
import { reportingErrors } from './log.ts';
import { MemorySearch } from './memorySearch.ts';
import { openDropped } from './openDropped.ts';
import { execute } from './panelCommands.ts';
import { PanelConnection } from './panelConnection.ts';
import type { PanelActivity, PanelContent } from './panelContent.ts';
import {
  parseCommand,
  parseCopyText,
  parseEditPlaces,
  parseFocus,
  parseOpenDropped,
  parseOpenTemplates,
  parsePersistedRun,
  parseRenameFunction,
  parseShows,
  parseWrite,
} from './panelRequests.ts';
import type { PanelServices } from './panelServices.ts';
import { recordingHandlers } from './recordingHandlers.ts';
import { compareRuns, type KeptRun, keepRun } from './runComparison.ts';
import type { AskedInstances, ProgramState, ShownRun } from './runs.ts';
import { type SaveSuggestion, writeWhole } from './saveFile.ts';
import { isRecording, type Source, SourceError } from './sources.ts';
import { WorkNotification } from './workNotification.ts';

export class MemoryPanel implements vscode.Disposable {
  private current: PanelContent = { kind: 'empty' };
  /** Ends the hold on the current run, and listening to it. */
  private release: vscode.Disposable | undefined;
  /** Of the run that is shown with the one before it. */
  private comparison: RunComparison | null = null;
  private connection: PanelConnection | undefined;
  /** Counts what was asked to be shown: a file that is still being read when something newer is asked for is dropped. */
  private turn = 0;
  private readonly search = new MemorySearch();
  private reading = false;
  /** Ends the opening of a recording that is under way. */
  private opening = new AbortController();
  private disposed = false;
  /** Where the user is, as the webview told last; null where it shows no memory, or is not there. */
  private shownPlace: ShownPlace | null = null;
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly listening: vscode.Disposable;

  /** The content, the state of its run, or what is known to be wrong with its memory, changed. */
  readonly onDidChange = this.changed.event;

  constructor(private readonly services: PanelServices) {
    this.listening = vscode.Disposable.from(
      this.onDidChange(() => services.attention.told()),
      services.trust.onDidGrant(() => this.onTrusted()),
      services.places.onDidChange(() => this.stateChanged()),
      services.runs.onDidFind(shown => {
        if (this.current.kind === 'run' && this.current.shown === shown) this.changed.fire();
      }),
      services.runs.onDidName(shown => {
        if (this.current.kind === 'run' && this.current.shown === shown) this.stateChanged();
      }),
      services.templates.onDidChange(file => this.connection?.templatesChanged(file)),
      services.links.add(this),
    );
  }

  get content(): PanelContent {
    return this.current;
  }

  /** Where the user is in the run that is shown; null where that is not known. */
  get place(): ShownPlace | null {
    const { current, shownPlace } = this;
    return current.kind === 'run' && current.shown.id === shownPlace?.runId ? shownPlace : null;
  }

  get state(): PanelState {
    const { trusted } = this.services.trust;
    const { current } = this;
    if (current.kind === 'empty') return { kind: 'empty', trusted };
    if (current.kind === 'failed') {
      return { kind: 'failed', trusted, source: current.source.view, problem: current.problem };
    }
    const { id, source, opened, goesOn, state, snapshot, naming } = current.shown;
    const { comparison } = this;
    const places = this.services.places.of(snapshot);
    const linked = this.services.links.linkOf(this);
    const { changes: renames } = naming;
    const known = {
      trusted,
      runId: id,
      source: source.view,
      opened,
      goesOn,
      state,
      comparison,
      places,
      linked,
      renames,
    };
    return { kind: 'run', ...known, run: snapshot };
  }

  /** Of the run that is shown; null where none is. */
  get runId(): number | null {
    return this.current.kind === 'run' ? this.current.shown.id : null;
  }

  get activity(): PanelActivity {
    const { current } = this;
    if (this.reading) return 'running';
    if (current.kind !== 'run') return current.kind === 'failed' ? 'not-run' : 'empty';
    const { ended, opened, recorded, source } = current.shown;
    if (!ended) return 'running';
    if (opened) return recorded && source.kind === 'program' ? 'program-ended' : 'opened';
    return recorded ? 'ended' : 'not-run';
  }

  /** How many findings say that memory is wrong; 0 while that is not known. */
  get errors(): number {
    if (this.current.kind !== 'run') return 0;
    return this.current.shown.findings.filter(finding => severityOf(finding) === 'error').length;
  }

  /** What is recorded of the program that it shows. */
  get program(): ProgramState {
    return this.current.kind === 'run' ? this.current.shown.program : 'none';
  }

  /**
   * Reads the source and shows its run, or why it can't be read. Resolves once the run is under way.
   * A recording is opened, and has the instances that it was recorded with.
   */
  async run(source: Source, asked: AskedInstances = {}): Promise<void> {
    if (this.disposed) return; // its editor was closed since it was asked for
    const turn = ++this.turn;
    this.opening.abort(); // what was being opened is not wanted any more
    const opening = new AbortController();
    this.opening = opening;
    const working = new WorkNotification(source.view.label, { opening: () => opening.abort() });
    this.reading = true;
    this.changed.fire();
    try {
      const { sources, runs } = this.services;
      const { bytes, others } = await sources.readAll(source);
      if (turn !== this.turn) return;
      const shown = isRecording(source)
        ? await runs.open(source, bytes, { signal: opening.signal, tell: work => working.tell(work) })
        : await runs.start(source, bytes, asked, others);
      if (!isRecording(source)) void this.services.walk('run');
      const kept = shown.hold();
      if (turn === this.turn) this.show({ kind: 'run', shown });
      kept.dispose();
      if (!shown.isHeld) runs.close(shown); // it is no longer wanted
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      if (turn === this.turn) this.show({ kind: 'failed', source, asked, problem: error.problem });
    } finally {
      working.dispose();
      if (turn === this.turn) this.setIdle();
    }
  }

  /** Reads the file once more and runs it as before but for what is asked for. */
  async runAgain(asked: AskedInstances = {}): Promise<void> {
    const { current } = this;
    if (current.kind === 'run') {
      const { source, instances, state, allocates } = current.shown;
      if (asked.state === 'shared' && state === 'separate') void this.services.walk('cure');
      const kept = await keepRun(current.shown, asked);
      if (this.current !== current) return; // something else was asked for meanwhile
      await this.run(source, { instances, state: state ?? undefined, allocates, ...asked });
      if (kept)
        void reportingErrors(this.services.log, vscode.l10n.t('Comparing the runs'), () => this.compareWith(kept));
    }
    if (current.kind === 'failed') await this.run(current.source, { ...current.asked, ...asked });
  }

  private async compareWith(before: KeptRun): Promise<void> {
    const { current } = this;
    if (current.kind !== 'run') return;
    const comparison = await compareRuns(before, current.shown);
    if (this.current !== current || this.disposed) return;
    this.comparison = comparison;
    this.stateChanged();
  }

  /** Ends the run; what was recorded of it stays. A file that is still being read is not run. */
  cancel(): void {
    if (this.reading) {
      this.turn++;
      this.opening.abort();
      this.setIdle();
    } else if (this.current.kind === 'run') {
      this.current.shown.run.cancel();
    }
  }

  /** Writes the recording to a file that the user chooses. Rejects where there is none, or where it can't be written. */
  async exportRecording(): Promise<void> {
    await exportRecording(this.current.kind === 'run' ? this.current.shown : undefined, this.services);
  }

  show(content: PanelContent): void {
    this.search.cancel();
    // The new run is held before the old one is released: they may be the same.
    const before = this.release;
    this.release = content.kind === 'run' ? this.keep(content.shown) : undefined;
    before?.dispose();
    this.current = content;
    this.comparison = null;
    this.stateChanged();
    this.services.links.shownElse();
  }

  /** Connects a webview; it is shown the current state when its script asks for it. */
  attach(webview: vscode.Webview): vscode.Disposable {
    const connection = new PanelConnection(webview, this.handlers(), () => this.state);
    this.connection = connection;
    return {
      dispose: () => {
        connection.dispose();
        if (this.connection === connection) this.connection = undefined;
      },
    };
  }

  /** Lets the user keep the shown place, once the webview is there. */
  keepPlace(what: PanelRequests['keepPlace']['params']): void {
    this.needRun();
    this.connection?.keepPlace(what);
  }

  /** The user went there in another panel of the run. */
  follow(place: ShownPlace): void {
    this.connection?.follow(place);
  }

  linkChanged(): void {
    this.connection?.stateChanged();
  }

  /** Does what the user asked for by a command, once the webview is there. */
  act(asked: AskedAction): void {
    this.needRun();
    this.connection?.act(asked);
  }

  /** Tells a finding in full, and shows its bytes, once the webview is there. */
  showFinding(finding: Finding): void {
    const { runId } = this;
    if (runId !== null) this.connection?.showFinding({ runId, finding });
  }

  /** The webview was hidden, and its document is gone with all it was asked. */
  webviewHidden(): void {
    this.search.cancel();
    this.connection?.hidden();
    this.shownPlace = null;
    this.services.attention.leave(this);
  }

  dispose(): void {
    this.disposed = true;
    this.turn++;
    this.opening.abort();
    this.search.cancel();
    this.listening.dispose();
    this.services.attention.leave(this);
    this.connection?.dispose();
    this.release?.dispose();
    this.changed.dispose();
  }

  private needRun(): void {
    if (this.current.kind !== 'run')
      throw new Error(vscode.l10n.t('there is no memory to look at yet. Run something first.'));
  }

  private keep(shown: ShownRun): vscode.Disposable {
    return vscode.Disposable.from(
      shown.hold(),
      shown.run.onDidChange(() => this.stateChanged()),
    );
  }

  private stateChanged(): void {
    this.changed.fire();
    this.connection?.stateChanged();
  }

  private setIdle(): void {
    this.reading = false;
    this.changed.fire();
  }

  private onTrusted(): void {
    // What the user had asked for, and was refused for want of trust alone, is now done.
    if (this.current.kind === 'run' && this.current.shown.refused) {
      void reportingErrors(this.services.log, vscode.l10n.t('Running the file'), () => this.runAgain());
    } else {
      this.stateChanged();
    }
  }

  private handlers(): Handlers<HostRequests> {
    return {
      ...recordingHandlers({
        search: this.search,
        shownWithId: runId => this.shownWithId(runId),
        stoodAtStore: () => void this.services.walk('store'),
        searchProgress: done => void this.connection?.searchProgress(done),
        save: (suggestion, bytes) => this.save(suggestion, bytes),
      }),
      ready: async params => {
        const persisted = parsePersistedRun(params);
        if (persisted && this.current.kind === 'empty' && !this.reading) {
          const source = this.services.sources.fromIdentity(persisted.uri);
          if (source) await this.run(source, persisted);
        }
        return this.state;
      },
      templates: () => this.services.templates.read(),
      openTemplates: async params => {
        const { line, column } = parseOpenTemplates(params);
        await this.services.templates.open(line, column);
        return null;
      },
      copyText: async params => {
        await vscode.env.clipboard.writeText(parseCopyText(params).text);
        return null;
      },
      clipboardText: async () => ({ text: await vscode.env.clipboard.readText() }),
      write: async sent => {
        const { runId, address, bytes } = parseWrite(sent);
        const lastStep = await this.services.runs.write(this.shownWithId(runId), address, Uint8Array.from(bytes));
        return { lastStep };
      },
      editPlaces: async sent => {
        const { runId, edit } = parseEditPlaces(sent);
        await this.services.places.edit(this.shownWithId(runId).snapshot, edit);
        return null;
      },
      renameFunction: params => {
        const { runId, of } = parseRenameFunction(params);
        const shown = this.shownWithId(runId);
        const { log, renameFunction } = this.services;
        // Answered at once: typing takes as long as the user likes.
        void reportingErrors(log, vscode.l10n.t('Renaming the function'), () => renameFunction(shown, of));
        return null;
      },
      openDropped: params => {
        const { uris } = parseOpenDropped(params);
        void reportingErrors(this.services.log, vscode.l10n.t('Opening the files'), () =>
          openDropped(this, this.services, uris),
        );
        return null;
      },
      shows: params => {
        const { place, leads } = parseShows(params);
        const wasKnown = this.place !== null;
        this.shownPlace = place;
        this.services.attention.told();
        if (leads) this.services.links.lead(this);
        else if (!wasKnown) this.services.links.join(this);
        return null;
      },
      focus: params => {
        const { attention } = this.services;
        if (parseFocus(params).focused) attention.focus(this);
        else attention.blur(this);
        return null;
      },
      command: params => {
        const command = parseCommand(params);
        // Answered at once: choosing a file takes as long as the user likes.
        void reportingErrors(this.services.log, commandTitle(command.name), () =>
          execute(this, this.services, command),
        );
        return null;
      },
    };
  }

  private shownWithId(runId: number): ShownRun {
    if (this.current.kind === 'run' && this.current.shown.id === runId) return this.current.shown;
    throw new Error(RUN_REPLACED);
  }

  private save(suggestion: SaveSuggestion, bytes: Uint8Array): void {
    const { log, askWhereToSave } = this.services;
    void reportingErrors(log, suggestion.title, async () => {
      const uri = await askWhereToSave(suggestion);
      if (uri) await writeWhole(uri, bytes);
    });
  }
}
