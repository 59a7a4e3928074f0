// What all claims of a module are read from, read once.
import type { StackPointer, Toolchain } from '../../protocol/claims.ts';
import { type Address, address } from '../../protocol/units.ts';
import type { GlobalValue } from '../constantExpression.ts';
import { globalValues, type Module } from '../module.ts';
import { readNames } from '../names.ts';
import { type Allocators, findAllocators } from './allocators.ts';
import { readSegments, type Segments } from './dataSegments.ts';
import type { Globals } from './places.ts';
import { findStackPointer } from './stackPointer.ts';
import { FLAG_BYTES, readStart, type StartEffects } from './startFunction.ts';
import { readSymbols, type Symbols } from './symbols.ts';
import { readToolchain } from './toolchain.ts';

export interface Reading {
  readonly module: Module;
  readonly globals: Globals;
  /** Whether addresses are places from `__memory_base` on. */
  readonly isPositionIndependent: boolean;
  readonly toolchain: Toolchain;
  readonly allocators: Allocators;
  readonly symbols: Symbols;
  readonly segments: Segments;
  readonly start: StartEffects | null;
  readonly stackPointer: StackPointer;
}

/** @param imported values of imported globals, where they are known */
export const globalsOf = (module: Module, imported: GlobalValue): Globals => ({
  imports: module.imports.filter(({ kind }) => kind === 'global'),
  values: globalValues(module, imported),
  names: readNames(module, 'global'),
});

/** @param imported values of imported globals, where they are known */
export function readFor(module: Module, imported: GlobalValue): Reading {
  const globals = globalsOf(module, imported);
  const isPositionIndependent = module.sections.some(({ name }) => name === 'dylink.0' || name === 'dylink');
  const functionNames = readNames(module, 'function');
  return {
    module,
    globals,
    isPositionIndependent,
    toolchain: readToolchain(module, [...globals.names.values(), ...functionNames.values()]),
    allocators: findAllocators(module, functionNames),
    symbols: readSymbols(module, globals, isPositionIndependent),
    segments: readSegments(module, globals),
    start: readStart(module, globals),
    stackPointer: findStackPointer(module, globals),
  };
}

export const ALIGNMENT = 16;

export const alignedUp = (value: number): Address => address(Math.ceil(value / ALIGNMENT) * ALIGNMENT);

/** Behind the last byte that segments or the start function put at a known address below `limit`; 0 where there is none. */
export function staticsEnd({ segments, start }: Reading, limit = Number.POSITIVE_INFINITY): Address {
  let end = 0;
  const flags = start?.flag ? [{ place: start.flag, bytes: FLAG_BYTES }] : [];
  for (const written of [segments.placed, start?.writes ?? [], flags])
    for (const { place, bytes } of written)
      if (place.relativeTo === null && place.offset < limit) end = Math.max(end, place.offset + bytes);
  return address(end);
}

/** Whether all zeros of static variables are seen: they have segments where the memory is imported, else a start function may fill them. */
export const seesAllZeros = ({ module, start, symbols }: Reading): boolean =>
  symbols.dataEnd !== null ||
  module.imports.some(({ kind }) => kind === 'memory') ||
  (start?.writes.some(({ fill }) => fill === 'zeros') ?? false);
