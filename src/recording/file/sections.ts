// The frame of a recording's file: a magic number, a version, and sections that are each packed and checked by themselves.
// docs/recording-format.md describes it.
import { type Codec, MAX_PACKING_RATIO, type Packing } from '../../platform/codec.ts';
import { MAGIC } from './magic.ts';
import { RecordingFileError } from './recordingFileError.ts';

/** In the order in which they stand in a file. */
export const SECTION = {
  header: 1,
  module: 2,
  calls: 3,
  accessors: 4,
  pages: 5,
  timeline: 6,
  initial: 7,
  inputs: 8,
  allocators: 9,
  end: 10,
} as const;

const SECTION_NAMES: Readonly<Record<number, string>> = Object.fromEntries(
  Object.entries(SECTION).map(([name, kind]) => [kind, name]),
);

export const FILE_VERSION = 4;
const FILE_HEAD_BYTES = 12;

/** Kind (u32, bits 30 and 31: how the contents are packed), bytes stored, bytes unpacked, checksum; all little-endian. */
const SECTION_HEAD_BYTES = 16;
const PACKING_BITS: ReadonlyMap<Packing, number> = new Map([
  ['stored', 0],
  ['deflate', 0x8000_0000],
  ['zstd', 0x4000_0000],
]);
const KIND_BITS = 0x3fff_ffff;

export function fileHead(): Uint8Array {
  const head = new Uint8Array(FILE_HEAD_BYTES);
  head.set(MAGIC);
  new DataView(head.buffer).setUint32(MAGIC.length, FILE_VERSION, true);
  return head;
}

export function encodeSection(codec: Codec, kind: number, contents: Uint8Array): Uint8Array {
  const packed = codec.pack(contents);
  const section = new Uint8Array(SECTION_HEAD_BYTES + packed.bytes.length);
  const head = new DataView(section.buffer);
  head.setUint32(0, kind + (PACKING_BITS.get(packed.packing) ?? 0), true);
  head.setUint32(4, packed.bytes.length, true);
  head.setUint32(8, packed.size, true);
  section.set(packed.bytes, SECTION_HEAD_BYTES);
  head.setUint32(12, codec.checksum(section), true); // of the section with zeros in the checksum's place
  return section;
}

export interface FileSection {
  readonly kind: number;
  readonly contents: Uint8Array;
  /** Byte offset of the section in the file. */
  readonly offset: number;
}

/** Tells the sections of a file one by one, the `end` section last. Throws a {@link RecordingFileError}. */
export function* readSections(codec: Codec, file: Uint8Array): Generator<FileSection> {
  checkHead(file);
  let offset = FILE_HEAD_BYTES;
  for (let kind = 0; kind !== SECTION.end; ) {
    const section = readSection(codec, file, offset);
    ({ kind } = section);
    offset = section.end;
    if (kind === SECTION.end && offset < file.length)
      throw new RecordingFileError('corrupt', `The recording ends at byte ${offset}, but the file does not.`, offset);
    yield section;
  }
}

function checkHead(file: Uint8Array): void {
  const compared = Math.min(file.length, MAGIC.length);
  for (let i = 0; i < compared; i++)
    if (file[i] !== MAGIC[i]) throw new RecordingFileError('foreign', 'The file is no recording: byte 0 is wrong.', 0);
  if (file.length === 0) throw new RecordingFileError('foreign', 'The file is empty, which no recording is.', 0);
  if (file.length < FILE_HEAD_BYTES) throw truncated(file, 'the version');
  const version = viewOf(file).getUint32(MAGIC.length, true);
  if (version > FILE_VERSION)
    throw new RecordingFileError(
      'newer',
      `The recording has format version ${version}, and this extension knows version ${FILE_VERSION} (byte 8).`,
      MAGIC.length,
    );
  if (version < 1)
    throw new RecordingFileError('corrupt', 'The recording has format version 0 (byte 8).', MAGIC.length);
  if (version < FILE_VERSION)
    throw new RecordingFileError(
      'older',
      `The recording has format version ${version}, of before the first release (byte 8); this extension knows version ${FILE_VERSION}.`,
      MAGIC.length,
    );
}

function readSection(codec: Codec, file: Uint8Array, offset: number): FileSection & { readonly end: number } {
  if (offset + SECTION_HEAD_BYTES > file.length) throw truncated(file, `the section at byte ${offset}`);
  const head = new DataView(file.buffer, file.byteOffset + offset, SECTION_HEAD_BYTES);
  const tag = head.getUint32(0, true);
  const stored = head.getUint32(4, true);
  const size = head.getUint32(8, true);
  const kind = tag & KIND_BITS;
  const packing = packingOf(tag);
  if (packing !== null && !codec.packings.has(packing)) throw unpackable(offset);
  const name = SECTION_NAMES[kind];
  const end = offset + SECTION_HEAD_BYTES + stored;
  if (name === undefined || packing === null) throw corrupt(offset, `there is no section of kind ${tag}`);
  if (end > file.length) throw truncated(file, `the ${name} section at byte ${offset}`);
  const section = file.slice(offset, end);
  new DataView(section.buffer, section.byteOffset).setUint32(12, 0, true);
  if (codec.checksum(section) !== head.getUint32(12, true))
    throw corrupt(offset, `the ${name} section's checksum is wrong`);
  if (packing === 'stored' ? size !== stored : size > stored * MAX_PACKING_RATIO)
    throw corrupt(offset, `the ${name} section's size is wrong`);
  const bytes = section.subarray(SECTION_HEAD_BYTES);
  try {
    return { kind, contents: codec.unpack({ bytes, size, packing }), offset, end };
  } catch {
    throw corrupt(offset, `the ${name} section can't be unpacked`);
  }
}

function packingOf(tag: number): Packing | null {
  const bits = (tag & ~KIND_BITS) >>> 0;
  for (const [packing, own] of PACKING_BITS) if (own === bits) return packing;
  return null;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export function corrupt(offset: number, what: string): RecordingFileError {
  return new RecordingFileError('corrupt', `The recording is damaged at byte ${offset}: ${what}.`, offset);
}

/** A section is packed, or holds what is packed, in a way that this Node does not know. */
export const unpackable = (offset: number): RecordingFileError =>
  new RecordingFileError(
    'unpackable',
    `The section at byte ${offset} is packed with Zstandard, which this version of Node does not know.`,
    offset,
  );

function truncated(file: Uint8Array, within: string): RecordingFileError {
  const at = file.length;
  return new RecordingFileError('truncated', `The recording ends too early, at byte ${at}, within ${within}.`, at);
}
