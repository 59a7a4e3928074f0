// What made a module, as far as it says so.
import type { AssemblyScriptRuntime, Toolchain } from '../../protocol/claims.ts';
import { ByteReader } from '../byteReader.ts';
import { WasmFormatError } from '../errors.ts';
import type { Module } from '../module.ts';

/** The entries of the `producers` section (tool conventions, Producers section), up to the place where it breaks. */
function readProducers({ bytes, sections }: Module): Toolchain['producers'] {
  const section = sections.find(({ name }) => name === 'producers');
  if (!section) return [];
  const reader = new ByteReader(bytes, section.contents, section.end);
  const found: { field: string; name: string; version: string }[] = [];
  try {
    for (let fields = reader.u32(); fields > 0; fields--) {
      const field = reader.name();
      for (let count = reader.u32(); count > 0; count--)
        found.push({ field, name: reader.name(), version: reader.name() });
    }
  } catch (error) {
    if (!(error instanceof WasmFormatError)) throw error;
  }
  return found;
}

export const isGo = ({ producers }: Toolchain): boolean =>
  producers.some(({ field, name }) => field === 'language' && name === 'Go');

/** AssemblyScript's runtimes by the file of its library that only they have. */
const RUNTIMES: readonly (readonly [prefix: string, runtime: AssemblyScriptRuntime])[] = [
  ['~lib/rt/stub/', 'stub'],
  ['~lib/rt/itcms/', 'incremental'],
  ['~lib/rt/tcms/', 'minimal'],
  // Allocator of both; what collects garbage was not needed, or its names are gone.
  ['~lib/rt/tlsf/', 'unknown'],
  ['~lib/', 'unknown'],
];

function assemblyScriptRuntime(names: readonly string[]): AssemblyScriptRuntime | null {
  return RUNTIMES.find(([prefix]) => names.some(name => name.startsWith(prefix)))?.[1] ?? null;
}

/** @param names those of its functions and globals */
export const readToolchain = (module: Module, names: readonly string[]): Toolchain => ({
  producers: readProducers(module),
  assemblyScript: assemblyScriptRuntime(names),
});
