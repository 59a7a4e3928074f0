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

/** The entries of the `target_features` section (tool conventions, Target Features section): `+simd128`, `-bulk-memory`. */
export function readTargetFeatures({ bytes, sections }: Module): string[] {
  const section = sections.find(({ name }) => name === 'target_features');
  if (!section) return [];
  const reader = new ByteReader(bytes, section.contents, section.end);
  const found: string[] = [];
  try {
    for (let count = reader.u32(); count > 0; count--) found.push(String.fromCharCode(reader.byte()) + reader.name());
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

/** What its library's assertions say they stand in, which is data: of modules without names it is all that tells. */
const ASSERTING: readonly (readonly [file: string, runtime: AssemblyScriptRuntime])[] = [
  ['~lib/rt/itcms.ts', 'incremental'],
  ['~lib/rt/tcms.ts', 'minimal'],
  ['~lib/rt/tlsf.ts', 'unknown'],
];

const byName = (names: readonly string[]): AssemblyScriptRuntime | null =>
  RUNTIMES.find(([prefix]) => names.some(name => name.startsWith(prefix)))?.[1] ?? null;

function byTexts({ dataSegments }: Module): AssemblyScriptRuntime | null {
  const told = (file: string): boolean => dataSegments.some(({ bytes }) => hasText(bytes, file));
  return ASSERTING.find(([file]) => told(file))?.[1] ?? null;
}

/** Whether bytes have a text in UTF-16, as AssemblyScript keeps it. */
function hasText(bytes: Uint8Array, text: string): boolean {
  const [first] = text;
  for (let at = bytes.indexOf(first.charCodeAt(0)); at >= 0; at = bytes.indexOf(first.charCodeAt(0), at + 1)) {
    let i = 0;
    while (i < text.length && bytes[at + 2 * i] === text.charCodeAt(i) && bytes[at + 2 * i + 1] === 0) i++;
    if (i === text.length) return true;
  }
  return false;
}

/** Where names tell that it is AssemblyScript's and no more, as optimised modules' do, texts may tell the rest. */
const exactOf = (named: AssemblyScriptRuntime | null, module: Module): AssemblyScriptRuntime | null =>
  named === null || named === 'unknown' ? (byTexts(module) ?? named) : named;

/** @param names those of its functions and globals */
export const readToolchain = (module: Module, names: readonly string[]): Toolchain => ({
  producers: readProducers(module),
  assemblyScript: exactOf(byName(names), module),
});
