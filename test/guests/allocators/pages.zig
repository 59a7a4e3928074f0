//! Zig's allocator for WebAssembly: its state is in linear memory, and it allocates on pages that it grows memory by.
const allocator = @import("std").heap.wasm_allocator;

export fn alloc(size: usize) ?[*]u8 {
    const block = allocator.alignedAlloc(u8, .@"8", size) catch return null;
    return block.ptr;
}

/// `address` comes from `alloc(size)`, of any instance over the same memory.
export fn free(address: [*]align(8) u8, size: usize) void {
    allocator.free(address[0..size]);
}
