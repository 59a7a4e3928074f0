// Work that takes long, one piece after the other, on a thread that has requests to answer meanwhile.
import { pause } from '../platform/threads.ts';

/** How long work goes on before requests are looked at, where it pauses that often: a request waits about so long. */
const MAX_BUSY_MS = 20;

export class TaskQueue {
  private last: Promise<unknown> = Promise.resolve();
  private busySince = 0;

  /**
   * Does a task behind all that came before it.
   * @param task yields where it can pause
   * @returns what the task returns; rejects where it or one before it failed
   */
  run<T>(task: Generator<void, T>): Promise<T> {
    const done = this.last.then(() => this.finish(task));
    this.last = done;
    return done;
  }

  /** Resolves once all tasks are done that were given until now. */
  async idle(): Promise<void> {
    await this.last;
  }

  private async finish<T>(task: Generator<void, T>): Promise<T> {
    for (;;) {
      if (performance.now() - this.busySince > MAX_BUSY_MS) {
        await pause();
        this.busySince = performance.now();
      }
      const { done, value } = task.next();
      if (done) return value;
    }
  }
}
