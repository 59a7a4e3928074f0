// Where ways through a function's code meet: behind blocks. What is known there is what held on every way.
import { OP } from '../../code/instructionCodes.ts';
import { FUNCTION_BLOCK, type FunctionCode } from './functionCode.ts';
import type { Knowledge } from './knowledge.ts';
import { type PositionState, ROOM } from './logPosition.ts';

/** The ways to the ends of the blocks that are open, by the index of the instruction that opened the block. */
export class JoinPoints {
  // Of the start of the block:
  private scope = new Int32Array(1024);
  private changes = new Int32Array(1024);
  /** Index of the instruction up to which the knowledge goes. */
  private from = new Int32Array(1024);
  private roomAtStart = new Uint8Array(1024);
  private unlookedAtStart = new Int32Array(1024);
  private movedAtStart = new Uint8Array(1024);
  // Of all ways to its end so far:
  private room = new Uint8Array(1024);
  private unlooked = new Int32Array(1024);
  private moved = new Uint8Array(1024);
  private reached = new Uint8Array(1024);
  /** Whether records of the start still stand before those to come, with no other code between. */
  private intact = new Uint8Array(1024);

  constructor(
    private readonly code: FunctionCode,
    private readonly knowledge: Knowledge,
  ) {}

  /** Starts with a function. */
  begin(): void {
    const { count } = this.code;
    if (count <= this.scope.length) return;
    const length = count * 2;
    this.scope = new Int32Array(length);
    this.changes = new Int32Array(length);
    this.from = new Int32Array(length);
    this.roomAtStart = new Uint8Array(length);
    this.unlookedAtStart = new Int32Array(length);
    this.movedAtStart = new Uint8Array(length);
    this.room = new Uint8Array(length);
    this.unlooked = new Int32Array(length);
    this.moved = new Uint8Array(length);
    this.reached = new Uint8Array(length);
    this.intact = new Uint8Array(length);
  }

  /**
   * A block begins.
   * @param from index of the instruction behind the straight code that it begins in, whose end the state and the knowledge are of
   */
  open(opener: number, from: number, { room, unlooked, moved }: PositionState): void {
    this.scope[opener] = this.knowledge.scope;
    this.changes[opener] = this.knowledge.changes;
    this.from[opener] = from;
    this.roomAtStart[opener] = room;
    this.unlookedAtStart[opener] = unlooked;
    this.movedAtStart[opener] = moved ? 1 : 0;
    this.room[opener] = ROOM.seen;
    this.unlooked[opener] = 0;
    this.moved[opener] = 0;
    this.reached[opener] = 0;
    this.intact[opener] = 1;
  }

  /** The code may go on behind the block from here. */
  leave(opener: number, { room, unlooked, moved, reached }: PositionState): void {
    if (!reached || opener === FUNCTION_BLOCK || this.code.code[opener] === OP.loop) return;
    this.reached[opener] = 1;
    if (room > this.room[opener]) this.room[opener] = room;
    if (unlooked > this.unlooked[opener]) this.unlooked[opener] = unlooked;
    if (moved) this.moved[opener] = 1;
    if (this.scope[opener] !== this.knowledge.scope) this.intact[opener] = 0;
  }

  /** Goes on with the `else` of an `if`: from its start. */
  startElse(opener: number, state: PositionState): void {
    this.knowledge.goBack(this.scope[opener], this.changes[opener]);
    state.room = this.roomAtStart[opener];
    state.unlooked = this.unlookedAtStart[opener];
    state.moved = this.movedAtStart[opener] === 1;
    state.reached = true;
  }

  /** Goes on behind a block, which ends at an index. */
  join(opener: number, end: number, state: PositionState): void {
    if (this.code.code[opener] === OP.if && !this.code.hasElse[opener]) {
      // Where the condition is false nothing has happened since the start.
      this.reached[opener] = 1;
      this.room[opener] = Math.max(this.room[opener], this.roomAtStart[opener]);
      this.unlooked[opener] = Math.max(this.unlooked[opener], this.unlookedAtStart[opener]);
      this.moved[opener] |= this.movedAtStart[opener];
    }
    state.room = this.room[opener];
    state.unlooked = this.unlooked[opener];
    state.moved = this.moved[opener] === 1;
    state.reached = this.reached[opener] === 1;
    if (state.reached && this.intact[opener]) {
      this.knowledge.goBack(this.scope[opener], this.changes[opener]);
      this.knowledge.forgetSets(this.from[opener], end);
    } else {
      this.knowledge.startAfresh();
    }
  }
}
