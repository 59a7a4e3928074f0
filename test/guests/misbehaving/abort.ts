// Fails an assertion in the fourth call of `add_23`: AssemblyScript calls `env.abort` with message, file and line.

function check(value: i32): i32 {
  assert(value <= 100, "the value " + value.toString() + " is above 100");
  return value;
}

export function alloc_11(): usize {
  const address = heap.alloc(sizeof<i32>());
  store<i32>(address, 11);
  return address;
}

export function add_23(address: usize): void {
  store<i32>(address, check(load<i32>(address) + 23));
}
