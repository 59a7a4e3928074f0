// A program that is recorded: its thread, and the thread that keeps the recording. The program's output and its exit code are
// the process's own affair; here is what came of its module.
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { newBacklog } from '../../protocol/recording.ts';
import type { RunSnapshot } from '../../protocol/run.ts';
import { RecordingClient } from '../client/recordingClient.ts';
import type { CancelEffect } from '../client/run.ts';
import { RunState } from '../client/runState.ts';
import { cancelled } from '../problems.ts';
import type { ProgramEvent, ProgramRequest } from './programRequest.ts';

export interface ProgramToRecord {
  /** Path of the program's script: an absolute one. */
  readonly script: string;
  readonly args: readonly string[];
  readonly record: ProgramRequest['record'];
  readonly moduleName: ProgramRequest['moduleName'];
  /** Limit of what the recording keeps, in bytes. */
  readonly recordingLimitBytes: number;
  /** Folder of the built worker scripts. */
  readonly workerFolder: string;
}

export interface EndedProgram {
  readonly exitCode: number;
  /** What the program threw and nobody caught. */
  readonly uncaught: { readonly error: unknown } | null;
  /** Null where no module was recorded. */
  readonly run: RunSnapshot | null;
  /** What the recording does not hold, one sentence each. */
  readonly notes: readonly string[];
}

export class ProgramRun {
  /** Resolves when the program has ended and all of it is recorded. Rejects where the recording thread failed. */
  readonly done: Promise<EndedProgram>;
  private readonly worker: Worker;
  private readonly events: MessagePort;
  private readonly toRecord: MessagePort;
  private readonly backlog = newBacklog();
  private readonly state = new RunState(0);
  private readonly notes = new Set<string>();
  private recording: RecordingClient | null = null;
  private uncaught: EndedProgram['uncaught'] = null;
  private isInterrupted = false;
  private hasExited = false;
  /** Where standard input goes; null while the program has not asked for it. */
  private input: Writable | null = null;

  constructor(private readonly program: ProgramToRecord) {
    const { script, args, record, moduleName, workerFolder } = program;
    const events = new MessageChannel();
    const recording = new MessageChannel();
    this.events = events.port2;
    this.toRecord = recording.port2;
    const workerData: ProgramRequest = {
      wasmSharedMemoryProgram: true,
      record,
      moduleName,
      events: events.port1,
      recording: recording.port1,
      backlog: this.backlog,
    };
    this.worker = new Worker(script, {
      argv: [...args],
      execArgv: ['--require', join(workerFolder, 'program.js')],
      stdin: true,
      workerData,
      transferList: [events.port1, recording.port1],
      name: 'program',
    });
    // The preloaded script is built from the same sources, so these are ProgramEvents.
    this.events.on('message', (event: ProgramEvent) => this.receive(event));
    this.worker.on('error', error => {
      this.uncaught = { error };
    });
    this.done = new Promise((resolve, reject) => {
      this.worker.on('exit', exitCode => void this.ended(exitCode).then(resolve, reject));
    });
  }

  /** Ends the program; what it did until then stays. Where it has ended already, what is not recorded yet is left out. */
  interrupt(): CancelEffect {
    if (this.isInterrupted || this.hasExited) {
      this.recording?.leaveRest();
      return 'leaves-rest';
    }
    this.isInterrupted = true;
    void this.worker.terminate();
    return 'ends-guest';
  }

  /** The recording as a file's bytes. */
  exportFile(): Promise<Uint8Array> {
    if (!this.recording) throw new RangeError('nothing was recorded');
    return this.recording.exportFile();
  }

  dispose(): void {
    void this.worker.terminate();
    this.events.close();
    this.recording?.dispose();
  }

  private receive(event: ProgramEvent): void {
    switch (event.type) {
      case 'module-chosen':
        this.startRecording(event.bytes);
        break;
      case 'note':
        this.notes.add(event.text);
        break;
      case 'stdin-wanted':
        this.input = this.worker.stdin;
        if (this.input) process.stdin.pipe(this.input);
        break;
      default:
        this.state.apply(event);
    }
  }

  private startRecording(bytes: Uint8Array): void {
    const { workerFolder, recordingLimitBytes: limitBytes } = this.program;
    this.recording = new RecordingClient(
      workerFolder,
      { kind: 'run', bytes, limitBytes, port: this.toRecord, backlog: this.backlog },
      [this.toRecord],
      news => {
        for (const event of news.events) this.state.apply(event);
        this.state.recorded(news);
      },
      () => this.state.snapshot,
    );
    // A program whose log nobody takes in would wait for ever.
    void this.recording.closed.then(() => this.worker.terminate());
  }

  private async ended(exitCode: number): Promise<EndedProgram> {
    this.hasExited = true;
    if (this.input) process.stdin.unpipe(this.input).pause(); // it would keep the process
    // What the thread said last may still be on its way.
    for (let next = receiveMessageOnPort(this.events); next; next = receiveMessageOnPort(this.events))
      this.receive(next.message);
    const run = this.recording && (await this.settle(this.recording));
    return { exitCode, uncaught: this.uncaught, run, notes: [...this.notes] };
  }

  /** All that the program sent is recorded before the run counts as ended. */
  private async settle(recording: RecordingClient): Promise<RunSnapshot | null> {
    if (this.isInterrupted) {
      const memory = await recording.request('stopped', null);
      this.state.stopped({ status: 'cancelled', problem: cancelled(this.state.activity) }, memory, 0);
    } else {
      this.state.settled(await recording.request('settle', null));
      this.state.end({ status: 'completed', actual: null, problem: null });
    }
    return this.state.snapshot.initialMemoryBytes === null ? null : this.state.snapshot;
  }
}
