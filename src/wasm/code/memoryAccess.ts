// The instructions that access linear memory: name, width, direction, operands.
import { OP, PREFIX_ATOMIC, PREFIX_VECTOR, prefixed, SLOTS, slotOf } from './instructionCodes.ts';
import type { NumberType } from './numberTypes.ts';

/** Type of an operand; `address`: as wide as the addresses of the memory (of `memory.copy`: of one of its memories). */
export type OperandType = NumberType | 'address';

/** What an instruction does with memory. */
export type AccessForm =
  | 'load'
  | 'store'
  | 'rmw'
  | 'cmpxchg'
  /** `memory.atomic.wait*`: reads the value that it compares */
  | 'wait'
  /** `memory.atomic.notify`: names an address, touches no byte */
  | 'notify'
  | 'fill'
  | 'copy'
  | 'init'
  | 'grow';

export interface AccessInstruction {
  readonly code: number;
  /** As the text format writes it. */
  readonly name: string;
  readonly form: AccessForm;
  /** Bytes accessed; 0 where the operands say how many. */
  readonly width: number;
  /** The operands, the address first. */
  readonly operands: readonly OperandType[];
  /** Type of the value read or written; i32 where there is none. */
  readonly type: NumberType;
  /** Whether a lane of a vector is accessed. */
  readonly lane: boolean;
}

/** All of them. */
export const ACCESS_INSTRUCTIONS: AccessInstruction[] = [];

function add(
  code: number,
  name: string,
  form: AccessForm,
  width: number,
  type: NumberType,
  operands: OperandType[],
  lane = false,
): void {
  ACCESS_INSTRUCTIONS.push({ code, name, form, width, operands, type, lane });
}

const PLAIN_LOADS: readonly (readonly [NumberType, string, number])[] = [
  ['i32', 'load', 4],
  ['i64', 'load', 8],
  ['f32', 'load', 4],
  ['f64', 'load', 8],
  ['i32', 'load8_s', 1],
  ['i32', 'load8_u', 1],
  ['i32', 'load16_s', 2],
  ['i32', 'load16_u', 2],
  ['i64', 'load8_s', 1],
  ['i64', 'load8_u', 1],
  ['i64', 'load16_s', 2],
  ['i64', 'load16_u', 2],
  ['i64', 'load32_s', 4],
  ['i64', 'load32_u', 4],
];
PLAIN_LOADS.forEach(([type, name, width], index) => {
  add(OP.i32Load + index, `${type}.${name}`, 'load', width, type, ['address']);
});

const PLAIN_STORES: readonly (readonly [NumberType, string, number])[] = [
  ['i32', 'store', 4],
  ['i64', 'store', 8],
  ['f32', 'store', 4],
  ['f64', 'store', 8],
  ['i32', 'store8', 1],
  ['i32', 'store16', 2],
  ['i64', 'store8', 1],
  ['i64', 'store16', 2],
  ['i64', 'store32', 4],
];
PLAIN_STORES.forEach(([type, name, width], index) => {
  add(OP.i32Store + index, `${type}.${name}`, 'store', width, type, ['address', type]);
});

const VECTOR_LOADS: readonly (readonly [number, string, number])[] = [
  [0, 'load', 16],
  [1, 'load8x8_s', 8],
  [2, 'load8x8_u', 8],
  [3, 'load16x4_s', 8],
  [4, 'load16x4_u', 8],
  [5, 'load32x2_s', 8],
  [6, 'load32x2_u', 8],
  [7, 'load8_splat', 1],
  [8, 'load16_splat', 2],
  [9, 'load32_splat', 4],
  [10, 'load64_splat', 8],
  [92, 'load32_zero', 4],
  [93, 'load64_zero', 8],
];
for (const [sub, name, width] of VECTOR_LOADS)
  add(prefixed(PREFIX_VECTOR, sub), `v128.${name}`, 'load', width, 'v128', ['address']);
add(OP.v128Store, 'v128.store', 'store', 16, 'v128', ['address', 'v128']);
for (const [index, width] of [1, 2, 4, 8].entries()) {
  const bits = width * 8;
  add(prefixed(PREFIX_VECTOR, 84 + index), `v128.load${bits}_lane`, 'load', width, 'v128', ['address', 'v128'], true);
  add(prefixed(PREFIX_VECTOR, 88 + index), `v128.store${bits}_lane`, 'store', width, 'v128', ['address', 'v128'], true);
}

/** Each group of atomic instructions has these seven, in this order. */
const ATOMIC_WIDTHS: readonly (readonly [type: 'i32' | 'i64', width: number])[] = [
  ['i32', 4],
  ['i64', 8],
  ['i32', 1],
  ['i32', 2],
  ['i64', 1],
  ['i64', 2],
  ['i64', 4],
];
const ATOMIC_GROUPS: readonly (readonly [first: number, form: AccessForm, operation: string])[] = [
  [0x10, 'load', 'load'],
  [0x17, 'store', 'store'],
  [0x1e, 'rmw', 'add'],
  [0x25, 'rmw', 'sub'],
  [0x2c, 'rmw', 'and'],
  [0x33, 'rmw', 'or'],
  [0x3a, 'rmw', 'xor'],
  [0x41, 'rmw', 'xchg'],
  [0x48, 'cmpxchg', 'cmpxchg'],
];
for (const [first, form, operation] of ATOMIC_GROUPS) {
  for (const [index, [type, width]] of ATOMIC_WIDTHS.entries()) {
    const bits = width === (type === 'i32' ? 4 : 8) ? '' : String(width * 8);
    const unsigned = bits === '' || form === 'store' ? '' : '_u';
    const name =
      form === 'load' || form === 'store'
        ? `${type}.atomic.${operation}${bits}${unsigned}`
        : `${type}.atomic.rmw${bits}.${operation}${unsigned}`;
    const operands: OperandType[] =
      form === 'load' ? ['address'] : form === 'cmpxchg' ? ['address', type, type] : ['address', type];
    add(prefixed(PREFIX_ATOMIC, first + index), name, form, width, type, operands);
  }
}
add(prefixed(PREFIX_ATOMIC, 0), 'memory.atomic.notify', 'notify', 0, 'i32', ['address', 'i32']);
add(prefixed(PREFIX_ATOMIC, 1), 'memory.atomic.wait32', 'wait', 4, 'i32', ['address', 'i32', 'i64']);
add(prefixed(PREFIX_ATOMIC, 2), 'memory.atomic.wait64', 'wait', 8, 'i64', ['address', 'i64', 'i64']);

add(OP.memoryFill, 'memory.fill', 'fill', 0, 'i32', ['address', 'i32', 'address']);
add(OP.memoryCopy, 'memory.copy', 'copy', 0, 'i32', ['address', 'address', 'address']);
add(OP.memoryInit, 'memory.init', 'init', 0, 'i32', ['address', 'i32', 'i32']);
add(OP.memoryGrow, 'memory.grow', 'grow', 0, 'i32', ['address']);

const BY_SLOT = new Array<AccessInstruction | null>(SLOTS).fill(null);
for (const each of ACCESS_INSTRUCTIONS) BY_SLOT[slotOf(each.code)] = each;

/** Whether an instruction is a load or store without a prefix. */
export const isPlainAccess = (code: number): boolean => code >= OP.i32Load && code <= OP.i64Store32;

/** What an instruction accesses; null for one that accesses no memory. */
export const accessInstruction = (code: number): AccessInstruction | null => BY_SLOT[slotOf(code)];
