// Types of the binary format (WebAssembly specification, 5.3 Types), and how the text format writes them.
import type { ByteReader } from './byteReader.ts';
import type { ByteWriter } from './byteWriter.ts';
import { NUMBER_TYPES, type NumberType, TYPE_ENCODING } from './code/numberTypes.ts';

/** A type of references as the text format writes it: `funcref`, `(ref null 3)` … */
type ReferenceType = `${string}ref` | `(ref ${string})`;

/** A value type as the text format writes it; the packed types are those of fields only. */
export type ValueType = NumberType | 'i8' | 'i16' | ReferenceType;

export interface FunctionType {
  readonly params: readonly ValueType[];
  readonly results: readonly ValueType[];
}

export interface Limits {
  /** In pages for a memory, in elements for a table. */
  readonly minimum: bigint;
  readonly maximum: bigint | null;
  readonly shared: boolean;
  /** 64-bit addresses (memory64, table64). */
  readonly is64: boolean;
  /** Whether the memory sets a page size of its own (custom page sizes). */
  readonly customPageSize: boolean;
}

export interface GlobalType {
  readonly type: ValueType;
  readonly mutable: boolean;
}

export interface TableType {
  readonly element: ValueType;
  readonly limits: Limits;
}

/** What imports and exports are of, as the format numbers it. */
export const EXTERNAL_KIND = { function: 0, table: 1, memory: 2, global: 3, tag: 4 } as const;

/** Numbers, vectors and the packed types of fields, by their encoding. */
const NUMBERS: ReadonlyMap<number, ValueType> = new Map<number, ValueType>([
  ...NUMBER_TYPES.map(type => [TYPE_ENCODING[type], type] as const),
  [0x78, 'i8'],
  [0x77, 'i16'],
]);

const ABSTRACT_HEAP_TYPES: Readonly<Record<number, string>> = {
  116: 'noexn',
  115: 'nofunc',
  114: 'noextern',
  113: 'none',
  112: 'func',
  111: 'extern',
  110: 'any',
  109: 'eq',
  108: 'i31',
  107: 'struct',
  106: 'array',
  105: 'exn',
};

const SHORT_REFERENCES: Readonly<Record<string, ReferenceType>> = {
  noexn: 'nullexnref',
  nofunc: 'nullfuncref',
  noextern: 'nullexternref',
  none: 'nullref',
};

/** A reference to a heap type that follows; {@link REF_NULL}: or null. */
export const REF = 0x64;
export const REF_NULL = 0x63;

/** A heap type as the text format writes it; a type index in digits. */
export function readHeapType(reader: ByteReader): string {
  const start = reader.offset;
  const value = reader.s33();
  if (value >= 0) return String(value);
  const name = ABSTRACT_HEAP_TYPES[value + 128];
  if (!name) throw reader.malformed('unknown heap type', start);
  return name;
}

export function readValueType(reader: ByteReader): ValueType {
  const start = reader.offset;
  const code = reader.byte();
  if (code === REF) return `(ref ${readHeapType(reader)})`;
  if (code === REF_NULL) return `(ref null ${readHeapType(reader)})`;
  const number = NUMBERS.get(code);
  if (number) return number;
  const heap = ABSTRACT_HEAP_TYPES[code];
  if (!heap) throw reader.malformed(`unknown value type 0x${code.toString(16)}`, start);
  return SHORT_REFERENCES[heap] ?? `${heap}ref`;
}

const LIMITS_MAXIMUM = 0x01;
const LIMITS_SHARED = 0x02;
const LIMITS_64 = 0x04;
const LIMITS_PAGE_SIZE = 0x08;

export function readLimits(reader: ByteReader): Limits {
  const start = reader.offset;
  const flags = reader.byte();
  if (flags > 0x0f) throw reader.malformed(`unknown limits flags 0x${flags.toString(16)}`, start);
  const minimum = reader.u64();
  const maximum = flags & LIMITS_MAXIMUM ? reader.u64() : null;
  const customPageSize = (flags & LIMITS_PAGE_SIZE) !== 0;
  if (customPageSize) reader.u32();
  return {
    minimum,
    maximum,
    shared: (flags & LIMITS_SHARED) !== 0,
    is64: (flags & LIMITS_64) !== 0,
    customPageSize,
  };
}

