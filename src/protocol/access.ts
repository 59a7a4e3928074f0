// What a recording answers: pages of memory, single accesses and who made them.
import { NUMBERS_ALONE } from './instanceNames.ts';
import { type Owner, ownerName } from './owner.ts';
import { count } from './text.ts';
import { type Address, type PageIndex, type Step, WASM_PAGE_BYTES } from './units.ts';

/** A page of memory as it was at one step. */
export interface PageView {
  readonly page: PageIndex;
  /** {@link SHOWN_PAGE_BYTES} bytes; null where all are zero. */
  readonly bytes: Uint8Array | null;
  /** Bytes that the write that made this step changed, as flat pairs `start, end` (end exclusive) of offsets into the page. */
  readonly changed: readonly number[];
  /** {@link OWNER_CODE} of each byte; null where nobody ever wrote to the page, or owners are not recorded. */
  readonly owners: Uint8Array | null;
}

/** The instruction that accessed memory, in the terms of the user's file. */
export interface SiteView {
  /** Index of its module. */
  readonly module: number;
  readonly function: string;
  readonly functionIndex: number;
  /** Byte offset of the instruction in the file, and from the start of its function's body. */
  readonly offset: number;
  readonly functionOffset: number;
  /** As the text format writes it: `i32.store8`. */
  readonly instruction: string;
}

/** The instruction that last wrote a byte; null where none did, or it is not known. */
export const writerOf = (change: LastChange | null): SiteView | null =>
  change?.kind === 'write' ? change.write.site : null;

/** The host function that was under way: an import of a module. */
export interface ImportView {
  /** Index of the module. */
  readonly module: number;
  /** `env` and `read` of `env.read`. */
  readonly from: string;
  readonly name: string;
}

interface AccessBase {
  /** Number of the access in the recording, from 0. */
  readonly access: number;
  /** The step that a write makes; for a load the step at which it read. */
  readonly step: Step;
  /** {@link CallRecord.index} of the call it belongs to; null for one between calls. */
  readonly call: number | null;
  readonly owner: Owner;
  /** Null where no instruction is known (host, unrecorded, a data segment). */
  readonly site: SiteView | null;
  /** Of an instance that was made late: its data segment that was put there; else null. */
  readonly segment: number | null;
  /** Of the host's: the host function that did it; null where it was none, or it is not known which. */
  readonly import: ImportView | null;
  /** Between which calls it lies: the last that began before it (0: none), and the next one, if there is one; null for one in a call. */
  readonly between: { readonly after: number; readonly before: number | null } | null;
}

/** Bytes of a long access that are told. */
export const TOLD_BYTES = 64;

export interface WriteView extends AccessBase {
  readonly kind: 'write';
  readonly address: Address;
  /** Bytes written. */
  readonly length: number;
  /** What was there and what is there since: the first {@link TOLD_BYTES} of `length` bytes. */
  readonly before: Uint8Array;
  readonly after: Uint8Array;
  /** Of the host's or another thread's, where it was found late: it was made at some moment after this step, and is shown at the one at which it was found. */
  readonly since: Step | null;
  /** `before` may be another value: what the host wrote was found late, and may have been there already; or memory was not compared before a guest overwrote it. */
  readonly isStale: boolean;
}

export interface ReadView extends AccessBase {
  readonly kind: 'read';
  readonly address: Address;
  readonly length: number;
  /** What was read: the first {@link TOLD_BYTES} of `length` bytes. */
  readonly value: Uint8Array;
}

export interface GrowView extends AccessBase {
  readonly kind: 'grow';
  /** Pages of 64 KiB added. */
  readonly pages: number;
  /** Size of the memory since, in bytes. */
  readonly memoryBytes: number;
}

export type AccessView = WriteView | ReadView | GrowView;

/** `from 1 to 2 pages`. @param memoryBytes size of the memory since */
export function grownText(pages: number, memoryBytes: number): string {
  const to = memoryBytes / WASM_PAGE_BYTES;
  return `from ${to - pages} to ${count(to, 'page')}`;
}

/**
 * Of the host's and of another thread's: `in import env.read`, `between calls 4 and 5`, `between steps 812 and 2944`. Of an instance's: `data segment 0`.
 * Null where more is not known.
 */
export function accessOrigin(access: AccessView, names = NUMBERS_ALONE): string | null {
  if (access.segment !== null) return `data segment ${access.segment}`;
  if (access.owner.kind !== 'host' && access.owner.kind !== 'thread') return null;
  if (access.kind === 'write' && access.since !== null) return `between steps ${access.since} and ${access.step}`;
  if (access.import) {
    const { module, from, name } = access.import;
    const importer = names.labelOf(module);
    return `in import ${from}.${name}${importer === null ? '' : ` of ${importer}`}`;
  }
  if (!access.between) return null;
  const { after, before } = access.between;
  if (after === 0) return 'before the first call';
  return before === null ? `after call ${after}` : `between calls ${after} and ${before}`;
}

