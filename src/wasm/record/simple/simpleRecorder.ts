// The simple log: one record an access, its number (u32: those of sites follow each other) and the operands. The position is a global that moves
// behind each access, so that whatever ends the guest, exactly what happened stands before it. Slow, and the reference.
import type { RecordLevel } from '../../../protocol/run.ts';
import { OP } from '../../code/instructionCodes.ts';
import { InstructionWalker } from '../../code/instructionWalker.ts';
import type { Module } from '../../module.ts';
import { isChecked, type PlaceInLog, writeCheckedAccess } from '../checkedAccess.ts';
import { fixedRecordBytes, isRecorded, writeAccessWithRecord } from '../fixedRecord.ts';
import type { FunctionBody } from '../functionBody.ts';
import type { FunctionWriter } from '../functionWriter.ts';
import type { Indices } from '../indices.ts';
import { BEFORE_RECORD, POSITION_IN_GLOBAL } from '../logFormat.ts';
import type { FunctionRecorder, Numbers, RecordNumbers } from '../recorder.ts';
import { accessAt } from '../sites.ts';

/** Bytes of the number before the operands. */
export const SITE_BYTES = 4;

/** The global has the position, also of the record of the access itself: whatever is told there stands before that. */
const placeOf = (writer: FunctionWriter): PlaceInLog => ({
  position: () => writer.i32(POSITION_IN_GLOBAL),
  round: () => writer.i32(BEFORE_RECORD),
});

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
    const { indices } = this;
    const walker = new InstructionWalker(this.module.bytes, body.code, body.end);
    while (walker.next()) {
      const access = accessAt(walker);
      const site = numbers.site;
      if (access) numbers.site++;
      this.hasTryTable ||= walker.code === OP.tryTable;
      const isCheckedHere = access !== null && indices.isExact && isChecked(access, level);
      const write = (): void => {
        if (access && isCheckedHere) writeCheckedAccess(writer, walker, access, site, placeOf(writer));
        else writer.instruction(walker);
      };
      if (!access || !isRecorded(access, level)) {
        if (isCheckedHere) {
          writer.copyUntil(walker.start);
          write();
        } else if (indices.moves(walker)) {
          writer.moved(walker);
        }
        continue;
      }
      const position = writer.local('i32', 'position');
      const number = this.before + numbers.site; // the first one of a log is 1: zero ends it
      const begin = (): void => {
        writer.loadPosition(position).flushWhenFull(position);
        writer.get(position).i32(number).logStore(OP.i32Store, 0);
      };
      writeAccessWithRecord(writer, walker, access, position, SITE_BYTES, begin, write);
      const size = SITE_BYTES + fixedRecordBytes(access);
      writer.get(position).i32(size).op(OP.i32Add).setPosition();
    }
  }
}
