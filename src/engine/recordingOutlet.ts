// The engine worker's end of the recording protocol: sends what happens to memory to the recording thread, in order.
import type { MessagePort } from 'node:worker_threads';
import type { PageChanges } from '../protocol/engine.ts';
import {
  BACKLOG_LIMIT_BYTES,
  type Backlog,
  type ComparedMemory,
  type GuestStop,
  type RecordingEvent,
} from '../protocol/recording.ts';
import type { RecordLevel } from '../protocol/run.ts';
import { ImportLog } from '../recording/inputs/importLog.ts';
import { AccessLog } from './accessLog.ts';
import type { Look } from './knownMemory.ts';

export class RecordingOutlet {
  /** What host functions give back. */
  readonly imports = new ImportLog((records, end) => this.port.postMessage({ type: 'imports', records, end }));
  /** Null where accesses are not recorded. */
  private readonly log: AccessLog | null;
  /** Records of the making of instances are not sent: step 0 is what memory holds after it. */
  private begun = false;
  private waited = 0;

  /** @param memory null where it is not shared, so that another thread can't have it */
  constructor(
    private readonly port: Pick<MessagePort, 'postMessage'>,
    private readonly backlog: Backlog,
    level: RecordLevel,
    memory: WebAssembly.Memory | null,
    /** Told before the engine waits for the recording thread, and when it goes on. */
    private readonly waiting: (waits: boolean) => void,
  ) {
    this.log = level === 'calls' ? null : new AccessLog((records, stop) => this.send(records, stop));
    const taken = this.log?.takenWord ?? new Int32Array(new SharedArrayBuffer(4));
    this.post({ type: 'attached', level, memory, log: this.log?.memory ?? null, taken, imports: this.imports.memory });
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
    this.post({ type: 'begun', changes, memoryBytes }, changes.contents.buffer);
  }

  beginCall(index: number, instance: number): void {
    this.post({ type: 'call-begun', index, instance });
  }

  /** From here on the accesses are those of another instance, which the one of the call has called. */
  switchInstance(instance: number): void {
    this.flush(null);
    this.post({ type: 'instance-switched', instance });
  }

  /** A call that another has made was ended by a trap, and the other may go on. */
  stopped(trapped: GuestStop): void {
    this.flush(trapped);
  }

  /** @param trapped where the guest trapped; null where it returned or threw an exception */
  endCall({ changes, memoryBytes, lookedAt }: Look, trapped: GuestStop | null): void {
    this.flush(trapped);
    this.postCompared({ type: 'call-ended', changes, memoryBytes, lookedAt });
  }

  /** What the host changed between two calls. */
  hostWrote({ changes, memoryBytes, lookedAt }: Look): void {
    this.postCompared({ type: 'host-wrote', changes, memoryBytes, lookedAt });
  }

  private flush(trapped: GuestStop | null): void {
    this.imports.flush();
    if (trapped) this.log?.flushStopped(trapped);
    else this.log?.flush();
  }

  private send(view: Uint8Array, stop: GuestStop | null): void {
    if (!this.begun) return;
    this.makeRoom(view.length);
    const records = view.slice();
    this.post({ type: 'log', records, start: view.byteOffset, stop }, records.buffer);
  }

  private postCompared(event: RecordingEvent & ComparedMemory): void {
    const { contents } = event.changes;
    this.makeRoom(contents.length);
    this.post(event, contents.buffer);
  }

  private makeRoom(bytes: number): void {
    if (Atomics.load(this.backlog, 0) > BACKLOG_LIMIT_BYTES) this.wait();
    Atomics.add(this.backlog, 0, bytes);
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

  /** @param contents handed over, not copied: a call may change hundreds of MiB */
  private post(event: RecordingEvent, ...contents: ArrayBuffer[]): void {
    this.port.postMessage(event, contents);
  }
}
