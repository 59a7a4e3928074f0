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

  constructor(private readonly outlet: RecordingOutlet) {}

  /** Code of another place runs next. */
  goTo(place: Place): void {
    const { thread, frame } = this.outlet.place;
    const fiber = this.byThread.get(thread);
    // It neither waits nor has it come back: it has trapped, and nobody can say where.
    const hasTrapped = fiber?.waits === 0 && frame !== NO_FRAME;
    this.outlet.goTo(place, hasTrapped);
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
