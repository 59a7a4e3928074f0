// Calls as rows of bytes, since a program makes millions of them. What few calls have (a trap, printed text, a watched value, a stack) stands
// behind the row as JSON. docs/recording-format.md describes it.

import type { CallEnd, WasmValue } from '../../protocol/call.ts';
import { THREADS } from '../history/accessors.ts';
import type { KeptCall } from '../history/toldCalls.ts';
import type { ByteRow, ByteRowReader } from '../history/varint.ts';
import { checkRareOfCall, type RareOfCall } from './checkRun.ts';

/** What a row has; bits 6 and 7 of its first byte say how the call ended. */
const HAS = { instance: 1, end: 2, start: 4, duration: 8, parent: 16, rare: 32 } as const;
const END_BITS = 6;
const ENDS: readonly CallEnd[] = ['returned', 'trapped', 'stopped'];

const VALUE = { integer: 0, float: 1, text: 2 } as const;

const floatBytes = new Uint8Array(8);
const floatView = new DataView(floatBytes.buffer);
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

const isSmall = (value: number): boolean => (value | 0) === value && !Object.is(value, -0);

function putFloat(row: ByteRow, value: number): void {
  floatView.setFloat64(0, value, true);
  row.copy(floatBytes, 0, 8);
}

function putText(row: ByteRow, text: string): void {
  const bytes = encoder.encode(text);
  row.unsigned(bytes.length);
  row.copy(bytes, 0, bytes.length);
}

function putValues(row: ByteRow, values: readonly WasmValue[]): void {
  row.unsigned(values.length);
  for (const value of values) {
    if (typeof value === 'string') {
      row.byte(VALUE.text);
      putText(row, value);
    } else if (isSmall(value)) {
      row.byte(VALUE.integer);
      row.signed(value);
    } else {
      row.byte(VALUE.float);
      putFloat(row, value);
    }
  }
}

/** Null where it has nothing that few calls have. */
function rareOf({ trap, printed, watched, stack }: KeptCall): RareOfCall | null {
  if (trap === null && printed.length === 0 && watched === null && !stack) return null;
  return { trap, printed, watched, ...(stack && { stack }) };
}

/** What rows tell by their distance from the one before. */
interface Before {
  step: number;
  access: number;
}

/** Writes calls one behind the other, call 0 first. */
export class CallWriter {
  private readonly names = new Map<string, number>();
  private readonly before: Before = { step: 0, access: 0 };

  put(row: ByteRow, call: KeptCall): void {
    const { index, kind, thread, parent, depth, instance, startNs, durationNs, end, ended } = call;
    const { stepBefore, lastStep, firstAccess, endAccess } = call;
    const { before } = this;
    const rare = rareOf(call);
    const has =
      (kind === 'instantiation' ? HAS.instance : 0) |
      (ended ? HAS.end : 0) |
      (startNs === null ? 0 : HAS.start) |
      (durationNs === null ? 0 : HAS.duration) |
      (parent === null ? 0 : HAS.parent) |
      (rare ? HAS.rare : 0);
    row.byte(has | (ENDS.indexOf(end) << END_BITS));
    row.unsigned(thread);
    if (parent !== null) row.unsigned(index - parent);
    row.unsigned(depth);
    row.unsigned(instance);
    this.putName(row, call.function);
    putValues(row, call.args);
    putValues(row, call.results);
    if (startNs !== null) putFloat(row, startNs);
    if (durationNs !== null) putFloat(row, durationNs);
    row.wide(call.bytesChanged);
    row.wide(stepBefore - before.step);
    row.wide(lastStep - stepBefore);
    row.wide(firstAccess - before.access);
    row.wide(endAccess - firstAccess);
    if (rare) putText(row, JSON.stringify(rare));
    before.step = stepBefore;
    before.access = firstAccess;
  }

  private putName(row: ByteRow, name: string): void {
    const known = this.names.get(name);
    row.unsigned(known ?? this.names.size);
    if (known !== undefined) return;
    this.names.set(name, this.names.size);
    putText(row, name);
  }
}

/** Reads what a {@link CallWriter} wrote. */
export class CallReader {
  private readonly names: string[] = [];
  private readonly before: Before = { step: 0, access: 0 };
  private index = 0;

  /** @throws RangeError or TypeError for what is no call */
  next(reader: ByteRowReader): KeptCall {
    const { before } = this;
    const index = this.index++;
    const has = reader.byte();
    const end = ENDS[has >> END_BITS];
    const thread = reader.unsigned();
    const parent = has & HAS.parent ? index - reader.unsigned() : null;
    if (!end || thread >= THREADS) throw new RangeError(`call ${index} is none that there can be`);
    const depth = reader.unsigned();
    const instance = reader.unsigned();
    const name = this.nameAt(reader);
    const args = valuesAt(reader);
    const results = valuesAt(reader);
    const startNs = has & HAS.start ? floatAt(reader) : null;
    const durationNs = has & HAS.duration ? floatAt(reader) : null;
    const bytesChanged = reader.wide();
    const stepBefore = before.step + reader.wide();
    const lastStep = stepBefore + reader.wide();
    const firstAccess = before.access + reader.wide();
    const endAccess = firstAccess + reader.wide();
    const rare = has & HAS.rare ? checkRareOfCall(JSON.parse(textAt(reader)), `calls[${index}]`) : NOTHING_RARE;
    before.step = stepBefore;
    before.access = firstAccess;
    return {
      index,
      kind: has & HAS.instance ? 'instantiation' : 'call',
      thread,
      parent,
      depth,
      instance,
      function: name,
      args,
      results,
      end,
      startNs,
      durationNs,
      bytesChanged,
      stepBefore,
      lastStep,
      firstAccess,
      endAccess,
      ended: (has & HAS.end) !== 0,
      ...rare,
    };
  }

  private nameAt(reader: ByteRowReader): string {
    const number = reader.unsigned();
    if (number === this.names.length) this.names.push(textAt(reader));
    const name = this.names[number];
    if (name === undefined) throw new RangeError(`there is no name ${number}`);
    return name;
  }
}

const NOTHING_RARE: RareOfCall = { trap: null, printed: [], watched: null };
const NO_VALUES: readonly WasmValue[] = [];

const textAt = (reader: ByteRowReader): string => decoder.decode(reader.take(reader.unsigned()));

function floatAt(reader: ByteRowReader): number {
  floatBytes.set(reader.take(8));
  const value = floatView.getFloat64(0, true);
  if (!Number.isFinite(value)) throw new RangeError(`${value} is no number`);
  return value;
}

function valuesAt(reader: ByteRowReader): readonly WasmValue[] {
  const count = reader.unsigned();
  if (count === 0) return NO_VALUES;
  const values: WasmValue[] = [];
  while (values.length < count) values.push(valueAt(reader));
  return values;
}

function valueAt(reader: ByteRowReader): WasmValue {
  const kind = reader.byte();
  switch (kind) {
    case VALUE.integer:
      return reader.signed();
    case VALUE.float:
      return floatAt(reader);
    case VALUE.text:
      return textAt(reader);
    default:
      throw new RangeError(`there is no value of kind ${kind}`);
  }
}
