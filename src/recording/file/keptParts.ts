// What a recording keeps, as bytes: histories of pages, the order of accesses, who made them, calls of allocators. All of it stays packed as it
// is kept, so that a file is written and opened in the time of its bytes, and a part is unpacked when it is looked at.
// docs/recording-format.md describes it.

import { type Codec, MAX_PACKING_RATIO, type Packed, type Packing } from '../../platform/codec.ts';
import { ALLOCATOR_ROLES } from '../../protocol/claims.ts';
import { MAX_MEMORY_BYTES, SHOWN_PAGE_BYTES } from '../../protocol/units.ts';
import { type Accessor, actorOf, ownerOfActor, THREADS, threadOfActor } from '../history/accessors.ts';
import type { AllocatorCalls } from '../history/allocatorCalls.ts';
import type { KeptBlock } from '../history/pageBlock.ts';
import type { KeptPage, LateWrite } from '../history/pageHistory.ts';
import type { KeptChunk } from '../history/timeline.ts';
import { ByteRow, ByteRowReader } from '../history/varint.ts';

/** Bytes of a section, beyond which the next is begun. */
const SECTION_BYTES = 1 << 20;
/** Blocks of a page that one record has at most. */
const BLOCKS_OF_RECORD = 256;
/** Words of the bits that say what a block may write, or which pages a chunk may load: one for 4096 / 4 / 32 and 1024 / 32. */
const BITS_WORDS = 32;

/** By their numbers in a file. */
const PACKINGS: readonly Packing[] = ['stored', 'deflate', 'zstd'];
/** What a page's image takes: contents and owners. */
const IMAGE_BYTES = 2 * SHOWN_PAGE_BYTES;
/** No block and no chunk has more. */
const MOST_PACKED_BYTES = 2 ** 22;

/** Says that this Node can't unpack what is packed so. */
export type Unpackable = () => Error;

/** Writes items one behind the other, in parts of about a section each. */
export function* inParts<Item>(
  items: Iterable<Item>,
  write: (row: ByteRow, item: Item) => void,
): Generator<Uint8Array> {
  let row = new ByteRow();
  for (const item of items) {
    write(row, item);
    if (row.length < SECTION_BYTES) continue;
    yield row.view();
    row = new ByteRow();
  }
  if (row.length > 0) yield row.view();
}

function putPacked(row: ByteRow, { bytes, size, packing }: Packed): void {
  row.byte(PACKINGS.indexOf(packing));
  row.unsigned(size);
  row.unsigned(bytes.length);
  row.copy(bytes, 0, bytes.length);
}

function packedAt(reader: ByteRowReader, { packings }: Codec, unpackable: Unpackable): Packed {
  const packing = PACKINGS[reader.byte()];
  const size = reader.unsigned();
  const bytes = reader.take(reader.unsigned()).slice();
  const isPossible = packing === 'stored' ? size === bytes.length : size <= bytes.length * MAX_PACKING_RATIO;
  if (!packing || !isPossible || size > MOST_PACKED_BYTES)
    throw new RangeError(`${size} bytes are not packed in ${bytes.length}`);
  if (!packings.has(packing)) throw unpackable();
  return { bytes, size, packing };
}

/** Nothing is packed in no bytes. */
function putMaybe(row: ByteRow, packed: Packed | null): void {
  row.byte(packed ? 1 : 0);
  if (packed) putPacked(row, packed);
}

function imageAt(reader: ByteRowReader, codec: Codec, unpackable: Unpackable): Packed | null {
  if (reader.byte() === 0) return null;
  const packed = packedAt(reader, codec, unpackable);
  if (packed.size !== IMAGE_BYTES) throw new RangeError(`an image of a page has ${packed.size} bytes`);
  return packed;
}

/** Bits are mostly few: words that are not 0 only, each behind its index; the number of words stands before them. */
function putBits(row: ByteRow, bits: Uint32Array): void {
  const words = [...bits.entries()].filter(([, word]) => word !== 0);
  row.byte(words.length);
  for (const [index, word] of words) {
    row.byte(index);
    row.unsigned(word);
  }
}

function bitsAt(reader: ByteRowReader): Uint32Array {
  const bits = new Uint32Array(BITS_WORDS);
  for (let left = reader.byte(); left > 0; left--) {
    const index = reader.byte();
    if (index >= BITS_WORDS) throw new RangeError(`there is no word ${index} of bits`);
    bits[index] = reader.unsigned();
  }
  return bits;
}

