// Which global is the stack pointer: by its name, else as functions use it.
import { ENOUGH_FUNCTIONS, type StackPointer } from '../../protocol/claims.ts';
import { address } from '../../protocol/units.ts';
import { WasmFormatError } from '../errors.ts';
import type { Module } from '../module.ts';
import { functionRanges, readBody } from '../record/functionBody.ts';
import { type CodeVisitor, followCode } from './followCode.ts';
import { constantsOf, type Globals, importName } from './places.ts';

/** What LLVM's linker and AssemblyScript call it. */
const NAMES: ReadonlySet<string> = new Set(['__stack_pointer', '~lib/memory/__stack_pointer']);

export function findStackPointer(module: Module, globals: Globals): StackPointer {
  const { imports, values, names } = globals;
  const found = (global: number, by: 'name' | 'export' | 'import', name: string): StackPointer => {
    const initial = values(global);
    return { kind: 'found', global, by, name, initial: initial === null ? null : address(initial), functions: 0 };
  };
  const imported = imports.findIndex(({ name }) => NAMES.has(name));
  if (imported >= 0) return found(imported, 'import', importName(imports[imported]));
  for (const [index, name] of names)
    if (NAMES.has(name) && index < module.globals.length) return found(index, 'name', name);
  const exported = module.exports.find(({ kind, name }) => kind === 'global' && NAMES.has(name));
  if (exported) return found(exported.index, 'export', exported.name);
  return byUse(module, globals);
}

/** Code is looked at up to here, in bytes, so that a large module costs no more than others. */
const CODE_LIMIT = 2 ** 20;
/** Frames are multiples of 16 bytes in LLVM's code, of 4 in AssemblyScript's. */
const FRAME_UNIT = 4;

/** LLVM's frames, of functions that call no other one and so leave the stack pointer where it is. */
const LEAF_FRAME_UNIT = 16;

/**
 * The global from which functions subtract a constant, and which they put back: what pushes and pops a frame. A position that only
 * grows (the allocator's), or a counter, is not put back. Where no function calls another one that needs stack, none sets it: then it is the
 * one that they access memory below of.
 */
function byUse(module: Module, globals: Globals): StackPointer {
  const { imports, values } = globals;
  const constants = constantsOf(module, globals);
  const isCandidate = module.globals.map(
    ({ mutable, type }, index) =>
      mutable && index >= imports.length && (type === 'i32' || type === 'i64') && (values(index) ?? 0) > 0,
  );
  if (!isCandidate.includes(true)) return { kind: 'none' };
  const functions = new Map<number, number>();
  const pushed = new Set<number>();
  const popped = new Set<number>();
  const leaves = new Map<number, number>();
  const leaf = new Set<number>();
  const set = new Set<number>();
  const visitor: CodeVisitor = {
    accessed(address) {
      if (!address || address.global === null || !isCandidate[address.global]) return;
      if (address.offset < 0 && address.offset % LEAF_FRAME_UNIT === 0) leaf.add(address.global);
    },
    globalSet(global, value) {
      set.add(global);
      if (value?.global !== global || !isCandidate[global]) return;
      if (value.offset < 0 && value.offset % FRAME_UNIT === 0) pushed.add(global);
      else if (value.offset === 0 && pushed.has(global)) popped.add(global);
    },
    bulk() {},
    compareExchange() {},
    call() {},
  };
  const ranges = functionRanges(module);
  for (let i = 0; i < ranges.length && ranges[i + 1] - ranges[0] <= CODE_LIMIT; i += 2) {
    try {
      const body = readBody(module, module.importedFunctions + i / 2, ranges[i], ranges[i + 1]);
      followCode(module.bytes, body, constants, visitor);
    } catch (error) {
      if (!(error instanceof WasmFormatError)) throw error;
    }
    for (const global of popped) functions.set(global, (functions.get(global) ?? 0) + 1);
    for (const global of leaf) leaves.set(global, (leaves.get(global) ?? 0) + 1);
    for (const each of [pushed, popped, leaf]) each.clear();
    if (Math.max(0, ...functions.values()) >= ENOUGH_FUNCTIONS) break;
  }
  const isNeverSet = ([global]: readonly [number, number]): boolean =>
    !set.has(global) && (values(global) ?? 0) % LEAF_FRAME_UNIT === 0;
  const seenIn = functions.size > 0 ? [...functions] : [...leaves].filter(isNeverSet);
  const [best] = seenIn.sort(([, a], [, b]) => b - a);
  if (!best) return { kind: 'none' };
  const [global, seen] = best;
  return { kind: 'found', global, by: 'use', name: null, initial: address(values(global) ?? 0), functions: seen };
}
