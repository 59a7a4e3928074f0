// Runs of guests in tests: with the built workers, or in this process with every event at hand.
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import { type Recording, type Run, startRun } from '../../../src/engine/client.ts';
import { execute } from '../../../src/engine/guest/execute.ts';
import type { EngineEvent } from '../../../src/protocol/engine.ts';
import {
  newBacklog,
  type RecordedCall,
  type RecordingEvent,
  type RecordingMessage,
} from '../../../src/protocol/recording.ts';
import type { RecordLevel, RunSnapshot } from '../../../src/protocol/run.ts';
import { pageIndex, SHOWN_PAGE_BYTES, type Step } from '../../../src/protocol/units.ts';
import { LiveRecording } from '../../../src/recording/liveRecording.ts';
import { RecordingReader } from '../../../src/recording/recordingReader.ts';
import { RecordingStore } from '../../../src/recording/recordingStore.ts';
import { readGuest, WORKERS } from './fixtures.ts';

export const LEVELS: readonly RecordLevel[] = ['calls', 'stores', 'all'];

export interface RunOptions {
  readonly instances?: number;
  readonly timeLimitMs?: number;
  readonly record?: RecordLevel;
  readonly recordingLimitBytes?: number;
}

/** Long enough for any guest that ends, on a busy machine. */
const PATIENCE_MS = 60_000;
const LIMIT_BYTES = 512 * 2 ** 20;

const bytesOf = (guest: string | Uint8Array): Uint8Array => (typeof guest === 'string' ? readGuest(guest) : guest);

/** Starts a guest, by name or by its bytes, in the built workers. Whoever starts it disposes of it. */
export function start(guest: string | Uint8Array, options: RunOptions = {}): Run {
  const { instances = 3, timeLimitMs = PATIENCE_MS, record = 'stores', recordingLimitBytes = LIMIT_BYTES } = options;
  return startRun({
    bytes: bytesOf(guest),
    instances,
    timeLimitMs,
    record,
    recordingLimitBytes,
    workerFolder: WORKERS,
  });
}

/** Runs a guest in the built workers to its end; the run is disposed of. */
export async function runToEnd(guest: string | Uint8Array, options?: RunOptions): Promise<RunSnapshot> {
  const run = start(guest, options);
  const ended = await run.done;
  run.dispose();
  return ended;
}

/** A run in this process, with its recording. */
export interface RunHere {
  /** Told to the client. */
  readonly events: readonly EngineEvent[];
  /** Told to the recording thread. */
  readonly recorded: readonly RecordingEvent[];
  /** Where the calls lie in the recording. */
  readonly calls: readonly RecordedCall[];
  readonly store: RecordingStore;
  readonly reader: RecordingReader;
}

/**
 * Runs a guest in this process and records it.
 * @param seen told each event at once, while the guests' memory is as the event says; what went before is recorded by then
 */
export function runHere(
  guest: string | Uint8Array,
  { instances = 3, record = 'stores', recordingLimitBytes = LIMIT_BYTES }: RunOptions = {},
  seen: (event: EngineEvent) => void = () => {},
): RunHere {
  const bytes = bytesOf(guest);
  const [events, recorded, calls]: [EngineEvent[], RecordingEvent[], RecordedCall[]] = [[], [], []];
  const store = new RecordingStore({ limitBytes: recordingLimitBytes });
  const backlog = newBacklog();
  const live = new LiveRecording(store, bytes, backlog, call => {
    if (call) calls.push(call);
  });
  const { port1, port2 } = new MessageChannel();
  execute({ bytes, instances, record, recording: port1, backlog }, event => {
    for (let next = receiveMessageOnPort(port2); next; next = receiveMessageOnPort(port2)) {
      const { events: sent }: RecordingMessage = next.message; // `execute` posts nothing else
      for (const each of sent) {
        recorded.push(each);
        live.apply(each);
      }
    }
    events.push(event);
    seen(event);
  });
  port1.close();
  return { events, recorded, calls, store, reader: new RecordingReader(store) };
}

/**
 * Runs a guest in this process.
 * @returns the events, in their order
 */
export function eventsOf(guest: string | Uint8Array, instances = 3): readonly EngineEvent[] {
  return runHere(guest, { instances }).events;
}

/** The events of one type. */
export function eventsOfType<T extends EngineEvent['type']>(events: readonly EngineEvent[], type: T) {
  return events.filter((event): event is Extract<EngineEvent, { readonly type: T }> => event.type === type);
}

/** Memory at a step, put together from the pages of a recording in this process. */
export function memoryOf(reader: RecordingReader, at: Step): Buffer {
  const memory = Buffer.alloc(reader.memoryBytes(at));
  for (let page = 0; page * SHOWN_PAGE_BYTES < memory.length; page++) {
    const bytes = reader.page(at, pageIndex(page));
    if (bytes) memory.set(bytes, page * SHOWN_PAGE_BYTES);
  }
  return memory;
}

/** Memory at a step, put together from the pages that a run's recording answers with. */
export async function memoryAt({ recording }: { readonly recording: Recording }, at: Step): Promise<Buffer> {
  const { memoryBytes } = await recording.describeStep(at);
  const pages = Array.from({ length: memoryBytes / SHOWN_PAGE_BYTES }, (_, page) => pageIndex(page));
  const memory = Buffer.alloc(memoryBytes);
  for (const { page, bytes } of await recording.readPages(at, pages))
    if (bytes) memory.set(bytes, page * SHOWN_PAGE_BYTES);
  return memory;
}
