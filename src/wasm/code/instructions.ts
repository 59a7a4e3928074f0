// One row an instruction (WebAssembly specification, 5.4): what stands behind its opcode, and where code goes on behind it.
// The instruction set is that of V8 13.6 and later: version 3.0 of the specification with threads and the legacy exception
// instructions. Who walks over code, copies it or plans it takes what it needs from here; `memoryAccess.ts` has the rows of
// what accesses memory, `numericInstructions.ts` those of arithmetic.
import { EXTERNAL_KIND } from '../types.ts';
import { OP, PREFIX_GC, PREFIX_MISC, PREFIX_VECTOR, prefixed, SLOTS, slotOf } from './instructionCodes.ts';
import { ACCESS_INSTRUCTIONS, type AccessInstruction } from './memoryAccess.ts';
import { FIRST_NUMERIC, LAST_NUMERIC } from './numericInstructions.ts';

/** What stands behind an opcode. An index is called by its index space. */
export type Immediate =
  | 'function'
  | 'memory'
  | 'global'
  | 'type'
  | 'table'
  | 'tag'
  | 'local'
  | 'label'
  | 'data'
  | 'element'
  | 'field'
  | 'count'
  | 's32'
  | 's64'
  | 'f32'
  | 'f64'
  /** alignment (with a memory index where bit 6 is set) and offset */
  | 'memoryArgument'
  | 'lane'
  | 'bytes16'
  | 'blockType'
  | 'heapType'
  /** vector of value types */
  | 'valueTypes'
  /** vector of labels, and the default label */
  | 'labels'
  /** block type and catch clauses */
  | 'catches'
  /** flags, label, two heap types */
  | 'castBranch';

/** Where code goes on. */
export const FLOW = {
  /** the code behind the instruction is never reached from it */
  ends: 1,
  /** opens a block */
  opens: 2,
  /** begins another part of a block */
  divides: 4,
  /** closes a block */
  closes: 8,
  /** may branch to one label */
  branches: 16,
  /** branches to one of several labels */
  switches: 32,
  /** calls the function that it names */
  calls: 64,
  /** calls a function that it does not name */
  callsAny: 128,
  /** leaves the function */
  returns: 256,
  throws: 512,
} as const;

type Row = readonly [code: number, name: string, immediates: readonly Immediate[], flow?: number];

const { ends, opens, divides, closes, branches, switches, calls, callsAny, returns, throws } = FLOW;
const gc = (sub: number): number => prefixed(PREFIX_GC, sub);
const misc = (sub: number): number => prefixed(PREFIX_MISC, sub);

