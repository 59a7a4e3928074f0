/** A .wasm file that can't be read: what is wrong and at which byte. */
export class WasmFormatError extends Error {
  override readonly name = 'WasmFormatError';

  constructor(
    /** `truncated`: the file ends too early; `malformed`: a byte that the format does not allow. */
    readonly reason: 'truncated' | 'malformed',
    message: string,
    /** Byte offset in the file. */
    readonly offset: number,
  ) {
    super(message);
  }
}
