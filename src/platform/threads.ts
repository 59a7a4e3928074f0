// Threads, and how they talk. What they share is shared memory; the rest is copied or handed over.
import { join } from 'node:path';
import { MessageChannel, type MessagePort, parentPort, Worker } from 'node:worker_threads';

export type { MessagePort };

/** A thread that this one has started. */
export interface Thread {
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  /** It failed: the message of what it threw. It ends, too. */
  onError(listener: (message: string) => void): void;
  onEnd(listener: () => void): void;
  /** Ends it, whatever it does. */
  end(): void;
}

/** The built scripts that run in threads. */
export type ThreadScript = 'worker' | 'recording' | 'module';

export interface ThreadOptions {
  /** Folder of the built scripts. */
  readonly folder: string;
  readonly script: ThreadScript;
  /** What the thread is started with. */
  readonly data: unknown;
  /** Ports in `data`, which are handed over. */
  readonly transfer: readonly MessagePort[];
  /** Where a thread may wait that was started before; there need not be one. */
  readonly spares?: SpareThreads | null;
}

export function startThread({ folder, script, data, transfer, spares = null }: ThreadOptions): Thread {
  const worker = spares?.take(script) ?? newWorker(folder, script);
  worker.postMessage(data, transfer);
  return threadOf(worker);
}

/** It waits for its data, see {@link whenStarted}. */
const newWorker = (folder: string, script: ThreadScript): Worker =>
  new Worker(join(folder, `${script}.js`), { name: `wasm-shared-memory ${script}` });

/** How long threads wait that nobody takes. */
const SPARE_MS = 2 * 60_000;

/** Threads that are started before they are needed, one of each script: it is loaded, and waits for its data. Each is used once. */
export class SpareThreads {
  private readonly waiting = new Map<ThreadScript, Worker>();
  private timer: NodeJS.Timeout | undefined;

  /** @param folder of the built scripts */
  constructor(
    private readonly folder: string,
    private readonly scripts: readonly ThreadScript[],
    private readonly spareMs = SPARE_MS,
  ) {}

  /** Starts those that are missing. Nobody may need them for now: they end after a while. */
  prepare(): void {
    for (const script of this.scripts) if (!this.waiting.has(script)) this.start(script);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.dispose(), this.spareMs);
  }

  /** Null where none waits. */
  take(script: ThreadScript): Worker | null {
    const worker = this.waiting.get(script) ?? null;
    this.waiting.delete(script);
    worker?.removeAllListeners();
    return worker;
  }

  /** How many wait. */
  get count(): number {
    return this.waiting.size;
  }

  /** Ends those that wait; others may be prepared again. */
  dispose(): void {
    clearTimeout(this.timer);
    for (const script of this.scripts) void this.take(script)?.terminate();
  }

  /** One that can't be started is told when it is needed: then another one is tried. */
  private start(script: ThreadScript): void {
    let worker: Worker;
    try {
      worker = newWorker(this.folder, script);
    } catch {
      return;
    }
    this.waiting.set(script, worker);
    worker.on('error', () => {});
    worker.on('exit', () => this.waiting.delete(script));
  }
}

export function threadOf(worker: Worker): Thread {
  return {
    post: message => worker.postMessage(message),
    onMessage: listener => void worker.on('message', listener),
    onError: listener => void worker.on('error', error => listener(error.message)),
    onEnd: listener => void worker.once('exit', listener),
    end: () => void worker.terminate(),
  };
}

/** Two ends of a connection; either can be given to another thread. */
export const newChannel = (): { readonly port1: MessagePort; readonly port2: MessagePort } => new MessageChannel();

/** @param onClose called behind the last message, when the thread at the other end has ended */
export function listen(port: MessagePort, onMessage: (message: unknown) => void, onClose: () => void): void {
  port.on('message', onMessage);
  port.once('close', onClose);
}

/** The thread that started this one, and what it gave to it. */
export interface Starter {
  readonly data: unknown;
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
}

/**
 * To be called by a thread's script: it may be loaded before there is something to do.
 * @param begin called once with what the thread is to do
 * @throws Error where nobody has started this thread
 */
export function whenStarted(begin: (starter: Starter) => void): void {
  const port = parentPort;
  if (!port) throw new Error('this script was not started as a thread');
  port.once('message', (data: unknown) =>
    begin({
      data,
      post: message => port.postMessage(message),
      onMessage: listener => void port.on('message', listener),
    }),
  );
}

/** Resolves when what has come meanwhile is dealt with. */
export const pause = (): Promise<void> => new Promise(resolve => setImmediate(resolve));
