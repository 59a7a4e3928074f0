// An access in words: for its row, for the inspector and for screen readers.
import type { AccessView, SiteView, WriteView } from '../../src/protocol/run.ts';
import { count, hex } from '../../src/protocol/text.ts';
import { ownerName } from '../theme/ownerMarks.ts';
import { f32Text, f64Text } from './floatText.ts';

/** `add_23+0x12` */
export function siteText(site: SiteView): string {
  return `${site.function}+${hex(site.functionOffset)}`;
}

/** `i32.store`, or what happened where no instruction is known. */
export function instructionText({ site, kind, owner }: AccessView): string {
  if (site) return site.instruction;
  if (kind === 'grow') return 'memory.grow';
  return owner.kind === 'unrecorded' ? 'unrecorded change' : 'host write';
}

/** `[0x548]`; with its length where it is more than a value. */
export function placeText(access: AccessView): string {
  if (access.kind === 'grow') return '';
  const { address, length } = access;
  return length > 8 ? `[${hex(address)} … ${hex(address + length - 1)}]` : `[${hex(address)}]`;
}

/**
 * Bytes in memory's order as the number that the instruction stored or loaded, little endian: i32 and i64 signed, as the call
 * trace writes them, parts of them unsigned. More than 8 bytes are counted.
 * @param length of the access; `bytes` may hold only its beginning
 */
export function valueText(bytes: Uint8Array, length: number, instruction: string): string {
  if (length > 8 || bytes.length < length) return count(length, 'byte');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (length === 4)
    return instruction.startsWith('f32') ? f32Text(view.getFloat32(0, true)) : String(view.getInt32(0, true));
  if (length === 8) {
    return instruction.startsWith('f64') ? f64Text(view.getFloat64(0, true)) : String(view.getBigInt64(0, true));
  }
  return String(bytes.reduceRight((value, byte) => value * 256n + BigInt(byte), 0n));
}

/** What is there since the write. */
export function writtenText(write: WriteView): string {
  return valueText(write.after, write.length, instructionText(write));
}

/** Value before and after; a load has none before, and long writes have neither. */
export interface ValueChange {
  readonly before: string | null;
  readonly after: string;
}

export function valueChange(access: AccessView): ValueChange {
  const instruction = instructionText(access);
  switch (access.kind) {
    case 'read':
      return { before: null, after: valueText(access.value, access.length, instruction) };
    case 'grow':
      return { before: null, after: `+${count(access.pages, 'page')}` };
    case 'write': {
      const after = valueText(access.after, access.length, instruction);
      return { before: access.length > 8 ? null : valueText(access.before, access.length, instruction), after };
    }
  }
}

/** `126 to 149` */
function spokenChange(access: AccessView): string {
  const { before, after } = valueChange(access);
  return before === null ? after : `${before} to ${after}`;
}

/** The whole access for screen readers: `i32.store by #2 in add_23+0x12 at 0x548, 126 to 149, step 7`. */
export function accessSentence(access: AccessView): string {
  const where = access.site ? ` in ${siteText(access.site)}` : '';
  const at = access.kind === 'grow' ? '' : ` at ${hex(access.address)}`;
  return `${instructionText(access)} by ${ownerName(access.owner)}${where}${at}, ${spokenChange(access)}, step ${access.step}`;
}
