// A run in a worker of its own: two threads, one that runs guests and can be ended at any moment, one that keeps the recording.
import { join } from 'node:path';
import { MessageChannel, Worker } from 'node:worker_threads';
import type { EngineEvent } from '../../protocol/engine.ts';
import { BACKLOG, newBacklog, type StoppedMemory } from '../../protocol/recording.ts';
import type { Problem, RunSnapshot } from '../../protocol/run.ts';
import type { WorkerRequest } from '../guest/workerRequest.ts';
import { cancelled, engineFailure, timedOut } from '../problems.ts';
import { GuestClock } from './guestClock.ts';
import { RecordingClient } from './recordingClient.ts';
import type { CancelEffect, Run, RunRequest, Subscription } from './run.ts';
import { endOf, type Finished, RunState } from './runState.ts';

/** Events that change nothing that is shown. */
const QUIET: ReadonlySet<EngineEvent['type']> = new Set(['guest-left', 'guest-waits', 'guest-goes-on', 'printed']);

/** How often it is told how far the recording is behind a guest that has ended. */
const TELL_BEHIND_MS = 500;

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
  private readonly clock: GuestClock;
  private readonly backlog = newBacklog();

  constructor(private readonly request: RunRequest) {
    const { bytes, instances, record, workerFolder } = request;
    this.state = new RunState(instances);
    this.current = this.state.snapshot;
    this.clock = new GuestClock(request.timeLimitMs, () => this.timeOut());
    this.done = new Promise(resolve => {
      this.resolveDone = resolve;
    });
    const { port1, port2 } = new MessageChannel();
    const { backlog } = this;
    this.recording = new RecordingClient(
      workerFolder,
      { kind: 'run', bytes, limitBytes: request.recordingLimitBytes, port: port2, backlog },
      [port2],
      news => {
        this.state.recorded(news);
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

  cancel(): CancelEffect {
    if (this.stopping || this.finished) {
      this.recording.leaveRest();
      return 'leaves-rest';
    }
    this.stop({ status: 'cancelled', problem: cancelled(this.state.activity) });
    return 'ends-guest';
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
    if (!QUIET.has(event.type)) this.changed();
  }

  /** The time limit counts while guest code runs, not while the engine compiles or compares memory. */
  private countTime(event: EngineEvent): void {
    if (event.type === 'guest-entered') this.clock.enter();
    else if (event.type === 'guest-left') this.clock.leave();
    else if (event.type === 'guest-waits') this.clock.wait();
    else if (event.type === 'guest-goes-on') this.clock.goOn();
  }

  private timeOut(): void {
    this.stop({ status: 'timed-out', problem: timedOut(this.request.timeLimitMs / 1000, this.state.activity) });
  }

  private stop(stop: Stop): void {
    if (this.stopping || this.finished || this.state.hasEnded) return;
    this.stopping = stop;
    this.clock.stop();
    void this.worker.terminate();
  }

  private async exited(): Promise<void> {
    this.clock.stop();
    const behind = setInterval(() => this.tellBehind(), TELL_BEHIND_MS);
    try {
      if (this.finished) await this.finish(this.finished);
      else await this.recordStopped(this.stopping ?? this.failed());
    } catch (error) {
      // The recording thread failed or was disposed of: what the engine told remains.
      this.failure ??= engineFailure(error instanceof Error ? error.message : String(error));
      this.state.end({ ...(this.stopping ?? this.failed()), actual: null });
    } finally {
      clearInterval(behind);
    }
    this.changed();
    this.resolveDone(this.current);
    this.listeners.clear();
  }

  /** The guest has ended, and the recording goes on. */
  private tellBehind(): void {
    this.state.behind(Atomics.load(this.backlog, BACKLOG.bytes));
    this.changed();
  }

  private async finish(finished: Finished): Promise<void> {
    // All calls are recorded before the run counts as ended.
    if (finished.status !== 'rejected') this.state.settled(await this.recording.request('settle', null));
    this.state.end(endOf(finished));
  }

  private async recordStopped({ status, problem }: Stop): Promise<void> {
    const memory: StoppedMemory = await this.recording.request('stopped', null);
    this.state.stopped({ status, problem }, memory, this.clock.elapsedMs * 1e6);
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
