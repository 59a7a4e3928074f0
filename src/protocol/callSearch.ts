// What a search in the trace finds: calls by the name of their function, and by numbers that they took or gave.
import type { CallRecord, WasmValue } from './call.ts';

export interface CallSearch {
  readonly inName: (name: string) => boolean;
  /** Null where the text is no number. An i32, or an i64, is the same number with and without its sign. */
  readonly isValue: ((value: WasmValue) => boolean) | null;
}

/** @param text part of a name in capital or small letters, or a whole number in decimal or hexadecimal */
export function searchOf(text: string): CallSearch {
  const wanted = text.toLowerCase();
  return { inName: name => name.toLowerCase().includes(wanted), isValue: valueTest(text) };
}

function valueTest(text: string): CallSearch['isValue'] {
  if (!/^(-?\d+|0x[\da-f]+)$/i.test(text)) return null;
  const number = BigInt(text);
  const isOf = (bits: bigint): boolean => number >= -(2n ** (bits - 1n)) && number < 2n ** bits;
  const digits = [number, ...(isOf(64n) ? [BigInt.asIntN(64, number)] : [])].map(String);
  const isI32 = isOf(32n);
  const numbers = [Number(number), ...(isI32 ? [Number(BigInt.asIntN(32, number))] : [])];
  return value => (typeof value === 'string' ? digits.includes(value) : numbers.includes(value));
}

/** Whether a search finds a call; one for nothing finds none. */
export function isFound({ function: name, ownName, args, results }: CallRecord, text: string): boolean {
  if (text === '') return false;
  const { inName, isValue } = searchOf(text);
  const isNamed = inName(name) || (ownName !== undefined && inName(ownName));
  return isNamed || (isValue !== null && [...args, ...results].some(isValue));
}
