// Places in memory, as code and constant expressions name them.
import { address } from '../../protocol/units.ts';
import type { GlobalValue } from '../constantExpression.ts';
import type { Import, Module } from '../module.ts';
import type { KnownValue } from './followCode.ts';

/** The globals of a module. */
export interface Globals {
  readonly imports: readonly Import[];
  /** Their values at first. */
  readonly values: GlobalValue;
  readonly names: ReadonlyMap<number, string>;
}

/** A place in memory: an address, or an offset from an imported global whose value is not known. */
export interface Place {
  readonly offset: number;
  /** `env.__memory_base`; null for an address. */
  readonly relativeTo: string | null;
}

/** Values of the globals that never change. */
export const constantsOf =
  ({ globals }: Module, { values }: Globals): GlobalValue =>
  index =>
    globals[index]?.mutable === false ? values(index) : null;

export const importName = ({ module, name }: Pick<Import, 'module' | 'name'>): string => `${module}.${name}`;

/** Where a value points to; null where it depends on what can change, or is not known. */
export function placeOf(value: KnownValue | null, module: Module, { imports, values }: Globals): Place | null {
  if (value === null) return null;
  const is64 = module.memories[0]?.is64 ?? false;
  const wrapped = (offset: number): number => (is64 || offset >= 0 ? offset : offset + 2 ** 32);
  if (value.global === null) return { offset: wrapped(value.offset), relativeTo: null };
  if (module.globals[value.global]?.mutable !== false) return null; // code that breaks may name one that is not there
  const base = values(value.global);
  if (base !== null) return { offset: wrapped(base + value.offset), relativeTo: null };
  const { [value.global]: imported } = imports;
  return imported ? { offset: value.offset, relativeTo: importName(imported) } : null;
}

/** A range that begins at a place. */
export const rangeAt = ({ offset, relativeTo }: Place, bytes: number) => ({
  start: address(offset),
  end: address(offset + bytes),
  relativeTo,
});
