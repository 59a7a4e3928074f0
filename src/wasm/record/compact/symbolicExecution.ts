// Runs straight code over symbolic values: which expression is the address, and which the value, of each access.
import { OP, PREFIX_MISC, prefixed } from '../../code/instructionCodes.ts';
import { type AccessInstruction, accessInstruction } from '../../code/memoryAccess.ts';
import { type FunctionCode, isStraight, TRAIT } from './functionCode.ts';
import { arityOf, isNumeric, isPure, resultOf } from './numericInstructions.ts';
import { KIND, NO_TYPE, type SymbolicValues, TYPE, TYPES, UNKNOWN } from './symbolicValues.ts';

const LAST_SATURATING_TRUNCATION = prefixed(PREFIX_MISC, 7);
const FIRST_SATURATING_TO_I64 = prefixed(PREFIX_MISC, 4);

/** An access of straight code. */
export interface SymbolicAccess {
  readonly instruction: number;
  readonly access: AccessInstruction;
  /** Values: the address operand, and what is stored (-1 for a load). */
  address: number;
  value: number;
}

/** What is known where straight code goes on: of locals by index. */
export interface Knowledge {
  /** Values of the locals that were set. */
  readonly set: Map<number, number>;
  /** Values that locals held at the start, as far as they were looked at. */
  readonly initial: Map<number, number>;
}

export class SymbolicExecution {
  private readonly stack: number[] = [];
  private readonly types: readonly number[];

  constructor(
    private readonly code: FunctionCode,
    private readonly values: SymbolicValues,
    /** Type codes of locals and of globals. */
    localTypes: readonly number[],
    private readonly globalTypes: readonly number[],
  ) {
    this.types = localTypes;
  }

  /**
   * Executes instructions.
   * @param knowledge of the start; holds that of the end afterwards
   * @returns all accesses of memory 0, recorded or not
   */
  run(from: number, to: number, knowledge: Knowledge): SymbolicAccess[] {
    const { stack, values } = this;
    const { code, first } = this.code;
    const accesses: SymbolicAccess[] = [];
    stack.length = 0;
    for (let i = from; i < to; i++) {
      const op = code[i];
      if (this.code.traits[i] & TRAIT.access) {
        this.access(i, accesses);
      } else if (isNumeric(op)) {
        this.numeric(i, op);
      } else {
        switch (op) {
          case OP.nop:
          case OP.block:
          case OP.end:
            break;
          case OP.localGet:
            stack.push(this.localValue(first[i], knowledge));
            break;
          case OP.localSet:
          case OP.localTee:
            this.setLocal(i, op === OP.localTee, knowledge);
            break;
          case OP.i32Const:
            stack.push(values.constant(TYPE.i32, i, first[i]));
            break;
          case OP.i64Const:
          case OP.f32Const:
          case OP.f64Const:
            stack.push(values.constant(op - OP.i32Const, i, 0));
            break;
          case OP.globalGet:
            stack.push(this.produced(this.globalTypes[first[i]], i));
            break;
          case OP.memorySize:
            stack.push(this.produced(TYPE.i32, i));
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

  private pop(): number {
    return this.stack.pop() ?? UNKNOWN;
  }

  private localValue(local: number, { set, initial }: Knowledge): number {
    const value = set.get(local) ?? initial.get(local);
    if (value !== undefined) return value;
    const type = this.types[local];
    const created = type === NO_TYPE ? UNKNOWN : this.values.local(type, local);
    initial.set(local, created);
    return created;
  }

  private setLocal(i: number, keeps: boolean, { set, initial }: Knowledge): void {
    const local = this.code.first[i];
    let value = this.pop();
    // A local has a known type, and can be read again.
    if (this.values.kind[value] === KIND.unknown) value = this.produced(this.types[local], i, local);
    set.set(local, value);
    const before = initial.get(local);
    if (before !== undefined && this.values.c[before] === -1) this.values.c[before] = i;
    if (keeps) this.stack.push(value);
  }

  private produced(type: number, instruction: number, local = -1): number {
    return type === NO_TYPE ? UNKNOWN : this.values.opaque(type, instruction, local);
  }

  private numeric(i: number, op: number): void {
    const { values, stack } = this;
    const second = arityOf(op) === 2 ? this.pop() : -1;
    const first = this.pop();
    const known = values.kind[first] !== KIND.unknown && (second === -1 || values.kind[second] !== KIND.unknown);
    const type = resultOf(op);
    stack.push(isPure(op) && known ? values.add(KIND.pure, type, op, first, second, -1) : values.opaque(type, i, -1));
  }

  private select(i: number): void {
    const { values } = this;
    const condition = this.pop();
    const second = this.pop();
    const first = this.pop();
    const known = [first, second, condition].every(value => values.kind[value] !== KIND.unknown);
    const type = values.type[first] === NO_TYPE ? values.type[second] : values.type[first];
    const pure = known && type !== TYPE.v128;
    this.stack.push(pure ? values.add(KIND.pure, type, OP.select, first, second, condition) : this.produced(type, i));
  }

  private access(i: number, accesses: SymbolicAccess[]): void {
    const access = accessInstruction(this.code.code[i]);
    if (!access || !isStraight(access)) {
      this.stack.length = 0;
      return;
    }
    const value = access.form === 'store' ? this.pop() : -1;
    accesses.push({ instruction: i, access, address: this.pop(), value });
    if (access.form === 'load') this.stack.push(this.values.opaque(TYPES.indexOf(access.type), i, -1));
  }

  private other(i: number, op: number): void {
    const { stack } = this;
    if (op === OP.refNull || op === OP.refFunc) {
      stack.push(UNKNOWN);
    } else if (op === OP.refIsNull) {
      this.pop();
      stack.push(this.values.opaque(TYPE.i32, i, -1));
    } else if (op >= prefixed(PREFIX_MISC, 0) && op <= LAST_SATURATING_TRUNCATION) {
      this.pop();
      stack.push(this.values.opaque(op < FIRST_SATURATING_TO_I64 ? TYPE.i32 : TYPE.i64, i, -1));
    } else {
      // What it takes and leaves is not followed: everything below is unknown from here on.
      stack.length = 0;
    }
  }
}
