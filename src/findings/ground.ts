// What of a module's claims detectors ask for.
import type { AllocatorFunction, Claim, ClaimKind, ModuleClaims } from '../protocol/claims.ts';
import type { ByteSpan } from '../protocol/finding.ts';
import type { InstanceState } from '../protocol/run.ts';
import type { SeparableModule } from '../protocol/separation.ts';
import { heapGroundOf } from './heap/heapGround.ts';
import { Spans } from './spans.ts';

export interface Ground {
  /** What tells where it could lie instead. */
  readonly separable: SeparableModule;
  /** The shadow stack: it grows down from `pointer`, which is where it stands when no call is under way. Null where there is none, or it is not known. */
  readonly stack: {
    readonly low: number;
    readonly pointer: number;
    /** The log tells where it stands, where accesses are recorded. */
    readonly isFollowed: boolean;
  } | null;
  /** Behind the static data below the stack; 0 where there is none. */
  readonly stackFloor: number;
  /** Data and zeros behind it. */
  readonly data: readonly ByteSpan[];
  /** The same, by their addresses. */
  readonly statics: Spans;
  /** All that has a place in memory before the heap. */
  readonly placed: readonly ByteSpan[];
  /** Of the data what data segments or a start function put there: no zeros. */
  readonly initialised: readonly ByteSpan[];
  /** What data segments put into a range, and zeros elsewhere; null where that is not known. */
  readonly dataIn: (span: ByteSpan) => Uint8Array | null;
  /** Of a position-independent module, which has its place from its loader: the size of its region, and where in it the first data segment goes; else null. */
  readonly loaded: { readonly bytes: number; readonly firstData: number } | null;
  /** What lies below belongs to nobody; 0 where something begins there, or where it is not known. */
  readonly lowest: number;
  /** All that takes and gives blocks of its heap is known, see `heap/heapGround.ts`. */
  readonly isFollowed: boolean;
  /** Functions of an allocator, by the names that calls of them have. */
  readonly allocators: ReadonlyMap<string, AllocatorFunction>;
  /** Names of all functions of which the allocator consists, where its code tells that; else empty. */
  readonly allocatorCode: ReadonlySet<string>;
  /** The same by their function indices. */
  readonly allocatorsByIndex: ReadonlyMap<number, AllocatorFunction>;
  /** Allocators of other modules that it imports, by the number of the import among those of all modules. */
  readonly importedAllocators: ReadonlyMap<number, AllocatorFunction>;
  /** Bytes of thread-locals of which only the first instance is told where they are; 0 where there are none. */
  readonly lostThreadLocals: number;
  /** The allocator's state is in mutable globals, of which each instance has its own. */
  readonly keepsAllocatorInGlobals: boolean;
}

/** Functions that are inside of allocators, look at all that they keep, or are one under another name. */
const INSIDE_ALLOCATOR =
  /^(dl(malloc|free|realloc|calloc)|(m|c|re)alloc|free|sbrk|dispose_chunk|try_realloc_chunk|internal_memalign|(prepend|sys)_alloc|sys_trim|malloc_(trim|stats|info|inspect_all|(max_)?footprint)|mallinfo2?|mallopt|(emmalloc|emscripten_builtin)_\w+|.*dlmalloc.*|c\.malloc\.\w+|heap\.\w+Allocator\..*|~lib\/rt\/.*)$/;

/** The demo's own allocator. Where it asks another one for its block, what else it does is the program's. */
const DEMO_ALLOCATOR = /\balloc_11\b/;

/** What of a module its claims don't tell. */
export interface ModuleFacts {
  /** Names of its name section. */
  readonly functionNames: readonly string[];
  /** What a function is called. */
  readonly nameOf: (index: number) => string;
  readonly dataIn: Ground['dataIn'];
  /** Whether the log tells of the stack pointer. */
  readonly isStackFollowed: boolean;
  /** Number of its first import among those of all modules, and among its own imports those that are functions, by their function index. */
  readonly firstImport: number;
  readonly functionImports: readonly number[];
}

