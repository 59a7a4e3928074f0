//! The demo in Zig, on the standard library's allocator for WebAssembly.
const allocator = @import("std").heap.wasm_allocator;

/// Allocates an i32 that holds 11.
export fn alloc_11() ?*i32 {
    const value = allocator.create(i32) catch return null;
    value.* = 11;
    return value;
}

/// Adds 23 to the i32 at `value`, which comes from `alloc_11` of any instance over the same memory.
export fn add_23(value: *i32) void {
    value.* += 23;
}
