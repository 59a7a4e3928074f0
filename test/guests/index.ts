// What a run of each fixture must end with. Derived by hand from the sources, from the WebAssembly specification and with tools
// other than this project's engine; `check.mjs` holds the guests to it with the plain WebAssembly JavaScript API.
import type { ProblemKind } from '../../src/protocol/problem.ts';
import type { MemorySummary, StubUse } from '../../src/protocol/run.ts';

/** How a run with {@link Fixture.instances} instances must end. */
export type Expectation =
  /** The demo runs to its end and memory holds the expected value. */
  | {
      readonly kind: 'reaches';
      readonly value: number;
      readonly address: number;
      readonly memory: MemorySummary;
      /** Pages of 64 KiB by which guests grow the memory, in the whole run. */
      readonly grownPages: number;
      /** Whether the guest prints the transcript's lines itself, one a call. */
      readonly prints: boolean;
      readonly stubsCalled: readonly StubUse[];
    }
  /** The demo runs to its end, but memory holds another value than the guest prints and than is expected. */
  | {
      readonly kind: 'differs';
      readonly address: number;
      readonly actual: number;
      /** What each call of `add_23` prints, and what {@link actual} differs from. */
      readonly printed: number;
    }
  /** A call traps. */
  | {
      readonly kind: 'traps';
      /** Calls that return before the one that traps; null where instantiating traps. */
      readonly returnedCalls: number | null;
      /** The i32 at the end; null where the run has no address by then. */
      readonly actual: number | null;
      readonly message: RegExp;
      /** Names of the innermost functions of the stack, innermost first. */
      readonly stack: readonly string[];
    }
  /** A call never returns: the run must be ended from outside. */
  | {
      readonly kind: 'never-returns';
      /** Calls that return before the one that does not; null where instantiating never returns. */
      readonly returnedCalls: number | null;
      readonly actual: number | null;
    }
  /** `alloc_11` returns an address where no i32 fits into memory. */
  | { readonly kind: 'address-outside'; readonly address: number }
  /** The module can be instantiated, but is no guest of the demo; the message names these exports. */
  | { readonly kind: 'no-guest'; readonly missing: RegExp; readonly exports: readonly string[] }
  /** The file can't be run. */
  | { readonly kind: 'refused'; readonly problem: ProblemKind; readonly message: RegExp };

export interface Fixture {
  /** Folder and base name, for example `demo/wat`. */
  readonly name: string;
  /** Path of the committed binary, relative to this folder. */
  readonly file: string;
  readonly instances: number;
  readonly expectation: Expectation;
}

const fixture = (name: string, expectation: Expectation, instances = 3): Fixture => ({
  name,
  file: `${name}.wasm`,
  instances,
  expectation,
});

/** 11 + 23 × 15: five rounds over three instances. */
const VALUE = 356;

type Reaches = Extract<Expectation, { readonly kind: 'reaches' }>;

/** A memory as the file declares it; a run creates its minimum, where `pages` does not say more. */
const memory = (
  kind: MemorySummary['kind'],
  minimum: number,
  { maximum = null, shared = false, pages = minimum }: Partial<MemorySummary> = {},
): MemorySummary => ({ kind, minimum, maximum, shared, pages });

const reaches = (address: number, declared: MemorySummary, more: Partial<Reaches> = {}): Reaches => ({
  kind: 'reaches',
  value: VALUE,
  address,
  memory: declared,
  grownPages: 0,
  prints: false,
  stubsCalled: [],
  ...more,
});

const refused = (problem: ProblemKind, message: RegExp): Expectation => ({ kind: 'refused', problem, message });

/** LLD without options: data from 1024, here 4 bytes of .bss, 64 KiB of stack from the next multiple of 16, then the heap. */
const C_HEAP_BASE = 1024 + 16 + 65_536;
/** Rust's allocator grows memory (17 pages as linked) by a page for its heap, and a block's header takes 8 bytes. */
const RUST_FIRST_BLOCK = 17 * 65_536 + 8;
/** AssemblyScript's stub runtime: data ends at 1164, a block's header takes 4 bytes. */
const STUB_FIRST_BLOCK = 1164 + 4;

