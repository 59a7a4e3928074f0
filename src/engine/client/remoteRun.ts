// A run in another process: while it goes on, that process keeps its recording and is asked; then the file that it has written is opened.
import type { Connection } from '../../platform/sockets.ts';
import { MessageHandler } from '../../protocol/messageHandler.ts';
import type { Problem } from '../../protocol/problem.ts';
import type { Answer, Params, QueryName } from '../../protocol/queries.ts';
import type { RunSnapshot } from '../../protocol/run.ts';
import { isUnderWay } from '../../protocol/runStatus.ts';
import type { SearchMatch, SearchRequest } from '../../protocol/search.ts';
import type { ServedRunEnd, ServedRunNotices, ServedRunRequests } from '../../protocol/servedRun.ts';
import { messageOf } from '../../protocol/text.ts';
import type { TellWork } from '../../protocol/work.ts';
import { RecordedRun } from './recordedRun.ts';
import type { CancelEffect, PausableRun, Recording, Run, Subscription } from './run.ts';
import { emptySnapshot } from './runState.ts';
import { Searches } from './searches.ts';

export interface RemoteRunOptions {
  /** Folder of the built worker scripts. */
  readonly workerFolder: string;
  /** Opens the file that the process has written. @param tell told how far that is */
  readonly open: (tell: TellWork) => Promise<Run>;
  /** Told how far it is, where the program has ended and its recording is not there yet. */
  readonly tellWork?: TellWork;
}

export class RemoteRun implements PausableRun, Recording {
  readonly done: Promise<RunSnapshot>;
  private current = emptySnapshot();
  private link: Link | null = null;
  private end: ServedRunEnd | null = null;
  /** Asked to end before it could be told. */
  private isCancelled = false;
  /** The process has not connected yet: what it is to be told then of recording; null for nothing. */
  private toPause: boolean | null = null;
  private hasConnected = false;
  private readonly whenConnected: Promise<void>;
  private resolveConnected: () => void = () => {};
  private kept: Run | null = null;
  /** Resolves with {@link kept}. */
  private readonly whenKept: Promise<Run>;
  private resolveKept: (run: Run) => void = () => {};
  private isDisposed = false;
  private readonly listeners = new Set<() => void>();

  constructor(private readonly options: RemoteRunOptions) {
    this.whenKept = new Promise(resolve => {
      this.resolveKept = resolve;
    });
    this.whenConnected = new Promise(resolve => {
      this.resolveConnected = resolve;
    });
    this.done = this.whenKept.then(({ snapshot }) => snapshot);
  }

  get snapshot(): RunSnapshot {
    return this.current;
  }

  get recording(): Recording {
    return this;
  }

  /** The process has connected. */
  connect(connection: Connection): void {
    const link = new Link(connection, {
      snapshot: snapshot => this.show(snapshot),
      ended: end => {
        this.end = end;
      },
      work: work => this.options.tellWork?.(work),
    });
    this.link = link;
    this.hasConnected = true;
    this.resolveConnected();
    void connection.closed.then(() => {
      this.link = null; // first: what it did not answer, the file does
      link.dispose();
    });
    if (this.toPause !== null) void link.setPaused(this.toPause);
    if (this.isCancelled) link.interrupt();
  }

  /**
   * The process has ended, and nothing of it is on its way: resolves when the run has, too.
   * @param unheard what went wrong where the process did not say how its run ended
   */
  async processEnded(unheard: Problem): Promise<void> {
    const kept = await this.keep(unheard);
    if (this.isDisposed) return kept.dispose();
    this.kept = kept;
    this.show(kept.snapshot);
    this.resolveKept(kept);
  }

  onDidChange(listener: () => void): Subscription {
    this.listeners.add(listener);
    return { dispose: () => this.listeners.delete(listener) };
  }

  cancel(): CancelEffect {
    this.isCancelled = true;
    this.link?.interrupt();
    return isUnderWay(this.current) ? 'ends-guest' : 'leaves-rest';
  }

  async setPaused(paused: boolean): Promise<boolean> {
    if (this.hasConnected) return this.link?.setPaused(paused) ?? false;
    this.toPause = paused;
    this.show({ ...this.current, isPaused: paused });
    return true;
  }

