// Memory as text: rows of 16 bytes as `hexdump -C` has them, with who owns them; as numbers; or as a text.
import type { InstanceNames } from '../protocol/instanceNames.ts';
import { IntelHexWriter } from '../protocol/intelHex.ts';
import { ownerName, ownerOf } from '../protocol/owner.ts';
import { MAX_MEMORY_BYTES } from '../protocol/units.ts';
import { NUMBERS, type NumberType, valueText } from '../protocol/values.ts';
import type { MemoryPart } from './memoryParts.ts';

const ROW_BYTES = 16;

export type DumpFormat =
  | { readonly kind: 'hex' }
  | { readonly kind: 'raw' }
  | { readonly kind: 'ihex' }
  | { readonly kind: 'text'; readonly encoding: 'utf-8' | 'utf-16le' }
  | { readonly kind: 'number'; readonly type: NumberType };

const isNumberType = (name: string): name is NumberType => Object.hasOwn(NUMBERS, name);

/** What `--format` takes, by its name. */
export const DUMP_FORMATS: ReadonlyMap<string, DumpFormat> = new Map<string, DumpFormat>([
  ['hex', { kind: 'hex' }],
  ['raw', { kind: 'raw' }],
  ['ihex', { kind: 'ihex' }],
  ['text', { kind: 'text', encoding: 'utf-8' }],
  ['utf16', { kind: 'text', encoding: 'utf-16le' }],
  ...Object.keys(NUMBERS)
    .filter(isNumberType)
    .map((type): [string, DumpFormat] => [type, { kind: 'number', type }]),
]);

/** Bytes of a thing that the format shows whole. */
export function unitBytes(format: DumpFormat): number {
  if (format.kind === 'number') return NUMBERS[format.type].size;
  return format.kind === 'text' && format.encoding === 'utf-16le' ? 2 : 1;
}

/** What goes to standard output, part by part. */
export async function* dumped(
  parts: AsyncIterable<MemoryPart>,
  format: DumpFormat,
  names: InstanceNames,
): AsyncGenerator<string | Uint8Array> {
  switch (format.kind) {
    case 'raw':
      for await (const { bytes } of parts) yield bytes;
      return;
    case 'ihex':
      yield* dumpedIntelHex(parts);
      return;
    case 'text':
      yield* dumpedText(parts, format.encoding);
      return;
    case 'hex':
      yield* dumpedRows(parts, hexCells, names);
      return;
    case 'number': {
      const { type } = format;
      yield* dumpedRows(parts, bytes => numberCells(type, bytes), names);
      return;
    }
  }
}

/** Rows that are as the one before are one `*`, and the address behind the last byte stands alone at the end. */
async function* dumpedRows(
  parts: AsyncIterable<MemoryPart>,
  cells: (bytes: Uint8Array) => string,
  names: InstanceNames,
): AsyncGenerator<string> {
  let last: Row | null = null;
  let isSqueezed = false;
  let end = 0;
  for await (const part of parts) {
    end = part.address + part.bytes.length;
    // Most of a large memory: it is not gone over row by row.
    if (isSqueezed && last && part.isUntouched && isEmpty(last) && part.bytes.length % ROW_BYTES === 0) continue;
    const lines: string[] = [];
    for (let at = 0; at < part.bytes.length; at += ROW_BYTES) {
      const row: Row = {
        bytes: part.bytes.subarray(at, at + ROW_BYTES),
        owners: part.owners.subarray(at, at + ROW_BYTES),
      };
      const isRepeated = last !== null && isSame(row.bytes, last.bytes) && isSame(row.owners, last.owners);
      if (!isRepeated)
        lines.push(
          `${addressText(part.address + at)}  ${cells(row.bytes)}  ${ownersText(row.owners, names)}`.trimEnd(),
        );
      else if (!isSqueezed) lines.push('*');
      isSqueezed = isRepeated;
      last = row;
    }
    if (lines.length > 0) yield `${lines.join('\n')}\n`;
  }
  if (last) yield `${addressText(end)}\n`;
}

interface Row {
  readonly bytes: Uint8Array;
  readonly owners: Uint8Array;
}

const isZero = (byte: number): boolean => byte === 0;
const isEmpty = ({ bytes, owners }: Row): boolean => bytes.every(isZero) && owners.every(isZero);
const isSame = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, index) => byte === b[index]);

const ADDRESS_DIGITS = (MAX_MEMORY_BYTES - 1).toString(16).length;
const addressText = (at: number): string => at.toString(16).padStart(ADDRESS_DIGITS, '0');

const HALF = ROW_BYTES / 2;
const HALF_WIDTH = 3 * HALF - 1;

/** `0b 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|` */
function hexCells(bytes: Uint8Array): string {
  const halves = [bytes.subarray(0, HALF), bytes.subarray(HALF)].map(half =>
    valueText('bytes', half).padEnd(HALF_WIDTH),
  );
  const characters = Array.from(bytes, byte => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.'));
  return `${halves.join('  ')}  |${characters.join('')}|`;
}

function numberCells(type: NumberType, bytes: Uint8Array): string {
  const { size, width } = NUMBERS[type];
  const cells = Array.from({ length: bytes.length / size }, (_, index) =>
    valueText(type, bytes.subarray(index * size, (index + 1) * size)).padStart(width),
  );
  return cells.join(' ').padEnd((ROW_BYTES / size) * (width + 1) - 1);
}

/** `#2`, where all bytes are of one; else `#2 0-3, host 8` by their places in the row, without those that nobody wrote. */
function ownersText(owners: Uint8Array, names: InstanceNames): string {
  const nameOf = ({ code }: OwnerRun): string => ownerName(ownerOf(code), names);
  const runs = ownerRuns(owners);
  const [only] = runs;
  if (only && only.end - only.start === owners.length) return nameOf(only);
  return runs
    .map(run => {
      const [first, last] = [run.start, run.end - 1].map(place => place.toString(16));
      return `${nameOf(run)} ${first}${first === last ? '' : `-${last}`}`;
    })
    .join(', ');
}

interface OwnerRun {
  readonly start: number;
  readonly end: number;
  readonly code: number;
}

/** Neighbours of one owner, without what nobody wrote. */
export function ownerRuns(owners: Uint8Array): OwnerRun[] {
  const runs: OwnerRun[] = [];
  for (let start = 0; start < owners.length; ) {
    const code = owners[start];
    let end = start + 1;
    while (end < owners.length && owners[end] === code) end++;
    if (ownerOf(code).kind !== 'never') runs.push({ start, end, code });
    start = end;
  }
  return runs;
}

/** Control characters could make a terminal do anything, so they are written as `\x00`; but for tabs and line ends. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;
const escaped = (text: string): string =>
  text.replace(CONTROL, character => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`);

/** Rows that repeat are written, too: whoever loads the file needs each byte. */
async function* dumpedIntelHex(parts: AsyncIterable<MemoryPart>): AsyncGenerator<string> {
  const writer = new IntelHexWriter();
  for await (const { address, bytes } of parts) yield writer.records(address, bytes);
  yield writer.end();
}

async function* dumpedText(parts: AsyncIterable<MemoryPart>, encoding: string): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { ignoreBOM: true });
  for await (const { bytes } of parts) yield escaped(decoder.decode(bytes, { stream: true }));
  yield `${escaped(decoder.decode())}\n`;
}
