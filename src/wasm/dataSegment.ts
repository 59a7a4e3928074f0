// The data segments of a module (WebAssembly specification, 5.5.14 Data Section).
import { ByteReader } from './byteReader.ts';
import { type GlobalValue, globalsIn, readConstant } from './constantExpression.ts';

export class DataSegment {
  /**
   * @param memory memory index; null for a passive segment
   * @param address where instantiation puts it; null for a passive segment or where it depends on an imported global
   * @param file the whole file, in which its bytes stand from `start` up to `end`
   */
  constructor(
    readonly memory: number | null,
    readonly address: number | null,
    private readonly file: Uint8Array,
    readonly start: number,
    private readonly end: number,
    /** Where the expression of its address begins in the file; null for a passive segment. */
    private readonly addressStart: number | null,
  ) {}

  /** Where instantiation puts it, given the values of globals; null for a passive segment, or where that is not enough. */
  addressWith(globals: GlobalValue): number | null {
    if (this.address !== null || this.addressStart === null) return this.address;
    return readConstant(new ByteReader(this.file, this.addressStart), globals);
  }

  /**
   * The imported global that its address depends on, and what is added to it; null where nothing is to be known, or no import is
   * in it.
   * @param imports how many globals are imported
   * @param globals values of those that are known
   */
  addressFromImport(
    imports: number,
    globals: GlobalValue,
  ): { readonly global: number; readonly offset: number } | null {
    if (this.addressStart === null || this.address !== null) return null;
    const used = globalsIn(new ByteReader(this.file, this.addressStart)).filter(index => globals(index) === null);
    const [global] = used;
    if (used.length !== 1 || global >= imports) return null;
    const at = (value: number) => this.addressWith(index => (index === global ? value : globals(index)));
    const [offset, moved] = [at(0), at(1)];
    // A sum moves with the import; a product would not.
    return offset !== null && moved === offset + 1 ? { global, offset } : null;
  }

  get size(): number {
    return this.end - this.start;
  }

  /** The bytes, a view into the file: made when asked for, since modules have up to a hundred thousand segments. */
  get bytes(): Uint8Array {
    return this.file.subarray(this.start, this.end);
  }
}

/** Flags of a data segment (WebAssembly specification, 5.5.14). */
export const DATA = { passive: 1, explicitIndex: 2 } as const;

export function readDataSegment(reader: ByteReader, globals: GlobalValue): DataSegment {
  const start = reader.offset;
  const flags = reader.u32();
  if (flags > DATA.explicitIndex) throw reader.malformed(`unknown data segment flags ${flags}`, start);
  const passive = flags === DATA.passive;
  const memory = passive ? null : flags === DATA.explicitIndex ? reader.u32() : 0;
  const addressStart = passive ? null : reader.offset;
  const address = passive ? null : readConstant(reader, globals);
  const size = reader.u32();
  const bytesStart = reader.offset;
  reader.skip(size);
  return new DataSegment(memory, address, reader.bytes, bytesStart, reader.offset, addressStart);
}
