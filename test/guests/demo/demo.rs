//! The demo in Rust, on the standard library's allocator (its state lives in linear memory, and so is shared by all instances).

/// Allocates an i32 that holds 11.
#[no_mangle]
pub extern "C" fn alloc_11() -> *mut i32 {
    Box::into_raw(Box::new(11))
}

/// Adds 23 to the i32 at `value`.
///
/// # Safety
/// `value` comes from `alloc_11`, of any instance over the same memory.
#[no_mangle]
pub unsafe extern "C" fn add_23(value: *mut i32) {
    *value += 23;
}
