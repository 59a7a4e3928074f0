// Threads, and how they talk. What they share is shared memory; the rest is copied or handed over.
import { join } from 'node:path';
import { MessageChannel, type MessagePort, parentPort, Worker, workerData } from 'node:worker_threads';

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

export interface ThreadOptions {
  /** Folder of the built scripts, and the name of one. */
  readonly folder: string;
  readonly script: 'worker' | 'recording' | 'module';
  readonly name: string;
  /** What the thread is started with. */
  readonly data: unknown;
  /** Ports in `data`, which are handed over. */
  readonly transfer: readonly MessagePort[];
}

export function startThread({ folder, script, name, data, transfer }: ThreadOptions): Thread {
  return threadOf(new Worker(join(folder, `${script}.js`), { workerData: data, transferList: [...transfer], name }));
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

/** The thread that started this one. @throws Error where none has */
export function starter(): {
  readonly data: unknown;
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
} {
  const port = parentPort;
  if (!port) throw new Error('this script was not started as a thread');
  const data: unknown = workerData;
  return { data, post: message => port.postMessage(message), onMessage: listener => void port.on('message', listener) };
}

/** Resolves when what has come meanwhile is dealt with. */
export const pause = (): Promise<void> => new Promise(resolve => setImmediate(resolve));
