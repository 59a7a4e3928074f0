let read = (): bigint => process.hrtime.bigint();

/** Nanoseconds of a clock that all threads share and that never goes back. */
export const now = (): bigint => read();

/** From now on it is Node's, whatever a program puts in its place: those who test stop the time. */
export function keepClock(): void {
  const { bigint } = process.hrtime;
  read = () => bigint();
}
