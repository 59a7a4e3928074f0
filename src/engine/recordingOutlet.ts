// The engine worker's end of the recording protocol: sends what happens to memory to the recording thread, in order.
import type { MessagePort } from 'node:worker_threads';
import type { PageChanges } from '../protocol/engine.ts';
import {
  BACKLOG,
  type Backlog,
  type CallEvent,
  type GuestStop,
  type RecordingEvent,
  type RecordingMessage,
} from '../protocol/recording.ts';
import type { RecordLevel } from '../protocol/run.ts';
import { ImportLog } from '../recording/inputs/importLog.ts';
import { AccessLog } from './accessLog.ts';
import type { Look } from './knownMemory.ts';

const NOTHING: RecordingMessage = { events: [], forClient: [] };

export class RecordingOutlet {
  /** What host functions give back. */
  readonly imports = new ImportLog((records, end) => this.tell({ type: 'imports', records, end }));
  /** Null where accesses are not recorded. */
  private readonly log: AccessLog | null;
  /** Records of the making of instances are not sent: step 0 is what memory holds after it. */
  private begun = false;
  private waited = 0;
  /** Goes with the records that are sent next. */
  private behind: RecordingMessage = NOTHING;

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
    const { log, imports } = this;
    this.tell({ type: 'attached', level, memory, log: log?.memory ?? null, taken, imports: imports.memory });
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
    this.tell({ type: 'begun', changes, memoryBytes });
  }

  /** @param before what the host changed since the last call; null where nothing is known of that */
  beginCall(index: number, instance: number, before: Look | null = null, forClient: readonly CallEvent[] = []): void {
    const begun: RecordingEvent = { type: 'call-begun', index, instance };
    this.post({ events: before ? [{ type: 'host-wrote', ...before }, begun] : [begun], forClient });
  }

  /** From here on the accesses are those of another instance, which the one of the call has called. */
  switchInstance(instance: number): void {
    this.flush(null);
    this.tell({ type: 'instance-switched', instance });
  }

  /** A call that another has made was ended by a trap, and the other may go on. */
  stopped(trapped: GuestStop): void {
    this.flush(trapped);
  }

  /** @param trapped where the guest trapped; null where it returned or threw an exception */
  endCall(look: Look, trapped: GuestStop | null, forClient: readonly CallEvent[] = []): void {
    this.imports.flush();
    this.behind = { events: [{ type: 'call-ended', ...look }], forClient };
    this.flushLog(trapped);
    const { behind } = this;
    if (behind !== NOTHING) this.post(behind); // there were no records
    this.behind = NOTHING;
  }

  /** What the host changed since the last call. */
  hostWrote(look: Look): void {
    this.tell({ type: 'host-wrote', ...look });
  }

  private flush(trapped: GuestStop | null): void {
    this.imports.flush();
    this.flushLog(trapped);
  }

  private flushLog(trapped: GuestStop | null): void {
    if (trapped) this.log?.flushStopped(trapped);
    else this.log?.flush();
  }

  private send(view: Uint8Array, stop: GuestStop | null): void {
    if (!this.begun) return;
    const { events, forClient } = this.behind;
    this.behind = NOTHING;
    this.post({
      events: [{ type: 'log', records: view.slice(), start: view.byteOffset, stop }, ...events],
      forClient,
    });
  }

  private get onTheWay(): number {
    return Atomics.load(this.backlog, BACKLOG.bytes);
  }

  private makeRoom(bytes: number): void {
    if (this.onTheWay > this.backlog[BACKLOG.limit]) this.wait();
    Atomics.add(this.backlog, BACKLOG.bytes, bytes);
  }

  /** A guest may write faster than it can be recorded: it waits rather than fill the host's memory. */
  private wait(): void {
    this.waiting(true);
    const start = performance.now();
    for (let bytes = this.onTheWay; bytes > this.backlog[BACKLOG.limit]; bytes = this.onTheWay)
      Atomics.wait(this.backlog, BACKLOG.bytes, bytes);
    this.waited += performance.now() - start;
    this.waiting(false);
  }

  /** Contents are handed over, not copied: a call may change hundreds of MiB. */
  private post(message: RecordingMessage): void {
    const contents = message.events.flatMap(contentsOf);
    this.makeRoom(contents.reduce((sum, { byteLength }) => sum + byteLength, 0));
    this.port.postMessage(message, contents);
  }

  private tell(...events: readonly RecordingEvent[]): void {
    this.post({ events, forClient: [] });
  }
}

function contentsOf(event: RecordingEvent): ArrayBuffer[] {
  if ('changes' in event) return [event.changes.contents.buffer];
  return event.type === 'log' ? [event.records.buffer] : [];
}
