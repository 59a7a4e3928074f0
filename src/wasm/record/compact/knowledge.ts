// What is known at a place in straight code: the values that locals hold, and the values that records before it have written.
// Ways through the code part and meet again, so what was learned on one of them can be taken back.
import type { FunctionCode } from './functionCode.ts';
import { KIND, type SymbolicValues } from './symbolicValues.ts';

/** Nothing is known of what a local holds. */
export const NOT_HELD = -1;

/** More sets of locals than this are not gone through one by one. */
const MAX_SETS = 256;

/** What the trail tells of. */
const CHANGE = { held: 0, captured: 1, setBy: 2 } as const;
/** Numbers of a change in the trail: what it is of, an index, the value before, and the scope before. */
const CHANGE_NUMBERS = 4;

export class Knowledge {
  /** Value by local; it counts where the scope by local is the present one. */
  private held = new Int32Array(1024);
  private heldIn = new Int32Array(1024);
  private trail = new Int32Array(4096);
  /** Numbers in the trail. */
  private trailed = 0;
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
    this.trailed = 0;
    if (locals > this.held.length) {
      this.held = new Int32Array(locals * 2);
      this.heldIn = new Int32Array(locals * 2);
    }
    this.startAfresh();
  }

  /** What was learned in another scope does not count. */
  get scope(): number {
    return this.present;
  }

  /** Changes made so far, for {@link goBack}. */
  get changes(): number {
    return this.trailed;
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
    while (this.trailed > changes) {
      this.trailed -= CHANGE_NUMBERS;
      const at = this.trailed;
      const index = trail[at + 1];
      const valueBefore = trail[at + 2];
      const scopeBefore = trail[at + 3];
      switch (trail[at]) {
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
    this.remember(CHANGE.held, local, this.held[local], this.heldIn[local]);
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
    this.remember(CHANGE.captured, value, 0, capturedIn[value]);
    capturedIn[value] = this.present;
  }

  /** Takes in that an instruction sets a local: the value that it held before can't be taken from it any more. */
  setBy(local: number, instruction: number): void {
    const { kind, a, c } = this.values;
    const before = this.valueOf(local);
    if (before === NOT_HELD || kind[before] !== KIND.local || a[before] !== local || c[before] !== -1) return;
    this.remember(CHANGE.setBy, before, -1, 0);
    c[before] = instruction;
  }

  private remember(what: number, index: number, valueBefore: number, scopeBefore: number): void {
    const at = this.trailed;
    if (at === this.trail.length) {
      const { trail } = this;
      this.trail = new Int32Array(trail.length * 2);
      this.trail.set(trail);
    }
    const { trail } = this;
    trail[at] = what;
    trail[at + 1] = index;
    trail[at + 2] = valueBefore;
    trail[at + 3] = scopeBefore;
    this.trailed = at + CHANGE_NUMBERS;
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
