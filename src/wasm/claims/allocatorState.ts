// Globals in which allocators keep their state: AssemblyScript's do, so that each instance allocates as if it were alone.
import { type AllocatorGlobal, DEMO_ALLOCATOR } from '../../protocol/claims.ts';
import { type Address, address } from '../../protocol/units.ts';
import { OP } from '../code/instructionCodes.ts';
import { InstructionWalker } from '../code/instructionWalker.ts';
import { WasmFormatError } from '../errors.ts';
import type { Module } from '../module.ts';
import { functionRanges, readBody } from '../record/functionBody.ts';
import { followCode } from './followCode.ts';
import { constantsOf } from './places.ts';
import { ALIGNMENT, type Reading, staticsEnd } from './reading.ts';
import { USUAL_SIZES } from './stack.ts';

/** State of AssemblyScript's allocator and garbage collector. */
const STATE_NAME = /^~lib\/rt\/(stub|tlsf|i?tcms)\//;

/** How far behind the statics AssemblyScript's first block may be, and what is left of its place by 16: of the stub's header, of a root. */
const FIRST_BLOCK = 32;
const FIRST_BLOCK_PLACES = [12, 0];

/** The global that the start function sets to an address right behind the statics, as an allocator does that only ever adds to it. */
export function firstPosition(reading: Reading): { readonly global: number; readonly start: Address } | null {
  const statics = staticsEnd(reading);
  if (statics === 0) return null;
  for (const [global, { offset, relativeTo }] of reading.start?.globals ?? [])
    if (
      relativeTo === null &&
      offset >= statics &&
      offset <= statics + FIRST_BLOCK &&
      FIRST_BLOCK_PLACES.includes(offset % ALIGNMENT)
    )
      return { global, start: address(offset) };
  return null;
}

/** Functions of a module that allocate, by their indices. */
function allocating({ module, allocators }: Reading): Map<number, string> {
  const known = allocators.functions.filter(({ by, role }) => by !== 'import' && role === 'allocate');
  const named = module.exports.filter(({ kind, name }) => kind === 'function' && name === DEMO_ALLOCATOR.name);
  return new Map([
    ...known.map(each => [each.function, each.name] as const),
    ...named.map(each => [each.index, each.name] as const),
  ]);
}

/** The mutable globals that functions that allocate set, and of which they give back what was in it, or more: where they go on. */
function setByAllocators(reading: Reading): AllocatorGlobal[] {
  const { module, globals, stackPointer } = reading;
  const constants = constantsOf(module, globals);
  const ranges = functionRanges(module);
  const found = new Map<number, string>();
  for (const [index, name] of allocating(reading)) {
    const at = 2 * (index - module.importedFunctions);
    if (at < 0 || at >= ranges.length) continue;
    const set = new Set<number>();
    const given = new Set<number>();
    try {
      followCode(module.bytes, readBody(module, index, ranges[at], ranges[at + 1]), constants, {
        globalSet(global, value) {
          if (!(value?.global === global && value.offset < 0)) set.add(global);
        },
        ended(value) {
          if (value && value.global !== null && value.offset >= 0) given.add(value.global);
        },
        bulk() {},
        compareExchange() {},
        call() {},
      });
    } catch (error) {
      if (!(error instanceof WasmFormatError)) throw error;
    }
    for (const global of set)
      if (given.has(global) && !(stackPointer.kind === 'found' && stackPointer.global === global) && !found.has(global))
        found.set(global, name);
  }
  return [...found].map(([global, name]) => ({
    global,
    name: globals.names.get(global) ?? null,
    because: [{ kind: 'set-by-allocator', global, function: name }],
  }));
}

/** Code is looked at up to here, in bytes, so that a large module costs no more than others. */
const CODE_LIMIT = 2 ** 20;

/**
 * The root of AssemblyScript's allocator, in modules without names: a global that is zero at first, and that code sets to the first address of
 * the heap when it allocates for the first time (`initialize` in its library's tlsf.ts).
 */
function rootOfHeap(reading: Reading): AllocatorGlobal[] {
  const { module, globals, toolchain, allocators, stackPointer } = reading;
  const isAssemblyScript =
    toolchain.assemblyScript !== null || allocators.functions.some(({ family }) => family === 'assemblyscript');
  if (!isAssemblyScript) return [];
  // A stack may lie between its statics and its heap, also one that no function uses.
  const statics = staticsEnd(reading);
  const ends = [statics, statics + USUAL_SIZES.assemblyScript[0]];
  if (stackPointer.kind === 'found' && stackPointer.initial !== null) ends.push(stackPointer.initial);
  const isFirst = (value: number): boolean =>
    value % ALIGNMENT === 0 && ends.some(end => value >= end && value <= end + FIRST_BLOCK);
  const isCandidate = (global: number): boolean =>
    global >= globals.imports.length && module.globals[global]?.mutable === true && globals.values(global) === 0;
  const places = new Map<number, number | null>();
  for (const [global, value] of globalsSet(module)) {
    if (!isCandidate(global)) continue;
    const known = places.get(global) ?? value;
    places.set(global, value !== null && known === value && !places.has(global) && isFirst(value) ? value : null);
  }
  return [...places].flatMap(([global, place]) =>
    place === null
      ? []
      : [{ global, name: null, because: [{ kind: 'set-to-heap', global, address: address(place) }] as const }],
  );
}

/** The globals that code sets, and to which constant: null where it is none. */
function* globalsSet(module: Module): Generator<readonly [global: number, value: number | null]> {
  const ranges = functionRanges(module);
  for (let i = 0; i < ranges.length && ranges[i + 1] - ranges[0] <= CODE_LIMIT; i += 2) {
    try {
      const body = readBody(module, module.importedFunctions + i / 2, ranges[i], ranges[i + 1]);
      const walker = new InstructionWalker(module.bytes, body.code, body.end);
      let before: number | null = null;
      while (walker.next()) {
        if (walker.code === OP.globalSet) yield [walker.first, before];
        before = walker.code === OP.i32Const ? walker.first : null;
      }
    } catch (error) {
      if (!(error instanceof WasmFormatError)) throw error;
    }
  }
}

export function allocatorGlobals(reading: Reading): AllocatorGlobal[] {
  for (const find of [namedOrFirst, setByAllocators, rootOfHeap]) {
    const found = find(reading);
    if (found.length > 0) return found;
  }
  return [];
}

function namedOrFirst(reading: Reading): AllocatorGlobal[] {
  const { module, globals } = reading;
  const named = [...globals.names]
    .filter(([index, name]) => STATE_NAME.test(name) && module.globals[index]?.mutable)
    .map(([global, name]): AllocatorGlobal => ({ global, name, because: [] }));
  const position = firstPosition(reading);
  if (!position || named.some(({ global }) => global === position.global)) return named;
  const { global } = position;
  return [...named, { global, name: globals.names.get(global) ?? null, because: [{ kind: 'set-by-start', global }] }];
}
