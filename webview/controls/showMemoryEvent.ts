/** The user wants to see the memory that a row is about: in a narrow panel it may be out of view. */
export class ShowMemoryEvent extends Event {
  static readonly type = 'show-memory';
  constructor() {
    super(ShowMemoryEvent.type, { bubbles: true, composed: true }); // composed: to the panel, from inside of a section
  }
}
