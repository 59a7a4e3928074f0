// When what is searched for stood anywhere in memory, over the whole recorded history.

import { type HostRequests, RUN_REPLACED } from '../../src/protocol/panel.ts';
import type { StandingPart, StandingQuestion, StoodAt } from '../../src/protocol/search.ts';
import { messageOf } from '../../src/protocol/text.ts';
import type { Step } from '../../src/protocol/units.ts';
import { Changing } from './changing.ts';

type StandingRequest = HostRequests['standing'];

export type StandingState =
  | { readonly kind: 'idle' }
  /** `done`: 0 to 1 */
  | { readonly kind: 'searching'; readonly done: number }
  /** Null where it never stood. `firstStep`: from there on history is whole; `upTo`: the last step that was looked at; `length`: its bytes. */
  | {
      readonly kind: 'known';
      readonly stood: { readonly first: StoodAt; readonly last: StoodAt } | null;
      readonly firstStep: Step;
      readonly upTo: Step;
      readonly length: number;
    }
  | { readonly kind: 'cancelled' }
  /** `message`: the host's words */
  | { readonly kind: 'failed'; readonly message: string };

export interface StandingOptions {
  readonly send: (params: StandingRequest['params']) => Promise<StandingRequest['result']>;
  /** The run, and its last step; undefined while there is no memory. */
  readonly start: () => { readonly runId: number; readonly upTo: Step } | undefined;
}

/** Changes when it begins, goes on or ends. */
export class StandingSearch extends Changing {
  state: StandingState = { kind: 'idle' };
  /** Counts searches: the answer to a cancelled or replaced one is dropped. */
  private current = 0;

  constructor(private readonly options: StandingOptions) {
    super();
  }

  async start(query: StandingQuestion['query']): Promise<void> {
    const start = this.options.start();
    if (!start) return;
    const { upTo } = start;
    const search = ++this.current;
    this.set({ kind: 'searching', done: 0 });
    let [first, last]: (StoodAt | null)[] = [null, null];
    let part: StandingPart = { phase: 'ends', page: 0, after: null };
    try {
      for (;;) {
        const known = { first: first?.step ?? null, last: last?.step ?? null };
        const answer: StandingRequest['result'] = await this.options.send({ ...start, query, ...part, ...known });
        if (search !== this.current) return;
        first = answer.first ?? first;
        last = answer.last ?? last;
        if (answer.next === null) {
          const { firstStep, length } = answer;
          this.set({ kind: 'known', stood: first && last && { first, last }, firstStep, upTo, length });
          return;
        }
        part = answer.next;
        this.set({ kind: 'searching', done: answer.done });
      }
    } catch (error) {
      // Where another run took the place of the shown one, its state is on its way, and resets the search.
      const message = messageOf(error);
      if (search === this.current && message !== RUN_REPLACED) this.set({ kind: 'failed', message });
    }
  }

  cancel(): void {
    if (this.state.kind !== 'searching') return;
    this.current++;
    this.set({ kind: 'cancelled' });
  }

  /** Forgets everything: something else is searched for. */
  reset(): void {
    this.current++;
    this.state = { kind: 'idle' };
  }

  private set(state: StandingState): void {
    this.state = state;
    this.changed();
  }
}
