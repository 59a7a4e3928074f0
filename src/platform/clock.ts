/** Nanoseconds of a clock that all threads share and that never goes back. */
export const now = (): bigint => process.hrtime.bigint();
