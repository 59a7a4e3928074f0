// What Node gives a process and not its threads: the working folder, the user it runs as, and signals. The thread asks the process for the ones,
// and is told of the others.
import { constants } from 'node:os';
import { inspect } from 'node:util';
import type { MessagePort } from 'node:worker_threads';
import { replaceMethods } from './nativeFunctions.ts';

/** What a program's thread asks of its process. */
export type ProcessRequest =
  /** To call a function of `process`. The thread waits for the answer. */
  | { readonly type: 'call'; readonly name: Settable; readonly args: readonly unknown[]; readonly answer: Answer }
  /** To be told of a signal, as a listener of `process` is, or no more. */
  | { readonly type: 'signal'; readonly name: NodeJS.Signals; readonly isHandled: boolean };

/** A signal that the process got, to its thread. */
export interface SignalMessage {
  readonly signal: NodeJS.Signals;
}

/** Functions of `process` that set what is the process's, and of which Node says in a thread that there they are not supported. */
const SETTABLE = ['chdir', 'umask', 'setuid', 'seteuid', 'setgid', 'setegid', 'setgroups', 'initgroups'] as const;
type Settable = (typeof SETTABLE)[number];

/** Shared: a word (0: none yet), and a result or an error as JSON, of a length. */
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
  const call = (name: Settable, args: readonly unknown[]): unknown => {
    const answer = {
      words: new Int32Array(new SharedArrayBuffer(8)),
      text: new Uint8Array(new SharedArrayBuffer(MAX_TEXT_BYTES)),
    };
    ask({ type: 'call', name, args, answer });
    Atomics.wait(answer.words, 0, STATE.none);
    const told: unknown = JSON.parse(new TextDecoder().decode(answer.text.slice(0, answer.words[1])));
    if (answer.words[0] === STATE.failed) throw errorOf(told);
    return Object(told).result;
  };
  for (const name of SETTABLE) {
    const original: unknown = Reflect.get(process, name);
    if (typeof original !== 'function') continue; // Windows has no users of this kind
    replaceMethods(process, {
      [name]: (...args: unknown[]): unknown => {
        // Without an argument it only tells.
        if (name === 'umask' && args[0] === undefined) return Reflect.apply(original, process, args);
        if (name === 'chdir' && typeof args[0] !== 'string') throw notString('directory', args[0]);
        return call(name, args);
      },
    });
  }
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

/** As Node says it. Said here, since not everything that is no string could be sent to the process. */
function notString(name: string, given: unknown): TypeError {
  const error = new TypeError(`The "${name}" argument must be of type string. Received ${received(given)}`);
  return Object.assign(error, { code: 'ERR_INVALID_ARG_TYPE' });
}

const CLASSES: Readonly<Record<string, ErrorConstructor>> = { TypeError, RangeError };

function errorOf(told: unknown): Error {
  const { name, message, ...more } = Object(told);
  return Object.assign(new (CLASSES[name] ?? Error)(message), more);
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
      case 'call':
        answerCall(request);
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

function answerCall({ name, args, answer: { words, text } }: Extract<ProcessRequest, { type: 'call' }>): void {
  let state: number = STATE.done;
  let told: object;
  try {
    const of: unknown = Reflect.get(process, name);
    told = { result: typeof of === 'function' ? Reflect.apply(of, process, args) : undefined };
  } catch (error) {
    state = STATE.failed;
    const [kind, message] = error instanceof Error ? [error.name, error.message] : ['Error', String(error)];
    told = { ...Object(error), name: kind, message };
  }
  const bytes = new TextEncoder().encode(JSON.stringify(told));
  text.set(bytes.subarray(0, text.length));
  words[1] = bytes.length;
  Atomics.store(words, 0, state);
  Atomics.notify(words, 0);
}
