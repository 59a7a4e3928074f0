// The host's side of a log of accesses: its memory, its position, and what happens when a chunk of it is full.

import { Memory } from '../platform/plainApi.ts';
import { WASM_PAGE_BYTES } from '../protocol/units.ts';
import { frameIn, NO_FRAME } from '../wasm/record/entries.ts';
import type { Stop } from '../wasm/record/logDecoder.ts';
import { ADDED_IMPORTS, CHUNK_BYTES, CHUNK_LIMIT, POSITION_IN_GLOBAL } from '../wasm/record/logFormat.ts';
import { memoryClearer } from './clearMemory.ts';
import { endOfRecords } from './logEnd.ts';

/**
 * Takes a piece of log, which can be decoded on its own.
 * @param records a view of the log, valid until its chunk is left, or for as long as who is told of that keeps it
 * @param stop where the guest was stopped, for `decodeLog`; null where it was not
 */
export type KeepRecords = (records: Uint8Array, stop: Stop | null) => void;

/**
 * Told when a chunk was left and all its records were given out. Returns once the chunk behind it in the ring is zero.
 * @param start byte offset in the memory of the chunk that was left
 */
export type LeaveChunk = (start: number) => void;

const PAGES_OF_CHUNK = CHUNK_BYTES / WASM_PAGE_BYTES;

/** One log for all instances of a run that run on one thread: a ring of chunks. */
export class AccessLog {
  /** Shared, so that what is in it outlives the worker. Behind the last record of the chunk that is written it is zero. */
  readonly memory: WebAssembly.Memory;
  /** Byte offset in the memory where the next record goes. */
  readonly position = new WebAssembly.Global({ value: 'i32', mutable: true }, 0);
  /** Whose code runs: see `entries.ts`. */
  readonly frame = new WebAssembly.Global({ value: 'i32', mutable: true }, NO_FRAME);
  /** Byte offset in the memory before which records are given out; shared (one word), as the memory is. */
  readonly takenWord = new Int32Array(new SharedArrayBuffer(4));
  private readonly leave: LeaveChunk;

  /**
   * @param chunks size of the ring, in MiB
   * @param leave where it is not given, a chunk is cleared when it is left
   */
  constructor(
    private readonly keep: KeepRecords,
    private readonly chunks = 2,
    leave?: LeaveChunk,
  ) {
    const pages = chunks * PAGES_OF_CHUNK;
    this.memory = new Memory({ initial: pages, maximum: pages, shared: true });
    this.leave = leave ?? clearChunk(this.memory);
  }

  /**
   * What a recorded module imports beside its own imports.
   * @param module the module name of these
   * @param instance its index in the run
   */
  addImports(imports: WebAssembly.Imports, module: string, instance = 0): void {
    imports[module] = {
      ...imports[module],
      [ADDED_IMPORTS.log]: this.memory,
      [ADDED_IMPORTS.position]: this.position,
      [ADDED_IMPORTS.frame]: this.frame,
      [ADDED_IMPORTS.instance]: instance,
      [ADDED_IMPORTS.flush]: () => {
        this.flush();
        this.nextChunk();
      },
    };
  }

  /** Byte offset in the log where a record is under way, or where the next one goes. @param told by the code that runs, see `ADDED_IMPORTS.come` */
  placeOf(told: number): number {
    return told === POSITION_IN_GLOBAL ? Number(this.position.value) : told;
  }

  /** An instance is called from outside of WebAssembly, by a call that is told. @returns what {@link goBack} takes when it has ended */
  goInto(instance: number): number {
    const before = Number(this.frame.value);
    this.frame.value = frameIn(before, instance);
    return before;
  }

  goBack(frame: number): void {
    this.frame.value = frame;
  }

  /** Gives out the records since the last time; to be called when a call has ended, too. */
  flush(): void {
    this.give(Number(this.position.value), null);
  }

  /**
   * The same after a trap, which leaves records behind the position. To be called before any instance of the log runs again;
   * an exception is no trap, and leaves the position right.
   */
  flushStopped(stop: Stop): void {
    const end = endOfRecords(this.memory.buffer, this.taken);
    this.give(end, stop);
    this.position.value = end;
    if (end % CHUNK_BYTES === 0 || end % CHUNK_BYTES > CHUNK_LIMIT) this.nextChunk();
  }

  /** After a trap of which nobody knows where it was: what is behind the position is cleared. */
  leaveOutRest(): void {
    const from = Number(this.position.value);
    new Uint8Array(this.memory.buffer, 0, endOfRecords(this.memory.buffer, from)).fill(0, from);
  }

  private get taken(): number {
    return this.takenWord[0];
  }

  private set taken(position: number) {
    this.takenWord[0] = position;
  }

  private give(end: number, stop: Stop | null): void {
    const start = this.taken;
    if (end === start) return;
    // Before they count as given out: the worker may be ended at any moment, and what is not given out is read from the log.
    this.keep(new Uint8Array(this.memory.buffer, start, end - start), stop);
    this.taken = end;
  }

  private nextChunk(): void {
    // A position at the very end of a chunk is the start of the next one.
    const next = Math.ceil((this.taken || 1) / CHUNK_BYTES);
    this.leave((next - 1) * CHUNK_BYTES);
    const start = (next % this.chunks) * CHUNK_BYTES;
    this.taken = start;
    this.position.value = start;
  }
}

function clearChunk(memory: WebAssembly.Memory): LeaveChunk {
  const clear = memoryClearer(memory);
  return start => clear(start, CHUNK_BYTES);
}
