// One access of a recording, as queries tell it.
import type { Owner } from '../protocol/owner.ts';
import type { Address, Step } from '../protocol/units.ts';

interface AccessBase {
  /** Number of the access in the recording, from 0 on, dropped ones counted. */
  readonly access: number;
  /** The step that a write makes; for a load the step at which it read. */
  readonly step: Step;
  /** The call it belongs to (0: the making of the instances); null for one between two calls. */
  readonly call: number | null;
  readonly owner: Owner;
  /** Number of the instruction's site, or of the data segment; null where none is known (host, unrecorded). */
  readonly site: number | null;
  /** Of the host's: number of the import, among those of all modules, that did it; null where that is not known. */
  readonly import: number | null;
}

export interface WriteAccess extends AccessBase {
  readonly kind: 'write';
  readonly address: Address;
  /** Bytes written. */
  readonly length: number;
  /** What was there and what is there since: the first {@link TOLD_BYTES} of `length` bytes. */
  readonly before: Uint8Array;
  readonly after: Uint8Array;
  /** See `WriteView`. */
  readonly since: Step | null;
  readonly isStale: boolean;
}

export interface ReadAccess extends AccessBase {
  readonly kind: 'read';
  readonly address: Address;
  readonly length: number;
  /** What was read: the first {@link TOLD_BYTES} of `length` bytes. */
  readonly value: Uint8Array;
}

export interface GrowAccess extends AccessBase {
  readonly kind: 'grow';
  /** Pages of 64 KiB added. */
  readonly pages: number;
  /** Size of the memory since, in bytes. */
  readonly memoryBytes: number;
}

export type Access = WriteAccess | ReadAccess | GrowAccess;

/** Who last wrote a byte, seen from one step. */
export type LastWriter =
  | { readonly kind: 'write'; readonly write: WriteAccess }
  /** it is as a data segment left it before the first step */
  | { readonly kind: 'initial' }
  | { readonly kind: 'never' }
  /** the write was dropped; of it only the owner is known */
  | { readonly kind: 'dropped'; readonly owner: Owner };

/** What made a byte part of memory, seen from one step: see the type of the same name in `src/protocol/access.ts`. */
export type MadeBy =
  | { readonly kind: 'initial' | 'dropped' | 'outside' }
  | { readonly kind: 'growth'; readonly grow: GrowAccess };

/** One page of 4 KiB in the overview of memory. */
export interface PageSummary {
  readonly page: number;
  /** The owner of most of its bytes that have one; `never` where none has. */
  readonly owner: Owner;
  /** Writes to it up to the step. */
  readonly writes: number;
}
