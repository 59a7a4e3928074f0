// The logs that recorded code is measured with: kept as a whole, in the ring that runs use, or not kept.
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { newBacklog, type RecordingMessage } from '../src/protocol/recording.ts';
import { CHUNK_BYTES, type RecordLevel } from '../src/wasm/record/logFormat.ts';
import { AccessLog } from '../src/wire/accessLog.ts';
import { memoryClearer } from '../src/wire/clearMemory.ts';
import { RecordingOutlet } from '../src/wire/recordingOutlet.ts';

export interface MeasuredLog {
  addImports(imports: WebAssembly.Imports): void;
  /** Before each run, and no part of it. */
  prepare(): void;
  /** The end of a run. */
  finish(): void;
  dispose(): void;
}

/** How the log of a row is kept, for the row's name, and how to make it. */
export interface LogMethod {
  readonly what: string;
  make(level: RecordLevel): MeasuredLog;
}

/** Chunks of the log that is kept: more than any run writes, so that nothing of it is lost. */
const KEPT_CHUNKS = 160;

/** The log of a run stays where it was written. */
function keptLog(): MeasuredLog {
  let kept = 0;
  const log = new AccessLog(
    records => {
      kept += records.length;
    },
    KEPT_CHUNKS,
    start => {
      if (start === (KEPT_CHUNKS - 1) * CHUNK_BYTES)
        throw new Error('the log of one run is kept, and this one is too long');
    },
  );
  const clear = memoryClearer(log.memory);
  // Pages that the system gives for the first time cost more than the recording does.
  clear(0, log.memory.buffer.byteLength);
  return {
    addImports: imports => log.addImports(imports),
    prepare() {
      log.flush();
      clear(0, log.takenWord[0]);
      log.takenWord[0] = 0;
      log.position.value = 0;
      kept = 0;
    },
    finish() {
      log.flush();
      if (kept === 0) throw new Error('nothing was recorded');
    },
    dispose() {},
  };
}

/** The log of a run, whose chunks another thread clears and gives back. */
function ringLog(level: RecordLevel): MeasuredLog {
  const backlog = newBacklog();
  const thread = new Worker(join(import.meta.dirname, 'clearingThread.ts'), { workerData: backlog });
  let handedOver = 0;
  const port = {
    postMessage({ events }: RecordingMessage): void {
      for (const event of events) {
        if (event.type === 'log') handedOver += event.bytes;
        if (event.type === 'attached' && event.log) memoryClearer(event.log)(0, event.log.buffer.byteLength); // as above
        thread.postMessage(event);
      }
    },
  };
  const outlet = new RecordingOutlet(port, backlog, level, null, () => {});
  return {
    addImports: imports => outlet.addImports(imports),
    prepare() {
      handedOver = 0;
    },
    finish() {
      outlet.switchInstance(0); // hands over what is in the log
      if (handedOver === 0) throw new Error('nothing was recorded');
    },
    dispose: () => void thread.terminate(),
  };
}

/** The log of a run is written over again and again, in so little memory that it stays in the processor's cache. */
function overwrittenLog(): MeasuredLog {
  let written = 0;
  const log = new AccessLog(records => {
    written += records.length;
  });
  return {
    addImports: imports => log.addImports(imports),
    prepare() {
      written = 0;
    },
    finish() {
      log.flush();
      if (written === 0) throw new Error('nothing was recorded');
    },
    dispose() {},
  };
}

/** The first is what the reaches are of; what it costs more than the last is what new memory costs. */
export const LOG_METHODS: readonly LogMethod[] = [
  { what: 'log kept where it was written, cleared before', make: keptLog },
  { what: "log in a run's ring, cleared by another thread", make: ringLog },
  { what: 'log not kept: two chunks, cleared by the guest', make: overwrittenLog },
];
