// What came into the guests from outside, as bytes: with memory at step 0 and the calls' arguments it is enough to run the guests
// again, so that a part of the history that was dropped can be found again. docs/recording-format.md describes the records.

/** What a record tells; its first byte. */
export const INPUT = { returned: 0, threw: 1, hostWrote: 2, hostGrew: 3, entered: 4 } as const;
export const VALUE_TYPE = { i32: 0, i64: 1, f32: 2, f64: 3, reference: 4 } as const;

/** Of a call of a host function or by one: what comes before the values, and what behind them. */
export const HEAD_BYTES = 7;
export const COUNT_BYTES = 4;
/** Stands for the making of an instance among the functions that a host function calls. */
export const NO_FUNCTION = 0xffff_ffff;
const WROTE_HEAD_BYTES = 9;
const GREW_BYTES = 5;

/** A value as the guest got it. */
export type InputValue =
  | { readonly type: 'i32' | 'f32' | 'f64'; readonly value: number }
  | { readonly type: 'i64'; readonly value: bigint }
  /** A reference: only whether it was null is known. */
  | { readonly type: 'reference'; readonly isNull: boolean };

/** Calls of one import that followed each other and ended alike. */
export interface ImportReturn {
  readonly kind: 'import';
  /** Index among all imports of the module, as `Module.imports` has them. */
  readonly import: number;
  readonly count: number;
  /** What it returned; null where it threw. */
  readonly results: readonly InputValue[] | null;
}

export type Input =
  | ImportReturn
  /** The host function under way called a function of the module, so many times in a row; a number is told as an f64. */
  | {
      readonly kind: 'entered';
      readonly instance: number;
      readonly function: number;
      readonly args: readonly InputValue[];
      readonly count: number;
    }
  /** The host wrote to memory: before the call, or (where it said so) in it. */
  | { readonly kind: 'host-wrote'; readonly address: number; readonly bytes: Uint8Array }
  /** The host made memory grow; in pages of 64 KiB. */
  | { readonly kind: 'host-grew'; readonly pages: number };

// Without a DataView, which takes longer to make than such a short record to write.

export function hostWroteRecord(address: number, bytes: Uint8Array): Uint8Array {
  const record = new Uint8Array(WROTE_HEAD_BYTES + bytes.length);
  record[0] = INPUT.hostWrote;
  putUint32(record, 1, address);
  putUint32(record, 5, bytes.length);
  record.set(bytes, WROTE_HEAD_BYTES);
  return record;
}

export function hostGrewRecord(pages: number): Uint8Array {
  const record = new Uint8Array(GREW_BYTES);
  record[0] = INPUT.hostGrew;
  putUint32(record, 1, pages);
  return record;
}

function putUint32(record: Uint8Array, at: number, value: number): void {
  record[at] = value;
  record[at + 1] = value >>> 8;
  record[at + 2] = value >>> 16;
  record[at + 3] = value >>> 24;
}

/** @throws RangeError where the bytes are no records */
export function* readInputs(bytes: Uint8Array): Generator<Input> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.length; ) {
    const what = view.getUint8(at);
    const first = view.getUint32(at + 1, true);
    if (what === INPUT.hostGrew) {
      yield { kind: 'host-grew', pages: first };
      at += GREW_BYTES;
      continue;
    }
    if (what === INPUT.hostWrote) {
      const end = at + WROTE_HEAD_BYTES + view.getUint32(at + 5, true);
      if (end > bytes.length) throw new RangeError(`what the host wrote ends at byte ${bytes.length}`);
      yield { kind: 'host-wrote', address: first, bytes: bytes.subarray(at + WROTE_HEAD_BYTES, end) };
      at = end;
      continue;
    }
    if (what > INPUT.entered) throw new RangeError(`there is no input of kind ${what}`);
    const values: InputValue[] = [];
    const valueCount = view.getUint16(at + 5, true);
    at += HEAD_BYTES;
    for (let i = 0; i < valueCount; i++) {
      const type = view.getUint8(at);
      values.push(readValue(view, type, at + 1));
      at += 1 + valueBytes(type);
    }
    const count = view.getUint32(at, true);
    if (what === INPUT.entered) yield entered(first, values, count);
    else yield { kind: 'import', import: first, count, results: what === INPUT.threw ? null : values };
    at += COUNT_BYTES;
  }
}

/** The instance stands before the arguments. */
function entered(index: number, [instance, ...args]: readonly InputValue[], count: number): Input {
  if (instance?.type !== 'i32') throw new RangeError('a call does not say of which instance');
  return { kind: 'entered', instance: instance.value, function: index, args, count };
}

function readValue(view: DataView, type: number, at: number): InputValue {
  switch (type) {
    case VALUE_TYPE.i32:
      return { type: 'i32', value: view.getInt32(at, true) };
    case VALUE_TYPE.i64:
      return { type: 'i64', value: view.getBigInt64(at, true) };
    case VALUE_TYPE.f32:
      return { type: 'f32', value: view.getFloat32(at, true) };
    case VALUE_TYPE.f64:
      return { type: 'f64', value: view.getFloat64(at, true) };
    case VALUE_TYPE.reference:
      return { type: 'reference', isNull: view.getUint8(at) === 0 };
    default:
      throw new RangeError(`no value has the type ${type}`);
  }
}

function valueBytes(type: number): number {
  if (type === VALUE_TYPE.reference) return 1;
  return type === VALUE_TYPE.i64 || type === VALUE_TYPE.f64 ? 8 : 4;
}

/** @throws RangeError where the bytes are no records */
export function checkInputs(bytes: Uint8Array): void {
  const records = readInputs(bytes);
  let next = records.next();
  while (!next.done) next = records.next();
}
