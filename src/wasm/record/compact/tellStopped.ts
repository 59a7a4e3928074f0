// The last record of a guest that was stopped: what had happened of the code that it stands for.
import type { AccessVisitor } from '../accessVisitor.ts';
import type { Stop } from '../logDecoder.ts';
import type { ReadableSegment } from './functionPlan.ts';
import type { SegmentReader } from './segmentReader.ts';

/** Iterations that are looked at, at most, to find where a loop was ended from outside. */
const MAX_ITERATIONS = 2 ** 22;

/** @returns false where the code came to its end, so that the record is like any other */
export function tellStopped(
  { segment, reader, start, end }: ReadableSegment,
  log: DataView,
  at: number,
  visitor: AccessVisitor,
  { offset, memoryBytes, memory }: Stop,
): boolean {
  const running = segment.kind === 'counted' && !segment.ended;
  if (!running && (offset === null || offset < start || offset >= end)) return false;
  if (!reader) return true; // the one access of the record trapped
  const trapped = offset === null ? -1 : reader.accesses.findIndex(({ site }) => site.offset >= offset);
  const done = trapped === -1 ? reader.accesses.length : trapped;
  if (segment.kind === 'counted') {
    reader.takeLocals(log, at);
    if (offset !== null) tellUntilTrap(reader, log, done, memoryBytes, visitor);
    else if (memory) tellUntilEnded(reader, log, at, memory, visitor);
  } else {
    reader.take(log, at);
    reader.compute();
    reader.tell(log, done, visitor);
  }
  return true;
}

/** A loop that ended with the trap of an access: whole iterations up to the one in which its address is outside memory. */
function tellUntilTrap(
  reader: SegmentReader,
  log: DataView,
  trapped: number,
  memoryBytes: number,
  visitor: AccessVisitor,
): void {
  for (;;) {
    reader.compute();
    if (reader.endOf(trapped) > memoryBytes) break;
    reader.tell(log, reader.accesses.length, visitor);
    reader.step();
  }
  reader.tell(log, trapped, visitor);
}

/**
 * A loop that was ended from outside, which happens between two iterations. How many there were nobody has counted, but what
 * they stored is in memory: they are those up to the last one of the first row of iterations whose stores all are there. A
 * row without an end stores the same again and again; one iteration of it says as much as many.
 */
function tellUntilEnded(
  reader: SegmentReader,
  log: DataView,
  at: number,
  memory: Uint8Array,
  visitor: AccessVisitor,
): void {
  let first = -1;
  let last = -1;
  let k = 0;
  for (; k < MAX_ITERATIONS; k++) {
    reader.compute();
    const inBounds = reader.accesses.every((_, index) => reader.endOf(index) <= memory.length);
    if (!inBounds) break;
    if (reader.isIn(log, memory)) {
      if (first === -1) first = k;
      last = k;
    } else if (first !== -1) {
      break;
    }
    reader.step();
  }
  if (k === MAX_ITERATIONS) last = first;
  reader.takeLocals(log, at);
  for (let i = 0; i <= last; i++) {
    reader.compute();
    reader.tell(log, reader.accesses.length, visitor);
    reader.step();
  }
}
