// What is wrong with the memory of a run: asked once it has ended, and while it goes on now and then.
import type { Finding } from '../../src/protocol/finding.ts';
import type { RunSnapshot } from '../../src/protocol/run.ts';
import { isUnderWay } from '../../src/protocol/runStatus.ts';
import { messageOf } from '../../src/protocol/text.ts';
import { Changing } from './changing.ts';

export interface FindingsOptions {
  readonly send: (runId: number) => Promise<readonly Finding[]>;
  readonly failed: (message: string) => void;
}

/** How far a run is. */
export type Progress = Pick<RunSnapshot, 'status' | 'callCount' | 'lastStep'>;

interface Target extends Progress {
  readonly runId: number;
}

/** Least time between two questions while a run goes on, or somebody writes to its memory after it, in milliseconds: the answer takes a look at the whole recording. */
const INTERVAL = 1000;

/** After an answer nothing is asked for so many times as long as it took: the recording has more to do than that. */
const REST = 4;

const NONE: readonly Finding[] = [];

/** Changes when an answer comes. */
export class Findings extends Changing {
  /** In the order in which they happened; null until the first answer. */
  answer: readonly Finding[] | null = null;
  /** The answer is about all of a run that has ended. */
  isComplete = false;
  private target: Target | undefined;
  /** What the last question was about. */
  private asked: Target | undefined;
  /** When it was sent, as `performance.now()` has it, and when the next one may be. */
  private askedAt = Number.NEGATIVE_INFINITY;
  private nextAt = Number.NEGATIVE_INFINITY;
  private inFlight = false;
  /** Counts the runs: an answer about an earlier one is dropped. */
  private generation = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: FindingsOptions) {
    super();
  }

  /** Those that are known. */
  get known(): readonly Finding[] {
    return this.answer ?? NONE;
  }

  /** Begins with another run, or ends: nothing more is asked. */
  clear(): void {
    clearTimeout(this.timer);
    this.generation++;
    this.answer = null;
    this.isComplete = false;
    this.target = undefined;
    this.asked = undefined;
    this.nextAt = Number.NEGATIVE_INFINITY;
    this.inFlight = false;
  }

  /** Takes how far the run is. Of a file that nothing ran of there is nothing to ask. */
  follow(runId: number, { status, callCount, lastStep }: Progress): void {
    if (status === 'starting' || status === 'rejected' || status === 'looked-at') return;
    this.target = { runId, status, callCount, lastStep };
    this.pump();
  }

  /** Sends one question at a time: no answer overtakes a newer one. */
  private pump(): void {
    const { target, generation } = this;
    if (!target || this.inFlight || (this.asked && isSame(target, this.asked))) return;
    clearTimeout(this.timer);
    const wait = isUnderWay(target) || this.isComplete ? this.nextAt - performance.now() : 0;
    if (wait > 0) {
      this.timer = setTimeout(() => this.pump(), wait);
      return;
    }
    this.inFlight = true;
    this.asked = target;
    this.askedAt = performance.now();
    this.options.send(target.runId).then(
      answer => {
        if (generation !== this.generation) return;
        this.rest();
        this.answer = answer;
        this.isComplete = !isUnderWay(target);
        this.changed();
        this.pump();
      },
      (error: unknown) => {
        if (generation !== this.generation) return;
        this.rest();
        this.options.failed(messageOf(error));
        this.pump();
      },
    );
  }

  private rest(): void {
    const now = performance.now();
    this.inFlight = false;
    this.nextAt = Math.max(this.askedAt + INTERVAL, now + REST * (now - this.askedAt));
  }
}

const isSame = (a: Target, b: Target): boolean =>
  a.runId === b.runId && a.status === b.status && a.callCount === b.callCount && a.lastStep === b.lastStep;

/** Whether two answers tell of the same finding: its count may have grown. */
export function isSameFinding(a: Finding, b: Finding | null): boolean {
  return (
    b !== null && a.kind === b.kind && a.step === b.step && a.call === b.call && a.range?.address === b.range?.address
  );
}

/** Calls that have findings, ascending by their indices. */
export function foundCalls(findings: readonly Finding[]): readonly number[] {
  return [...findingsByCall(findings).keys()].sort((a, b) => a - b);
}

/** The findings of each call that has some, by its index. */
export function findingsByCall(findings: readonly Finding[]): ReadonlyMap<number, readonly Finding[]> {
  const found = new Map<number, readonly Finding[]>();
  for (const finding of findings) {
    if (finding.call !== null) found.set(finding.call, [...(found.get(finding.call) ?? []), finding]);
  }
  return found;
}
