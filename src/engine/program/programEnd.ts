// How a program ends: by itself, by what nobody caught, or at once. Its thread ends with the exit status that a process of its own would have.

/** By how a shell tells of a process that has aborted itself. */
const ABORTED = 134;
/** By how Node tells that a listener threw which was to deal with what nobody had caught: no listener of `exit` is told then. */
const LISTENER_THREW = 7;
const UNCAUGHT = 1;

type Exit = (status: number) => unknown;

const isFunction = (value: unknown): value is (...args: unknown[]) => unknown => typeof value === 'function';

/**
 * @param finish called once, before the thread ends: nothing of the program runs behind it. It must not throw.
 * @param uncaught told of what is thrown and nobody catches, before listeners that may deal with it
 */
export function watchEnd(finish: () => void, uncaught: (thrown: unknown) => void): void {
  let isExiting = false;
  let isFinished = false;
  /** Something is thrown that nobody catches, by a listener of `exit`. */
  let isThrownInExit = false;
  const finishOnce = (): void => {
    if (isFinished) return;
    isFinished = true;
    finish();
  };
  // Behind all listeners of the program, who may write to memory, too.
  const emit: unknown = Reflect.get(process, 'emit');
  const tell = isFunction(emit) ? emit : (): boolean => false;
  const value = function (this: unknown, ...event: unknown[]): unknown {
    const isExit = event[0] === 'exit' && this === process;
    isExiting ||= isExit;
    if (event[0] === 'uncaughtExceptionMonitor' && this === process) uncaught(event[1]);
    try {
      return Reflect.apply(tell, this, event);
    } finally {
      if (isExit) finishOnce();
    }
  };
  Object.defineProperty(process, 'emit', { value, configurable: true, writable: true });
  // Node does not document it, and ends threads by it; as do programs that want no listener of `exit` to be told.
  const reallyExit: unknown = Reflect.get(process, 'reallyExit');
  const end: Exit = isFunction(reallyExit) ? status => Reflect.apply(reallyExit, process, [status]) : process.exit;
  const endWith: Exit = status => {
    finishOnce();
    process.removeAllListeners('exit'); // V8 may take a while to end the thread, and Node tells them again then
    return end(status);
  };
  process.abort = () => endWith(ABORTED) as never; // the thread ends in it
  // A thread ends with 1 for whatever nobody caught, and where that was thrown by a listener of `exit` with 0.
  const fatal: unknown = Reflect.get(process, '_fatalException');
  if (!isFunction(reallyExit) || !isFunction(fatal)) return; // another Node
  Object.assign(process, {
    _fatalException(...thrown: unknown[]): unknown {
      isThrownInExit = isExiting;
      const isHandled = fatal(...thrown);
      isThrownInExit = false;
      return isHandled;
    },
    reallyExit(status: number): unknown {
      if (isThrownInExit) return endWith(statusOf(process.exitCode) ?? UNCAUGHT);
      return endWith(!isExiting && Reflect.get(process, '_exiting') === true ? LISTENER_THREW : status);
    },
  });
}

/** A program may set it as text. */
const statusOf = (code: typeof process.exitCode): number | null =>
  code === undefined || code === null ? null : Number(code);
