// Decodes what the product needs of a module: everything but the code (WebAssembly specification, 5.5 Modules).
// Whether the module is *valid* is for the engine to say; this reader only refuses what it can't read.
import { ByteReader } from './byteReader.ts';
import { readConstantI32 } from './constantExpression.ts';
import { WasmFormatError } from './errors.ts';
import {
  type FunctionType,
  type GlobalType,
  type Limits,
  readGlobalType,
  readLimits,
  readTableType,
  readTypes,
  type TableType,
} from './types.ts';

export const SECTION = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
  start: 8,
  element: 9,
  code: 10,
  data: 11,
  dataCount: 12,
  tag: 13,
} as const;

/** Bytes before the first section: magic and version. */
export const HEADER_BYTES = 8;

export interface Section {
  readonly id: number;
  /** Name of a custom section; null for the others. */
  readonly name: string | null;
  /** Byte offsets in the file: of the section's id, of its contents (for a custom section: behind its name), of its end. */
  readonly start: number;
  readonly contents: number;
  readonly end: number;
}

export type ExternalType =
  | { readonly kind: 'function'; readonly type: FunctionType | null }
  | { readonly kind: 'table'; readonly type: TableType }
  | { readonly kind: 'memory'; readonly type: Limits }
  | { readonly kind: 'global'; readonly type: GlobalType }
  | { readonly kind: 'tag'; readonly type: FunctionType | null };

export type Import = ExternalType & {
  readonly module: string;
  readonly name: string;
  /** Byte offsets of the whole import and of its description behind the kind byte. */
  readonly start: number;
  readonly description: number;
  readonly end: number;
};

export type Export = ExternalType & { readonly name: string; readonly index: number };

export class DataSegment {
  /**
   * @param memory memory index; null for a passive segment
   * @param address where instantiation puts it; null for a passive segment or where it depends on an imported global
   * @param file the whole file, in which its bytes stand from `start` up to `end`
   */
  constructor(
    readonly memory: number | null,
    readonly address: number | null,
    private readonly file: Uint8Array,
    private readonly start: number,
    private readonly end: number,
  ) {}

  get size(): number {
    return this.end - this.start;
  }

  /** The bytes, a view into the file: made when asked for, since modules have up to a hundred thousand segments. */
  get bytes(): Uint8Array {
    return this.file.subarray(this.start, this.end);
  }
}

/** Imports come first in each index space, as in the specification. */
export interface Module {
  readonly bytes: Uint8Array;
  readonly sections: readonly Section[];
  readonly imports: readonly Import[];
  readonly functions: readonly (FunctionType | null)[];
  readonly memories: readonly Limits[];
  readonly globals: readonly GlobalType[];
  readonly exports: readonly Export[];
  readonly dataSegments: readonly DataSegment[];
  /** Number of functions that are imported: the first function of the code section has this index. */
  readonly importedFunctions: number;
}

/** The sections in the order of the file. Throws a {@link WasmFormatError} where one runs past the end. */
export function readSections(bytes: Uint8Array): Section[] {
  const reader = new ByteReader(bytes, HEADER_BYTES);
  const sections: Section[] = [];
  while (!reader.atEnd) {
    const start = reader.offset;
    const id = reader.byte();
    const size = reader.u32();
    const missing = size - (bytes.length - reader.offset);
    if (missing > 0) {
      const message = `a section says it has ${size} bytes, ${missing} more than the file has left`;
      throw new WasmFormatError('truncated', message, start);
    }
    const body = reader.slice(size);
    const name = id === SECTION.custom ? body.name() : null;
    sections.push({ id, name, start, contents: body.offset, end: body.end });
  }
  return sections;
}

export function sectionOf(sections: readonly Section[], id: number): Section | undefined {
  return sections.find(section => section.id === id);
}

/**
 * Reads a module.
 * @param bytes a file that starts with the header of a core module (see `identify`)
 * @throws WasmFormatError with the offset of what can't be read
 */
