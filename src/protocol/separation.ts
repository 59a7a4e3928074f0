// Where modules that are linked for one memory each would have to lie so that they can share one: from what they claim, a region for each
// that no other one has. The lowest of them stays where it is; the others go above it, or stay where they lie above it. Parts, not sentences: `separationTexts.ts` has the words.
import type { Claim, ModuleClaims } from './claims.ts';
import { type Address, address, WASM_PAGE_BYTES } from './units.ts';

/** What is asked of a module. */
export type SeparableModule = Pick<ModuleClaims, 'claims' | 'toolchain' | 'stackPointer' | 'allocators'>;

/** How a module comes to other addresses. All numbers are in bytes. */
export type Relinking =
  /** LLD puts statics at `base`, and the stack behind them. */
  | { readonly kind: 'statics-first'; readonly base: Address; readonly stackBytes: number; readonly isRust: boolean }
  /** LLD puts the stack at 0, and statics behind it: a larger stack moves both its top, from which it grows down, and the statics. */
  | {
      readonly kind: 'stack-first';
      readonly base: Address;
      readonly stackBytes: number;
      readonly top: Address;
      readonly isRust: boolean;
    }
  /** AssemblyScript puts statics there, then its stack, then the heap. */
  | { readonly kind: 'assemblyscript'; readonly base: Address }
  /** Nothing tells what linked it: who wrote it says where its things are. */
  | { readonly kind: 'unknown-tool'; readonly base: Address };

export type Placement =
  | { readonly kind: 'stays' }
  | { readonly kind: 'moves'; readonly by: Relinking }
  /** It is position-independent: its loader gives it a place. */
  | { readonly kind: 'relative' }
  /** It claims nothing that is known. */
  | { readonly kind: 'unknown' };

/** A part of a module's region. */
export interface SeparatePart {
  readonly kind: 'statics' | 'stack' | 'heap';
  readonly start: Address;
  /** Exclusive; null where it goes to the end of memory. */
  readonly end: Address | null;
}

/** What becomes of a module. */
export interface SeparatedModule {
  readonly placement: Placement;
  /** By address; none where its place is not known. Those of different modules do not intersect. */
  readonly parts: readonly SeparatePart[];
}

/** Bytes that a heap gets below another module: no linker tells an allocator to stop there. */
export const HEAP_ROOM = 2 ** 20;

const ALIGNMENT = 16;
const alignedUp = (value: number, to = ALIGNMENT): Address => address(Math.ceil(value / to) * to);

/** What LLD keeps for a stack where nobody says otherwise: of a module whose stack pointer is not found, it is left free behind the statics. */
const UNSEEN_STACK_BYTES = 65_536;

/** What a module takes, wherever it lies. */
interface Extent {
  readonly tool: Relinking['kind'];
  readonly isRust: boolean;
  readonly start: Address;
  readonly staticsStart: Address;
  readonly staticsBytes: number;
  readonly stack: { readonly start: Address; readonly bytes: number } | null;
  readonly heapStart: Address | null;
}

/** @returns what becomes of each module, in their order */
export function separate(modules: readonly SeparableModule[]): SeparatedModule[] {
  const extents = modules.map(extentOf);
  const known = [...extents.keys()].filter(index => extents[index]);
  const byPlace = (a: number, b: number): number => lowestOf(extents[a]) - lowestOf(extents[b]) || a - b;
  const byRank = (a: number, b: number): number =>
    rankOf(extents[a], modules[a]) - rankOf(extents[b], modules[b]) || byPlace(a, b);
  const asTheyLie = placed(extents, known.toSorted(byPlace));
  const areApart = [...asTheyLie.values()].every(({ placement }) => placement.kind === 'stays');
  const found = areApart ? asTheyLie : placed(extents, known.toSorted(byRank));
  return modules.map(
    (module, index) =>
      found.get(index) ?? { placement: { kind: isRelative(module) ? 'relative' : 'unknown' }, parts: [] },
  );
}

/** What becomes of modules if each lies above those before it. @param order indices of those whose extents are known */
function placed(extents: readonly (Extent | null)[], order: readonly number[]): Map<number, SeparatedModule> {
  const found = new Map<number, SeparatedModule>();
  let next = 0;
  for (const [place, index] of order.entries()) {
    const { [index]: extent } = extents;
    if (!extent) continue;
    const isLast = place === order.length - 1;
    const base = address(next);
    const module = liesAbove(extent, base) ? staying(extent, base, isLast) : moved(extent, base, isLast);
    next = alignedUp(Math.max(...module.parts.map(({ end }) => end ?? 0)), WASM_PAGE_BYTES);
    found.set(index, module);
  }
  return found;
}

const isRelative = ({ claims }: SeparableModule): boolean => claims.some(({ relativeTo }) => relativeTo !== null);

/**
 * Who comes first stays where it is: what can't be linked anew, then a stack at 0. Last is the one whose allocator takes all the memory that
 * there is.
 */
function rankOf(extent: Extent | null, { toolchain, allocators }: SeparableModule): number {
  if (!extent || extent.tool === 'unknown-tool') return 0;
  if (extent.tool === 'stack-first') return 1;
  const { assemblyScript } = toolchain;
  const takesAll =
    (assemblyScript !== null && assemblyScript !== 'stub') || allocators.some(({ family }) => family === 'malloc');
  return takesAll ? 3 : 2;
}

