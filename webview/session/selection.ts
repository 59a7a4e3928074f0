// The selected bytes, and the selections before them.
import { type Address, address } from '../../src/protocol/units.ts';
import { type ByteRange, rangeBetween } from '../data/byteRange.ts';
import { AddressHistory } from './history.ts';

export class Selection {
  /** The selected byte: the selection's end. */
  address: Address = address(0);
  history = AddressHistory.empty;
  /** Counts jumps, so that the grid brings the byte into view even if it is the one that was selected. */
  jumps = 0;
  /** Who chose the byte; nobody did where it is the watched i32, or the first byte. */
  private chosenBy: 'nobody' | 'panel' | 'user' = 'nobody';
  /** Where the selection began. */
  private anchor: Address = address(0);
  /** Its bytes were given: they are no more than these, whatever cells they are in. */
  private isExact = false;
  private memoryBytes = Number.POSITIVE_INFINITY;
  /** Bytes of a cell of the grid: where the user selects, whole cells are selected. */
  private cellBytes = 1;

  /** The user chose the byte. */
  get isChosen(): boolean {
    return this.chosenBy === 'user';
  }

  get range(): ByteRange {
    const range = rangeBetween(this.anchor, this.address);
    const { cellBytes } = this;
    if (cellBytes === 1 || this.isExact) return range;
    const start = range.start - (range.start % cellBytes);
    const end = Math.ceil((range.start + range.length) / cellBytes) * cellBytes;
    return { start: address(start), length: Math.max(1, Math.min(end, this.memoryBytes) - start) };
  }

  /** The grid has other cells. */
  setCellBytes(bytes: number): void {
    this.cellBytes = bytes;
  }

  select(target: Address): void {
    this.anchor = target;
    this.extendTo(target);
  }

  /** Moves the selection's end to a byte; its beginning stays. */
  extendTo(target: Address): void {
    this.address = target;
    this.chosenBy = 'user';
    this.isExact = false;
  }

  /** Selects any byte, and remembers the selection before it. */
  jump(target: Address): void {
    if (target !== this.address) this.history = this.history.leave(this.address);
    this.jumps++;
    this.select(target);
  }

  /** Jumps to a range, its first byte selected. */
  jumpToRange({ start, length }: ByteRange): void {
    this.jump(start);
    this.anchor = address(start + length - 1);
    this.isExact = true;
  }

  /** Goes back or forward through the user's jumps. */
  travel(direction: 'back' | 'forward'): void {
    const there = this.history[direction](this.address);
    if (!there) return;
    this.history = there.history;
    this.jumps++;
    this.select(there.address);
  }

  /** Selects a byte that the user did not choose. */
  suggest(target: Address): void {
    if (this.chosenBy !== 'nobody' || target === this.address) return;
    this.address = target;
    this.anchor = target;
    this.jumps++;
  }

  /** Selects bytes where something happened; what the user had chosen is one step back. */
  bring({ start, length }: ByteRange): void {
    if (this.isChosen && start !== this.address) this.history = this.history.leave(this.address);
    this.chosenBy = 'panel';
    this.address = start;
    this.anchor = address(start + length - 1);
    this.isExact = true;
    this.jumps++;
  }

  /** Selects bytes that the user chose in another panel; those that are selected already stay where they are in view. */
  follow({ start, length }: ByteRange): void {
    const { range } = this;
    if (range.start === start && range.length === length) return;
    this.select(start);
    this.anchor = address(start + length - 1);
    this.isExact = true;
    this.jumps++;
  }

  /** Selects the byte that the user had chosen before the webview was hidden. */
  restore(target: Address): void {
    this.select(target);
    this.jumps++;
  }

  /** Forgets all: another file is shown. */
  reset(): void {
    this.history = AddressHistory.empty;
    this.chosenBy = 'nobody';
    this.isExact = false;
    this.address = address(0);
    this.anchor = address(0);
  }

  /** Keeps the selection inside memory: before a memory.grow there is less of it. */
  clampTo(memoryBytes: number): void {
    this.memoryBytes = memoryBytes;
    const inside = (target: Address): Address => address(Math.max(0, Math.min(target, memoryBytes - 1)));
    this.address = inside(this.address);
    this.anchor = inside(this.anchor);
  }
}
