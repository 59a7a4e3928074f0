// Ends a run when its guests have run for as long as they may: the time that they note themselves, without the engine's and without
// what they waited for their recording.
import { now } from '../../platform/clock.ts';
import { type GuestTime, guestRan } from '../../wire/guestTime.ts';

export class GuestClock {
  private timer: ReturnType<typeof setTimeout> | null = null;

  /** @param onTimeOut called once guests have run for the limit, in milliseconds */
  constructor(
    private readonly time: GuestTime,
    private readonly limitMs: number,
    private readonly onTimeOut: () => void,
  ) {
    this.wait();
  }

  /** Milliseconds that the guest code entered last has run. */
  get callMs(): number {
    return guestRan(this.time, now()).callMs;
  }

  stop(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  private wait(): void {
    // Timers may be early by less than a millisecond.
    const leftMs = Math.max(1, this.limitMs - guestRan(this.time, now()).allMs);
    this.timer = setTimeout(() => {
      if (guestRan(this.time, now()).allMs >= this.limitMs) this.onTimeOut();
      else this.wait();
    }, leftMs);
  }
}
