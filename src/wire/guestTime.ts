// How long guests have run, as the thread that runs them notes it and its client reads it: nobody is woken for it.

/**
 * Shared. `ran`: nanoseconds that guests have run; while they run, less the clock's time, so that it is negative and grows with
 * the clock: one word, since its reader may come between any two stores. `ranBeforeCall`: that they had run when the call began.
 */
export type GuestTime = BigInt64Array<SharedArrayBuffer>;

const WORD = { ran: 0, ranBeforeCall: 1 } as const;

export const newGuestTime = (): GuestTime => new BigInt64Array(new SharedArrayBuffer(8 * 2));

/** @param now nanoseconds of the clock that all threads share: more than guests can have run */
export function guestEntered(time: GuestTime, now: bigint): void {
  Atomics.store(time, WORD.ranBeforeCall, time[WORD.ran]);
  guestGoesOn(time, now);
}

/** They have returned, or wait. @returns false where they did not run */
export function guestPaused(time: GuestTime, now: bigint): boolean {
  const ran = time[WORD.ran];
  if (ran >= 0n) return false;
  Atomics.store(time, WORD.ran, ran + now);
  return true;
}

export function guestGoesOn(time: GuestTime, now: bigint): void {
  Atomics.store(time, WORD.ran, time[WORD.ran] - now);
}

/** Milliseconds that guests have run, and that the call entered last has. */
export function guestRan(time: GuestTime, now: bigint): { readonly allMs: number; readonly callMs: number } {
  const noted = Atomics.load(time, WORD.ran);
  const ran = noted < 0n ? noted + now : noted;
  return { allMs: Number(ran) / 1e6, callMs: Number(ran - Atomics.load(time, WORD.ranBeforeCall)) / 1e6 };
}
