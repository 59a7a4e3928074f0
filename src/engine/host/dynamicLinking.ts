// Modules that are made for a dynamic linker: a run does not link them, and says so.
import type { Import, Module } from '../../wasm/module.ts';

/** `dylink.0` since LLVM 13 (2021), `dylink` before. */
const SECTIONS = ['dylink.0', 'dylink'];
const OF_A_LINKER = ['__memory_base', '__table_base', '__stack_pointer'];
const MAX_NAMED = 4;

const isOfALinker = ({ kind, module, name }: Import): boolean =>
  kind === 'global' &&
  (module === 'GOT.mem' || module === 'GOT.func' || (module === 'env' && OF_A_LINKER.includes(name)));

/** What a dynamic linker would have done for a module, and was not done; null for one that asks for nothing of it. */
export function unlinkedNote({ sections, imports }: Module): string | null {
  const section = sections.find(({ name }) => name !== null && SECTIONS.includes(name))?.name;
  const asked = imports.filter(isOfALinker).map(({ module, name }) => `${module}.${name}`);
  if (section === undefined && asked.length === 0) return null;
  const why = section === undefined ? 'its imports say so' : `it has a '${section}' section`;
  const more = asked.length > MAX_NAMED ? ` and ${asked.length - MAX_NAMED} more` : '';
  const placeholders =
    asked.length > 0 ? `${asked.slice(0, MAX_NAMED).join(', ')}${more} were placeholders of 0, and ` : '';
  return `The module is made for a dynamic linker (${why}), and none linked it: ${placeholders}its relocations (__wasm_apply_data_relocs) and constructors (__wasm_call_ctors) were not run. What it computes may be wrong. Link it without -shared, and run the result.`;
}
