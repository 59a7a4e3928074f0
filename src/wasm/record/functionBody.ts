// A function of the code section: where it stands in the file, and its locals.
import { ByteReader } from '../byteReader.ts';
import { InstructionWalker } from '../code/instructionWalker.ts';
import { WasmFormatError } from '../errors.ts';
import { type Module, SECTION, sectionOf } from '../module.ts';
import { readValueType, type ValueType } from '../types.ts';

export interface FunctionBody {
  /** Function index in the original module. */
  readonly index: number;
  /** Byte offsets in the original file: of the vector of locals, of its entries, of the first instruction, of the end. */
  readonly start: number;
  readonly localGroups: number;
  readonly code: number;
  readonly end: number;
  /** Number of entries in the vector of locals. */
  readonly localGroupCount: number;
  /** Parameters and locals. */
  readonly localCount: number;
}

/**
 * Offsets of the functions in the code section, in its order: `2 × i` is the start of function `i`'s body, `2 × i + 1` its end.
 * @throws WasmFormatError where a file that no engine has validated has a section that can't be
 */
export function functionRanges(module: Module): Uint32Array {
  const section = sectionOf(module.sections, SECTION.code);
  if (!section) return new Uint32Array(0);
  const reader = new ByteReader(module.bytes, section.contents, section.end);
  const count = reader.u32();
  if (count !== module.functions.length - module.importedFunctions)
    throw reader.malformed('the code section has not as many functions as are declared', section.contents);
  const ranges = new Uint32Array(count * 2);
  for (let i = 0; i < count; i++) {
    const size = reader.u32();
    ranges[2 * i] = reader.offset;
    reader.skip(size);
    ranges[2 * i + 1] = reader.offset;
  }
  return ranges;
}

/** The same of code that may break: those of the functions that can be read, and what is wrong with the next one. */
export function readableRanges(module: Module): {
  readonly ranges: Uint32Array;
  readonly problem: WasmFormatError | null;
} {
  const section = sectionOf(module.sections, SECTION.code);
  const declared = module.functions.length - module.importedFunctions;
  const ranges: number[] = [];
  if (!section) return { ranges: new Uint32Array(0), problem: null };
  const reader = new ByteReader(module.bytes, section.contents, section.end);
  try {
    const count = reader.u32();
    for (let i = 0; i < Math.min(count, declared); i++) {
      const end = reader.u32() + reader.offset;
      ranges.push(reader.offset, Math.min(end, section.end));
      reader.skip(end - reader.offset);
    }
    return { ranges: Uint32Array.from(ranges), problem: null };
  } catch (error) {
    if (!(error instanceof WasmFormatError)) throw error;
    return { ranges: Uint32Array.from(ranges), problem: error };
  }
}

export function readBody(module: Module, index: number, start: number, end: number): FunctionBody {
  const walker = new InstructionWalker(module.bytes, start, end);
  const localGroupCount = walker.u32();
  const localGroups = walker.offset;
  let localCount = module.functions[index]?.params.length ?? 0;
  for (let i = 0; i < localGroupCount && walker.offset < end; i++) {
    localCount += walker.u32();
    walker.skipType();
  }
  return { index, start, localGroups, code: walker.offset, end, localGroupCount, localCount };
}

/** Types of parameters and locals, by local index. */
export function localTypes(module: Module, body: FunctionBody): ValueType[] {
  const types = [...(module.functions[body.index]?.params ?? [])];
  const reader = new ByteReader(module.bytes, body.localGroups, body.code);
  while (!reader.atEnd) {
    const count = reader.u32();
    const type = readValueType(reader);
    for (let i = 0; i < count; i++) types.push(type);
  }
  return types;
}
