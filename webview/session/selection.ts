// Which bytes are selected, and where the user was before.
import { type Address, address } from '../../src/protocol/units.ts';
import { type ByteRange, rangeBetween } from '../data/byteRange.ts';
import { AddressHistory } from './history.ts';

export class Selection {
  /** The selected byte: where the selection was taken to. */
  address: Address = address(0);
  history = AddressHistory.empty;
  /** Counts jumps, so that the grid brings the byte into view even if it is the one that was selected. */
  jumps = 0;
  /** The user chose the byte; until then it is the demo's i32. */
  chosen = false;
  /** Where the selection began. */
  private anchor: Address = address(0);

  get range(): ByteRange {
    return rangeBetween(this.anchor, this.address);
  }

  select(target: Address): void {
    this.anchor = target;
    this.extendTo(target);
  }

  /** Takes the selection to a byte; where it began stays. */
  extendTo(target: Address): void {
    this.address = target;
    this.chosen = true;
  }

  /** Selects a byte anywhere and remembers where the user came from. */
  jump(target: Address): void {
    if (target !== this.address) this.history = this.history.leave(this.address);
    this.jumps++;
    this.select(target);
  }

  /** Jumps to a range, its first byte selected. */
  jumpToRange({ start, length }: ByteRange): void {
    this.jump(start);
    this.anchor = address(start + length - 1);
  }

  /** Back or forward to where the user was. */
  travel(direction: 'back' | 'forward'): void {
    const there = this.history[direction](this.address);
    if (!there) return;
    this.history = there.history;
    this.jumps++;
    this.select(there.address);
  }

  /** Selects a byte that the user did not choose. */
  suggest(target: Address): void {
    if (this.chosen || target === this.address) return;
    this.address = target;
    this.anchor = target;
    this.jumps++;
  }

  /** Another file is shown: nothing was chosen in it yet. */
  reset(): void {
    this.history = AddressHistory.empty;
    this.chosen = false;
    this.address = address(0);
    this.anchor = address(0);
  }

  /** Before a memory.grow the memory is smaller than where the user may have been. */
  clampTo(memoryBytes: number): void {
    const inside = (target: Address): Address => address(Math.max(0, Math.min(target, memoryBytes - 1)));
    this.address = inside(this.address);
    this.anchor = inside(this.anchor);
  }
}
