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

const CALLER_FRAMES = 16;

/** File of the code that has called into the recorder; null where it has none. */
export function fileOfCaller(): string | null {
  const filesOf = (_: unknown, sites: readonly NodeJS.CallSite[]): unknown => sites.map(site => site.getFileName());
  const files = withErrors('stackTraceLimit', CALLER_FRAMES, () =>
    withErrors('prepareStackTrace', filesOf, (): unknown => new Error().stack),
  );
  const caller: unknown = Array.isArray(files)
    ? files.find(file => typeof file === 'string' && file !== __filename)
    : null;
  return typeof caller === 'string' ? caller : null;
}
