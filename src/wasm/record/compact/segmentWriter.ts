// Writes the code that writes records.
import { OP } from '../../code/instructionCodes.ts';
import type { InstructionWalker } from '../../code/instructionWalker.ts';
import { accessInstruction } from '../../code/memoryAccess.ts';
import { NUMBER_TYPES } from '../../code/numberTypes.ts';
import { type PlaceInLog, writeCheckedAccess } from '../checkedAccess.ts';
import { fixedRecordBytes, writeAccessWithRecord } from '../fixedRecord.ts';
import type { FunctionWriter } from '../functionWriter.ts';
import { BEFORE_RECORD, POSITION_IN_GLOBAL } from '../logFormat.ts';
import type { FunctionCode } from './functionCode.ts';
import { type Capture, encodedNumber, type LoopLocal, numberBytes } from './segments.ts';
import { WIDTHS } from './symbolicValues.ts';

/** The stores that write the low 1, 2, 4, 8 and 16 bytes of a value, by type code. */
const STORES: readonly (readonly number[])[] = [
  [OP.i32Store8, OP.i32Store16, OP.i32Store],
  [OP.i64Store8, OP.i64Store16, OP.i64Store32, OP.i64Store],
  [0, 0, OP.f32Store],
  [0, 0, 0, OP.f64Store],
  [0, 0, 0, 0, OP.v128Store],
];

const storeOf = (type: number, width: number): number => STORES[type][31 - Math.clz32(width)];

const isAfter = ({ source }: Capture): boolean => source === 'result' || source === 'local-after';

/** Where a capture stands in the code: before or behind an instruction, those of locals first. */
const place = (capture: Capture): number => capture.instruction * 2 + (isAfter(capture) ? 1 : 0);

function isInOrder(captures: readonly Capture[]): boolean {
  for (let i = 1; i < captures.length; i++) if (place(captures[i - 1]) > place(captures[i])) return false;
  return true;
}

export class SegmentWriter {
  /** Number of the code's changing instructions that are written. */
  private changed = 0;
  private position = 0;
  /** Whether the position is in the local. */
  private isOpen = false;
  /** Whether a record is begun, and not yet stepped over. */
  private isInRecord = false;
  /** Number of the function's first site. */
  private firstSite = 0;
  /** Puts on the stack how often the loop under way that has one record has gone round; null where there is none. */
  round: (() => void) | null = null;
  private readonly place: PlaceInLog = {
    position: () => {
      if (this.isOpen) this.writer.get(this.position);
      else this.writer.i32(POSITION_IN_GLOBAL);
    },
    round: () => {
      if (!this.isInRecord) this.writer.i32(BEFORE_RECORD);
      else if (this.round) this.round();
      else this.writer.i32(0);
    },
  };

  constructor(
    public writer: FunctionWriter,
    private readonly code: FunctionCode,
  ) {}

  /** Starts with the function that a writer began. @param firstSite number of its first site */
  begin(writer: FunctionWriter, firstSite: number): void {
    this.writer = writer;
    this.changed = 0;
    this.isOpen = false;
    this.isInRecord = false;
    this.firstSite = firstSite;
  }

  /** Starts to write records: takes the position into a local. */
  open(): void {
    this.position = this.writer.local('i32', 'position');
    this.isOpen = true;
    this.load();
  }

  /** Copies the instructions before index `until`. */
  copy(until: number): FunctionWriter {
    const { code, writer } = this;
    const { changing } = code;
    for (; this.changed < changing.length && changing[this.changed] < until; this.changed++) {
      const walker = code.walkerAt(changing[this.changed]);
      writer.copyUntil(walker.start);
      this.write(walker, code.checked[this.changed]);
    }
    writer.copyUntil(code.at[until]);
    return writer;
  }

  /** Writes the instruction at the walker. @param site of the function, where it is an access that is checked; else -1 */
  private write(walker: InstructionWalker, site: number): void {
    const access = site === -1 ? null : accessInstruction(walker.code);
    if (access) writeCheckedAccess(this.writer, walker, access, this.firstSite + site, this.place);
    else this.writer.instruction(walker);
  }

  load(): void {
    this.writer.loadPosition(this.position);
  }

