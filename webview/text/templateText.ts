// The value of a row of templates, in words.

import { sizeOf, type Templates, type TemplateType, typeText } from '../../src/protocol/templates.ts';
import { hex } from '../../src/protocol/text.ts';
import { NUMBERS } from '../../src/protocol/values.ts';
import type { TemplateRow } from '../data/templateTree.ts';
import { decodeUtf8 } from './utf8Text.ts';

/** Elements of an array that are told in its own row. */
const TOLD_ELEMENTS = 8;

/** What the row holds; a struct says its size alone, since its fields are rows. */
export function rowValue(row: TemplateRow, structs: Templates['structs']): string {
  if (!row.isInside) return 'memory ends before it does';
  if (!row.bytes) return '··';
  if (row.target) return targetText(row);
  return valueText(row.type, row.bytes, row.littleEndian, structs);
}

function valueText(
  type: TemplateType,
  bytes: Uint8Array,
  littleEndian: boolean,
  structs: Templates['structs'],
): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (type.kind) {
    case 'number':
      return NUMBERS[type.type].read(view, littleEndian);
    case 'char':
      return characters(bytes.subarray(0, 1));
    case 'pointer':
      return `0x${(type.bits === 64 ? view.getBigUint64(0, littleEndian) : view.getUint32(0, littleEndian)).toString(16)}`;
    case 'struct':
      return `{ ${sizeOf(type, structs)} bytes }`;
    case 'array':
      return arrayValue(type, bytes, littleEndian, structs);
  }
}

function arrayValue(
  { element, count }: Extract<TemplateType, { kind: 'array' }>,
  bytes: Uint8Array,
  littleEndian: boolean,
  structs: Templates['structs'],
): string {
  if (element.kind === 'char') return characters(bytes);
  const size = sizeOf(element, structs);
  if (element.kind === 'struct' || element.kind === 'array') return `[ ${count} × ${size} bytes ]`;
  const told = Math.min(count, TOLD_ELEMENTS, Math.floor(bytes.length / size));
  const texts = Array.from({ length: told }, (_, index) =>
    valueText(element, bytes.subarray(index * size, (index + 1) * size), littleEndian, structs),
  );
  return `[ ${texts.join(', ')}${told < count ? ', …' : ''} ]`;
}

/** A text up to its NUL; where it is none, its bytes. */
function characters(bytes: Uint8Array): string {
  const decoded = decodeUtf8(bytes);
  if (decoded.kind === 'text') return `“${decoded.text}”${decoded.ended === 'cut' && bytes.length > 1 ? '…' : ''}`;
  const rest = Array.from(bytes.subarray(decoded.offset, decoded.offset + 8), byte =>
    byte.toString(16).padStart(2, '0'),
  );
  return `${decoded.text === '' ? '' : `“${decoded.text}” then `}${rest.join(' ')} (no UTF-8)`;
}

function targetText({ target }: TemplateRow): string {
  if (!target) return '';
  const address = `0x${target.address.toString(16)}`;
  if (target.kind === 'null') return 'null';
  if (target.kind === 'outside') return `${address} is outside the memory`;
  return `→ ${address}${target.isCycle ? ' (it is shown above)' : ''}`;
}

/** `value: u32 at 0x548, 356, changed` */
export function rowLabel(row: TemplateRow, structs: Templates['structs']): string {
  const facts = [`${typeText(row.type)} at ${hex(row.start)}`, rowValue(row, structs)];
  if (row.isChanged) facts.push('changed');
  return `${row.name}: ${facts.join(', ')}`;
}
