//! Prints what memory does not hold: `add_23` adds to a copy of its own, so it prints 34 for ever and memory stays at 11.

extern "C" {
    #[allow(improper_ctypes)] // on purpose: this is what the reference does
    fn print(line: String);
}

/// Allocates an i32 that holds 11 on the heap.
#[no_mangle]
pub extern "C" fn alloc_11(instance: i32) -> *mut i32 {
    let value = Box::new(11);
    unsafe { print(format!("alloc_11[#{}]: {}", instance, value)) };
    Box::into_raw(value)
}

/// Prints the i32 at `value` plus 23, and stores it nowhere.
///
/// # Safety
/// `value` is an address within memory.
#[no_mangle]
pub unsafe extern "C" fn add_23(instance: i32, value: *const i32) {
    let value = *value + 23;
    print(format!("add_23[#{}]: {}", instance, value));
}
