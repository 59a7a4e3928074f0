// Finds bytes in memory at a step.

import type { Matches, SearchMatch, SearchQuery, SearchRequest } from '../protocol/search.ts';
import { address, type Step } from '../protocol/units.ts';
import type { RecordingReader } from './recordingReader.ts';

/** Bytes to find; where `mask` is 0 any byte will do. */
export interface Pattern {
  readonly bytes: Uint8Array;
  readonly mask: Uint8Array;
}

/** Bytes looked at between two looks at the outside world. */
const SLICE_BYTES = 4 * 2 ** 20;
const MAX_PATTERN_BYTES = 4096;

const INTEGER_BITS = { i8: 8, i16: 16, i32: 32, i64: 64 } as const;

function integerBytes(text: string, bits: number): Uint8Array {
  const match = /^\s*(-?)\s*(0[xX][0-9a-fA-F]+|\d+)\s*$/.exec(text);
  if (!match) throw new RangeError(`“${text.trim()}” is no whole number: write it in decimal or as 0x….`);
  const magnitude = BigInt(match[2]);
  const value = match[1] ? -magnitude : magnitude;
  if (value < -(1n << BigInt(bits - 1)) || value >= 1n << BigInt(bits))
    throw new RangeError(`${text.trim()} does not fit into ${bits} bits.`);
  const bytes = new Uint8Array(bits / 8);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number((value >> BigInt(8 * i)) & 0xffn);
  return bytes;
}

function floatBytes(text: string, bits: 32 | 64): Uint8Array {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isNaN(value) && text.trim().toLowerCase() !== 'nan')
    throw new RangeError(`“${text.trim()}” is no number.`);
  const view = new DataView(new ArrayBuffer(bits / 8));
  if (bits === 32) view.setFloat32(0, value, true);
  else view.setFloat64(0, value, true);
  return new Uint8Array(view.buffer);
}

function textBytes(text: string, encoding: 'utf-8' | 'utf-16le'): Uint8Array {
  if (encoding === 'utf-8') return new TextEncoder().encode(text);
  const bytes = new Uint8Array(2 * text.length);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < text.length; i++) view.setUint16(2 * i, text.charCodeAt(i), true);
  return bytes;
}

/**
 * The bytes that a query stands for.
 * @throws RangeError with a sentence for the user where it stands for none
 */
export function patternOf(query: SearchQuery): Pattern {
  const pattern = patternBytes(query);
  const { length } = pattern.bytes;
  if (length === 0) throw new RangeError('There is nothing to search for.');
  if (length > MAX_PATTERN_BYTES) throw new RangeError(`At most ${MAX_PATTERN_BYTES} bytes can be searched for.`);
  if (pattern.mask.every(each => each === 0)) throw new RangeError('A search for wildcards alone finds everything.');
  return pattern;
}

function patternBytes(query: SearchQuery): Pattern {
  if (query.kind === 'bytes') {
    return {
      bytes: Uint8Array.from(query.bytes, byte => byte ?? 0),
      mask: Uint8Array.from(query.bytes, byte => (byte === null ? 0 : 0xff)),
    };
  }
  const bytes = query.kind === 'text' ? textBytes(query.text, query.encoding) : numberBytes(query);
  return { bytes, mask: new Uint8Array(bytes.length).fill(0xff) };
}

function numberBytes({ type, value, littleEndian }: Extract<SearchQuery, { kind: 'number' }>): Uint8Array {
  const bytes =
    type === 'f32'
      ? floatBytes(value, 32)
      : type === 'f64'
        ? floatBytes(value, 64)
        : integerBytes(value, INTEGER_BITS[type]);
  return littleEndian ? bytes : bytes.reverse();
}

/** First (or last) match that begins inside `window`; -1 where there is none. Matches may end `pattern.length - 1` later. */
function findIn(bytes: Uint8Array, starts: number, { bytes: wanted, mask }: Pattern, last: boolean): number {
  const matches = (at: number): boolean => wanted.every((byte, i) => mask[i] === 0 || bytes[at + i] === byte);
  const end = Math.min(starts, bytes.length - wanted.length + 1);
  if (last) {
    for (let at = end - 1; at >= 0; at--) if (matches(at)) return at;
    return -1;
  }
  // The rarest work first: let the engine look for the first byte that is no wildcard.
  const key = mask.findIndex(each => each !== 0);
  for (let at = bytes.indexOf(wanted[key], key); at >= 0 && at - key < end; at = bytes.indexOf(wanted[key], at + 1))
    if (matches(at - key)) return at - key;
  return -1;
}

