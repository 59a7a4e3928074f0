// The functions of dlmalloc, the allocator of Emscripten and of wasi-libc, in a module without names: told by their code. Source: Doug Lea's
// malloc 2.8.6, with pointers of 32 bits (its malloc_state, MAX_SMALL_REQUEST, MAX_REQUEST, pad_request, and what each function calls).
//
// All of them or none: what is told of blocks is true only where nothing else hands them out or takes them back. So each function that reads
// the allocator's state must be one that is known, or be called by known ones alone; where a compiler put one into code of the program, as it
// does with those that are called once, nothing is told. Of memalign that is no harm: it takes a block from malloc, and gives back what lies
// before and behind the part that it hands out. Where its parameters are not the usual ones it is not told, and the watch of the heap sees an
// unknown block freed.
import { OP } from '../code/instructionCodes.ts';
import { InstructionWalker } from '../code/instructionWalker.ts';
import { accessInstruction } from '../code/memoryAccess.ts';
import { WasmFormatError } from '../errors.ts';
import type { Module } from '../module.ts';
import { functionRanges, readBody } from '../record/functionBody.ts';
import type { FunctionType } from '../types.ts';

export interface DlmallocFunction {
  readonly function: number;
  readonly name: 'malloc' | 'free' | 'realloc' | 'memalign';
}

/** Where members of `malloc_state` lie that malloc reads: smallmap, treemap, dvsize, topsize, dv, top. */
const READ_BY_MALLOC = [0, 4, 8, 12, 20, 24] as const;
/** All of `malloc_state`: 40 bytes, 66 bins, 32 trees, footprints, flags, a segment. */
const STATE_BYTES = 472;
/** The longest request that small bins take, where blocks are aligned to 8 bytes and to 16, and one more: comparisons are written with either. */
const SMALL_REQUEST: ReadonlySet<number> = new Set([244, 245, 236, 237]);
/** From here on requests fail, and one less. */
const LARGEST_REQUEST: ReadonlySet<number> = new Set([-64, -65]);
/** Takes the flags from the size of a chunk. */
const SIZE_MASK = -8;
/** Chunks below this many bytes have small bins. */
const SMALL_CHUNK: ReadonlySet<number> = new Set([255, 256]);
/** Bytes of the smallest chunk. */
const LEAST_CHUNK = 16;
/** malloc's code is longer, and what tells how long a block is, shorter. */
const LEAST_MALLOC_BYTES = 1500;
const MOST_USABLE_SIZE_BYTES = 80;

/** What a function's code tells. */
interface Seen {
  readonly index: number;
  readonly type: FunctionType;
  readonly bytes: number;
  /** Values of its i32.const. */
  readonly constants: ReadonlySet<number>;
  /** Addresses of its loads that stand in its code. */
  readonly loads: ReadonlySet<number>;
  /** What its loads and stores add to an address. */
  readonly offsets: ReadonlySet<number>;
  readonly calls: readonly SeenCall[];
  /** Parameters that are compared with the size of the smallest chunk, as memalign does with the alignment. */
  readonly atLeastChunk: ReadonlySet<number>;
}

interface SeenCall {
  readonly callee: number;
  /** The parameter that is its last operand, as it was given; null where that is another value. */
  readonly parameter: number | null;
}

export interface Dlmalloc {
  readonly functions: readonly DlmallocFunction[];
  /** Indices of these and of all others that belong to them. */
  readonly code: readonly number[];
}

/** Who reads claims asks again. */
const asked = new WeakMap<Module, Dlmalloc | null>();

/** Null where it is not there, or not all of it is known. */
export function findDlmalloc(module: Module): Dlmalloc | null {
  const known = asked.get(module);
  if (known !== undefined) return known;
  const found = tryIn(module);
  asked.set(module, found);
  return found;
}

function tryIn(module: Module): Dlmalloc | null {
  try {
    return findIn(module);
  } catch (error) {
    if (error instanceof WasmFormatError) return null; // an instruction that is not known yet
    throw error;
  }
}

