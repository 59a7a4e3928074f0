// Reads the compact log back into accesses.
import type { Module } from '../../module.ts';
import type { AccessVisitor } from '../accessVisitor.ts';
import { decodeFixedRecord } from '../fixedRecord.ts';
import type { LogDecoder, Stop } from '../logDecoder.ts';
import type { RecordLevel } from '../logFormat.ts';
import type { RecordedCode } from '../recorder.ts';
import { lastAtMost, type Sites } from '../sites.ts';
import type { CallEffects } from './callEffects.ts';
import { FunctionPlanner, type ReadableSegment } from './functionPlan.ts';
import type { SegmentReader } from './segmentReader.ts';
import { numberBytes, readNumber, type Segment } from './segments.ts';
import { tellStopped } from './tellStopped.ts';

export class CompactLogDecoder implements LogDecoder {
  private readonly planner: FunctionPlanner;
  private readonly segments = new Map<number, ReadableSegment>();

  constructor(
    module: Module,
    level: RecordLevel,
    private readonly code: RecordedCode,
    sites: Sites,
    effects: CallEffects,
  ) {
    this.planner = new FunctionPlanner(module, level, code, sites, effects);
  }

  decode(log: DataView, visitor: AccessVisitor, stop: Stop | null): void {
    let at = 0;
    while (at + 2 <= log.byteLength) {
      const number = readNumber(log, at);
      if (number === 0) return;
      const readable = this.segment(number);
      const next = at + readable.segment.size;
      const isLast = stop !== null && (next + 2 > log.byteLength || readNumber(log, next) === 0);
      if (!isLast || !tellStopped(readable, log, at, visitor, stop)) tell(readable, log, at, number, visitor);
      at = next;
    }
  }

  private segment(number: number): ReadableSegment {
    const known = this.segments.get(number);
    if (known) return known;
    // A function has the numbers behind the last one before it.
    const defined = lastAtMost(this.code.segmentsBefore, number - 1);
    for (const [each, segment] of this.planner.plan(defined)) this.segments.set(each, segment);
    const found = this.segments.get(number);
    if (!found) throw new RangeError(`the log has a record of an unknown segment ${number}`);
    return found;
  }
}

function tell(
  { segment, reader, site }: ReadableSegment,
  log: DataView,
  at: number,
  number: number,
  visitor: AccessVisitor,
): void {
  if (site) decodeFixedRecord(log, at + numberBytes(number), site, visitor);
  if (!reader) return;
  if (segment.kind === 'entry') {
    reader.takeLocals(log, at);
  } else if (segment.kind === 'counted') {
    reader.takeLocals(log, at);
    tellIterations(reader, log, iterations(segment, log, at), visitor);
  } else {
    reader.take(log, at);
    reader.compute();
    reader.tell(log, reader.accesses.length, visitor);
    if (segment.kind === 'iteration') reader.step();
  }
}

function tellIterations(reader: SegmentReader, log: DataView, count: number, visitor: AccessVisitor): void {
  for (let i = 0; i < count; i++) {
    reader.compute();
    reader.tell(log, reader.accesses.length, visitor);
    reader.step();
  }
}

/** Iterations of a loop that has ended. */
function iterations(segment: Segment & { kind: 'counted' }, log: DataView, at: number): number {
  const final = log.getInt32(at + segment.countOffset, true);
  const { induction } = segment;
  const count = induction ? (final - log.getInt32(at + induction.local.offset, true)) * induction.step : final;
  return count >>> 0 || 2 ** 32; // a loop runs at least once: zero is all 32 bits around
}