// Accessors: owner, thread, site plus 1, length times 2, plus 1 for a fill.

export const accessorParts = (accessors: Iterable<Accessor>): Generator<Uint8Array> =>
  inParts(accessors, (row, { actor, site, length, fill }) => {
    row.byte(ownerOfActor(actor));
    row.unsigned(threadOfActor(actor));
    row.unsigned(site + 1);
    row.unsigned(length * 2 + (fill ? 1 : 0));
  });

export function* readAccessors(contents: Uint8Array): Generator<Accessor> {
  for (const reader = new ByteRowReader(contents); !reader.atEnd; ) {
    const actor = actorOf(reader.byte(), threadOf(reader.unsigned()));
    const site = reader.unsigned() - 1;
    const shape = reader.unsigned();
    const length = shape >>> 1;
    if (length > SHOWN_PAGE_BYTES) throw new RangeError(`an access to a page of ${length} bytes`);
    yield { actor, site, length, fill: shape % 2 === 1 };
  }
}

// Pages: the number of the page, then what it holds. A page with many blocks has several records, one behind the other.

type PageRecord = KeptPage & { readonly isFirst: boolean };

function* recordsOf(pages: Iterable<KeptPage>): Generator<PageRecord> {
  for (const page of pages) {
    const { base, dropped, blocks } = page;
    if (!base && dropped === 0 && blocks.length === 0) continue;
    for (let first = 0; first === 0 || first < blocks.length; first += BLOCKS_OF_RECORD)
      yield { ...page, blocks: blocks.slice(first, first + BLOCKS_OF_RECORD), isFirst: first === 0 };
  }
}

export const pageParts = (pages: Iterable<KeptPage>): Generator<Uint8Array> => inParts(recordsOf(pages), putPage);

function putPage(row: ByteRow, { page, dropped, base, late, blocks, isFirst }: PageRecord): void {
  row.unsigned(page);
  row.byte(isFirst ? 1 : 0);
  if (isFirst) {
    row.wide(dropped);
    putMaybe(row, base);
    row.unsigned(late.length);
    let before = 0;
    for (const { step, since, offset, length } of late) {
      for (const number of [step - before, step - since]) row.wide(number);
      row.unsigned(offset);
      row.unsigned(length);
      before = step;
    }
  }
  row.unsigned(blocks.length);
  for (const block of blocks) putBlock(row, block);
}

function putBlock(row: ByteRow, { firstStep, lastStep, rows, start, touched, packed, headBytes }: KeptBlock): void {
  row.wide(firstStep);
  row.unsigned(lastStep - firstStep);
  row.unsigned(rows);
  putMaybe(row, start);
  putBits(row, touched);
  row.unsigned(headBytes);
  putPacked(row, packed);
}

/** Puts together the pages of a file, section by section. */
export class PagesOfFile {
  readonly pages: (KeptPage & { readonly blocks: KeptBlock[] })[] = [];
  private readonly known = new Set<number>();

  /** @param memoryBytes size of the memory in the end */
  constructor(
    private readonly codec: Codec,
    private readonly memoryBytes: number,
    private readonly unpackable: Unpackable,
  ) {}

  /** @throws RangeError for what no recording has */
  read(contents: Uint8Array): void {
    for (const reader = new ByteRowReader(contents); !reader.atEnd; ) {
      const page = reader.unsigned();
      if ((page + 1) * SHOWN_PAGE_BYTES > this.memoryBytes) throw new RangeError(`page ${page} does not lie in memory`);
      if (reader.byte() === 1) this.begin(page, reader);
      const last = this.pages.at(-1);
      if (last?.page !== page) throw new RangeError(`page ${page} does not go on here`);
      for (let left = reader.unsigned(); left > 0; left--) last.blocks.push(this.blockAt(reader, last.blocks.at(-1)));
    }
  }

  private begin(page: number, reader: ByteRowReader): void {
    if (this.known.has(page)) throw new RangeError(`page ${page} is told twice`);
    this.known.add(page);
    const dropped = reader.wide();
    const base = imageAt(reader, this.codec, this.unpackable);
    const late: LateWrite[] = [];
    let before = 0;
    for (let left = reader.unsigned(); left > 0; left--) {
      const step = before + reader.wide();
      late.push({ step, since: step - reader.wide(), offset: reader.unsigned(), length: reader.unsigned() });
      before = step;
    }
    this.pages.push({ page, dropped, base, late, blocks: [] });
  }

