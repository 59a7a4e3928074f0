// What is known at a place in straight code: the values that locals hold, and the values that records before it have written.
// Ways through the code part and meet again, so what was learned on one of them can be taken back.
import type { FunctionCode } from './functionCode.ts';
import { KIND, type SymbolicValues } from './symbolicValues.ts';

/** Nothing is known of what a local holds. */
export const NOT_HELD = -1;

/** More sets of locals than this are not gone through one by one. */
const MAX_SETS = 256;

/** What the trail tells of: four numbers each, which are this, an index, the value before, and the scope before. */
const CHANGE = { held: 0, captured: 1, setBy: 2 } as const;

export class Knowledge {
  /** Value by local; it counts where the scope by local is the present one. */
  private readonly held: number[] = [];
  private readonly heldIn: number[] = [];
  private readonly trail: number[] = [];
  private present = 0;
  private scopes = 0;
  /** The scope in which nothing was learned yet. */
  private empty = 0;

  constructor(
    private readonly code: FunctionCode,
    private readonly values: SymbolicValues,
  ) {}

  /** Starts with a function. */
  begin(locals: number): void {
    this.trail.length = 0;
    while (this.held.length < locals) {
      this.held.push(NOT_HELD);
      this.heldIn.push(0);
    }
    this.startAfresh();
  }

  /** What was learned in another scope does not count. */
  get scope(): number {
    return this.present;
  }

  /** Changes made so far, for {@link goBack}. */
  get changes(): number {
    return this.trail.length;
  }

  /** Forgets all, since the code at this place may be reached from elsewhere, or other records may stand before it. */
  startAfresh(): void {
    this.present = ++this.scopes;
    this.empty = this.present;
  }

  get isEmpty(): boolean {
    return this.empty === this.present;
  }

  /** Takes back what was learned since a place in the code. */
  goBack(scope: number, changes: number): void {
    const { trail } = this;
    const { capturedIn, c } = this.values;
    while (trail.length > changes) {
      const scopeBefore = trail.pop() ?? 0;
      const valueBefore = trail.pop() ?? 0;
      const index = trail.pop() ?? 0;
      switch (trail.pop()) {
        case CHANGE.held:
          this.held[index] = valueBefore;
          this.heldIn[index] = scopeBefore;
          break;
        case CHANGE.captured:
          capturedIn[index] = scopeBefore;
          break;
        case CHANGE.setBy:
          c[index] = valueBefore;
          break;
      }
    }
    this.present = scope;
  }

  /** The value that a local holds, or {@link NOT_HELD}. */
  valueOf(local: number): number {
    return this.heldIn[local] === this.present ? this.held[local] : NOT_HELD;
  }

  /** Takes in what a local holds now. */
  hold(local: number, value: number): void {
    this.trail.push(CHANGE.held, local, this.held[local], this.heldIn[local]);
    this.held[local] = value;
    this.heldIn[local] = this.present;
    this.empty = 0;
  }

  /** Whether a record has written the value whole. */
  isCaptured(value: number): boolean {
    return this.values.capturedIn[value] === this.present;
  }

  /** Takes in that a record has it. */
  capture(value: number): void {
    const { capturedIn } = this.values;
    this.empty = 0;
    this.trail.push(CHANGE.captured, value, 0, capturedIn[value]);
    capturedIn[value] = this.present;
  }

  /** Takes in that an instruction sets a local: the value that it held before can't be taken from it any more. */
  setBy(local: number, instruction: number): void {
    const { kind, a, c } = this.values;
    const before = this.valueOf(local);
    if (before === NOT_HELD || kind[before] !== KIND.local || a[before] !== local || c[before] !== -1) return;
    this.trail.push(CHANGE.setBy, before, -1, 0);
    c[before] = instruction;
  }

  /** Forgets what the locals hold that are set in a range of instructions. */
  forgetSets(from: number, to: number): void {
    const { sets, setsBefore, first } = this.code;
    if (this.isEmpty) return;
    if (setsBefore[to] - setsBefore[from] > MAX_SETS) {
      this.startAfresh();
      return;
    }
    for (let i = setsBefore[from]; i < setsBefore[to]; i++) {
      const local = first[sets[i]];
      if (this.valueOf(local) === NOT_HELD) continue;
      this.setBy(local, sets[i]);
      this.hold(local, NOT_HELD);
    }
  }
}