/** Guests that end at 356, printing nothing themselves. */
export const demoGuests: readonly Fixture[] = [
  fixture('demo/wat', reaches(1024, memory('imported', 1))),
  // 11 + 23 × 5 × 64
  fixture('demo/wat', reaches(1024, memory('imported', 1), { value: 7371 }), 64),
  fixture('demo/wat', reaches(1024, memory('imported', 1), { value: 126 }), 1),
  fixture('demo/no-names', reaches(1024, memory('imported', 1))),
  fixture('demo/returns-value', reaches(1024, memory('imported', 1))),
  fixture('demo/other-memory-name', reaches(1024, memory('imported', 1))),
  fixture('demo/shared-memory', reaches(1024, memory('imported', 1, { maximum: 16, shared: true }))),
  fixture('demo/minimum-zero', reaches(6560, memory('imported', 0, { maximum: 65_536, pages: 1 }))),
  fixture('demo/defined-memory', reaches(1024, memory('defined', 2, { maximum: 4 }))),
  fixture('demo/defined-after-imports', reaches(1024, memory('defined', 1))),
  fixture('demo/c', reaches(C_HEAP_BASE, memory('imported', 2))),
  fixture('demo/c-shared-memory', reaches(C_HEAP_BASE, memory('imported', 2, { maximum: 16, shared: true }))),
  fixture('demo/c-defined-memory', reaches(C_HEAP_BASE, memory('defined', 2))),
  fixture('demo/wasi-reactor', reaches(67_088, memory('defined', 2))),
  fixture('demo/rust', reaches(RUST_FIRST_BLOCK, memory('imported', 17), { grownPages: 1 })),
  fixture('demo/rust-defined-memory', reaches(RUST_FIRST_BLOCK, memory('defined', 17), { grownPages: 1 })),
  // Zig's allocator begins with the page by which it grows memory.
  fixture('demo/zig', reaches(17 * 65_536, memory('imported', 17), { grownPages: 1 })),
  fixture('demo/assemblyscript-stub', reaches(STUB_FIRST_BLOCK, memory('imported', 1))),
  fixture('demo/assemblyscript-stub-no-names', reaches(STUB_FIRST_BLOCK, memory('imported', 1))),
  fixture('demo/assemblyscript-minimal', reaches(2752, memory('imported', 1))),
  fixture('demo/assemblyscript-incremental', reaches(35_520, memory('imported', 1))),
  fixture('demo/assemblyscript-defined-memory', reaches(STUB_FIRST_BLOCK, memory('defined', 1))),
];

/** Guests in the reference's own ABI: they take their instance's index and print the transcript's lines themselves. */
export const printingGuests: readonly Fixture[] = [
  fixture('print/ptr-cap-len', reaches(RUST_FIRST_BLOCK, memory('imported', 17), { grownPages: 1, prints: true })),
  fixture('print/cap-ptr-len', reaches(1024, memory('imported', 2), { prints: true })),
  fixture('print/address', reaches(1_052_720, memory('imported', 17), { prints: true })),
  fixture('print/address-cap-first', reaches(1024, memory('imported', 2), { prints: true })),
  fixture('print/ignored-first-word', reaches(4096, memory('imported', 1), { prints: true })),
  fixture(
    'print/wasi',
    reaches(4096, memory('imported', 1), {
      prints: true,
      stubsCalled: [{ module: 'wasi_snapshot_preview1', name: 'fd_fdstat_get', calls: 1 }],
    }),
  ),
  // The reference's accident: the address is 60 bytes below the top of the shadow stack at 1 MiB.
  fixture('print/dead-stack', reaches(1_048_576 - 60, memory('imported', 17), { grownPages: 1, prints: true })),
  fixture('print/own-copy', { kind: 'differs', address: RUST_FIRST_BLOCK, actual: 11, printed: 34 }),
];

