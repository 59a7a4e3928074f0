// The running search, or the outcome of the last one.

import type { HostRequests } from '../../src/protocol/panel.ts';
import { messageOf } from '../../src/protocol/text.ts';
import { Changing } from './changing.ts';

type SearchParams = HostRequests['search']['params'];
type SearchMatch = NonNullable<HostRequests['search']['result']>;

export type SearchState =
  | { readonly kind: 'idle' }
  /** `done`: 0 to 1 */
  | { readonly kind: 'searching'; readonly done: number }
  | { readonly kind: 'found'; readonly match: SearchMatch }
  | { readonly kind: 'none' }
  | { readonly kind: 'cancelled' }
  /** `message`: the host's words */
  | { readonly kind: 'failed'; readonly message: string };

export interface MemorySearchOptions {
  readonly send: (params: SearchParams) => Promise<SearchMatch | null>;
  readonly cancel: () => Promise<unknown>;
  /** The run, step and address that a search begins at; undefined while there is no memory. */
  readonly start: () => Pick<SearchParams, 'runId' | 'step' | 'from'> | undefined;
  readonly found: (match: SearchMatch) => void;
}

/** Changes when a search begins, goes on or ends. */
export class MemorySearch extends Changing {
  state: SearchState = { kind: 'idle' };
  /** Counts searches: the answer to a cancelled or replaced one is dropped. */
  private current = 0;

  constructor(private readonly options: MemorySearchOptions) {
    super();
  }

  start(query: SearchParams['query'], direction: SearchParams['direction']): void {
    const start = this.options.start();
    if (!start) return;
    const search = ++this.current;
    this.set({ kind: 'searching', done: 0 });
    this.options.send({ ...start, query, direction }).then(
      match => {
        if (search !== this.current) return;
        if (match) this.options.found(match);
        this.set(match ? { kind: 'found', match } : { kind: 'none' });
      },
      (error: unknown) => {
        if (search === this.current) this.set({ kind: 'failed', message: messageOf(error) });
      },
    );
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

  /** Forgets everything: another run is shown. */
  reset(): void {
    this.current++;
    this.state = { kind: 'idle' };
  }

  private set(state: SearchState): void {
    this.state = state;
    this.changed();
  }
}
