// A memory of a declared type: apart, since what only describes imports must not load the rewriter.

import type { Limits } from '../../wasm/types.ts';

/**
 * The memory that a module with these limits would define.
 * @throws RangeError as V8 does where the system does not give that much
 */
export function declaredMemory({ minimum, maximum, shared, is64 }: Limits): WebAssembly.Memory {
  const size = (pages: bigint): number | bigint => (is64 ? pages : Number(pages));
  const descriptor = {
    initial: size(minimum),
    ...(maximum !== null && { maximum: size(maximum) }),
    shared,
    ...(is64 && { address: 'i64' }),
  };
  // TypeScript knows no memories with 64-bit addresses.
  return new WebAssembly.Memory(descriptor as WebAssembly.MemoryDescriptor);
}
