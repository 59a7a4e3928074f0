// What `alloc_11` and `add_23` are named after.
export const START_VALUE = 11;
export const ADDEND = 23;
