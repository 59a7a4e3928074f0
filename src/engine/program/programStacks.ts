// What V8 says of recorded code in a stack, taken back to what it says of the program's own modules.
import { moduleName } from '../../wasm/names.ts';
import type { Described } from '../callRecorder.ts';
import { describeTrap, STACK_FRAMES, stackOf } from '../traps.ts';
import { withErrors } from './errorProperties.ts';
import { isObject } from './functionWrappers.ts';
import { moduleOfFrame, type ProgramModule } from './programModule.ts';

/** A call site as V8 writes it: `name (wasm://wasm/module-0123abcd:wasm-function[5]:0x1ce)`; the name begins with that of the module. */
const SITE =
  /^wasm-shared-memory-(\d+)(?:\.(.*))? \(wasm:\/\/wasm\/wasm-shared-memory-\1-([0-9a-f]{8}):wasm-function\[(\d+)\]:0x([0-9a-f]+)\)$/s;

/** Some are the recorder's wherever host and guest take turns. */
const FRAMES_IN_GUESTS = 200;

/** Makes the stack of an error, for whoever asks for it first (V8's stack trace API). */
type PrepareStackTrace = (error: unknown, sites: readonly NodeJS.CallSite[]) => unknown;

const isPrepare = (value: unknown): value is PrepareStackTrace => typeof value === 'function';

/** What Node does where a program has not set anything; an older one has no such function. */
const nodesOwn: unknown = Error.prepareStackTrace;
const NODES_OWN: PrepareStackTrace = isPrepare(nodesOwn) ? nodesOwn : (error, sites) => writeStack(error, sites);

/** What V8 gets in the place of a stack that nobody has asked for yet, so that it is made when somebody does. */
const LOOKED = Symbol('a look at a stack');

/** Makes a call of V8 that a program has asked for. */
export type MakeCall = <Result>(call: () => Result) => Result;

export class ProgramStacks {
  /** The modules that are recorded, in the order of their first instances. */
  readonly modules: ProgramModule[] = [];
  /** Calls of guests under way. */
  private depth = 0;
  /** As the program had set it when it called the outermost of them; absent where it has taken it away. */
  private limit: PropertyDescriptor | undefined;
  /** Frames that the program is to see of what was thrown out of guests. */
  private readonly limits = new WeakMap<object, unknown>();
  /** Stacks as V8 writes them, of which the program has seen what it is to see, or may ask for it. */
  private readonly written = new WeakMap<object, string>();
  private readonly described = new WeakMap<object, Described>();
  private readonly hooks = new WeakMap<object, PrepareStackTrace>();
  private isLooking = false;
  /** What the program has set. */
  private prepare: unknown;
  private readonly getPrepare = (): unknown => (isAskedByNode() ? this.hooked(this.prepare) : this.prepare);
  private readonly urls = new Map<ProgramModule, string>();

  /**
   * @param own path of the recorder's script, whose frames are none of the program's
   * @param isThread whether the program knows that it is in a thread here
   */
  constructor(
    private readonly own = __filename,
    private readonly isThread = false,
  ) {
    this.hookErrors();
  }

  /** Makes a call of V8 that the program has asked for. */
  within<Result>(call: () => Result): Result {
    this.enterGuest();
    try {
      return call();
    } finally {
      this.leaveGuest();
    }
  }

  /** Guests run, and host functions that they call: V8 keeps more frames than the program wants, since some are none of it. */
  enterGuest(): void {
    if (this.depth++ > 0) return;
    this.hookErrors();
    this.limit = Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit');
    const wanted: unknown = this.limit?.value;
    if (typeof wanted === 'number' && wanted >= FRAMES_IN_GUESTS) return;
    // Where the program has fixed it, it stays.
    if (this.limit?.writable ?? true) Reflect.set(Error, 'stackTraceLimit', FRAMES_IN_GUESTS);
  }

  leaveGuest(): void {
    if (--this.depth > 0 || !this.isRaised) return;
    if (this.limit) Reflect.set(Error, 'stackTraceLimit', this.limit.value);
    else Reflect.deleteProperty(Error, 'stackTraceLimit');
  }

  /** Whether V8 keeps as many frames as was asked for here: a host function of the program may have asked for others since. */
  private get isRaised(): boolean {
    return this.limit?.value !== FRAMES_IN_GUESTS && Reflect.get(Error, 'stackTraceLimit') === FRAMES_IN_GUESTS;
  }