/** Those that are not rows elsewhere. */
export const INSTRUCTIONS: readonly Row[] = [
  [OP.unreachable, 'unreachable', [], ends],
  [OP.nop, 'nop', []],
  [OP.block, 'block', ['blockType'], opens],
  [OP.loop, 'loop', ['blockType'], opens],
  [OP.if, 'if', ['blockType'], opens],
  [OP.else, 'else', [], divides],
  [OP.try, 'try', ['blockType'], opens],
  [OP.catch, 'catch', ['tag'], divides],
  [OP.throw, 'throw', ['tag'], throws | ends],
  [OP.rethrow, 'rethrow', ['label'], throws | ends],
  [OP.throwRef, 'throw_ref', [], throws | ends],
  [OP.end, 'end', [], closes],
  [OP.br, 'br', ['label'], branches | ends],
  [OP.brIf, 'br_if', ['label'], branches],
  [OP.brTable, 'br_table', ['labels'], switches | ends],
  [OP.return, 'return', [], returns | ends],
  [OP.call, 'call', ['function'], calls],
  [OP.callIndirect, 'call_indirect', ['type', 'table'], callsAny],
  [OP.returnCall, 'return_call', ['function'], calls | returns | ends],
  [OP.returnCallIndirect, 'return_call_indirect', ['type', 'table'], callsAny | returns | ends],
  [OP.callRef, 'call_ref', ['type'], callsAny],
  [OP.returnCallRef, 'return_call_ref', ['type'], callsAny | returns | ends],
  [OP.delegate, 'delegate', ['label'], closes],
  [OP.catchAll, 'catch_all', [], divides],
  [OP.drop, 'drop', []],
  [OP.select, 'select', []],
  [OP.selectTyped, 'select t', ['valueTypes']],
  [OP.tryTable, 'try_table', ['catches'], opens],
  [OP.localGet, 'local.get', ['local']],
  [OP.localSet, 'local.set', ['local']],
  [OP.localTee, 'local.tee', ['local']],
  [OP.globalGet, 'global.get', ['global']],
  [OP.globalSet, 'global.set', ['global']],
  [OP.tableGet, 'table.get', ['table']],
  [OP.tableSet, 'table.set', ['table']],
  [OP.memorySize, 'memory.size', ['memory']],
  [OP.i32Const, 'i32.const', ['s32']],
  [OP.i64Const, 'i64.const', ['s64']],
  [OP.f32Const, 'f32.const', ['f32']],
  [OP.f64Const, 'f64.const', ['f64']],
  [OP.refNull, 'ref.null', ['heapType']],
  [OP.refIsNull, 'ref.is_null', []],
  [OP.refFunc, 'ref.func', ['function']],
  [OP.refEq, 'ref.eq', []],
  [OP.refAsNonNull, 'ref.as_non_null', []],
  [OP.brOnNull, 'br_on_null', ['label'], branches],
  [OP.brOnNonNull, 'br_on_non_null', ['label'], branches],
  [gc(0), 'struct.new', ['type']],
  [gc(1), 'struct.new_default', ['type']],
  [gc(2), 'struct.get', ['type', 'field']],
  [gc(3), 'struct.get_s', ['type', 'field']],
  [gc(4), 'struct.get_u', ['type', 'field']],
  [gc(5), 'struct.set', ['type', 'field']],
  [gc(6), 'array.new', ['type']],
  [gc(7), 'array.new_default', ['type']],
  [gc(8), 'array.new_fixed', ['type', 'count']],
  [gc(9), 'array.new_data', ['type', 'data']],
  [gc(10), 'array.new_elem', ['type', 'element']],
  [gc(11), 'array.get', ['type']],
  [gc(12), 'array.get_s', ['type']],
  [gc(13), 'array.get_u', ['type']],
  [gc(14), 'array.set', ['type']],
  [gc(15), 'array.len', []],
  [gc(16), 'array.fill', ['type']],
  [gc(17), 'array.copy', ['type', 'type']],
  [gc(18), 'array.init_data', ['type', 'data']],
  [gc(19), 'array.init_elem', ['type', 'element']],
  [gc(20), 'ref.test', ['heapType']],
  [gc(21), 'ref.test null', ['heapType']],
  [gc(22), 'ref.cast', ['heapType']],
  [gc(23), 'ref.cast null', ['heapType']],
  [OP.brOnCast, 'br_on_cast', ['castBranch'], branches],
  [OP.brOnCastFail, 'br_on_cast_fail', ['castBranch'], branches],
  [gc(26), 'any.convert_extern', []],
  [gc(27), 'extern.convert_any', []],
  [gc(28), 'ref.i31', []],
  [gc(29), 'i31.get_s', []],
  [gc(30), 'i31.get_u', []],
  [misc(9), 'data.drop', ['data']],
  [misc(12), 'table.init', ['element', 'table']],
  [misc(13), 'elem.drop', ['element']],
  [misc(14), 'table.copy', ['table', 'table']],
  [misc(15), 'table.grow', ['table']],
  [misc(16), 'table.size', ['table']],
  [misc(17), 'table.fill', ['table']],
  [OP.atomicFence, 'atomic.fence', ['lane']], // one zero byte
];

/** Arithmetic, of which nothing needs to be known here but its immediates. */
const GROUPS: readonly (readonly [from: number, to: number, immediates: readonly Immediate[]])[] = [
  [FIRST_NUMERIC, LAST_NUMERIC, []],
  [misc(0), misc(7), []], // saturating truncations
  [prefixed(PREFIX_VECTOR, 0x0c), prefixed(PREFIX_VECTOR, 0x0d), ['bytes16']], // v128.const, i8x16.shuffle
  [prefixed(PREFIX_VECTOR, 0x0e), prefixed(PREFIX_VECTOR, 0x14), []],
  [prefixed(PREFIX_VECTOR, 0x15), prefixed(PREFIX_VECTOR, 0x22), ['lane']], // extract_lane, replace_lane
  [prefixed(PREFIX_VECTOR, 0x23), prefixed(PREFIX_VECTOR, 0x53), []],
  [prefixed(PREFIX_VECTOR, 0x5e), prefixed(PREFIX_VECTOR, 0x113), []], // the rest, and relaxed SIMD from 0x100 on
];

