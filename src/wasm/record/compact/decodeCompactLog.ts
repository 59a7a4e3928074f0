// Reads the compact log back into accesses.

import { lastAtMost } from '../../../protocol/lastAtMost.ts';
import type { FoundWrite } from '../../../protocol/recording.ts';
import type { RecordingPlan } from '../../../protocol/recordingPlan.ts';
import type { Module } from '../../module.ts';
import type { AccessVisitor, LogVisitor } from '../accessVisitor.ts';
import { decodeEntry, entryRecord, firstNumber } from '../decodeEntries.ts';
import { decodeFixedRecord } from '../fixedRecord.ts';
import { FoundWrites } from '../foundWrites.ts';
import { ACCESSES_BETWEEN_PAUSES, ITERATIONS_BETWEEN_PAUSES, type LogDecoder, type Stop } from '../logDecoder.ts';
import type { Sites } from '../sites.ts';
import { FunctionPlanner, type ReadableSegment } from './functionPlan.ts';
import type { SegmentReader } from './segmentReader.ts';
import { numberBytes, readNumber, type Segment } from './segments.ts';
import { isStopped, tellStopped } from './tellStopped.ts';

/** A module of the log. */
interface PlannedModule {
  readonly index: number;
  readonly module: Module;
  readonly plan: RecordingPlan;
  readonly planner: FunctionPlanner;
}

export class CompactLogDecoder implements LogDecoder {
  private readonly modules: PlannedModule[] = [];
  private readonly firstNumbers: number[] = [];
  /** By number; planned when a record of the function is met. */
  private readonly segments: (ReadableSegment | undefined)[] = [];
  /** Number of the records that go on with the sweep under way; 0 where there is none. */
  private sweeping = 0;

  add(module: Module, plan: RecordingPlan, sites: Sites): void {
    const planner = new FunctionPlanner(module, plan, sites);
    this.modules.push({ index: this.modules.length, module, plan, planner });
    this.firstNumbers.push(firstNumber(plan));
    const { segmentsBefore } = plan;
    for (let number = segmentsBefore[segmentsBefore.length - 1]; this.segments.length <= number; )
      this.segments.push(undefined);
  }

  *decode(log: DataView, toVisit: LogVisitor, stop: Stop | null, found: readonly FoundWrite[]): Generator<void> {
    const between = new FoundWrites(found, toVisit);
    let at = 0;
    let before = 0;
    let untilPause = ACCESSES_BETWEEN_PAUSES;
    while (at + 2 <= log.byteLength) {
      const number = readNumber(log, at);
      if (number === 0) break;
      const visitor = between.before(at);
      const readable = this.segments[number] ?? this.plan(number);
      if (readable === null) {
        at = this.tellEntry(log, at, number, toVisit);
        before = number;
        continue;
      }
      this.sweep(number, readable, toVisit);
      const next = at + readable.segment.size;
      const isLast = stop !== null && (next + 2 > log.byteLength || readNumber(log, next) === 0);
      if (isLast && isStopped(readable, stop, this.moduleOf(number).index)) {
        const { is64 } = this.moduleOf(number).module.memories[0];
        yield* tellStopped(readable, log, { number, at, before, is64 }, visitor, stop);
      } else {
        const rounds = tell(readable, log, at, number, visitor);
        const { reader } = readable;
        if (reader && rounds > ITERATIONS_BETWEEN_PAUSES)
          yield* tellLongLoop(reader, log, rounds - ITERATIONS_BETWEEN_PAUSES, visitor);
        untilPause -= rounds * (reader?.accesses.length ?? 1);
      }
      at = next;
      before = number;
      if (untilPause > 0) continue;
      yield;
      untilPause = ACCESSES_BETWEEN_PAUSES;
    }
    between.rest();
  }

  private sweep(number: number, { segment, isSweep }: ReadableSegment, visitor: LogVisitor): void {
    if (segment.kind === 'iteration' && number === this.sweeping) return;
    const begins = segment.kind !== 'iteration' && isSweep;
    if (begins || this.sweeping !== 0) visitor.sweep?.(begins);
    this.sweeping = begins ? number + 1 : 0;
  }

  private moduleOf(number: number): PlannedModule {
    const found = this.modules[lastAtMost(this.firstNumbers, number)];
    if (!found) throw new RangeError(`the log has a record ${number} of an unknown module`);
    return found;
  }

  private tellEntry(log: DataView, at: number, number: number, visitor: LogVisitor): number {
    const { module, plan } = this.moduleOf(number);
    const record = entryRecord(plan, number);
    if (record === null) throw new RangeError(`record ${number} is none of an entry`);
    return decodeEntry(log, at + numberBytes(number), record, module, visitor);
  }

  /** Null for a record of an entry. */
  private plan(number: number): ReadableSegment | null {
    const { plan, planner } = this.moduleOf(number);
    if (entryRecord(plan, number) !== null) return null;
    // A function has the numbers behind the last one before it.
    const defined = lastAtMost(plan.segmentsBefore, number - 1);
    for (const [each, segment] of planner.plan(defined)) this.segments[each] = segment;
    const found = this.segments[number];
    if (!found) throw new RangeError(`the log has a record of an unknown segment ${number}`);
    return found;
  }
}

/**
 * Tells a record, of a loop no more iterations than can be told without a pause.
 * @returns how often the loop went round, and 1 for other records
 */
function tell(
  { segment, reader, site }: ReadableSegment,
  log: DataView,
  at: number,
  number: number,
  visitor: AccessVisitor,
): number {
  if (site) decodeFixedRecord(log, at + numberBytes(number), site, visitor);
  if (!reader) return 1;
  if (segment.kind === 'entry') {
    reader.takeLocals(log, at);
  } else if (segment.kind === 'counted') {
    reader.takeLocals(log, at);
    const count = iterations(segment, log, at);
    reader.tellIterations(log, Math.min(count, ITERATIONS_BETWEEN_PAUSES), visitor);
    return count;
  } else {
    reader.take(log, at);
    reader.compute();
    reader.tell(log, reader.accesses.length, visitor);
    if (segment.kind === 'iteration') reader.step();
  }
  return 1;
}

function* tellLongLoop(reader: SegmentReader, log: DataView, count: number, visitor: AccessVisitor): Generator<void> {
  for (let left = count; left > 0; left -= ITERATIONS_BETWEEN_PAUSES) {
    yield;
    reader.tellIterations(log, Math.min(left, ITERATIONS_BETWEEN_PAUSES), visitor);
  }
}

/** Iterations of a loop that has ended. */
function iterations(segment: Segment & { kind: 'counted' }, log: DataView, at: number): number {
  const final = log.getInt32(at + segment.countOffset, true);
  const { induction } = segment;
  const count = induction ? (final - log.getInt32(at + induction.local.offset, true)) * induction.step : final;
  return count >>> 0 || 2 ** 32; // a loop runs at least once: zero is all 32 bits around
}
