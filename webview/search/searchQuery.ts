import type { SearchQuery } from '../../src/protocol/search.ts';
// Reads the search field's text as a query.

export type NumberType = Extract<SearchQuery, { kind: 'number' }>['type'];

/** How the text is read. */
export type SearchKind = 'bytes' | 'utf-8' | 'utf-16le' | NumberType;

export const SEARCH_KINDS: readonly { readonly value: SearchKind; readonly label: string }[] = [
  { value: 'bytes', label: 'bytes' },
  { value: 'utf-8', label: 'text' },
  { value: 'utf-16le', label: 'UTF-16' },
  ...(['i8', 'i16', 'i32', 'i64', 'f32', 'f64'] as const).map(type => ({ value: type, label: type })),
];

export function isSearchKind(value: string): value is SearchKind {
  return SEARCH_KINDS.some(kind => kind.value === value);
}

export type QueryResult =
  | { readonly ok: true; readonly query: SearchQuery }
  /** `message`: one sentence that says what is wrong with the text */
  | { readonly ok: false; readonly message: string };

/** @param littleEndian byte order of a number in memory */
export function parseQuery(kind: SearchKind, text: string, littleEndian: boolean): QueryResult {
  switch (kind) {
    case 'bytes':
      return parseBytes(text);
    case 'utf-8':
    case 'utf-16le':
      if (text === '') return { ok: false, message: 'Type the text to search for.' };
      return { ok: true, query: { kind: 'text', text, encoding: kind } };
    default:
      return parseNumber(kind, text.trim(), littleEndian);
  }
}

function parseBytes(text: string): QueryResult {
  const digits = text.replace(/[\s,]+|0x/gi, '');
  if (digits === '') return { ok: false, message: 'Type bytes like 0b 00 ?? 00, where ?? stands for any byte.' };
  const bytes: (number | null)[] = [];
  for (let at = 0; at < digits.length; at += 2) {
    const byte = digits.slice(at, at + 2);
    if (byte === '??') bytes.push(null);
    else if (/^[0-9a-f]{2}$/i.test(byte)) bytes.push(Number.parseInt(byte, 16));
    else return { ok: false, message: `“${byte}” is no byte: write two hexadecimal digits, or ?? for any byte.` };
  }
  if (bytes.every(byte => byte === null)) return { ok: false, message: 'At least one byte must not be ??.' };
  return { ok: true, query: { kind: 'bytes', bytes } };
}

const FLOAT = /^(?:[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|[+-]?Infinity|NaN)$/i;
const INTEGER = /^(-?)(0x[0-9a-f]+|\d+)$/i;

function parseNumber(type: NumberType, text: string, littleEndian: boolean): QueryResult {
  const query: SearchQuery = { kind: 'number', type, value: text, littleEndian };
  if (type === 'f32' || type === 'f64') {
    return FLOAT.test(text)
      ? { ok: true, query }
      : { ok: false, message: `“${text}” is no ${type}: write 0.1 or 1e-3.` };
  }
  const match = INTEGER.exec(text);
  if (!match) return { ok: false, message: `“${text}” is no ${type}: write a decimal or 0x hexadecimal integer.` };
  const value = BigInt(match[2] ?? '') * (match[1] === '-' ? -1n : 1n);
  const bits = BigInt(type.slice(1));
  // Signed or unsigned: both are the same bytes.
  if (value >= -(1n << (bits - 1n)) && value < 1n << bits) return { ok: true, query };
  return { ok: false, message: `${text} does not fit into an ${type}.` };
}
