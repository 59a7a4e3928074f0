//! The demo in the reference's own ABI: the host tells each call which instance it runs on, and the guest prints its lines itself
//! by handing a `String` to the host. How a `String` crosses `extern "C"` depends on the target, see the build commands.

extern "C" {
    #[allow(improper_ctypes)] // on purpose: this is what the reference does
    fn print(line: String);
}

/// Allocates an i32 that holds 11 on the heap, which all instances share.
#[no_mangle]
pub extern "C" fn alloc_11(instance: i32) -> *mut i32 {
    let value = Box::new(11);
    unsafe { print(format!("alloc_11[#{}]: {}", instance, value)) };
    Box::into_raw(value)
}

/// Adds 23 to the i32 at `value`.
///
/// # Safety
/// `value` comes from `alloc_11`, of any instance over the same memory.
#[no_mangle]
pub unsafe extern "C" fn add_23(instance: i32, value: *mut i32) {
    *value += 23;
    print(format!("add_23[#{}]: {}", instance, *value));
}