  /** The process goes on, where it has not ended. */
  dispose(): void {
    this.isDisposed = true;
    this.listeners.clear();
    this.link?.dispose();
    this.kept?.dispose();
  }

  ask<Name extends QueryName>(name: Name, params: Params<Name>): Promise<Answer<Name>> {
    return this.answered(recording => recording.ask(name, params));
  }

  search(request: SearchRequest, progress: (done: number) => void, signal: AbortSignal): Promise<SearchMatch | null> {
    return this.answered(recording => recording.search(request, progress, signal));
  }

  async exportFile(tell?: TellWork): Promise<Uint8Array> {
    return (await this.whenKept).recording.exportFile(tell);
  }

  /**
   * What is asked before the process has connected, is asked once it has. Steps and calls are the same in the file: what was asked
   * when the process ended, is asked there once more.
   */
  private async answered<T>(question: (recording: Pick<Recording, 'ask' | 'search'>) => Promise<T>): Promise<T> {
    if (!this.hasConnected) await Promise.race([this.whenConnected, this.whenKept]);
    const { link } = this;
    if (link) {
      try {
        return await question(link);
      } catch (error) {
        if (this.link === link) throw error;
      }
    }
    return question((await this.whenKept).recording);
  }

  private async keep(unheard: Problem): Promise<Run> {
    const { end } = this;
    if (end?.kind !== 'recorded')
      return this.without(end ? { kind: 'nothing-recorded', message: end.reason, remedy: NO_MEMORY_REMEDY } : unheard);
    try {
      const { open, tellWork = () => {} } = this.options;
      return await open(tellWork);
    } catch (error) {
      const reason = messageOf(error).replace(/\.$/, '');
      return this.without({
        kind: 'bad-recording',
        message: `The recording of the program can't be opened: ${reason}.`,
        remedy: 'Record the program once more.',
      });
    }
  }

  private without(problem: Problem): Run {
    const snapshot = { ...emptySnapshot(), status: 'rejected', problem } as const;
    return new RecordedRun(snapshot, this.options.workerFolder, null);
  }

  private show(snapshot: RunSnapshot): void {
    this.current = snapshot;
    for (const listener of this.listeners) listener();
  }
}

const NO_MEMORY_REMEDY =
  'Record a program that uses WebAssembly, or say in the launch configuration which part or module of it is to be recorded.';

/** The connection while there is one. */
class Link {
  private readonly handler: MessageHandler<ServedRunRequests, ServedRunNotices>;
  private readonly searches = new Searches((name, params) => this.handler.request(name, params));

  constructor(
    private readonly connection: Connection,
    told: {
      readonly snapshot: (snapshot: RunSnapshot) => void;
      readonly ended: (end: ServedRunEnd) => void;
      readonly work: TellWork;
    },
  ) {
    // The terminal's command is built from the same sources, and only this user's processes can connect.
    this.handler = new MessageHandler<ServedRunRequests, ServedRunNotices>(
      {
        snapshot: snapshot => {
          told.snapshot(snapshot);
          return null;
        },
        ended: end => {
          told.ended(end);
          return null;
        },
        work: work => {
          told.work(work);
          return null;
        },
        searchProgress: this.searches.progress,
      },
      message => connection.post(message),
    );
    connection.onMessage(message => void this.handler.receive(message));
  }

  ask<Name extends QueryName>(name: Name, params: Params<Name>): Promise<Answer<Name>> {
    return this.handler.request(name, params);
  }

  search(request: SearchRequest, progress: (done: number) => void, signal: AbortSignal): Promise<SearchMatch | null> {
    return this.searches.search(request, progress, signal);
  }

  setPaused(paused: boolean): Promise<boolean> {
    return this.handler.request('setPaused', { paused }).catch(() => false); // it has ended
  }

  interrupt(): void {
    this.handler.request('interrupt', null).catch(() => {}); // it may have ended
  }

  dispose(): void {
    this.handler.dispose('The program has ended.');
    this.connection.close();
  }
}
