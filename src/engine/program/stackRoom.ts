/** Each call takes its arguments' place on the stack, also where V8 has optimized it: 160 × 64 words of 8 bytes are 80 KiB. V8 and Node need most to tell where an error was thrown. */
const DEPTH = 160;
const WORDS: readonly number[] = Array.from({ length: 64 }, (_, i) => i);

/**
 * Returns where there is stack enough to record a call. Where there is not, the call fails here, as it would a little deeper without a
 * recording, and before anything is told of it: the recorder does not run out of stack in the middle of its own work. Takes microseconds.
 * @throws RangeError by V8
 */
export function needStackRoom(depth = DEPTH, ...words: readonly number[]): number {
  return depth === 0 ? words.length : needStackRoom(depth - 1, ...WORDS);
}
