/** The user wants to rename the function that is called so. */
export class RenameFunctionEvent extends Event {
  static readonly type = 'rename-function';
  constructor(readonly called: string) {
    super(RenameFunctionEvent.type, { bubbles: true, composed: true }); // composed: to the panel, from inside of a section
  }
}
