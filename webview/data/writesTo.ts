// Writes to the selected bytes around the shown step, the newest first: a window that moves over all of them, since there may be a million.

import type { Overwrite } from '../../src/protocol/access.ts';
import type { HostRequests } from '../../src/protocol/panel.ts';
import { messageOf } from '../../src/protocol/text.ts';
import { type Step, step } from '../../src/protocol/units.ts';
import { Changing } from './changing.ts';
import type { Direction } from './moments.ts';

type OverwritesParams = HostRequests['overwrites']['params'];

/** The bytes in question. */
type Bytes = Pick<OverwritesParams, 'runId' | 'address' | 'length'>;

/** What is to be shown: writes to these bytes around a step of a recording that goes to another one. */
export interface WantedWrites extends Bytes {
  readonly step: Step;
  readonly firstStep: Step;
  readonly lastStep: Step;
}

export interface WritesToOptions {
  readonly send: (params: OverwritesParams) => Promise<readonly Overwrite[]>;
  readonly failed: (message: string) => void;
}

/** Writes of one request. */
const PART = 100;
/** Most writes that are kept: at the other end as many go as come. */
const MOST = 600;

/** Changes when writes come. */
export class WritesTo extends Changing {
  /** The newest first; null before the first ones have arrived. */
  entries: readonly Overwrite[] | null = null;
  /** There may be older ones, and newer ones. */
  hasOlder = false;
  hasNewer = false;
  private asked: WantedWrites | undefined;
  /** Counts the windows: an answer for an earlier one is dropped. */
  private generation = 0;
  private inFlight = false;
  /** Another step was to be shown, or there are more of them, since the question under way. */
  private isBehind = false;

  constructor(private readonly options: WritesToOptions) {
    super();
  }

  /** Shows the writes around a step; those that are here stay, if the step is among them. While an answer is on its way others wait. */
  show(wanted: WantedWrites): void {
    const before = this.asked;
    this.asked = wanted;
    if (!before || !isSame(before, wanted)) {
      this.entries = null;
      void this.open(wanted);
      return;
    }
    const isLonger = wanted.lastStep > before.lastStep;
    const isElsewhere = wanted.step !== before.step;
    if (isLonger) this.hasNewer = true;
    if (this.inFlight) this.isBehind ||= isLonger || isElsewhere;
    else if (isElsewhere && !this.isInWindow(wanted.step)) void this.open(wanted);
    else if (isLonger && wanted.step > (this.entries?.[0]?.write.step ?? 0)) this.newer();
  }

  /** Asks for older ones. */
  older(): void {
    const oldest = this.entries?.at(-1)?.write.step;
    // Each write is a step of its own, so the older ones are those up to the step before.
    if (oldest === undefined || !this.hasOlder || oldest <= (this.asked?.firstStep ?? 0)) return;
    void this.extend(step(oldest - 1), 'previous');
  }

  /** Asks for newer ones. */
  newer(): void {
    const newest = this.entries?.[0]?.write.step ?? this.asked?.step;
    if (newest !== undefined && this.hasNewer) void this.extend(newest, 'next');
  }

  clear(): void {
    this.generation++;
    this.inFlight = false;
    this.isBehind = false;
    this.asked = undefined;
    this.entries = null;
    this.hasOlder = false;
    this.hasNewer = false;
  }

  /** Whether all writes near a step are here: what lies before and behind it is, or there is nothing. */
  private isInWindow(at: Step): boolean {
    const { entries } = this;
    if (!entries) return false;
    const [newest, oldest] = [entries[0], entries.at(-1)];
    return (
      (!this.hasNewer || (newest !== undefined && at <= newest.write.step)) &&
      (!this.hasOlder || (oldest !== undefined && at >= oldest.write.step))
    );
  }

  /** Begins with the writes around a step. */
  private async open({ runId, address, length, step: at, lastStep }: WantedWrites): Promise<void> {
    const bytes = { runId, address, length, step: at, count: PART };
    await this.ask(async () => {
      const { send } = this.options;
      const answers = [send({ ...bytes, direction: 'previous' }), send({ ...bytes, direction: 'next' })] as const;
      const [older, newer] = await Promise.all(answers);
      return () => {
        this.entries = [...newer.toReversed(), ...older];
        this.hasOlder = older.length === PART;
        this.hasNewer = newer.length === PART || this.isLongerThan(lastStep);
      };
    });
  }

  private async extend(at: Step, direction: Direction): Promise<void> {
    const { asked } = this;
    if (!asked || this.inFlight) return;
    const { runId, address, length, lastStep } = asked;
    await this.ask(async () => {
      const writes = await this.options.send({ runId, address, length, step: at, count: PART, direction });
      return () => this.take(writes, direction, lastStep);
    });
  }

  /** @param lastStep where the recording ended when they were asked for */
  private take(writes: readonly Overwrite[], direction: Direction, lastStep: Step): void {
    const { entries } = this;
    const isNewer = direction === 'next';
    const all = isNewer ? [...writes.toReversed(), ...(entries ?? [])] : [...(entries ?? []), ...writes];
    this.entries = isNewer ? all.slice(0, MOST) : all.slice(-MOST);
    const isCut = all.length > MOST;
    if (isNewer) this.hasNewer = writes.length === PART || this.isLongerThan(lastStep);
    else this.hasOlder = writes.length === PART;
    if (isCut && isNewer) this.hasOlder = true;
    if (isCut && !isNewer) this.hasNewer = true;
  }

  private isLongerThan(lastStep: Step): boolean {
    return (this.asked?.lastStep ?? 0) > lastStep;
  }

  private async ask(question: () => Promise<() => void>): Promise<void> {
    const generation = ++this.generation;
    this.inFlight = true;
    this.isBehind = false;
    try {
      const take = await question();
      if (generation !== this.generation) return;
      this.inFlight = false;
      take();
      this.changed();
      const { asked } = this;
      if (this.isBehind && asked && !this.isInWindow(asked.step)) void this.open(asked);
    } catch (error) {
      if (generation !== this.generation) return;
      this.inFlight = false;
      this.options.failed(messageOf(error));
    }
  }
}

const isSame = (a: Bytes, b: Bytes): boolean => a.runId === b.runId && a.address === b.address && a.length === b.length;
