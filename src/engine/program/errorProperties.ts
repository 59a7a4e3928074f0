// Properties of `Error` that V8 reads: what makes stacks, and how long they are.

/** Calls a function while a property of `Error` is another one; where the program has fixed it, it stays. */
export function withErrors<Result>(name: string, value: unknown, call: () => Result): Result {
  const before = Object.getOwnPropertyDescriptor(Error, name);
  const isSet = Reflect.defineProperty(Error, name, { value, writable: true, enumerable: true, configurable: true });
  try {
    return call();
  } finally {
    if (isSet && before) Reflect.defineProperty(Error, name, before);
    else if (isSet) Reflect.deleteProperty(Error, name);
  }
}
