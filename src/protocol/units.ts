// Named numbers, so that an address is never passed where a step is meant.

declare const unit: unique symbol;
type Unit<Name extends string> = number & { readonly [unit]: Name };

/** Byte offset into linear memory, 0 … 2³² − 1 (2³² as an exclusive end). */
export type Address = Unit<'Address'>;

/**
 * A moment of a recording. Step 0 is the memory after all instances were made and before the first call. Each write
 * to memory (a store, a bulk instruction, a host write, a growth) makes the next step. Where single writes are not
 * recorded, each range of bytes that a call changed counts as one write of that call's instance.
 */
export type Step = Unit<'Step'>;

/** Index of a {@link SHOWN_PAGE_BYTES} page of linear memory. */
export type PageIndex = Unit<'PageIndex'>;

export const address = (value: number): Address => value as Address;
export const step = (value: number): Step => value as Step;
export const pageIndex = (value: number): PageIndex => value as PageIndex;

/** Granularity (bytes) in which memory is compared, kept and sent to the panel. */
export const SHOWN_PAGE_BYTES = 4096;

/** Size of the largest 32-bit memory, in bytes. */
export const MAX_MEMORY_BYTES = 2 ** 32;

/** A page of the WebAssembly specification, in bytes. */
export const WASM_PAGE_BYTES = 65_536;
