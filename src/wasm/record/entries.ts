// The entries of a recorded module: functions through which code of other instances comes in. Calls inside of the module stay as they
// are; exports and references name the entry in the place of its function, and it tells the log whose code runs.
//
//   before   (func $f (param i32) (result i64) …)          exported, or in a table that others have
//   after    (func $f' (param i32) (result i64)
//              is the frame under way one of this instance?  return_call $f
//              record `enter`: the function, the instance, the stacks, the arguments; a new frame; call $f
//              record `leave`: the function, the stack, the results; the frame before; return
//              where something is thrown: record `threw`, the stack; the frame before; throw it on)
//
// The frame is a number that all instances of a log share: how many calls enclose the code that runs, and behind it in 8 bits whose code
// that is. Whoever calls from outside of WebAssembly sets it.
//
// Of the shadow stacks, `enter` tells where that of the caller stands and that of the instance, the other two where that one stands then, and
// how far down it came: 0 of a stack pointer that is not followed.
//
// A function of an allocator is told of whoever calls it: all calls and references name its *teller*, the entry, where it has one, too.
//
//   before   (func $malloc (param i32) (result i32) …)
//   after    (func $malloc' (param i32) (result i32)
//              record `began`: the function, the arguments; call $malloc
//              record `ended`: the function, the results; return
//              where something is thrown: record `unwound`; throw it on)
import type { ByteWriter } from '../byteWriter.ts';
import { OP } from '../code/instructionCodes.ts';
import { isNumberType, type NumberType, TYPE_BYTES } from '../code/numberTypes.ts';
import type { ExternalType, Module } from '../module.ts';
import { EXTERNAL_KIND, type FunctionType, type ValueType } from '../types.ts';
import { EMPTY_BLOCK, type FunctionWriter, WHOLE_STORE } from './functionWriter.ts';
import { MAX_RECORD_BYTES } from './logFormat.ts';
import type { RecordNumbers } from './recorder.ts';
import { referencedFunctions } from './sections.ts';

/** Records that a module's entries and tellers write; they have the first numbers of the module, in this order. */
export const ENTRY_RECORDS = ['enter', 'leave', 'threw', 'began', 'ended', 'unwound'] as const;
export type EntryRecord = (typeof ENTRY_RECORDS)[number];

/** Bytes behind the number: function, instance, stack of the caller, stack; function, stack, its lowest; these; function. Values follow. */
export const ENTRY_HEAD_BYTES: Readonly<Record<EntryRecord, number>> = {
  enter: 16,
  leave: 12,
  threw: 8,
  began: 4,
  ended: 4,
  unwound: 0,
};

const OWNERS = 1 << 8;

/** The frame of a thread that runs no code of an instance. */
export const NO_FRAME = OWNERS - 1;

/** The frame of a call of an instance that is made in another frame. */
export const frameIn = (outer: number, instance: number): number => ((outer & -OWNERS) + OWNERS + instance) | 0;

/** How many calls enclose the code of a frame. */
export const depthOf = (frame: number): number => frame >>> 8;

/** The instance whose code a frame is; null where it is none. */
export function ownerOf(frame: number): number | null {
  const owner = frame & (OWNERS - 1);
  return owner === NO_FRAME ? null : owner;
}

/** The functions that get entries, by their indices in the original module, ascending. What a module imports has its own where it is defined. */
export function enteredFunctions(module: Module): number[] {
  const entered = new Set<number>();
  for (const { kind, index } of module.exports) if (kind === 'function') entered.add(index);
  if (letsReferencesOut(module)) for (const index of referencedFunctions(module)) entered.add(index);
  return [...entered].filter(index => index >= module.importedFunctions).sort((a, b) => a - b);
}

const mayHoldFunction = (type: ValueType): boolean => !isNumberType(type) && type !== 'externref';

const passesFunctions = (type: FunctionType | null): boolean =>
  type === null || [...type.params, ...type.results].some(mayHoldFunction);

/** Whether others may come to a reference to a function that is not exported. */
const letsReferencesOut = ({ imports, exports }: Module): boolean =>
  imports.some(letsFunctionsThrough) || exports.some(letsFunctionsThrough);

function letsFunctionsThrough(external: ExternalType): boolean {
  switch (external.kind) {
    case 'function':
    case 'tag':
      return passesFunctions(external.type);
    case 'table':
      return mayHoldFunction(external.type.element);
    case 'global':
      return mayHoldFunction(external.type.type);
    case 'memory':
      return false;
  }
}

/** A value that a record tells, at `offset` behind the record's head. Of a reference, whose type is null, there is nothing. */
export interface ToldValue {
  readonly type: NumberType | null;
  readonly offset: number;
}

export interface ToldValues {
  readonly values: readonly ToldValue[];
  readonly bytes: number;
}

const UNTOLD: ToldValues = { values: [], bytes: 0 };

