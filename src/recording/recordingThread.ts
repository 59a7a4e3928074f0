// The recording thread's entry: keeps the recording of one run, and answers about it while the run goes on and after it.

import { listen, type Starter, whenStarted } from '../platform/threads.ts';
import { FIRST_TRAPPED } from '../protocol/call.ts';
import { MessageHandler, notice } from '../protocol/messageHandler.ts';
import type {
  OpenedFile,
  RecordingEvent,
  RecordingNotices,
  RecordingRequests,
  StoppedRecording,
} from '../protocol/recording.ts';
import { NOTHING_RECORDED } from '../protocol/run.ts';
import { paced, type TellWork, WORK_NEWS_MS } from '../protocol/work.ts';
import { bytesOnTheWay } from '../wire/backlog.ts';
import { EventPump, eventBytesOnTheWay } from '../wire/eventRing.ts';
import { ClientNews } from './clientNews.ts';
import { readRecording } from './file/readRecording.ts';
import { RecordingFileError } from './file/recordingFileError.ts';
import { LiveRecording } from './liveRecording.ts';
import type { RecordingInit } from './recordingInit.ts';
import { RecordingReader } from './recordingReader.ts';
import { RecordingService, type ServiceParts } from './recordingService.ts';
import { RecordingStore } from './recordingStore.ts';
import { fileSites } from './siteTable.ts';
import { TaskQueue } from './taskQueue.ts';

type Source = Omit<ServiceParts, 'searchProgress' | 'tellWork'>;

/**
 * How long log that is on its way is read at most after the engine worker was ended: several times what a full backlog takes.
 * Only loops that are told by one record need longer, and somebody may be waiting in a terminal.
 */
const PATIENCE_MS = 60_000;

const nothing = { progress: { ...NOTHING_RECORDED, instances: [], watch: null }, unreadBytes: 0, fault: null };
/** Of a recording that does not grow. */
const ended = {
  settled: async () => nothing,
  caughtUp: async () => nothing.progress,
  stopped: async () => ({ ...nothing, call: null, loopToldShort: false, watched: null }),
  leaveRest: () => {},
};

/** Tells the client, which takes it or is gone. */
type Tell = <Name extends keyof RecordingNotices & string>(
  name: Name,
  params: RecordingNotices[Name]['params'],
) => void;

/** The recording of a run: grows by what the thread of its guests sends. */
function ofRun({ limitBytes, port, wire }: Extract<RecordingInit, { kind: 'run' }>, tell: Tell): Source {
  const store = new RecordingStore({ limitBytes });
  const news = new ClientNews(() => tell('progress', live.progress));
  const live = new LiveRecording(store, wire.backlog, () => news.changed());
  const queue = new TaskQueue();
  const pump = new EventPump<RecordingEvent>(wire.events, events => queue.run(live.takeAll(events)));
  const closed = new Promise<void>(resolve => listen(port, message => pump.receive(message), resolve));
  const allTaken = async (): Promise<void> => {
    await closed;
    await pump.finish();
  };
  const takenUntilNow = (): Promise<void> => Promise.race([pump.caughtUp(), allTaken()]);
  const onTheWay = (): number => bytesOnTheWay(wire.backlog) + eventBytesOnTheWay(wire.events);
  /** The guests have ended: tells how far it is with what they left. */
  const tellingRest = async <T>(rest: Promise<T>): Promise<T> => {
    const telling = paced(work => tell('work', work));
    const atFirst = Math.max(onTheWay(), 1);
    const timer = setInterval(() => {
      const done = Math.max(0, 1 - onTheWay() / atFirst);
      telling({ kind: 'taking-in', done, lastStep: store.lastStep });
    }, WORK_NEWS_MS.next);
    return rest.finally(() => clearInterval(timer));
  };
  const stopped = async (durationNs: number): Promise<StoppedRecording> => {
    await allTaken();
    return queue.run(live.stop(durationNs));
  };
  return {
    store,
    sites: () => live.sites,
    modules: () => live.sites.modules.map(({ module }) => module.bytes),
    instances: () => live.progress.instances,
    instanceStates: () => live.sites.modules.map(({ instanceState }) => instanceState),
    allocators: () => live.sites.modules.map(({ module }) => module.allocators),
    settled: async goesOn => {
      await tellingRest(goesOn ? takenUntilNow() : allTaken());
      const settled = live.settle(goesOn);
      if (goesOn) void allTaken().then(() => live.release());
      news.tell();
      return settled;
    },
    caughtUp: async () => {
      await takenUntilNow();
      news.tell();
      return live.progress;
    },
    stopped: async durationNs => {
      const patience = setTimeout(() => live.leaveRest(), PATIENCE_MS);
      try {
        return await tellingRest(stopped(durationNs));
      } finally {
        clearTimeout(patience);
        news.tell();
      }
    },
    leaveRest: () => live.leaveRest(),
    opened: null,
  };
}

function ofFile(bytes: Uint8Array, tellWork: TellWork): Source {
  const telling = paced(tellWork);
  try {
    const read = readRecording(bytes, {}, done => telling({ kind: 'opening', done }));
    const { run, sites, segments, modules, store } = read;
    const reader = new RecordingReader(store);
    const { filter, from, count } = FIRST_TRAPPED;
    const table = fileSites(sites, segments, run.modules);
    return {
      ...ended,
      store,
      sites: () => table,
      modules: () => modules,
      instances: () => run.instances,
      instanceStates: () => run.modules.map(({ instanceState }) => instanceState),
      allocators: () => run.modules.map(({ allocators }) => allocators ?? []),
      opened: {
        kind: 'run',
        run: { ...run, isPaused: false, ...reader.span, trapped: reader.trace.calls(filter, from, count) },
      },
    };
  } catch (error) {
    if (!(error instanceof RecordingFileError)) throw error;
    const { reason, message, offset } = error;
    const opened: OpenedFile = { kind: 'bad-file', reason, message, offset };
    return {
      ...ended,
      store: new RecordingStore(),
      sites: () => null,
      modules: () => [],
      instances: () => [],
      instanceStates: () => [],
      allocators: () => [],
      opened,
    };
  }
}

function ofInit(init: RecordingInit, tell: Tell): Source {
  if (init.kind === 'run') return ofRun(init, tell);
  if (init.kind === 'file') return ofFile(init.bytes, work => tell('work', work));
  const store = new RecordingStore();
  store.begin(init.changes, init.memoryBytes);
  return {
    ...ended,
    store,
    sites: () => null,
    modules: () => [],
    instances: () => [],
    instanceStates: () => [],
    allocators: () => [],
    opened: null,
  };
}

function serve({ data, post, onMessage }: Starter): void {
  const tell: Tell = (name, params) => post(notice(name, params));
  // The client, built from the same sources, is the only one that starts this script.
  const service = new RecordingService({
    ...ofInit(data as RecordingInit, tell),
    searchProgress: (id, done) => tell('searchProgress', { id, done }),
    tellWork: work => tell('work', work),
  });
  const handler = new MessageHandler<RecordingNotices, RecordingRequests>(service.handlers(), post);
  onMessage(message => void handler.receive(message));
}

whenStarted(serve);
