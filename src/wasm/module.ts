// Decodes what the product needs of a module: everything but the code (WebAssembly specification, 5.5 Modules).
// Whether the module is *valid* is for the engine to say; this reader only refuses what it can't read.
import { ByteReader } from './byteReader.ts';
import { type GlobalValue, readConstant } from './constantExpression.ts';
import { type DataSegment, readDataSegment } from './dataSegment.ts';
import { WasmFormatError } from './errors.ts';
import {
  EXTERNAL_KIND,
  type FunctionType,
  type GlobalType,
  type Limits,
  readGlobalType,
  readLimits,
  readTableStart,
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

/** The order of the sections but custom ones, which may stand anywhere (WebAssembly specification, 5.5.17). */
export const SECTION_ORDER: readonly number[] = [
  SECTION.type,
  SECTION.import,
  SECTION.function,
  SECTION.table,
  SECTION.memory,
  SECTION.tag,
  SECTION.global,
  SECTION.export,
  SECTION.start,
  SECTION.element,
  SECTION.dataCount,
  SECTION.code,
  SECTION.data,
];

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

/** Imports come first in each index space, as in the specification. */
export interface Module {
  readonly bytes: Uint8Array;
  readonly sections: readonly Section[];
  readonly imports: readonly Import[];
  readonly functions: readonly (FunctionType | null)[];
  readonly tables: readonly TableType[];
  readonly memories: readonly Limits[];
  readonly tags: readonly (FunctionType | null)[];
  readonly globals: readonly GlobalType[];
  /** Byte offsets of the constant expressions that the globals get their values from which the module defines. */
  readonly globalInitials: readonly number[];
  readonly exports: readonly Export[];
  readonly dataSegments: readonly DataSegment[];
  /** Number of functions that are imported: the first function of the code section has this index. */
  readonly importedFunctions: number;
  /** Functions of allocators that the user names, see `allocatorTexts.ts`. */
  readonly allocators: readonly string[];
}

/** What is done where a module breaks. It may go on with what can be read behind. */
type Broken = (error: WasmFormatError) => void;

const refuse: Broken = error => {
  throw error;
};

/** What `read` returns; nothing where the format breaks and that is let pass. */
function unlessBroken<T>(read: () => T, broken: Broken): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof WasmFormatError)) throw error;
    broken(error);
    return undefined;
  }
}

/** The sections in the order of the file. Throws a {@link WasmFormatError} where one runs past the end. */
export const readSections = (bytes: Uint8Array): Section[] => sectionsOf(bytes, refuse);

/** @param broken where it lets pass that a section runs past the end of the file, that one ends there */
function sectionsOf(bytes: Uint8Array, broken: Broken): Section[] {
  const reader = new ByteReader(bytes, HEADER_BYTES);
  const sections: Section[] = [];
  const readSection = (): void => {
    const start = reader.offset;
    const id = reader.byte();
    const size = reader.u32();
    const left = bytes.length - reader.offset;
    if (size > left) {
      const message = `a section says it has ${size} bytes, ${size - left} more than the file has left`;
      broken(new WasmFormatError('truncated', message, start));
    }
    const body = reader.slice(Math.min(size, left));
    const name = id === SECTION.custom ? body.name() : null;
    sections.push({ id, name, start, contents: body.offset, end: body.end });
  };
  unlessBroken(() => {
    while (!reader.atEnd) readSection();
  }, broken);
  return sections;
}

export function sectionOf(sections: readonly Section[], id: number): Section | undefined {
  return sections.find(section => section.id === id);
}

/**
 * Reads a module.
 * @param bytes a file that starts with the header of a core module (see `identify`)
 * @throws WasmFormatError with the offset of what can't be read
 * @param allocators functions of allocators that the user names
 */
export function readModule(bytes: Uint8Array, allocators: readonly string[] = []): Module {
  return { ...new ModuleReader(bytes).read(), allocators };
}

/**
 * Reads what can be read of a module, whatever is wrong with it.
 * @param bytes a file that starts with the header of a core module
 * @returns what is read, and the first place where the module breaks
 */
