// The engine worker's entry: guests run here, and nowhere else.
import { whenStarted } from '../../platform/threads.ts';
import { execute } from './execute.ts';
import type { WorkerRequest } from './workerRequest.ts';

// The client, built from the same sources, is the only one that starts this script.
whenStarted(({ data, post }) => execute(data as WorkerRequest, post));
