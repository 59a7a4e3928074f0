// AssemblyScript's allocator, by hand and under its garbage collector: all of its state is in globals, or is found by them.
// Built with --exportRuntime, so that a host can pin what it holds, and collect.

export function alloc(size: usize): usize {
  return heap.alloc(size);
}

export function free(address: usize): void {
  heap.free(address);
}

/** A managed array of `0, 1, … length - 1`; nobody holds it until the host pins it. */
export function numbers(length: i32): StaticArray<i32> {
  const array = new StaticArray<i32>(length);
  for (let i = 0; i < length; i++) array[i] = i;
  return array;
}
