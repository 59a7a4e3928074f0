// The engine worker's entry: guests run here, and nowhere else.
import { parentPort, workerData } from 'node:worker_threads';
import type { EngineEvent, WorkerRequest } from '../protocol/engine.ts';
import { execute } from './execute.ts';

const port = parentPort;
if (!port) throw new Error('the engine worker was not started as a worker');
// The client, built from the same sources, is the only one that starts this script.
execute(workerData as WorkerRequest, event => port.postMessage(event, contentsOf(event)));

/** Page contents are handed over, not copied: a call may change hundreds of MiB. */
function contentsOf(event: EngineEvent): ArrayBuffer[] {
  return event.type === 'instantiated' || event.type === 'call-ended' ? [event.changes.contents.buffer] : [];
}
