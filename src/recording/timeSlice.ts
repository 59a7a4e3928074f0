// How long one answer takes before others may ask: who asks for much gets it in parts.

const SLICE_MS = 50;

/** So much is looked at for one look at the clock, which takes time, too. */
const BETWEEN_LOOKS = 64;

/** Whether there is time to go on. */
export type HasTime = () => boolean;

/** @param looks how often it is asked for one look at the clock */
export function timeSlice(looks = BETWEEN_LOOKS): HasTime {
  const end = performance.now() + SLICE_MS;
  let asked = 0;
  return () => ++asked % looks !== 0 || performance.now() < end;
}
