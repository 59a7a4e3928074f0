// Function names for the user: the name section (WebAssembly specification, 7.4.1), else exports, else `func[i]`.
import { ByteReader } from './byteReader.ts';
import { WasmFormatError } from './errors.ts';
import type { Module } from './module.ts';

const FUNCTION_NAMES = 1;

/** Reads the name section's function names. A broken name section is no reason to refuse a module: it names nothing. */
function readFunctionNames(module: Module): Map<number, string> {
  const names = new Map<number, string>();
  const section = module.sections.find(({ name }) => name === 'name');
  if (!section) return names;
  const reader = new ByteReader(module.bytes, section.contents, section.end);
  try {
    while (!reader.atEnd) {
      const id = reader.byte();
      const subsection = reader.slice(reader.u32());
      if (id !== FUNCTION_NAMES) continue;
      const count = subsection.u32();
      for (let i = 0; i < count; i++) names.set(subsection.u32(), subsection.name());
    }
  } catch (error) {
    if (!(error instanceof WasmFormatError)) throw error;
  }
  return names;
}

/** Gives functions their names by function index. */
export function functionNamer(module: Module): (index: number) => string {
  const names = readFunctionNames(module);
  for (const { kind, index, name } of module.exports)
    if (kind === 'function' && !names.has(index)) names.set(index, name);
  return index => names.get(index) ?? `func[${index}]`;
}