/** Guests that fail, and modules that are no guests of the demo. */
export const misbehavingGuests: readonly Fixture[] = [
  fixture('misbehaving/trap-unreachable', {
    kind: 'traps',
    returnedCalls: 4, // alloc_11, then 34, 57, 80
    actual: 80,
    message: /unreachable/,
    stack: ['fail', 'check_limit', 'add_23'],
  }),
  fixture('misbehaving/trap-out-of-bounds', {
    kind: 'traps',
    returnedCalls: 1,
    actual: 34,
    message: /out of bounds/,
    stack: ['read_far', 'add_23'],
  }),
  fixture('misbehaving/trap-divide-by-zero', {
    kind: 'traps',
    returnedCalls: 0,
    actual: null,
    message: /divide by zero/,
    stack: ['average', 'alloc_11'],
  }),
  fixture('misbehaving/trap-stack-overflow', {
    kind: 'traps',
    returnedCalls: 1,
    actual: 11,
    message: /call stack/,
    stack: ['recurse', 'recurse'],
  }),
  fixture('misbehaving/trap-exception', {
    kind: 'traps',
    returnedCalls: 1,
    actual: 11,
    message: /exception/,
    stack: [], // V8 keeps no stack of a WebAssembly exception
  }),
  fixture('misbehaving/trap-in-start', {
    kind: 'traps',
    returnedCalls: null,
    actual: null,
    message: /unreachable/,
    stack: ['initialize'],
  }),
  fixture('misbehaving/abort', {
    kind: 'traps',
    returnedCalls: 4,
    actual: 80,
    message: /the value 103 is above 100.*test\/guests\/misbehaving\/abort\.ts.*4:3/,
    stack: ['test/guests/misbehaving/abort/add_23'], // `check` is inlined
  }),
  fixture('misbehaving/wait-in-unshared-memory', {
    kind: 'traps',
    returnedCalls: 1,
    actual: 11,
    message: /Atomics\.wait cannot be called in this context/,
    stack: ['wait', 'add_23'],
  }),
  fixture('misbehaving/wasi-exit', {
    kind: 'traps',
    returnedCalls: 4,
    actual: 80,
    message: /proc_exit: .*code 3/,
    stack: ['check', 'add_23'],
  }),
  fixture('misbehaving/loop-in-call', { kind: 'never-returns', returnedCalls: 4, actual: 80 }),
  fixture('misbehaving/loop-in-start', { kind: 'never-returns', returnedCalls: null, actual: null }),
  fixture('misbehaving/grow-to-limit', reaches(1024, memory('imported', 1), { grownPages: 65_535 })),
  fixture('misbehaving/grow-to-maximum', reaches(1024, memory('imported', 1, { maximum: 4 }), { grownPages: 3 })),
  fixture('misbehaving/grow-then-use', reaches(65_536, memory('imported', 1), { grownPages: 1 })),
  // 4 GiB of address space, nothing of it touched: a 64-bit system without limits gives it.
  fixture('misbehaving/huge-minimum', reaches(1024, memory('imported', 65_536))),
  fixture('misbehaving/address-outside', { kind: 'address-outside', address: 0xffff_fff0 }),
  fixture('misbehaving/address-at-end', { kind: 'address-outside', address: 65_535 }),
  fixture('misbehaving/no-alloc', { kind: 'no-guest', missing: /alloc_11/, exports: ['allocate', 'add_23'] }),
  fixture('misbehaving/no-demo-exports', {
    kind: 'no-guest',
    missing: /alloc_11.*add_23/,
    exports: ['version', 'sum'],
  }),
  fixture('misbehaving/other-signature', { kind: 'no-guest', missing: /add_23.*f64/, exports: ['alloc_11', 'add_23'] }),
  fixture('misbehaving/not-a-function', { kind: 'no-guest', missing: /alloc_11/, exports: ['alloc_11', 'add_23'] }),
  fixture(
    'misbehaving/calls-stub',
    reaches(0, memory('imported', 1), { stubsCalled: [{ module: 'env', name: 'malloc', calls: 1 }] }),
  ),
  fixture(
    'misbehaving/stub-results',
    reaches(1024, memory('imported', 1), {
      stubsCalled: ['now', 'half', 'scale', 'callback', 'divmod'].map(name => ({ module: 'env', name, calls: 1 })),
    }),
  ),
  fixture('misbehaving/other-imports', reaches(1024, memory('imported', 1))),
  fixture('misbehaving/side-module', reaches(16, memory('imported', 1))),
  fixture('misbehaving/two-memories', reaches(1024, memory('imported', 1))),
];

/** Files that can't be run at all. */
export const badFiles: readonly Fixture[] = [
  fixture('bad/empty', refused('empty-file', /empty/)),
  fixture('bad/html-page', refused('not-wasm', /HTML/)),
  fixture('bad/git-lfs-pointer', refused('not-wasm', /Git LFS/)),
  fixture('bad/text-format', refused('not-wasm', /text/)),
  fixture('bad/elf', refused('not-wasm', /ELF/)),
  fixture('bad/wrong-magic', refused('not-wasm', /61 73 6d 00/)),
  fixture('bad/version-2', refused('not-wasm', /version 2/)),
  fixture('bad/component', refused('component', /component/)),
  fixture('bad/relocatable-object', refused('relocatable-object', /object file/)),
  fixture('bad/cut-in-header', refused('truncated', /offset 6\b/)),
  // Offsets: where the file ends, or where the section begins that is cut off.
  fixture('bad/cut-after-section-id', refused('truncated', /offset (79|80)\b/)),
  fixture('bad/cut-in-code', refused('truncated', /offset (79|99)\b/)),
  fixture('bad/cut-in-names', refused('truncated', /offset (136|166)\b/)),
  // Cut between two sections: functions are declared, and their code should follow at the end of the file.
  fixture('bad/cut-before-code', refused('truncated', /offset 79\b/)),
  fixture('bad/header-only', refused('no-memory', /no linear memory/)),
  fixture('bad/no-memory', refused('no-memory', /no linear memory/)),
  fixture('bad/section-out-of-order', refused('malformed', /section/)),
  fixture('bad/section-size-too-small', refused('malformed', /offset 35\b/)),
  fixture('bad/overlong-leb', refused('malformed', /offset (21|25|26)\b/)),
  fixture('bad/name-not-utf8', refused('malformed', /UTF-8/)),
  fixture('bad/type-mismatch', refused('malformed', /i64/)),
  fixture('bad/unknown-memory', refused('malformed', /memory/)),
  fixture('bad/shared-without-maximum', refused('malformed', /maximum/)),
  fixture('bad/maximum-below-minimum', refused('malformed', /maximum/)),
  fixture('bad/minimum-above-limit', refused('malformed', /65537/)),
  fixture('bad/stringref', refused('unsupported-feature', /stringref/)),
  fixture('bad/wide-arithmetic', refused('unsupported-feature', /opcode/)),
  fixture('bad/custom-page-size', refused('unsupported-memory', /page size/)),
  fixture('bad/memory64', refused('unsupported-memory', /65537 pages/)),
];

export const fixtures: readonly Fixture[] = [...demoGuests, ...printingGuests, ...misbehavingGuests, ...badFiles];