function accessImmediates({ form, lane }: AccessInstruction): readonly Immediate[] {
  switch (form) {
    case 'init':
      return ['data', 'memory'];
    case 'copy':
      return ['memory', 'memory'];
    case 'fill':
    case 'grow':
      return ['memory'];
    default:
      return lane ? ['memoryArgument', 'lane'] : ['memoryArgument'];
  }
}

/** How immediates are read. */
export const IMMEDIATES = {
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
  memoryArgument: 8,
  memoryArgumentLane: 9,
  lane: 10,
  bytes16: 11,
  blockType: 12,
  heapType: 13,
  valueTypes: 14,
  labels: 15,
  catches: 16,
  castBranch: 17,
} as const;

const INDICES: ReadonlySet<Immediate> = new Set([
  'function',
  'memory',
  'global',
  'type',
  'table',
  'tag',
  'local',
  'label',
  'data',
  'element',
  'field',
  'count',
]);

function kindOf([first, second]: readonly Immediate[]): number {
  if (first === undefined) return IMMEDIATES.none;
  if (INDICES.has(first)) return second === undefined ? IMMEDIATES.u32 : IMMEDIATES.u32u32;
  if (second === 'lane') return IMMEDIATES.memoryArgumentLane;
  return (IMMEDIATES as Readonly<Partial<Record<Immediate, number>>>)[first] ?? IMMEDIATES.unknown;
}

/** Of an immediate that is no index of something that may be imported. */
const NO_KIND = 5;
/** Numbers of kinds, that one included. */
export const KINDS = 6;
const kindNamed = (immediate: Immediate | undefined): number =>
  (EXTERNAL_KIND as Readonly<Partial<Record<string, number>>>)[immediate ?? ''] ?? NO_KIND;

/** By slot (see `slotOf`): how immediates are read. */
export const IMMEDIATES_OF = new Uint8Array(SLOTS);
/** By slot: what they are. */
const IMMEDIATE_LIST_OF = new Array<readonly Immediate[]>(SLOTS).fill([]);
/** By slot: {@link FLOW}. */
export const FLOW_OF = new Uint16Array(SLOTS);
/** By slot: `EXTERNAL_KIND` of what the first and the second immediate name; of other immediates a number behind these. */
export const FIRST_KIND = new Uint8Array(SLOTS).fill(NO_KIND);
export const SECOND_KIND = new Uint8Array(SLOTS).fill(NO_KIND);

function add(code: number, immediates: readonly Immediate[], flow = 0): void {
  const slot = slotOf(code);
  IMMEDIATES_OF[slot] = kindOf(immediates);
  IMMEDIATE_LIST_OF[slot] = immediates;
  FLOW_OF[slot] = flow;
  FIRST_KIND[slot] = kindNamed(immediates[0]);
  SECOND_KIND[slot] = kindNamed(immediates[1]);
}

for (const [from, to, immediates] of GROUPS) for (let code = from; code <= to; code++) add(code, immediates);
for (const [code, , immediates, flow] of INSTRUCTIONS) add(code, immediates, flow);
for (const access of ACCESS_INSTRUCTIONS) add(access.code, accessImmediates(access));

export const hasMemoryArgument = (slot: number): boolean =>
  IMMEDIATES_OF[slot] === IMMEDIATES.memoryArgument || IMMEDIATES_OF[slot] === IMMEDIATES.memoryArgumentLane;

/** Whether an instruction may name something that is imported. */
export const mayNameImport = (slot: number): boolean =>
  hasMemoryArgument(slot) || FIRST_KIND[slot] !== NO_KIND || SECOND_KIND[slot] !== NO_KIND;

/** {@link FLOW} of an instruction. */
export const flowOf = (code: number): number => FLOW_OF[slotOf(code)];

/** What stands behind the opcode of an instruction, in the order of the binary format. */
export const immediatesOf = (code: number): readonly Immediate[] => IMMEDIATE_LIST_OF[slotOf(code)] ?? [];
