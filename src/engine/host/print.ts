// Decodes what guests hand to `env.print`. Three signatures are about, and only what decodes tells them apart:
// (capacity, pointer, length) and (pointer, capacity, length) of a Rust `String` passed by value, and the address of
// those three words.

/** Texts longer than this (bytes) are taken for a wrong guess of the argument order. */
const MAX_TEXT_BYTES = 1 << 20;

const utf8 = new TextDecoder('utf-8', { fatal: true });

interface StringWords {
  readonly pointer: number;
  readonly capacity: number;
  readonly length: number;
}

/** The text of a Rust `String`, or null where the words make no sane one: out of bounds, no UTF-8, control characters. */
function decodeString(memory: Uint8Array, { pointer, capacity, length }: StringWords): string | null {
  if (pointer === 0 || length > capacity || length > MAX_TEXT_BYTES || pointer + capacity > memory.length) return null;
  try {
    const text = utf8.decode(memory.slice(pointer, pointer + length));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    return /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/.test(text) ? null : text;
  } catch {
    return null;
  }
}

function decodeWords(memory: Uint8Array, [a, b, c]: readonly number[]): string | null {
  return (
    decodeString(memory, { capacity: a, pointer: b, length: c }) ??
    decodeString(memory, { pointer: a, capacity: b, length: c }) ??
    decodeString(memory, { pointer: a, length: b, capacity: c })
  );
}

/** The three u32 words at an address; null where they are not all in memory. */
function wordsAt(memory: Uint8Array, address: number): number[] | null {
  if (address === 0 || address + 12 > memory.length) return null;
  const view = new DataView(memory.buffer, memory.byteOffset + address, 12);
  return [view.getUint32(0, true), view.getUint32(4, true), view.getUint32(8, true)];
}

/**
 * The text that a guest printed.
 * @param args the arguments of `print` as the guest passed them
 * @param memory the memory's bytes
 * @returns the text, or the arguments themselves where they are no string (`print(42)`)
 */
export function decodePrint(args: readonly (number | bigint)[], memory: Uint8Array): string {
  const words = args.map(value => Number(value) >>> 0);
  let text: string | null = null;
  if (words.length === 3) text = decodeWords(memory, words);
  else if (words.length === 2) text = decodeString(memory, { pointer: words[0], capacity: words[1], length: words[1] });
  else if (words.length === 1) {
    const inMemory = wordsAt(memory, words[0]);
    text = inMemory && decodeWords(memory, inMemory);
  }
  return text ?? args.join(', ');
}

/** The number at the end of a printed text: the value in `add_23[#1]: 57`; null where there is none. */
export function printedValue(printed: readonly string[]): number | null {
  const match = /(-?\d+)\s*$/.exec(printed.at(-1) ?? '');
  return match ? Number(match[1]) : null;
}
