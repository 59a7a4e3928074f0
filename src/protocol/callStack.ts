// The shadow stack in a call.

/** Addresses at which the stack pointer of the call's instance stood. A stack grows down. */
export interface CallStack {
  /** When the function was entered, when it had ended, and the lowest in between. */
  readonly before: number;
  readonly after: number;
  readonly lowest: number;
  /** The call was made while one of another instance was under way: that instance, and where its stack pointer stood then. */
  readonly outer: { readonly instance: number; readonly pointer: number } | null;
}
