// Copies of the parts of a memory, compared and taken by code of WebAssembly: to call `Buffer.compare` takes longer than to compare a part, and guests
// come to hundreds of thousands in a second.
import { bufferOf, exportsOf, Instance, Module } from '../platform/plainApi.ts';
import { MAX_MEMORY_BYTES, WASM_PAGE_BYTES } from '../protocol/units.ts';
import { ByteWriter } from '../wasm/byteWriter.ts';
import { OP, PREFIX_MISC, PREFIX_VECTOR } from '../wasm/code/instructionCodes.ts';
import { TYPE_ENCODING } from '../wasm/code/numberTypes.ts';
import { SECTION } from '../wasm/module.ts';
import { EXTERNAL_KIND, FORM_FUNCTION } from '../wasm/types.ts';

const MAX_WASM_PAGES = MAX_MEMORY_BYTES / WASM_PAGE_BYTES;

/** What compares and copies: addresses in the memory and in that of the copies, multiples of {@link STRIDE}, and a number of bytes that is one. */
interface Code {
  same(at: number, copy: number, bytes: number): number;
  take(at: number, copy: number, bytes: number): void;
}

export class PartCopies {
  /** Its first part stays zero: it stands for each part without a copy. */
  private readonly copies = new WebAssembly.Memory({ initial: 1, maximum: MAX_WASM_PAGES });
  private bytes = new Uint8Array(this.copies.buffer);
  /** By part: where its copy is; 0 where there is none, and the part is known to be zero. */
  private readonly places: Uint32Array;
  private free: number;
  private readonly code: Code;

  /**
   * @param partBytes a power of two, from {@link STRIDE} to 64 KiB
   * @param parts of the memory at most
   */
  constructor(
    memory: WebAssembly.Memory,
    private readonly partBytes: number,
    parts: number,
  ) {
    this.free = partBytes;
    this.places = new Uint32Array(parts);
    this.code = codeOver(memory, this.copies);
  }

  /** Whether a part, which is in memory, is like its copy. */
  isSame(part: number): boolean {
    return this.code.same(part * this.partBytes, this.places[part], this.partBytes) !== 0;
  }

  /** Makes the copy like the part, which is in memory. */
  take(part: number): void {
    this.code.take(part * this.partBytes, this.placeOf(part), this.partBytes);
  }

  /** The copy, valid until the next one is taken. */
  read(part: number): Uint8Array {
    const place = this.places[part];
    return this.bytes.subarray(place, place + this.partBytes);
  }

  /** Changes copies: these bytes are at an address. */
  put(address: number, bytes: Uint8Array): void {
    const { partBytes } = this;
    for (let done = 0; done < bytes.length; ) {
      const at = (address + done) % partBytes;
      const length = Math.min(partBytes - at, bytes.length - done);
      const place = this.placeOf(Math.floor((address + done) / partBytes));
      this.bytes.set(bytes.subarray(done, done + length), place + at);
      done += length;
    }
  }

  private placeOf(part: number): number {
    const place = this.places[part] || this.newPlace();
    this.places[part] = place;
    return place;
  }

  private newPlace(): number {
    const { copies, free, partBytes } = this;
    if (free + partBytes > this.bytes.length) {
      const pages = this.bytes.length / WASM_PAGE_BYTES;
      copies.grow(Math.min(pages, MAX_WASM_PAGES - pages));
      this.bytes = new Uint8Array(copies.buffer);
    }
    this.free += partBytes;
    return free;
  }
}

function codeOver(memory: WebAssembly.Memory, copies: WebAssembly.Memory): Code {
  const isShared = bufferOf(memory) instanceof SharedArrayBuffer;
  const make = (is64: boolean): WebAssembly.Exports => {
    const module = new Module(copiesModule(isShared, is64));
    return exportsOf(new Instance(module, { '': { memory, copies } }));
  };
  const { same, take } = eitherOf(make);
  if (typeof same !== 'function' || typeof take !== 'function') throw new TypeError('the module exports its functions');
  return {
    same: (at, copy, bytes) => Number(same(at, copy, bytes)),
    take: (at, copy, bytes) => void take(at, copy, bytes),
  };
}

/** JavaScript does not tell which addresses a memory has: one of the two modules takes it. */
function eitherOf<T>(make: (is64: boolean) => T): T {
  try {
    return make(false);
  } catch {
    return make(true);
  }
}

const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00] as const;
const EMPTY_BLOCK = 0x40;
const HAS_MAXIMUM_AND_IS_SHARED = 3;
const HAS_64_BITS = 4;
const V128_LOAD = 0;
const V128_OR = 80;
const V128_XOR = 81;
const V128_ANY_TRUE = 83;
const MEMORY_COPY = 10;
const MEMORY_FOLLOWS = 0x40;
const VECTOR_BYTES = 16;
/** Bytes that are compared at once. */
export const STRIDE = 64;

