// Stacks of guests that may be suspended (JavaScript Promise Integration). Each is a thread of the recording: what one does while another
// waits belongs to its own calls.
import { THREADS } from '../../recording/history/accessors.ts';
import { NO_FRAME } from '../../wasm/record/entries.ts';
import type { Place, RecordingOutlet } from '../../wire/recordingOutlet.ts';

/** No code of a guest is under way. */
export const OUTSIDE: Place = { thread: 0, frame: NO_FRAME };

/** A call that was made by `WebAssembly.promising`. */
export interface Fiber {
  readonly thread: number;
  /** Imports that it waits for. */
  waits: number;
}

export class Fibers {
  private readonly byThread = new Map<number, Fiber>();
  private readonly waiting = new Map<number, Place>();
  private tokens = 0;

  /** @param isInImport whether a thread's code is in a host function that it called */
  constructor(
    private readonly outlet: RecordingOutlet,
    private readonly isInImport: (thread: number) => boolean,
  ) {}

  /** Code of another place runs next. */
  goTo(place: Place): void {
    this.outlet.goTo(place, this.hasTrapped());
  }

  /** Whether the code that ran last is in a fiber that neither waits nor has come back: it has trapped. Nobody can say where, once other code runs. */
  hasTrapped(): boolean {
    const { thread, frame } = this.outlet.place;
    return this.byThread.get(thread)?.waits === 0 && frame !== NO_FRAME && !this.isInImport(thread);
  }

  /** Null where the recording has no more threads. */
  begin(): Fiber | null {
    for (let thread = 1; thread < THREADS; thread++) {
      if (this.byThread.has(thread)) continue;
      const fiber = { thread, waits: 0 };
      this.byThread.set(thread, fiber);
      this.goTo({ thread, frame: NO_FRAME });
      return fiber;
    }
    return null;
  }

  has({ thread }: Fiber): boolean {
    return this.byThread.has(thread);
  }

  end({ thread }: Fiber): void {
    this.byThread.delete(thread);
  }

  /** The guest calls an import that may suspend it. @returns what {@link back} takes */
  leave(): number {
    const place = this.outlet.place;
    const token = ++this.tokens | 0;
    this.waiting.set(token, place);
    const fiber = this.byThread.get(place.thread);
    if (fiber) fiber.waits++;
    return token;
  }

  /** The guest goes on. */
  back(token: number): void {
    const place = this.waiting.get(token);
    if (!place) return;
    this.waiting.delete(token);
    const fiber = this.byThread.get(place.thread);
    this.goTo(place);
    if (fiber) fiber.waits--;
  }
}
