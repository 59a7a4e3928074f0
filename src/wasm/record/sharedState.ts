// Instance state `shared`: all instances of a module have one set of mutable globals, and only the first one puts data segments into
// memory and runs the start function. Together they do what one instance does.
//
//   before   (global $g (mut i64) (i64.const 7))          after   (import "wasm-shared-memory" "global-0" (global $g (mut i64)))
//            (start $s)                                            (global $g-initial (mut i64) (i64.const 7))
//            (data (i32.const 8) "abc")                            (func $first
//            (data $p "def")                                         nop                    in later instances: return
//                                                                    global.get $g-initial
//                                                                    global.set $g
//                                                                    return_call $s)
//                                                                  (start $first)
//                                                                  (data (i32.const 8) "abc")   in later instances: (data "")
//                                                                  (data $p "def")
//
// A global that is defined stays where it is, and nothing writes to it any more: it keeps what the shared one is set to at first, in whatever
// expression the module has for it. The two modules differ in one byte of code, and behind all code, so offsets and indices are the same in both. The tail
// call keeps the added function out of stacks. An active segment is dropped once it is in memory, and so is the empty one: `memory.init` of it
// traps for any other size than 0. A passive one keeps its bytes in each instance until that instance drops it.
//
// Tables, element segments and memories other than memory 0 stay each instance's own, and so does a global that can't be made without a value:
// one of a reference that may not be null.
import { ByteReader } from '../byteReader.ts';
import { ByteWriter } from '../byteWriter.ts';
import { OP, PREFIX_VECTOR } from '../code/instructionCodes.ts';
import { isNumberType, type NumberType } from '../code/numberTypes.ts';
import { readConstant } from '../constantExpression.ts';
import { countImports, HEADER_BYTES, type Module, SECTION, sectionOf } from '../module.ts';
import { EXTERNAL_KIND, REF_NULL, readValueType, type ValueType } from '../types.ts';
import type { Indices } from './indices.ts';

/** A mutable global that the module defines and all instances share. */
export interface SharedGlobal {
  readonly index: number;
  readonly type: ValueType;
  /** Byte offsets of the value type in the file. */
  readonly typeStart: number;
  readonly typeEnd: number;
}

/** The mutable globals that a module defines. */
export interface MutableGlobals {
  readonly shared: readonly SharedGlobal[];
  /** Indices of those that each instance has for itself. */
  readonly own: readonly number[];
}

/** What a run needs beside the module of the first instance, where all instances share their state. */
export interface SharedState {
  /** The module of all other instances. */
  readonly laterBytes: Uint8Array<ArrayBuffer>;
  /** A module that imports nothing and exports the shared globals, named as the others import them. */
  readonly globalsBytes: Uint8Array<ArrayBuffer>;
  /** Indices of the mutable globals that each instance has for itself all the same. */
  readonly ownGlobals: readonly number[];
}

/** @param index of the global in the original module */
export const sharedImportName = (index: number): string => `global-${index}`;

export function mutableGlobals(module: Module): MutableGlobals {
  const shared: SharedGlobal[] = [];
  const own: number[] = [];
  const section = sectionOf(module.sections, SECTION.global);
  if (!section) return { shared, own };
  const first = countImports(module, 'global');
  const reader = new ByteReader(module.bytes, section.contents, section.end);
  const count = reader.u32();
  for (let index = first; index < first + count; index++) {
    const typeStart = reader.offset;
    const type = readValueType(reader);
    const typeEnd = reader.offset;
    const isMutable = reader.byte() === 1;
    readConstant(reader);
    if (!isMutable) continue;
    if (hasDefault(type)) shared.push({ index, type, typeStart, typeEnd });
    else own.push(index);
  }
  return { shared, own };
}

const hasDefault = (type: ValueType): boolean => !type.startsWith('(ref ') || type.startsWith('(ref null ');

const ZEROS: Readonly<Record<NumberType, readonly number[]>> = {
  i32: [OP.i32Const, 0],
  i64: [OP.i64Const, 0],
  f32: [OP.f32Const, ...Array<number>(4).fill(0)],
  f64: [OP.f64Const, ...Array<number>(8).fill(0)],
  v128: [PREFIX_VECTOR, OP.v128Const & 0xfff, ...Array<number>(16).fill(0)],
};

/** Makes the globals: JavaScript can't make one of a vector, nor one of a type that the module defines. */
export function globalsModule({ bytes, sections }: Module, shared: readonly SharedGlobal[]): Uint8Array<ArrayBuffer> {
  const globals = new ByteWriter().u32(shared.length);
  const exports = new ByteWriter().u32(shared.length);
  shared.forEach(({ index, type, typeStart, typeEnd }, i) => {
    globals.copy(bytes, typeStart, typeEnd).byte(1);
    if (isNumberType(type)) for (const byte of ZEROS[type]) globals.byte(byte);
    // The short form of a reference type is its heap type.
    else globals.byte(OP.refNull).copy(bytes, bytes[typeStart] === REF_NULL ? typeStart + 1 : typeStart, typeEnd);
    globals.byte(OP.end);
    exports.name(sharedImportName(index)).byte(EXTERNAL_KIND.global).u32(i);
  });
  const out = new ByteWriter().copy(bytes, 0, HEADER_BYTES);
  const types = sectionOf(sections, SECTION.type);
  if (types) out.copy(bytes, types.start, types.end);
  for (const [id, contents] of [[SECTION.global, globals] as const, [SECTION.export, exports] as const])
    out.byte(id).u32(contents.size).bytes(contents.finish());
  return out.finish().slice();
}

/**
 * Writes the function that starts the first instance, with its size.
 * @returns the offset in `out` of the byte that {@link startsLater} changes
 */
export function writeStart(out: ByteWriter, module: Module, shared: readonly number[], indices: Indices): number {
  const code = new ByteWriter();
  code.u32(0); // locals
  const switchAt = code.size;
  code.byte(OP.nop);
  for (const index of shared)
    code
      .opcodeU32(OP.globalGet, indices.initial(index))
      .opcodeU32(OP.globalSet, indices.moved(EXTERNAL_KIND.global, index));
  const start = startFunction(module);
  if (start !== null) code.opcodeU32(OP.returnCall, indices.moved(EXTERNAL_KIND.function, start));
  code.byte(OP.end);
  out.u32(code.size).bytes(code.finish());
  return out.size - code.size + switchAt;
}

/** Turns the first instance's module into that of the others, as far as code goes. @param at what {@link writeStart} returned */
export function startsLater(bytes: Uint8Array, at: number): void {
  bytes[at] = OP.return;
}

function startFunction({ bytes, sections }: Module): number | null {
  const section = sectionOf(sections, SECTION.start);
  return section ? new ByteReader(bytes, section.contents, section.end).u32() : null;
}
