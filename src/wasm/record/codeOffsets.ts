// Takes offsets in the recorded module's code back to the original file, for V8's stacks.
import { ByteWriter } from '../byteWriter.ts';
import type { Module } from '../module.ts';
import { functionRanges, readBody } from './functionBody.ts';
import { FunctionWriter } from './functionWriter.ts';
import type { Indices } from './indices.ts';
import type { FunctionRecorder, RecordedCode } from './recorder.ts';
import { lastAtMost } from './sites.ts';

/** Finds offsets by writing the function again, so that a large module needs no table of them. */
export class CodeOffsets {
  constructor(
    private readonly module: Module,
    private readonly indices: Indices,
    private readonly recorder: FunctionRecorder,
    private readonly code: RecordedCode,
    /** Offset in the new file of the code section's contents. */
    private readonly contents: number,
  ) {}

  /**
   * Offset in the original file of the instruction at an offset of the new one; for inserted code, of the original
   * instruction before it; for a place before a function's first instruction, where V8 says that the stack overflowed, of
   * the function's body.
   */
  original(offset: number): number {
    const inSection = offset - this.contents;
    const ranges = functionRanges(this.module);
    if (inSection < this.code.starts[0]) return ranges[0];
    const defined = lastAtMost(this.code.starts, inSection);
    const body = readBody(
      this.module,
      this.module.importedFunctions + defined,
      ranges[2 * defined],
      ranges[2 * defined + 1],
    );
    const wanted = inSection - this.code.starts[defined];
    let found = body.code;
    const writer = new FunctionWriter(this.indices);
    writer.begin(this.module.bytes, body, (written, original, length) => {
      if (written <= wanted) found = original + Math.min(wanted - written, length - 1);
    });
    this.recorder.record(writer, body, {
      site: this.code.firstSites[defined],
      segment: this.code.segmentsBefore[defined],
    });
    const out = new ByteWriter();
    const codeStart = writer.end(out, body);
    const behind = wanted >= out.size - codeStart;
    return behind ? ranges[2 * (defined + 1)] : found;
  }
}
