// Guests of the demo with as much in their memory as a measurement asks for.
import wabt from 'wabt';

export interface GuestOptions {
  /** Size of the memory, in pages of 64 KiB. */
  readonly pages: number;
  /** First byte of the part that is full of varied bytes, none of its words zero; a multiple of 4. */
  readonly from: number;
  /** First byte after that part; a multiple of 4, at least 4 bytes after `from`. */
  readonly to: number;
}

/** A module whose `alloc_11` returns `from`, and whose `add_23` adds to the i32 there. */
export async function makeGuest({ pages, from, to }: GuestOptions): Promise<Uint8Array<ArrayBuffer>> {
  const { parseWat } = await wabt();
  const module = parseWat(
    'guest.wat',
    `(module
      (import "env" "memory" (memory ${pages}))
      (start $fill)
      (func $fill (local $at i32)
        (local.set $at (i32.const ${from}))
        (loop $next
          ;; An odd number times the 32-bit golden ratio: varied bytes.
          (i32.store (local.get $at) (i32.mul (i32.or (local.get $at) (i32.const 1)) (i32.const 0x9e3779b1)))
          (local.set $at (i32.add (local.get $at) (i32.const 4)))
          (br_if $next (i32.lt_u (local.get $at) (i32.const ${to})))))
      (func (export "alloc_11") (result i32)
        (i32.store (i32.const ${from}) (i32.const 11))
        (i32.const ${from}))
      (func (export "add_23") (param $address i32)
        (i32.store (local.get $address) (i32.add (i32.load (local.get $address)) (i32.const 23)))))`,
  );
  try {
    return module.toBinary({}).buffer.slice();
  } finally {
    module.destroy();
  }
}
