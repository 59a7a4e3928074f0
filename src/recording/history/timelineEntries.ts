// The entries of a chunk of the timeline, unpacked.
import { MAX_MEMORY_BYTES, SHOWN_PAGE_BYTES } from '../../protocol/units.ts';
import type { Accessors } from './accessors.ts';
import { ByteRowReader, unzigzag } from './varint.ts';

/** What an entry tells; the low two bits of its first number, whose rest is a signed number. */
export const ENTRY = {
  /** a store in one page; rest: pages since the write before */
  write: 0,
  /** rest: accessors since the load before; then the distance of the address from the accessor's load before, signed */
  read: 1,
  /** a write of another length than its site's, or over the end of a page; rest as `write`; then the length */
  longWrite: 2,
  /** `memory.grow`; rest: pages of 64 KiB; then the accessor */
  grow: 3,
} as const;

/** Parallel arrays, one element an entry. */
export interface TimelineEntries {
  /** A value of {@link ENTRY}. */
  readonly kinds: Uint8Array;
  /** Page of a write, address of a load, pages of a grow. */
  readonly places: Uint32Array;
  /** Length of a `longWrite` (0 for `write`), accessor of a load or a grow. */
  readonly details: Uint32Array;
  /** Steps of the chunk up to and with the entry. */
  readonly steps: Uint32Array;
  /** For each step of the chunk its entry. */
  readonly entryOfStep: Uint32Array;
}

/** @throws RangeError where they are not as many as there should be */
export function decodeTimeline(bytes: Uint8Array, count: number, stepCount: number): TimelineEntries {
  const reader = new ByteRowReader(bytes);
  const kinds = new Uint8Array(count);
  const places = new Uint32Array(count);
  const details = new Uint32Array(count);
  const steps = new Uint32Array(count);
  const entryOfStep = new Uint32Array(stepCount);
  const lastAddress: number[] = [];
  let page = 0;
  let accessor = 0;
  let step = 0;
  for (let i = 0; i < count; i++) {
    const head = reader.unsigned();
    const kind = head & 3;
    const rest = unzigzag(head >>> 2);
    kinds[i] = kind;
    if (kind === ENTRY.read) {
      accessor += rest;
      details[i] = accessor;
      places[i] = (lastAddress[accessor] ?? 0) + reader.signed();
      lastAddress[accessor] = places[i];
    } else {
      entryOfStep[step++] = i;
      if (kind === ENTRY.grow) {
        places[i] = rest;
        details[i] = reader.unsigned();
      } else {
        page += rest;
        places[i] = page;
        if (kind === ENTRY.longWrite) details[i] = reader.unsigned();
      }
    }
    steps[i] = step;
  }
  if (step !== stepCount || !reader.atEnd)
    throw new RangeError(`there are not ${count} accesses with ${stepCount} steps`);
  return { kinds, places, details, steps, entryOfStep };
}

/** @throws RangeError for entries that no recording can have */
export function checkEntries({ kinds, places, details }: TimelineEntries, accessors: Accessors): void {
  for (let i = 0; i < kinds.length; i++) {
    const isWrite = kinds[i] === ENTRY.write || kinds[i] === ENTRY.longWrite;
    const isKnown = isWrite ? places[i] < MAX_MEMORY_BYTES / SHOWN_PAGE_BYTES : details[i] < accessors.count;
    const end = kinds[i] === ENTRY.read ? places[i] + accessors.length(details[i]) : 0;
    if (!isKnown || end > MAX_MEMORY_BYTES)
      throw new RangeError(`entry ${i} of a chunk of accesses is none that there can be`);
  }
}
