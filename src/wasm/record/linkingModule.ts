// A module that imports what another one imports, and has nothing else: who can make an instance of it can link the other one.
import { ByteWriter } from '../byteWriter.ts';
import { HEADER_BYTES, type Module, SECTION } from '../module.ts';

/** The sections that an import section may name something of, and itself. */
const KEPT: ReadonlySet<number> = new Set([SECTION.type, SECTION.import]);

export function linkingModule({ bytes, sections }: Module): Uint8Array<ArrayBuffer> {
  const out = new ByteWriter().copy(bytes, 0, HEADER_BYTES);
  for (const { id, start, end } of sections) if (KEPT.has(id)) out.copy(bytes, start, end);
  return out.finish().slice();
}