  save(): void {
    this.writer.get(this.position).setPosition();
  }

  flushWhenFull(afterFlush?: () => void): void {
    this.writer.flushWhenFull(this.position, afterFlush);
  }

  advance(bytes: number): void {
    this.isInRecord = false;
    this.writer.get(this.position).i32(bytes).op(OP.i32Add).set(this.position);
  }

  number(number: number): void {
    this.isInRecord = true;
    this.writer
      .get(this.position)
      .i32(encodedNumber(number))
      .logStore(numberBytes(number) === 2 ? OP.i32Store16 : OP.i32Store, 0);
  }

  /** Writes what a local holds into the record. */
  putLocal(local: number, type: number, width: number, offset: number): void {
    this.writer.get(this.position).get(local).logStore(storeOf(type, width), offset);
  }

  /** Puts an i32 of the record under way on the stack. */
  logged(offset: number): void {
    this.writer.get(this.position).access(OP.i32Load, this.writer.indices.log, offset);
  }

  /** Instructions `from` up to `to` with a record: its number, its captures as they come up, and the step over it. */
  segment(from: number, to: number, number: number, captures: readonly Capture[], size: number): void {
    this.copy(from);
    this.number(number);
    const inOrder = isInOrder(captures) ? captures : [...captures].sort((a, b) => place(a) - place(b));
    for (let k = 0; k < inOrder.length; k++) {
      const capture = inOrder[k];
      const { source, type, width, offset, local, instruction } = capture;
      switch (source) {
        case 'local':
          this.putLocal(local, type, width, offset);
          break;
        case 'local-after':
          this.copy(instruction + 1);
          this.putLocal(local, type, width, offset);
          break;
        case 'result': {
          const result = this.copy(instruction + 1).local(NUMBER_TYPES[type], 'result');
          this.writer.tee(result);
          this.putLocal(result, type, width, offset);
          break;
        }
        case 'address-operand': {
          // Both operands of an access are taken together, and stand side by side.
          const next = inOrder.at(k + 1);
          const both = next?.instruction === instruction && next.source === 'value-operand';
          this.operands(instruction, capture, both ? next : null);
          if (both) k++;
          break;
        }
        case 'value-operand':
          this.operands(instruction, null, capture);
      }
    }
    this.copy(to);
    this.advance(size);
  }

  /** Takes the operands of the access at an index from the stack into the record, and leaves them there. */
  private operands(instruction: number, address: Capture | null, value: Capture | null): void {
    const writer = this.copy(instruction);
    const access = accessInstruction(this.code.code[instruction]);
    if (!access) throw new RangeError('the instruction accesses no memory');
    const valueLocal = access.form === 'store' ? writer.local(access.type, 'operand1') : -1;
    if (address) {
      const addressLocal = writer.local(writer.indices.addressType(0), 'operand0');
      if (valueLocal !== -1) writer.set(valueLocal);
      writer.tee(addressLocal);
      this.putLocal(addressLocal, address.type, address.width, address.offset);
      if (valueLocal !== -1) writer.get(valueLocal);
    } else {
      writer.tee(valueLocal);
    }
    if (value) this.putLocal(valueLocal, value.type, value.width, value.offset);
  }

  /** The access at an index with a record of its own. @returns the size of the record */
  fixed(instruction: number, number: number): number {
    const access = accessInstruction(this.code.code[instruction]);
    if (!access) throw new RangeError('the instruction accesses no memory');
    this.copy(instruction);
    const walker = this.code.walkerAt(instruction);
    const start = numberBytes(number);
    const isChanging = this.code.changing[this.changed] === instruction;
    const site = isChanging ? this.code.checked[this.changed++] : -1;
    const begin = (): void => this.number(number);
    writeAccessWithRecord(this.writer, walker, access, this.position, start, begin, () => this.write(walker, site));
    const size = start + fixedRecordBytes(access);
    this.advance(size);
    return size;
  }

  /** A record that says what a loop starts with. */
  entry(number: number, locals: readonly LoopLocal[]): void {
    this.number(number);
    for (const { local, type, offset } of locals) this.putLocal(local, type, WIDTHS[type], offset);
  }
}
