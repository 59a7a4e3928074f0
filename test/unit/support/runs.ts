// Runs of guests in tests: with the built workers, or in this process with every event at hand.
import { type Recording, type Run, startRun } from '../../../src/engine/client.ts';
import { execute } from '../../../src/engine/guest/execute.ts';
import { type GuestFile, instancesOf } from '../../../src/engine/input/guestFile.ts';
import { type CallRecord, EVERY_CALL } from '../../../src/protocol/call.ts';
import type { EngineEvent } from '../../../src/protocol/engine.ts';
import type { RecordingEvent } from '../../../src/protocol/recording.ts';
import type { InstanceState, InstanceSummary, RecordLevel, RunSnapshot } from '../../../src/protocol/run.ts';
import { pageIndex, SHOWN_PAGE_BYTES, type Step } from '../../../src/protocol/units.ts';
import { LiveRecording } from '../../../src/recording/liveRecording.ts';
import { RecordingReader } from '../../../src/recording/recordingReader.ts';
import { RecordingStore } from '../../../src/recording/recordingStore.ts';
import type { SiteTable } from '../../../src/recording/siteTable.ts';
import type { Course } from '../../../src/scenario/scenario.ts';
import { newBacklog } from '../../../src/wire/backlog.ts';
import { type EventPort, EventReader, newEventRing } from '../../../src/wire/eventRing.ts';
import { newGuestTime } from '../../../src/wire/guestTime.ts';
import type { OutletWire } from '../../../src/wire/recordingOutlet.ts';
import { readGuest, WORKERS } from './fixtures.ts';

export const LEVELS: readonly RecordLevel[] = ['calls', 'stores', 'all'];

export interface RunOptions {
  readonly instances?: number;
  readonly timeLimitMs?: number;
  readonly record?: RecordLevel;
  readonly state?: InstanceState;
  readonly late?: Course['late'];
  readonly allocates?: Course['allocates'];
  readonly recordingLimitBytes?: number;
}

/** Long enough for any guest that ends, on a busy machine. */
const PATIENCE_MS = 60_000;
const LIMIT_BYTES = 512 * 2 ** 20;

const bytesOf = (guest: string | Uint8Array): Uint8Array => (typeof guest === 'string' ? readGuest(guest) : guest);
const nameOf = (guest: string | Uint8Array): string => (typeof guest === 'string' ? `${guest}.wasm` : 'guest.wasm');
const fileOf = (guest: string | Uint8Array): GuestFile => ({ name: nameOf(guest), bytes: bytesOf(guest) });

/** Starts a guest, by name or by its bytes, in the built workers. Whoever starts it disposes of it. */
export function start(guest: string | Uint8Array, options: RunOptions = {}): Run {
  const { instances = 3, timeLimitMs = PATIENCE_MS, record = 'stores', state = 'separate' } = options;
  const { recordingLimitBytes = LIMIT_BYTES } = options;
  return startRun({
    files: [fileOf(guest)],
    instances,
    timeLimitMs,
    record,
    state,
    recordingLimitBytes,
    allocators: [],
    workerFolder: WORKERS,
  });
}

/** Every call that a run's recording tells of. */
export async function callsOf({ recording, snapshot }: Pick<Run, 'recording' | 'snapshot'>): Promise<CallRecord[]> {
  const { calls } = await recording.ask('calls', { from: 0, count: snapshot.callCount, filter: EVERY_CALL });
  return [...calls];
}

export interface EndedRun {
  readonly run: RunSnapshot;
  readonly calls: readonly CallRecord[];
}

/** Runs a guest in the built workers to its end; the run is disposed of. */
export async function runToEnd(guest: string | Uint8Array, options?: RunOptions): Promise<EndedRun> {
  const started = start(guest, options);
  const run = await started.done;
  const calls = await callsOf(started);
  started.dispose();
  return { run, calls };
}

