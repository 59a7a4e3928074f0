// The engine worker's entry: guests run here, and nowhere else.
import { parentPort, workerData } from 'node:worker_threads';
import { execute } from './execute.ts';
import type { WorkerRequest } from './workerRequest.ts';

const port = parentPort;
if (!port) throw new Error('the engine worker was not started as a worker');
// The client, built from the same sources, is the only one that starts this script.
execute(workerData as WorkerRequest, event => port.postMessage(event));
