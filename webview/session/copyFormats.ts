// The selected bytes as text for the clipboard.
import { intelHex } from '../../src/protocol/intelHex.ts';
import { hex } from '../../src/protocol/text.ts';
import type { Address } from '../../src/protocol/units.ts';

export type CopyFormat = 'hex' | 'c' | 'json' | 'base64' | 'text' | 'ihex';

export const COPY_FORMATS: readonly { readonly format: CopyFormat; readonly label: string }[] = [
  { format: 'hex', label: 'hex' },
  { format: 'c', label: 'C array' },
  { format: 'json', label: 'JSON array' },
  { format: 'base64', label: 'base64' },
  { format: 'text', label: 'text (UTF-8)' },
  { format: 'ihex', label: 'Intel HEX' },
];

/** Most bytes that are copied: more belongs into a file. */
export const COPY_LIMIT = 2 ** 20;

const HEX = Array.from({ length: 256 }, (_, value) => value.toString(16).padStart(2, '0'));
const BYTES_PER_LINE = 16;
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The bytes in a format. Bytes that are no UTF-8 become U+FFFD in text. */
export function formatBytes(bytes: Uint8Array, format: CopyFormat, start: Address): string {
  switch (format) {
    case 'hex':
      return Array.from(bytes, value => HEX[value]).join(' ');
    case 'c':
      return `const unsigned char memory_${hex(start)}[${bytes.length}] = {\n${cLines(bytes)}\n};\n`;
    case 'json':
      return JSON.stringify(Array.from(bytes));
    case 'base64':
      return base64(bytes);
    case 'text':
      return decoder.decode(bytes);
    case 'ihex':
      return intelHex(bytes, start);
  }
}

function cLines(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += BYTES_PER_LINE) {
    lines.push(`  ${Array.from(bytes.subarray(at, at + BYTES_PER_LINE), value => `0x${HEX[value]}`).join(', ')},`);
  }
  return lines.join('\n');
}

/** `btoa` takes a string of one character a byte; parts of a multiple of three bytes need no padding in between. */
const BASE64_PART = 3 * 8192;

function base64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += BASE64_PART) {
    text += btoa(String.fromCharCode(...bytes.subarray(at, at + BASE64_PART)));
  }
  return text;
}