function extentOf(module: SeparableModule): Extent | null {
  const { claims, stackPointer, toolchain } = module;
  const at = (kinds: readonly Claim['kind'][]): Claim[] =>
    claims.filter(({ kind, relativeTo }) => relativeTo === null && kinds.includes(kind));
  const statics = at(['data', 'bss', 'tls']);
  const [stack] = at(['stack']);
  const [heap] = at(['heap']);
  if (isRelative(module) || (statics.length === 0 && !stack && !heap)) return null;
  const staticsStart = Math.min(...statics.map(({ start }) => start));
  const staticsEnd = Math.max(...statics.map(({ start, end }) => end ?? start));
  const start = Math.min(...[...statics, ...(stack ? [stack] : []), ...(heap ? [heap] : [])].map(each => each.start));
  const isStackFirst = stack?.start === 0;
  const isLinked = stackPointer.kind === 'found' || toolchain.producers.length > 0;
  const isAssemblyScript =
    toolchain.assemblyScript !== null ||
    heap?.because.some(({ kind }) => kind === 'set-by-start') ||
    module.allocators.some(({ family }) => family === 'assemblyscript');
  const isUnseen = !stack && isLinked && !isAssemblyScript && statics.length > 0;
  return {
    tool: isAssemblyScript
      ? 'assemblyscript'
      : !isLinked
        ? 'unknown-tool'
        : isStackFirst
          ? 'stack-first'
          : 'statics-first',
    isRust: toolchain.producers.some(({ name }) => name === 'rustc'),
    start: address(start),
    staticsStart: address(statics.length > 0 ? staticsStart : (stack?.end ?? start)),
    staticsBytes: statics.length > 0 ? staticsEnd - staticsStart : 0,
    stack: stack
      ? { start: stack.start, bytes: stack.end === null ? 0 : stack.end - stack.start }
      : isUnseen
        ? { start: alignedUp(staticsEnd), bytes: UNSEEN_STACK_BYTES }
        : null,
    heapStart: heap?.start ?? null,
  };
}

/** Where a module's own things begin: of a stack that comes first the upper end, since it may use as little of it as it wants. */
const lowestOf = (extent: Extent | null): number =>
  extent?.tool === 'stack-first' && extent.stack ? extent.stack.bytes : (extent?.start ?? 0);

/** Whether a module is where it has to be: above a base, up to which a stack that comes first may come down, if that leaves it enough. */
function liesAbove({ tool, start, staticsStart, stack }: Extent, base: Address): boolean {
  if (base === 0 || start >= base) return true;
  return tool === 'stack-first' && stack !== null && staticsStart >= base && stack.bytes - base >= UNSEEN_STACK_BYTES;
}

/** @param base below it another module lies */
function staying(extent: Extent, base: Address, isLast: boolean): SeparatedModule {
  const { staticsStart, staticsBytes, stack, heapStart } = extent;
  const low = stack && Math.max(stack.start, base);
  return {
    placement: { kind: 'stays' },
    parts: parts(
      [staticsStart, staticsBytes],
      stack && low !== null ? [low, stack.start + stack.bytes - low] : null,
      heapStart === null ? null : heapPart(heapStart, isLast),
    ),
  };
}

function moved(extent: Extent, base: Address, isLast: boolean): SeparatedModule {
  const { tool, isRust, staticsBytes, stack, heapStart, staticsStart } = extent;
  const stackBytes = stack?.bytes ?? 0;
  const by = relinking(tool, base, stackBytes, isRust);
  // AssemblyScript's statics begin behind the header of their first object.
  const within = tool === 'assemblyscript' ? staticsStart % ALIGNMENT : 0;
  const statics = tool === 'stack-first' ? base + stackBytes : base + within;
  const stackStart = tool === 'stack-first' ? base : alignedUp(statics + staticsBytes);
  const behind = alignedUp(Math.max(statics + staticsBytes, stackStart + stackBytes));
  return {
    placement: { kind: 'moves', by },
    parts: parts(
      [statics, staticsBytes],
      stack && [stackStart, stackBytes],
      heapStart === null ? null : heapPart(behind, isLast),
    ),
  };
}

function relinking(kind: Relinking['kind'], base: Address, stackBytes: number, isRust: boolean): Relinking {
  switch (kind) {
    case 'statics-first':
      return { kind, base, stackBytes, isRust };
    case 'stack-first':
      return { kind, base, stackBytes, top: address(base + stackBytes), isRust };
    case 'assemblyscript':
    case 'unknown-tool':
      return { kind, base };
  }
}

const heapPart = (start: Address, isLast: boolean): SeparatePart => ({
  kind: 'heap',
  start,
  end: isLast ? null : alignedUp(start + HEAP_ROOM, WASM_PAGE_BYTES),
});

type Span = readonly [start: number, bytes: number];

function parts([start, bytes]: Span, stack: Span | null, heap: SeparatePart | null): SeparatePart[] {
  const part = (kind: SeparatePart['kind'], [from, size]: Span): SeparatePart => ({
    kind,
    start: address(from),
    end: address(from + size),
  });
  return [
    ...(bytes > 0 ? [part('statics', [start, bytes])] : []),
    ...(stack ? [part('stack', stack)] : []),
    ...(heap ? [heap] : []),
  ].sort((a, b) => a.start - b.start);
}
