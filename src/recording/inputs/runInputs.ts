// What came into the guests from outside, call by call, and memory as it was at step 0. Never dropped: with the module and the
// arguments of the calls (`CallRecord`) it is enough to run the guests again, and to find a part of the history that was.

import type { Codec, Packed } from '../../platform/codec.ts';
import { hostGrewRecord, hostWroteRecord, type Input, readInputs } from '../../wire/inputRecords.ts';
import { ByteRow, ByteRowReader, MAX_NUMBER_BYTES } from '../history/varint.ts';

/** Bytes of records that are packed as one. */
const CHUNK_BYTES = 65_536;

interface Chunk {
  readonly firstCall: number;
  readonly packed: Packed;
}

export interface InputsSummary {
  /** Size of the memory at step 0, in bytes. */
  readonly initialMemoryBytes: number;
  /** Calls before this one have all their inputs; null where all have. */
  readonly wholeBefore: number | null;
}

export class RunInputs {
  initialMemoryBytes = 0;
  /** Pages of memory at step 0, as `PageImage.bytes`; those that are missing were zero. */
  readonly initial = new Map<number, Packed>();
  private initialSize = 0;
  private readonly chunks: Chunk[] = [];
  private chunkBytes = 0;
  private open = new ByteRow(0);
  private openFirstCall = 0;
  private lastCall = 0;
  private whole = Number.POSITIVE_INFINITY;

  /** @param limitBytes of records, beyond which no more are kept */
  constructor(
    private readonly codec: Codec,
    private readonly limitBytes: number,
  ) {}

  get summary(): InputsSummary {
    const { initialMemoryBytes, whole } = this;
    return { initialMemoryBytes, wholeBefore: Number.isFinite(whole) ? whole : null };
  }

  /** Bytes of memory at step 0, packed. */
  get initialBytes(): number {
    return this.initialSize;
  }

  /** Bytes of records. */
  get recordBytes(): number {
    return this.chunkBytes + this.open.length;
  }

  /** Takes over what a file says. */
  restore({ initialMemoryBytes, wholeBefore }: InputsSummary): void {
    this.initialMemoryBytes = initialMemoryBytes;
    this.whole = wholeBefore ?? Number.POSITIVE_INFINITY;
  }

  keepInitial(page: number, image: Packed): void {
    this.initial.set(page, image);
    this.initialSize += image.bytes.length;
  }

  /**
   * @param call number of the call in the recording, 0 being the making of the instances; never less than the one before
   * @param records as an `ImportLog` gives them, or one of those below
   */
  keep(call: number, records: Uint8Array): void {
    if (call >= this.whole || records.length === 0) return;
    if (this.recordBytes + 2 * MAX_NUMBER_BYTES + records.length > this.limitBytes) {
      this.whole = call;
      return;
    }
    if (this.open.length === 0) {
      this.openFirstCall = call;
      this.lastCall = call;
    }
    this.open.unsigned(call - this.lastCall);
    this.open.unsigned(records.length);
    this.open.copy(records, 0, records.length);
    this.lastCall = call;
    if (this.open.length >= CHUNK_BYTES) this.seal();
  }

  keepHostWrite(call: number, address: number, bytes: Uint8Array): void {
    this.keep(call, hostWroteRecord(address, bytes));
  }

  keepHostGrowth(call: number, pages: number): void {
    this.keep(call, hostGrewRecord(pages));
  }

  /** What came from outside before and in a call, in order. */
  *of(call: number): Generator<Input> {
    let first = 0;
    while (first + 1 < this.chunks.length && this.chunks[first + 1].firstCall < call) first++;
    for (const [at, records] of this.pieces(first)) {
      if (at > call) return;
      if (at === call) yield* readInputs(records);
    }
  }

  /** All that was kept, in order: the call, and its records or a part of them. */
  *pieces(firstChunk = 0): Generator<readonly [call: number, records: Uint8Array]> {
    for (let i = firstChunk; i < this.chunks.length; i++) {
      const { firstCall, packed } = this.chunks[i];
      yield* piecesOf(firstCall, this.codec.unpack(packed));
    }
    yield* piecesOf(this.openFirstCall, this.open.view());
  }

  private seal(): void {
    const packed = this.codec.pack(this.open.view());
    this.chunks.push({ firstCall: this.openFirstCall, packed });
    this.chunkBytes += packed.bytes.length;
    this.open = new ByteRow(0);
  }
}

function* piecesOf(firstCall: number, bytes: Uint8Array): Generator<readonly [number, Uint8Array]> {
  const reader = new ByteRowReader(bytes);
  for (let call = firstCall; !reader.atEnd; ) {
    call += reader.unsigned();
    yield [call, reader.take(reader.unsigned())];
  }
}
