//! The reference's accident: `alloc_11` returns the address of a local variable, in the dead part of the shadow stack, and `add_23`
//! changes only a local copy. The copy lands in the very same slot, because both functions have the same frame and every instance
//! starts with the same stack pointer; so printed values and memory agree, and end at 356, though nothing is ever stored there
//! on purpose.

extern "C" {
    #[allow(improper_ctypes)] // on purpose: this is what the reference does
    fn print(line: String);
}

/// Returns the address of a variable that is gone when the caller gets it.
#[no_mangle]
pub extern "C" fn alloc_11(instance: i32) -> *const i32 {
    let value = 11;
    unsafe { print(format!("alloc_11[#{}]: {}", instance, value)) };
    &value
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