export function readModule(bytes: Uint8Array): Module {
  const sections = readSections(bytes);

  const each = (id: number, item: (reader: ByteReader) => void): void => {
    const section = sectionOf(sections, id);
    if (!section) return;
    const reader = new ByteReader(bytes, section.contents, section.end);
    const count = reader.u32();
    for (let i = 0; i < count; i++) item(reader);
  };

  const typeSection = sectionOf(sections, SECTION.type);
  const types = typeSection ? readTypes(new ByteReader(bytes, typeSection.contents, typeSection.end)) : [];
  const functionType = (reader: ByteReader): FunctionType | null => types[reader.u32()] ?? null;

  const readExternalType = (reader: ByteReader, kind: number): ExternalType => {
    switch (kind) {
      case 0:
        return { kind: 'function', type: functionType(reader) };
      case 1:
        return { kind: 'table', type: readTableType(reader) };
      case 2:
        return { kind: 'memory', type: readLimits(reader) };
      case 3:
        return { kind: 'global', type: readGlobalType(reader) };
      case 4:
        reader.byte(); // attribute, always 0: exception
        return { kind: 'tag', type: functionType(reader) };
      default:
        throw reader.malformed(`unknown kind of import 0x${kind.toString(16)}`);
    }
  };

  const imports: Import[] = [];
  const functions: (FunctionType | null)[] = [];
  const tables: TableType[] = [];
  const memories: Limits[] = [];
  const globals: GlobalType[] = [];
  const tags: (FunctionType | null)[] = [];

  each(SECTION.import, reader => {
    const start = reader.offset;
    const module = reader.name();
    const name = reader.name();
    const kind = reader.byte();
    const description = reader.offset;
    const external = readExternalType(reader, kind);
    imports.push({ ...external, module, name, start, description, end: reader.offset });
    if (external.kind === 'function') functions.push(external.type);
    else if (external.kind === 'table') tables.push(external.type);
    else if (external.kind === 'memory') memories.push(external.type);
    else if (external.kind === 'global') globals.push(external.type);
    else tags.push(external.type);
  });
  const importedFunctions = functions.length;

  each(SECTION.function, reader => functions.push(functionType(reader)));
  if (functions.length > importedFunctions && !sectionOf(sections, SECTION.code))
    throw new WasmFormatError('truncated', 'the file ends before the code of its functions', bytes.length);
  each(SECTION.table, reader => tables.push(readTableDefinition(reader)));
  each(SECTION.memory, reader => memories.push(readLimits(reader)));
  each(SECTION.tag, reader => {
    reader.byte();
    tags.push(functionType(reader));
  });
  each(SECTION.global, reader => {
    globals.push(readGlobalType(reader));
    readConstantI32(reader);
  });

  const exports: Export[] = [];
  const indexed = <T>(reader: ByteReader, space: readonly T[], index: number): T => {
    if (index >= space.length) throw reader.malformed('an export names something that does not exist');
    return space[index];
  };
  each(SECTION.export, reader => {
    const name = reader.name();
    const kind = reader.byte();
    const index = reader.u32();
    if (kind === 0) exports.push({ name, index, kind: 'function', type: indexed(reader, functions, index) });
    else if (kind === 1) exports.push({ name, index, kind: 'table', type: indexed(reader, tables, index) });
    else if (kind === 2) exports.push({ name, index, kind: 'memory', type: indexed(reader, memories, index) });
    else if (kind === 3) exports.push({ name, index, kind: 'global', type: indexed(reader, globals, index) });
    else if (kind === 4) exports.push({ name, index, kind: 'tag', type: indexed(reader, tags, index) });
    else throw reader.malformed(`unknown kind of export 0x${kind.toString(16)}`);
  });

  const dataSegments: DataSegment[] = [];
  each(SECTION.data, reader => dataSegments.push(readDataSegment(reader)));

  return { bytes, sections, imports, functions, memories, globals, exports, dataSegments, importedFunctions };
}

const TABLE_WITH_INITIAL_VALUE = 0x40;

function readTableDefinition(reader: ByteReader): TableType {
  if (reader.bytes[reader.offset] !== TABLE_WITH_INITIAL_VALUE) return readTableType(reader);
  reader.take(2); // the marker and a reserved zero
  const type = readTableType(reader);
  readConstantI32(reader);
  return type;
}

function readDataSegment(reader: ByteReader): DataSegment {
  const start = reader.offset;
  const flags = reader.u32();
  if (flags > 2) throw reader.malformed(`unknown data segment flags ${flags}`, start);
  const passive = flags === 1;
  const memory = passive ? null : flags === 2 ? reader.u32() : 0;
  const address = passive ? null : readConstantI32(reader);
  const size = reader.u32();
  const bytesStart = reader.offset;
  reader.skip(size);
  return new DataSegment(memory, address, reader.bytes, bytesStart, reader.offset);
}

/** The linear memory of a run is memory 0; null where the module has none. */
export function linearMemory(module: Module): { readonly limits: Limits; readonly imported: Import | null } | null {
  if (module.memories.length === 0) return null;
  return { limits: module.memories[0], imported: module.imports.find(({ kind }) => kind === 'memory') ?? null };
}

/** Address behind the last byte that active data segments put into memory 0; 0 where there are none. */
export function endOfData(module: Module): number {
  let end = 0;
  for (const { memory, address, size } of module.dataSegments)
    if (memory === 0 && address !== null) end = Math.max(end, address + size);
  return end;
}
