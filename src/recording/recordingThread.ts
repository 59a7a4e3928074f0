// The recording thread's entry: keeps the recording of one run, and answers about it while the run goes on and after it.

import { createHash } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { MessageHandler } from '../protocol/messageHandler.ts';
import type { OpenedFile, RecordingMessage, RecordingNotices, RecordingRequests } from '../protocol/recording.ts';
import { ClientNews } from './clientNews.ts';
import { checkRun } from './file/checkRun.ts';
import { readRecording } from './file/readRecording.ts';
import { RecordingFileError } from './file/recordingFileError.ts';
import { LiveRecording, NOTHING_STOPPED } from './liveRecording.ts';
import type { RecordingInit } from './recordingInit.ts';
import { RecordingService, type ServiceParts } from './recordingService.ts';
import { RecordingStore } from './recordingStore.ts';
import { fileSites, moduleSites, type SiteTable } from './siteTable.ts';
import { TaskQueue } from './taskQueue.ts';

const port = parentPort;
if (!port) throw new Error('the recording thread was not started as a worker');
const client = port;

type Source = Omit<ServiceParts, 'searchProgress'>;

/**
 * How long log that is on its way is read at most after the engine worker was ended: several times what a full backlog takes.
 * Only loops that are told by one record need longer, and somebody may be waiting in a terminal.
 */
const PATIENCE_MS = 60_000;

const ended = { settled: async () => NOTHING_STOPPED, stopped: async () => NOTHING_STOPPED, leaveRest: () => {} };

/** The client takes it or is gone: nobody waits for its answer. */
function tell<Name extends keyof RecordingNotices & string>(
  name: Name,
  params: RecordingNotices[Name]['params'],
): void {
  handler.request(name, params).catch(() => {});
}

/** The recording of a run: grows by what the engine worker sends. */
function ofRun(init: Extract<RecordingInit, { kind: 'run' }>): Source {
  const store = new RecordingStore({ limitBytes: init.limitBytes });
  store.inputs.moduleSha256 = createHash('sha256').update(init.bytes).digest('hex');
  const news = new ClientNews(
    () => store.firstStep,
    params => tell('news', params),
  );
  const live = new LiveRecording(store, init.bytes, init.backlog, call => news.recorded(call));
  // The port's messages are RecordingMessages: the engine worker is built from the same sources.
  const queue = new TaskQueue();
  init.port.on('message', ({ events, forClient }: RecordingMessage) => {
    news.pass(forClient);
    void queue.run(live.takeAll(events));
  });
  // The port is closed when the engine worker has ended, behind the last of its events.
  const closed = new Promise<void>(resolve => init.port.once('close', resolve));
  let table: SiteTable | null = null;
  return {
    store,
    sites: () => {
      if (!table && live.sites) table = moduleSites(live.sites.module, live.sites.recorded.sites);
      return table;
    },
    settled: async () => {
      await closed;
      await queue.idle();
      live.release();
      news.tell();
      return live;
    },
    stopped: async () => {
      const patience = setTimeout(() => live.leaveRest(), PATIENCE_MS);
      try {
        await closed;
        return await queue.run(live.takeStopped());
      } finally {
        clearTimeout(patience);
        live.release();
        news.tell();
      }
    },
    leaveRest: () => live.leaveRest(),
    opened: null,
  };
}

function ofFile(bytes: Uint8Array): Source {
  try {
    const { run, sites, store } = readRecording(bytes, checkRun);
    const table = fileSites(sites);
    return { ...ended, store, sites: () => table, opened: { kind: 'run', run } };
  } catch (error) {
    if (!(error instanceof RecordingFileError)) throw error;
    const { reason, message, offset } = error;
    const opened: OpenedFile = { kind: 'bad-file', reason, message, offset };
    return { ...ended, store: new RecordingStore(), sites: () => null, opened };
  }
}

function ofInit(init: RecordingInit): Source {
  if (init.kind === 'run') return ofRun(init);
  if (init.kind === 'file') return ofFile(init.bytes);
  const store = new RecordingStore();
  store.begin(init.changes, init.memoryBytes);
  return { ...ended, store, sites: () => null, opened: null };
}

// The client, built from the same sources, is the only one that starts this script.
const source = ofInit(workerData as RecordingInit);
const service = new RecordingService({
  ...source,
  searchProgress: (id, done) => tell('searchProgress', { id, done }),
});
const handler: MessageHandler<RecordingNotices, RecordingRequests> = new MessageHandler(service.handlers(), message =>
  client.postMessage(message),
);
client.on('message', message => void handler.receive(message));
