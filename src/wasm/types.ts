// Types of the binary format (WebAssembly specification, 5.3 Types), and how the text format writes them.
import type { ByteReader } from './byteReader.ts';

/** A value type as the text format writes it: `i32`, `v128`, `funcref`, `(ref null 3)` … */
export type ValueType = string;

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

const NUMBER_TYPES: Readonly<Record<number, string>> = {
  127: 'i32',
  126: 'i64',
  125: 'f32',
  124: 'f64',
  123: 'v128',
  // Packed types, in fields of structs and arrays only.
  120: 'i8',
  119: 'i16',
};

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

const SHORT_REFERENCES: Readonly<Record<string, string>> = {
  noexn: 'nullexnref',
  nofunc: 'nullfuncref',
  noextern: 'nullexternref',
  none: 'nullref',
};

const REF = 0x64;
const REF_NULL = 0x63;

function readHeapType(reader: ByteReader): string {
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
  const number = NUMBER_TYPES[code];
  if (number) return number;
  const heap = ABSTRACT_HEAP_TYPES[code];
  if (!heap) throw reader.malformed(`unknown value type 0x${code.toString(16)}`, start);
  return SHORT_REFERENCES[heap] ?? `${heap}ref`;
}

const LIMITS_MAXIMUM = 0x01;
export const LIMITS_SHARED = 0x02;
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

export function readGlobalType(reader: ByteReader): GlobalType {
  const type = readValueType(reader);
  const mutability = reader.byte();
  if (mutability > 1) throw reader.malformed('a mutability is neither 0 nor 1', reader.offset - 1);
  return { type, mutable: mutability === 1 };
}

export function readTableType(reader: ByteReader): TableType {
  return { element: readValueType(reader), limits: readLimits(reader) };
}

const FORM_FUNCTION = 0x60;
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
