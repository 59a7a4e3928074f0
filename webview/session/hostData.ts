// Everything that the panel asks the extension host about a run, each in its own way: cached, in parts, or only the latest.
import type { HostRequests } from '../../src/protocol/panel.ts';
import type { LastChange, StepView } from '../../src/protocol/run.ts';
import { AccessCache } from '../data/accessCache.ts';
import { MemorySearch, type MemorySearchOptions } from '../data/memorySearch.ts';
import { OverviewData } from '../data/overviewData.ts';
import { PageCache } from '../data/pageCache.ts';
import { Question } from '../data/question.ts';
import { WritesTo } from '../data/writesTo.ts';

/** Sends a request to the extension host. */
export type HostRequest = <Name extends keyof HostRequests>(
  name: Name,
  params: HostRequests[Name]['params'],
) => Promise<HostRequests[Name]['result']>;

export interface HostDataOptions {
  /** Something came that decides what else is wanted. */
  readonly arrived: () => void;
  /** Something is to be drawn again. */
  readonly changed: () => void;
  readonly failed: (message: string) => void;
  readonly found: MemorySearchOptions['found'];
}

/** Pages kept in the webview: 2 MiB of memory, and as much again for owners and for the marks of changed bytes. */
const CACHED_PAGES = 512;

/** Accesses, writes and overview are about one run: `clear` when another is shown. */
export class HostData {
  readonly pages: PageCache;
  readonly stepView: Question<HostRequests['describeStep']['params'], StepView>;
  readonly lastChange: Question<HostRequests['lastChange']['params'], LastChange>;
  readonly accesses: AccessCache;
  readonly writesTo: WritesTo;
  readonly overview: OverviewData;
  readonly search: MemorySearch;
  /** Identity of the run whose accesses are asked for. */
  private runId = 0;

  constructor(request: HostRequest, { arrived, changed, failed, found }: HostDataOptions) {
    this.pages = new PageCache({
      capacity: CACHED_PAGES,
      read: ({ moment, pages }) => request('readPages', { ...moment, pages }),
      arrived,
      failed,
    });
    this.stepView = new Question({ send: params => request('describeStep', params), answered: arrived, failed });
    this.lastChange = new Question({ send: params => request('lastChange', params), answered: changed, failed });
    this.accesses = new AccessCache({
      read: (call, from, count) => request('accesses', { runId: this.runId, call, from, count }),
      arrived: changed,
      failed,
    });
    this.writesTo = new WritesTo({ send: params => request('writesTo', params), changed, failed });
    this.overview = new OverviewData({
      read: (runId, step, first, count) => request('overview', { runId, step, first, count }),
      arrived: changed,
      failed,
    });
    this.search = new MemorySearch({
      send: params => request('search', params),
      cancel: () => request('cancelSearch', null),
      changed,
      found,
    });
  }

  /** Another run is shown: what was told about the one before is forgotten. */
  startRun(runId: number): void {
    this.runId = runId;
    this.accesses.clear();
    this.writesTo.clear();
    this.search.reset();
  }

  dispose(): void {
    this.overview.dispose();
  }
}
