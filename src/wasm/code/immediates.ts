// What stands behind each opcode (WebAssembly specification, 5.4): the instruction set of V8 13.6 and later, that is version
// 3.0 of the specification with threads and the legacy exception instructions.
import { PREFIX_ATOMIC, PREFIX_GC, PREFIX_MISC, PREFIX_VECTOR } from './instructionCodes.ts';

export const IMMEDIATE = {
  /** no such instruction */
  unknown: 0,
  none: 1,
  /** one index or integer of at most 32 bits, unsigned */
  u32: 2,
  /** two indices */
  u32u32: 3,
  s32: 4,
  s64: 5,
  f32: 6,
  f64: 7,
  /** alignment (with a memory index where bit 6 is set) and offset */
  memory: 8,
  /** the same, and a lane */
  memoryLane: 9,
  lane: 10,
  bytes16: 11,
  blockType: 12,
  heapType: 13,
  /** vector of value types */
  valueTypes: 14,
  /** vector of labels, and the default label */
  labels: 15,
  /** block type and catch clauses */
  catches: 16,
  /** flags, label, two heap types */
  castBranch: 17,
} as const;

function table(
  size: number,
  ...ranges: readonly (readonly [from: number, to: number, immediate: number])[]
): Uint8Array {
  const result = new Uint8Array(size);
  for (const [from, to, immediate] of ranges) result.fill(immediate, from, to + 1);
  return result;
}

const I = IMMEDIATE;

export const PLAIN_IMMEDIATES = table(
  256,
  [0x00, 0x01, I.none], // unreachable, nop
  [0x02, 0x04, I.blockType], // block, loop, if
  [0x05, 0x05, I.none], // else
  [0x06, 0x06, I.blockType], // try
  [0x07, 0x09, I.u32], // catch, throw, rethrow
  [0x0a, 0x0b, I.none], // throw_ref, end
  [0x0c, 0x0d, I.u32], // br, br_if
  [0x0e, 0x0e, I.labels], // br_table
  [0x0f, 0x0f, I.none], // return
  [0x10, 0x10, I.u32], // call
  [0x11, 0x11, I.u32u32], // call_indirect
  [0x12, 0x12, I.u32], // return_call
  [0x13, 0x13, I.u32u32], // return_call_indirect
  [0x14, 0x15, I.u32], // call_ref, return_call_ref
  [0x18, 0x18, I.u32], // delegate
  [0x19, 0x1b, I.none], // catch_all, drop, select
  [0x1c, 0x1c, I.valueTypes], // select t
  [0x1f, 0x1f, I.catches], // try_table
  [0x20, 0x26, I.u32], // local.*, global.*, table.get, table.set
  [0x28, 0x3e, I.memory], // loads and stores
  [0x3f, 0x40, I.u32], // memory.size, memory.grow
  [0x41, 0x41, I.s32],
  [0x42, 0x42, I.s64],
  [0x43, 0x43, I.f32],
  [0x44, 0x44, I.f64],
  [0x45, 0xc4, I.none], // numeric instructions
  [0xd0, 0xd0, I.heapType], // ref.null
  [0xd1, 0xd1, I.none], // ref.is_null
  [0xd2, 0xd2, I.u32], // ref.func
  [0xd3, 0xd4, I.none], // ref.eq, ref.as_non_null
  [0xd5, 0xd6, I.u32], // br_on_null, br_on_non_null
);

const GC_IMMEDIATES = table(
  31,
  [0, 1, I.u32], // struct.new*
  [2, 5, I.u32u32], // struct.get*, struct.set
  [6, 7, I.u32], // array.new, array.new_default
  [8, 10, I.u32u32], // array.new_fixed, array.new_data, array.new_elem
  [11, 14, I.u32], // array.get*, array.set
  [15, 15, I.none], // array.len
  [16, 16, I.u32], // array.fill
  [17, 19, I.u32u32], // array.copy, array.init_*
  [20, 23, I.heapType], // ref.test, ref.cast
  [24, 25, I.castBranch],
  [26, 30, I.none], // conversions, i31
);

const MISC_IMMEDIATES = table(
  18,
  [0, 7, I.none], // saturating truncations
  [8, 8, I.u32u32], // memory.init
  [9, 9, I.u32], // data.drop
  [10, 10, I.u32u32], // memory.copy
  [11, 11, I.u32], // memory.fill
  [12, 12, I.u32u32], // table.init
  [13, 13, I.u32], // elem.drop
  [14, 14, I.u32u32], // table.copy
  [15, 17, I.u32], // table.grow, table.size, table.fill
);

const VECTOR_IMMEDIATES = table(
  0x114,
  [0x00, 0x0b, I.memory], // loads, splats, store
  [0x0c, 0x0d, I.bytes16], // v128.const, i8x16.shuffle
  [0x0e, 0x14, I.none],
  [0x15, 0x22, I.lane], // extract_lane, replace_lane
  [0x23, 0x53, I.none],
  [0x54, 0x5b, I.memoryLane],
  [0x5c, 0x5d, I.memory], // load32_zero, load64_zero
  [0x5e, 0x113, I.none], // the rest, and relaxed SIMD from 0x100 on
);

const ATOMIC_IMMEDIATES = table(
  0x4f,
  [0x00, 0x02, I.memory], // notify, wait
  [0x03, 0x03, I.lane], // fence: one zero byte
  [0x10, 0x4e, I.memory],
);

/** Immediates by sub-opcode, by prefix byte; null for a byte that is no prefix. */
export const PREFIXED_IMMEDIATES: readonly (Uint8Array | null)[] = Array.from({ length: 256 }, (_, opcode) => {
  switch (opcode) {
    case PREFIX_GC:
      return GC_IMMEDIATES;
    case PREFIX_MISC:
      return MISC_IMMEDIATES;
    case PREFIX_VECTOR:
      return VECTOR_IMMEDIATES;
    case PREFIX_ATOMIC:
      return ATOMIC_IMMEDIATES;
    default:
      return null;
  }
});
