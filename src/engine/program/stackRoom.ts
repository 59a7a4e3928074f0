/** Arguments of a call have a word of 8 bytes each on the stack, also where V8 has optimized it: 80 KiB. V8 and Node need most to tell where an error was thrown. */
const WORDS: readonly number[] = new Array(10_240).fill(0);

const { apply } = Reflect; // the program may put another one in its place
const nothing = (): void => {};

/**
 * Returns where there is stack enough to record a call. Where there is not, the call fails here, as it would a little deeper without a
 * recording, and before anything is told of it: the recorder does not run out of stack in the middle of its own work. Takes microseconds.
 * @throws RangeError by V8
 */
export function needStackRoom(): void {
  apply(nothing, undefined, WORDS);
}