export function readBroken(bytes: Uint8Array): { readonly module: Module; readonly problem: WasmFormatError | null } {
  const problems: WasmFormatError[] = [];
  const module = { ...new ModuleReader(bytes, error => void problems.push(error)).read(), allocators: [] };
  return { module, problem: problems[0] ?? null };
}

/** Reads the sections one after the other into the index spaces that they fill. */
class ModuleReader {
  private readonly sections: readonly Section[];
  private readonly types: readonly (FunctionType | null)[];
  private readonly imports: Import[] = [];
  private readonly functions: (FunctionType | null)[] = [];
  private readonly tables: TableType[] = [];
  private readonly memories: Limits[] = [];
  readonly globals: GlobalType[] = [];
  readonly globalInitials: number[] = [];
  private readonly tags: (FunctionType | null)[] = [];
  private readonly exports: Export[] = [];
  private readonly dataSegments: DataSegment[] = [];

  constructor(
    readonly bytes: Uint8Array,
    private readonly broken: Broken = refuse,
  ) {
    this.sections = sectionsOf(bytes, broken);
    const section = sectionOf(this.sections, SECTION.type);
    const read = () => (section ? readTypes(new ByteReader(bytes, section.contents, section.end)) : []);
    this.types = unlessBroken(read, broken) ?? [];
  }

  read(): Omit<Module, 'allocators'> {
    const { bytes, sections, imports, functions, tables, memories, tags } = this;
    const { globals, globalInitials, exports, dataSegments } = this;
    this.each(SECTION.import, reader => this.readImport(reader));
    const importedFunctions = functions.length;
    this.each(SECTION.function, reader => functions.push(this.functionType(reader)));
    if (functions.length > importedFunctions && !sectionOf(sections, SECTION.code))
      this.broken(new WasmFormatError('truncated', 'the file ends before the code of its functions', bytes.length));
    this.each(SECTION.table, reader => tables.push(readTableDefinition(reader)));
    this.each(SECTION.memory, reader => memories.push(readLimits(reader)));
    this.each(SECTION.tag, reader => tags.push(this.tagType(reader)));
    this.each(SECTION.global, reader => {
      const type = readGlobalType(reader);
      const initial = reader.offset;
      readConstant(reader); // one that breaks is no global, so that values can be worked out of all
      globals.push(type);
      globalInitials.push(initial);
    });
    this.each(SECTION.export, reader => this.readExport(reader));
    const values = globalValues(this, () => null);
    this.each(SECTION.data, reader => dataSegments.push(readDataSegment(reader, values)));
    return {
      bytes,
      sections,
      imports,
      functions,
      tables,
      memories,
      tags,
      globals,
      globalInitials,
      exports,
      dataSegments,
      importedFunctions,
    };
  }

  /** Reads the items of a section, where the module has it. */
  private each(id: number, item: (reader: ByteReader) => void): void {
    const section = sectionOf(this.sections, id);
    if (!section) return;
    const reader = new ByteReader(this.bytes, section.contents, section.end);
    unlessBroken(() => {
      for (let count = reader.u32(); count > 0; count--) item(reader);
    }, this.broken);
  }

  private functionType(reader: ByteReader): FunctionType | null {
    return this.types[reader.u32()] ?? null;
  }

  private tagType(reader: ByteReader): FunctionType | null {
    reader.byte(); // attribute, always 0: exception
    return this.functionType(reader);
  }

  private readImport(reader: ByteReader): void {
    const start = reader.offset;
    const module = reader.name();
    const name = reader.name();
    const kind = reader.byte();
    const description = reader.offset;
    const external = this.readExternalType(reader, kind);
    this.imports.push({ ...external, module, name, start, description, end: reader.offset });
    if (external.kind === 'function') this.functions.push(external.type);
    else if (external.kind === 'table') this.tables.push(external.type);
    else if (external.kind === 'memory') this.memories.push(external.type);
    else if (external.kind === 'global') this.globals.push(external.type);
    else this.tags.push(external.type);
  }