function findIn(module: Module): Dlmalloc | null {
  const malloc = findMalloc(module);
  const state = malloc && stateOf(malloc);
  if (!malloc || state === null) return null;
  const all = [...seenFunctions(module, () => true)];
  // It would tell the program of bytes behind what it asked for.
  if (all.some(tellsUsableSize)) return null;
  const inState = (address: number): boolean => address >= state && address < state + STATE_BYTES;
  const touching = all.filter(({ loads, offsets }) => [...loads, ...offsets].some(inState));
  const [free, ...others] = touching.filter(isFree);
  if (!free || others.length > 0) return null;

  const known = new Map<number, DlmallocFunction>([
    [malloc.index, { function: malloc.index, name: 'malloc' }],
    [free.index, { function: free.index, name: 'free' }],
  ]);
  const touches = new Set(touching.map(({ index }) => index));
  /** They hand out a part of a block of malloc's. */
  const aligning = new Set<number>();
  for (const seen of all) {
    const { index, calls } = seen;
    if (known.has(index) || !calls.some(({ callee }) => callee === malloc.index)) continue;
    const has = (callee: number, parameter: number): boolean =>
      calls.some(call => call.callee === callee && call.parameter === parameter);
    const helpers = all.filter(each => touches.has(each.index) && calls.some(({ callee }) => callee === each.index));
    const isHelped = helpers.some(each => !known.has(each.index)) || touches.has(index);
    if (
      isOf(seen, 2, 1) &&
      has(malloc.index, 1) &&
      has(free.index, 0) &&
      hasAny(seen.constants, LARGEST_REQUEST) &&
      isHelped
    ) {
      known.set(index, { function: index, name: 'realloc' });
    } else if (!touches.has(index) && !helpers.includes(free) && helpers.some(each => isOf(each, 2, 0))) {
      aligning.add(index);
      if (isOf(seen, 2, 1) && seen.atLeastChunk.has(0) && !seen.atLeastChunk.has(1))
        known.set(index, { function: index, name: 'memalign' });
    }
  }

  const helpers = new Set([...touches].filter(index => !known.has(index)));
  const isWithin = (index: number): boolean => known.has(index) || helpers.has(index) || aligning.has(index);
  const areCalledWithin = [...helpers].every(helper => {
    const callers = all.filter(({ calls }) => calls.some(({ callee }) => callee === helper));
    return callers.length > 0 && callers.every(({ index }) => isWithin(index));
  });
  const isExported = module.exports.some(({ kind, index }) => kind === 'function' && helpers.has(index));
  if (!areCalledWithin || isExported) return null;
  return { functions: [...known.values()], code: [...new Set([...known.keys(), ...helpers, ...aligning])] };
}

function findMalloc(module: Module): Seen | null {
  const isLong = (type: FunctionType, bytes: number): boolean => bytes >= LEAST_MALLOC_BYTES && hasShape(type, 1, 1);
  for (const seen of seenFunctions(module, isLong)) {
    const { constants } = seen;
    if (hasAny(constants, SMALL_REQUEST) && hasAny(constants, LARGEST_REQUEST) && stateOf(seen) !== null) return seen;
  }
  return null;
}

/** Where `malloc_state` lies, of the function that reads it; null where none is seen. */
function stateOf({ loads }: Seen): number | null {
  return [...loads].sort((a, b) => a - b).find(at => READ_BY_MALLOC.every(member => loads.has(at + member))) ?? null;
}

const isFree = (seen: Seen): boolean =>
  isOf(seen, 1, 0) && seen.constants.has(SIZE_MASK) && hasAny(seen.constants, SMALL_CHUNK);

/** `malloc_usable_size`: from the word before a block, without flags. */
const tellsUsableSize = (seen: Seen): boolean =>
  isOf(seen, 1, 1) &&
  seen.bytes <= MOST_USABLE_SIZE_BYTES &&
  seen.offsets.size > 0 &&
  seen.constants.has(SIZE_MASK) &&
  (seen.constants.has(4) || seen.constants.has(-4)) &&
  seen.calls.length === 0;

const isOf = ({ type }: Seen, params: number, results: number): boolean => hasShape(type, params, results);

const hasShape = ({ params, results }: FunctionType, takes: number, gives: number): boolean =>
  params.length === takes && results.length === gives && [...params, ...results].every(type => type === 'i32');

const hasAny = (constants: ReadonlySet<number>, wanted: ReadonlySet<number>): boolean =>
  [...wanted].some(value => constants.has(value));

function* seenFunctions(module: Module, isWanted: (type: FunctionType, bytes: number) => boolean): Generator<Seen> {
  const ranges = functionRanges(module);
  for (let i = 0; i < ranges.length; i += 2) {
    const index = module.importedFunctions + i / 2;
    const type = module.functions[index];
    if (type && isWanted(type, ranges[i + 1] - ranges[i]))
      yield readSeen(module, index, type, ranges[i], ranges[i + 1]);
  }
}

function readSeen(module: Module, index: number, type: FunctionType, start: number, end: number): Seen {
  const body = readBody(module, index, start, end);
  const walker = new InstructionWalker(module.bytes, body.code, body.end);
  const constants = new Set<number>();
  const loads = new Set<number>();
  const offsets = new Set<number>();
  const calls: SeenCall[] = [];
  const changed = new Set<number>();
  const atLeastChunk = new Set<number>();
  const nothing: Pick<InstructionWalker, 'code' | 'first'> = { code: OP.nop, first: 0 };
  let before = nothing;
  while (walker.next()) {
    const { code, first } = walker;
    const access = accessInstruction(code);
    const isParameter = before.code === OP.localGet && before.first < type.params.length && !changed.has(before.first);
    if (code === OP.i32Const) {
      constants.add(first);
      if (first === LEAST_CHUNK && isParameter) atLeastChunk.add(before.first);
    } else if (code === OP.localSet || code === OP.localTee) {
      changed.add(first);
    } else if (code === OP.call) {
      calls.push({ callee: first, parameter: isParameter ? before.first : null });
    } else if (access) {
      offsets.add(first);
      if (access.form === 'load' && before.code === OP.i32Const) loads.add(before.first + first);
    }
    before = { code, first };
  }
  return { index, type, bytes: end - start, constants, loads, offsets, calls, atLeastChunk };
}
