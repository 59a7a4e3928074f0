// Memory at a step, asked in parts: a whole memory may have 4 GiB.
import type { PageView } from '../protocol/access.ts';
import { type Address, address, pageIndex, SHOWN_PAGE_BYTES, type Step } from '../protocol/units.ts';
import type { Asked } from './asked.ts';

/** Bytes of a part, but for the last. */
export const PART_BYTES = 2 ** 20;

export interface MemoryPart {
  readonly address: Address;
  readonly bytes: Uint8Array;
  /** `OWNER_CODE` of each byte. */
  readonly owners: Uint8Array;
  /** Whether all bytes are zero and nobody ever wrote there. */
  readonly isUntouched: boolean;
}

/** The parts of a range, which must lie in memory at the step. */
export async function* memoryParts(
  recording: Pick<Asked, 'ask'>,
  step: Step,
  from: Address,
  length: number,
): AsyncGenerator<MemoryPart> {
  for (let at = 0; at < length; at += PART_BYTES)
    yield await memoryPart(recording, step, address(from + at), Math.min(PART_BYTES, length - at));
}

/** A range of {@link PART_BYTES} at the most. */
export async function memoryPart(
  recording: Pick<Asked, 'ask'>,
  step: Step,
  from: Address,
  length: number,
): Promise<MemoryPart> {
  const first = Math.floor(from / SHOWN_PAGE_BYTES);
  const count = Math.ceil((from + length) / SHOWN_PAGE_BYTES) - first;
  const pages = Array.from({ length: count }, (_, index) => pageIndex(first + index));
  const views = await recording.ask('readPages', { step, pages, since: step });
  const take = (planeOf: (view: PageView) => Uint8Array | null): Uint8Array => {
    const whole = new Uint8Array(count * SHOWN_PAGE_BYTES);
    views.forEach((view, index) => {
      const plane = planeOf(view);
      if (plane) whole.set(plane, index * SHOWN_PAGE_BYTES);
    });
    const start = from - first * SHOWN_PAGE_BYTES;
    return whole.subarray(start, start + length);
  };
  return {
    address: from,
    bytes: take(({ bytes }) => bytes),
    owners: take(({ owners }) => owners),
    isUntouched: views.every(({ bytes, owners }) => bytes === null && owners === null),
  };
}

/** Parts that follow each other as one. @param from where the first begins */
export async function joined(parts: AsyncIterable<MemoryPart>, from: Address): Promise<MemoryPart> {
  const all: MemoryPart[] = [];
  for await (const part of parts) all.push(part);
  return {
    address: from,
    bytes: concatenated(all.map(({ bytes }) => bytes)),
    owners: concatenated(all.map(({ owners }) => owners)),
    isUntouched: all.every(({ isUntouched }) => isUntouched),
  };
}

function concatenated(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
