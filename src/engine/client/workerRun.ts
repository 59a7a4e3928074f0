// A run in a worker of its own: two threads, one that runs guests and can be ended at any moment, one that keeps the recording.

import { startThread } from '../../platform/threads.ts';
import type { EngineEvent, EngineRequests } from '../../protocol/engine.ts';
import { MessageHandler } from '../../protocol/messageHandler.ts';
import type { Problem } from '../../protocol/problem.ts';
import type { RunSnapshot } from '../../protocol/run.ts';
import { messageOf } from '../../protocol/text.ts';
import type { Address, Step } from '../../protocol/units.ts';
import type { Course } from '../../scenario/scenario.ts';
import { bytesOnTheWay } from '../../wire/backlog.ts';
import type { WorkerRequest } from '../guest/workerRequest.ts';
import { instancesOf } from '../input/guestFile.ts';
import { cancelled, engineFailure, timedOut } from '../problems.ts';
import { GuestClock } from './guestClock.ts';
import { RecordedThread } from './recordedThread.ts';
import type { RecordingClient } from './recordingClient.ts';
import type { CancelEffect, OngoingRun, RunRequest, Subscription } from './run.ts';
import { RunState, type Stop } from './runState.ts';

/** Why memory can't be written to. */
const DOES_NOT_GO_ON = 'The run does not go on: nothing would read what is written to its memory.';

/** How often it is told how far the recording is behind a guest that has ended. */
const TELL_BEHIND_MS = 500;

export class WorkerRun implements OngoingRun {
  readonly done: Promise<RunSnapshot>;
  readonly recording: RecordingClient;
  private current: RunSnapshot;
  private readonly state: RunState;
  private readonly thread: RecordedThread;
  private readonly clock: GuestClock;
  private readonly listeners = new Set<() => void>();
  private resolveDone: (snapshot: RunSnapshot) => void = () => {};
  /** What the engine said last; null while it has not. */
  private finished: Extract<EngineEvent, { type: 'finished' }> | null = null;
  private readonly engine: MessageHandler<EngineRequests, Record<never, never>>;
  /** The worker is gone. */
  private hasExited = false;
  /** Resolves once the last snapshot is there; null before anything has ended. */
  private ending: Promise<void> | null = null;
  /** Why the worker is being ended from outside; null while it is not. */
  private stopping: Stop | null = null;
  /** The worker itself failed: not the guest's trap, which is recorded, but a fault of the engine or lack of memory. */
  private failure: Problem | null = null;

  constructor(request: RunRequest) {
    const { record, state, allocators, recordingLimitBytes, timeLimitMs, workerFolder, spares = null } = request;
    const { goesOn = false } = request;
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
          data: { files, course, record, state, allocators, wire, goesOn } satisfies WorkerRequest,
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
    this.engine = new MessageHandler({}, message => guests.post(message));
    // The worker is built from the same sources: its messages are EngineEvents, and answers of its MessageHandler.
    guests.onMessage(message => {
      if (isEvent(message)) this.receive(message);
      else void this.engine.receive(message);
    });
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
      this.letGo();
      return 'leaves-rest';
    }
    this.stop({ status: 'cancelled', problem: cancelled });
    return 'ends-guest';
  }

  get goesOn(): boolean {
    return this.state.hasEnded && this.finished?.goesOn === true && !this.hasExited;
  }

  async write(address: Address, bytes: Uint8Array<ArrayBuffer>): Promise<Step> {
    if (!this.goesOn) throw new Error(DOES_NOT_GO_ON);
    await this.engine.request('write', { address, bytes });
    await this.thread.catchUp();
    this.changed();
    return this.current.lastStep;
  }

  letGo(): void {
    if (this.finished?.goesOn) this.thread.guests.end();
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
      if (event.goesOn) this.ending = this.end();
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

  /** The worker is gone: with the last call, or with what went on after it. */
  private async exited(): Promise<void> {
    const wentOn = this.goesOn;
    this.hasExited = true;
    this.engine.dispose(DOES_NOT_GO_ON);
    this.ending ??= this.end();
    await this.ending;
    if (wentOn) this.changed();
    this.listeners.clear();
  }

  /** The last call has ended, or guests were ended. */
  private async end(): Promise<void> {
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
  }

  /** The guest has ended, and the recording goes on. */
  private tellBehind(): void {
    this.state.behind(bytesOnTheWay(this.thread.backlog));
    this.changed();
  }

  private async finish(finished: NonNullable<WorkerRun['finished']>): Promise<void> {
    // All calls are recorded before the run counts as ended.
    if (finished.status !== 'rejected') await this.thread.settle(finished.goesOn);
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

const isEvent = (message: unknown): message is EngineEvent =>
  typeof message === 'object' && message !== null && 'type' in message;
