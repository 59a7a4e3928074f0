// A program that is recorded: its thread, and the thread that keeps the recording. The program's output and its exit code are
// the process's own affair; here is what came of its module.
import { join } from 'node:path';
import { inspect } from 'node:util';
import { MessageChannel, type MessagePort, receiveMessageOnPort, SHARE_ENV, Worker } from 'node:worker_threads';
import { now } from '../../platform/clock.ts';
import { type Thread, threadOf } from '../../platform/threads.ts';
import { EVERY_CALL } from '../../protocol/call.ts';
import { InstanceNames } from '../../protocol/instanceNames.ts';
import type { Problem } from '../../protocol/problem.ts';
import type { RunSnapshot } from '../../protocol/run.ts';
import { messageOf } from '../../protocol/text.ts';
import type { TellWork } from '../../protocol/work.ts';
import { guestRan } from '../../wire/guestTime.ts';
import { RecordedThread } from '../client/recordedThread.ts';
import type { CancelEffect, Recording, Subscription } from '../client/run.ts';
import type { ServableRun } from '../client/runServer.ts';
import { RunState } from '../client/runState.ts';
import { cancelled, trapProblem } from '../problems.ts';
import { ProcessServer } from './processApi.ts';
import type { ProgramEvent, ProgramRequest } from './programRequest.ts';
import { newSwitch } from './recordedPart.ts';

/**
 * Stack of the program's thread. A thread of Node's has four times what a process has, in which recursion without an end would be another
 * one: with this, JavaScript gets a fourteenth more than in a process, and recorded functions, whose frames may be a word larger, as deep or a twentieth less.
 */
const STACK_MIB = 1.235;

export interface ProgramToRecord {
  /** Path of the program's script: an absolute one. */
  readonly script: string;
  readonly args: readonly string[];
  readonly record: ProgramRequest['record'];
  readonly moduleName: ProgramRequest['moduleName'];
  readonly memoryNumber: ProgramRequest['memoryNumber'];
  readonly part: Omit<ProgramRequest['part'], 'isOn'>;
  /** Whether nothing is recorded until that is switched on. */
  readonly paused: boolean;
  readonly exact: ProgramRequest['exact'];
  readonly allocators: ProgramRequest['allocators'];
  /** Options of Node that the program is to run with, beside those of the environment. */
  readonly nodeOptions: ProgramRequest['nodeOptions'];
  /** Limit of what the recording keeps, in bytes. */
  readonly recordingLimitBytes: number;
  /** Folder of the built worker scripts. */
  readonly workerFolder: string;
}

export interface EndedProgram {
  readonly exitCode: number;
  /** What the program threw and nobody caught, as Node writes it. */
  readonly uncaught: string | null;
  /** Null where no module was recorded. */
  readonly run: RunSnapshot | null;
  /** What the recording does not hold, one sentence each; where there is a run, it has them, too. */
  readonly notes: readonly string[];
}

export class ProgramRun implements ServableRun {
  /** Resolves when the program has ended and all of it is recorded, or its recording is lost. */
  readonly done: Promise<EndedProgram>;
  private readonly thread: RecordedThread<Thread & { readonly worker: Worker }>;
  private readonly events: MessagePort;
  private readonly state = new RunState([], 'the program');
  private readonly notes = new Set<string>();
  private readonly listeners = new Set<() => void>();
  private readonly followers = new Set<TellWork>();
  private readonly process: ProcessServer;
  private uncaught: { readonly error: unknown } | null = null;
  private told: Extract<ProgramEvent, { type: 'uncaught' }> | null = null;
  private isInterrupted = false;
  private readonly isOn: ProgramRequest['part']['isOn'];
  private isOver = false;

  constructor({ script, args, recordingLimitBytes, workerFolder, ...options }: ProgramToRecord) {
    const { record, moduleName, memoryNumber, paused, exact, allocators, nodeOptions } = options;
    this.isOn = newSwitch(!paused);
    const part = { ...options.part, isOn: this.isOn };
    this.state.paused(paused);
    this.state.apply({ type: 'running' }); // a program runs from its beginning on
    const { port1, port2 } = new MessageChannel();
    this.events = port2;
    this.process = new ProcessServer(message => port2.postMessage(message));
    this.thread = new RecordedThread({
      state: this.state,
      recordingLimitBytes,
      workerFolder,
      changed: () => this.changed(),
      tellWork: work => {
        for (const tell of this.followers) tell(work);
      },
      outliveRecording: true,
      start: wire => {
        const make = (execArgv: readonly string[]): Worker =>
          new Worker(script, {
            argv: [...args],
            execArgv: [...execArgv, '--require', join(workerFolder, 'program.js')],
            env: SHARE_ENV, // it is the process's own: where TZ is set, times are of that zone
            stdin: true, // else Node ends the thread's own, which the program has not
            resourceLimits: { stackSizeMb: STACK_MIB },
            workerData: {
              wasmSharedMemoryProgram: true,
              record,
              moduleName,
              memoryNumber,
              part,
              exact,
              allocators,
              nodeOptions,
              events: port1,
              wire,
            } satisfies ProgramRequest,
            transferList: [port1, wire.port],
            name: 'program',
          });
        const worker = withOptions(make, nodeOptions);
        return { ...threadOf(worker), worker };
      },
    });
    const { worker } = this.thread.guests;
    // The preloaded script is built from the same sources, so these are ProgramEvents.
    this.events.on('message', (event: ProgramEvent) => this.receive(event));
    worker.on('error', error => {
      this.uncaught = { error };
    });
    this.done = new Promise((resolve, reject) => {
      worker.on('exit', exitCode => void this.ended(exitCode).then(resolve, reject));
    });
  }

