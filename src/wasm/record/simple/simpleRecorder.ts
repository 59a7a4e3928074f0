// The simple log: one record an access, its number (u32: those of sites follow each other) and the operands. The position is a global that moves
// behind each access, so that whatever ends the guest, exactly what happened stands before it. Slow, and the reference.
import type { RecordLevel } from '../../../protocol/run.ts';
import { OP } from '../../code/instructionCodes.ts';
import { InstructionWalker } from '../../code/instructionWalker.ts';
import type { Module } from '../../module.ts';
import { fixedRecordBytes, isRecorded, writeAccessWithRecord } from '../fixedRecord.ts';
import type { FunctionBody } from '../functionBody.ts';
import type { FunctionWriter } from '../functionWriter.ts';
import type { Indices } from '../indices.ts';
import type { FunctionRecorder, Numbers, RecordNumbers } from '../recorder.ts';
import { accessAt } from '../sites.ts';

/** Bytes of the number before the operands. */
export const SITE_BYTES = 4;

export class SimpleRecorder implements FunctionRecorder {
  readonly effects = new Int32Array(0);
  readonly numbers: RecordNumbers = { bytes: () => SITE_BYTES, encoded: number => number };
  hasTryTable = false;

  /** @param before number before that of the first site */
  constructor(
    private readonly module: Module,
    private readonly indices: Indices,
    private readonly before: number,
  ) {}

  record(writer: FunctionWriter, body: FunctionBody, numbers: Numbers, level: RecordLevel): void {
    const walker = new InstructionWalker(this.module.bytes, body.code, body.end);
    while (walker.next()) {
      const access = accessAt(walker);
      if (access) numbers.site++;
      this.hasTryTable ||= walker.code === OP.tryTable;
      if (!access || !isRecorded(access, level)) {
        if (this.indices.moves(walker)) writer.moved(walker);
        continue;
      }
      const position = writer.local('i32', 'position');
      const number = this.before + numbers.site; // the first one of a log is 1: zero ends it
      writeAccessWithRecord(writer, walker, access, position, SITE_BYTES, () => {
        writer.loadPosition(position).flushWhenFull(position);
        writer.get(position).i32(number).logStore(OP.i32Store, 0);
      });
      const size = SITE_BYTES + fixedRecordBytes(access);
      writer.get(position).i32(size).op(OP.i32Add).setPosition();
    }
  }
}
