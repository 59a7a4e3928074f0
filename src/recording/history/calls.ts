// Which steps and accesses belong to which call.

/** A call's place in the recording. Call 0 is the making of the instances. */
export interface CallSpan {
  readonly call: number;
  /** Memory before the call is memory at this step … */
  readonly stepBefore: number;
  /** … and memory after it at this one: the step of its last write, or `stepBefore` where it wrote nothing. */
  readonly lastStep: number;
  /** Numbers of its accesses: `firstAccess` … `endAccess − 1`. */
  readonly firstAccess: number;
  readonly endAccess: number;
  readonly ended: boolean;
}

export class Calls {
  private readonly stepsBefore: number[] = [];
  private readonly firstAccesses: number[] = [];
  private readonly lastSteps: number[] = [];
  private readonly endAccesses: number[] = [];

  get count(): number {
    return this.stepsBefore.length;
  }

  get isUnderWay(): boolean {
    return this.lastSteps.length < this.stepsBefore.length;
  }

  /** @returns number of the call */
  begin(step: number, access: number): number {
    if (this.isUnderWay) throw new RangeError(`call ${this.count - 1} has not ended`);
    this.firstAccesses.push(access);
    return this.stepsBefore.push(step) - 1;
  }

  end(step: number, access: number): void {
    if (!this.isUnderWay) throw new RangeError('no call is under way');
    this.lastSteps.push(step);
    this.endAccesses.push(access);
  }

  /** Takes over the calls of another recording, of which the last may be under way. */
  restore(spans: readonly CallSpan[]): void {
    for (const span of spans) {
      this.begin(span.stepBefore, span.firstAccess);
      if (span.ended) this.end(span.lastStep, span.endAccess);
    }
  }

  /**
   * @param step, access where the recording is now, which is how far a call under way got
   * @throws RangeError for a call that was not made
   */
  span(call: number, step: number, access: number): CallSpan {
    if (!(Number.isInteger(call) && call >= 0 && call < this.count))
      throw new RangeError(`there is no call ${call}: the recording has ${this.count} calls, counted from 0`);
    return {
      call,
      stepBefore: this.stepsBefore[call],
      lastStep: this.lastSteps[call] ?? step,
      firstAccess: this.firstAccesses[call],
      endAccess: this.endAccesses[call] ?? access,
      ended: call < this.lastSteps.length,
    };
  }

  /** The call that an access belongs to; null for one between two calls. */
  ofAccess(access: number): number | null {
    const call = lastAtMost(this.firstAccesses, access);
    if (call < 0 || access >= (this.endAccesses[call] ?? Number.POSITIVE_INFINITY)) return null;
    return call;
  }

  /** The call that wrote the last step up to `step`; null where that was written between two calls. */
  ofStep(step: number): number | null {
    // Calls that wrote nothing end where they begin: the one that made the step begins before it.
    const call = lastAtMost(this.stepsBefore, step - 1);
    if (call < 0 || step > (this.lastSteps[call] ?? Number.POSITIVE_INFINITY)) return null;
    return call;
  }
}

/** Index of the last of ascending values that is at most `value`; -1 where none is. */
export function lastAtMost(ascending: readonly number[], value: number): number {
  let low = -1;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (ascending[middle] <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
