// In the place of the recording thread where the guest is measured: clears the chunks of a log and gives them back unread.
import { parentPort, workerData } from 'node:worker_threads';
import { BACKLOG, type Backlog, type RecordingEvent } from '../src/protocol/recording.ts';
import { CHUNK_BYTES } from '../src/wasm/record/logFormat.ts';
import { SharedLog } from '../src/wire/sharedLog.ts';

const backlog = workerData as Backlog; // given by `ringLog`, the only one that starts this script
let log: SharedLog | null = null;
parentPort?.on('message', (event: RecordingEvent) => {
  if (event.type === 'attached') log = event.log && new SharedLog(event.log, event.taken);
  if (event.type !== 'chunk-left') return;
  log?.clearChunk(event.start);
  Atomics.sub(backlog, BACKLOG.bytes, CHUNK_BYTES);
  Atomics.notify(backlog, BACKLOG.bytes);
});
