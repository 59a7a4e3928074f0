// The code section of a module whose instructions change, and the way back from its offsets to the original file, for V8's stacks.

import { lastAtMost } from '../../protocol/lastAtMost.ts';
import type { LogKind, RecordingPlan } from '../../protocol/recordingPlan.ts';
import type { RecordLevel } from '../../protocol/run.ts';
import { ByteWriter } from '../byteWriter.ts';
import { type Module, SECTION } from '../module.ts';
import type { FunctionType } from '../types.ts';
import { BranchHints } from './branchHints.ts';
import { hasManyBranches } from './branching.ts';
import { CompactRecorder } from './compact/compactRecorder.ts';
import { ENTRY_RECORDS, enteredFunctions, writeEntry, writeTeller } from './entries.ts';
import { type FunctionBody, functionRanges, readBody } from './functionBody.ts';
import { FunctionWriter } from './functionWriter.ts';
import { Indices } from './indices.ts';
import type { FunctionRecorder, Numbers } from './recorder.ts';
import { type SharedGlobal, writeStart } from './sharedState.ts';
import { SimpleRecorder } from './simple/simpleRecorder.ts';
import { findOtherMemories, isWhole } from './unrecorded.ts';

export class CodeRecording {
  readonly indices: Indices;
  private readonly shared: readonly number[] | null;
  private readonly recorder: FunctionRecorder;
  /** Number of the module's first record. */
  private readonly firstNumber: number;
  /** See `RecordingPlan`. */
  private readonly numbersBefore: number;
  private readonly hasEntries: boolean;
  private readonly ranges: Uint32Array;
  private readonly firstSites: Uint32Array;
  private readonly segmentsBefore: Uint32Array;
  /** Indices of the functions that are left as they are. */
  private readonly unrecorded: number[] = [];
  /** Offset in the new file of the section's contents, and from there of each function's first instruction. */
  private contents = 0;
  private readonly starts: Uint32Array;
  /** The same, behind the last of them: there stand the functions that are added. */
  private end = 0;
  /** See `RewrittenModule`. */
  readonly branching: number[] = [];
  /** Offset in the new file of what `startsLater` changes; 0 where instances share no state. */
  laterAt = 0;
  private readonly hints = new BranchHints();

  /**
   * @param level `calls` where only indices move
   * @param among see `RecordOptions`
   * @param told, stackPointer see `IndexOptions`
   * @param shared null where instances share no state
   */
  constructor(
    private readonly module: Module,
    private readonly level: RecordLevel,
    private readonly log: LogKind,
    among: { readonly firstNumber: number } | null,
    told: readonly number[],
    stackPointer: number | null,
    isExact: boolean,
    shared: readonly SharedGlobal[] | null,
  ) {
    this.shared = shared?.map(({ index }) => index) ?? null;
    this.indices = new Indices(module, {
      hasLog: level !== 'calls',
      entered: among && enteredFunctions(module),
      told: level === 'calls' ? [] : told,
      stackPointer,
      isExact,
      shared: this.shared,
    });
    this.firstNumber = among?.firstNumber ?? 1;
    this.hasEntries = among !== null || this.indices.told.length > 0;
    this.numbersBefore = this.firstNumber - 1 + (this.hasEntries ? ENTRY_RECORDS.length : 0);
    this.recorder =
      log === 'simple' || level === 'calls'
        ? new SimpleRecorder(module, this.indices, this.numbersBefore)
        : new CompactRecorder(module, this.indices);
    this.ranges = functionRanges(module);
    const count = this.ranges.length / 2;
    this.starts = new Uint32Array(count);
    this.firstSites = new Uint32Array(count + 1);
    this.segmentsBefore = new Uint32Array(count + 1);
  }

  /**
   * Writes the section, and before it what engines are told of the branches of an exact module.
   * A function that would be past the limits of engines is left as it is.
   */
  write(out: ByteWriter): void {
    if (!this.indices.isExact) {
      this.writeCode(out);
      return;
    }
    const code = new ByteWriter(this.module.bytes.length * 2);
    this.writeCode(code);
    const hints = this.hints.section();
    out.byte(SECTION.custom).u32(hints.length).bytes(hints);
    this.contents += out.size;
    if (this.shared) this.laterAt += out.size;
    out.bytes(code.finish());
  }

