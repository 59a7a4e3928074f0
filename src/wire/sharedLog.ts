// The recording thread's side of the log that guests write: records are read where they stand, and chunks given back.
import { CHUNK_BYTES } from '../wasm/record/logFormat.ts';
import { memoryClearer } from './clearMemory.ts';
import { endOfRecords } from './logEnd.ts';

export class SharedLog {
  /** Where the records were that came last, as byte offsets. */
  private last = { start: -1, end: -1 };
  private readonly clear: (start: number, bytes: number) => void;

  /** @param taken byte offset in the log (one word, shared) up to which records were sent */
  constructor(
    private readonly memory: WebAssembly.Memory,
    private readonly taken: Int32Array,
  ) {
    this.clear = memoryClearer(memory);
  }

  /** The next records, from the byte offset `start` on; a view, valid until their chunk is cleared. */
  next(start: number, bytes: number): Uint8Array {
    this.last = { start, end: start + bytes };
    return new Uint8Array(this.memory.buffer, start, bytes);
  }

  /**
   * The records that came no more since the worker was ended. Nothing is behind them: what was there in an earlier round
   * of the ring was cleared.
   */
  rest(): Uint8Array {
    const [taken] = this.taken;
    // The worker may have been ended between sending records and saying so.
    const from = this.last.start === taken ? this.last.end : taken;
    const { buffer } = this.memory;
    return new Uint8Array(buffer, from, endOfRecords(buffer, from) - from);
  }

  /** Makes a chunk ready to be written again. */
  clearChunk(start: number): void {
    this.clear(start, CHUNK_BYTES);
  }
}