  private readExternalType(reader: ByteReader, kind: number): ExternalType {
    switch (kind) {
      case EXTERNAL_KIND.function:
        return { kind: 'function', type: this.functionType(reader) };
      case EXTERNAL_KIND.table:
        return { kind: 'table', type: readTableType(reader) };
      case EXTERNAL_KIND.memory:
        return { kind: 'memory', type: readLimits(reader) };
      case EXTERNAL_KIND.global:
        return { kind: 'global', type: readGlobalType(reader) };
      case EXTERNAL_KIND.tag:
        return { kind: 'tag', type: this.tagType(reader) };
      default:
        throw reader.malformed(`unknown kind of import 0x${kind.toString(16)}`);
    }
  }

  private readExport(reader: ByteReader): void {
    const name = reader.name();
    const kind = reader.byte();
    const index = reader.u32();
    const named = <T>(space: readonly T[]): T => {
      if (index >= space.length) throw reader.malformed('an export names something that does not exist');
      return space[index];
    };
    const add = (external: ExternalType): void => void this.exports.push({ name, index, ...external });
    if (kind === EXTERNAL_KIND.function) add({ kind: 'function', type: named(this.functions) });
    else if (kind === EXTERNAL_KIND.table) add({ kind: 'table', type: named(this.tables) });
    else if (kind === EXTERNAL_KIND.memory) add({ kind: 'memory', type: named(this.memories) });
    else if (kind === EXTERNAL_KIND.global) add({ kind: 'global', type: named(this.globals) });
    else if (kind === EXTERNAL_KIND.tag) add({ kind: 'tag', type: named(this.tags) });
    else throw reader.malformed(`unknown kind of export 0x${kind.toString(16)}`);
  }
}

function readTableDefinition(reader: ByteReader): TableType {
  const { type, hasInitialValue } = readTableStart(reader);
  if (hasInitialValue) readConstant(reader);
  return type;
}

/**
 * Values of globals, as constant expressions see them: one that the module defines may depend on those before it.
 * @param imported values of the imported ones
 */
export function globalValues(
  { bytes, globals, globalInitials }: Pick<Module, 'bytes' | 'globals' | 'globalInitials'>,
  imported: GlobalValue,
): GlobalValue {
  const values: (number | null)[] = [];
  const known: GlobalValue = index => values[index] ?? null;
  const first = globals.length - globalInitials.length;
  for (let index = 0; index < first; index++) values.push(imported(index));
  for (const initial of globalInitials) values.push(readConstant(new ByteReader(bytes, initial), known));
  return known;
}

export const countImports = ({ imports }: Module, kind: ExternalType['kind']): number =>
  imports.reduce((count, each) => count + (each.kind === kind ? 1 : 0), 0);

/** A 32-bit memory can't have more pages than this, and one with 64-bit addresses gets no more here. */
export const MAXIMUM_PAGES = 65_536;

/** The linear memory of a run is memory 0; null where the module has none. */
export function linearMemory(module: Module): { readonly limits: Limits; readonly imported: Import | null } | null {
  if (module.memories.length === 0) return null;
  return { limits: module.memories[0], imported: module.imports.find(({ kind }) => kind === 'memory') ?? null };
}

/** The maximum of memory 0 in pages: every shared memory has one. */
export function maximumPages(module: Module): number {
  const maximum = linearMemory(module)?.limits.maximum ?? null;
  return maximum === null || maximum > MAXIMUM_PAGES ? MAXIMUM_PAGES : Number(maximum);
}

/**
 * Limits of memory 0 where it is shared.
 * @param minimum in pages
 */
export function sharedLimits(module: Module, minimum: bigint): Limits {
  const is64 = linearMemory(module)?.limits.is64 ?? false;
  return { minimum, maximum: BigInt(maximumPages(module)), shared: true, is64, customPageSize: false };
}

/** Address behind the last byte that active data segments put into memory 0; 0 where there are none. */
export function endOfData(module: Module): number {
  let end = 0;
  for (const { memory, address, size } of module.dataSegments)
    if (memory === 0 && address !== null) end = Math.max(end, address + size);
  return end;
}
