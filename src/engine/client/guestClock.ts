// Counts how long guests run: not while the engine compiles or compares memory, nor while a guest waits for its recording.

export class GuestClock {
  private leftMs: number;
  /** Milliseconds that the guest code under way has run, without the time since `runningSince`. */
  private ranMs = 0;
  private runningSince: number | null = null;
  private inGuest = false;
  private timer: NodeJS.Timeout | undefined;

  /** @param onTimeOut called once guests have run for the limit, in milliseconds */
  constructor(
    limitMs: number,
    private readonly onTimeOut: () => void,
  ) {
    this.leftMs = limitMs;
  }

  /** Milliseconds that the guest code entered last has run. */
  get elapsedMs(): number {
    return this.ranMs + (this.runningSince === null ? 0 : performance.now() - this.runningSince);
  }

  enter(): void {
    this.inGuest = true;
    this.ranMs = 0;
    this.start();
  }

  leave(): void {
    this.stop();
    this.inGuest = false;
  }

  /** The engine waits, be it in guest code or not. */
  wait(): void {
    this.stop();
  }

  goOn(): void {
    if (this.inGuest) this.start();
  }

  /** Ends the counting, and the timer with it. */
  stop(): void {
    clearTimeout(this.timer);
    const ran = this.elapsedMs;
    this.leftMs = Math.max(0, this.leftMs - (ran - this.ranMs));
    this.ranMs = ran;
    this.runningSince = null;
  }

  private start(): void {
    this.runningSince = performance.now();
    this.timer = setTimeout(this.onTimeOut, this.leftMs);
  }
}
