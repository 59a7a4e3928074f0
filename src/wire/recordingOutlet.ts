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
import { CHUNK_BYTES } from '../wasm/record/logFormat.ts';
import { AccessLog } from './accessLog.ts';
import { ImportLog } from './importLog.ts';
import type { Look } from './knownMemory.ts';

const NOTHING: RecordingMessage = { events: [], forClient: [] };

export class RecordingOutlet {
  /** What host functions give back. */
  readonly imports = new ImportLog((records, end) => this.tell({ type: 'imports', records, end }));
  /** Null where accesses are not recorded. */
  private readonly log: AccessLog | null;
  /** Of the log, as many as may be on their way: a chunk is never written while somebody needs what is in it. */
  private readonly chunks: number;
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
    this.chunks = Math.max(2, Math.floor(backlog[BACKLOG.limit] / CHUNK_BYTES));
    const keep = ({ byteOffset, length }: Uint8Array, stop: GuestStop | null): void =>
      this.send(byteOffset, length, stop);
    this.log = level === 'calls' ? null : new AccessLog(keep, this.chunks, start => this.leaveChunk(start));
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

  /** Records are read where they were written: they go with what comes behind them. */
  private send(start: number, bytes: number, stop: GuestStop | null): void {
    const { events, forClient } = this.behind;
    this.behind = NOTHING;
    this.post({ events: [{ type: 'log', start, bytes, stop }, ...events], forClient });
  }

  /** The recording thread clears the chunk once it is read. The next one is free where not all others are on their way. */
  private leaveChunk(start: number): void {
    Atomics.add(this.backlog, BACKLOG.bytes, CHUNK_BYTES);
    this.tell({ type: 'chunk-left', start });
    this.waitUntil((this.chunks - 1) * CHUNK_BYTES);
  }

  /**
   * A guest may write faster than it can be recorded: it waits rather than fill the host's memory.
   * @param most bytes that may still be on their way
   */
  private waitUntil(most: number): void {
    let onTheWay = Atomics.load(this.backlog, BACKLOG.bytes);
    if (onTheWay <= most) return;
    this.waiting(true);
    const start = performance.now();
    while (onTheWay > most) {
      Atomics.wait(this.backlog, BACKLOG.bytes, onTheWay);
      onTheWay = Atomics.load(this.backlog, BACKLOG.bytes);
    }
    this.waited += performance.now() - start;
    this.waiting(false);
  }

  /** Contents are handed over, not copied: a call may change hundreds of MiB. */
  private post(message: RecordingMessage): void {
    const contents = message.events.flatMap(event => ('changes' in event ? [event.changes.contents.buffer] : []));
    if (contents.length > 0) {
      this.waitUntil(this.backlog[BACKLOG.limit]);
      Atomics.add(
        this.backlog,
        BACKLOG.bytes,
        contents.reduce((sum, { byteLength }) => sum + byteLength, 0),
      );
    }
    this.port.postMessage(message, contents);
  }

  private tell(...events: readonly RecordingEvent[]): void {
    this.post({ events, forClient: [] });
  }
}