  private blockAt(reader: ByteRowReader, before: KeptBlock | undefined): KeptBlock {
    const firstStep = reader.wide();
    const lastStep = firstStep + reader.unsigned();
    const rows = reader.unsigned();
    const start = imageAt(reader, this.codec, this.unpackable);
    const touched = bitsAt(reader);
    const headBytes = reader.unsigned();
    const packed = packedAt(reader, this.codec, this.unpackable);
    if (before && firstStep <= before.lastStep) throw new RangeError(`step ${firstStep} of a page comes too early`);
    if (rows === 0 || rows > lastStep - firstStep + 1)
      throw new RangeError(`${rows} writes do not lie in the steps of a block`);
    if (headBytes > packed.size) throw new RangeError(`${headBytes} bytes do not lie in ${packed.size}`);
    return { firstStep, lastStep, rows, start, touched, headBytes, packed };
  }
}

// Chunks of the timeline.

export const chunkParts = (chunks: Iterable<KeptChunk>): Generator<Uint8Array> =>
  inParts(chunks, (row, { entries, steps, loaded, packed }) => {
    row.unsigned(entries);
    row.unsigned(steps);
    putBits(row, loaded);
    putPacked(row, packed);
  });

export function* readChunks(contents: Uint8Array, codec: Codec, unpackable: Unpackable): Generator<KeptChunk> {
  for (const reader = new ByteRowReader(contents); !reader.atEnd; ) {
    const entries = reader.unsigned();
    const steps = reader.unsigned();
    const loaded = bitsAt(reader);
    const packed = packedAt(reader, codec, unpackable);
    // Each takes a byte at least, and the arrays that they become have their length.
    if (steps > entries || entries > packed.size) throw new RangeError(`${entries} accesses with ${steps} steps`);
    yield { entries, steps, loaded, packed };
  }
}

// Both ends of allocators' calls in the order in which they were reached: accesses and steps since the one before, then what is told.

export const allocatorParts = (calls: AllocatorCalls): Generator<Uint8Array> => {
  let before = { access: 0, step: 0 };
  return inParts(calls.inOrder(), (row, { index, isEnd, place }) => {
    const { thread, instance, call, module, function: name, role, block, size, end } = calls.at(index);
    row.byte(isEnd ? 1 : 0);
    row.wide(place.access - before.access);
    row.wide(place.step - before.step);
    const told = isEnd
      ? [thread, end?.made ?? 0]
      : [thread, instance, call, module, name, ALLOCATOR_ROLES.indexOf(role), block, size];
    for (const number of told) row.unsigned(number);
    before = place;
  });
};

/** Puts together the allocators' calls of a file, section by section. */
export class AllocatorsOfFile {
  private access = 0;
  private step = 0;

  constructor(private readonly calls: AllocatorCalls) {}

  /** @throws RangeError for what no recording has */
  read(contents: Uint8Array): void {
    for (const reader = new ByteRowReader(contents); !reader.atEnd; ) {
      const isEnd = reader.byte() === 1;
      this.access += reader.wide();
      this.step += reader.wide();
      const place = { access: this.access, step: this.step };
      const thread = threadOf(reader.unsigned());
      if (isEnd) {
        const made = reader.unsigned();
        if (made >= MAX_MEMORY_BYTES) throw new RangeError(`a block at ${made} does not lie in memory`);
        this.calls.end(thread, made, place);
        continue;
      }
      const [instance, call, module, name, at, block, size] = Array.from({ length: 7 }, () => reader.unsigned());
      const role = ALLOCATOR_ROLES[at];
      if (!role) throw new RangeError(`functions of allocators have no role ${at}`);
      if (block >= MAX_MEMORY_BYTES || size > MAX_MEMORY_BYTES) throw new RangeError('a block does not lie in memory');
      this.calls.begin({ thread, instance, call, module, function: name, role, block, size }, place);
    }
  }

  /** Where the last of them is. */
  get end(): { readonly access: number; readonly step: number } {
    return { access: this.access, step: this.step };
  }
}

function threadOf(thread: number): number {
  if (thread >= THREADS) throw new RangeError(`there is no thread ${thread}`);
  return thread;
}
