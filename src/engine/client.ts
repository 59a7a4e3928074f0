// The engine's client: what the extension and the terminal use to run guests.
import { Worker } from 'node:worker_threads';
import type { EngineEvent, WorkerRequest } from '../protocol/engine.ts';
import type { LastChange, PageView, Problem, RunSnapshot } from '../protocol/run.ts';
import type { Address, PageIndex, Step } from '../protocol/units.ts';
import { InputError } from './inspect.ts';
import { readStaticMemory } from './lookAt.ts';
import { cancelled, engineFailure, timedOut } from './problems.ts';
import { RunRecorder } from './runRecorder.ts';

export { InputError, inspectModule } from './inspect.ts';

export interface RunRequest {
  readonly bytes: Uint8Array;
  /** Number of instances over the one memory, at least 1. */
  readonly instances: number;
  /** Limit of the time that guests run, in milliseconds. */
  readonly timeLimitMs: number;
  /** Path of the built worker script. */
  readonly workerPath: string;
}

export interface Subscription {
  dispose(): void;
}

/** A run under way or ended, with everything recorded of it. Whoever started it disposes of it. */
export interface Run {
  readonly snapshot: RunSnapshot;
  /** Resolves with the last snapshot, however the run ended; never rejects. */
  readonly done: Promise<RunSnapshot>;
  onDidChange(listener: () => void): Subscription;
  /** Ends the worker; what was recorded until then stays. Does nothing once the run has ended. */
  cancel(): void;
  /** Pages as they were at a step. Throws a RangeError outside `firstStep … lastStep` or outside the memory. */
  readPages(step: Step, pages: readonly PageIndex[]): PageView[];
  lastChange(step: Step, address: Address): LastChange;
  /** Ends the worker and lets go of the memory. */
  dispose(): void;
}

/** Runs a module in a worker of its own. */
export function startRun(request: RunRequest): Run {
  return new WorkerRun(request);
}

/** Reads a file without running anything of it: step 0 holds what its data segments put into memory. */
export function lookAt(bytes: Uint8Array): Run {
  const recorder = new RunRecorder(0);
  try {
    const { summary, changes } = readStaticMemory(bytes);
    recorder.lookedAt(summary, changes);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    recorder.apply({ type: 'finished', status: 'rejected', actual: null, problem: error.problem });
  }
  return new EndedRun(recorder);
}

abstract class RecordedRun {
  private current: RunSnapshot;

  constructor(protected readonly recorder: RunRecorder) {
    this.current = recorder.snapshot();
  }

  get snapshot(): RunSnapshot {
    return this.current;
  }

  protected refresh(): void {
    this.current = this.recorder.snapshot();
  }

  readPages(step: Step, pages: readonly PageIndex[]): PageView[] {
    return this.recorder.readPages(step, pages);
  }

  lastChange(step: Step, address: Address): LastChange {
    return this.recorder.lastChange(step, address);
  }

  dispose(): void {
    this.recorder.dispose();
  }
}

class EndedRun extends RecordedRun implements Run {
  readonly done = Promise.resolve(this.snapshot);

  onDidChange(): Subscription {
    return { dispose() {} }; // it never changes again
  }

  cancel(): void {}
}

class WorkerRun extends RecordedRun implements Run {
  readonly done: Promise<RunSnapshot>;
  private readonly worker: Worker;
  private readonly listeners = new Set<() => void>();
  private resolveDone: (snapshot: RunSnapshot) => void = () => {};
  /** Why the worker is being ended from outside; null while it is not. */
  private stopping: { readonly status: 'timed-out' | 'cancelled'; readonly problem: Problem } | null = null;
  private timer: NodeJS.Timeout | undefined;
  /** Milliseconds of guest time that are left, and when the guest code under way was entered. */
  private timeLeftMs: number;
  private enteredAt: number | null = null;

  constructor(private readonly request: RunRequest) {
    super(new RunRecorder(request.instances));
    this.timeLeftMs = request.timeLimitMs;
    this.done = new Promise(resolve => {
      this.resolveDone = resolve;
    });
    const workerData: WorkerRequest = { bytes: request.bytes, instances: request.instances };
    this.worker = new Worker(request.workerPath, { workerData, name: 'wasm-shared-memory' });
    // The worker is built from the same sources, so its messages are EngineEvents.
    this.worker.on('message', (event: EngineEvent) => this.receive(event));
    this.worker.on('error', error => this.fail(error));
    this.worker.on('exit', () => void this.exited());
  }

  onDidChange(listener: () => void): Subscription {
    this.listeners.add(listener);
    return { dispose: () => this.listeners.delete(listener) };
  }

  cancel(): void {
    this.stop('cancelled', cancelled(this.recorder.activity));
  }

  override dispose(): void {
    this.listeners.clear();
    this.cancel();
    // The recorder still needs the memory until the worker has ended.
    void this.done.then(() => super.dispose());
  }

  private receive(event: EngineEvent): void {
    this.countTime(event);
    this.recorder.apply(event);
    if (event.type !== 'guest-left') this.changed();
  }

  /** The time limit counts while guest code runs, not while the engine compiles or compares memory. */
  private countTime(event: EngineEvent): void {
    if (event.type === 'guest-entered') {
      this.enteredAt = performance.now();
      this.timer = setTimeout(() => this.timeOut(), this.timeLeftMs);
    } else if (event.type === 'guest-left' && this.enteredAt !== null) {
      this.timeLeftMs = Math.max(0, this.timeLeftMs - (performance.now() - this.enteredAt));
      this.enteredAt = null;
      clearTimeout(this.timer);
    }
  }

  private timeOut(): void {
    this.stop('timed-out', timedOut(this.request.timeLimitMs / 1000, this.recorder.activity));
  }

  private stop(status: 'timed-out' | 'cancelled', problem: Problem): void {
    if (this.stopping || this.recorder.hasEnded) return;
    this.stopping = { status, problem };
    if (this.enteredAt !== null) this.recorder.stoppedAfterNs = (performance.now() - this.enteredAt) * 1e6;
    clearTimeout(this.timer);
    void this.worker.terminate();
  }

  /** The worker itself failed: not the guest's trap, which is recorded, but a fault of the engine or lack of memory. */
  private failure: Problem | null = null;

  private fail(error: Error): void {
    this.failure ??= engineFailure(error.message);
  }

  private async exited(): Promise<void> {
    clearTimeout(this.timer);
    if (!this.recorder.hasEnded) {
      const failure = this.failure ?? engineFailure('the worker ended without a result');
      const { status, problem } = this.stopping ?? {
        status: this.recorder.snapshot().module ? ('trapped' as const) : ('rejected' as const),
        problem: failure,
      };
      await this.recordStopped(status, problem);
    }
    this.changed();
    this.resolveDone(this.snapshot);
    this.listeners.clear();
  }

  /** Comparing memory may itself fail for want of memory; what was recorded before stays. */
  private async recordStopped(status: 'timed-out' | 'cancelled' | 'trapped' | 'rejected', problem: Problem) {
    try {
      await this.recorder.stopped(status, problem);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.recorder.apply({ type: 'finished', status: 'trapped', actual: null, problem: engineFailure(reason) });
    }
  }

  private changed(): void {
    this.refresh();
    for (const listener of this.listeners) listener();
  }
}
