// The search in memory: all matches at the shown step, or as many as are counted, and which of them is selected.

import { type HostRequests, RUN_REPLACED } from '../../src/protocol/panel.ts';
import { messageOf } from '../../src/protocol/text.ts';
import { address, type Step } from '../../src/protocol/units.ts';
import { Changing } from './changing.ts';
import type { Direction } from './moments.ts';

type SearchParams = HostRequests['search']['params'];
type SearchMatch = NonNullable<HostRequests['search']['result']>;
type Query = SearchParams['query'];
type MatchesRequest = HostRequests['matches'];
type Moment = Pick<SearchParams, 'runId' | 'step'>;

const isSame = (a: Moment, b: Moment): boolean => a.runId === b.runId && a.step === b.step;

/** Matches that are counted and marked at most. */
export const MOST_MATCHES = 10_000;
/** Matches of one answer. */
const PART = 5000;
/** After a move to another step its matches are looked for when the user stays there for so long, in milliseconds. */
const REST_MS = 150;

/** All matches at a step, or the first {@link MOST_MATCHES}. */
export interface FoundMatches {
  readonly runId: number;
  readonly step: Step;
  /** Where they begin, ascending. */
  readonly addresses: readonly number[];
  /** Bytes of each. */
  readonly length: number;
  /** There are more. */
  readonly isCut: boolean;
}

export type SearchState =
  | { readonly kind: 'idle' }
  /** `done`: 0 to 1 */
  | { readonly kind: 'searching'; readonly done: number }
  /** `match`: the selected one; null where another step is shown since */
  | { readonly kind: 'found'; readonly match: SearchMatch | null; readonly matches: FoundMatches }
  | { readonly kind: 'none' }
  | { readonly kind: 'cancelled' }
  /** `message`: the host's words */
  | { readonly kind: 'failed'; readonly message: string };

export interface MemorySearchOptions {
  readonly matches: (params: MatchesRequest['params']) => Promise<MatchesRequest['result']>;
  /** Looks for the nearest match where not all are counted. */
  readonly send: (params: SearchParams) => Promise<SearchMatch | null>;
  readonly cancel: () => Promise<unknown>;
  /** The run, step and address that a search begins at; undefined while there is no memory. */
  readonly start: () => Pick<SearchParams, 'runId' | 'step' | 'from'> | undefined;
  readonly found: (match: SearchMatch) => void;
}

/** Changes when a search begins, goes on or ends. */
export class MemorySearch extends Changing {
  state: SearchState = { kind: 'idle' };
  private query: Query | null = null;
  private known: FoundMatches | null = null;
  /** The moment to which the user has moved, until its matches are known. */
  private sought: Moment | null = null;
  /** Counts searches: the answer to a cancelled or replaced one is dropped. */
  private current = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: MemorySearchOptions) {
    super();
  }

  /** Selects the next match, or the one before. */
  start(query: Query, direction: Direction): void {
    const start = this.options.start();
    if (!start) return;
    const isKnown = JSON.stringify(query) === JSON.stringify(this.query) && this.matchesAt(start);
    this.query = query;
    if (isKnown) this.choose(isKnown, start.from, direction);
    else void this.lookForAll(start, matches => this.choose(matches, start.from, direction));
  }

  /** The matches at a step, where they are known. */
  matchesAt(moment: Moment): FoundMatches | null {
    return this.known && isSame(this.known, moment) ? this.known : null;
  }

  /** Another moment is shown: its matches are looked for, and none is selected. Said again, it changes nothing. */
  follow(moment: Moment): void {
    const { query, known, state } = this;
    const isOpen = state.kind === 'found' || state.kind === 'none';
    if (!query || !known || !isOpen || isSame(this.sought ?? known, moment)) return;
    clearTimeout(this.timer);
    this.current++; // the user has left what is being looked for
    this.sought = isSame(known, moment) ? null : { runId: moment.runId, step: moment.step };
    if (!this.sought) return;
    this.timer = setTimeout(() => {
      const start = this.options.start();
      if (start) void this.lookForAll(start, matches => this.tell(matches, null), true);
    }, REST_MS);
  }

  progress(done: number): void {
    if (this.state.kind === 'searching') this.set({ kind: 'searching', done: Math.min(1, Math.max(0, done)) });
  }

  cancel(): void {
    if (this.state.kind !== 'searching') return;
    this.current++;
    this.set({ kind: 'cancelled' });
    // If this does not reach the host, its search ends by itself.
    this.options.cancel().catch(() => undefined);
  }

  /** Forgets everything: another run is shown, or the search was closed. */
  reset(): void {
    clearTimeout(this.timer);
    this.current++;
    this.state = { kind: 'idle' };
    this.query = null;
    this.known = null;
    this.sought = null;
  }

  private async lookForAll(
    { runId, step }: Moment,
    then: (matches: FoundMatches) => void,
    isQuiet = false,
  ): Promise<void> {
    const { query } = this;
    if (!query) return;
    clearTimeout(this.timer);
    const search = ++this.current;
    this.sought = { runId, step };
    if (!isQuiet) this.set({ kind: 'searching', done: 0 });
    const addresses: number[] = [];
    let length = 1;
    try {
      // One more than are told: then there are more.
      for (let from: number | null = 0; from !== null && addresses.length <= MOST_MATCHES; ) {
        const count = Math.min(PART, MOST_MATCHES + 1 - addresses.length);
        const part: MatchesRequest['result'] = await this.options.matches({ runId, step, query, from, count });
        if (search !== this.current) return;
        addresses.push(...part.addresses);
        length = part.length;
        from = part.next;
        this.progress(part.done);
      }
      const isCut = addresses.length > MOST_MATCHES;
      this.known = { runId, step, addresses: addresses.slice(0, MOST_MATCHES), length, isCut };
      this.sought = null;
      then(this.known);
    } catch (error) {
      if (search === this.current) this.fail(messageOf(error));
    }
  }

  private choose(matches: FoundMatches, from: number, direction: Direction): void {
    const { addresses, isCut, length } = matches;
    const isNext = direction === 'next';
    const near = isNext ? addresses.find(at => at > from) : addresses.findLast(at => at < from);
    const round = isNext ? addresses[0] : addresses.at(-1);
    // Where not all are counted, the nearest one may be none of these.
    if (isCut && (near === undefined || from > (addresses.at(-1) ?? 0))) void this.lookForNearest(matches, direction);
    else {
      const at = near ?? round;
      this.tell(matches, at === undefined ? null : { address: address(at), length });
    }
  }

  private async lookForNearest(matches: FoundMatches, direction: Direction): Promise<void> {
    const { query } = this;
    const start = this.options.start();
    if (!start || !query) return;
    const search = ++this.current;
    this.set({ kind: 'searching', done: 0 });
    try {
      const match = await this.options.send({ ...start, query, direction });
      if (search === this.current) this.tell(matches, match);
    } catch (error) {
      if (search === this.current) this.fail(messageOf(error));
    }
  }

  /** Where another run took the place of the shown one, its state is on its way, and resets the search. */
  private fail(message: string): void {
    this.sought = null;
    if (message !== RUN_REPLACED) this.set({ kind: 'failed', message });
  }

  private tell(matches: FoundMatches, match: SearchMatch | null): void {
    if (match) this.options.found(match);
    this.set(matches.addresses.length === 0 ? { kind: 'none' } : { kind: 'found', match, matches });
  }

  private set(state: SearchState): void {
    this.state = state;
    this.changed();
  }
}
