// A function planned once more, for reading: its segments with all that is needed to read their records.

import type { RecordingPlan } from '../../../protocol/recordingPlan.ts';
import { ByteReader } from '../../byteReader.ts';
import { TYPE } from '../../code/numberTypes.ts';
import type { Module } from '../../module.ts';
import { functionRanges, readBody } from '../functionBody.ts';
import { FunctionWriter } from '../functionWriter.ts';
import { Indices } from '../indices.ts';
import type { Site, Sites } from '../sites.ts';
import { CallEffects } from './callEffects.ts';
import { CompactRecorder } from './compactRecorder.ts';
import type { Numbers } from './computation.ts';
import type { FunctionCode } from './functionCode.ts';
import { TRAIT } from './instructionTraits.ts';
import { PointerSources } from './pointerSources.ts';
import { type ReadableAccess, SegmentReader } from './segmentReader.ts';
import type { LoopLocal, PlannedAccess, Segment } from './segments.ts';
import { KIND, type SymbolicValues } from './symbolicValues.ts';

export interface ReadableSegment {
  readonly segment: Segment;
  /** Null for a `fixed` segment. */
  readonly reader: SegmentReader | null;
  /** Site of a `fixed` segment's access. */
  readonly site: Site | null;
  /** Of a loop's entry, and of a loop that is told whole: whether it is a sweep, see `LogVisitor`. */
  readonly isSweep: boolean;
  /** Byte offsets in the original file of the instructions: from the first up to behind the last. */
  readonly start: number;
  readonly end: number;
}

/** Plans functions of the code section, one after the other: what a reader keeps of a plan is its own. */
export class FunctionPlanner {
  private readonly ranges: Uint32Array;
  private readonly recorder: CompactRecorder;
  /** What it writes, which nobody reads. */
  private readonly writer: FunctionWriter;
  /** Segments of the function under way, with their numbers. */
  private readonly taken: [number, Segment][] = [];

  constructor(
    private readonly module: Module,
    private readonly recording: RecordingPlan,
    private readonly sites: Sites,
  ) {
    this.ranges = functionRanges(module);
    const indices = new Indices(module);
    this.writer = new FunctionWriter(indices);
    this.recorder = new CompactRecorder(
      module,
      indices,
      new CallEffects(recording.effects, recording.told),
      (number, segment) => {
        this.taken.push([number, segment]);
      },
    );
  }

  /** The segments of a function, by number. */
  plan(defined: number): Map<number, ReadableSegment> {
    const { module, recorder, writer, taken, ranges } = this;
    const { level, segmentsBefore } = this.recording;
    const body = readBody(module, module.importedFunctions + defined, ranges[2 * defined], ranges[2 * defined + 1]);
    taken.length = 0;
    writer.begin(module.bytes, body, null);
    recorder.record(writer, body, { site: 0, segment: segmentsBefore[defined] }, level);

    const numbers = initialNumbers(module.bytes, recorder.code, recorder.values);
    const sites = sitesByInstruction(recorder.code, this.sites.ofFunction(defined));
    const sources = new PointerSources(recorder.values, numbers, sites);
    const { at } = recorder.code;
    return new Map(
      taken.map(([number, segment], index) => [
        number,
        {
          segment,
          reader: readerOf(segment, recorder.values, numbers, sites, sources),
          site: segment.kind === 'fixed' ? siteOf(sites, segment.from) : null,
          // A loop's iterations stand behind its entry.
          isSweep: isSweep(segment.kind === 'entry' ? taken[index + 1][1] : segment, recorder.values),
          start: at[segment.from],
          end: at[segment.to],
        },
      ]),
    );
  }
}

/** Whether where a loop stores follows from what it began with: no record of an iteration tells a part of it. */
function isSweep(segment: Segment, { kind, a, b, c }: SymbolicValues): boolean {
  if (segment.kind === 'counted') return true;
  if (segment.kind !== 'iteration') return false;
  const { accesses, captured, locals } = segment;
  const nextOf = new Map(locals.map(({ value, next }) => [value, next]));
  const seen = new Set<number>();
  const follows = (value: number): boolean => {
    if (value === -1 || seen.has(value)) return true;
    seen.add(value);
    if (captured.has(value)) return false;
    switch (kind[value]) {
      case KIND.constant:
        return true;
      case KIND.local:
        return nextOf.has(value) && follows(nextOf.get(value) ?? -1);
      case KIND.pure:
        return follows(a[value]) && follows(b[value]) && follows(c[value]);
      default:
        return false;
    }
  };
  return accesses.every(({ address, value }) => value === -1 || follows(address));
}

function siteOf(sites: ReadonlyMap<number, Site>, instruction: number): Site {
  const site = sites.get(instruction);
  if (!site) throw new RangeError('the instruction is no site');
  return site;
}

function sitesByInstruction(code: FunctionCode, sites: readonly Site[]): Map<number, Site> {
  const result = new Map<number, Site>();
  for (let i = 0; i < code.count; i++) if (code.traits[i] & TRAIT.access) result.set(i, sites[result.size]);
  return result;
}

/** Room for the values of a function, with the constants in their places. */
function initialNumbers(bytes: Uint8Array, code: FunctionCode, values: SymbolicValues): Numbers {
  const low = new Int32Array(values.count);
  const high = new Int32Array(values.count);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let value = 0; value < values.count; value++) {
    if (values.kind[value] !== KIND.constant) continue;
    const immediate = code.at[values.a[value]] + 1;
    switch (values.type[value]) {
      case TYPE.i32:
        low[value] = values.b[value];
        break;
      case TYPE.i64: {
        const constant = readS64(bytes, immediate);
        low[value] = Number(BigInt.asIntN(32, constant));
        high[value] = Number(BigInt.asIntN(32, constant >> 32n));
        break;
      }
      case TYPE.f32:
        low[value] = view.getInt32(immediate, true);
        break;
      case TYPE.f64:
        low[value] = view.getInt32(immediate, true);
        high[value] = view.getInt32(immediate + 4, true);
        break;
    }
  }
  return { low, high };
}

const readS64 = (bytes: Uint8Array, at: number): bigint => new ByteReader(bytes, at).s64();

function readerOf(
  segment: Segment,
  values: SymbolicValues,
  numbers: Numbers,
  sites: ReadonlyMap<number, Site>,
  sources: PointerSources,
): SegmentReader | null {
  const readable = (accesses: readonly PlannedAccess[], locals: readonly LoopLocal[] = []): ReadableAccess[] =>
    accesses.map(each => ({ ...each, site: siteOf(sites, each.instruction), source: sources.of(each, locals) }));
  switch (segment.kind) {
    case 'fixed':
      return null;
    case 'straight':
      return new SegmentReader(values, numbers, segment.captures, readable(segment.accesses), segment.captured, []);
    case 'entry':
      return new SegmentReader(values, numbers, [], [], new Set(), segment.locals);
    case 'iteration':
      return new SegmentReader(
        values,
        numbers,
        segment.captures,
        readable(segment.accesses, segment.locals),
        segment.captured,
        segment.locals,
      );
    case 'counted':
      return new SegmentReader(values, numbers, [], readable(segment.accesses), new Set(), segment.locals);
  }
}
