// What a start function does to memory before anything is called: LLD writes `__wasm_init_memory`, which fills and initialises parts of
// it, for the first instance only where the memory is shared.

import { ByteReader } from '../byteReader.ts';
import type { GlobalValue } from '../constantExpression.ts';
import { WasmFormatError } from '../errors.ts';
import { type Module, SECTION, sectionOf } from '../module.ts';
import { functionNamer, readNames } from '../names.ts';
import { functionRanges, readBody } from '../record/functionBody.ts';
import { type CodeVisitor, followCode, type KnownValue } from './followCode.ts';
import { constantsOf, type Globals, type Place, placeOf } from './places.ts';

export interface StartWrite {
  readonly place: Place;
  readonly bytes: number;
  readonly fill: 'bytes' | 'zeros';
  /** Of the passive segment; null for a fill. */
  readonly name: string | null;
}

export interface StartEffects {
  readonly function: number;
  readonly name: string;
  /** What it writes at constant places, with `memory.fill` and `memory.init`. */
  readonly writes: readonly StartWrite[];
  /** The first places that it sets globals to. */
  readonly globals: ReadonlyMap<number, Place>;
  /** The word by which it sees whether it is the first to write; null where it writes always. */
  readonly flag: Place | null;
}

/** Size of the flag. */
export const FLAG_BYTES = 4;

/** How many functions are followed, the start function and what it calls: what toolchains write is among the first. */
const FOLLOWED_FUNCTIONS = 16;

/** Reads the start function, and the first functions that it calls; null where the module has none. */
export function readStart(module: Module, globals: Globals): StartEffects | null {
  const section = sectionOf(module.sections, SECTION.start);
  if (!section) return null;
  const start = new ByteReader(module.bytes, section.contents, section.end).u32();
  const names = readNames(module, 'data');
  const constants = constantsOf(module, globals);
  const ranges = functionRanges(module);
  const writes: StartWrite[] = [];
  const set = new Map<number, Place>();
  const functions = new Set([start]);
  let flag: Place | null = null;
  let lookedAt: Place | null = null;
  const visitor: CodeVisitor = {
    globalSet(global, value) {
      const place = placeOf(value, module, globals);
      if (place !== null && !set.has(global)) set.set(global, place);
    },
    bulk(isFill, segment, [to, second, size]) {
      const place = placeOf(to, module, globals);
      const bytes = constantOf(size);
      if (place === null || bytes === null || bytes <= 0) return;
      const fill = isFill && constantOf(second) === 0 ? 'zeros' : 'bytes';
      writes.push({ place, bytes, fill, name: isFill ? null : (names.get(segment) ?? null) });
      flag ??= lookedAt;
    },
    call(index) {
      if (functions.size < FOLLOWED_FUNCTIONS) functions.add(index);
    },
    compareExchange(address) {
      lookedAt ??= placeOf(address, module, globals);
    },
  };
  for (const index of functions) {
    lookedAt = null;
    const place = 2 * (index - module.importedFunctions);
    if (place >= 0 && place < ranges.length)
      follow(module, index, [ranges[place], ranges[place + 1]], constants, visitor);
  }
  return { function: start, name: functionNamer(module)(start), writes, globals: set, flag };
}

const constantOf = (value: KnownValue | null): number | null =>
  value !== null && value.global === null ? value.offset : null;

/** Follows a function as far as its code can be read. */
function follow(
  module: Module,
  index: number,
  [start, end]: readonly [start: number, end: number],
  constants: GlobalValue,
  visitor: CodeVisitor,
): void {
  try {
    followCode(module.bytes, readBody(module, index, start, end), constants, visitor);
  } catch (error) {
    if (!(error instanceof WasmFormatError)) throw error;
  }
}
