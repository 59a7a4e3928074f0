// A run in a worker of its own: two threads, one that runs guests and can be ended at any moment, one that keeps the recording.

import { startThread } from '../../platform/threads.ts';
import type { EngineEvent } from '../../protocol/engine.ts';
import type { Problem } from '../../protocol/problem.ts';
import type { RunSnapshot } from '../../protocol/run.ts';
import { messageOf } from '../../protocol/text.ts';
import type { Course } from '../../scenario/scenario.ts';
import { bytesOnTheWay } from '../../wire/backlog.ts';
import type { WorkerRequest } from '../guest/workerRequest.ts';
import { instancesOf } from '../input/guestFile.ts';
import { cancelled, engineFailure, timedOut } from '../problems.ts';
import { GuestClock } from './guestClock.ts';
import { RecordedThread } from './recordedThread.ts';
import type { RecordingClient } from './recordingClient.ts';
import type { CancelEffect, Run, RunRequest, Subscription } from './run.ts';
import { type End, RunState, type Stop } from './runState.ts';

/** How often it is told how far the recording is behind a guest that has ended. */
const TELL_BEHIND_MS = 500;

export class WorkerRun implements Run {
  readonly done: Promise<RunSnapshot>;
  readonly recording: RecordingClient;
  private current: RunSnapshot;
  private readonly state: RunState;
  private readonly thread: RecordedThread;
  private readonly clock: GuestClock;
  private readonly listeners = new Set<() => void>();
  private resolveDone: (snapshot: RunSnapshot) => void = () => {};
  /** What the engine said last; null while it has not. */
  private finished: End | null = null;
  /** Why the worker is being ended from outside; null while it is not. */
  private stopping: Stop | null = null;
  /** The worker itself failed: not the guest's trap, which is recorded, but a fault of the engine or lack of memory. */
  private failure: Problem | null = null;

  constructor(request: RunRequest) {
    const { record, state, allocators, recordingLimitBytes, timeLimitMs, workerFolder, spares = null } = request;
    const { files, instances } = instancesOf(request.files, request.instances);
    const allocates = request.files.length > 1 ? 'in-turn' : (request.allocates ?? 'once');
    const course: Course = { instances, late: request.late ?? 0, allocates };
    this.state = new RunState(instances, null, timeLimitMs / 1000);
    this.current = this.state.snapshot;
    this.done = new Promise(resolve => {
      this.resolveDone = resolve;
    });
    this.thread = new RecordedThread({
      state: this.state,
      outliveRecording: false,
      recordingLimitBytes,
      workerFolder,
      spares,
      changed: () => this.changed(),
      start: wire =>
        startThread({
          folder: workerFolder,
          script: 'worker',
          data: { files, course, record, state, allocators, wire } satisfies WorkerRequest,
          transfer: [wire.port],
          spares,
        }),
    });
    // From the beginning: a guest writes no more than the recording can be behind.
    this.recording = this.thread.recording;
    this.clock = new GuestClock(this.thread.time, timeLimitMs, () =>
      this.stop({ status: 'timed-out', problem: activity => timedOut(timeLimitMs / 1000, activity) }),
    );
    const { guests } = this.thread;
    // The worker is built from the same sources, so its messages are EngineEvents.
    guests.onMessage(event => this.receive(event as EngineEvent));
    guests.onError(reason => {
      this.failure ??= engineFailure(reason);
    });
    guests.onEnd(() => void this.exited());
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
    this.stop({ status: 'cancelled', problem: cancelled });
    return 'ends-guest';
  }

  dispose(): void {
    this.listeners.clear();
    this.cancel();
    // Nobody asks any more: what is still on its way to the recording, seconds of work maybe, is left.
    this.thread.dispose();
  }

  private receive(event: EngineEvent): void {
    if (event.type === 'finished') {
      this.finished = event;
      return;
    }
    this.state.apply(event);
    this.changed();
  }

  private stop(stop: Stop): void {
    if (this.stopping || this.finished || this.state.hasEnded) return;
    this.stopping = stop;
    this.clock.stop();
    this.thread.end();
  }

  private async exited(): Promise<void> {
    this.clock.stop();
    const behind = setInterval(() => this.tellBehind(), TELL_BEHIND_MS);
    try {
      if (this.finished) await this.finish(this.finished);
      else await this.thread.recordStop(this.stopping ?? this.failed(), this.clock.callMs * 1e6);
    } catch (error) {
      // The recording thread failed or was disposed of: what the engine told remains.
      this.failure ??= engineFailure(messageOf(error));
      const { status, problem } = this.stopping ?? this.failed();
      this.state.end({ status, problem: problem('the engine'), actual: null });
    } finally {
      clearInterval(behind);
    }
    this.changed();
    this.resolveDone(this.current);
    this.listeners.clear();
  }

  /** The guest has ended, and the recording goes on. */
  private tellBehind(): void {
    this.state.behind(bytesOnTheWay(this.thread.backlog));
    this.changed();
  }

  private async finish(finished: End): Promise<void> {
    // All calls are recorded before the run counts as ended.
    if (finished.status !== 'rejected') await this.thread.settle();
    this.state.end(finished);
  }

  private failed(): Stop {
    const problem = this.failure ?? engineFailure('the worker ended without a result');
    return { status: this.state.hasModule ? 'trapped' : 'rejected', problem: () => problem };
  }

  private changed(): void {
    this.current = this.state.snapshot;
    for (const listener of this.listeners) listener();
  }
}
