// Symbols that linkers define: exported globals, or globals with a name.
import { type Address, address } from '../../protocol/units.ts';
import type { Module } from '../module.ts';
import type { Globals } from './places.ts';

/** What each symbol is called: by LLD, and by AssemblyScript. */
const SYMBOL_NAMES = {
  /** behind all static variables, those of zeros too */
  dataEnd: ['__data_end', '~lib/memory/__data_end'],
  heapBase: ['__heap_base', '~lib/memory/__heap_base'],
  stackLow: ['__stack_low'],
  stackHigh: ['__stack_high'],
} as const;

type SymbolName = keyof typeof SYMBOL_NAMES;

export type Symbols = { readonly [Name in SymbolName]: { readonly name: string; readonly address: Address } | null };

/** Values of globals by what they are called: as exported, else as named. */
function globalsByName(module: Module, { values, names }: Globals): Map<string, number> {
  const found = new Map<string, number>();
  const add = (name: string, index: number): void => {
    const value = values(index);
    if (value !== null && !found.has(name)) found.set(name, value);
  };
  for (const { kind, name, index } of module.exports) if (kind === 'global') add(name, index);
  for (const [index, name] of names) add(name, index);
  return found;
}

/** @param isPositionIndependent its symbols are offsets, not addresses */
export function readSymbols(module: Module, globals: Globals, isPositionIndependent: boolean): Symbols {
  const found: ReadonlyMap<string, number> = isPositionIndependent ? new Map() : globalsByName(module, globals);
  const symbol = (of: SymbolName): Symbols[SymbolName] => {
    for (const name of SYMBOL_NAMES[of]) {
      const value = found.get(name);
      if (value !== undefined) return { name, address: address(value) };
    }
    return null;
  };
  return {
    dataEnd: symbol('dataEnd'),
    heapBase: symbol('heapBase'),
    stackLow: symbol('stackLow'),
    stackHigh: symbol('stackHigh'),
  };
}
