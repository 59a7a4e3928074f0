import type { WasmValue } from '../../protocol/call.ts';
import type { Site } from './sites.ts';

/**
 * Takes the accesses of a log in the order in which they happened. Addresses are effective ones, the static offset
 * included. What memory held before is not in the log: the reader keeps an image of memory of its own.
 */
export interface AccessVisitor {
  /** `site.width` bytes were read. */
  load(site: Site, address: number): void;
  /**
   * Bytes were written, by a store or an atomic read-modify-write (`site.kind` is then `both`).
   * @param bytes the new bytes, `site.width` of them; valid during the call only
   */
  store(site: Site, address: number, bytes: Uint8Array): void;
  /** `size` bytes were set to `byte`. */
  fill(site: Site, address: number, size: number, byte: number): void;
  /** `size` bytes were copied from address `from` of memory `site.fromMemory`; ranges may overlap. */
  copy(site: Site, address: number, size: number, from: number): void;
  /** `size` bytes of data segment `site.segment`, from its offset `from` on, were written. */
  init(site: Site, address: number, size: number, from: number): void;
  /** memory.grow by `pages` pages; `previous` is the size before in pages, or -1 where it failed. */
  grow(site: Site, pages: number, previous: number): void;
}

/** A function whose code other code came into: that of another instance, or unrecorded one. */
export interface EnteredFunction {
  readonly instance: number;
  /** Function index in the original module. */
  readonly function: number;
  /** Where the stack pointers of who calls and of the instance stand; 0 of one that is not followed. */
  readonly outer: number;
  readonly pointer: number;
  /** `ref` stands for a reference; none where they would be too long for the log. */
  readonly args: readonly WasmValue[];
}

/** Where the stack pointer of an instance stands as a call of it ends, and how far down it came in the call; 0 where it is not followed. */
export interface LeftStack {
  readonly pointer: number;
  readonly lowest: number;
}

/** Where the address operand of an access comes from, as far as the function's code tells. */
export type PointerSource =
  /**
   * A load in the same function's code gave it, `added` to what was loaded. That was the last time that the load was executed, or
   * `skipped` times before it.
   */
  | {
      readonly kind: 'loaded';
      readonly site: Site;
      readonly added: bigint;
      readonly skipped: number;
      /** Whether that was in the iteration before, of the loop that the access is in. */
      readonly isCarried: boolean;
    }
  /** It stands in the code. */
  | { readonly kind: 'constant' }
  | { readonly kind: 'unknown' };

/** An access that was not made, since the guest trapped at it. */
export interface StoppedAccess {
  readonly site: Site;
  /** Address operand, without the static offset; of a bulk instruction its destination. */
  readonly operand: bigint;
  /** Of a bulk instruction: how many bytes, and its second operand. */
  readonly bulk: { readonly size: number; readonly from: number } | null;
  readonly source: PointerSource;
}

/** Takes the calls between instances, too, in their order with the accesses. */
export interface LogVisitor extends AccessVisitor {
  enter?(entered: EnteredFunction): void;
  /** The function entered last returned. @param results none where one is a reference */
  leave?(results: readonly WasmValue[], stack: LeftStack): void;
  /** Something was thrown through the function entered last; a trap is not told. */
  threw?(stack: LeftStack): void;
  /** A function that is told of was called. @param args none where they would be too long for the log */
  began?(functionIndex: number, args: readonly WasmValue[]): void;
  /** The one that began last returned. @param results none where one is a reference */
  ended?(results: readonly WasmValue[]): void;
  /** Something was thrown through the one that began last; a trap is not told. */
  unwound?(): void;
  /**
   * A sweep begins, or is over: one run of a loop whose stores lie where follows from what it began with, so that whatever they leave, they
   * leave by themselves.
   */
  sweep?(begins: boolean): void;
  /** The guest trapped at an access whose operands the log has. Whether that lies outside memory is not looked at. */
  stopped?(access: StoppedAccess): void;
  /** A guest came upon what the host wrote, which it did before the accesses that follow: see `checkedAccess.ts`. */
  hostWrote?(address: number, bytes: readonly number[]): void;
}
