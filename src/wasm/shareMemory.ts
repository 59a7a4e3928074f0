// The rewrite that lets several instances run over one memory: memory 0 becomes an import with shared limits.
// Nothing else changes; indices stay as they are, since imports come first in the memory index space anyway.
import { ByteReader } from './byteReader.ts';
import { ByteWriter } from './byteWriter.ts';
import { type Import, linearMemory, type Module, SECTION, type Section, sectionOf } from './module.ts';
import { LIMITS_SHARED } from './types.ts';

/** Name of the import that a defined memory becomes. No toolchain uses it, so it can't meet an import of the module's own. */
export const MEMORY_IMPORT = { module: 'wasm-shared-memory', name: 'memory' } as const;

export interface SharedMemoryModule {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The import through which the module takes its memory. */
  readonly memoryImport: { readonly module: string; readonly name: string };
  /** Maximum of the import, in pages of 64 KiB: the memory given must have this maximum or a lower one. */
  readonly maximum: number;
  /** Takes a byte offset inside the code section of the new module back to the offset in the original file. */
  readonly originalOffset: (offset: number) => number;
  /** Takes a function index of the new module back to the original one; null for a function that the rewrite added. */
  readonly originalFunction: (index: number) => number | null;
}

/** A 32-bit memory can't have more pages than this. */
export const MAXIMUM_PAGES = 65_536;

const KIND_MEMORY = 2;
export const LIMITS_WITH_MAXIMUM = 1;

/**
 * Rewrites a module so that it imports its memory 0 with shared limits. Exports of the memory stay.
 * The module must be valid (have the engine validate the original first: a rewrite can hide a fault) and have a
 * 32-bit memory with pages of 64 KiB.
 */
export function shareMemory(module: Module): SharedMemoryModule {
  const memory = linearMemory(module);
  if (!memory) throw new RangeError('shareMemory needs a module with a memory');
  const { limits, imported } = memory;
  const minimum = Number(limits.minimum);
  const maximum = limits.maximum === null ? MAXIMUM_PAGES : Number(limits.maximum);

  const sharedLimits = new ByteWriter(12)
    .byte(LIMITS_WITH_MAXIMUM | LIMITS_SHARED)
    .u32(minimum)
    .u32(maximum)
    .finish();
  const out = new ByteWriter(module.bytes.length + 64);
  out.bytes(module.bytes.subarray(0, module.sections[0]?.start ?? module.bytes.length));

  const hasImports = sectionOf(module.sections, SECTION.import) !== undefined;
  let importsWritten = false;
  let originalCode = 0;
  let code = 0;
  for (const section of module.sections) {
    // The import section stands behind the type section and before all others but custom ones.
    if (!hasImports && !importsWritten && section.id > SECTION.type) {
      writeSection(out, SECTION.import, importSection(module, null, imported, sharedLimits));
      importsWritten = true;
    }
    if (section.id === SECTION.import) {
      writeSection(out, SECTION.import, importSection(module, section, imported, sharedLimits));
    } else if (section.id === SECTION.memory && !imported) {
      writeWithoutFirstMemory(out, module, section);
    } else {
      if (section.id === SECTION.code) {
        originalCode = section.start;
        code = out.size;
      }
      out.bytes(module.bytes.subarray(section.start, section.end));
    }
  }

  return {
    bytes: out.finish(),
    memoryImport: imported ? { module: imported.module, name: imported.name } : MEMORY_IMPORT,
    maximum,
    originalOffset: offset => offset - code + originalCode,
    originalFunction: index => index,
  };
}

function writeSection(out: ByteWriter, id: number, contents: Uint8Array): void {
  out.byte(id).u32(contents.length).bytes(contents);
}

/** The import section's contents with memory 0 shared: changed in place where it was imported, appended where defined. */
function importSection(
  module: Module,
  section: Section | null,
  imported: Import | null,
  sharedLimits: Uint8Array,
): Uint8Array {
  const { bytes, imports } = module;
  const contents = new ByteWriter();
  contents.u32(imports.length + (imported ? 0 : 1));
  // Imports are copied as bytes: a text decoder would change names that hold a byte order mark.
  if (imported && section) {
    contents.bytes(bytes.subarray(imports[0].start, imported.description));
    contents.bytes(sharedLimits);
    contents.bytes(bytes.subarray(imported.end, section.end));
    return contents.finish();
  }
  if (section && imports.length > 0) contents.bytes(bytes.subarray(imports[0].start, section.end));
  contents.name(MEMORY_IMPORT.module).name(MEMORY_IMPORT.name).byte(KIND_MEMORY).bytes(sharedLimits);
  return contents.finish();
}

function writeWithoutFirstMemory(out: ByteWriter, module: Module, section: Section): void {
  const reader = new ByteReader(module.bytes, section.contents, section.end);
  const count = reader.u32();
  if (count === 1) return; // an empty section may as well not be there
  // Pass over memory 0: flags, minimum, and the maximum where the flags say there is one.
  const flags = reader.byte();
  reader.u64();
  if (flags & LIMITS_WITH_MAXIMUM) reader.u64();
  const rest = new ByteWriter();
  rest.u32(count - 1).bytes(module.bytes.subarray(reader.offset, section.end));
  writeSection(out, SECTION.memory, rest.finish());
}
