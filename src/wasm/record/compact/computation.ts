// Computes what follows from the slots of a record: pure instructions, one after the other, over numbers in two halves. A
// record of a loop is computed as often as the loop went round, so this is where the reader of a log spends its time: the
// steps are one flat array, nothing is allocated, and 64-bit integers are computed by their halves.
import type { OP } from '../../code/instructionCodes.ts';
import { KIND, type SymbolicValues } from './symbolicValues.ts';

/**
 * A function's values at a moment of reading, by number. `low` is the value of an i32 and the bits of an f32, both halves are
 * an i64 or the bits of an f64; for a v128 `low` is the offset of its bytes in the log.
 */
export interface Numbers {
  readonly low: Int32Array;
  readonly high: Int32Array;
}

/** The cases below are literals, since V8 makes a jump table of these only (a fifth less time); the types hold them to `OP`. */
type Op = typeof OP;

/** Words of a step: instruction, the value that it computes, and its operands. */
const STEP_WORDS = 5;

export class Computation {
  private readonly steps: Int32Array;

  /**
   * @param wanted values to compute (-1 stands for none)
   * @param captured values that are known already
   */
  constructor(values: SymbolicValues, wanted: readonly number[], captured: ReadonlySet<number>) {
    const steps: number[] = [];
    const seen = new Set<number>();
    const visit = (value: number): void => {
      if (value === -1 || seen.has(value) || values.kind[value] !== KIND.pure || captured.has(value)) return;
      seen.add(value);
      const [a, b, c] = [values.a[value], values.b[value], values.c[value]];
      visit(a);
      visit(b);
      visit(c);
      steps.push(values.operation[value], value, a, b === -1 ? a : b, c);
    };
    for (const value of wanted) visit(value);
    this.steps = Int32Array.from(steps);
  }

