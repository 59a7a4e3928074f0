// Single accesses as lines.
import {
  type AccessView,
  accessorText,
  type GrowView,
  grownText,
  type ReadView,
  type WriteView,
} from '../protocol/access.ts';
import type { InstanceNames } from '../protocol/instanceNames.ts';
import { count, hex } from '../protocol/text.ts';
import type { Address } from '../protocol/units.ts';
import { accessedType, valueText } from '../protocol/values.ts';

/** Bytes of a longer access that a line shows. */
const SHOWN_BYTES = 8;

/**
 * `0x548: #2 in push+0x12 (i32.store) wrote, step 16, call 16, 333 -> 356`
 * @param hasVerb false: not `wrote`, where nobody does anything else
 */
export function accessLine(access: AccessView, names: InstanceNames, hasVerb = true): string {
  switch (access.kind) {
    case 'write':
      return `${hex(access.address)}: ${writeText(access, access.address, names, hasVerb ? ' wrote' : '')}`;
    case 'read':
      return `${hex(access.address)}: ${readText(access, names)}`;
    case 'grow':
      return `${growText(access, names)}, ${when(access)}`;
  }
}

/** `#0 in grow+0x5 (memory.grow) grew memory from 1 to 2 pages` */
export const growText = (grow: GrowView, names: InstanceNames): string =>
  `${who(grow, names)} grew memory ${grownText(grow.pages, grow.memoryBytes)}`;

/**
 * `#2 in push+0x12 (i32.store), step 16, call 16, 333 -> 356`
 * @param asked the byte in question
 * @param verb stands behind who did it
 */
export function writeText(write: WriteView, asked: Address, names: InstanceNames, verb = ''): string {
  const type = typeOf(write);
  const values = [write.before, write.after].map(bytes => textOf(write, bytes));
  return [
    `${who(write, names)}${verb}`,
    when(write),
    // Where the value is a number of which the byte is the first, the address says it all.
    ...(type === 'bytes' || write.address !== asked ? [rangeOf(write)] : []),
    values.join(write.isStale ? ' (or what had been written there from outside by then) -> ' : ' -> '),
  ].join(', ');
}

function readText(read: ReadView, names: InstanceNames): string {
  const range = typeOf(read) === 'bytes' ? [rangeOf(read)] : [];
  return [`${who(read, names)} read`, when(read), ...range, textOf(read, read.value)].join(', ');
}

function who(access: AccessView, names: InstanceNames): string {
  const { site } = access;
  const where = site ? ` in ${site.function}+${hex(site.functionOffset)} (${site.instruction})` : '';
  return `${accessorText(access, names)}${where}`;
}

function when({ step, call, owner }: AccessView): string {
  if (call !== null) return `step ${step}, call ${call}`;
  return owner.kind === 'host' ? `step ${step}` : `step ${step}, between calls`;
}

/** Of which type the value of an access is, by its instruction. */
export const typeOf = ({ site, length }: WriteView | ReadView) => accessedType(site?.instruction ?? null, length);
const rangeOf = ({ address, length }: WriteView | ReadView) => `${count(length, 'byte')} from ${hex(address)}`;

const textOf = (access: WriteView | ReadView, bytes: Uint8Array): string =>
  shortText(typeOf(access), bytes, access.length);

/** A value; of many bytes the first. @param length of the value, of which `bytes` may be a part */
export const shortText = (type: Parameters<typeof valueText>[0], bytes: Uint8Array, length = bytes.length): string =>
  length <= SHOWN_BYTES ? valueText(type, bytes) : `${valueText(type, bytes.subarray(0, SHOWN_BYTES))} …`;