  /** What a call that threw says of itself, in the terms of the program's modules. */
  describe(thrown: unknown): Described {
    // It may go through hundreds of calls.
    const before = isObject(thrown) ? this.described.get(thrown) : undefined;
    if (before) return before;
    const stack = this.lookAt(thrown);
    const all = describeTrap(thrown, url => this.modules[moduleOfFrame(url) ?? -1]?.frames ?? null, stack);
    const described = { trap: { ...all, stack: all.stack.slice(0, STACK_FRAMES) }, stack };
    if (isObject(thrown)) this.described.set(thrown, described);
    return described;
  }

  /** Something is thrown to the program: it has as many frames as the program wants. */
  restore(thrown: unknown): void {
    if (isObject(thrown) && !this.limits.has(thrown)) this.limits.set(thrown, this.wanted);
    this.hookErrors();
  }

  /** How many frames the program wants. */
  private get wanted(): unknown {
    return this.depth > 0 && this.isRaised ? this.limit?.value : Reflect.get(Error, 'stackTraceLimit');
  }

  /** What V8 keeps of the stack of an error, as V8 writes it. To the program it is one of which nobody has asked for the stack. */
  private lookAt(thrown: unknown): string {
    if (!isObject(thrown)) return '';
    const before = this.written.get(thrown);
    if (before !== undefined) return before;
    this.isLooking = true;
    try {
      // Without a hook, and of a stack that was made before there was one, it is there.
      return stackOf(thrown);
    } catch {
      return this.written.get(thrown) ?? '';
    } finally {
      this.isLooking = false;
    }
  }

  /**
   * Puts itself between V8 and who makes stacks of errors: they are told of the program's own modules, and of no frames of the recorder. A
   * program may take it away, without knowing. Where what is built in is frozen, stacks are those of the modules that run.
   */
  private hookErrors(): void {
    const now = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace');
    if (now?.get === this.getPrepare) return;
    this.prepare = now?.value;
    Reflect.defineProperty(Error, 'prepareStackTrace', {
      get: this.getPrepare,
      set: (given: unknown) => {
        this.prepare = given;
      },
      enumerable: false,
      configurable: true,
    });
  }

  /** @param prepare what the program, or Node itself, has in this place */
  private hooked(prepare: unknown): PrepareStackTrace {
    const of = isPrepare(prepare) ? prepare : NODES_OWN;
    const known = this.hooks.get(of);
    if (known) return known;
    const hook: PrepareStackTrace = (error, sites) => {
      const isOfGuests = sites.some(isGuests);
      if (isObject(error) && (this.isLooking || isOfGuests)) this.written.set(error, writeStack(error, sites));
      if (this.isLooking) throw LOOKED;
      const below = this.isThread ? -1 : sites.findIndex(site => site.getFileName() === IN_THREAD);
      const all = below < 0 ? sites : [...sites.slice(0, below), ...siteInProcess(sites[below])];
      const own = all.flatMap(site => this.programSite(site));
      const most = isOfGuests || own.length < all.length ? this.framesOf(error) : sites.length;
      if (typeof most !== 'number') return undefined; // as without a limit
      return Reflect.apply(of, Error, [error, own.slice(0, Math.max(0, most))]);
    };
    this.hooks.set(of, hook);
    return hook;
  }

  /** How many frames the program is to see. What host functions made has as many as it wants by now: V8 does not tell when they did. */
  private framesOf(error: unknown): unknown {
    return isObject(error) && this.limits.has(error) ? this.limits.get(error) : this.wanted;
  }

  private programSite(site: NodeJS.CallSite): readonly NodeJS.CallSite[] {
    if (!isGuests(site)) return site.getFileName() === this.own ? [] : [site];
    const match = SITE.exec(String(site));
    if (!match) return []; // a module of the recorder's own
    const [, index, functionName, hash, rewritten, offset] = match;
    const of = this.modules[Number(index)];
    const original = of?.guest.rewritten;
    const functionIndex = original?.originalFunction(Number(rewritten)) ?? null;
    if (!of || !original || functionIndex === null) return [];
    const originalOffset = original.originalOffset(Number.parseInt(offset, 16));
    if (!original.isInFunction(functionIndex, originalOffset)) return []; // it was added
    const url = this.urlOf(of, hash);
    const place = `${url}:wasm-function[${functionIndex}]:0x${originalOffset.toString(16)}`;
    const name = [moduleName(of.module), functionName ?? null].filter(each => each !== null).join('.');
    return [
      withMethods(site, {
        getFileName: url,
        getScriptNameOrSourceURL: url,
        getFunction: functionIndex,
        getPosition: originalOffset,
        getColumnNumber: originalOffset + 1, // V8 counts from 1
        toString: name === '' ? place : `${name} (${place})`,
      }),
    ];
  }