/** Writes limits of a memory with pages of 64 KiB, or of a table. */
export function writeLimits(out: ByteWriter, { minimum, maximum, shared, is64 }: Limits): ByteWriter {
  const flags = (maximum === null ? 0 : LIMITS_MAXIMUM) | (shared ? LIMITS_SHARED : 0) | (is64 ? LIMITS_64 : 0);
  out.byte(flags).u64(minimum);
  return maximum === null ? out : out.u64(maximum);
}

export function readGlobalType(reader: ByteReader): GlobalType {
  const type = readValueType(reader);
  const mutability = reader.byte();
  if (mutability > 1) throw reader.malformed('a mutability is neither 0 nor 1', reader.offset - 1);
  return { type, mutable: mutability === 1 };
}

export function readTableType(reader: ByteReader): TableType {
  return { element: readValueType(reader), limits: readLimits(reader) };
}

const TABLE_WITH_INITIAL_VALUE = 0x40;

/** A table of the table section, up to the constant expression that may follow. */
export function readTableStart(reader: ByteReader): { readonly type: TableType; readonly hasInitialValue: boolean } {
  const hasInitialValue = reader.bytes[reader.offset] === TABLE_WITH_INITIAL_VALUE;
  if (hasInitialValue) reader.skip(2); // the marker and a reserved zero
  return { type: readTableType(reader), hasInitialValue };
}

export const FORM_FUNCTION = 0x60;
const FORM_STRUCT = 0x5f;
const FORM_ARRAY = 0x5e;
const FORM_SUB = 0x50;
const FORM_SUB_FINAL = 0x4f;
const FORM_RECURSIVE = 0x4e;

function readVector<T>(reader: ByteReader, item: () => T): T[] {
  const count = reader.u32();
  const items: T[] = [];
  for (let i = 0; i < count; i++) items.push(item());
  return items;
}

function readField(reader: ByteReader): void {
  readGlobalType(reader); // storage type and mutability have the same encoding
}

/** One type of a recursive group; null for a struct or array, which no import or export of ours can be called by. */
function readSubType(reader: ByteReader): FunctionType | null {
  const start = reader.offset;
  let form = reader.byte();
  if (form === FORM_SUB || form === FORM_SUB_FINAL) {
    readVector(reader, () => reader.u32());
    form = reader.byte();
  }
  switch (form) {
    case FORM_FUNCTION:
      return {
        params: readVector(reader, () => readValueType(reader)),
        results: readVector(reader, () => readValueType(reader)),
      };
    case FORM_STRUCT:
      readVector(reader, () => readField(reader));
      return null;
    case FORM_ARRAY:
      readField(reader);
      return null;
    default:
      throw reader.malformed(`unknown type form 0x${form.toString(16)}`, start);
  }
}

/** The types of a type section, by type index (recursive groups are flattened, as the index space is). */
export function readTypes(reader: ByteReader): (FunctionType | null)[] {
  return readVector(reader, () => {
    if (reader.bytes[reader.offset] !== FORM_RECURSIVE || reader.atEnd) return [readSubType(reader)];
    reader.byte();
    return readVector(reader, () => readSubType(reader));
  }).flat();
}

/** `(i32, i32) -> i32`, `() -> (i32, i64)`, `(f64) -> ()`. */
export function functionTypeText({ params, results }: FunctionType): string {
  const result = results.length === 1 ? results[0] : `(${results.join(', ')})`;
  return `(${params.join(', ')}) -> ${result}`;
}

export function limitsText({ minimum, maximum, shared, is64 }: Limits): string {
  return `${is64 ? 'i64 ' : ''}${minimum}${maximum === null ? '' : `..${maximum}`}${shared ? ' shared' : ''}`;
}

export function globalTypeText({ type, mutable }: GlobalType): string {
  return mutable ? `mut ${type}` : type;
}
