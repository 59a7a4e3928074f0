// Writes the sections of a rewritten module, the code section aside: memory 0 and the log are imported, indices move.
import { ByteReader } from '../byteReader.ts';
import { ByteWriter } from '../byteWriter.ts';
import { OP } from '../code/instructionCodes.ts';
import { TYPE_ENCODING } from '../code/numberTypes.ts';
import { DATA, readDataSegment } from '../dataSegment.ts';
import { linearMemory, MAXIMUM_PAGES, type Module, SECTION, type Section, sectionOf, sharedLimits } from '../module.ts';
import {
  EXTERNAL_KIND,
  FORM_FUNCTION,
  type Limits,
  readGlobalType,
  readLimits,
  readTableStart,
  readTypes,
  readValueType,
  writeLimits,
} from '../types.ts';
import { copyConstantExpression } from './copyInstructions.ts';
import type { IndexMap, Indices } from './indices.ts';
import { ADDED_IMPORTS, MARKS_PAGES } from './logFormat.ts';
import { type SharedGlobal, sharedImportName } from './sharedState.ts';

const IMMUTABLE = 0;
const MUTABLE = 1;

const readerOf = (module: Module, section: Section): ByteReader =>
  new ByteReader(module.bytes, section.contents, section.end);

/** A module name that no import has: the wanted one, or that one with a number. */
export function freeModuleName({ imports }: Module, wanted: string): string {
  const taken = new Set(imports.map(({ module }) => module));
  let name = wanted;
  for (let number = 2; taken.has(name); number++) name = `${wanted}-${number}`;
  return name;
}

/** Parameters of the functions that the rewrite imports, all i32; there are no results. The function that starts the module has the first type. */
const ADDED_TYPES = { flush: 0, come: 6 } as const;

/** The type section with the types of the functions that the rewrite adds behind the others, so that no type index moves. */
export function typeSection(module: Module, isExact: boolean): { contents: Uint8Array; firstAdded: number } {
  const section = sectionOf(module.sections, SECTION.type);
  const out = new ByteWriter();
  const added = isExact ? Object.values(ADDED_TYPES) : [ADDED_TYPES.flush];
  let firstAdded = 0;
  if (section) {
    const reader = readerOf(module, section);
    firstAdded = readTypes(readerOf(module, section)).length;
    out.u32(reader.u32() + added.length).copy(module.bytes, reader.offset, section.end);
  } else {
    out.u32(added.length);
  }
  for (const each of added) {
    out.byte(FORM_FUNCTION).u32(each);
    for (let i = 0; i < each; i++) out.byte(TYPE_ENCODING.i32);
    out.u32(0);
  }
  return { contents: out.finish(), firstAdded };
}

const LOG_LIMITS: Limits = {
  minimum: 1n,
  maximum: BigInt(MAXIMUM_PAGES),
  shared: true,
  is64: false,
  customPageSize: false,
};

const MARKS_LIMITS: Limits = {
  minimum: BigInt(MARKS_PAGES),
  maximum: BigInt(MARKS_PAGES),
  shared: false,
  is64: false,
  customPageSize: false,
};

/**
 * The import section: memory 0, the globals that instances share, and behind all others what the log and the checks need.
 * @param from module name of the imports that are added
 * @param keepLimits whether memory 0 keeps the limits that the module declares; else they become shared
 * @param firstAdded type index of the first function that is added
 * @param indices null where there is no log, and no state is shared
 */
export function importSection(
  module: Module,
  from: string,
  keepLimits: boolean,
  shared: readonly SharedGlobal[],
  firstAdded: number,
  indices: Pick<Indices, 'entered' | 'stackPointer' | 'isExact' | 'hasLog'> | null,
): Uint8Array {
  const memory = linearMemory(module);
  if (!memory) throw new RangeError('a module without a memory has none to import');
  const limits = keepLimits ? memory.limits : sharedLimits(module, memory.limits.minimum);
  const { log, position, flush, frame, instance, outer, stack, lowest, marks, come } = ADDED_IMPORTS;
  const hasEntries = indices?.entered != null;
  const isExact = indices?.isExact === true;
  const out = new ByteWriter();
  const hasLog = indices?.hasLog === true;
  const hasStack = indices?.stackPointer != null;
  const more = (hasEntries ? 3 : 0) + (hasStack ? 2 : 0) + (isExact ? 2 : 0);
  const added = (memory.imported ? 0 : 1) + shared.length + (hasLog ? 3 : 0) + more;
  out.u32(module.imports.length + added);
  for (const each of module.imports) {
    // Names are copied as bytes: a text decoder would change those that hold a byte order mark.
    if (each === memory.imported) writeLimits(out.copy(module.bytes, each.start, each.description), limits);
    else out.copy(module.bytes, each.start, each.end);
  }
  if (!memory.imported) writeLimits(out.name(from).name(ADDED_IMPORTS.memory).byte(EXTERNAL_KIND.memory), limits);
  for (const { index, typeStart, typeEnd } of shared) {
    out.name(from).name(sharedImportName(index)).byte(EXTERNAL_KIND.global);
    out.copy(module.bytes, typeStart, typeEnd).byte(MUTABLE);
  }
  if (!hasLog) return out.finish();
  writeLimits(out.name(from).name(log).byte(EXTERNAL_KIND.memory), LOG_LIMITS);
  if (isExact) writeLimits(out.name(from).name(marks).byte(EXTERNAL_KIND.memory), MARKS_LIMITS);
  const global = (name: string, mutability: number): void =>
    void out.name(from).name(name).byte(EXTERNAL_KIND.global).byte(TYPE_ENCODING.i32).byte(mutability);
  global(position, MUTABLE);
  if (hasEntries) {
    global(frame, MUTABLE);
    global(instance, IMMUTABLE);
    global(outer, MUTABLE);
  }
  if (hasStack) {
    global(stack, MUTABLE);
    global(lowest, MUTABLE);
  }
  const functions = isExact ? [flush, come] : [flush];
  for (const [i, name] of functions.entries())
    out
      .name(from)
      .name(name)
      .byte(EXTERNAL_KIND.function)
      .u32(firstAdded + i);
  return out.finish();
}

