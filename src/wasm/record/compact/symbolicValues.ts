// Values as expressions over what is known when a segment starts. A value is a number, an index into these arrays.
import { OP } from '../../code/instructionCodes.ts';
import { type AccessInstruction, accessInstruction } from '../../code/memoryAccess.ts';
import { isNumberType, NUMBER_TYPES, TYPE, TYPE_BYTES } from '../../code/numberTypes.ts';
import type { ValueType } from '../../types.ts';

export const KIND = {
  /** a constant: `a` is its instruction; an i32 has its value in `b` */
  constant: 0,
  /**
   * what a local held when the segment (or the first of a chain of segments) started: `a` is the local, `c` the first
   * instruction that set it since, or -1
   */
  local: 1,
  /** a pure function of other values: `operation`, arguments `a`, `b`, `c` (-1 where there is none) */
  pure: 2,
  /** produced by the instruction `a`, and no one knows how; `b` is the local that it was put into, or -1 */
  opaque: 3,
  /** was on the operand stack when the segment started, or has a type that is not recorded */
  unknown: 4,
} as const;

/** Type code of a value that is no number. */
export const NO_TYPE = 5;

/** Type code of a value type. */
export const typeCode = (type: ValueType): number => (isNumberType(type) ? TYPE[type] : NO_TYPE);

/** Type code of what a load or store without a prefix reads or writes, by opcode. */
const PLAIN_TYPES = Uint8Array.from({ length: OP.i64Store32 + 1 }, (_, op) =>
  typeCode(accessInstruction(op)?.type ?? 'i32'),
);

/** Type code of what an access reads or writes. */
export const accessType = ({ code, type }: AccessInstruction): number =>
  code < PLAIN_TYPES.length ? PLAIN_TYPES[code] : typeCode(type);

/** Bytes of a value by type code. */
export const WIDTHS = [...NUMBER_TYPES.map(type => TYPE_BYTES[type]), 0];

/** The same unknown for all: nothing is to be known of it. */
export const UNKNOWN = 0;

export class SymbolicValues {
  count = 0;
  kind = new Uint8Array(1024);
  type = new Uint8Array(1024);
  operation = new Int32Array(1024);
  a = new Int32Array(1024);
  b = new Int32Array(1024);
  c = new Int32Array(1024);
  // Traversals and scopes are numbered through all functions, so that what an earlier function left here counts for nothing.
  /** When a traversal saw the value last; see {@link startTraversal}. */
  seen = new Int32Array(1024);
  /** Scope in which a record has written the value whole; see `knowledge.ts`. */
  capturedIn = new Int32Array(1024);
  private traversal = 0;

  constructor() {
    this.clear();
  }

  clear(): void {
    this.count = 0;
    this.add(KIND.unknown, NO_TYPE, 0, -1, -1, -1);
  }

  add(kind: number, type: number, operation: number, a: number, b: number, c: number): number {
    const value = this.count++;
    if (value === this.kind.length) this.grow();
    this.kind[value] = kind;
    this.type[value] = type;
    this.operation[value] = operation;
    this.a[value] = a;
    this.b[value] = b;
    this.c[value] = c;
    return value;
  }

  constant(type: number, instruction: number, value: number): number {
    return this.add(KIND.constant, type, 0, instruction, value, -1);
  }

  local(type: number, local: number): number {
    return this.add(KIND.local, type, 0, local, -1, -1);
  }

  /** @param local the local that the value was put into, or -1 */
  opaque(type: number, instruction: number, local: number): number {
    return this.add(KIND.opaque, type, 0, instruction, local, -1);
  }

  /** @returns a number that marks values as seen, greater than all before */
  startTraversal(): number {
    return ++this.traversal;
  }

  private grow(): void {
    const length = this.kind.length * 2;
    const bytes = (old: Uint8Array): Uint8Array<ArrayBuffer> => {
      const grown = new Uint8Array(length);
      grown.set(old);
      return grown;
    };
    const words = (old: Int32Array): Int32Array<ArrayBuffer> => {
      const grown = new Int32Array(length);
      grown.set(old);
      return grown;
    };
    this.kind = bytes(this.kind);
    this.type = bytes(this.type);
    this.operation = words(this.operation);
    this.a = words(this.a);
    this.b = words(this.b);
    this.c = words(this.c);
    this.seen = words(this.seen);
    this.capturedIn = words(this.capturedIn);
  }
}