/** What `enter` tells of the arguments: nothing where the record would be too long. */
export function toldArguments({ params }: FunctionType): ToldValues {
  let bytes = 0;
  const values = params.map((type): ToldValue => {
    const offset = bytes;
    if (!isNumberType(type)) return { type: null, offset };
    bytes += TYPE_BYTES[type];
    return { type, offset };
  });
  return bytes > MAX_RECORD_BYTES / 2 ? UNTOLD : { values, bytes };
}

/** What `leave` tells of the results: nothing where one is a reference, since all are taken from the stack and put back. */
export function toldResults({ results }: FunctionType): ToldValues {
  const told = toldArguments({ params: results, results: [] });
  return told.values.some(({ type }) => type === null) ? UNTOLD : told;
}

export interface EntryOptions {
  /** Number of the module's first record. */
  readonly firstNumber: number;
  readonly numbers: RecordNumbers;
  /** The module has `try_table`: engines do not take the older instructions beside it. */
  readonly hasTryTable: boolean;
}

const CATCH_ALL_REF = 0x03;
const EXNREF = 0x69;

/**
 * Writes the entry of a function, with its size.
 * @param index of the function in the original module
 */
export function writeEntry(
  out: ByteWriter,
  writer: FunctionWriter,
  index: number,
  type: FunctionType,
  options: EntryOptions,
): void {
  const { indices } = writer;
  writeAround(out, writer, index, type, options.hasTryTable, () => {
    const entry = new EntryWriter(writer, index, type, options);
    writer
      .global(OP.globalGet, indices.frame)
      .tee(entry.frame)
      .i32(OWNERS - 1)
      .op(OP.i32And);
    writer.global(OP.globalGet, indices.instance).op(OP.i32Eq).op(OP.if).op(EMPTY_BLOCK);
    entry.call(OP.returnCall);
    writer.op(OP.end);
    return entry;
  });
}

/**
 * Writes the teller of a function, with its size.
 * @param index of the function in the original module
 */
export function writeTeller(
  out: ByteWriter,
  writer: FunctionWriter,
  index: number,
  type: FunctionType,
  options: EntryOptions,
): void {
  writeAround(out, writer, index, type, options.hasTryTable, () => new TellerWriter(writer, index, type, options));
}

/** Writes a function that calls another one. @param begin writes what comes first */
function writeAround(
  out: ByteWriter,
  writer: FunctionWriter,
  index: number,
  type: FunctionType,
  hasTryTable: boolean,
  begin: () => AroundWriter,
): void {
  const body = { index, start: 0, localGroups: 0, code: 0, end: 0, localGroupCount: 0, localCount: type.params.length };
  writer.begin(new Uint8Array(0), body, null);
  const entry = begin();
  entry.enter();
  if (hasTryTable) writer.op(OP.block).op(EXNREF).op(OP.tryTable).op(EMPTY_BLOCK).op(1).op(CATCH_ALL_REF).op(0);
  else writer.op(OP.try).op(EMPTY_BLOCK);
  entry.call(OP.call);
  entry.leave();
  writer.op(OP.return);
  if (hasTryTable) {
    writer.op(OP.end).op(OP.unreachable).op(OP.end);
    entry.threw();
    writer.op(OP.throwRef);
  } else {
    writer.op(OP.catchAll);
    entry.threw();
    writer.op(OP.rethrow).op(0).op(OP.end).op(OP.unreachable);
  }
  writer.op(OP.end).end(body);
  writer.writeTo(out);
}

/** The pieces of a function that calls another one. */
abstract class AroundWriter {
  /** Local: the position of the log. */
  private readonly position: number;

  constructor(
    protected readonly writer: FunctionWriter,
    protected readonly index: number,
    protected readonly type: FunctionType,
    private readonly options: EntryOptions,
  ) {
    this.position = writer.newLocal('i32');
  }

  abstract enter(): void;
  /** The results are on the stack, and stay there. */
  abstract leave(): void;
  abstract threw(): void;

  /** Function index in the new module of what is called. */
  protected abstract readonly callee: number;

  /** Calls the function with the arguments of this one. */
  call(op: number): void {
    const { writer, type } = this;
    for (let local = 0; local < type.params.length; local++) writer.get(local);
    writer.code.opcodeU32(op, this.callee);
  }

  protected tellArguments(record: EntryRecord, more: () => void = () => {}): void {
    this.begin(record);
    this.store('i32', 0, () => this.writer.i32(this.index));
    more();
    this.end(record, toldArguments(this.type), local => local);
  }

  /** @param behind comes before the results are put back */
  protected tellResults(record: EntryRecord, more: () => void = () => {}, behind: () => void = () => {}): void {
    const { writer } = this;
    const told = toldResults(this.type);
    const locals = told.values.map(({ type }) => (type === null ? 0 : writer.newLocal(type)));
    for (const local of locals.toReversed()) writer.set(local);
    this.begin(record);
    this.store('i32', 0, () => writer.i32(this.index));
    more();
    this.end(record, told, value => locals[value]);
    behind();
    for (const local of locals) writer.get(local);
  }

