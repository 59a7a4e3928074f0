// Tells object files from modules that are linked: both may have a `linking` section (tool conventions, Linking: symbol table
// subsection), since a linker can be told to keep relocations.
import { ByteReader } from './byteReader.ts';
import { WasmFormatError } from './errors.ts';
import type { Import, Module } from './module.ts';

const SYMBOL_TABLE = 8;
const SYMBOL = { function: 0, data: 1, section: 3 } as const;
/** Kind of import by the kind of symbol that stands for it. */
const IMPORT_KINDS: Readonly<Record<number, Import['kind']>> = { 0: 'function', 2: 'global', 4: 'tag', 5: 'table' };
const FLAG = { weak: 0x01, undefined: 0x10, explicitName: 0x40 } as const;

/** What is left for a linker to do in a file, and where it says so. */
export interface Unlinked {
  /** For a sentence: `its symbol 'x' is not defined`. */
  readonly what: string;
  /** Byte offset of the `linking` section. */
  readonly offset: number;
}

/**
 * What makes a file an object file: it has a `linking` section, and takes its memory from a linker or has a symbol that only a
 * linker can define. Undefined functions are imports, which a host may give, and a side module's globals are for its loader.
 * A section that can't be read says nothing.
 */
export function findUnlinked(module: Module): Unlinked | null {
  const section = module.sections.find(({ name }) => name === 'linking');
  if (!section || module.sections.some(({ name }) => name === 'dylink.0' || name === 'dylink')) return null;
  const offset = section.start;
  const memory = module.imports.find(({ kind, name }) => kind === 'memory' && name === '__linear_memory');
  if (memory) return { what: `it imports '${memory.module}.${memory.name}'`, offset };
  try {
    const symbol = undefinedSymbol(new ByteReader(module.bytes, section.contents, section.end), module);
    return symbol === null ? null : { what: `its symbol '${symbol}' is not defined`, offset };
  } catch (error) {
    if (error instanceof WasmFormatError) return null;
    throw error;
  }
}

function undefinedSymbol(reader: ByteReader, module: Module): string | null {
  reader.u32(); // version
  while (!reader.atEnd) {
    const id = reader.byte();
    const subsection = reader.slice(reader.u32());
    if (id !== SYMBOL_TABLE) continue;
    for (let count = subsection.u32(); count > 0; count--) {
      const name = undefinedName(subsection, module);
      if (name !== null) return name;
    }
  }
  return null;
}

/** Passes over a symbol. @returns its name where only a linker can define it, else null */
function undefinedName(reader: ByteReader, module: Module): string | null {
  const kind = reader.byte();
  const flags = reader.u32();
  const isDefined = (flags & FLAG.undefined) === 0;
  let name: string | null = null;
  if (kind === SYMBOL.data) {
    name = reader.name();
    for (let i = 0; isDefined && i < 3; i++) reader.u64(); // segment, offset and size
  } else {
    const index = reader.u32();
    if (kind === SYMBOL.section) return null;
    // The symbol of an import has the import's name, where it does not say another.
    if (isDefined || flags & FLAG.explicitName) name = reader.name();
    else name = module.imports.filter(each => each.kind === IMPORT_KINDS[kind])[index]?.name ?? `#${index}`;
  }
  return isDefined || flags & FLAG.weak || kind === SYMBOL.function ? null : name;
}
