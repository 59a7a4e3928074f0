// The text that starts at the selected byte.

/** Bytes that are looked at. */
export const TEXT_LIMIT = 64;

export type Utf8Text =
  /** `offset`: position of the first byte that is no UTF-8; `text`: the characters before it */
  | { readonly kind: 'invalid'; readonly text: string; readonly offset: number }
  /** `ended` by a NUL, or cut after {@link TEXT_LIMIT} bytes or at the end of memory */
  | { readonly kind: 'text'; readonly text: string; readonly ended: 'nul' | 'cut' };

/** Decodes up to the first NUL. `bytes` holds at most {@link TEXT_LIMIT} bytes; fewer means that memory ends there. */
export function decodeUtf8(bytes: Uint8Array): Utf8Text {
  const nul = bytes.indexOf(0);
  const body = nul < 0 ? bytes : bytes.subarray(0, nul);
  let offset = 0;
  while (offset < body.length) {
    const length = sequenceLength(body, offset);
    if (length === 'cut' && nul < 0) break;
    if (typeof length !== 'number') return { kind: 'invalid', text: decode(body.subarray(0, offset)), offset };
    offset += length;
  }
  return { kind: 'text', text: decode(body.subarray(0, offset)), ended: nul < 0 ? 'cut' : 'nul' };
}

/** Length of the character that starts at `offset` (Unicode, table 3-7: well-formed UTF-8 byte sequences). */
function sequenceLength(bytes: Uint8Array, offset: number): number | 'cut' | 'bad' {
  const first = bytes[offset] ?? 0;
  if (first < 0x80) return 1;
  const length =
    first >= 0xc2 && first <= 0xdf ? 2 : first >= 0xe0 && first <= 0xef ? 3 : first >= 0xf0 && first <= 0xf4 ? 4 : 0;
  if (length === 0) return 'bad';
  for (let i = 1; i < length; i++) {
    const byte = bytes[offset + i];
    if (byte === undefined) return 'cut';
    const [low, high] = i === 1 ? secondByteRange(first) : [0x80, 0xbf];
    if (byte < low || byte > high) return 'bad';
  }
  return length;
}

/** Excludes overlong forms, surrogates and values above U+10FFFF. */
function secondByteRange(first: number): readonly [number, number] {
  if (first === 0xe0) return [0xa0, 0xbf];
  if (first === 0xed) return [0x80, 0x9f];
  if (first === 0xf0) return [0x90, 0xbf];
  if (first === 0xf4) return [0x80, 0x8f];
  return [0x80, 0xbf];
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const decode = (bytes: Uint8Array): string => escapeControls(decoder.decode(bytes));

/** Control characters are shown as the escapes that programmers know, so that the text stays on its line. */
export function escapeControls(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\ufeff]/gu, character => {
    if (character === '\n') return '\\n';
    if (character === '\t') return '\\t';
    if (character === '\r') return '\\r';
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  });
}
