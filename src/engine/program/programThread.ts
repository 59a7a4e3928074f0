// Runs before a program's own script, in its thread: everything that the program instantiates goes through the recorder.

import { inspect } from 'node:util';
import { keepClock } from '../../platform/clock.ts';
import { bufferOf } from '../../platform/plainApi.ts';
import { messageOf } from '../../protocol/text.ts';
import { rememberFileNames } from './fileNames.ts';
import { classInPlaceOf, hideSources, replaceMethods } from './nativeFunctions.ts';
import { isSharedByThreads, SHARED_BY_THREADS, type SharedByThreads, ThreadNews } from './otherThreads.ts';
import { useProcessApi } from './processApi.ts';
import { watchEnd } from './programEnd.ts';
import { ProgramRecorder } from './programRecorder.ts';
import { isProgramRequest, type ProgramEvent, type ProgramRequest } from './programRequest.ts';
import { ProgramThreads } from './programThreads.ts';
import { useStandardStreams } from './standardStreams.ts';
import { ThreadAllocators } from './threadAllocators.ts';
import { newThreadBlocks, ThreadBlocks } from './threadBlocks.ts';
import { ThreadGuests } from './threadGuests.ts';
import { useThreadIds } from './threadIds.ts';
import { hookWebAssembly } from './webAssemblyHooks.ts';

// The modules themselves, not what a bundler makes of an import: what is set here is what the program finds.
const threads = process.getBuiltinModule('node:worker_threads');
const { createRequire, syncBuiltinESMExports } = process.getBuiltinModule('node:module');
const fs = process.getBuiltinModule('node:fs');

/** What has Node run this script first in a thread. */
const PRELOAD = '--require';
const preload = process.execArgv.slice(-2);

/**
 * Threads have the options of the one that starts them, where it does not give them others: these need the script, too.
 * @param before called before each is started, @param started when it is
 */
function preloadInThreads(before: () => void = () => {}, started: () => void = () => {}): void {
  if (preload[0] !== PRELOAD) return;
  const Worker = classInPlaceOf('Worker', threads.Worker, ([script, options, ...more], construct) => {
    const own: unknown = Object(options).execArgv;
    // Node reads inherited options, too.
    const given = Array.isArray(own)
      ? Object.create(Object(options), { execArgv: { value: [...own, ...preload], enumerable: true } })
      : options;
    before();
    const worker = construct([script, given, ...more]);
    started();
    return worker;
  });
  replaceMethods(threads, { Worker });
}

/** A program need not know that it runs in a thread: some do other things there. */
function hideThread(nodeOptions: readonly string[]): void {
  Object.assign(threads, { isMainThread: true, parentPort: null, workerData: null, resourceLimits: {} });
  process.execArgv = [...nodeOptions];
}

/** The recording's thread is there before those that the program starts, whose ids come behind its. */
function recordingFirst(events: ProgramRequest['events']): () => void {
  const isThere = new Int32Array(new SharedArrayBuffer(4));
  return () => {
    if (Atomics.load(isThere, 0) === 1) return;
    events.postMessage({ type: 'recordingFirst', isThere } satisfies ProgramEvent);
    Atomics.wait(isThere, 0, 0);
  };
}

function start(request: ProgramRequest): void {
  const emit = (event: ProgramEvent): void => request.events.postMessage(event);
  keepClock();
  hideSources();
  rememberFileNames(fs);
  useProcessApi(request.events);
  const news = new ThreadNews();
  preloadInThreads(recordingFirst(request.events), () => {
    news.hasThreads = true;
  });
  Object.assign(threads, { threadId: useThreadIds() });
  hideThread(request.nodeOptions);
  syncBuiltinESMExports();
  useStandardStreams();
  const shared = { news: { ...news.memory }, blocks: newThreadBlocks() } satisfies SharedByThreads;
  threads.setEnvironmentData(SHARED_BY_THREADS, shared);
  const { blocks, allocators } = allocatorsOf(shared, news);
  const recorder = new ProgramRecorder(request, emit, new ProgramThreads(news, blocks, allocators));
  hookWebAssembly(
    (module, source, imports) => recorder.makeInstance(module, source, imports),
    call => recorder.stacks.within(call),
  );
  watchEnd(
    () => recorder.finish(),
    // It is another object for who gets it from a thread: no longer of its class, and without what it holds.
    thrown => emit({ type: 'uncaught', text: textOf(thrown), message: messageOf(thrown), isTrap: isTrap(thrown) }),
  );
}

/** As Node writes it; null where that fails, by code of the program. */
function textOf(thrown: unknown): string | null {
  try {
    return inspect(thrown);
  } catch {
    return null;
  }
}

/** Where a stack has no more room, V8 throws a RangeError out of guests, too. */
function isTrap(thrown: unknown): boolean {
  try {
    return thrown instanceof WebAssembly.RuntimeError || thrown instanceof RangeError;
  } catch {
    return false; // a proxy may throw
  }
}

function allocatorsOf(shared: SharedByThreads, news: ThreadNews) {
  const blocks = new ThreadBlocks(shared.blocks, twice => news.tell({ kind: 'twice', ...twice }));
  const { Memory } = WebAssembly;
  replaceMethods(WebAssembly, {
    Memory: classInPlaceOf('Memory', Memory, (args, construct) => {
      const made = construct(args);
      if (bufferOf(made) instanceof SharedArrayBuffer) blocks.memoryMade();
      return made;
    }),
  });
  return { blocks, allocators: new ThreadAllocators(threads.threadId, blocks) };
}

/** One of the threads that the program starts. */
function watch(shared: SharedByThreads): void {
  hideSources();
  preloadInThreads();
  Object.assign(threads, { threadId: useThreadIds() });
  syncBuiltinESMExports();
  process.execArgv = process.execArgv.slice(0, -preload.length);
  const news = new ThreadNews(shared.news);
  const guests = new ThreadGuests(threads.threadId, news, allocatorsOf(shared, news).allocators);
  hookWebAssembly((module, _source, imports) => guests.makeInstance(module, imports));
}

const data: unknown = threads.workerData;
const shared: unknown = threads.getEnvironmentData(SHARED_BY_THREADS);
if (isProgramRequest(data)) start(data);
else if (isSharedByThreads(shared)) watch(shared);
// The program finds its own modules alone.
delete createRequire(__filename).cache[__filename];
