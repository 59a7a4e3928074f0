// In the place of the recording thread where the guest is measured: clears the chunks of a log and gives them back unread.

import { type MessagePort, workerData } from 'node:worker_threads';
import type { RecordingEvent } from '../src/protocol/recording.ts';
import { CHUNK_BYTES } from '../src/wasm/record/logFormat.ts';
import { arrive, type Backlog } from '../src/wire/backlog.ts';
import { memoryClearer } from '../src/wire/clearMemory.ts';
import { EventPump, type EventRingMemory } from '../src/wire/eventRing.ts';
import { SharedLog } from '../src/wire/sharedLog.ts';

export interface ClearingThreadData {
  readonly events: EventRingMemory;
  readonly backlog: Backlog;
  readonly port: MessagePort;
  /** Takes the bytes of records that were told of. */
  readonly told: Int32Array;
}

// Given by `ringLog`, the only one that starts this script.
const { events, backlog, port, told } = workerData as ClearingThreadData;
let log: SharedLog | null = null;

function take(event: RecordingEvent): void {
  if (event.type === 'attached' && event.log) {
    // Pages that the system gives for the first time cost more than the recording does.
    memoryClearer(event.log)(0, event.log.buffer.byteLength);
    log = new SharedLog(event.log, event.taken);
  } else if (event.type === 'log') told[0] += event.bytes;
  else if (event.type === 'chunk-left') {
    log?.clearChunk(event.start);
    arrive(backlog, CHUNK_BYTES);
  }
}

const pump = new EventPump<RecordingEvent>(events, async taken => taken.forEach(take));
port.on('message', message => pump.receive(message));
