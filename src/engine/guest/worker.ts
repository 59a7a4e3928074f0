// The engine worker's entry: guests run here, and nowhere else.
import { starter } from '../../platform/threads.ts';
import { execute } from './execute.ts';
import type { WorkerRequest } from './workerRequest.ts';

const client = starter();
// The client, built from the same sources, is the only one that starts this script.
execute(client.data as WorkerRequest, event => client.post(event));
