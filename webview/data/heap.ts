// The blocks of allocators that are live at the shown step. They are asked for while the list is open; while it is closed, only
// whether there are any, and what is left of them at the end.
import type { HeapBlocks, LiveBlock } from '../../src/protocol/heapBlocks.ts';
import type { Params } from '../../src/protocol/queries.ts';
import type { RunSnapshot } from '../../src/protocol/run.ts';
import { isUnderWay } from '../../src/protocol/runStatus.ts';
import { messageOf } from '../../src/protocol/text.ts';
import type { Step } from '../../src/protocol/units.ts';
import { Changing } from './changing.ts';

type HeapParams = { readonly runId: number } & Params<'heapBlocks'>;

export interface HeapOptions {
  readonly send: (params: HeapParams) => Promise<HeapBlocks>;
  readonly failed: (message: string) => void;
}

/** What of a heap is known without its blocks. */
export type HeapTotals = Omit<HeapBlocks, 'blocks' | 'unjudged'>;

type Progress = Pick<RunSnapshot, 'status' | 'record' | 'lastStep' | 'callCount'>;

/** A step, and the key of what is known of it. */
interface Moment {
  readonly step: Step;
  readonly key: string;
}

interface Target {
  readonly runId: number;
  readonly shown: Moment;
  /** Null while the run is under way. */
  readonly end: Moment | null;
  readonly isOpen: boolean;
}

interface Request {
  readonly what: 'blocks' | 'totals';
  readonly moment: Moment;
  readonly from: number;
  readonly count: number;
}

/** Blocks that are shown at first, and how many more each time. */
const PART = 200;

/** Most blocks of one request: the host gives no more. */
const AT_ONCE = 10_000;

/** Least time before a question, in milliseconds: a slider passes hundreds of steps. */
const STILL = 80;

/** While a run goes on, nothing is asked for so many times as long as the last answer took: the recording has more to do than that. */
const REST = 4;

/** Changes when an answer comes. */
export class HeapData extends Changing {
  /** Those of the shown step, or of the one before it while `isBusy`. */
  heap: HeapBlocks | null = null;
  /** Allocators were seen to hand out blocks in this run. */
  hasBlocks = false;
  private target: Target | undefined;
  /** Key of the moment that `heap` is of. */
  private heapKey = '';
  private readonly totals = new Map<string, HeapTotals>();
  /** How many blocks are to be shown. */
  private wanted = PART;
  private inFlight = false;
  /** How long the last answer took, in milliseconds. */
  private took = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** A question about it failed: nothing more is asked of it. */
  private failed: Target | undefined;
  /** Counts the runs: an answer about an earlier one is dropped. */
  private generation = 0;

  constructor(private readonly options: HeapOptions) {
    super();
  }

  /** The blocks of the shown step are not here. */
  get isBusy(): boolean {
    return this.heapKey !== this.target?.shown.key;
  }

  /** The shown step is where the run ended. */
  get isAtEnd(): boolean {
    const { target } = this;
    return target?.end?.step === target?.shown.step && target !== undefined;
  }

  /** What is left when the run has ended; null while that is not known. */
  get left(): HeapTotals | null {
    const end = this.target?.end;
    return (end && this.totals.get(end.key)) ?? null;
  }

  /** The block of a byte at the shown step, of those that are here. */
  blockAt(at: number): LiveBlock | null {
    if (this.isBusy || !this.target?.isOpen) return null;
    return this.heap?.blocks.findLast(block => isIn(block, at)) ?? null;
  }

  /** Says what is shown. */
  show(runId: number, run: Progress, step: Step, isOpen: boolean): void {
    if (run.record === 'calls' || run.status === 'looked-at') return; // no calls of allocators are recorded
    const end = isUnderWay(run) ? null : momentOf(run, run.lastStep);
    const target = { runId, shown: momentOf(run, step), end, isOpen };
    if (this.target && keyOf(this.target) === keyOf(target)) return;
    this.target = target;
    this.schedule();
  }

  /** Asks for more of the blocks. */
  more(): void {
    this.wanted = (this.heap?.blocks.length ?? 0) + PART;
    this.pump();
  }

  /** Begins with another run, or ends: nothing more is asked. */
  clear(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.generation++;
    this.heap = null;
    this.heapKey = '';
    this.hasBlocks = false;
    this.target = undefined;
    this.totals.clear();
    this.wanted = PART;
    this.inFlight = false;
    this.took = 0;
    this.failed = undefined;
  }

  private schedule(): void {
    if (this.inFlight) return;
    // Not put off by each further step: while a run goes on, there is one all the time.
    this.timer ??= setTimeout(
      () => {
        this.timer = undefined;
        this.pump();
      },
      this.target?.end ? STILL : Math.max(STILL, REST * this.took),
    );
  }

  /** Sends one question at a time, always about what is shown then. */
  private pump(): void {
    const { target, generation } = this;
    const request = target && this.next(target);
    if (!request || this.inFlight || target === this.failed) return;
    this.inFlight = true;
    const { moment, from, count } = request;
    const sent = performance.now();
    const isLate = (): boolean => {
      if (generation !== this.generation) return true;
      this.inFlight = false;
      this.took = performance.now() - sent;
      return false;
    };
    this.options.send({ runId: target.runId, step: moment.step, from, count }).then(
      answer => {
        if (isLate()) return;
        this.take(request, answer);
        this.changed();
        this.schedule();
      },
      (error: unknown) => {
        if (isLate()) return;
        this.failed = target;
        this.options.failed(messageOf(error));
        this.schedule();
      },
    );
  }

  private next({ shown, end, isOpen }: Target): Request | null {
    if (isOpen) {
      const here = this.isBusy ? null : this.heap;
      const from = here?.blocks.length ?? 0;
      const upTo = Math.min(this.wanted, here?.total ?? this.wanted);
      if (from < upTo || !here) return { what: 'blocks', moment: shown, from, count: Math.min(AT_ONCE, upTo - from) };
    }
    // The end first: where something is left there, it need not be asked whether there is anything.
    const isAsked = !isOpen && !this.hasBlocks;
    const moment = [end, isAsked ? shown : null].find(each => each !== null && !this.totals.has(each.key));
    return moment ? { what: 'totals', moment, from: 0, count: 0 } : null;
  }

  private take({ what, moment, from }: Request, answer: HeapBlocks): void {
    const { blocks, ...totals } = answer;
    this.totals.set(moment.key, totals);
    this.hasBlocks ||= answer.total > 0;
    if (what === 'totals') return;
    this.heap = from > 0 && this.heap ? { ...answer, blocks: [...this.heap.blocks, ...blocks] } : answer;
    this.heapKey = moment.key;
  }
}

export const isIn = ({ span }: LiveBlock, at: number): boolean => span.address <= at && at < span.address + span.length;

/** While a run goes on, further blocks may be handed out and taken back without a step. */
function momentOf(run: Progress, step: Step): Moment {
  const mayChange = isUnderWay(run) && step >= run.lastStep;
  return { step, key: mayChange ? `${step} in call ${run.callCount}` : `${step}` };
}

const keyOf = ({ runId, shown, end, isOpen }: Target): string => [runId, shown.key, end?.key, isOpen].join();
