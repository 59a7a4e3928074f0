// A thread that runs guests, and the thread that keeps their recording: what runs of the extension and recorded programs share.
import { type MessagePort, newChannel, type SpareThreads, type Thread } from '../../platform/threads.ts';
import { FIRST_TRAPPED } from '../../protocol/call.ts';
import type { TellWork } from '../../protocol/work.ts';
import { leaveBacklog, newBacklog } from '../../wire/backlog.ts';
import { leaveEventRing, newEventRing } from '../../wire/eventRing.ts';
import { newGuestTime } from '../../wire/guestTime.ts';
import type { OutletWire } from '../../wire/recordingOutlet.ts';
import { RecordingClient } from './recordingClient.ts';
import type { CancelEffect } from './run.ts';
import type { RunState, Stop } from './runState.ts';

export interface RecordedThreadOptions<Guests extends Thread> {
  readonly state: RunState;
  /** Limit of what the recording keeps, in bytes. */
  readonly recordingLimitBytes: number;
  /** Folder of the built worker scripts. */
  readonly workerFolder: string;
  readonly spares?: SpareThreads | null;
  /** Starts the thread of the guests, with the wire's port among what is transferred. */
  readonly start: (wire: OutletWire & { readonly port: MessagePort }) => Guests;
  /** Told when the run looks another way. */
  readonly changed: () => void;
  /** Told how far it is with the recording of what guests left that have ended, and with its file. */
  readonly tellWork?: TellWork;
  /** Whether guests go on where the thread of their recording has ended; else they end, too. */
  readonly outliveRecording: boolean;
}

export class RecordedThread<Guests extends Thread = Thread> {
  readonly backlog = newBacklog();
  readonly time = newGuestTime();
  readonly guests: Guests;
  private readonly events = newEventRing();
  private readonly toRecord: MessagePort;
  private client: RecordingClient | null = null;
  private isStopped = false;
  private hasExited = false;

  constructor(private readonly options: RecordedThreadOptions<Guests>) {
    const { port1, port2 } = newChannel();
    const { events, backlog, time } = this;
    this.toRecord = port2;
    this.guests = options.start({ events, backlog, time, port: port1 });
    this.guests.onEnd(() => {
      this.hasExited = true;
    });
  }

  /** The recording. Its thread starts when it is asked for the first time. */
  get recording(): RecordingClient {
    this.client ??= this.startRecording();
    return this.client;
  }

  /** Null where nobody has asked for it. */
  get startedRecording(): RecordingClient | null {
    return this.client;
  }

  /** Ends the guests; where they have ended already, leaves what is not recorded yet. */
  end(): CancelEffect {
    if (this.isStopped || this.hasExited) {
      this.client?.leaveRest();
      return 'leaves-rest';
    }
    this.isStopped = true;
    this.guests.end();
    return 'ends-guest';
  }

  /** The guests' thread has ended by itself, or waits where it goes on: resolves once all that it did is recorded. */
  async settle(goesOn = false): Promise<void> {
    this.options.state.settled(await this.recording.request('settle', { goesOn }));
    await this.findTrapped();
  }

  /** Guests that go on have done something: resolves once it is recorded. */
  async catchUp(): Promise<void> {
    this.options.state.recorded(await this.recording.request('catchUp', null));
  }

  /** The guests' thread was ended. @param durationNs how long the call under way had run */
  async recordStop(stop: Stop, durationNs: number): Promise<void> {
    const stopped = await this.recording.request('stopped', { durationNs });
    await this.findTrapped();
    this.options.state.stopped(stop, stopped);
  }

  private async findTrapped(): Promise<void> {
    this.options.state.trapped(await this.recording.ask('calls', FIRST_TRAPPED));
  }

  dispose(): void {
    this.guests.end();
    this.toRecord.close();
    this.client?.dispose();
  }

  private startRecording(): RecordingClient {
    const { recordingLimitBytes: limitBytes, workerFolder, state, changed, tellWork, outliveRecording } = this.options;
    const { toRecord: port, events, backlog } = this;
    const client = new RecordingClient(
      workerFolder,
      { kind: 'run', limitBytes, port, wire: { events, backlog } },
      [port],
      progress => {
        state.recorded(progress);
        changed();
      },
      () => state.snapshot,
      this.options.spares,
    );
    if (tellWork) client.followWork(tellWork);
    // Guests whose log nobody takes in would wait for ever.
    void client.closed.then(() => {
      if (!outliveRecording) return this.guests.end();
      leaveEventRing(events);
      leaveBacklog(backlog);
    });
    return client;
  }
}
