// The last record of a guest that was stopped: what had happened of the code that it stands for.
import type { AccessVisitor, LogVisitor } from '../accessVisitor.ts';
import { stoppedFixedAccess } from '../fixedRecord.ts';
import { ITERATIONS_BETWEEN_PAUSES, type Stop } from '../logDecoder.ts';
import type { ReadableSegment } from './functionPlan.ts';
import { UNKNOWN_SOURCE } from './pointerSources.ts';
import type { SegmentReader } from './segmentReader.ts';
import { numberBytes } from './segments.ts';

/** Iterations that are looked at, at most, to find where a loop was ended from outside. */
const MAX_ITERATIONS = 2 ** 25;

/** Whether the code that a record stands for did not come to its end; else the record is like any other. @param module of the record */
export function isStopped({ segment, start, end }: ReadableSegment, stop: Stop, module: number): boolean {
  const running = segment.kind === 'counted' && !segment.ended;
  return running || (stop.module === module && stop.offset !== null && stop.offset >= start && stop.offset < end);
}

/** The last record of a log. */
export interface LastRecord {
  readonly number: number;
  /** Offset of the record in the log. */
  readonly at: number;
  /** Number of the record before it; 0 where there is none. */
  readonly before: number;
  /** Whether the addresses of its module's memory have 64 bits. */
  readonly is64: boolean;
}

export function* tellStopped(
  { segment, reader, site: fixed }: ReadableSegment,
  log: DataView,
  { number, at, before, is64 }: LastRecord,
  visitor: LogVisitor,
  stop: Stop,
): Generator<void> {
  const { offset, memoryBytes } = stop;
  if (!reader) {
    // the one access of the record trapped
    if (fixed?.offset === offset && !is64) visitor.stopped?.(stoppedFixedAccess(log, at + numberBytes(number), fixed));
    return;
  }
  const trapped = offset === null ? -1 : reader.accesses.findIndex(({ site }) => site.offset >= offset);
  const done = trapped === -1 ? reader.accesses.length : trapped;
  if (segment.kind === 'counted') {
    reader.takeLocals(log, at);
    if (offset !== null) yield* tellUntilTrap(reader, log, done, memoryBytes, visitor);
    else yield* tellUntilEnded(reader, log, at, stop, visitor);
  } else {
    reader.take(log, at);
    reader.compute();
    reader.tell(log, done, visitor);
  }
  if (reader.accesses[trapped]?.site.offset !== offset) return;
  const access = reader.stopped(trapped);
  // A loop's first iteration has none before it.
  const isKnown = access.source.kind !== 'loaded' || !access.source.isCarried || before === number;
  visitor.stopped?.(isKnown ? access : { ...access, source: UNKNOWN_SOURCE });
}

/** A loop that ended with the trap of an access: whole iterations up to the one in which its address is outside memory. */
function* tellUntilTrap(
  reader: SegmentReader,
  log: DataView,
  trapped: number,
  memoryBytes: number,
  visitor: AccessVisitor,
): Generator<void> {
  for (let k = 1; ; k++) {
    if (k % ITERATIONS_BETWEEN_PAUSES === 0) yield;
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
 * row without an end stores the same in the same places again and again; one iteration of it says as much as many. Where
 * memory does not say it within {@link MAX_ITERATIONS}, that is told: then the loop is told as far as is known, or not at all.
 */
function* tellUntilEnded(
  reader: SegmentReader,
  log: DataView,
  at: number,
  { memory, toldShort }: Stop,
  visitor: AccessVisitor,
): Generator<void> {
  if (!memory) {
    toldShort?.();
    return;
  }
  let first = -1;
  let last = -1;
  /** Where the first iteration whose stores are in memory has its accesses. */
  let places: readonly number[] = [];
  let k = 0;
  for (; k < MAX_ITERATIONS; k++) {
    if (k % ITERATIONS_BETWEEN_PAUSES === 0) yield;
    reader.compute();
    if (!reader.isWithin(memory.length)) break;
    if (reader.isIn(log, memory)) {
      if (first === -1) {
        first = k;
        places = reader.ends();
      }
      last = k;
    } else if (first !== -1) {
      break;
    }
    reader.step();
  }
  if (k === MAX_ITERATIONS) {
    const repeats = first !== -1 && reader.ends().every((end, index) => end === places[index]);
    if (repeats) last = first;
    else toldShort?.();
  }
  reader.takeLocals(log, at);
  for (let told = 0; told <= last; told += ITERATIONS_BETWEEN_PAUSES) {
    reader.tellIterations(log, Math.min(ITERATIONS_BETWEEN_PAUSES, last + 1 - told), visitor);
    yield;
  }
}
