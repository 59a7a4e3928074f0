// Writes the sections of a recorded module, the code section aside: memory 0 and the log are imported, indices move.
import { ByteReader } from '../byteReader.ts';
import { ByteWriter } from '../byteWriter.ts';
import { linearMemory, type Module, SECTION, type Section } from '../module.ts';
import { LIMITS_WITH_MAXIMUM, MAXIMUM_PAGES, MEMORY_IMPORT } from '../shareMemory.ts';
import { LIMITS_SHARED, type Limits, readLimits, readTableType, readTypes, readValueType } from '../types.ts';
import { copyConstantExpression } from './copyInstructions.ts';
import type { Indices } from './indices.ts';
import { LOG_IMPORTS } from './logFormat.ts';

const KIND = { function: 0, table: 1, memory: 2, global: 3, tag: 4 } as const;
const FORM_FUNCTION = 0x60;
const TYPE_I32 = 0x7f;
const MUTABLE = 1;
const TABLE_WITH_INITIAL_VALUE = 0x40;

const readerOf = (module: Module, section: Section): ByteReader =>
  new ByteReader(module.bytes, section.contents, section.end);

/** The type section with the type of the flush import behind the others, so that no type index moves. */
export function typeSection(module: Module, section: Section | undefined): { contents: Uint8Array; flushType: number } {
  const out = new ByteWriter();
  let flushType = 0;
  if (section) {
    const reader = readerOf(module, section);
    flushType = readTypes(readerOf(module, section)).length;
    out.u32(reader.u32() + 1).copy(module.bytes, reader.offset, section.end);
  } else {
    out.u32(1);
  }
  out.byte(FORM_FUNCTION).u32(0).u32(0);
  return { contents: out.finish(), flushType };
}

function sharedLimits(minimum: number, maximum: number): Uint8Array {
  return new ByteWriter(12)
    .byte(LIMITS_WITH_MAXIMUM | LIMITS_SHARED)
    .u32(minimum)
    .u32(maximum)
    .finish();
}

function declaredLimits({ minimum, maximum, shared }: Limits): Uint8Array {
  const out = new ByteWriter(12);
  out.byte((maximum === null ? 0 : LIMITS_WITH_MAXIMUM) | (shared ? LIMITS_SHARED : 0)).u32(Number(minimum));
  return (maximum === null ? out : out.u32(Number(maximum))).finish();
}

/**
 * The import section: memory 0, and behind all others what the log needs.
 * @param keepLimits whether memory 0 keeps the limits that the module declares; else they become shared
 */
export function importSection(module: Module, flushType: number, keepLimits: boolean): Uint8Array {
  const memory = linearMemory(module);
  if (!memory) throw new RangeError('a module without a memory has no accesses to record');
  const { limits } = memory;
  const guest = keepLimits ? declaredLimits(limits) : sharedLimits(Number(limits.minimum), maximumPages(module));
  const out = new ByteWriter();
  out.u32(module.imports.length + (memory.imported ? 3 : 4));
  for (const each of module.imports) {
    // Names are copied as bytes: a text decoder would change those that hold a byte order mark.
    if (each === memory.imported) out.copy(module.bytes, each.start, each.description).bytes(guest);
    else out.copy(module.bytes, each.start, each.end);
  }
  if (!memory.imported) out.name(MEMORY_IMPORT.module).name(MEMORY_IMPORT.name).byte(KIND.memory).bytes(guest);
  const { module: from, log, position, flush } = LOG_IMPORTS;
  out.name(from).name(log).byte(KIND.memory).bytes(sharedLimits(1, MAXIMUM_PAGES));
  out.name(from).name(position).byte(KIND.global).byte(TYPE_I32).byte(MUTABLE);
  out.name(from).name(flush).byte(KIND.function).u32(flushType);
  return out.finish();
}

/** The maximum of memory 0 in pages: every shared memory has one. */
export function maximumPages(module: Module): number {
  const maximum = linearMemory(module)?.limits.maximum ?? null;
  return maximum === null ? MAXIMUM_PAGES : Number(maximum);
}

/**
 * A section with its indices moved; null where it is left out. The code section, the type section and the import section are
 * not written here.
 */
export function movedSection(module: Module, section: Section, indices: Indices): Uint8Array | null {
  switch (section.id) {
    case SECTION.custom:
      // Others may hold function indices and code offsets, which would be wrong in the new module.
      return section.name === 'name' ? nameSection(module, section, indices) : null;
    case SECTION.table:
      return tableSection(module, section, indices);
    case SECTION.memory:
      return memorySection(module, section);
    case SECTION.global:
      return globalSection(module, section, indices);
    case SECTION.export:
      return exportSection(module, section, indices);
    case SECTION.start:
      return new ByteWriter().u32(indices.function(readerOf(module, section).u32())).finish();
    case SECTION.element:
      return elementSection(module, section, indices);
    case SECTION.data:
      return dataSection(module, section, indices);
    default:
      return module.bytes.subarray(section.contents, section.end);
  }
}

function tableSection(module: Module, section: Section, indices: Indices): Uint8Array {
  const reader = readerOf(module, section);
  const out = new ByteWriter(section.end - section.contents + 16);
  const count = reader.u32();
  out.u32(count);
  for (let i = 0; i < count; i++) {
    const start = reader.offset;
    const hasValue = module.bytes[start] === TABLE_WITH_INITIAL_VALUE;
    if (hasValue) reader.skip(2); // the marker and a reserved zero
    readTableType(reader);
    out.copy(module.bytes, start, reader.offset);
    if (hasValue) reader.offset = copyConstantExpression(out, module.bytes, reader.offset, indices);
  }
  return out.finish();
}

