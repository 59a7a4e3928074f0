// All writes to the selected bytes, the newest first, loaded part by part.

import type { WriteView } from '../../src/protocol/access.ts';
import type { HostRequests } from '../../src/protocol/panel.ts';
import { messageOf } from '../../src/protocol/text.ts';
import { step } from '../../src/protocol/units.ts';
import { Changing } from './changing.ts';
import { keyOf } from './question.ts';

type WritesParams = HostRequests['writesTo']['params'];

export interface WritesToOptions {
  readonly send: (params: WritesParams) => Promise<readonly WriteView[]>;
  readonly failed: (message: string) => void;
}

/** Writes of one request. */
const PART = 200;

/** Changes when writes come. */
export class WritesTo extends Changing {
  /** null before the first part has arrived */
  entries: readonly WriteView[] | null = null;
  /** There may be older ones. */
  hasMore = false;
  private asked: Omit<WritesParams, 'count'> | undefined;
  private inFlight = false;

  constructor(private readonly options: WritesToOptions) {
    super();
  }

  /** Asks for the newest writes up to a step, unless they are those that were asked for last. */
  show(params: Omit<WritesParams, 'count'>): void {
    if (this.asked && keyOf(params) === keyOf(this.asked)) return;
    this.asked = params;
    this.entries = null;
    this.read(params, []);
  }

  /** Asks for older ones. */
  more(): void {
    const { asked, entries } = this;
    const oldest = entries?.at(-1);
    if (!asked || !oldest || !this.hasMore || this.inFlight) return;
    // Each write is a step of its own, so the older ones are those up to the step before.
    this.read({ ...asked, step: step(oldest.step - 1) }, entries ?? []);
  }

  clear(): void {
    this.asked = undefined;
    this.entries = null;
    this.hasMore = false;
  }

  private read(params: Omit<WritesParams, 'count'>, before: readonly WriteView[]): void {
    const { asked } = this;
    this.inFlight = true;
    this.options.send({ ...params, count: PART }).then(
      writes => {
        if (asked !== this.asked) return;
        this.inFlight = false;
        this.entries = [...before, ...writes];
        this.hasMore = writes.length === PART;
        this.changed();
      },
      (error: unknown) => {
        if (asked !== this.asked) return;
        this.inFlight = false;
        this.options.failed(messageOf(error));
      },
    );
  }
}
