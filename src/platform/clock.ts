/** Node's, whatever a recorded program puts in its place: tests stop the time. */
const { bigint } = process.hrtime;

/** Nanoseconds of a clock that all threads share and that never goes back. */
export const now = (): bigint => bigint();
