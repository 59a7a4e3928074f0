// What Node gives a process and not its threads: the working folder, and signals. The thread asks the process for the one, and is told of the others.
import { constants } from 'node:os';
import { inspect } from 'node:util';
import type { MessagePort } from 'node:worker_threads';

/** What a program's thread asks of its process. */
export type ProcessRequest =
  /** To work in another folder, as `process.chdir`. The thread waits for the answer. */
  | { readonly type: 'chdir'; readonly folder: string; readonly answer: Answer }
  /** To be told of a signal, as a listener of `process` is, or no more. */
  | { readonly type: 'signal'; readonly name: NodeJS.Signals; readonly isHandled: boolean };

/** A signal that the process got, to its thread. */
export interface SignalMessage {
  readonly signal: NodeJS.Signals;
}

/** Shared: a word (0: none yet), and an error as JSON, of a length. */
interface Answer {
  readonly words: Int32Array<SharedArrayBuffer>;
  readonly text: Uint8Array<SharedArrayBuffer>;
}

const STATE = { none: 0, done: 1, failed: 2 } as const;
const MAX_TEXT_BYTES = 65_536;

const isSignal = (name: unknown): name is NodeJS.Signals => typeof name === 'string' && name in constants.signals;

/** Puts itself in the place of what does not work in a thread, in the thread. */
export function useProcessApi(events: MessagePort): void {
  const ask = (request: ProcessRequest): void => events.postMessage(request);
  process.chdir = folder => {
    if (typeof folder !== 'string') {
      const error = new TypeError(`The "directory" argument must be of type string. Received ${received(folder)}`);
      throw Object.assign(error, { code: 'ERR_INVALID_ARG_TYPE' });
    }
    const answer = {
      words: new Int32Array(new SharedArrayBuffer(8)),
      text: new Uint8Array(new SharedArrayBuffer(MAX_TEXT_BYTES)),
    };
    ask({ type: 'chdir', folder, answer });
    Atomics.wait(answer.words, 0, STATE.none);
    if (answer.words[0] === STATE.failed) throw errorOf(answer);
  };
  process.on('newListener', name => {
    if (isSignal(name) && process.listenerCount(name) === 0) ask({ type: 'signal', name, isHandled: true });
  });
  process.on('removeListener', name => {
    if (isSignal(name) && process.listenerCount(name) === 0) ask({ type: 'signal', name, isHandled: false });
  });
  events.on('message', ({ signal }: SignalMessage) => {
    Reflect.apply(process.emit, process, [signal, signal, constants.signals[signal]]);
  });
  events.unref(); // who only waits for signals ends
}

/** As Node's own messages say it. */
function received(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'object') return `an instance of ${value.constructor?.name ?? 'Object'}`;
  return typeof value === 'function' ? `function ${value.name}` : `type ${typeof value} (${inspect(value)})`;
}

function errorOf({ words, text }: Answer): Error {
  const { message, ...more } = JSON.parse(new TextDecoder().decode(text.slice(0, words[1])));
  return Object.assign(new Error(message), more);
}

/** In the process. */
export class ProcessServer {
  private readonly handled = new Map<NodeJS.Signals, () => void>();

  constructor(private readonly tell: (message: SignalMessage) => void) {}

  /** Whether the program handles a signal itself. */
  handles(signal: NodeJS.Signals): boolean {
    return this.handled.has(signal);
  }

  receive(request: ProcessRequest): void {
    switch (request.type) {
      case 'chdir':
        changeFolder(request.folder, request.answer);
        break;
      case 'signal':
        this.handle(request.name, request.isHandled);
        break;
    }
  }

  dispose(): void {
    for (const [signal, listener] of this.handled) process.off(signal, listener);
    this.handled.clear();
  }

  private handle(signal: NodeJS.Signals, isHandled: boolean): void {
    const known = this.handled.get(signal);
    if (isHandled === (known !== undefined)) return;
    if (known) {
      process.off(signal, known);
      this.handled.delete(signal);
      return;
    }
    const listener = (): void => this.tell({ signal });
    try {
      process.on(signal, listener);
      this.handled.set(signal, listener);
    } catch {
      // There is no handling this one: SIGKILL and SIGSTOP, which the program is told otherwise.
    }
  }
}

function changeFolder(folder: string, { words, text }: Answer): void {
  let state: number = STATE.done;
  try {
    process.chdir(folder);
  } catch (error) {
    state = STATE.failed;
    const message = error instanceof Error ? error.message : String(error);
    const told = new TextEncoder().encode(JSON.stringify({ ...Object(error), message }));
    text.set(told.subarray(0, text.length));
    words[1] = told.length;
  }
  Atomics.store(words, 0, state);
  Atomics.notify(words, 0);
}
