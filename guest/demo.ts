// The bundled guest of the demo: one instance allocates an i32 in linear memory, all instances add to it.
//
// The memory is imported (`importMemory` in asconfig.json), so the host decides who shares it. The allocator is not shared:
// each instance counts its free memory in a global of its own, and all of them start at the same address. That is why
// only instance #0 allocates here; a second `alloc_11` on another instance would return the very same address.

/** Allocates an i32 that holds 11 and returns its address. */
export function alloc_11(): usize {
  const address = heap.alloc(sizeof<i32>());
  store<i32>(address, 11);
  return address;
}

/** Adds 23 to the i32 at `address`. */
export function add_23(address: usize): void {
  store<i32>(address, load<i32>(address) + 23);
}
