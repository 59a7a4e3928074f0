// Reading an object that may hold anything; each error names the request and the parameter.

/** Throws a TypeError where the value is no object. */
export function objectOf(request: string, value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) throw new TypeError(`${request}: the parameters are no object`);
  // A property of any object may be read as unknown.
  return value as Readonly<Record<string, unknown>>;
}

/** The parameters of one request. All throw a TypeError where the value is not what it has to be. */
export class Fields {
  private readonly values: Readonly<Record<string, unknown>>;

  constructor(
    private readonly request: string,
    params: unknown,
  ) {
    this.values = objectOf(request, params);
  }

  get(name: string): unknown {
    return this.values[name];
  }

  has(name: string): boolean {
    return this.values[name] !== undefined;
  }

  /** A whole number from `minimum` to `maximum`, both included. */
  whole(name: string, minimum = 0, maximum = Number.MAX_SAFE_INTEGER): number {
    return this.checkWhole(this.get(name), name, minimum, maximum);
  }

  checkWhole(value: unknown, name: string, minimum: number, maximum: number): number {
    if (typeof value === 'number' && Number.isInteger(value) && value >= minimum && value <= maximum) return value;
    throw this.wrong(name, `no whole number from ${minimum} to ${maximum}`);
  }

  boolean(name: string): boolean {
    const value = this.get(name);
    if (typeof value === 'boolean') return value;
    throw this.wrong(name, 'neither true nor false');
  }

  /** At least one character, and at most `maximum`. */
  text(name: string, maximum: number): string {
    const value = this.get(name);
    if (typeof value === 'string' && value.length > 0 && value.length <= maximum) return value;
    throw this.wrong(name, `no text of 1 to ${maximum} characters`);
  }

  oneOf<const T extends string>(name: string, known: readonly T[]): T {
    const value = this.get(name);
    const found = known.find(each => each === value);
    if (found !== undefined) return found;
    throw this.wrong(name, `none of ${known.join(', ')}`);
  }

  /** At most `maximum` entries, each of which `check` takes or throws. */
  list<T>(name: string, maximum: number, check: (entry: unknown, name: string) => T): T[] {
    const value = this.get(name);
    if (!Array.isArray(value) || value.length > maximum) throw this.wrong(name, `no list of at most ${maximum}`);
    return value.map((entry: unknown) => check(entry, `an entry of ${name}`));
  }

  private wrong(name: string, what: string): TypeError {
    return new TypeError(`${this.request}: ${name} is ${what}`);
  }
}
