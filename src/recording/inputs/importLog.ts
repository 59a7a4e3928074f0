// What host functions gave back to guests. With memory at step 0 and the calls' arguments it is all that came from outside,
// so that a part of the history that was dropped can be found again by running the guests again.
// A record: what happened (a byte), index of the import (u32), number of results (u16), each result as its type and its
// bytes, and how often the same happened in a row (u32); little-endian.

import type { ImportLogMemory } from '../../protocol/recording.ts';

/** A result as the guest got it. */
export type ImportResult =
  | { readonly type: 'i32' | 'f32' | 'f64'; readonly value: number }
  | { readonly type: 'i64'; readonly value: bigint }
  /** A reference: only whether it was null is known. */
  | { readonly type: 'reference'; readonly isNull: boolean };

/** Calls of one import that followed each other and ended alike. */
export interface ImportReturn {
  /** Index among all imports of the module, as `Module.imports` has them. */
  readonly import: number;
  readonly count: number;
  /** What it returned; null where it threw. */
  readonly results: readonly ImportResult[] | null;
}

const RETURNED = 0;
const THREW = 1;
const TYPES = { i32: 0, i64: 1, f32: 2, f64: 3, reference: 4 } as const;

const CAPACITY_BYTES = 65_536;
/** What comes before the results. */
const HEAD_BYTES = 7;
const COUNT_BYTES = 4;
const MAX_RESULT_BYTES = 9;
const MAX_COUNT = 0xffff_ffff;
const [START, END] = [0, 1];

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
    const start = this.begin(RETURNED, index, types.length);
    let at = start + HEAD_BYTES;
    for (const [i, type] of types.entries()) at = this.result(at, type, results[i]);
    this.end(start, at);
  }

  threw(index: number): void {
    const start = this.begin(THREW, index, 0);
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

  private begin(what: number, index: number, results: number): number {
    const { positions } = this.memory;
    const needed = HEAD_BYTES + results * MAX_RESULT_BYTES + COUNT_BYTES;
    if (positions[END] - positions[START] + needed > CAPACITY_BYTES) this.flush();
    const start = positions[END] - positions[START];
    this.view.setUint8(start, what);
    this.view.setUint32(start + 1, index, true);
    this.view.setUint16(start + 5, results, true);
    return start;
  }

  /** Writes what the guest gets: the JavaScript API converts a host function's results so. */
  private result(at: number, type: string, value: unknown): number {
    const { view } = this;
    switch (type) {
      case 'i32':
        view.setUint8(at, TYPES.i32);
        view.setInt32(at + 1, Number(value), true);
        return at + 5;
      case 'i64':
        view.setUint8(at, TYPES.i64);
        view.setBigInt64(at + 1, BigInt.asIntN(64, value as bigint), true); // anything else makes the call fail
        return at + 9;
      case 'f32':
        view.setUint8(at, TYPES.f32);
        view.setFloat32(at + 1, Number(value), true);
        return at + 5;
      case 'f64':
        view.setUint8(at, TYPES.f64);
        view.setFloat64(at + 1, Number(value), true);
        return at + 9;
      default:
        view.setUint8(at, TYPES.reference);
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

/** @throws RangeError where the bytes are no records */
export function* readImports(bytes: Uint8Array): Generator<ImportReturn> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.length; ) {
    const what = view.getUint8(at);
    if (what !== RETURNED && what !== THREW) throw new RangeError(`no import ends with ${what}`);
    const index = view.getUint32(at + 1, true);
    const results: ImportResult[] = [];
    const count = view.getUint16(at + 5, true);
    at += HEAD_BYTES;
    for (let i = 0; i < count; i++) {
      const type = view.getUint8(at);
      results.push(readResult(view, type, at + 1));
      at += 1 + resultBytes(type);
    }
    yield { import: index, count: view.getUint32(at, true), results: what === THREW ? null : results };
    at += COUNT_BYTES;
  }
}

function readResult(view: DataView, type: number, at: number): ImportResult {
  switch (type) {
    case TYPES.i32:
      return { type: 'i32', value: view.getInt32(at, true) };
    case TYPES.i64:
      return { type: 'i64', value: view.getBigInt64(at, true) };
    case TYPES.f32:
      return { type: 'f32', value: view.getFloat32(at, true) };
    case TYPES.f64:
      return { type: 'f64', value: view.getFloat64(at, true) };
    case TYPES.reference:
      return { type: 'reference', isNull: view.getUint8(at) === 0 };
    default:
      throw new RangeError(`no result has the type ${type}`);
  }
}

function resultBytes(type: number): number {
  if (type === TYPES.reference) return 1;
  return type === TYPES.i64 || type === TYPES.f64 ? 8 : 4;
}

/** @throws RangeError where the bytes are no records */
export function checkImports(bytes: Uint8Array): void {
  const records = readImports(bytes);
  let next = records.next();
  while (!next.done) next = records.next();
}
