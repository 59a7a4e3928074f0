// Functions of ours that a program has in the place of others: name, length and source are what those would have.
const sources = new WeakMap<object, string>();
const { toString: tellSource } = Function.prototype;

const sourceOf = (of: object): string => Reflect.apply(tellSource, of, []);

/** The same function, or class, with all that a program can see of the one that it takes the place of. */
export function inPlaceOf<Made extends object>(
  original: object & { readonly name: string; readonly length: number },
  made: Made,
): Made {
  sources.set(made, sourceOf(original));
  const { prototype } = Object(original); // of a class
  if (prototype?.constructor === original)
    Object.defineProperty(prototype, 'constructor', { value: made, writable: true, configurable: true });
  return withNameOf(original.name, original.length, made);
}

/** The same function as one that an instance exports: V8 makes them as functions of old, which have these properties, too. */
export function asExported<Made extends object>(name: string, length: number, made: Made): Made {
  const none = { value: null };
  return Object.defineProperties(asNative(name, length, made), { arguments: none, caller: none });
}

/** The same function as one of V8's own. */
export function asNative<Made extends object>(name: string, length: number, made: Made): Made {
  sources.set(made, `function ${name}() { [native code] }`);
  return withNameOf(name, length, made);
}

type Constructor<Made extends object> = abstract new (...args: never) => Made;
type NewTarget = (...args: unknown[]) => unknown;

/** V8's messages name a class as its source does: a function that stands at a key has the key's name there. */
const classes = (call: (self: unknown, args: readonly unknown[], target: NewTarget | undefined) => unknown) => ({
  Exception: function (this: unknown, ...args: unknown[]) {
    return call(this, args, new.target);
  },
  Global: function (this: unknown, ...args: unknown[]) {
    return call(this, args, new.target);
  },
  Instance: function (this: unknown, ...args: unknown[]) {
    return call(this, args, new.target);
  },
  Memory: function (this: unknown, ...args: unknown[]) {
    return call(this, args, new.target);
  },
  Module: function (this: unknown, ...args: unknown[]) {
    return call(this, args, new.target);
  },
  Suspending: function (this: unknown, ...args: unknown[]) {
    return call(this, args, new.target);
  },
  Table: function (this: unknown, ...args: unknown[]) {
    return call(this, args, new.target);
  },
  Worker: function (this: unknown, ...args: unknown[]) {
    return call(this, args, new.target);
  },
});

/**
 * A class in the place of another: a function, since a program sees what is a proxy.
 * @param make makes what is made of it; given what makes it as the original would
 */
export function classInPlaceOf<Made extends object>(
  name: keyof ReturnType<typeof classes>,
  original: Constructor<Made>,
  make: (args: readonly unknown[], construct: (args: readonly unknown[]) => Made, newTarget: object) => Made,
): object {
  const made = classes((self, args, target) => {
    if (!target) return Reflect.apply(original, self, args); // which says that it wants `new`
    return make(args, given => Reflect.construct(original, given, target), target);
  })[name];
  Object.defineProperties(made, Object.getOwnPropertyDescriptors(original));
  return Object.setPrototypeOf(made, Object.getPrototypeOf(original));
}

function withNameOf<Made extends object>(name: string, length: number, made: Made): Made {
  return Object.defineProperties(made, {
    name: { value: name, configurable: true },
    length: { value: length, configurable: true },
  });
}

/** Methods in place of those of an object that have the same names, with their attributes. */
export function replaceMethods(of: object, made: Readonly<Record<string, object>>): void {
  for (const [name, method] of Object.entries(made)) {
    const original: unknown = Reflect.get(of, name);
    const value = typeof original === 'function' ? inPlaceOf(original, method) : method;
    Object.defineProperty(of, name, { ...Object.getOwnPropertyDescriptor(of, name), value });
  }
}

/**
 * A getter in place of an object's own one, with its attributes.
 * @param value given the object that it is asked of, and what gives what the original would
 */
export function replaceGetter(
  of: object,
  name: string,
  value: (from: object, original: () => unknown) => unknown,
): void {
  const descriptor = Object.getOwnPropertyDescriptor(of, name);
  const original = descriptor?.get;
  if (!original) return;
  const made = {
    get(this: object): unknown {
      return value(this, () => Reflect.apply(original, this, []));
    },
  };
  Object.defineProperty(of, name, { ...descriptor, get: inPlaceOf(original, made.get) });
}

/** From now on the source of such a function is what the program reads. */
export function hideSources(): void {
  replaceMethods(Function.prototype, {
    toString: {
      toString(this: object): string {
        return sources.get(this) ?? sourceOf(this);
      },
    }.toString,
  });
}
