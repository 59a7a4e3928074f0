// A function of the code section: where it stands in the file, and its locals.
import { ByteReader } from '../byteReader.ts';
import { InstructionWalker } from '../code/instructionWalker.ts';
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