/** A section that is copied as it is. */
export const UNCHANGED = 'unchanged';

/**
 * The contents of a section; null where it is left out. The code section, and what is written anew, are not written here.
 * @param indices null where none move
 */
export function movedSection(
  module: Module,
  section: Section,
  indices: Indices | null,
): Uint8Array | null | typeof UNCHANGED {
  if (section.id === SECTION.memory) return memorySection(module, section);
  if (indices === null) return UNCHANGED;
  // Others may hold function indices and code offsets, which would be wrong in the new module.
  if (section.id === SECTION.custom) return section.name === 'name' ? nameSection(module, section, indices) : null;
  const write = WRITERS[section.id];
  if (!write) return UNCHANGED;
  const out = new MovedSection(readerOf(module, section), indices);
  write(out);
  return out.finish();
}

/** The memories defined: without memory 0 where that is now imported. */
function memorySection(module: Module, section: Section): Uint8Array | null | typeof UNCHANGED {
  if (linearMemory(module)?.imported) return UNCHANGED;
  const reader = readerOf(module, section);
  const count = reader.u32();
  readLimits(reader);
  if (count === 1) return null;
  return new ByteWriter()
    .u32(count - 1)
    .copy(module.bytes, reader.offset, section.end)
    .finish();
}

/**
 * The functions defined, and behind them the entries and tellers, each of the type of its function, and the one that starts the module.
 * @param around indices of the functions that have one, in this order
 * @param startType type index of the last; null where there is none
 */
export function functionSection(module: Module, around: readonly number[], startType: number | null): Uint8Array {
  const types = functionTypeIndices(module);
  const added = around.map(index => types[index - module.importedFunctions]);
  if (startType !== null) added.push(startType);
  const out = new ByteWriter(5 * (types.length + added.length + 1));
  out.u32(types.length + added.length);
  for (const type of [...types, ...added]) out.u32(type);
  return out.finish();
}

/** The start section of a module that the function with an index starts. */
export const startSection = (index: number): Uint8Array => new ByteWriter().u32(index).finish();

/** The data section of a later instance where the state is shared: active segments of memory 0 are as if they had been dropped. */
export function laterDataSection(module: Module, section: Section, indices: Indices): Uint8Array {
  const out = new MovedSection(readerOf(module, section), indices);
  out.vector(i => {
    if (module.dataSegments[i].memory === 0)
      out.replace([DATA.passive, 0], reader => readDataSegment(reader, () => null));
    else writeSegment(out);
  });
  return out.finish();
}

/** Type index of each function of the code section. */
function functionTypeIndices({ bytes, sections }: Module): number[] {
  const section = sectionOf(sections, SECTION.function);
  if (!section) return [];
  const reader = new ByteReader(bytes, section.contents, section.end);
  return Array.from({ length: reader.u32() }, () => reader.u32());
}

/** A section that is read and written at once. */
class MovedSection {
  private readonly out: ByteWriter;

  constructor(
    private readonly reader: ByteReader,
    private readonly indices: IndexMap,
  ) {
    this.out = new ByteWriter(reader.end - reader.offset + 1024);
  }

  finish(): Uint8Array {
    return this.out.finish();
  }

  /** Copies what is read. */
  copy<T>(read: (reader: ByteReader) => T): T {
    const start = this.reader.offset;
    const result = read(this.reader);
    this.out.copy(this.reader.bytes, start, this.reader.offset);
    return result;
  }

  u32(): number {
    return this.copy(reader => reader.u32());
  }

  vector(item: (index: number) => void): void {
    const count = this.u32();
    for (let i = 0; i < count; i++) item(i);
  }

  /** Writes other bytes in the place of what is read. */
  replace(bytes: readonly number[], read: (reader: ByteReader) => unknown): void {
    read(this.reader);
    for (const byte of bytes) this.out.byte(byte);
  }

