// Lets another process look on at a run of this one: it is told how the run stands, and may ask what is recorded.
import type { Connection } from '../../platform/sockets.ts';
import { boolean, object } from '../../protocol/check.ts';
import { type Handlers, MessageHandler } from '../../protocol/messageHandler.ts';
import { paramsOf, QUERY_NAMES, type QueryName, type QueryRequests } from '../../protocol/queries.ts';
import type { RunSnapshot } from '../../protocol/run.ts';
import { searchRequest } from '../../protocol/search.ts';
import type { ServedRunEnd, ServedRunNotices, ServedRunRequests } from '../../protocol/servedRun.ts';
import type { Work } from '../../protocol/work.ts';
import type { Recording, Subscription } from './run.ts';

/** How long news waits for more, in milliseconds: nobody sees more of them. */
const COLLECT_MS = 50;

export interface ServableRun {
  readonly snapshot: RunSnapshot;
  /** Null while nothing is recorded. */
  readonly recording: Recording | null;
  onDidChange(listener: () => void): Subscription;
  /** See {@link PausableRun.setPaused}. */
  setPaused(paused: boolean): boolean;
}

const pausing = object({ paused: boolean });

export class RunServer {
  private readonly handler: MessageHandler<ServedRunNotices, ServedRunRequests>;
  private readonly listening: Subscription;
  private readonly searches = new Map<number, AbortController>();
  private timer: ReturnType<typeof setTimeout> | null = null;
  /** Whoever looks on has not dealt with the last snapshot yet. */
  private telling = false;
  private hasNews = true;
  private isClosed = false;
  /** Resolves when there is something to ask: whoever looks on may ask before. Where that never is, the connection's end is the answer. */
  private readonly recording: Promise<Recording>;
  private resolveRecording: (recording: Recording) => void = () => {};

  /** @param interrupt does what Ctrl+C does */
  constructor(
    private readonly run: ServableRun,
    private readonly connection: Connection,
    interrupt: () => void,
  ) {
    this.handler = new MessageHandler<ServedRunNotices, ServedRunRequests>(
      {
        ...this.queries(),
        search: params => this.search(params),
        cancelSearch: ({ id }) => {
          this.searches.get(id)?.abort();
          return null;
        },
        interrupt: () => {
          interrupt();
          return null;
        },
        setPaused: params => run.setPaused(pausing(params, 'setPaused').paused),
      },
      message => connection.post(message),
    );
    this.recording = new Promise(resolve => {
      this.resolveRecording = resolve;
    });
    this.lookForRecording();
    connection.onMessage(message => void this.handler.receive(message));
    this.listening = run.onDidChange(() => {
      this.lookForRecording();
      this.hasNews = true;
      this.tellSoon();
    });
    void connection.closed.then(() => this.dispose()); // nobody looks on any more, and the run goes on
    this.tell();
  }

  /** Whether somebody looks on still. */
  get isWatched(): boolean {
    return !this.isClosed;
  }

  tellWork(work: Work): void {
    this.handler.request('work', work).catch(() => {}); // the connection may be closed
  }

  /** Tells how the run ended, and closes the connection. */
  end(end: ServedRunEnd): void {
    this.handler.request('ended', end).catch(() => {}); // it may be gone
    this.dispose();
  }

  /** Closes the connection: the run's end was not told. */
  dispose(): void {
    this.isClosed = true;
    this.listening.dispose();
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.handler.dispose('The run has ended.');
    for (const search of this.searches.values()) search.abort();
    this.connection.close();
  }

  private tellSoon(): void {
    if (!this.telling) this.timer ??= setTimeout(() => this.tell(), COLLECT_MS);
  }

  private tell(): void {
    this.timer = null;
    this.hasNews = false;
    this.telling = true;
    this.handler.request('snapshot', this.run.snapshot).then(
      () => {
        this.telling = false;
        if (this.hasNews) this.tellSoon();
      },
      () => {}, // the connection is closed
    );
  }

  private queries(): Handlers<QueryRequests> {
    const handlers = QUERY_NAMES.map(name => [name, (params: unknown) => this.ask(name, params)]);
    return Object.fromEntries(handlers) as Handlers<QueryRequests>; // there is one for each name
  }

  private async ask(name: QueryName, params: unknown): Promise<unknown> {
    const checked = paramsOf(name)(params, name);
    return (await this.recording).ask(name, checked);
  }

  private async search({ id, request }: ServedRunRequests['search']['params']) {
    const controller = new AbortController();
    this.searches.set(id, controller);
    const progress = (done: number): void => void this.handler.request('searchProgress', { id, done }).catch(() => {}); // the connection may be closed
    try {
      const checked = searchRequest(request, 'search');
      return await (await this.recording).search(checked, progress, controller.signal);
    } finally {
      this.searches.delete(id);
    }
  }

  private lookForRecording(): void {
    const { recording } = this.run;
    if (recording) this.resolveRecording(recording);
  }
}
