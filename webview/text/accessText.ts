// An access in words: for its row, for the inspector and for screen readers.

import {
  type AccessView,
  accessorText,
  type GrowView,
  type ReadView,
  type SiteView,
  type WriteView,
} from '../../src/protocol/access.ts';
import type { InstanceNames } from '../../src/protocol/instanceNames.ts';
import { count, hex } from '../../src/protocol/text.ts';
import { WASM_PAGE_BYTES } from '../../src/protocol/units.ts';
import { accessedType, valueText } from '../../src/protocol/values.ts';

/** `push+0x12` */
export function siteText(site: SiteView): string {
  return `${site.function}+${hex(site.functionOffset)}`;
}

/** Where it was done, in short: `push+0x12`, `env.read`, `data segment 0`; null where that is not known. */
export function originText({ site, import: by, segment }: AccessView): string | null {
  if (site) return siteText(site);
  if (by) return `${by.from}.${by.name}`;
  return segment === null ? null : `data segment ${segment}`;
}

/** `i32.store`; where no instruction is known, the kind of change. */
export function instructionText({ site, segment, kind, owner }: AccessView): string {
  if (site) return site.instruction;
  if (segment !== null) return 'instantiation';
  if (kind === 'grow') return 'memory.grow';
  if (owner.kind === 'thread') return 'write of another thread';
  return owner.kind === 'unrecorded' ? 'unrecorded change' : 'host write';
}

/** `[0x548]`; with its length where it is more than a value. */
export function placeText(access: AccessView): string {
  if (access.kind === 'grow') return '';
  const { address, length } = access;
  return length > MAX_SHOWN_BYTES ? `[${hex(address)} … ${hex(address + length - 1)}]` : `[${hex(address)}]`;
}

/** Bytes of a value that is shown; longer ones are counted. */
const MAX_SHOWN_BYTES = 8;

/** @param bytes of the access; they may be only its beginning */
function shownValue({ site, length }: WriteView | ReadView, bytes: Uint8Array): string {
  if (length > MAX_SHOWN_BYTES || bytes.length < length) return count(length, 'byte');
  return valueText(accessedType(site?.instruction ?? null, length), bytes);
}

/** What is there since the write. */
export const writtenText = (write: WriteView): string => shownValue(write, write.after);

/** Value before and after, of a memory that grew its size; a load has none before, and long writes have neither. */
export interface ValueChange {
  readonly before: string | null;
  readonly after: string;
}

export function valueChange(access: AccessView): ValueChange {
  switch (access.kind) {
    case 'read':
      return { before: null, after: shownValue(access, access.value) };
    case 'grow':
      return growth(access);
    case 'write': {
      const before = shownValue(access, access.before);
      const shown = access.isStale ? `${before} (?)` : before;
      return { before: access.length > MAX_SHOWN_BYTES ? null : shown, after: writtenText(access) };
    }
  }
}

function growth({ pages, memoryBytes }: GrowView): ValueChange {
  const size = memoryBytes / WASM_PAGE_BYTES;
  return { before: String(size - pages), after: count(size, 'page') };
}

/** `126 to 149` */
function spokenChange(access: AccessView): string {
  const { before, after } = valueChange(access);
  return before === null ? after : `${before} to ${after}`;
}

/** The whole access for screen readers: `i32.store by #2 (drums.wasm) in push+0x12 at 0x548, 126 to 149, step 7`. */
export function accessSentence(access: AccessView, names: InstanceNames): string {
  const where = access.site ? ` in ${siteText(access.site)}` : '';
  const at = access.kind === 'grow' ? '' : ` at ${hex(access.address)}`;
  return `${instructionText(access)} by ${accessorText(access, names)}${where}${at}, ${spokenChange(access)}, step ${access.step}`;
}
