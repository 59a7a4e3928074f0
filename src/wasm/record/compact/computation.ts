// Computes what follows from the slots of a record: pure instructions, one after the other, over numbers in two halves. A
// record of a loop is computed as often as the loop went round, so this is where the reader of a log spends its time: the
// steps are one flat array, nothing is allocated, and 64-bit integers are computed by their halves.
import { OP } from '../../code/instructionCodes.ts';
import { KIND, type SymbolicValues } from './symbolicValues.ts';

/**
 * A function's values at a moment of reading, by number. `low` is the value of an i32 and the bits of an f32, both halves are
 * an i64 or the bits of an f64; for a v128 `low` is the offset of its bytes in the log.
 */
export interface Numbers {
  readonly low: Int32Array;
  readonly high: Int32Array;
}

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
        case OP.select: {
          const taken = low[steps[at + 4]] !== 0 ? a : b;
          low[to] = low[taken];
          high[to] = high[taken];
          break;
        }
        case 0x45: // i32.eqz
          low[to] = al === 0 ? 1 : 0;
          break;
        case 0x46: // i32.eq
          low[to] = al === bl ? 1 : 0;
          break;
        case 0x47: // i32.ne
          low[to] = al !== bl ? 1 : 0;
          break;
        case 0x48: // i32.lt_s
          low[to] = al < bl ? 1 : 0;
          break;
        case 0x49: // i32.lt_u
          low[to] = al >>> 0 < bl >>> 0 ? 1 : 0;
          break;
        case 0x4a: // i32.gt_s
          low[to] = al > bl ? 1 : 0;
          break;
        case 0x4b: // i32.gt_u
          low[to] = al >>> 0 > bl >>> 0 ? 1 : 0;
          break;
        case 0x4c: // i32.le_s
          low[to] = al <= bl ? 1 : 0;
          break;
        case 0x4d: // i32.le_u
          low[to] = al >>> 0 <= bl >>> 0 ? 1 : 0;
          break;
        case 0x4e: // i32.ge_s
          low[to] = al >= bl ? 1 : 0;
          break;
        case 0x4f: // i32.ge_u
          low[to] = al >>> 0 >= bl >>> 0 ? 1 : 0;
          break;
        case 0x50: // i64.eqz
          low[to] = (al | high[a]) === 0 ? 1 : 0;
          break;
        case 0x51: // i64.eq
          low[to] = al === bl && high[a] === high[b] ? 1 : 0;
          break;
        case 0x52: // i64.ne
          low[to] = al !== bl || high[a] !== high[b] ? 1 : 0;
          break;
        case 0x67: // i32.clz
          low[to] = Math.clz32(al);
          break;
        case 0x6a: // i32.add
          low[to] = (al + bl) | 0;
          break;
        case 0x6b: // i32.sub
          low[to] = (al - bl) | 0;
          break;
        case 0x6c: // i32.mul
          low[to] = Math.imul(al, bl);
          break;
        case 0x6d: // i32.div_s
          low[to] = (al / bl) | 0;
          break;
        case 0x6e: // i32.div_u
          low[to] = ((al >>> 0) / (bl >>> 0)) | 0;
          break;
        case 0x6f: // i32.rem_s
          low[to] = (al % bl) | 0;
          break;
        case 0x70: // i32.rem_u
          low[to] = ((al >>> 0) % (bl >>> 0)) | 0;
          break;
        case 0x71: // i32.and
          low[to] = al & bl;
          break;
        case 0x72: // i32.or
          low[to] = al | bl;
          break;
        case 0x73: // i32.xor
          low[to] = al ^ bl;
          break;
        case 0x74: // i32.shl
          low[to] = al << bl;
          break;
        case 0x75: // i32.shr_s
          low[to] = al >> bl;
          break;
        case 0x76: // i32.shr_u
          low[to] = al >>> bl;
          break;
        case 0x77: // i32.rotl
          low[to] = bl & 31 ? (al << bl) | (al >>> (32 - (bl & 31))) : al;
          break;
        case 0x78: // i32.rotr
          low[to] = bl & 31 ? (al >>> bl) | (al << (32 - (bl & 31))) : al;
          break;
        case 0x7c: // i64.add
          low[to] = al + bl;
          high[to] = high[a] + high[b] + ((al >>> 0) + (bl >>> 0) > 0xffff_ffff ? 1 : 0);
          break;
        case 0x7d: // i64.sub
          low[to] = al - bl;
          high[to] = high[a] - high[b] - (al >>> 0 < bl >>> 0 ? 1 : 0);
          break;
        case 0x7e: // i64.mul
          low[to] = Math.imul(al, bl);
          high[to] = highOfProduct(al, bl) + Math.imul(al, high[b]) + Math.imul(high[a], bl);
          break;
        case 0x83: // i64.and
          low[to] = al & bl;
          high[to] = high[a] & high[b];
          break;
        case 0x84: // i64.or
          low[to] = al | bl;
          high[to] = high[a] | high[b];
          break;
        case 0x85: // i64.xor
          low[to] = al ^ bl;
          high[to] = high[a] ^ high[b];
          break;
        case 0x86: // i64.shl
          low[to] = bl & 32 ? 0 : al << bl;
          high[to] = bl & 32 ? al << bl : (high[a] << bl) | highBits(al, bl);
          break;
        case 0x87: // i64.shr_s
          low[to] = bl & 32 ? high[a] >> bl : (al >>> bl) | lowBits(high[a], bl);
          high[to] = bl & 32 ? high[a] >> 31 : high[a] >> bl;
          break;
        case 0x88: // i64.shr_u
          low[to] = bl & 32 ? high[a] >>> bl : (al >>> bl) | lowBits(high[a], bl);
          high[to] = bl & 32 ? 0 : high[a] >>> bl;
          break;
        case 0xa7: // i32.wrap_i64
        case 0xbc: // i32.reinterpret_f32
        case 0xbe: // f32.reinterpret_i32
          low[to] = al;
          break;
        case 0xac: // i64.extend_i32_s
          low[to] = al;
          high[to] = al >> 31;
          break;
        case 0xad: // i64.extend_i32_u
          low[to] = al;
          high[to] = 0;
          break;
        case 0xb7: // f64.convert_i32_s
          setDouble(low, high, to, al);
          break;
        case 0xb8: // f64.convert_i32_u
          setDouble(low, high, to, al >>> 0);
          break;
        case 0xbd: // i64.reinterpret_f64
        case 0xbf: // f64.reinterpret_i64
          low[to] = al;
          high[to] = high[a];
          break;
        case 0xc0: // i32.extend8_s
          low[to] = (al << 24) >> 24;
          break;
        case 0xc1: // i32.extend16_s
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