  protected tellThrown(record: EntryRecord, more: () => void = () => {}): void {
    this.begin(record);
    more();
    this.end(record, UNTOLD, value => value);
  }

  private begin(record: EntryRecord): void {
    const { writer, position } = this;
    const { encoded } = this.options.numbers;
    writer.loadPosition(position).flushWhenFull(position);
    const store = this.numberBytes(record) === 2 ? OP.i32Store16 : OP.i32Store;
    writer
      .get(position)
      .i32(encoded(this.number(record)))
      .logStore(store, 0);
    this.headAt = this.numberBytes(record);
  }

  private headAt = 0;

  /** @param localOf which holds the value with an index */
  private end(record: EntryRecord, { values, bytes }: ToldValues, localOf: (value: number) => number): void {
    const { writer, position } = this;
    const head = ENTRY_HEAD_BYTES[record];
    values.forEach(({ type, offset }, value) => {
      if (type !== null) this.store(type, head + offset, () => writer.get(localOf(value)));
    });
    writer
      .get(position)
      .i32(this.headAt + head + bytes)
      .op(OP.i32Add)
      .setPosition();
  }

  /** @param at bytes behind the number */
  protected store(type: NumberType, at: number, value: () => unknown): void {
    this.writer.get(this.position);
    value();
    this.writer.logStore(WHOLE_STORE[type], this.headAt + at);
  }

  private number(record: EntryRecord): number {
    return this.options.firstNumber + ENTRY_RECORDS.indexOf(record);
  }

  private numberBytes(record: EntryRecord): number {
    return this.options.numbers.bytes(this.number(record));
  }
}

class EntryWriter extends AroundWriter {
  /** Local: the frame in which the entry was called. */
  readonly frame = this.writer.newLocal('i32');
  /** Locals: where the caller's stack stands, and how far down the instance's own has come before. */
  private readonly outer = this.writer.newLocal('i32');
  private readonly lowest = this.writer.newLocal('i32');
  protected readonly callee = this.writer.indices.moved(EXTERNAL_KIND.function, this.index);

  enter(): void {
    const { writer, outer, lowest } = this;
    const { indices } = writer;
    this.tellArguments('enter', () => {
      this.store('i32', 4, () => writer.global(OP.globalGet, indices.instance));
      this.store('i32', 8, () => writer.global(OP.globalGet, indices.outer));
      this.store('i32', 12, () => this.getStack());
    });
    writer.global(OP.globalGet, indices.outer).set(outer);
    this.getStack().global(OP.globalSet, indices.outer);
    if (this.hasStack) {
      writer.global(OP.globalGet, indices.lowest).set(lowest);
      this.getStack().global(OP.globalSet, indices.lowest);
    }
    writer.get(this.frame).i32(-OWNERS).op(OP.i32And).i32(OWNERS).op(OP.i32Add);
    writer.global(OP.globalGet, indices.instance).op(OP.i32Add).global(OP.globalSet, indices.frame);
  }

  leave(): void {
    this.tellResults(
      'leave',
      () => this.tellStack(4),
      () => this.goBack(),
    );
  }

  threw(): void {
    this.tellThrown('threw', () => this.tellStack(0));
    this.goBack();
  }

  private get hasStack(): boolean {
    return this.writer.indices.stackPointer !== null;
  }

  /** Takes the stack pointer itself: where it is exported, others may have set it. */
  private getStack(): FunctionWriter {
    const { stackPointer } = this.writer.indices;
    return stackPointer === null ? this.writer.i32(0) : this.writer.getStack(stackPointer);
  }

  /** @param at bytes behind the number */
  private tellStack(at: number): void {
    const { writer } = this;
    this.store('i32', at, () => this.getStack());
    this.store('i32', at + 4, () =>
      this.hasStack ? writer.global(OP.globalGet, writer.indices.lowest) : writer.i32(0),
    );
  }

  private goBack(): void {
    const { writer, frame, outer, lowest } = this;
    const { indices } = writer;
    writer.get(frame).global(OP.globalSet, indices.frame).get(outer).global(OP.globalSet, indices.outer);
    if (!this.hasStack) return;
    // Who encloses this call has come as far down.
    writer.get(lowest).global(OP.globalGet, indices.lowest).op(OP.i32LtU).op(OP.if).op(EMPTY_BLOCK);
    writer.get(lowest).global(OP.globalSet, indices.lowest).op(OP.end);
  }
}

class TellerWriter extends AroundWriter {
  protected readonly callee = this.writer.indices.code(this.index);

  enter(): void {
    this.tellArguments('began');
  }

  leave(): void {
    this.tellResults('ended');
  }

  threw(): void {
    this.tellThrown('unwound');
  }
}
