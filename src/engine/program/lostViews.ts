// Who of the program wrote to memory by views that growth has since cut off. Nobody sees a write by such a view. But an import that wrote in
// each of its calls, and that is called while the program has no view at all of memory as it is, has written nothing or lost it.
import type { LostViews, Writer } from '../../protocol/lostViews.ts';
import type { ReadBuffers } from './readBuffers.ts';

/** So many calls make a habit: between calls a program may write what one call needs and others do not. */
const LEAST_CALLS: Readonly<Record<Writer['kind'], number>> = { import: 1, export: 2 };

interface Habit {
  readonly by: Writer;
  /** Calls in which the program could write and all of memory was compared, and those of them in which it did. */
  calls: number;
  wrote: number;
  lost: Lost | null;
}

interface Lost {
  /** Calls of the habit, size of the lost views in bytes, and calls without a view since. */
  readonly wrote: number;
  readonly bytes: number;
  missed: number;
  /** Number of missed calls that is told next. */
  next: number;
}

export class LostViewsTeller {
  private readonly habits = new Map<Writer, Habit>();
  private readonly writers = new Map<number, Map<string, Writer>>();

  /** @param tell takes what is lost, and what is not any more */
  constructor(
    private readonly memory: WebAssembly.Memory,
    private readonly buffers: ReadBuffers,
    private readonly tell: (lost: LostViews) => void,
  ) {}

  /** The same one each time. */
  writer(kind: Writer['kind'], instance: number, name: string): Writer {
    const ofInstance = this.writers.get(instance) ?? new Map<string, Writer>();
    this.writers.set(instance, ofInstance);
    const key = kind === 'import' ? `import ${name}` : name;
    const writer = ofInstance.get(key) ?? { kind, instance, name };
    ofInstance.set(key, writer);
    return writer;
  }

  /**
   * A call of an import has returned, or one of an export begins.
   * @param wrote whether the program did: in the import, or before the call; null where not all of memory was compared
   */
  called(by: Writer, wrote: boolean | null): void {
    const habit = this.habits.get(by) ?? { by, calls: 0, wrote: 0, lost: null };
    this.habits.set(by, habit);
    const lostBytes = wrote ? null : this.buffers.lostBytes(this.memory);
    if (lostBytes !== null) {
      this.miss(habit, lostBytes);
      return;
    }
    if (wrote !== null) habit.calls++;
    if (wrote === false) return;
    if (wrote) habit.wrote++;
    const { lost } = habit;
    if (!lost) return;
    // It goes on writing, or may: it had nothing to write in between.
    habit.lost = null;
    this.tellOf(habit, { ...lost, missed: 0 });
  }

  /** The program ends. */
  finish(): void {
    for (const habit of this.habits.values()) if (habit.lost) this.tellOf(habit, habit.lost);
  }

  private miss(habit: Habit, bytes: number): void {
    const { by, calls, wrote } = habit;
    if (wrote < calls || calls < LEAST_CALLS[by.kind]) return;
    habit.lost ??= { wrote, bytes, missed: 0, next: 1 };
    const { lost } = habit;
    if (++lost.missed < lost.next) return;
    lost.next = 2 * lost.missed; // all of them are told at the end, which a program that is killed does not come to
    this.tellOf(habit, lost);
  }

  private tellOf({ by }: Habit, { wrote, missed, bytes }: Lost): void {
    const isReadAgain = this.buffers.lostBytes(this.memory) === null;
    this.tell({ by, wrote, missed, bytes, isReadAgain });
  }
}