/** The memories defined: without memory 0 where that is now imported. */
function memorySection(module: Module, section: Section): Uint8Array | null {
  if (linearMemory(module)?.imported) return module.bytes.subarray(section.contents, section.end);
  const reader = readerOf(module, section);
  const count = reader.u32();
  readLimits(reader);
  if (count === 1) return null;
  return new ByteWriter()
    .u32(count - 1)
    .copy(module.bytes, reader.offset, section.end)
    .finish();
}

function globalSection(module: Module, section: Section, indices: Indices): Uint8Array {
  const reader = readerOf(module, section);
  const out = new ByteWriter(section.end - section.contents + 16);
  const count = reader.u32();
  out.u32(count);
  for (let i = 0; i < count; i++) {
    const start = reader.offset;
    readValueType(reader);
    reader.byte(); // mutability
    out.copy(module.bytes, start, reader.offset);
    reader.offset = copyConstantExpression(out, module.bytes, reader.offset, indices);
  }
  return out.finish();
}

function movedIndex(kind: number, index: number, indices: Indices): number {
  switch (kind) {
    case KIND.function:
      return indices.function(index);
    case KIND.memory:
      return indices.memory(index);
    case KIND.global:
      return indices.global(index);
    default:
      return index;
  }
}

function exportSection(module: Module, section: Section, indices: Indices): Uint8Array {
  const reader = readerOf(module, section);
  const out = new ByteWriter(section.end - section.contents + 16);
  const count = reader.u32();
  out.u32(count);
  for (let i = 0; i < count; i++) {
    const start = reader.offset;
    reader.skip(reader.u32()); // the name
    const kind = reader.byte();
    out.copy(module.bytes, start, reader.offset).u32(movedIndex(kind, reader.u32(), indices));
  }
  return out.finish();
}

/** Flags of an element segment (WebAssembly specification, 5.5.12). */
const ELEMENT = { passiveOrDeclarative: 1, explicitIndex: 2, expressions: 4 } as const;

function elementSection(module: Module, section: Section, indices: Indices): Uint8Array {
  const { bytes } = module;
  const reader = readerOf(module, section);
  const out = new ByteWriter(section.end - section.contents + 1024);
  const count = reader.u32();
  out.u32(count);
  for (let i = 0; i < count; i++) {
    const flags = reader.u32();
    out.u32(flags);
    if (!(flags & ELEMENT.passiveOrDeclarative)) {
      if (flags & ELEMENT.explicitIndex) out.u32(reader.u32());
      reader.offset = copyConstantExpression(out, bytes, reader.offset, indices);
    }
    if (flags & (ELEMENT.passiveOrDeclarative | ELEMENT.explicitIndex)) {
      const start = reader.offset;
      if (flags & ELEMENT.expressions) readValueType(reader);
      else reader.byte(); // kind of the elements: functions
      out.copy(bytes, start, reader.offset);
    }
    const elements = reader.u32();
    out.u32(elements);
    for (let k = 0; k < elements; k++) {
      if (flags & ELEMENT.expressions) reader.offset = copyConstantExpression(out, bytes, reader.offset, indices);
      else out.u32(indices.function(reader.u32()));
    }
  }
  return out.finish();
}

const DATA_PASSIVE = 1;
const DATA_EXPLICIT_INDEX = 2;

function dataSection(module: Module, section: Section, indices: Indices): Uint8Array {
  const { bytes } = module;
  const reader = readerOf(module, section);
  const out = new ByteWriter(section.end - section.contents + 1024);
  const count = reader.u32();
  out.u32(count);
  for (let i = 0; i < count; i++) {
    const flags = reader.u32();
    out.u32(flags);
    if (flags === DATA_EXPLICIT_INDEX) out.u32(indices.memory(reader.u32()));
    if (flags !== DATA_PASSIVE) reader.offset = copyConstantExpression(out, bytes, reader.offset, indices);
    const start = reader.offset;
    reader.skip(reader.u32());
    out.copy(bytes, start, reader.offset);
  }
  return out.finish();
}

/** Subsections of the name section whose entries are named by an index that moves. */
const NAMES = { function: 1, locals: 2, labels: 3, memory: 6, global: 7 } as const;
const NAME_KINDS: Readonly<Record<number, number>> = {
  [NAMES.function]: KIND.function,
  [NAMES.memory]: KIND.memory,
  [NAMES.global]: KIND.global,
};

/** The name section, of which V8 shows function names; null where it can't be read, since it is only for show. */
function nameSection(module: Module, section: Section, indices: Indices): Uint8Array | null {
  const reader = readerOf(module, section);
  const out = new ByteWriter(section.end - section.contents + 1024).name('name');
  try {
    while (!reader.atEnd) {
      const id = reader.byte();
      const subsection = reader.slice(reader.u32());
      if (id === NAMES.locals || id === NAMES.labels) continue; // functions have other locals now
      const kind = NAME_KINDS[id];
      const contents =
        kind === undefined
          ? module.bytes.subarray(subsection.offset, subsection.end)
          : movedNames(subsection, kind, indices);
      out.byte(id).u32(contents.length).bytes(contents);
    }
  } catch {
    return null;
  }
  return out.finish();
}

function movedNames(reader: ByteReader, kind: number, indices: Indices): Uint8Array {
  const out = new ByteWriter(reader.end - reader.offset + 1024);
  const count = reader.u32();
  out.u32(count);
  for (let i = 0; i < count; i++) {
    out.u32(movedIndex(kind, reader.u32(), indices));
    const start = reader.offset;
    reader.skip(reader.u32());
    out.copy(reader.bytes, start, reader.offset);
  }
  return out.finish();
}
