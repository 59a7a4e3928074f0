// The client's end of the recording protocol: starts the recording thread and asks it.

import { join } from 'node:path';
import { type TransferListItem, Worker } from 'node:worker_threads';
import { MessageHandler } from '../../protocol/messageHandler.ts';
import type {
  RecordingNews,
  RecordingNotices,
  RecordingRequests,
  SearchMatch,
  SearchRequest,
} from '../../protocol/recording.ts';
import type { RunSnapshot } from '../../protocol/run.ts';
import type { Address, PageIndex, Step } from '../../protocol/units.ts';
import type { RecordingInit } from '../../recording/recordingInit.ts';
import type { Recording } from './run.ts';

export class RecordingClient implements Recording {
  private readonly worker: Worker;
  private readonly handler: MessageHandler<RecordingRequests, RecordingNotices>;
  /** Who is told how far each search is that is under way, by its number. */
  private readonly searches = new Map<number, (done: number) => void>();
  private lastSearch = 0;
  /** Resolves when the recording thread has ended: nobody takes in a log any more. */
  readonly closed: Promise<void>;

  /**
   * @param folder of the built worker scripts
   * @param onNews told of step 0 and of each call soon after it is recorded
   * @param snapshot the run as it is now, for an exported file
   */
  constructor(
    folder: string,
    init: RecordingInit,
    transfer: TransferListItem[],
    onNews: (news: RecordingNews) => void,
    private readonly snapshot: () => RunSnapshot,
  ) {
    this.worker = new Worker(join(folder, 'recording.js'), {
      workerData: init,
      transferList: transfer,
      name: 'wasm-shared-memory recording',
    });
    this.handler = new MessageHandler(
      {
        news: news => {
          onNews(news);
          return null;
        },
        searchProgress: ({ id, done }) => {
          this.searches.get(id)?.(done);
          return null;
        },
      },
      message => this.worker.postMessage(message),
    );
    this.worker.on('message', message => void this.handler.receive(message));
    // Whoever waits for an answer is told; the run itself goes on or ends as it does.
    this.worker.on('error', error =>
      this.handler.dispose(`The recording thread ended unexpectedly: ${error.message}.`),
    );
    this.closed = new Promise(resolve => {
      this.worker.on('exit', () => {
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

  readPages(step: Step, pages: readonly PageIndex[], since?: Step) {
    return this.request('readPages', { step, pages, since: since ?? null });
  }

  lastChange(step: Step, address: Address) {
    return this.request('lastChange', { step, address });
  }

  describeStep(step: Step) {
    return this.request('describeStep', { step });
  }

  accesses(call: number, from: number, count: number) {
    return this.request('accesses', { call, from, count });
  }

  writesTo(step: Step, address: Address, length: number, count: number) {
    return this.request('writesTo', { step, address, length, count });
  }

  neighbourWrite(step: Step, address: Address, direction: 'next' | 'previous') {
    return this.request('neighbourWrite', { step, address, direction });
  }

  overview(step: Step, first: PageIndex, count: number) {
    return this.request('overview', { step, first, count });
  }

  bytes(step: Step, address: Address, length: number) {
    return this.request('bytes', { step, address, length });
  }

  async search(
    request: SearchRequest,
    progress: (done: number) => void,
    signal: AbortSignal,
  ): Promise<SearchMatch | null> {
    if (signal.aborted) return null;
    const id = ++this.lastSearch;
    this.searches.set(id, progress);
    const cancel = (): void => void this.request('cancelSearch', { id }).catch(() => {}); // it may have ended meanwhile
    signal.addEventListener('abort', cancel, { once: true });
    try {
      return await this.request('search', { id, request });
    } finally {
      signal.removeEventListener('abort', cancel);
      this.searches.delete(id);
    }
  }

  /** Leaves what is not recorded yet of a run that has ended. */
  leaveRest(): void {
    this.request('leaveRest', null).catch(() => {}); // it may have ended
  }

  exportFile(): Promise<Uint8Array> {
    return this.request('exportFile', { run: this.snapshot() });
  }

  dispose(): void {
    this.handler.dispose('The recording was closed.');
    void this.worker.terminate();
  }
}
