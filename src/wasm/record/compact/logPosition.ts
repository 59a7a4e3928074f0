// The position of the log at a place of the code: whether there is room behind it, and whether only the local has it.
import type { Knowledge } from './knowledge.ts';
import type { SegmentWriter } from './segmentWriter.ts';

/** Bytes that code may write between two looks at the position. */
const LOOK_AFTER = 24_576;

/** How much room the log has at a place. */
export const ROOM = {
  /** the position was looked at, on every way here */
  seen: 0,
  /** on some way here it was not since the function began */
  asAtEntry: 1,
  /** on some way here other code may have used it up */
  unknown: 2,
} as const;

/** What holds at a place of the code, on the way by which it was reached. */
export interface PositionState {
  room: number;
  /** Bytes of records since the last look at the position, on the ways with one. */
  unlooked: number;
  /** Whether the position in the local is not yet in the global. */
  moved: boolean;
  /** Whether the place is ever reached. */
  reached: boolean;
}

/** The state on the way under way, and the code that looks at the position, saves it and loads it. */
export class LogPosition {
  readonly state: PositionState = { room: ROOM.seen, unlooked: 0, moved: false, reached: true };

  constructor(
    private readonly out: SegmentWriter,
    private readonly knowledge: Knowledge,
  ) {}

  /** Starts with a function, which has loaded the position. */
  begin(): void {
    this.otherCodeRan(ROOM.asAtEntry);
  }

  /** Sees to it that there is room for records at an index. */
  look(i: number): void {
    if (!this.needsLook) return;
    this.out.copy(i);
    this.out.flushWhenFull();
    this.looked();
    this.knowledge.startAfresh(); // a flush would part the records
  }

  get needsLook(): boolean {
    return this.state.room !== ROOM.seen || this.state.unlooked > LOOK_AFTER;
  }

  looked(): void {
    this.state.room = ROOM.seen;
    this.state.unlooked = 0;
  }

  wrote(bytes: number): void {
    this.state.unlooked += bytes;
    this.state.moved = true;
  }

  /** Before other code runs. */
  save(i: number): void {
    if (!this.state.moved) return;
    this.out.copy(i);
    this.out.save();
    this.state.moved = false;
  }

  /** Behind the instruction before index `i`, which other code ran before. */
  load(i: number): void {
    this.out.copy(i);
    this.out.load();
    this.otherCodeRan(ROOM.unknown);
  }

  private otherCodeRan(room: number): void {
    this.state.room = room;
    this.state.unlooked = 0;
    this.state.moved = false;
    this.state.reached = true;
    this.knowledge.startAfresh();
  }
}
