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
  /** `ref` stands for a reference; none where they would be too long for the log. */
  readonly args: readonly WasmValue[];
}

/** Takes the calls between instances, too, in their order with the accesses. */
export interface LogVisitor extends AccessVisitor {
  enter?(entered: EnteredFunction): void;
  /** The function entered last returned. @param results none where one is a reference */
  leave?(results: readonly WasmValue[]): void;
  /** Something was thrown through the function entered last; a trap is not told. */
  threw?(): void;
}
