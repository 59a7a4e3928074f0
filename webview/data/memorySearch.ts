// The search under way, and how the last one ended.
import type { HostRequests } from '../../src/protocol/panel.ts';
import { messageOf } from './question.ts';

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
  readonly changed: () => void;
  readonly found: (match: SearchMatch) => void;
}

export class MemorySearch {
  state: SearchState = { kind: 'idle' };
  /** Counts searches: the answer of one that was cancelled or replaced is dropped. */
  private current = 0;

  constructor(private readonly options: MemorySearchOptions) {}

  start(params: SearchParams): void {
    const search = ++this.current;
    this.set({ kind: 'searching', done: 0 });
    this.options.send(params).then(
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
    // The host's search ends by itself where this does not reach it.
    this.options.cancel().catch(() => undefined);
  }

  /** Forgets everything: another run is shown. */
  reset(): void {
    this.current++;
    this.state = { kind: 'idle' };
  }

  private set(state: SearchState): void {
    this.state = state;
    this.options.changed();
  }
}
