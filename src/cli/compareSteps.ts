// What differs between two steps of a recording: bytes and owners.

import { shortText, writeText } from '../answers/accessLines.ts';
import { type MemoryPart, memoryPart, PART_BYTES } from '../answers/memoryParts.ts';
import type { Recording } from '../engine/client.ts';
import type { WriteView } from '../protocol/access.ts';
import type { InstanceNames } from '../protocol/instanceNames.ts';
import { ownerName, ownerOf } from '../protocol/owner.ts';
import type { RunSnapshot } from '../protocol/run.ts';
import { count, hex } from '../protocol/text.ts';
import { type Address, address, type Step } from '../protocol/units.ts';
import { accessDocument } from './accesses.ts';
import { recordingDocument } from './json.ts';
import { memoryBytesAt } from './memoryRange.ts';

/** Ranges whose writers are asked for at once. */
const ASKED_AT_ONCE = 10_000;

/** Neighbours that differ in value or owner, with the same owners before and after. It ends with its part of memory at the latest. */
interface Difference {
  readonly address: Address;
  readonly before: Uint8Array;
  readonly after: Uint8Array;
  /** `OWNER_CODE`s. */
  readonly ownerBefore: number;
  readonly ownerAfter: number;
  /** The last write that touched it; null where the recording has none. */
  readonly write: WriteView | null;
}

export interface ComparedSteps {
  readonly from: Step;
  readonly to: Step;
  /** Size of memory at both, in bytes. */
  readonly memoryBefore: number;
  readonly memoryAfter: number;
}

export async function comparedSteps(recording: Recording, from: Step, to: Step): Promise<ComparedSteps> {
  const [memoryBefore, memoryAfter] = [await memoryBytesAt(recording, from), await memoryBytesAt(recording, to)];
  return { from, to, memoryBefore, memoryAfter };
}

/** All that differs, in ascending order. Where memory has grown, it held zeros that nobody wrote. */
export async function* differences(recording: Recording, steps: ComparedSteps): AsyncGenerator<readonly Difference[]> {
  const { from, to, memoryBefore, memoryAfter } = steps;
  for (let at = 0; at < memoryAfter; at += PART_BYTES) {
    const start = address(at);
    const length = Math.min(PART_BYTES, memoryAfter - at);
    const after = await memoryPart(recording, to, start, length);
    if (after.isUntouched) continue; // nor was it written before
    const before = await memoryPart(recording, from, start, Math.max(0, Math.min(length, memoryBefore - at)));
    const ranges = differing(before, after);
    for (let first = 0; first < ranges.length; first += ASKED_AT_ONCE) {
      const some = ranges.slice(first, first + ASKED_AT_ONCE);
      const asked = some.map(({ address: from, after: { length } }) => ({ address: from, length }));
      const writes = await recording.ask('lastWrites', { step: to, ranges: asked });
      yield some.map((range, index) => ({ ...range, write: writes[index] }));
    }
  }
}

/** @param before may be shorter than `after` */
function differing(before: MemoryPart, after: MemoryPart): Omit<Difference, 'write'>[] {
  const { length } = after.bytes;
  const [bytes, owners] = [before.bytes, before.owners].map(plane => {
    const whole = new Uint8Array(length);
    whole.set(plane);
    return whole;
  });
  const differs = (at: number): boolean => bytes[at] !== after.bytes[at] || owners[at] !== after.owners[at];
  const ranges: Omit<Difference, 'write'>[] = [];
  for (let start = 0; start < length; start++) {
    if (!differs(start)) continue;
    const [ownerBefore, ownerAfter] = [owners[start], after.owners[start]];
    let end = start + 1;
    while (end < length && differs(end) && owners[end] === ownerBefore && after.owners[end] === ownerAfter) end++;
    ranges.push({
      address: address(after.address + start),
      before: bytes.slice(start, end),
      after: after.bytes.slice(start, end),
      ownerBefore,
      ownerAfter,
    });
    start = end - 1;
  }
  return ranges;
}

/** `0x400 to 0x401: f1 00 -> 08 01, #0 -> #1; last #1 in add_23+0xb (i32.store), step 12, call 12, 241 -> 264` */
export function differenceLine(difference: Difference, names: InstanceNames): string {
  const { address: from, before, after, ownerBefore, ownerAfter, write } = difference;
  const { length } = after;
  const range = length === 1 ? hex(from) : `${hex(from)} to ${hex(from + length - 1)}`;
  const values = [before, after].map(bytes => shortText('bytes', bytes)).join(' -> ');
  const owners = [ownerBefore, ownerAfter].map(code => ownerName(ownerOf(code), names));
  const owner = ownerBefore === ownerAfter ? owners[0] : owners.join(' -> ');
  return `${range}: ${values}, ${owner}${write ? `; last ${writeText(write, from, names)}` : ''}`;
}

/** As `diff` begins. */
export function stepsLines(file: string, { from, to, memoryBefore, memoryAfter }: ComparedSteps): string[] {
  const grown =
    memoryBefore === memoryAfter ? [] : [`memory: ${count(memoryBefore, 'byte')} -> ${count(memoryAfter, 'byte')}`];
  return [`--- ${file} at step ${from}`, `+++ ${file} at step ${to}`, ...grown];
}

/** The head of the document; the ranges come behind it. */
export function stepsDocument(file: string, steps: ComparedSteps, run: RunSnapshot) {
  const { from, to, memoryBefore, memoryAfter } = steps;
  const memoryBytes = { before: memoryBefore, after: memoryAfter };
  return { file, step: from, to, ...recordingDocument(run), memoryBytes };
}

export function differenceDocument({ address: from, before, after, ownerBefore, ownerAfter, write }: Difference) {
  const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
  return {
    address: from,
    length: after.length,
    before: hexOf(before),
    after: hexOf(after),
    ownerBefore: ownerOf(ownerBefore),
    ownerAfter: ownerOf(ownerAfter),
    last: write && accessDocument(write),
  };
}
