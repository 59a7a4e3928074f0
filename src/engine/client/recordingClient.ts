// The client's end of the recording protocol: starts the recording thread and asks it.

import { type MessagePort, type SpareThreads, startThread, type Thread } from '../../platform/threads.ts';
import { MessageHandler } from '../../protocol/messageHandler.ts';
import type { Answer, Params, QueryName } from '../../protocol/queries.ts';
import type { RecordingNotices, RecordingProgress, RecordingRequests } from '../../protocol/recording.ts';
import type { RunSnapshot } from '../../protocol/run.ts';
import type { SearchMatch, SearchRequest } from '../../protocol/search.ts';
import type { TellWork } from '../../protocol/work.ts';
import type { RecordingInit } from '../../recording/recordingInit.ts';
import type { Recording, Subscription } from './run.ts';
import { Searches } from './searches.ts';

export class RecordingClient implements Recording {
  private readonly thread: Thread;
  private readonly handler: MessageHandler<RecordingRequests, RecordingNotices>;
  private readonly followers = new Set<TellWork>();
  private readonly searches = new Searches((name, params) => this.request(name, params));
  /** Resolves when the recording thread has ended: nobody takes in a log any more. */
  readonly closed: Promise<void>;

  /**
   * @param folder of the built worker scripts
   * @param onProgress told what is recorded by now, soon after it is
   * @param snapshot the run as it is now, for an exported file
   */
  constructor(
    folder: string,
    init: RecordingInit,
    transfer: readonly MessagePort[],
    onProgress: (progress: RecordingProgress) => void,
    private readonly snapshot: () => RunSnapshot,
    spares: SpareThreads | null = null,
  ) {
    this.thread = startThread({ folder, script: 'recording', data: init, transfer, spares });
    this.handler = new MessageHandler<RecordingRequests, RecordingNotices>(
      {
        progress: progress => {
          onProgress(progress);
          return null;
        },
        searchProgress: this.searches.progress,
        work: work => {
          for (const tell of this.followers) tell(work);
          return null;
        },
      },
      message => this.thread.post(message),
    );
    this.thread.onMessage(message => void this.handler.receive(message));
    // Whoever waits for an answer is told; the run itself goes on or ends as it does.
    this.thread.onError(reason => this.handler.dispose(`The recording thread ended unexpectedly: ${reason}.`));
    this.closed = new Promise(resolve => {
      this.thread.onEnd(() => {
        this.handler.dispose('The recording was closed.');
        resolve();
      });
    });
  }

  request<Name extends keyof RecordingRequests & string>(
    name: Name,
    params: RecordingRequests[Name]['params'],
  ): Promise<RecordingRequests[Name]['result']> {
    return this.handler.request(name, params);
  }

  ask<Name extends QueryName>(name: Name, params: Params<Name>): Promise<Answer<Name>> {
    return this.request(name, params);
  }

  search(request: SearchRequest, progress: (done: number) => void, signal: AbortSignal): Promise<SearchMatch | null> {
    return this.searches.search(request, progress, signal);
  }

  /** Leaves what is not recorded yet of a run that has ended. */
  leaveRest(): void {
    this.request('leaveRest', null).catch(() => {}); // it may have ended
  }

  async exportFile(tell: TellWork = () => {}): Promise<Uint8Array> {
    const following = this.followWork(tell);
    return this.request('exportFile', { run: this.snapshot() }).finally(() => following.dispose());
  }

  /** @param tell told how far it is with whatever takes long */
  followWork(tell: TellWork): Subscription {
    this.followers.add(tell);
    return { dispose: () => void this.followers.delete(tell) };
  }

  dispose(): void {
    this.handler.dispose('The recording was closed.');
    this.thread.end();
  }
}
