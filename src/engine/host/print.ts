// Decodes what guests hand to `env.print`. Three signatures are about, and only what decodes tells them apart:
// (capacity, pointer, length) and (pointer, capacity, length) of a Rust `String` passed by value, and the address of
// those three words.
import type { Printed } from '../../protocol/engine.ts';
import { bytesOf, type HostModule } from './hostModule.ts';

/** Texts longer than this (bytes) are taken for a wrong guess of the argument order. */
const MAX_TEXT_BYTES = 1 << 20;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Bytes as text; null where they are none: out of bounds, no UTF-8, a NUL or another control character. */
function textAt(memory: Uint8Array, pointer: number, length: number): string | null {
  if (length > MAX_TEXT_BYTES || pointer + length > memory.length) return null;
  try {
    const text = utf8.decode(memory.slice(pointer, pointer + length));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    return /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/.test(text) ? null : text;
  } catch {
    return null;
  }
}

interface StringWords {
  readonly pointer: number;
  readonly capacity: number;
  readonly length: number;
}

/** The text of a Rust `String`; null where the words make no sane one. */
function stringAt(memory: Uint8Array, { pointer, capacity, length }: StringWords): string | null {
  if (pointer === 0 || length > capacity || pointer + capacity > memory.length) return null;
  return textAt(memory, pointer, length);
}

function stringOfWords(memory: Uint8Array, [a, b, c]: readonly number[]): string | null {
  return (
    stringAt(memory, { capacity: a, pointer: b, length: c }) ??
    stringAt(memory, { pointer: a, capacity: b, length: c }) ??
    stringAt(memory, { pointer: a, length: b, capacity: c })
  );
}

/** The three u32 words at an address; null where they are not all in memory. */
function wordsAt(memory: Uint8Array, address: number): number[] | null {
  if (address === 0 || address + 12 > memory.length) return null;
  const view = new DataView(memory.buffer, memory.byteOffset + address, 12);
  return [view.getUint32(0, true), view.getUint32(4, true), view.getUint32(8, true)];
}

function decodeText(words: readonly number[], memory: Uint8Array): string | null {
  switch (words.length) {
    case 1: {
      const inMemory = wordsAt(memory, words[0]);
      return inMemory && stringOfWords(memory, inMemory);
    }
    case 2:
      return stringAt(memory, { pointer: words[0], capacity: words[1], length: words[1] });
    case 3: {
      const [, pointer, length] = words;
      const text = length > 0 ? textAt(memory, pointer, length) : null;
      return text ?? stringOfWords(memory, words);
    }
    default:
      return null;
  }
}

/**
 * What a guest printed. Which of its readings counts is decided in this order:
 * 1. Three words are `(_, pointer, length)`, if that gives a text that is not empty. The reference's host reads them so and
 *    ignores the first word; a guest may pass anything there.
 * 2. Three words are a Rust `String`: (capacity, pointer, length), (pointer, capacity, length) or (pointer, length, capacity).
 *    Its pointer is not null, its capacity holds its length and lies in memory.
 * 3. One word is the address of such a `String`. Here the capacity must be right: else many a printed number would be taken
 *    for an address, since a pointer and a length often lie behind it.
 * 4. Two words are a pointer and a length.
 * @param args the arguments of `print` as the guest passed them
 * @param memory the memory's bytes
 * @returns the text, or the arguments themselves where they are none (`print(42)`)
 */
export function decodePrint(args: readonly (number | bigint)[], memory: Uint8Array): Printed {
  const words = args.map(value => Number(value) >>> 0);
  const text = decodeText(words, memory);
  return text === null ? { kind: 'arguments', text: args.join(', ') } : { kind: 'text', text };
}

export const print: HostModule = each => {
  if (each.kind !== 'function' || each.module !== 'env' || each.name !== 'print') return null;
  if (each.type?.results.length !== 0) return null;
  return {
    label: 'print',
    makeFunction:
      host =>
      (...args) =>
        host.printed(decodePrint(args, bytesOf(host.memory))),
  };
};