/** @param state of the instances of the module */
export function groundOf(
  claims: ModuleClaims,
  state: InstanceState,
  { functionNames, nameOf, dataIn, isStackFollowed, firstImport, functionImports }: ModuleFacts,
): Ground {
  const placed = claims.claims.filter(({ relativeTo }) => relativeTo === null);
  const isMovable = placed.length < claims.claims.length;
  const stack = placed.find(({ kind }) => kind === 'stack');
  const { stackPointer } = claims;
  const pointer = stackPointer.kind === 'found' ? stackPointer.initial : null;
  const data = placed.flatMap(claim => spanOf(claim, ['data', 'bss']));
  return {
    separable: claims,
    stack: stack && pointer !== null ? { low: stack.start, pointer, isFollowed: isStackFollowed } : null,
    stackFloor: Math.max(0, ...placed.flatMap(claim => staticEnd(claim)).filter(end => end <= (pointer ?? 0))),
    data,
    statics: new Spans(data),
    placed: placed.flatMap(claim => spanOf(claim, ['data', 'bss', 'stack'])),
    initialised: placed.flatMap(claim => spanOf(claim, ['data'])),
    dataIn,
    loaded: loadedOf(claims),
    lowest: isMovable || placed.length === 0 || !isCompiled(claims) ? 0 : lowestOf(claims, placed),
    isFollowed: heapGroundOf(claims, functionNames).heapStart !== null,
    allocators: new Map(claims.allocators.map(each => [each.name, each])),
    allocatorCode: new Set(claims.allocatorCode.map(nameOf)),
    allocatorsByIndex: new Map(claims.allocators.map(each => [each.function, each])),
    importedAllocators: new Map(
      claims.allocators.flatMap(each =>
        each.by === 'import' ? [[firstImport + functionImports[each.function], each]] : [],
      ),
    ),
    lostThreadLocals: state === 'separate' && claims.late.once ? (claims.threadLocals?.bytes ?? 0) : 0,
    keepsAllocatorInGlobals: state === 'separate' && claims.allocatorState.length > 0,
  };
}

function loadedOf({ claims, late }: ModuleClaims): Ground['loaded'] {
  const region = claims.find(({ kind, relativeTo }) => kind === 'dylink' && relativeTo !== null);
  if (region?.end == null) return null;
  const data = late.rewrites.filter(({ by, relativeTo }) => by === 'segment' && relativeTo === region.relativeTo);
  if (data.length === 0) return null;
  return { bytes: region.end - region.start, firstData: Math.min(...data.map(({ start }) => start)) - region.start };
}

/** Whoever moves AssemblyScript's things up, by `--memoryBase`, wants the room below for something. */
const USED_BELOW = 0x1_0000;
/** Where linkers and AssemblyScript's compiler put the first thing, where nobody says otherwise; elsewhere they are told a multiple of it. */
export const USUAL_BASE = 1024;

/** Tools that pack segments cut the zeros off that one begins with: what is first may be a variable that is zero at first. */
function lowestOf({ toolchain }: ModuleClaims, placed: readonly Claim[]): number {
  const lowest = Math.min(...placed.map(({ start }) => start));
  if (toolchain.assemblyScript !== null && lowest >= USED_BELOW) return 0;
  return lowest - (lowest % (lowest > USUAL_BASE ? USUAL_BASE : ALIGNMENT));
}

/** Up to where statics surely reach: of zeros that no segment has, only where they begin is known. */
function staticEnd({ kind, start, end, because }: Claim): number[] {
  if ((kind !== 'data' && kind !== 'bss') || end === null) return [];
  return [because.some(each => each.kind === 'unseen-zeros') ? start : end];
}

/** A place behind statics is aligned to this many bytes: of statics whose end only that tells, as many may be none. */
const ALIGNMENT = 16;

/** The bytes that a claim surely has, where it is of such a kind. */
function spanOf({ kind, start, end, because }: Claim, kinds: readonly ClaimKind[]): ByteSpan[] {
  if (end === null || !kinds.includes(kind)) return [];
  const isEndSure = because.every(each => each.kind !== 'unseen-zeros') || end % ALIGNMENT > 0;
  return [{ address: start, length: isEndSure ? end - start : Math.max(1, end - start - ALIGNMENT + 1) }];
}

/** Whether tools have laid the memory out, which leave low addresses free: who writes a module by hand puts there what comes to mind. */
const isCompiled = ({ stackPointer, allocators, toolchain }: ModuleClaims): boolean =>
  stackPointer.kind === 'found' || allocators.length > 0 || toolchain.producers.length > 0;

/** Whether a function is the demo's allocator, in a module that has no other one. */
export const isOfDemo = ({ allocators }: Ground, name: string): boolean =>
  allocators.size === 0 && DEMO_ALLOCATOR.test(name);

/** Whether a function is a part of an allocator. @param name from the name section, or of an export */
export const isOfAllocator = (ground: Ground, name: string): boolean =>
  ground.allocators.has(name) ||
  ground.allocatorCode.has(name) ||
  INSIDE_ALLOCATOR.test(name) ||
  isOfDemo(ground, name);
