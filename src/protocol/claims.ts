// What a module believes is its own, before anything runs: ranges of memory and what else its instances have each for themselves.
// Parts, not sentences; the words for them are in `claimTexts.ts`.

import type { Address } from './units.ts';

export type ClaimKind =
  /** what active data segments, or a start function, put into memory */
  | 'data'
  /** static variables that are zero at first */
  | 'bss'
  /** the shadow stack: it grows down from the end of the range */
  | 'stack'
  | 'heap'
  /** all of a position-independent module, wherever its loader puts it */
  | 'dylink'
  /** thread-locals of the first thread */
  | 'tls';

/** Why a claim is only likely: no symbol, segment or instruction tells it. */
export type Because =
  /** the stack pointer was told by its use */
  | { readonly kind: 'stack-pointer-by-use'; readonly functions: number }
  /** the stack starts below all data, where linkers let it begin at address 0 */
  | { readonly kind: 'stack-first' }
  /** it begins behind the statics */
  | { readonly kind: 'behind-statics'; readonly end: Address }
  /** it begins where the stack does that lies behind the statics */
  | { readonly kind: 'behind-stack' }
  /** the stack has a size that is usual */
  | { readonly kind: 'usual-stack'; readonly bytes: number }
  /** zeros have no segment where a module defines its memory: their end is not told */
  | { readonly kind: 'unseen-zeros' }
  /** a segment that holds nothing but zeros */
  | { readonly kind: 'only-zeros' }
  /** segments that a tool cut at zero bytes, taken together with the zeros between them */
  | { readonly kind: 'cut-at-zeros'; readonly segments: number }
  /** the start function sets a global to this address, and no segment reaches beyond */
  | { readonly kind: 'set-by-start'; readonly global: number }
  /** code sets a global to this address, the first one of the heap, and is not seen to set it to another one */
  | { readonly kind: 'set-to-heap'; readonly global: number; readonly address: Address }
  /** a function that allocates gives back what a global held, and sets it */
  | { readonly kind: 'set-by-allocator'; readonly global: number; readonly function: string };

/** A range of memory, in bytes. */
export interface ClaimedRange {
  readonly start: Address;
  /** Exclusive; null where it goes to the end of memory, however far that grows. */
  readonly end: Address | null;
  /** The imported global that is to be added to both, `env.__memory_base`; null where they are addresses as they stand. */
  readonly relativeTo: string | null;
}

export interface Claim extends ClaimedRange {
  readonly kind: ClaimKind;
  /** The segment's name, or that of the symbol which tells it; null where there is none. */
  readonly name: string | null;
  /** Why it is a guess; empty where the module tells it. */
  readonly because: readonly Because[];
}

/** Functions that are seen to use a stack pointer: of more nobody looks on. */
export const ENOUGH_FUNCTIONS = 16;

/** The global that holds the end of the shadow stack. */
export type StackPointer =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'found';
      /** Index of the global. */
      readonly global: number;
      readonly by: 'name' | 'export' | 'import' | 'use';
      /** As `by` tells it, an import as `env.__stack_pointer`; null where it was found by its use. */
      readonly name: string | null;
      /** What it is at first; null of an import whose value is not known. */
      readonly initial: Address | null;
      /** Functions seen to push and pop a frame; 0 where its use was not looked at. */
      readonly functions: number;
    };

/** The demo's allocator makes an i32. */
export const DEMO_ALLOCATOR = { name: 'alloc_11', bytes: 4 } as const;

/** `declared`: the user says so. */
export type AllocatorFamily = 'declared' | 'malloc' | 'c++' | 'rust' | 'wasm-bindgen' | 'component' | 'assemblyscript';

/** A recording's file has their places in this list: new ones come last. */
export const ALLOCATOR_ROLES = ['allocate', 'resize', 'free', 'pin', 'unpin', 'collect'] as const;
export type AllocatorRole = (typeof ALLOCATOR_ROLES)[number];

/** Which parameter of an allocator's function is what, from 0; null where none is. */
export interface AllocatorOperands {
  /** Bytes of one element, and how many there are: 1 where there is no such parameter. */
  readonly size: number | null;
  readonly count: number | null;
  /** No parameter: the bytes of one element, where all have as many; null where a parameter tells that. */
  readonly bytes: number | null;
  /** The block that is freed, moved or pinned. */
  readonly block: number | null;
  /** Where the address of the new block is written to; null where it is the result. */
  readonly out: number | null;
}

/** A function known as one of an allocator. */
export interface AllocatorFunction {
  readonly family: AllocatorFamily;
  readonly role: AllocatorRole;
  readonly name: string;
  /** Function index. */
  readonly function: number;
  /** Where the name stands, or that the function's code tells what it is. An import is the allocator of another module. */
  readonly by: 'export' | 'name' | 'import' | 'code';
  readonly operands: AllocatorOperands;
}

/** A mutable global in which an allocator keeps its state: each instance has its own. */
export interface AllocatorGlobal {
  readonly global: number;
  readonly name: string | null;
  /** Empty where its name tells it. */
  readonly because: readonly Because[];
}

/** What making an instance writes to memory, late instances too. */
export interface Rewrite extends ClaimedRange {
  readonly by: 'segment' | 'start';
  readonly fill: 'bytes' | 'zeros';
}

export interface LateInstance {
  /** What each further instance writes again; ranges of segments that were cut at zero bytes are taken together. */
  readonly rewrites: readonly Rewrite[];
  /** Whether segments are cut at zero bytes: only some bytes of an integer go back then. */
  readonly cutAtZeros: boolean;
  /** Whether the start function looks at a flag in memory, and writes for the first instance only. */
  readonly once: boolean;
  /** Whether static variables that are zero at first are left as they are: nothing in the module makes these zeros. */
  readonly keepsZeros: boolean;
}

export interface StartFunction {
  readonly function: number;
  readonly name: string;
}

export type AssemblyScriptRuntime = 'stub' | 'minimal' | 'incremental' | 'unknown';

export interface Toolchain {
  /** The entries of the `producers` section. */
  readonly producers: readonly { readonly field: string; readonly name: string; readonly version: string }[];
  /** AssemblyScript's runtime, where names or the texts of its library tell it. */
  readonly assemblyScript: AssemblyScriptRuntime | null;
}

export interface ModuleClaims {
  /** Those with addresses first, by their start. */
  readonly claims: readonly Claim[];
  readonly stackPointer: StackPointer;
  readonly allocators: readonly AllocatorFunction[];
  /** Indices of all functions of which the allocator consists, where their code tells that these are all; else empty. */
  readonly allocatorCode: readonly number[];
  readonly allocatorState: readonly AllocatorGlobal[];
  readonly start: StartFunction | null;
  readonly late: LateInstance;
  /** The global in which a module for threads has the address of its thread-locals, and their size; null where it has none. */
  readonly threadLocals: { readonly global: number; readonly bytes: number | null } | null;
  readonly toolchain: Toolchain;
}