  private writeCode(out: ByteWriter): void {
    const { starts, firstSites, segmentsBefore, shared, hints, indices } = this;
    const size = out.byte(SECTION.code).size;
    this.contents = out.paddedU32(0).size;
    const { entered, told } = this.indices;
    out.u32(starts.length + (entered?.length ?? 0) + told.length + (shared ? 1 : 0));
    const writer = new FunctionWriter(this.indices);
    const numbers: Numbers = { site: 0, segment: this.numbersBefore };
    segmentsBefore[0] = numbers.segment;
    for (let i = 0; i < starts.length; i++) {
      const body = this.body(i);
      writer.begin(this.module.bytes, body, null);
      this.recorder.record(writer, body, numbers, this.level);
      if (!writer.end(body)) {
        this.unrecorded.push(body.index);
        numbers.site = firstSites[i];
        numbers.segment = segmentsBefore[i];
        writer.begin(this.module.bytes, body, null);
        this.recorder.record(writer, body, numbers, 'calls');
        writer.end(body);
      }
      firstSites[i + 1] = numbers.site;
      segmentsBefore[i + 1] = numbers.segment;
      starts[i] = writer.writeTo(out) - this.contents;
      if (hasManyBranches(this.module.bytes, body)) this.branching.push(body.index);
      hints.add(indices.code(body.index), writer.unlikelies);
    }
    this.end = out.size - this.contents;
    this.writeEntries(out, writer);
    if (shared) this.laterAt = writeStart(out, this.module, shared, this.indices);
    out.paddedU32At(size, out.size - this.contents);
  }

  private writeEntries(out: ByteWriter, writer: FunctionWriter): void {
    const { firstNumber, indices, module, recorder } = this;
    const { numbers, hasTryTable } = recorder;
    const options = { firstNumber, numbers, hasTryTable };
    const typeOf = (index: number): FunctionType => {
      const type = module.functions[index];
      if (!type) throw new RangeError(`function ${index} has no type`);
      return type;
    };
    for (const index of indices.entered ?? []) writeEntry(out, writer, index, typeOf(index), options);
    for (const index of indices.told) writeTeller(out, writer, index, typeOf(index), options);
  }

  /** What a reader of the log needs, once the section is written; null where there is none. */
  plan(): RecordingPlan | null {
    const { level, log, firstSites, segmentsBefore, module } = this;
    if (level === 'calls') return null;
    const unrecorded = { ...findOtherMemories(module), functions: this.unrecorded };
    return {
      level,
      log,
      numbersBefore: this.numbersBefore,
      hasEntries: this.hasEntries,
      told: this.indices.told,
      firstSites,
      segmentsBefore,
      effects: this.recorder.effects,
      unrecorded,
      isWhole: isWhole(module, unrecorded),
    };
  }

  /**
   * Offset in the original file of the instruction at an offset of the new one; for inserted code, of the original
   * instruction before it; for a place before a function's first instruction, where V8 says that the stack overflowed, of
   * the function's body; for a function that was added, one in no function. The function is written again to find it, so that a large module needs no table of offsets.
   */
  originalOffset(offset: number): number {
    const { starts, ranges } = this;
    const inSection = offset - this.contents;
    if (starts.length === 0) return offset;
    if (inSection < starts[0]) return ranges[0];
    if (inSection >= this.end) return this.module.bytes.length;
    const defined = lastAtMost(starts, inSection);
    const body = this.body(defined);
    const wanted = inSection - starts[defined];
    let found = body.code;
    const writer = new FunctionWriter(this.indices);
    writer.begin(this.module.bytes, body, (written, original, length) => {
      if (written <= wanted) found = original + Math.min(wanted - written, length - 1);
    });
    const numbers = { site: this.firstSites[defined], segment: this.segmentsBefore[defined] };
    const level: RecordLevel = this.unrecorded.includes(body.index) ? 'calls' : this.level;
    this.recorder.record(writer, body, numbers, level);
    writer.end(body);
    const behind = wanted >= writer.code.size;
    return behind ? ranges[2 * (defined + 1)] : found;
  }

  private body(defined: number): FunctionBody {
    const { module, ranges } = this;
    return readBody(module, module.importedFunctions + defined, ranges[2 * defined], ranges[2 * defined + 1]);
  }
}