  private urlOf(of: ProgramModule, hash: string): string {
    const known = this.urls.get(of);
    if (known) return known;
    const name = moduleName(of.module);
    // Where V8 counts in another way than is known here, its hash of the recorded module is as good as any.
    const own = hashOf(of.guest.rewritten.bytes) === hash ? hashOf(of.module.bytes) : hash;
    const url = `wasm://wasm/${name === null ? '' : `${name}-`}${own}`;
    this.urls.set(of, url);
    return url;
  }
}

const isGuests = (site: NodeJS.CallSite): boolean =>
  site.getFileName()?.startsWith('wasm://wasm/wasm-shared-memory-') ?? false;

/** As V8 writes it where nobody says otherwise. */
const writeStack = (error: unknown, sites: readonly NodeJS.CallSite[]): string =>
  [headOf(error), ...sites.map(site => `    at ${site}`)].join('\n');

function headOf(error: unknown): string {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return '<error>'; // as V8 does
  }
}

/** The same call site, of which some methods give other values. */
function withMethods(site: NodeJS.CallSite, values: Readonly<Record<string, unknown>>): NodeJS.CallSite {
  const prototype: object = Object.getPrototypeOf(site);
  const methods = Object.getOwnPropertyNames(prototype).filter(name => name !== 'constructor');
  const properties = methods.map((name): [string, PropertyDescriptor] => {
    const method: unknown = Reflect.get(prototype, name);
    const call = (): unknown => (typeof method === 'function' ? Reflect.apply(method, site, []) : undefined);
    return [name, { value: Object.hasOwn(values, name) ? () => values[name] : call }];
  });
  return Object.create(prototype, Object.fromEntries(properties));
}

/** Of Node, which calls what a thread begins with. */
const IN_THREAD = 'node:internal/main/worker_thread';
const IN_PROCESS = 'internal/main/run_main_module';

/** The frame of Node below the program's, as it is where the program is no thread. */
function siteInProcess(site: NodeJS.CallSite): readonly NodeJS.CallSite[] {
  place ??= placeInProcess();
  if (!place) return [];
  const [file, { line, column }] = [`node:${IN_PROCESS}`, place];
  return [
    withMethods(site, {
      getFileName: file,
      getScriptNameOrSourceURL: file,
      getFunctionName: null,
      getMethodName: null,
      getTypeName: null,
      getLineNumber: line,
      getColumnNumber: column,
      isToplevel: true,
      toString: `${file}:${line}:${column}`,
    }),
  ];
}

/** Node gives all its sources at once: it is asked once. */
let place: ReturnType<typeof placeInProcess> = null;

/** Line and column of the call that begins a program, in the source that this Node was made of. */
function placeInProcess(): { readonly line: number; readonly column: number } | null {
  const { noDeprecation } = process;
  process.noDeprecation = true;
  try {
    const binding = Reflect.get(process, 'binding') as (of: string) => unknown;
    const source: unknown = Reflect.get(Object(Reflect.apply(binding, process, ['natives'])), IN_PROCESS);
    if (typeof source !== 'string') return null;
    const before = source.slice(0, source.lastIndexOf('runMain(')).split('\n');
    return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
  } catch {
    return null;
  } finally {
    Object.assign(process, { noDeprecation });
  }
}

/** Whether V8 is making a stack, and Node asks by what: V8 lets nobody make one meanwhile. Anyone else who asks is the program. */
const isAskedByNode = (): boolean =>
  withErrors(
    'prepareStackTrace',
    () => null,
    (): unknown => new Error().stack,
  ) !== null;

/** A hash of 0 has another meaning. */
const HASH_OF_ZERO = 27;

/** V8's hash of a module's bytes in the addresses of stacks: Jenkins's one-at-a-time, 30 bits of it, and two bits that say that it is one. */
function hashOf(bytes: Uint8Array): string {
  let hash = 0;
  for (const byte of bytes) {
    hash = (hash + byte) | 0;
    hash = (hash + (hash << 10)) | 0;
    hash ^= hash >>> 6;
  }
  hash = (hash + (hash << 3)) | 0;
  hash ^= hash >>> 11;
  hash = (hash + (hash << 15)) & 0x3fff_ffff;
  const field = (((hash || HASH_OF_ZERO) << 2) | 2) >>> 0;
  return field.toString(16).padStart(8, '0');
}