  /** A length and so many bytes. */
  bytes(): void {
    this.copy(reader => reader.skip(reader.u32()));
  }

  index(kind: number): void {
    this.out.u32(this.indices.moved(kind, this.reader.u32()));
  }

  /** Of something that is given out: a function is by its entry. */
  reference(kind: number): void {
    const { indices, reader } = this;
    this.out.u32(kind === EXTERNAL_KIND.function ? indices.reference(reader.u32()) : indices.moved(kind, reader.u32()));
  }

  expression(): void {
    const { reader, out } = this;
    reader.offset = copyConstantExpression(out, reader.bytes, reader.offset, this.indices);
  }
}

/** Flags of an element segment (WebAssembly specification, 5.5.12). */
const ELEMENT = { passiveOrDeclarative: 1, explicitIndex: 2, expressions: 4 } as const;

function writeElements(out: MovedSection): void {
  out.vector(() => {
    const flags = out.u32();
    if (!(flags & ELEMENT.passiveOrDeclarative)) {
      if (flags & ELEMENT.explicitIndex) out.u32();
      out.expression();
    }
    if (flags & (ELEMENT.passiveOrDeclarative | ELEMENT.explicitIndex)) {
      if (flags & ELEMENT.expressions) out.copy(readValueType);
      else out.copy(reader => reader.byte()); // kind of the elements: functions
    }
    out.vector(() => (flags & ELEMENT.expressions ? out.expression() : out.reference(EXTERNAL_KIND.function)));
  });
}

function writeSegment(out: MovedSection): void {
  const flags = out.u32();
  if (flags === DATA.explicitIndex) out.index(EXTERNAL_KIND.memory);
  if (flags !== DATA.passive) out.expression();
  out.bytes();
}

/** The sections that hold indices or constant expressions. */
const WRITERS: Readonly<Partial<Record<number, (out: MovedSection) => void>>> = {
  [SECTION.table]: out =>
    out.vector(() => {
      if (out.copy(readTableStart).hasInitialValue) out.expression();
    }),
  [SECTION.global]: out =>
    out.vector(() => {
      out.copy(readGlobalType);
      out.expression();
    }),
  [SECTION.export]: out =>
    out.vector(() => {
      out.bytes(); // the name
      out.reference(out.copy(reader => reader.byte()));
    }),
  [SECTION.start]: out => out.index(EXTERNAL_KIND.function),
  [SECTION.element]: writeElements,
  [SECTION.data]: out => out.vector(() => writeSegment(out)),
};

/** Functions, by index, of which the module makes references outside of its code: by the specification all that its code may make some of. */
export function referencedFunctions(module: Module): number[] {
  const found: number[] = [];
  const collect: IndexMap = {
    moved: (_, index) => index,
    moves: walker => walker.code === OP.refFunc,
    reference: index => {
      found.push(index);
      return index;
    },
  };
  for (const id of [SECTION.table, SECTION.global, SECTION.element]) {
    const section = sectionOf(module.sections, id);
    if (section) WRITERS[id]?.(new MovedSection(readerOf(module, section), collect));
  }
  return found;
}

/** Subsections of the name section whose entries are named by an index that moves. */
const NAMES = { module: 0, function: 1, locals: 2, labels: 3, memory: 6, global: 7 } as const;
const NAME_KINDS: Readonly<Record<number, number>> = {
  [NAMES.function]: EXTERNAL_KIND.function,
  [NAMES.memory]: EXTERNAL_KIND.memory,
  [NAMES.global]: EXTERNAL_KIND.global,
};

/** A name section with another name of the module; the rest is that of the module's own, where it has one. */
export function namedSection(module: Module, indices: IndexMap, name: string): Uint8Array {
  const out = new ByteWriter();
  out.name(name);
  const own = out.finish().slice();
  const section = module.sections.find(({ name: of }) => of === 'name');
  const names = section && nameSection(module, section, indices, own);
  return names ?? new ByteWriter().name('name').byte(NAMES.module).u32(own.length).bytes(own).finish();
}

/**
 * The name section, of which V8 shows function names; null where it can't be read, since it is only for show.
 * @param own the module's name, encoded; null where it keeps its own
 */
function nameSection(
  module: Module,
  section: Section,
  indices: IndexMap,
  own: Uint8Array | null = null,
): Uint8Array | null {
  const reader = readerOf(module, section);
  const out = new ByteWriter(section.end - section.contents + 1024).name('name');
  if (own) out.byte(NAMES.module).u32(own.length).bytes(own);
  try {
    while (!reader.atEnd) {
      const id = reader.byte();
      const subsection = reader.slice(reader.u32());
      if (id === NAMES.locals || id === NAMES.labels) continue; // functions have other locals now
      if (id === NAMES.module && own) continue;
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

function movedNames(reader: ByteReader, kind: number, indices: IndexMap): Uint8Array {
  const out = new MovedSection(reader, indices);
  out.vector(() => {
    out.index(kind);
    out.bytes();
  });
  return out.finish();
}
