// The engine worker's end of the recording protocol: sends what happens to memory to the recording thread, in order.
import type { MessagePort } from 'node:worker_threads';
import type { PageChanges } from '../protocol/engine.ts';
import { BACKLOG_LIMIT_BYTES, type Backlog, type GuestStop, type RecordingEvent } from '../protocol/recording.ts';
import type { RecordLevel } from '../protocol/run.ts';
import { AccessLog } from './accessLog.ts';

export class RecordingOutlet {
  /** Null where accesses are not recorded. */
  private readonly log: AccessLog | null;
  /** Records of the making of instances are not sent: step 0 is what memory holds after it. */
  private begun = false;
  private waited = 0;

  constructor(
    private readonly port: Pick<MessagePort, 'postMessage'>,
    private readonly backlog: Backlog,
    level: RecordLevel,
    memory: WebAssembly.Memory,
    /** Told before the engine waits for the recording thread, and when it goes on. */
    private readonly waiting: (waits: boolean) => void,
  ) {
    this.log = level === 'calls' ? null : new AccessLog((records, stop) => this.send(records, stop));
    const taken = this.log?.takenWord ?? new Int32Array(new SharedArrayBuffer(4));
    this.post({ type: 'attached', level, memory, log: this.log?.memory ?? null, taken });
  }

  /** Milliseconds that the engine has waited for the recording thread. */
  get waitedMs(): number {
    return this.waited;
  }

  /** What a recorded module imports beside its own imports. */
  addImports(imports: WebAssembly.Imports): void {
    this.log?.addImports(imports);
  }

  begin(changes: PageChanges, memoryBytes: number, trapped: GuestStop | null): void {
    this.flush(trapped);
    this.begun = true;
    this.post({ type: 'begun', changes, memoryBytes }, changes);
  }

  beginCall(index: number, instance: number): void {
    this.post({ type: 'call-begun', index, instance });
  }

  /** @param trapped where the guest trapped; null where it returned or threw an exception */
  endCall(changes: PageChanges, memoryBytes: number, trapped: GuestStop | null): void {
    this.flush(trapped);
    this.post({ type: 'call-ended', changes, memoryBytes }, changes);
  }

  private flush(trapped: GuestStop | null): void {
    if (trapped) this.log?.flushStopped(trapped);
    else this.log?.flush();
  }

  private send(view: Uint8Array, stop: GuestStop | null): void {
    if (!this.begun) return;
    if (Atomics.load(this.backlog, 0) > BACKLOG_LIMIT_BYTES) this.wait();
    const records = view.slice();
    Atomics.add(this.backlog, 0, records.length);
    const event: RecordingEvent = { type: 'log', records, start: view.byteOffset, stop };
    this.port.postMessage(event, [records.buffer]);
  }

  /** A guest may write faster than it can be recorded: it waits rather than fill the host's memory. */
  private wait(): void {
    this.waiting(true);
    const start = performance.now();
    for (let onTheWay = Atomics.load(this.backlog, 0); onTheWay > BACKLOG_LIMIT_BYTES; ) {
      Atomics.wait(this.backlog, 0, onTheWay);
      onTheWay = Atomics.load(this.backlog, 0);
    }
    this.waited += performance.now() - start;
    this.waiting(false);
  }

  /** Page contents are handed over, not copied: a call may change hundreds of MiB. */
  private post(event: RecordingEvent, changes?: PageChanges): void {
    this.port.postMessage(event, changes ? [changes.contents.buffer] : []);
  }
}
