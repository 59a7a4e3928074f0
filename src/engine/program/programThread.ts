// Runs before a program's own script, in its thread: everything that the program instantiates goes through the recorder.

import { ProgramRecorder } from './programRecorder.ts';
import { isProgramRequest, type ProgramEvent, type ProgramRequest } from './programRequest.ts';
import { useStandardStreams } from './standardStreams.ts';
import { hookWebAssembly } from './webAssemblyHooks.ts';

// The modules themselves, not what a bundler makes of an import: what is set here is what the program finds.
const threads = process.getBuiltinModule('node:worker_threads');
const { syncBuiltinESMExports } = process.getBuiltinModule('node:module');

/** A program need not know that it runs in a thread: some do other things there. */
function hideThread(): void {
  Object.assign(threads, { isMainThread: true, parentPort: null, workerData: null });
  syncBuiltinESMExports();
}

function start(request: ProgramRequest): void {
  const emit = (event: ProgramEvent): void => request.events.postMessage(event);
  hideThread();
  useStandardStreams();
  const recorder = new ProgramRecorder(request, emit);
  hookWebAssembly((module, source, imports) => recorder.makeInstance(module, source, imports));
  process.on('exit', () => recorder.finish());
}

const data: unknown = threads.workerData;
if (isProgramRequest(data)) start(data);
