// Threads have the ids that they have without a recording: what the program sees of them is counted without the recorder's own.
import { fileOfCaller } from './errorProperties.ts';
import { replaceGetter, replaceMethods } from './nativeFunctions.ts';

/** The program's own thread, which it takes for its process's, and the recording's. Both are there before any that it starts. */
const OURS = 2;

/** Node gives a copy of what is kept under it to each thread that is started: the id of the program's own thread, as Node counts. */
const PROGRAM_THREAD = 'wasm-shared-memory.programThread';

/** Code of Node that knows threads by their ids, too. */
const NODES_WORKERS = 'node:internal/worker';

const threads = process.getBuiltinModule('node:worker_threads');

/** In the program's own thread, and in each that it starts. @returns the id of this one, as the program sees it */
export function useThreadIds(): number {
  const kept: unknown = threads.getEnvironmentData(PROGRAM_THREAD);
  const main = typeof kept === 'number' ? kept : threads.threadId;
  if (kept === undefined) threads.setEnvironmentData(PROGRAM_THREAD, main);
  const seen = (id: unknown): unknown => {
    if (typeof id !== 'number' || id < main) return id; // -1 of one that has ended
    return id === main ? 0 : id - OURS;
  };
  const nodes = (id: unknown): unknown => {
    if (id === 0) return main;
    return typeof id === 'number' && id >= main ? id + OURS : id;
  };
  replaceGetter(threads.Worker.prototype, 'threadId', (_, original) => {
    const id = original();
    return fileOfCaller()?.startsWith(NODES_WORKERS) ? id : seen(id);
  });
  usePostedIds(nodes, seen);
  return Number(seen(threads.threadId));
}

/** Threads write to each other by their ids. */
function usePostedIds(nodes: (id: unknown) => unknown, seen: (id: unknown) => unknown): void {
  const post: unknown = Reflect.get(threads, 'postMessageToThread');
  if (typeof post !== 'function') return; // an older Node
  replaceMethods(threads, {
    postMessageToThread: (id: unknown, ...more: unknown[]): unknown =>
      Reflect.apply(post, threads, [nodes(id), ...more]),
  });
  const emit: unknown = Reflect.get(process, 'emit');
  if (typeof emit !== 'function') return;
  const value = function (this: unknown, ...event: unknown[]): unknown {
    const isPosted = event[0] === 'workerMessage' && this === process;
    return Reflect.apply(emit, this, isPosted ? [event[0], event[1], seen(event[2])] : event);
  };
  Object.defineProperty(process, 'emit', { value, configurable: true, writable: true });
}
