// Calls between guests and host. While the function that is called runs, the recorder has one frame on the stack, the one that made the call:
// guests and host may call each other thousands of times deep, and a program is to come about as deep as without a recording.
import type { GuestFunction } from './functionWrappers.ts';

/** A call that is about to be made: what was to be done before is done. */
export interface Crossing {
  /** What the function is given. */
  readonly given: readonly unknown[];
  /** It returned. @returns what its caller gets */
  returned(value: unknown): unknown;
  /** It threw, and its caller gets that. */
  threw(thrown: unknown): void;
}

/** Calls a function. @param cross told that it is called, with its arguments */
export function across(to: GuestFunction, cross: (args: readonly unknown[]) => Crossing): GuestFunction {
  return (...args) => {
    const crossing = cross(args);
    let value: unknown;
    try {
      value = to(...crossing.given);
    } catch (thrown) {
      crossing.threw(thrown);
      throw thrown;
    }
    return crossing.returned(value);
  };
}

/** A call of which nothing is told. */
export const untold = (given: readonly unknown[]): Crossing => ({
  given,
  returned: value => value,
  threw: () => {},
});
