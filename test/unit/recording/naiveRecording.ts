// What a recording should answer, found the slow way: a full copy of memory, of the owners and of the last writes per step.
import { SHOWN_PAGE_BYTES, WASM_PAGE_BYTES } from '../../../src/protocol/units.ts';

export interface NaiveWrite {
  readonly step: number;
  readonly owner: number;
  readonly site: number;
  readonly address: number;
  readonly bytes: Uint8Array;
}

export interface NaiveMoment {
  readonly memory: Uint8Array;
  /** 0 never, 1 initial, 2 host, 3 unrecorded, 4 + i instance i */
  readonly owners: Uint8Array;
  /** Size of the memory in bytes; of a larger one than it copies, the model knows the first bytes. */
  readonly size: number;
}

export class NaiveRecording {
  readonly moments: NaiveMoment[] = [];
  readonly writes: NaiveWrite[] = [];

  /** @param memory the part of memory that is written, which the model copies at each step */
  constructor(
    readonly memory: Uint8Array,
    private size: number,
  ) {
    this.moments.push({ memory: memory.slice(), owners: memory.map(byte => (byte === 0 ? 0 : 1)), size });
  }

  get lastStep(): number {
    return this.moments.length - 1;
  }

  write(owner: number, site: number, address: number, bytes: Uint8Array): void {
    const owners = this.moments[this.lastStep].owners.slice();
    owners.fill(owner, address, address + bytes.length);
    this.memory.set(bytes, address);
    this.writes.push({ step: this.moments.length, owner, site, address, bytes: bytes.slice() });
    this.moments.push({ memory: this.memory.slice(), owners, size: this.size });
  }

  grow(pages: number): void {
    const { owners } = this.moments[this.lastStep];
    this.size += pages * WASM_PAGE_BYTES;
    this.moments.push({ memory: this.memory.slice(), owners, size: this.size });
  }

  /** The writes of steps `after + 1` … `upTo` that touch a byte of a range, newest first. */
  writesTo(from: number, length: number, after: number, upTo: number): NaiveWrite[] {
    return this.writes
      .filter(write => write.step > after && write.step <= upTo)
      .filter(write => write.address < from + length && write.address + write.bytes.length > from)
      .reverse();
  }

  page(step: number, page: number): Pick<NaiveMoment, 'memory' | 'owners'> {
    const { memory, owners } = this.moments[step];
    const [start, end] = [page * SHOWN_PAGE_BYTES, (page + 1) * SHOWN_PAGE_BYTES];
    return { memory: memory.slice(start, end), owners: owners.slice(start, end) };
  }
}