  get snapshot(): RunSnapshot {
    return this.state.snapshot;
  }

  get recording(): Recording | null {
    return this.thread.startedRecording;
  }

  onDidChange(listener: () => void): Subscription {
    this.listeners.add(listener);
    return { dispose: () => this.listeners.delete(listener) };
  }

  /** @param tell told how far it is, where the program has ended and its recording has not, or that is written */
  followWork(tell: TellWork): void {
    this.followers.add(tell);
  }

  /** Whether the program handles a signal itself, which it is then told of. */
  handles(signal: NodeJS.Signals): boolean {
    return !this.isOver && this.process.handles(signal);
  }

  /** Ends the program; what it did until then stays. Where it has ended already, what is not recorded yet is left out. */
  interrupt(): CancelEffect {
    const effect = this.thread.end();
    if (effect === 'ends-guest') this.isInterrupted = true;
    return effect;
  }

  /**
   * Switches recording off, or on again, from the next call on: the program's thread looks there, whatever it is at.
   * @returns false where the program has ended
   */
  setPaused(paused: boolean): boolean {
    if (this.isOver) return false;
    Atomics.store(this.isOn, 0, paused ? 0 : 1);
    this.state.paused(paused);
    this.changed();
    return true;
  }

  /** The recording as a file's bytes. */
  exportFile(): Promise<Uint8Array> {
    if (!this.thread.startedRecording) throw new RangeError('nothing was recorded');
    return this.thread.startedRecording.exportFile();
  }

  dispose(): void {
    this.process.dispose();
    this.events.close();
    this.thread.dispose();
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }

  private receive(event: ProgramEvent): void {
    switch (event.type) {
      case 'modules':
        this.state.apply(event);
        void this.thread.recording; // a program without a module needs none
        this.changed();
        break;
      case 'note':
        this.notes.add(event.text);
        break;
      case 'uncaught':
        this.told = event;
        break;
      case 'recordingFirst':
        void this.thread.recording;
        Atomics.store(event.isThere, 0, 1);
        Atomics.notify(event.isThere, 0);
        break;
      default:
        this.process.receive(event);
    }
  }

  private async ended(exitCode: number): Promise<EndedProgram> {
    this.isOver = true;
    // What the thread said last may still be on its way.
    for (let next = receiveMessageOnPort(this.events); next; next = receiveMessageOnPort(this.events))
      this.receive(next.message);
    this.process.dispose();
    const run = await this.settle().catch(error => {
      this.notes.add(`The recording is lost, and the program was not held up: ${messageOf(error)}`);
      return null;
    });
    const uncaught = this.uncaught && this.textOf(this.uncaught.error);
    return { exitCode, uncaught, run, notes: [...this.notes] };
  }

  /** Who was to deal with what was thrown may have thrown something else. */
  private textOf(error: unknown): string {
    // Of what can't be sent, Node sends what it writes of it.
    const isTold = this.told?.message === messageOf(error) || this.told?.text === error;
    return (isTold ? this.told?.text : null) ?? inspect(error);
  }

  /** The trap that nobody caught, where the program ended by one of a recorded call. */
  private async endingTrap(): Promise<Problem | null> {
    const { recording, told, uncaught } = this;
    if (!recording || !uncaught || !told?.isTrap || told.message !== messageOf(uncaught.error)) return null;
    const filter = { ...EVERY_CALL, trapped: true };
    const { total } = await recording.ask('calls', { from: 0, count: 0, filter });
    const { calls } = await recording.ask('calls', { from: Math.max(0, total - 1), count: 1, filter });
    const [last] = calls; // it began last: the innermost of those that the trap went through
    if (last?.trap?.message !== told.message) return null;
    const on = InstanceNames.of(this.snapshot).name(last.instance);
    return trapProblem(`Call ${last.index}, ${last.function} on ${on},`, last.trap);
  }

  /** All that the program sent is recorded before the run counts as ended. */
  private async settle(): Promise<RunSnapshot | null> {
    if (!this.thread.startedRecording) return null;
    this.state.note([...this.notes]);
    if (this.isInterrupted) {
      const { callMs } = guestRan(this.thread.time, now());
      await this.thread.recordStop({ status: 'cancelled', problem: cancelled }, callMs * 1e6);
    } else {
      await this.thread.settle();
      const problem = await this.endingTrap();
      this.state.end({ status: problem ? 'trapped' : 'completed', problem, actual: null });
    }
    return this.state.snapshot.initialMemoryBytes === null ? null : this.state.snapshot;
  }
}

/** A thread takes no options that are the whole process's, which it has already: Node's message names them. */
function withOptions(make: (execArgv: readonly string[]) => Worker, options: readonly string[]): Worker {
  try {
    return make(options);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_INVALID_EXEC_ARGV')) throw error;
    const { message } = error;
    const taken = options.filter(option => !message.includes(option));
    return make(taken);
  }
}