/**
 * Where matches begin, among the first `starts` bytes; the last ones may end later.
 * @param most how many to tell at most
 */
export function matchesIn(
  bytes: Uint8Array,
  starts: number,
  pattern: Pattern,
  most = Number.POSITIVE_INFINITY,
): number[] {
  const found: number[] = [];
  for (let from = 0; from < starts && found.length < most; ) {
    const next = findIn(bytes.subarray(from), starts - from, pattern, false);
    if (next < 0) break;
    found.push(from + next);
    from += next + 1;
  }
  return found;
}

/** Bytes that one question looks at, without those that nobody ever wrote to. */
const LOOKED_AT = 4 * SLICE_BYTES;

/**
 * All matches from an address on, as many as are found in bounded time.
 * @param most how many to tell at most
 * @throws RangeError with a sentence for the user where the query stands for no bytes
 */
export function matchesFrom(
  reader: RecordingReader,
  query: SearchQuery,
  at: Step,
  from: number,
  most: number,
): Matches {
  const pattern = patternOf(query);
  const { length } = pattern.bytes;
  const size = reader.memoryBytes(at);
  const addresses: number[] = [];
  const nothingInZeros = pattern.bytes.some((byte, i) => pattern.mask[i] !== 0 && byte !== 0);
  let looked = 0;
  let low = from;
  while (low < size && looked < LOOKED_AT && addresses.length < most) {
    const high = Math.min(size, (Math.floor(low / SLICE_BYTES) + 1) * SLICE_BYTES);
    const readEnd = Math.min(size, high + length - 1);
    const start = low;
    low = high;
    if (nothingInZeros && reader.isUntouched(start, readEnd)) continue;
    looked += high - start;
    const left = most - addresses.length;
    const found = matchesIn(reader.bytes(at, address(start), readEnd - start), high - start, pattern, left);
    for (const each of found) addresses.push(start + each);
    if (found.length === left) low = (addresses.at(-1) ?? start) + 1;
  }
  return { addresses, length, next: low < size ? low : null, done: size === 0 ? 1 : Math.min(1, low / size) };
}

/**
 * Looks for the nearest match, going round at the end of memory.
 * Yields how far it is (0 … 1) after each slice, so that whoever drives it can look at the outside world or stop.
 * @returns the match, or null
 */
export function* searchMemory(reader: RecordingReader, request: SearchRequest): Generator<number, SearchMatch | null> {
  const pattern = patternOf(request.query);
  const { step, from, direction } = request;
  const size = reader.memoryBytes(step);
  const length = pattern.bytes.length;
  if (length > size) return null;
  const last = direction === 'previous';
  const nothingInZeros = pattern.bytes.some((byte, i) => pattern.mask[i] !== 0 && byte !== 0);
  // The place where the search began is looked at last, so that a single match is found again.
  const ranges = last
    ? [
        [0, from],
        [from, size],
      ]
    : [
        [from + 1, size],
        [0, from + 1],
      ];
  let done = 0;
  for (const [start, end] of ranges) {
    for (const [low, high] of slices(start, Math.min(end, size), last)) {
      const readEnd = Math.min(size, high + length - 1);
      if (!(nothingInZeros && reader.isUntouched(low, readEnd))) {
        const found = findIn(reader.bytes(step, address(low), readEnd - low), high - low, pattern, last);
        if (found >= 0) return { address: address(low + found), length };
      }
      done += high - low;
      yield done / size;
    }
  }
  return null;
}

function* slices(start: number, end: number, last: boolean): Generator<[number, number]> {
  const first = Math.floor(start / SLICE_BYTES);
  const count = Math.max(0, Math.ceil(end / SLICE_BYTES) - first);
  for (let i = 0; i < count; i++) {
    const slice = first + (last ? count - 1 - i : i);
    const low = Math.max(start, slice * SLICE_BYTES);
    const high = Math.min(end, (slice + 1) * SLICE_BYTES);
    if (low < high) yield [low, high];
  }
}
