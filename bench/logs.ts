// The logs that recorded code is measured with: kept as a whole, in the ring that runs use, or not kept.

import { join } from 'node:path';
import { MessageChannel, Worker } from 'node:worker_threads';
import { readBranchHints } from '../src/platform/branchHints.ts';
import { now } from '../src/platform/clock.ts';
import { CHUNK_BYTES } from '../src/wasm/record/logFormat.ts';
import type { RecordedModule } from '../src/wasm/record/recordAccesses.ts';
import { AccessLog } from '../src/wire/accessLog.ts';
import { newBacklog } from '../src/wire/backlog.ts';
import { memoryClearer } from '../src/wire/clearMemory.ts';
import { newEventRing } from '../src/wire/eventRing.ts';
import { GuestStacks } from '../src/wire/guestStacks.ts';
import { newGuestTime } from '../src/wire/guestTime.ts';
import { RecordingOutlet } from '../src/wire/recordingOutlet.ts';
import { SeenMemory } from '../src/wire/seenMemory.ts';
import type { ClearingThreadData } from './clearingThread.ts';

readBranchHints(); // as `record --exact` does

/** What an exact module imports beside: marks of the parts that it has seen. */
export function addChecks(
  imports: WebAssembly.Imports,
  rewritten: RecordedModule,
  memory: WebAssembly.Memory,
): SeenMemory {
  const seen = new SeenMemory(memory, () => {});
  seen.addImports(imports, rewritten.addedImports);
  return seen;
}

export interface MeasuredLog {
  addImports(imports: WebAssembly.Imports): void;
  /** Before each run, and no part of it. */
  prepare(): void;
  /** The end of a run. */
  finish(): void;
  dispose(): void;
}

function addLog(imports: WebAssembly.Imports, log: AccessLog, rewritten: RecordedModule): void {
  log.addImports(imports, rewritten.addedImports);
  new GuestStacks().addImports(imports, rewritten, 0);
}

/** How the log of a row is kept, for the row's name, and how to make it. */
export interface LogMethod {
  readonly what: string;
  make(rewritten: RecordedModule): MeasuredLog;
}

/** Chunks of the log that is kept: more than any run writes, so that nothing of it is lost. */
const KEPT_CHUNKS = 160;

/** The log of a run stays where it was written. */
function keptLog(rewritten: RecordedModule): MeasuredLog {
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
    addImports: imports => addLog(imports, log, rewritten),
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
function ringLog(rewritten: RecordedModule): MeasuredLog {
  const [events, backlog, time] = [newEventRing(), newBacklog(), newGuestTime()];
  const { port1, port2 } = new MessageChannel();
  /** Bytes of records that the other thread was told of. */
  const told = new Int32Array(new SharedArrayBuffer(4));
  const workerData: ClearingThreadData = { events, backlog, port: port2, told };
  const thread = new Worker(join(import.meta.dirname, 'clearingThread.ts'), { workerData, transferList: [port2] });
  const wire = { events, backlog, time, port: port1 };
  const outlet = new RecordingOutlet(wire, { level: rewritten.plan.level, memory: null, isWhole: true, now });
  return {
    addImports: imports => outlet.addImports(imports, rewritten, 0),
    prepare() {
      outlet.beginCall({ kind: 'call', instance: 0, function: 'kernel', args: [], startNs: 0 });
    },
    finish() {
      const returned = {
        end: 'returned',
        results: [],
        trap: null,
        durationNs: 0,
        memoryBytes: 0,
        watched: null,
      } as const;
      outlet.endCall(returned, null, null); // hands over what is in the log
    },
    dispose() {
      port1.close();
      void thread.terminate();
      if (told[0] === 0) throw new Error('nothing was recorded');
    },
  };
}

/** The log of a run is written over again and again, in so little memory that it stays in the processor's cache. */
function overwrittenLog(rewritten: RecordedModule): MeasuredLog {
  let written = 0;
  const log = new AccessLog(records => {
    written += records.length;
  });
  return {
    addImports: imports => addLog(imports, log, rewritten),
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
