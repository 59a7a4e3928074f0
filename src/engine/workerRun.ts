// A run in a worker of its own: two threads, one that runs guests and can be ended at any moment, one that keeps the recording.
import { join } from 'node:path';
import { MessageChannel, Worker } from 'node:worker_threads';
import type { EngineEvent } from '../protocol/engine.ts';
import type { StoppedMemory } from '../protocol/recording.ts';
import type { Problem, RunSnapshot } from '../protocol/run.ts';
import { cancelled, engineFailure, timedOut } from './problems.ts';
import { RecordingClient } from './recordingClient.ts';
import type { Run, RunRequest, Subscription } from './run.ts';
import { endOf, type Finished, RunState } from './runState.ts';
import type { WorkerRequest } from './workerRequest.ts';

interface Stop {
  readonly status: 'timed-out' | 'cancelled' | 'trapped' | 'rejected';
  readonly problem: Problem;
}

export class WorkerRun implements Run {
  readonly done: Promise<RunSnapshot>;
  readonly recording: RecordingClient;
  private current: RunSnapshot;
  private readonly state: RunState;
  private readonly worker: Worker;
  private readonly listeners = new Set<() => void>();
  private resolveDone: (snapshot: RunSnapshot) => void = () => {};
  /** What the engine said last; null while it has not. */
  private finished: Finished | null = null;
  /** Why the worker is being ended from outside; null while it is not. */
  private stopping: Stop | null = null;
  /** The worker itself failed: not the guest's trap, which is recorded, but a fault of the engine or lack of memory. */
  private failure: Problem | null = null;
  private timer: NodeJS.Timeout | undefined;
  /** Milliseconds of guest time that are left, and when the guest code under way was entered. */
  private timeLeftMs: number;
  private enteredAt: number | null = null;
  private stoppedAfterNs = 0;

  constructor(private readonly request: RunRequest) {
    const { bytes, instances, record, workerFolder } = request;
    this.state = new RunState(instances);
    this.current = this.state.snapshot;
    this.timeLeftMs = request.timeLimitMs;
    this.done = new Promise(resolve => {
      this.resolveDone = resolve;
    });
    const { port1, port2 } = new MessageChannel();
    const backlog = new Int32Array(new SharedArrayBuffer(4));
    this.recording = new RecordingClient(
      workerFolder,
      { kind: 'run', bytes, limitBytes: request.recordingLimitBytes, port: port2, backlog },
      [port2],
      (call, firstStep) => {
        this.state.recorded(call, firstStep);
        this.changed();
      },
      () => this.current,
    );
    const workerData: WorkerRequest = { bytes, instances, record, recording: port1, backlog };
    const path = join(workerFolder, 'worker.js');
    this.worker = new Worker(path, { workerData, transferList: [port1], name: 'wasm-shared-memory' });
    // The worker is built from the same sources, so its messages are EngineEvents.
    this.worker.on('message', (event: EngineEvent) => this.receive(event));
    this.worker.on('error', error => {
      this.failure ??= engineFailure(error.message);
    });
    this.worker.on('exit', () => void this.exited());
  }

  get snapshot(): RunSnapshot {
    return this.current;
  }

  onDidChange(listener: () => void): Subscription {
    this.listeners.add(listener);
    return { dispose: () => this.listeners.delete(listener) };
  }

  cancel(): void {
    this.stop({ status: 'cancelled', problem: cancelled(this.state.activity) });
  }

  dispose(): void {
    this.listeners.clear();
    this.cancel();
    // Nobody asks any more: what is still on its way to the recording, seconds of work maybe, is left.
    this.recording.dispose();
  }

  private receive(event: EngineEvent): void {
    this.countTime(event);
    if (event.type === 'finished') {
      this.finished = event;
      return;
    }
    this.state.apply(event);
    if (event.type !== 'guest-left' && event.type !== 'printed') this.changed();
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
    this.stop({ status: 'timed-out', problem: timedOut(this.request.timeLimitMs / 1000, this.state.activity) });
  }

  private stop(stop: Stop): void {
    if (this.stopping || this.finished || this.state.hasEnded) return;
    this.stopping = stop;
    if (this.enteredAt !== null) this.stoppedAfterNs = (performance.now() - this.enteredAt) * 1e6;
    clearTimeout(this.timer);
    void this.worker.terminate();
  }

  private async exited(): Promise<void> {
    clearTimeout(this.timer);
    try {
      if (this.finished) await this.finish(this.finished);
      else await this.recordStopped(this.stopping ?? this.failed());
    } catch (error) {
      // The recording thread failed or was disposed of: what the engine told remains.
      this.failure ??= engineFailure(error instanceof Error ? error.message : String(error));
      this.state.end({ ...(this.stopping ?? this.failed()), actual: null });
    }
    this.changed();
    this.resolveDone(this.current);
    this.listeners.clear();
  }

  private async finish(finished: Finished): Promise<void> {
    // All calls are recorded before the run counts as ended.
    if (finished.status !== 'rejected') await this.recording.request('settle', null);
    this.state.end(endOf(finished));
  }

  private async recordStopped({ status, problem }: Stop): Promise<void> {
    const memory: StoppedMemory = await this.recording.request('stopped', null);
    this.state.stopped({ status, problem }, memory, this.stoppedAfterNs);
  }

  private failed(): Stop {
    const problem = this.failure ?? engineFailure('the worker ended without a result');
    return { status: this.state.hasModule ? 'trapped' : 'rejected', problem };
  }

  private changed(): void {
    this.current = this.state.snapshot;
    for (const listener of this.listeners) listener();
  }
}
