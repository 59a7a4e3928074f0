// All claims of a module: a fold over the list of what tells of them. Pure, linear in the module's size; of a valid module it never
// throws.
import type { Claim, ModuleClaims } from '../../protocol/claims.ts';
import type { GlobalValue } from '../constantExpression.ts';
import type { Module } from '../module.ts';
import { allocatorGlobals } from './allocatorState.ts';
import { bytesOfSegments, dataClaims } from './dataSegments.ts';
import { dylinkClaims } from './dylink.ts';
import { heapClaims } from './heap.ts';
import { readLate } from './lateInstance.ts';
import { globalsOf, type Reading, readFor } from './reading.ts';
import { stackClaims } from './stack.ts';
import { threadLocalClaims, threadLocals } from './threadLocals.ts';
import { zeroClaims } from './zeros.ts';

const SOURCES: readonly ((reading: Reading) => Claim[])[] = [
  dylinkClaims,
  dataClaims,
  zeroClaims,
  stackClaims,
  threadLocalClaims,
  heapClaims,
];

const regionsIn = (reading: Reading): Claim[] =>
  reading.module.memories.length === 0 ? [] : SOURCES.flatMap(source => source(reading)).sort(byPlace);

/** The regions alone, for who needs no more: the rest looks at more of the code. @throws as {@link readClaims} does */
export const readRegions = (module: Module): Claim[] => regionsIn(readFor(module, () => null));

/**
 * What a module claims of memory 0.
 * @throws WasmFormatError where the code section, or the start function's, can't be read
 * @param imported values of imported globals by their index, where an instance is known: its `__memory_base` makes places addresses
 */
export function readClaims(module: Module, imported: GlobalValue = () => null): ModuleClaims {
  const reading = readFor(module, imported);
  const { start, stackPointer, allocators, toolchain } = reading;
  return {
    claims: regionsIn(reading),
    stackPointer,
    allocators: allocators.functions,
    allocatorCode: allocators.code,
    allocatorState: allocatorGlobals(reading),
    start: start && { function: start.function, name: start.name },
    late: readLate(reading),
    threadLocals: threadLocals(reading),
    toolchain,
  };
}

/** What a module's data segments put into a range of memory 0, and zeros elsewhere; null where that is not known. */
export function dataOf(
  module: Module,
): (span: { readonly address: number; readonly length: number }) => Uint8Array | null {
  const globals = globalsOf(module, () => null);
  return ({ address, length }) => bytesOfSegments(module, globals, address, length);
}

/** A region before what lies in it. */
const byPlace = (a: Claim, b: Claim): number =>
  Number(a.relativeTo !== null) - Number(b.relativeTo !== null) ||
  a.start - b.start ||
  (b.end ?? Number.POSITIVE_INFINITY) - (a.end ?? Number.POSITIVE_INFINITY);
