// What V8 says of recorded code in a stack, taken back to what it says of the program's own modules.
import type { Trap } from '../../protocol/call.ts';
import { moduleName } from '../../wasm/names.ts';
import { describeTrap } from '../traps.ts';
import { isObject } from './functionWrappers.ts';
import { moduleOfFrame, type ProgramModule } from './programModule.ts';

/** `at name (wasm://wasm/module-0123abcd:wasm-function[5]:0x1ce)`; the name begins with that of the module. */
const FRAME =
  /^( +at )wasm-shared-memory-(\d+)(?:\.(.*))? \(wasm:\/\/wasm\/wasm-shared-memory-\2-([0-9a-f]{8}):wasm-function\[(\d+)\]:0x([0-9a-f]+)\)$/;

/** Some are the recorder's wherever host and guest take turns. */
const FRAMES_IN_GUESTS = 200;

export class ProgramStacks {
  /** As the program has set it. */
  private limit = Error.stackTraceLimit;
  /** Stacks of what was thrown out of calls, as they were first: then they become what the program is to see. */
  private readonly thrown = new WeakMap<object, Trap['stack']>();
  private readonly urls = new Map<ProgramModule, string>();

  /** @param own path of the recorder's script, whose frames are none of the program's */
  constructor(
    private readonly modules: readonly ProgramModule[],
    private readonly own = __filename,
  ) {}

  /** Guests run: of what they throw V8 keeps more frames than the program wants, since some are none of it. */
  enterGuest(): void {
    this.limit = Error.stackTraceLimit;
    if (typeof this.limit === 'number') Error.stackTraceLimit = Math.max(this.limit, FRAMES_IN_GUESTS);
  }

  leaveGuest(): void {
    Error.stackTraceLimit = this.limit;
  }

  /** What a call that threw says of itself, in the terms of the program's modules. */
  describe(thrown: unknown): Trap {
    const trap = describeTrap(thrown, url => this.modules[moduleOfFrame(url) ?? -1]?.frames ?? null);
    if (!isObject(thrown)) return trap;
    const stack = this.thrown.get(thrown) ?? trap.stack;
    this.thrown.set(thrown, stack);
    return { ...trap, stack };
  }

  /** Something is thrown to the program: its stack tells of the program's modules from now on. */
  restore(thrown: unknown): void {
    if (!(thrown instanceof Error)) return;
    const { stack } = thrown;
    if (typeof stack !== 'string' || !stack.includes('wasm-shared-memory-')) return;
    let frames = 0;
    const value = stack
      .split('\n')
      .flatMap(line => this.line(line))
      .filter(line => !line.startsWith('    at ') || ++frames <= this.limit)
      .join('\n');
    Object.defineProperty(thrown, 'stack', { value, writable: true, enumerable: false, configurable: true });
  }

  private line(line: string): readonly string[] {
    const match = FRAME.exec(line);
    if (!match) return line.includes(this.own) ? [] : [line];
    const [, at, index, functionName, hash, rewritten, offset] = match;
    const of = this.modules[Number(index)];
    const original = of?.guest.rewritten;
    const functionIndex = original?.originalFunction(Number(rewritten)) ?? null;
    if (!of || !original || functionIndex === null) return [];
    const originalOffset = original.originalOffset(Number.parseInt(offset, 16));
    if (!original.isInFunction(functionIndex, originalOffset)) return []; // it was added
    const place = `${this.urlOf(of, hash)}:wasm-function[${functionIndex}]:0x${originalOffset.toString(16)}`;
    const name = [moduleName(of.module), functionName ?? null].filter(each => each !== null).join('.');
    return [name === '' ? `${at}${place}` : `${at}${name} (${place})`];
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