/** A run in this process, with its recording. */
export interface RunHere {
  /** Told to the client. */
  readonly events: readonly EngineEvent[];
  /** Told to the recording thread. */
  readonly recorded: readonly RecordingEvent[];
  /** Every call, as the recording tells it. */
  readonly calls: readonly CallRecord[];
  readonly store: RecordingStore;
  readonly reader: RecordingReader;
  readonly sites: SiteTable;
  readonly instances: readonly InstanceSummary[];
}

/** Lets a recording take events in, without a pause. */
export function takeAll(live: LiveRecording, events: readonly RecordingEvent[]): void {
  for (const _pause of live.takeAll(events));
}

/** Both ends of a wire in one thread: each event is taken as soon as it is written. */
export function wireHere(take: (event: RecordingEvent) => void): OutletWire {
  const events = newEventRing();
  const reader = new EventReader<RecordingEvent>(events);
  const port: EventPort = {
    postMessage(message, transfer) {
      // What is handed over is gone for who gave it.
      reader.receive(transfer && transfer.length > 0 ? structuredClone(message, { transfer }) : message);
      for (let taken = reader.take(); taken.length > 0; taken = reader.take()) taken.forEach(take);
      reader.sleep(); // so that the next event wakes it
    },
  };
  reader.sleep();
  return { events, port, backlog: newBacklog(), time: newGuestTime() };
}

/**
 * Runs a guest in this process and records it; or several, which take turns.
 * @param seen told each event as soon as it is recorded, while the guests' memory is as the event says
 */
export function runHere(
  guest: string | Uint8Array | readonly (string | Uint8Array)[],
  {
    instances: count = 3,
    late = 0,
    allocates = 'once',
    record = 'stores',
    state = 'separate',
    recordingLimitBytes = LIMIT_BYTES,
  }: RunOptions = {},
  seen: (event: RecordingEvent) => void = () => {},
): RunHere {
  const guests: readonly (string | Uint8Array)[] =
    typeof guest === 'string' || guest instanceof Uint8Array ? [guest] : guest;
  const [events, recorded]: [EngineEvent[], RecordingEvent[]] = [[], []];
  const store = new RecordingStore({ limitBytes: recordingLimitBytes });
  const wire = wireHere(event => {
    recorded.push(event);
    takeAll(live, [event]);
    seen(event);
  });
  const live = new LiveRecording(store, wire.backlog);
  const { files, instances } = instancesOf(guests.map(fileOf), count);
  const course = { instances, late, allocates: guests.length > 1 ? 'in-turn' : allocates } as const;
  execute({ files, course, record, state, allocators: [], wire, goesOn: false }, event => void events.push(event));
  live.settle();
  const reader = new RecordingReader(store);
  const { calls } = reader.trace.calls(EVERY_CALL, 0, store.calls.count);
  return { events, recorded, calls, store, reader, sites: live.sites, instances: live.progress.instances };
}

/** The events of one type. */
export function eventsOfType<Event extends { readonly type: string }, T extends Event['type']>(
  events: readonly Event[],
  type: T,
) {
  return events.filter((event): event is Extract<Event, { readonly type: T }> => event.type === type);
}

/** Memory at a step, put together from the pages of a recording in this process. */
export function memoryOf(reader: RecordingReader, at: Step): Buffer {
  const memory = Buffer.alloc(reader.memoryBytes(at));
  for (let page = 0; page * SHOWN_PAGE_BYTES < memory.length; page++) {
    const bytes = reader.image(at, pageIndex(page))?.contents;
    if (bytes) memory.set(bytes, page * SHOWN_PAGE_BYTES);
  }
  return memory;
}

/** Memory at a step, put together from the pages that a run's recording answers with. */
export async function memoryAt({ recording }: { readonly recording: Recording }, at: Step): Promise<Buffer> {
  const { memoryBytes } = await recording.ask('describeStep', { step: at });
  const pages = Array.from({ length: memoryBytes / SHOWN_PAGE_BYTES }, (_, page) => pageIndex(page));
  const memory = Buffer.alloc(memoryBytes);
  for (const { page, bytes } of await recording.ask('readPages', { step: at, pages }))
    if (bytes) memory.set(bytes, page * SHOWN_PAGE_BYTES);
  return memory;
}
