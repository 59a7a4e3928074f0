//! Rust's standard allocator, whose state is in linear memory.
use std::alloc::{alloc as allocate, dealloc, Layout};

/// # Safety
/// `size` is not 0.
#[no_mangle]
pub unsafe extern "C" fn alloc(size: usize) -> *mut u8 {
    allocate(Layout::from_size_align_unchecked(size, 8))
}

/// # Safety
/// `address` comes from `alloc(size)`, of any instance over the same memory.
#[no_mangle]
pub unsafe extern "C" fn free(address: *mut u8, size: usize) {
    dealloc(address, Layout::from_size_align_unchecked(size, 8))
}
