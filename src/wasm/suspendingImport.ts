// A module between a guest and an import that may suspend it (JavaScript Promise Integration): no code of JavaScript runs where the guest
// goes on behind a suspension, so this one tells of it.
//
//   (func (export "call") (type of the import)
//     token = leave(); the import; back(token); return
//     where something is thrown: back(token); throw it on)
import { ByteWriter } from './byteWriter.ts';
import { OP } from './code/instructionCodes.ts';
import { TYPE_ENCODING } from './code/numberTypes.ts';
import { HEADER_BYTES, SECTION } from './module.ts';
import { EXTERNAL_KIND, FORM_FUNCTION, type FunctionType, type ValueType } from './types.ts';

/** What the module imports, by the one module name `host`. */
export const SUSPENDING = { host: 'host', import: 'import', leave: 'leave', back: 'back', call: 'call' } as const;

/** Its name in the name section, in whose first subsection that stands; those of recorded modules begin so, too. */
const NAME = 'wasm-shared-memory-suspending';

const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00] as const;
const EMPTY_BLOCK = 0x40;

/** Encodings of the types that name no type of their module. */
const ENCODING: Readonly<Partial<Record<ValueType, number>>> = {
  ...TYPE_ENCODING,
  funcref: 0x70,
  externref: 0x6f,
  anyref: 0x6e,
  eqref: 0x6d,
  i31ref: 0x6c,
  structref: 0x6b,
  arrayref: 0x6a,
};

/** @returns null for a type that can't be told without the module that it is of */
export function suspendingModule({ params, results }: FunctionType): Uint8Array<ArrayBuffer> | null {
  const encoded = [...params, ...results].map(type => ENCODING[type] ?? 0);
  if (encoded.includes(0)) return null;
  const out = new ByteWriter();
  for (const byte of HEADER.slice(0, HEADER_BYTES)) out.byte(byte);
  const section = (id: number, write: (contents: ByteWriter) => void): void => {
    const contents = new ByteWriter();
    write(contents);
    out.byte(id).u32(contents.size).bytes(contents.finish());
  };
  const [ofImport, ofLeave, ofBack] = [0, 1, 2];
  section(SECTION.type, contents => {
    contents.u32(3).byte(FORM_FUNCTION).u32(params.length);
    for (const byte of encoded.slice(0, params.length)) contents.byte(byte);
    contents.u32(results.length);
    for (const byte of encoded.slice(params.length)) contents.byte(byte);
    contents.byte(FORM_FUNCTION).u32(0).u32(1).byte(TYPE_ENCODING.i32);
    contents.byte(FORM_FUNCTION).u32(1).byte(TYPE_ENCODING.i32).u32(0);
  });
  const imports = [
    [SUSPENDING.import, ofImport],
    [SUSPENDING.leave, ofLeave],
    [SUSPENDING.back, ofBack],
  ] as const;
  section(SECTION.import, contents => {
    contents.u32(imports.length);
    for (const [name, type] of imports)
      contents.name(SUSPENDING.host).name(name).byte(EXTERNAL_KIND.function).u32(type);
  });
  section(SECTION.function, contents => contents.u32(1).u32(ofImport));
  section(SECTION.export, contents =>
    contents.u32(1).name(SUSPENDING.call).byte(EXTERNAL_KIND.function).u32(imports.length),
  );
  const token = params.length;
  const back = (code: ByteWriter): ByteWriter => code.opcodeU32(OP.localGet, token).opcodeU32(OP.call, ofBack);
  section(SECTION.code, contents => {
    const code = new ByteWriter().u32(1).u32(1).byte(TYPE_ENCODING.i32);
    code.opcodeU32(OP.call, ofLeave).opcodeU32(OP.localSet, token).byte(OP.try).byte(EMPTY_BLOCK);
    for (let local = 0; local < params.length; local++) code.opcodeU32(OP.localGet, local);
    code.opcodeU32(OP.call, ofImport);
    back(code).byte(OP.return).byte(OP.catchAll);
    back(code).byte(OP.rethrow).byte(0).byte(OP.end).byte(OP.unreachable).byte(OP.end);
    contents.u32(1).u32(code.size).bytes(code.finish());
  });
  // By its name it is known in stacks.
  const own = new ByteWriter().name(NAME).finish();
  section(SECTION.custom, contents => contents.name('name').byte(0).u32(own.length).bytes(own));
  return out.finish().slice();
}
