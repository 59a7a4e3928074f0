// What a call of each function does to the log, as far as that is known when its caller is written: of the functions before it
// in the file. A caller is planned again when its records are read, and must then know the same.
import type { FunctionCode } from './functionCode.ts';

/** It writes no record. */
export const WRITES_NOTHING = -1;
/** It may write any number of records without a look at the position. */
export const UNKNOWN_EFFECT = 0x7fff_ffff;

export class CallEffects {
  private readonly told: ReadonlySet<number>;

  /**
   * @param effects by function index
   * @param told functions whose calls are records by themselves
   */
  constructor(
    readonly effects: Int32Array,
    told: readonly number[],
  ) {
    this.told = new Set(told);
  }

  /** @param functions number of functions, the imported ones included */
  static unknown(functions: number, told: readonly number[]): CallEffects {
    return new CallEffects(new Int32Array(functions).fill(UNKNOWN_EFFECT), told);
  }

  /**
   * What a function with index `caller` knows of one that it calls: {@link WRITES_NOTHING}, {@link UNKNOWN_EFFECT}, or how many
   * bytes of records it writes at most behind its last look at the position, if it writes any.
   */
  of(callee: number, caller: number): number {
    return callee < caller ? this.effects[callee] : UNKNOWN_EFFECT;
  }

  set(index: number, effect: number): void {
    if (!this.told.has(index)) this.effects[index] = effect;
  }

  /** Takes in a function that has no accesses to record: what it does is what the functions do that it calls. */
  setByCallees(index: number, code: FunctionCode): void {
    let effect = code.callsAnything ? UNKNOWN_EFFECT : WRITES_NOTHING;
    for (const callee of code.callees) effect = Math.max(effect, this.of(callee, index));
    this.set(index, effect);
  }
}
