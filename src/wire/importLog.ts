// What host functions gave back to guests, and called of them, written where the guests run. `inputRecords.ts` reads it.
// A record: what happened (a byte), index of the import or function (u32), number of values (u16), each value as its type and
// its bytes, and how often the same happened in a row (u32); little-endian.

import type { ImportLogMemory } from '../protocol/recording.ts';
import { COUNT_BYTES, HEAD_BYTES, INPUT, VALUE_TYPE } from './inputRecords.ts';

const CAPACITY_BYTES = 65_536;
const MAX_VALUE_BYTES = 9;
const MAX_COUNT = 0xffff_ffff;
const [START, END] = [0, 1];

function typeOf(arg: unknown): string {
  if (typeof arg === 'bigint') return 'i64';
  const isNone = typeof arg === 'object' || typeof arg === 'function' || typeof arg === 'symbol'; // no number
  return isNone ? 'reference' : 'f64';
}

export class ImportLog {
  readonly memory: ImportLogMemory = {
    bytes: new Uint8Array(new SharedArrayBuffer(CAPACITY_BYTES)),
    positions: new Float64Array(new SharedArrayBuffer(16)),
  };
  private readonly view = new DataView(this.memory.bytes.buffer);
  /** Where the last record begins; -1 where there is none since the last flush. */
  private last = -1;

  /** @param give takes records, and the position behind them */
  constructor(private readonly give: (records: Uint8Array<ArrayBuffer>, end: number) => void) {}

  /** @param types of the results, as the text format writes them; @param returned what the host function returned */
  returned(index: number, types: readonly string[], returned: unknown): void {
    let results: readonly unknown[] = [];
    if (types.length === 1) results = [returned];
    // What a host function returns for several results is iterable, or the call fails.
    else if (types.length > 1) results = [...(returned as Iterable<unknown>)];
    const start = this.begin(INPUT.returned, index, types.length);
    let at = start + HEAD_BYTES;
    for (const [i, type] of types.entries()) at = this.value(at, type, results[i]);
    this.end(start, at);
  }

  /**
   * The host function under way calls a function of the module.
   * @param index of the function; @param args as they are given: V8 converts them
   */
  entered(instance: number, index: number, args: readonly unknown[]): void {
    const start = this.begin(INPUT.entered, index, args.length + 1);
    let at = this.value(start + HEAD_BYTES, 'i32', instance);
    for (const arg of args) at = this.value(at, typeOf(arg), arg);
    this.end(start, at);
  }

  threw(index: number): void {
    const start = this.begin(INPUT.threw, index, 0);
    this.end(start, start + HEAD_BYTES);
  }

  /** Gives out the records since the last time. */
  flush(): void {
    const { bytes, positions } = this.memory;
    const length = positions[END] - positions[START];
    if (length === 0) return;
    // Before they count as given out: the worker may be ended at any moment.
    this.give(new Uint8Array(bytes.subarray(0, length)), positions[END]);
    positions[START] = positions[END];
    this.last = -1;
  }

  private begin(what: number, index: number, values: number): number {
    const { positions } = this.memory;
    const needed = HEAD_BYTES + values * MAX_VALUE_BYTES + COUNT_BYTES;
    if (positions[END] - positions[START] + needed > CAPACITY_BYTES) this.flush();
    const start = positions[END] - positions[START];
    this.view.setUint8(start, what);
    this.view.setUint32(start + 1, index, true);
    this.view.setUint16(start + 5, values, true);
    return start;
  }

  /** Writes what the guest gets: the JavaScript API converts a host function's results so. */
  private value(at: number, type: string, value: unknown): number {
    const { view } = this;
    switch (type) {
      case 'i32':
        view.setUint8(at, VALUE_TYPE.i32);
        view.setInt32(at + 1, Number(value), true);
        return at + 5;
      case 'i64':
        view.setUint8(at, VALUE_TYPE.i64);
        view.setBigInt64(at + 1, BigInt.asIntN(64, value as bigint), true); // anything else makes the call fail
        return at + 9;
      case 'f32':
        view.setUint8(at, VALUE_TYPE.f32);
        view.setFloat32(at + 1, Number(value), true);
        return at + 5;
      case 'f64':
        view.setUint8(at, VALUE_TYPE.f64);
        view.setFloat64(at + 1, Number(value), true);
        return at + 9;
      default:
        view.setUint8(at, VALUE_TYPE.reference);
        view.setUint8(at + 1, value === null ? 0 : 1);
        return at + 2;
    }
  }

  /** Ends a record, or counts it where it is like the one before. */
  private end(start: number, at: number): void {
    const { bytes, positions } = this.memory;
    const countAt = start - COUNT_BYTES;
    if (this.last >= 0 && countAt - this.last === at - start && this.isRepeated(start, at - start)) {
      const count = this.view.getUint32(countAt, true);
      if (count < MAX_COUNT) {
        this.view.setUint32(countAt, count + 1, true);
        return;
      }
    }
    this.view.setUint32(at, 1, true);
    this.last = start;
    positions[END] = positions[START] + at + COUNT_BYTES;
    if (positions[END] - positions[START] > bytes.length) throw new RangeError('the log of imports is full');
  }

  private isRepeated(start: number, length: number): boolean {
    const { bytes } = this.memory;
    for (let i = 0; i < length; i++) if (bytes[this.last + i] !== bytes[start + i]) return false;
    return true;
  }
}

/**
 * What was in the log when its worker was ended.
 * @param end the position behind the records that were given out last
 */
export function restOfImports({ bytes, positions }: ImportLogMemory, end: number): Uint8Array<ArrayBuffer> {
  const from = Math.max(positions[START], end) - positions[START];
  return new Uint8Array(bytes.subarray(from, positions[END] - positions[START]));
}
