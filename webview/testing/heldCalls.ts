// A host that is asked about the calls of a long run. Its answers are held until the test lets them go.
import type { CallFilter, CallRecord, StepCall } from '../../src/protocol/call.ts';
import { step } from '../../src/protocol/units.ts';
import { type CallRequests, LoadedCalls } from '../data/calls.ts';
import type { Run } from '../data/run.ts';
import { settle } from './mount.ts';
import { demoCalls, demoRun } from './syntheticRun.ts';

const [LIKE] = demoCalls(1);

/**
 * A call made up from its index: call i + 1 is of instance i mod 3 and makes step i + 1; each thousandth is of `grow`, and all
 * others are of `store`.
 */
export function madeCall(index: number): CallRecord {
  if (!LIKE) throw new Error('the demo has no calls');
  return {
    ...LIKE,
    index,
    instance: (index - 1) % 3,
    function: index % 1000 === 0 ? 'grow' : 'store',
    stepBefore: step(index - 1),
    step: step(index),
  };
}

const NO_TOTALS = { function: '', calls: 0, trapped: 0, steps: 0, bytesChanged: 0, durationNs: null };

export class HeldCalls implements CallRequests {
  /** What was asked, in the order in which it was. */
  readonly asked: string[] = [];
  /** Messages that were told. */
  readonly failures: string[] = [];
  private held: { readonly answer: () => void; readonly fail: (error: Error) => void }[] = [];
  private readonly indices = new Map<string, readonly number[]>();

  /** @param count how many calls there are */
  constructor(public count: number) {}

  readonly calls: CallRequests['calls'] = (from, count, filter) =>
    this.hold(`calls ${from} ${count}${filterText(filter)}`, () => {
      const indices = this.passing(filter);
      return { total: indices.length, calls: indices.slice(from, from + count).map(madeCall) };
    });

  /** Nothing happens beside the calls. */
  readonly traceRows: CallRequests['traceRows'] = (from, count, filter) =>
    this.hold(`rows ${from} ${count}${filterText(filter)}`, () => {
      const indices = this.passing(filter);
      const rows = indices
        .slice(from, from + count)
        .map(index => ({ kind: 'call', call: madeCall(index), addresses: [] }) as const);
      return { total: indices.length, rows };
    });

  readonly traceRowsBefore: CallRequests['traceRowsBefore'] = (anchor, filter) =>
    this.hold(`rowsBefore ${Object.values(anchor).join(' ')}${filterText(filter)}`, () => {
      // Call i + 1 makes step i + 1.
      const call = anchor.kind === 'call' ? anchor.call : anchor.step;
      return this.passing(filter).filter(of => of < call).length;
    });

  readonly callsBefore: CallRequests['callsBefore'] = (call, filter) =>
    this.hold(`callsBefore ${call}${filterText(filter)}`, () => this.passing(filter).filter(of => of < call).length);

  readonly callTotals: CallRequests['callTotals'] = filter =>
    this.hold(`callTotals${filterText(filter)}`, () => ({ ...NO_TOTALS, calls: this.passing(filter).length }));

  readonly callTimeline: CallRequests['callTimeline'] = ({ axis }) =>
    this.hold(`callTimeline ${axis}`, () => ({ extent: { from: 0, to: 0 }, untimed: 0, blocks: [], growths: [] }));

  readonly callGroups: CallRequests['callGroups'] = ({ by }) =>
    this.hold(`callGroups ${by}`, () => ({ total: 0, groups: [] }));

  readonly callSample: CallRequests['callSample'] = columns =>
    this.hold(`callSample ${columns}`, () =>
      Array.from({ length: columns }, (_, column) => madeCall(Math.floor((column * this.count) / columns) + 1)),
    );

  readonly callOfStep: CallRequests['callOfStep'] = at =>
    this.hold(
      `callOfStep ${at}`,
      (): StepCall => ({
        call: at === 0 || at > this.count ? null : madeCall(at),
        endedBefore: Math.min(Math.max(0, at - 1), this.count),
        ended: Math.min(at, this.count),
      }),
    );

  readonly failed = (message: string): void => void this.failures.push(message);

  /** Answers what was asked until now. */
  async arrive(): Promise<void> {
    for (const { answer } of this.held.splice(0)) answer();
    await settle();
  }

  /** Fails what was asked until now. */
  async fail(message: string): Promise<void> {
    for (const { fail } of this.held.splice(0)) fail(new Error(message));
    await settle();
  }

  private hold<Answer>(asked: string, answer: () => Answer): Promise<Answer> {
    this.asked.push(asked);
    return new Promise((resolve, reject) => this.held.push({ answer: () => resolve(answer()), fail: reject }));
  }

  private passing(filter: CallFilter): readonly number[] {
    const key = `${this.count}${filterText(filter)}`;
    const known = this.indices.get(key);
    if (known) return known;
    const all = Array.from({ length: this.count }, (_, i) => i + 1);
    const passing = all.filter(index => {
      const { instance, function: name } = madeCall(index);
      return (filter.instance === null || filter.instance === instance) && name.includes(filter.text);
    });
    this.indices.set(key, passing);
    return passing;
  }
}

function filterText({ instance, text }: CallFilter): string {
  return [instance === null ? '' : ` #${instance}`, text && ` ${text}`].join('');
}

/** A run of so many calls, none of which is here yet. */
export function heldRun(count: number): {
  readonly host: HeldCalls;
  readonly run: Run & { readonly calls: LoadedCalls };
} {
  const host = new HeldCalls(count);
  const calls = new LoadedCalls(host);
  calls.grow(count);
  const run = { ...demoRun(3), calls, callCount: count, lastCall: madeCall(count), lastStep: step(count) };
  return { host, run };
}
