// The shadow stack. It ends where the stack pointer starts; where it begins is told by `__stack_low` or `__data_end` alone, and else
// guessed: LLD puts the stack at 0 (`--stack-first`, as rustc, zig and new versions of LLD do) or behind the statics.
import type { Because, Claim } from '../../protocol/claims.ts';
import { type Address, address, WASM_PAGE_BYTES } from '../../protocol/units.ts';
import { ALIGNMENT, alignedUp, type Reading, seesAllZeros, staticsEnd } from './reading.ts';

/** Sizes that stacks have behind statics, unasked: Emscripten's until 3.1.27, LLD's; AssemblyScript's. */
export const USUAL_SIZES = { linked: [5 * 2 ** 20, 2 ** 16], assemblyScript: [2 ** 15] } as const;

/** Where LLD puts statics if nothing comes before them. */
export const GLOBAL_BASE = 1024;

export interface StackRegion {
  readonly start: Address;
  readonly end: Address;
  /** Why it may not be a stack, and why it may not begin there. */
  readonly becauseOfPointer: readonly Because[];
  readonly becauseOfStart: readonly Because[];
  /** Whether the statics lie behind it. */
  readonly comesFirst: boolean;
}

/** Null where there is no stack pointer, or where it starts is not known. */
export function stackRegion(reading: Reading): StackRegion | null {
  const { stackPointer, symbols } = reading;
  if (stackPointer.kind === 'none' || stackPointer.by === 'import' || !stackPointer.initial) return null;
  const end = symbols.stackHigh?.address ?? stackPointer.initial;
  const { by, functions } = stackPointer;
  const { start, because } = lowEnd(reading, end);
  return {
    start,
    end,
    becauseOfPointer: by === 'use' ? [{ kind: 'stack-pointer-by-use', functions }] : [],
    becauseOfStart: because,
    comesFirst: isFirst(reading, end),
  };
}

/** Whether all statics lie behind it. */
const isFirst = (reading: Reading, top: Address): boolean =>
  staticsEnd(reading) > top && staticsEnd(reading, top) === 0;

interface LowEnd {
  readonly start: Address;
  readonly because: readonly Because[];
}

function lowEnd(reading: Reading, top: Address): LowEnd {
  const { symbols } = reading;
  if (symbols.stackLow) return { start: symbols.stackLow.address, because: [] };
  if (isFirst(reading, top)) return COMES_FIRST;
  // AssemblyScript's stack begins right behind the statics, LLD's at a multiple of 16.
  const isAssemblyScript = reading.toolchain.assemblyScript !== null || top % ALIGNMENT > 0;
  const behind = (end: Address): Address => (isAssemblyScript ? end : alignedUp(end));
  const { dataEnd } = symbols;
  if (dataEnd !== null && dataEnd.address < top) return { start: behind(dataEnd.address), because: [] };
  const statics = staticsEnd(reading, top);
  // With no statics it begins at 1024; the end of one that comes first is its size, which is a round number.
  if (statics === 0 && top % WASM_PAGE_BYTES === 0) return COMES_FIRST;
  if (statics > 0 && seesAllZeros(reading))
    return { start: behind(statics), because: [{ kind: 'behind-statics', end: statics }] };
  const sizes = isAssemblyScript ? USUAL_SIZES.assemblyScript : USUAL_SIZES.linked;
  const bytes = sizes.find(size => top - size >= Math.max(statics, GLOBAL_BASE));
  if (bytes !== undefined) return { start: address(top - bytes), because: [{ kind: 'usual-stack', bytes }] };
  if (statics === 0 || behind(statics) >= top) return COMES_FIRST;
  return { start: behind(statics), because: [{ kind: 'behind-statics', end: statics }, { kind: 'unseen-zeros' }] };
}

const COMES_FIRST: LowEnd = { start: address(0), because: [{ kind: 'stack-first' }] };

export function stackClaims(reading: Reading): Claim[] {
  const region = stackRegion(reading);
  if (!region) return [];
  const { start, end, becauseOfPointer, becauseOfStart } = region;
  const name = reading.stackPointer.kind === 'found' ? reading.stackPointer.name : null;
  return [{ kind: 'stack', start, end, relativeTo: null, name, because: [...becauseOfPointer, ...becauseOfStart] }];
}
