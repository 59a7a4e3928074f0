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
import { CHUNK_BYTES } from '../wasm/record/logFormat.ts';
import { AccessLog } from './accessLog.ts';
import type { Look } from './knownMemory.ts';

/** As many as may be on their way: a chunk is never written while somebody needs what is in it. */
const LOG_CHUNKS = BACKLOG_LIMIT_BYTES / CHUNK_BYTES;

export class RecordingOutlet {
  /** What host functions give back. */
  readonly imports = new ImportLog((records, end) => this.port.postMessage({ type: 'imports', records, end }));
  /** Null where accesses are not recorded. */
  private readonly log: AccessLog | null;
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
    const keep = ({ byteOffset: start, length }: Uint8Array, stop: GuestStop | null): void =>
      this.post({ type: 'log', start, bytes: length, stop });
    this.log = level === 'calls' ? null : new AccessLog(keep, LOG_CHUNKS, start => this.leaveChunk(start));
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

  /** The recording thread clears the chunk once it is read. The next one is free where not all others are on their way. */
  private leaveChunk(start: number): void {
    Atomics.add(this.backlog, 0, CHUNK_BYTES);
    this.post({ type: 'chunk-left', start });
    this.waitUntil(BACKLOG_LIMIT_BYTES - CHUNK_BYTES);
  }

  private postCompared(event: RecordingEvent & ComparedMemory): void {
    const { contents } = event.changes;
    this.waitUntil(BACKLOG_LIMIT_BYTES);
    Atomics.add(this.backlog, 0, contents.length);
    this.post(event, contents.buffer);
  }

  /**
   * A guest may write faster than it can be recorded: it waits rather than fill the host's memory.
   * @param most bytes that may still be on their way
   */
  private waitUntil(most: number): void {
    let onTheWay = Atomics.load(this.backlog, 0);
    if (onTheWay <= most) return;
    this.waiting(true);
    const start = performance.now();
    while (onTheWay > most) {
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