  /** Computes all that is wanted. */
  run({ low, high }: Numbers): void {
    const { steps } = this;
    for (let at = 0; at < steps.length; at += STEP_WORDS) {
      const to = steps[at + 1];
      const a = steps[at + 2];
      const b = steps[at + 3];
      const al = low[a];
      const bl = low[b];
      switch (steps[at]) {
        case 0x1b satisfies Op['select']: {
          const taken = low[steps[at + 4]] !== 0 ? a : b;
          low[to] = low[taken];
          high[to] = high[taken];
          break;
        }
        case 0x45 satisfies Op['i32Eqz']:
          low[to] = al === 0 ? 1 : 0;
          break;
        case 0x46 satisfies Op['i32Eq']:
          low[to] = al === bl ? 1 : 0;
          break;
        case 0x47 satisfies Op['i32Ne']:
          low[to] = al !== bl ? 1 : 0;
          break;
        case 0x48 satisfies Op['i32LtS']:
          low[to] = al < bl ? 1 : 0;
          break;
        case 0x49 satisfies Op['i32LtU']:
          low[to] = al >>> 0 < bl >>> 0 ? 1 : 0;
          break;
        case 0x4a satisfies Op['i32GtS']:
          low[to] = al > bl ? 1 : 0;
          break;
        case 0x4b satisfies Op['i32GtU']:
          low[to] = al >>> 0 > bl >>> 0 ? 1 : 0;
          break;
        case 0x4c satisfies Op['i32LeS']:
          low[to] = al <= bl ? 1 : 0;
          break;
        case 0x4d satisfies Op['i32LeU']:
          low[to] = al >>> 0 <= bl >>> 0 ? 1 : 0;
          break;
        case 0x4e satisfies Op['i32GeS']:
          low[to] = al >= bl ? 1 : 0;
          break;
        case 0x4f satisfies Op['i32GeU']:
          low[to] = al >>> 0 >= bl >>> 0 ? 1 : 0;
          break;
        case 0x50 satisfies Op['i64Eqz']:
          low[to] = (al | high[a]) === 0 ? 1 : 0;
          break;
        case 0x51 satisfies Op['i64Eq']:
          low[to] = al === bl && high[a] === high[b] ? 1 : 0;
          break;
        case 0x52 satisfies Op['i64Ne']:
          low[to] = al !== bl || high[a] !== high[b] ? 1 : 0;
          break;
        case 0x67 satisfies Op['i32Clz']:
          low[to] = Math.clz32(al);
          break;
        case 0x6a satisfies Op['i32Add']:
          low[to] = (al + bl) | 0;
          break;
        case 0x6b satisfies Op['i32Sub']:
          low[to] = (al - bl) | 0;
          break;
        case 0x6c satisfies Op['i32Mul']:
          low[to] = Math.imul(al, bl);
          break;
        case 0x6d satisfies Op['i32DivS']:
          low[to] = (al / bl) | 0;
          break;
        case 0x6e satisfies Op['i32DivU']:
          low[to] = ((al >>> 0) / (bl >>> 0)) | 0;
          break;
        case 0x6f satisfies Op['i32RemS']:
          low[to] = (al % bl) | 0;
          break;
        case 0x70 satisfies Op['i32RemU']:
          low[to] = ((al >>> 0) % (bl >>> 0)) | 0;
          break;
        case 0x71 satisfies Op['i32And']:
          low[to] = al & bl;
          break;
        case 0x72 satisfies Op['i32Or']:
          low[to] = al | bl;
          break;
        case 0x73 satisfies Op['i32Xor']:
          low[to] = al ^ bl;
          break;
        case 0x74 satisfies Op['i32Shl']:
          low[to] = al << bl;
          break;
        case 0x75 satisfies Op['i32ShrS']:
          low[to] = al >> bl;
          break;
        case 0x76 satisfies Op['i32ShrU']:
          low[to] = al >>> bl;
          break;
        case 0x77 satisfies Op['i32Rotl']:
          low[to] = bl & 31 ? (al << bl) | (al >>> (32 - (bl & 31))) : al;
          break;
        case 0x78 satisfies Op['i32Rotr']:
          low[to] = bl & 31 ? (al >>> bl) | (al << (32 - (bl & 31))) : al;
          break;
        case 0x7c satisfies Op['i64Add']:
          low[to] = al + bl;
          high[to] = high[a] + high[b] + ((al >>> 0) + (bl >>> 0) > 0xffff_ffff ? 1 : 0);
          break;
        case 0x7d satisfies Op['i64Sub']:
          low[to] = al - bl;
          high[to] = high[a] - high[b] - (al >>> 0 < bl >>> 0 ? 1 : 0);
          break;
        case 0x7e satisfies Op['i64Mul']:
          low[to] = Math.imul(al, bl);
          high[to] = highOfProduct(al, bl) + Math.imul(al, high[b]) + Math.imul(high[a], bl);
          break;
        case 0x83 satisfies Op['i64And']:
          low[to] = al & bl;
          high[to] = high[a] & high[b];
          break;
        case 0x84 satisfies Op['i64Or']:
          low[to] = al | bl;
          high[to] = high[a] | high[b];
          break;
        case 0x85 satisfies Op['i64Xor']:
          low[to] = al ^ bl;
          high[to] = high[a] ^ high[b];
          break;
        case 0x86 satisfies Op['i64Shl']:
          low[to] = bl & 32 ? 0 : al << bl;
          high[to] = bl & 32 ? al << bl : (high[a] << bl) | highBits(al, bl);
          break;
        case 0x87 satisfies Op['i64ShrS']:
          low[to] = bl & 32 ? high[a] >> bl : (al >>> bl) | lowBits(high[a], bl);
          high[to] = bl & 32 ? high[a] >> 31 : high[a] >> bl;
          break;
        case 0x88 satisfies Op['i64ShrU']:
          low[to] = bl & 32 ? high[a] >>> bl : (al >>> bl) | lowBits(high[a], bl);
          high[to] = bl & 32 ? 0 : high[a] >>> bl;
          break;
        case 0xa7 satisfies Op['i32WrapI64']:
        case 0xbc satisfies Op['i32ReinterpretF32']:
        case 0xbe satisfies Op['f32ReinterpretI32']:
          low[to] = al;
          break;
        case 0xac satisfies Op['i64ExtendI32S']:
          low[to] = al;
          high[to] = al >> 31;
          break;
        case 0xad satisfies Op['i64ExtendI32U']:
          low[to] = al;
          high[to] = 0;
          break;
        case 0xb7 satisfies Op['f64ConvertI32S']:
          setDouble(low, high, to, al);
          break;
        case 0xb8 satisfies Op['f64ConvertI32U']:
          setDouble(low, high, to, al >>> 0);
          break;
        case 0xbd satisfies Op['i64ReinterpretF64']:
        case 0xbf satisfies Op['f64ReinterpretI64']:
          low[to] = al;
          high[to] = high[a];
          break;
        case 0xc0 satisfies Op['i32Extend8S']:
          low[to] = (al << 24) >> 24;
          break;
        case 0xc1 satisfies Op['i32Extend16S']:
          low[to] = (al << 16) >> 16;
          break;
        default:
          throw new RangeError(`instruction 0x${steps[at].toString(16)} is not computed by readers`);
      }
    }
  }
}

/** The upper 32 bits of the product of two unsigned 32-bit numbers, from products of their 16-bit halves. */
function highOfProduct(a: number, b: number): number {
  const low = Math.imul(a & 0xffff, b & 0xffff) >>> 16;
  const middle = Math.imul(a >>> 16, b & 0xffff) + low; // at most 0xfffe_ffff, but signed
  const other = Math.imul(a & 0xffff, b >>> 16) + (middle & 0xffff);
  return Math.imul(a >>> 16, b >>> 16) + (middle >>> 16) + (other >>> 16);
}

/** What a shift to the left by `count`, less than 32, moves from the lower half into the upper one. */
const highBits = (low: number, count: number): number => (count & 31 ? low >>> (32 - (count & 31)) : 0);

/** What a shift to the right by `count`, less than 32, moves from the upper half into the lower one. */
const lowBits = (high: number, count: number): number => (count & 31 ? high << (32 - (count & 31)) : 0);

const double = new DataView(new ArrayBuffer(8));

function setDouble(low: Int32Array, high: Int32Array, to: number, value: number): void {
  double.setFloat64(0, value, true);
  low[to] = double.getInt32(0, true);
  high[to] = double.getInt32(4, true);
}
