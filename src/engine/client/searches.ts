// The asking end of searches in a recording: each has a number, by which it is told how far it is, and can be ended.
import type { RecordingNotices, RecordingRequests } from '../../protocol/recording.ts';
import type { SearchMatch, SearchRequest } from '../../protocol/search.ts';

type Requests = Pick<RecordingRequests, 'search' | 'cancelSearch'>;

export class Searches {
  private readonly underWay = new Map<number, (done: number) => void>();
  private last = 0;

  constructor(
    private readonly request: <Name extends keyof Requests>(
      name: Name,
      params: Requests[Name]['params'],
    ) => Promise<Requests[Name]['result']>,
  ) {}

  /** The other end tells how far one is. */
  readonly progress = ({ id, done }: RecordingNotices['searchProgress']['params']): null => {
    this.underWay.get(id)?.(done);
    return null;
  };

  async search(
    request: SearchRequest,
    progress: (done: number) => void,
    signal: AbortSignal,
  ): Promise<SearchMatch | null> {
    if (signal.aborted) return null;
    const id = ++this.last;
    this.underWay.set(id, progress);
    const cancel = (): void => void this.request('cancelSearch', { id }).catch(() => {}); // it may have ended meanwhile
    signal.addEventListener('abort', cancel, { once: true });
    try {
      return await this.request('search', { id, request });
    } finally {
      signal.removeEventListener('abort', cancel);
      this.underWay.delete(id);
    }
  }
}
