// Where the address of an access comes from, as far as a function's symbolic values tell: asked where the access trapped.
import { OP } from '../../code/instructionCodes.ts';
import { TYPE } from '../../code/numberTypes.ts';
import type { PointerSource } from '../accessVisitor.ts';
import type { Site } from '../sites.ts';
import type { Numbers } from './computation.ts';
import type { LoopLocal, PlannedAccess } from './segments.ts';
import { KIND, type SymbolicValues } from './symbolicValues.ts';

export const UNKNOWN_SOURCE: PointerSource = { kind: 'unknown' };
const CONSTANT_SOURCE: PointerSource = { kind: 'constant' };

export class PointerSources {
  /** @param numbers has the constants @param sites by instruction */
  constructor(
    private readonly values: SymbolicValues,
    private readonly numbers: Numbers,
    private readonly sites: ReadonlyMap<number, Site>,
  ) {}

  /**
   * Follows an address through sums and differences with constants.
   * @param locals of the loop of which the access is a part, where each iteration has a record
   */
  of({ address, instruction }: PlannedAccess, locals: readonly LoopLocal[]): PointerSource {
    const { kind, operation, a, b } = this.values;
    let value = address;
    let added = 0n;
    /** Whether the value is that of the iteration before. */
    let isCarried = false;
    for (;;) {
      switch (kind[value]) {
        case KIND.constant:
          return isCarried ? UNKNOWN_SOURCE : CONSTANT_SOURCE;
        case KIND.pure: {
          const isSum = operation[value] === OP.i32Add || operation[value] === OP.i64Add;
          const isDifference = operation[value] === OP.i32Sub || operation[value] === OP.i64Sub;
          const [first, second] = [a[value], b[value]];
          if ((isSum || isDifference) && kind[second] === KIND.constant) {
            added += isSum ? this.constant(second) : -this.constant(second);
            value = first;
          } else if (isSum && kind[first] === KIND.constant) {
            added += this.constant(first);
            value = second;
          } else {
            return UNKNOWN_SOURCE;
          }
          break;
        }
        case KIND.local: {
          const carried = isCarried ? undefined : locals.find(local => local.value === value && local.next !== -1);
          if (!carried) return UNKNOWN_SOURCE;
          isCarried = true;
          value = carried.next;
          break;
        }
        case KIND.opaque: {
          const load = a[value];
          const site = this.sites.get(load);
          // An operand that was taken at the access itself is no result of it.
          if (site?.kind !== 'load' || (load === instruction && !isCarried)) return UNKNOWN_SOURCE;
          // In its own iteration, the load may have been executed once more.
          return { kind: 'loaded', site, added, skipped: isCarried && load < instruction ? 1 : 0, isCarried };
        }
        default:
          return UNKNOWN_SOURCE;
      }
    }
  }

  private constant(value: number): bigint {
    const { low, high } = this.numbers;
    return this.values.type[value] === TYPE.i64
      ? (BigInt(high[value]) << 32n) + BigInt(low[value] >>> 0)
      : BigInt(low[value]);
  }
}
