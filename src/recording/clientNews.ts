// What the recording thread tells its client unasked. A program makes tens of thousands of calls a second, and to wake the
// client takes longer than to record one of them: what there is to tell is collected for a moment.

/** How long news waits for more. */
const COLLECT_MS = 10;

export class ClientNews {
  private timer: ReturnType<typeof setTimeout> | null = null;

  /** @param send tells what there is to be seen now */
  constructor(private readonly send: () => void) {}

  /** There is something new. */
  changed(): void {
    this.timer ??= setTimeout(() => this.tell(), COLLECT_MS);
  }

  /** Tells it at once, before an answer that says that there is no more. */
  tell(): void {
    if (this.timer === null) return;
    clearTimeout(this.timer);
    this.timer = null;
    this.send();
  }
}
