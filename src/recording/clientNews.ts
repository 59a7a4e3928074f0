// What the recording thread tells its client unasked. A program makes tens of thousands of calls a second, and to wake the
// client takes longer than to record one of them: what there is to tell is collected for a moment.
import type { CallEvent, RecordedCall, RecordingNews } from '../protocol/recording.ts';
import type { Step } from '../protocol/units.ts';

/** How long news waits for more. */
const COLLECT_MS = 10;

export class ClientNews {
  private calls: (RecordedCall | null)[] = [];
  private events: CallEvent[] = [];
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly firstStep: () => Step,
    private readonly send: (news: RecordingNews) => void,
  ) {}

  /** A call is recorded; null stands for step 0. */
  recorded(call: RecordedCall | null): void {
    this.calls.push(call);
    this.tellSoon();
  }

  /** What the engine worker has for the client. */
  pass(events: readonly CallEvent[]): void {
    if (events.length === 0) return;
    this.events.push(...events);
    this.tellSoon();
  }

  /** Tells what there is, before an answer that says that there is no more. */
  tell(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    if (this.calls.length === 0 && this.events.length === 0) return;
    this.send({ recorded: this.calls, firstStep: this.firstStep(), events: this.events });
    this.calls = [];
    this.events = [];
  }

  private tellSoon(): void {
    this.timer ??= setTimeout(() => this.tell(), COLLECT_MS);
  }
}
