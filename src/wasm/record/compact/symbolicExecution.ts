// Runs straight code over symbolic values: which expression is the address, and which the value, of each access.

import { OP, PREFIX_MISC, prefixed } from '../../code/instructionCodes.ts';
import { accessInstruction } from '../../code/memoryAccess.ts';
import { TYPE } from '../../code/numberTypes.ts';
import { arityOf, isNumeric, isPure, resultOf } from '../../code/numericInstructions.ts';
import type { FunctionCode } from './functionCode.ts';
import { isStraight, TRAIT } from './instructionTraits.ts';
import { type Knowledge, NOT_HELD } from './knowledge.ts';
import { accessType, KIND, NO_TYPE, type SymbolicValues, UNKNOWN } from './symbolicValues.ts';

const LAST_SATURATING_TRUNCATION = prefixed(PREFIX_MISC, 7);
const FIRST_SATURATING_TO_I64 = prefixed(PREFIX_MISC, 4);

/** Accesses of straight code, entry by entry. */
export interface SymbolicAccesses {
  readonly count: number;
  /** Index of the instruction. */
  readonly instruction: Int32Array;
  /** Value that is the address operand. */
  readonly address: Int32Array;
  /** Value that is stored; -1 for a load. */
  readonly value: Int32Array;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export class SymbolicExecution {
  private stack = new Int32Array(0);
  private depth = 0;
  private readonly accesses: Mutable<SymbolicAccesses> = {
    count: 0,
    instruction: new Int32Array(0),
    address: new Int32Array(0),
    value: new Int32Array(0),
  };
  private localTypes: readonly number[] = [];

  constructor(
    private readonly code: FunctionCode,
    private readonly values: SymbolicValues,
    private readonly knowledge: Knowledge,
    /** Type codes of globals, and of the addresses of memories. */
    private readonly globalTypes: readonly number[],
    private readonly addressTypes: readonly number[],
  ) {}

  /**
   * Starts with a function.
   * @param localTypes type codes of its locals
   */
  begin(localTypes: readonly number[]): void {
    this.localTypes = localTypes;
    const { count } = this.code;
    if (count <= this.stack.length) return;
    // An instruction leaves one value at most, and accesses memory once.
    const length = count * 2;
    this.stack = new Int32Array(length);
    this.accesses.instruction = new Int32Array(length);
    this.accesses.address = new Int32Array(length);
    this.accesses.value = new Int32Array(length);
  }

  /**
   * Executes instructions, and learns from them.
   * @returns all accesses of memory 0, recorded or not; valid until the next time
   */
  run(from: number, to: number): SymbolicAccesses {
    const { values, accesses } = this;
    const { code, first, traits } = this.code;
    this.depth = 0;
    accesses.count = 0;
    for (let i = from; i < to; i++) {
      const op = code[i];
      if (traits[i] & TRAIT.access) {
        this.access(i);
      } else if (isNumeric(op)) {
        this.numeric(i, op);
      } else {
        switch (op) {
          case OP.nop:
          case OP.block:
          case OP.end:
            break;
          case OP.localGet:
            this.push(this.localValue(first[i]));
            break;
          case OP.localSet:
          case OP.localTee:
            this.setLocal(i, op === OP.localTee);
            break;
          case OP.i32Const:
            this.push(values.constant(TYPE.i32, i, first[i]));
            break;
          case OP.i64Const:
          case OP.f32Const:
          case OP.f64Const:
            this.push(values.constant(op - OP.i32Const, i, 0));
            break;
          case OP.globalGet:
            this.push(this.produced(this.globalTypes[first[i]], i));
            break;
          case OP.memorySize:
            this.push(this.produced(this.addressTypes[first[i]], i));
            break;
          case OP.drop:
          case OP.globalSet:
            this.pop();
            break;
          case OP.select:
            this.select(i);
            break;
          default:
            this.other(i, op);
        }
      }
    }
    return accesses;
  }

  private push(value: number): void {
    this.stack[this.depth++] = value;
  }

  private pop(): number {
    return this.depth === 0 ? UNKNOWN : this.stack[--this.depth];
  }

  private localValue(local: number): number {
    const value = this.knowledge.valueOf(local);
    if (value !== NOT_HELD) return value;
    const type = this.localTypes[local];
    const created = type === NO_TYPE ? UNKNOWN : this.values.local(type, local);
    this.knowledge.hold(local, created);
    return created;
  }

  private setLocal(i: number, keeps: boolean): void {
    const local = this.code.first[i];
    let value = this.pop();
    // A local has a known type, and can be read again.
    if (this.values.kind[value] === KIND.unknown) value = this.produced(this.localTypes[local], i, local);
    this.knowledge.setBy(local, i);
    this.knowledge.hold(local, value);
    if (keeps) this.push(value);
  }

  private produced(type: number, instruction: number, local = -1): number {
    return type === NO_TYPE ? UNKNOWN : this.values.opaque(type, instruction, local);
  }

  private numeric(i: number, op: number): void {
    const { values } = this;
    const second = arityOf(op) === 2 ? this.pop() : -1;
    const first = this.pop();
    const known = values.kind[first] !== KIND.unknown && (second === -1 || values.kind[second] !== KIND.unknown);
    const type = resultOf(op);
    this.push(isPure(op) && known ? values.add(KIND.pure, type, op, first, second, -1) : values.opaque(type, i, -1));
  }

  private select(i: number): void {
    const { values } = this;
    const condition = this.pop();
    const second = this.pop();
    const first = this.pop();
    const { kind } = values;
    const known = kind[first] !== KIND.unknown && kind[second] !== KIND.unknown && kind[condition] !== KIND.unknown;
    const type = values.type[first] === NO_TYPE ? values.type[second] : values.type[first];
    const pure = known && type !== TYPE.v128;
    this.push(pure ? values.add(KIND.pure, type, OP.select, first, second, condition) : this.produced(type, i));
  }

  private access(i: number): void {
    const access = accessInstruction(this.code.code[i]);
    if (!access || !isStraight(access)) {
      this.depth = 0;
      return;
    }
    const isStore = access.form === 'store';
    const { accesses } = this;
    const k = accesses.count++;
    accesses.instruction[k] = i;
    accesses.value[k] = isStore ? this.pop() : -1;
    accesses.address[k] = this.pop();
    if (!isStore) this.push(this.values.opaque(accessType(access), i, -1));
  }

  private other(i: number, op: number): void {
    if (op === OP.refNull || op === OP.refFunc) {
      this.push(UNKNOWN);
    } else if (op === OP.refIsNull) {
      this.pop();
      this.push(this.values.opaque(TYPE.i32, i, -1));
    } else if (op >= prefixed(PREFIX_MISC, 0) && op <= LAST_SATURATING_TRUNCATION) {
      this.pop();
      this.push(this.values.opaque(op < FIRST_SATURATING_TO_I64 ? TYPE.i32 : TYPE.i64, i, -1));
    } else {
      // What it takes and leaves is not followed: everything below is unknown from here on.
      this.depth = 0;
    }
  }
}