/** `#2`, `unrecorded`, `#1, data segment 0`, `host, in import env.read`. */
export const accessorText = (access: AccessView, names = NUMBERS_ALONE): string =>
  [ownerName(access.owner, names), accessOrigin(access, names)].filter(text => text !== null).join(', ');

/** What one step is. */
export interface StepView {
  readonly step: Step;
  /** Size of the memory at the step, in bytes. */
  readonly memoryBytes: number;
  /** What made the step; null for step 0. */
  readonly access: WriteView | GrowView | null;
}

/** One page of 4 KiB in the overview of memory. */
export interface PageSummary {
  readonly page: PageIndex;
  /** {@link OWNER_CODE} of most of its bytes that have an owner. */
  readonly owner: number;
  /** Writes to it up to the step. */
  readonly writes: number;
}

/** A page of 4 KiB that is another at one step than at another one. */
export interface PageDifference {
  readonly page: PageIndex;
  /** How many of its bytes are others. */
  readonly bytes: number;
  /** How many runs of such bytes begin in it; one that goes on from the page before began there. */
  readonly ranges: number;
}

/** Bytes of a {@link DifferingRange} that are told. */
export const TOLD_DIFFERENCE = 16;

/** Neighbours that all differ between two steps. */
export interface DifferingRange {
  readonly address: Address;
  readonly length: number;
  /** The first {@link TOLD_DIFFERENCE} of them at the earlier step; fewer where memory did not have them yet. */
  readonly before: Uint8Array;
  /** The same bytes at the later step. */
  readonly after: Uint8Array;
  /** The last write that touched them up to the later step; null where none is kept. */
  readonly last: WriteView | null;
}

/** The beginning of a range that goes on in a page that is not looked at yet. */
export interface BegunRange {
  readonly address: Address;
  /** So many bytes are known to differ. */
  readonly length: number;
  /** The last write to them; 0 where none is kept. */
  readonly last: number;
}

/** From where on ranges that differ are asked for. */
export interface DifferingFrom {
  readonly first: PageIndex;
  /** So many of those that begin there, or behind it, are left out. */
  readonly skip: number;
  /** What goes on in that page, of those that were asked for before; null for nothing. */
  readonly begun: BegunRange | null;
}

/** Ranges that were found in bounded time, and where to go on; null where these are all that were asked for. */
export interface DifferingPart<Range = DifferingRange> {
  readonly ranges: readonly Range[];
  readonly next: DifferingFrom | null;
}

/** A write to a range, and whose bytes it wrote over. */
export interface Overwrite {
  readonly write: WriteView;
  /** OWNER_CODE of each that owned some of these bytes of the range before, in their order. */
  readonly before: readonly number[];
}

/** The bytes that a span of steps changed. */
export interface ChangedRanges {
  /** Flat pairs `start, end` of addresses (end exclusive), ascending: what lies in none of them is as it was. */
  readonly ranges: readonly number[];
  /** There are more: these are the first. */
  readonly isCut: boolean;
}

/** Where to find the next bytes that differ between two steps. */
export interface NearestDifference {
  /**
   * Neighbours that all differ, of which the first lies behind the address in question (before it, going back); of very many the
   * first. Null where there are none in the part of memory that was looked at.
   */
  readonly found: { readonly address: Address; readonly length: number } | null;
  /** The address in question for the rest of memory; null where nothing is left in this direction. */
  readonly next: Address | null;
}

/** Who last changed a byte, seen from one step. */
export type LastChange =
  /** a recorded write */
  | { readonly kind: 'write'; readonly write: WriteView }
  /** it has had its value since step 0: a data segment or a start function put it there, or it is not zero */
  | { readonly kind: 'initial' }
  /** it has been zero all along, and no data segment put that there */
  | { readonly kind: 'never' }
  /** before `firstStep`, where history was dropped */
  | { readonly kind: 'dropped' };

/** What made a byte part of memory, seen from one step. */
export type MadeBy =
  /** memory has had it since step 0 */
  | { readonly kind: 'initial' }
  | { readonly kind: 'growth'; readonly grow: GrowView }
  /** memory grew before `firstStep`, where history was dropped */
  | { readonly kind: 'dropped' }
  /** it is not part of memory */
  | { readonly kind: 'outside' };