/**
 *   (import "" "memory" (memory 0)) (import "" "copies" (memory 0))
 *   (func (export "same") (param $at i32) (param $copy i32) (param $bytes i32) (result i32)
 *     (loop $next
 *       (if (v128.any_true (64 bytes at $at, xor 64 bytes of $copies at $copy)) (then (return (i32.const 0))))
 *       (local.set $at (i32.add (local.get $at) (i32.const 64))) (local.set $copy (i32.add (local.get $copy) (i32.const 64)))
 *       (br_if $next (local.tee $bytes (i32.sub (local.get $bytes) (i32.const 64)))))
 *     (i32.const 1))
 *   (func (export "take") (param $at i32) (param $copy i32) (param $bytes i32)
 *     (memory.copy $copies $memory (local.get $copy) (local.get $at) (local.get $bytes)))
 */
function copiesModule(isShared: boolean, is64: boolean): Uint8Array<ArrayBuffer> {
  const { i32 } = TYPE_ENCODING;
  const [memory, copies] = [0, 1];
  const [at, copy, bytes] = [0, 1, 2];
  const out = new ByteWriter();
  for (const byte of HEADER) out.byte(byte);
  const section = (id: number, contents: ByteWriter): void =>
    void out.byte(id).u32(contents.size).bytes(contents.finish());
  section(
    SECTION.type,
    new ByteWriter()
      .u32(2)
      .byte(FORM_FUNCTION)
      .u32(3)
      .byte(i32)
      .byte(i32)
      .byte(i32)
      .u32(1)
      .byte(i32)
      .byte(FORM_FUNCTION)
      .u32(3)
      .byte(i32)
      .byte(i32)
      .byte(i32)
      .u32(0),
  );
  const imports = new ByteWriter().u32(2);
  imports.name('').name('memory').byte(EXTERNAL_KIND.memory);
  imports.byte((isShared ? HAS_MAXIMUM_AND_IS_SHARED : 0) + (is64 ? HAS_64_BITS : 0)).u32(0);
  if (isShared) imports.u32(MAX_WASM_PAGES);
  imports.name('').name('copies').byte(EXTERNAL_KIND.memory).byte(0).u32(0);
  section(SECTION.import, imports);
  section(SECTION.function, new ByteWriter().u32(2).u32(0).u32(1));
  const exports = new ByteWriter().u32(2);
  exports.name('same').byte(EXTERNAL_KIND.function).u32(0).name('take').byte(EXTERNAL_KIND.function).u32(1);
  section(SECTION.export, exports);

  const same = new ByteWriter().u32(0);
  const address = (code: ByteWriter): ByteWriter => {
    code.opcodeU32(OP.localGet, at);
    return is64 ? code.byte(OP.i64ExtendI32U) : code;
  };
  const vector = (op: number): ByteWriter => same.byte(PREFIX_VECTOR).u32(op);
  same.byte(OP.loop).byte(EMPTY_BLOCK);
  for (let offset = 0; offset < STRIDE; offset += VECTOR_BYTES) {
    address(same);
    vector(V128_LOAD).u32(MEMORY_FOLLOWS).u32(memory).u32(offset);
    same.opcodeU32(OP.localGet, copy);
    vector(V128_LOAD).u32(MEMORY_FOLLOWS).u32(copies).u32(offset);
    vector(V128_XOR);
    if (offset > 0) vector(V128_OR);
  }
  vector(V128_ANY_TRUE).byte(OP.if).byte(EMPTY_BLOCK).byte(OP.i32Const).s32(0).byte(OP.return).byte(OP.end);
  for (const local of [at, copy])
    same.opcodeU32(OP.localGet, local).byte(OP.i32Const).s32(STRIDE).byte(OP.i32Add).opcodeU32(OP.localSet, local);
  same.opcodeU32(OP.localGet, bytes).byte(OP.i32Const).s32(STRIDE).byte(OP.i32Sub).opcodeU32(OP.localTee, bytes);
  same.opcodeU32(OP.brIf, 0).byte(OP.end).byte(OP.i32Const).s32(1).byte(OP.end);

  const take = new ByteWriter().u32(0).opcodeU32(OP.localGet, copy);
  address(take).opcodeU32(OP.localGet, bytes).byte(PREFIX_MISC).u32(MEMORY_COPY).u32(copies).u32(memory).byte(OP.end);

  const code = new ByteWriter().u32(2);
  for (const body of [same, take]) code.u32(body.size).bytes(body.finish());
  section(SECTION.code, code);
  return out.finish().slice();
}
