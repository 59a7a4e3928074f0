// What the grid tells of what its user sees and does.
import type { EditColumn, Typed } from '../session/edits.ts';

/** The bytes `start` … `end` (exclusive) are in view. Dispatched with each painted frame. */
export class ViewEvent extends Event {
  static readonly type = 'view';
  constructor(
    readonly start: number,
    readonly end: number,
  ) {
    super(ViewEvent.type);
  }
}

/** A key that edits. */
export class TypedEvent extends Event {
  static readonly type = 'typed';
  constructor(readonly typed: Typed) {
    super(TypedEvent.type);
  }
}

/** The pointer went down on bytes, or on their characters. */
export class ColumnEvent extends Event {
  static readonly type = 'column';
  constructor(readonly column: EditColumn) {
    super(ColumnEvent.type);
  }
}
