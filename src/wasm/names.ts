// Names of the name section (WebAssembly specification, 7.4.1; of all but functions: the extended name section). A function is
// called by its name there, else as it is exported, else `func[i]`.
import { ByteReader, decodeName } from './byteReader.ts';
import { WasmFormatError } from './errors.ts';
import type { Module } from './module.ts';

const MODULE_NAME = 0;
/** Subsections that name the items of an index space. */
const NAMED = { function: 1, type: 4, table: 5, memory: 6, global: 7, element: 8, data: 9, tag: 11 } as const;
/** Index spaces that it names, but those that functions and types have of their own. */
export type NamedSpace = keyof typeof NAMED;

/** The subsections of the name section that have an id. @throws WasmFormatError where the section breaks */
export function* nameSubsections({ bytes, sections }: Module, wanted: number): Generator<ByteReader> {
  const section = sections.find(({ name }) => name === 'name');
  if (!section) return;
  const reader = new ByteReader(bytes, section.contents, section.end);
  while (!reader.atEnd) {
    const id = reader.byte();
    const subsection = reader.slice(reader.u32());
    if (id === wanted) yield subsection;
  }
}

/**
 * Reads the name section's names of an index space. Like V8 it keeps the first name of an index, leaves out a name that is not
 * UTF-8, and keeps what stands before the place where the section breaks.
 */
export function readNames(module: Module, of: NamedSpace): Map<number, string> {
  const names = new Map<number, string>();
  try {
    for (const subsection of nameSubsections(module, NAMED[of])) {
      for (let count = subsection.u32(); count > 0; count--) {
        const index = subsection.u32();
        const name = decodeName(subsection.take(subsection.u32()));
        if (name !== null && !names.has(index)) names.set(index, name);
      }
    }
  } catch (error) {
    if (!(error instanceof WasmFormatError)) throw error;
  }
  return names;
}

/** The module's own name of the name section; null where it has none. */
export function moduleName(module: Module): string | null {
  try {
    for (const subsection of nameSubsections(module, MODULE_NAME))
      return decodeName(subsection.take(subsection.u32())) || null;
  } catch (error) {
    if (!(error instanceof WasmFormatError)) throw error;
  }
  return null;
}

/** Gives functions their names by function index. */
export function functionNamer(module: Module): (index: number) => string {
  const names = readNames(module, 'function');
  for (const { kind, index, name } of module.exports)
    if (kind === 'function' && !names.has(index)) names.set(index, name);
  return index => names.get(index) ?? `func[${index}]`;
}

/** Gives the function that a name means; undefined for a name that none has. An export is meant before another function of the same name. */
export function namedFunctions(module: Module): (name: string) => number | undefined {
  const indices = new Map<string, number>();
  for (const { kind, index, name } of module.exports) if (kind === 'function') indices.set(name, index);
  for (const [index, name] of readNames(module, 'function')) if (!indices.has(name)) indices.set(name, index);
  return name => {
    const known = indices.get(name);
    const [, unnamed] = /^func\[(\d+)\]$/.exec(name) ?? [];
    if (known !== undefined || unnamed === undefined) return known;
    return Number(unnamed) < module.functions.length ? Number(unnamed) : undefined;
  };
}
