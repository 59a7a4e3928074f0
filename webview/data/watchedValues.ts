// The values that are watched, at the shown step. While a question is under way others wait, and only the last of them is asked.
import type { WatchedBytes, WatchedPlace } from '../../src/protocol/keptPlaces.ts';
import type { Params } from '../../src/protocol/queries.ts';
import { messageOf } from '../../src/protocol/text.ts';
import type { Step } from '../../src/protocol/units.ts';
import { NUMBERS } from '../../src/protocol/values.ts';
import { Changing } from './changing.ts';

type WatchedParams = { readonly runId: number } & Params<'watched'>;

export interface WatchedValuesOptions {
  readonly send: (params: WatchedParams) => Promise<readonly WatchedBytes[]>;
  readonly failed: (message: string) => void;
}

/** Writes of each that are asked for. */
const HISTORY = 24;

/** What was answered, by address and length. */
export type Watched = ReadonlyMap<string, WatchedBytes>;

export const watchedKey = (at: number, length: number): string => `${at} ${length}`;

/** Changes when values come. */
export class WatchedValues extends Changing {
  /** Those of the step that was answered last; null before the first. */
  values: Watched | null = null;
  /** Values of the shown step are on their way. */
  isBusy = false;
  private wanted = '';
  private runId = 0;
  private waiting: WatchedParams | null = null;
  private isUnderWay = false;

  constructor(private readonly options: WatchedValuesOptions) {
    super();
  }

  show(runId: number, step: Step, watches: readonly WatchedPlace[]): void {
    const places = watches.map(({ address, type }) => ({ address, length: NUMBERS[type].size }));
    const key = JSON.stringify([runId, step, places]);
    if (key === this.wanted) return;
    this.wanted = key;
    this.runId = runId;
    if (places.length === 0) {
      this.waiting = null;
      this.isBusy = false;
      return;
    }
    this.isBusy = true;
    this.waiting = { runId, step, places, count: HISTORY };
    if (!this.isUnderWay) void this.ask();
  }

  clear(): void {
    this.values = null;
    this.wanted = '';
    this.waiting = null;
    this.isBusy = false;
  }

  private async ask(): Promise<void> {
    this.isUnderWay = true;
    for (let params = this.take(); params; params = this.take()) {
      const { wanted } = this;
      try {
        const answers = await this.options.send(params);
        const { places, runId } = params;
        if (runId !== this.runId) continue; // another one is shown by now
        this.values = new Map(
          answers.map((each, i) => [watchedKey(places[i]?.address ?? 0, places[i]?.length ?? 0), each]),
        );
        this.isBusy = this.waiting !== null;
        this.changed();
      } catch (error) {
        if (this.wanted !== wanted) continue;
        this.isBusy = false;
        this.changed();
        this.options.failed(messageOf(error));
      }
    }
    this.isUnderWay = false;
  }

  private take(): WatchedParams | null {
    const { waiting } = this;
    this.waiting = null;
    return waiting;
  }
}
