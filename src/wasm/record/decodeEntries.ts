// Reads the records of entries and tellers back, see `entries.ts`.
import type { WasmValue } from '../../protocol/call.ts';
import type { RecordingPlan } from '../../protocol/recordingPlan.ts';
import { f32Text, f64Text } from '../../protocol/values.ts';
import type { NumberType } from '../code/numberTypes.ts';
import type { Module } from '../module.ts';
import type { FunctionType } from '../types.ts';
import type { LeftStack, LogVisitor } from './accessVisitor.ts';
import {
  ENTRY_HEAD_BYTES,
  ENTRY_RECORDS,
  type EntryRecord,
  type ToldValues,
  toldArguments,
  toldResults,
} from './entries.ts';

/** Number of a module's first record. */
export const firstNumber = ({ numbersBefore, hasEntries }: RecordingPlan): number =>
  numbersBefore + 1 - (hasEntries ? ENTRY_RECORDS.length : 0);

/** Number of a module's last record. */
export function lastNumber({ log, numbersBefore, firstSites, segmentsBefore }: RecordingPlan): number {
  const functions = firstSites.length - 1;
  return log === 'simple' ? numbersBefore + firstSites[functions] : segmentsBefore[functions];
}

/** Which record of an entry has a number; null for one of the module's code. */
export const entryRecord = (plan: RecordingPlan, number: number): EntryRecord | null =>
  plan.hasEntries ? (ENTRY_RECORDS[number - firstNumber(plan)] ?? null) : null;

/** Tells the record whose number ends at `at` in the log. @returns the offset behind it */
export function decodeEntry(
  log: DataView,
  at: number,
  record: EntryRecord,
  module: Module,
  visitor: LogVisitor,
): number {
  const values = at + ENTRY_HEAD_BYTES[record];
  const read = (toldOf: (type: FunctionType) => ToldValues) => {
    const index = log.getUint32(at, true);
    const told = toldOf(functionType(module, index));
    return { index, texts: readValues(log, values, told), end: values + told.bytes };
  };
  switch (record) {
    case 'enter': {
      const { index, texts, end } = read(toldArguments);
      const [instance, outer, pointer] = [4, 8, 12].map(offset => log.getUint32(at + offset, true));
      visitor.enter?.({ instance, function: index, outer, pointer, args: texts });
      return end;
    }
    case 'leave': {
      const { texts, end } = read(toldResults);
      visitor.leave?.(texts, leftStack(log, at + 4));
      return end;
    }
    case 'began': {
      const { index, texts, end } = read(toldArguments);
      visitor.began?.(index, texts);
      return end;
    }
    case 'ended': {
      const { texts, end } = read(toldResults);
      visitor.ended?.(texts);
      return end;
    }
    case 'threw':
      visitor.threw?.(leftStack(log, at));
      return values;
    case 'unwound':
      visitor.unwound?.();
      return values;
  }
}

const leftStack = (log: DataView, at: number): LeftStack => ({
  pointer: log.getUint32(at, true),
  lowest: log.getUint32(at + 4, true),
});

function functionType({ functions }: Module, index: number): FunctionType {
  const type = functions[index];
  if (!type) throw new RangeError(`the log has a call of an unknown function ${index}`);
  return type;
}

const readValues = (log: DataView, at: number, { values }: ToldValues): WasmValue[] =>
  values.map(({ type, offset }) => (type === null ? 'ref' : READ[type](log, at + offset)));

const finite = (value: number, text: string): WasmValue => (Number.isFinite(value) ? value : text);

const READ: Readonly<Record<NumberType, (log: DataView, at: number) => WasmValue>> = {
  i32: (log, at) => log.getInt32(at, true),
  i64: (log, at) => log.getBigInt64(at, true).toString(),
  f32: (log, at) => finite(log.getFloat32(at, true), f32Text(log.getFloat32(at, true))),
  f64: (log, at) => finite(log.getFloat64(at, true), f64Text(log.getFloat64(at, true))),
  v128: (log, at) =>
    `0x${log
      .getBigUint64(at + 8, true)
      .toString(16)
      .padStart(16, '0')}${log.getBigUint64(at, true).toString(16).padStart(16, '0')}`,
};
