// What the user types where an address is asked for: numbers with + and −.
import { hex } from './text.ts';
import { type Address, address, MAX_MEMORY_BYTES } from './units.ts';

export type AddressResult =
  | { readonly ok: true; readonly address: Address }
  /** `message`: one sentence that says what is wrong with the text */
  | { readonly ok: false; readonly message: string };

const TERM = /\s*([+-]?)\s*(0x[0-9a-f]+|[0-9]+)(?![0-9a-z_])\s*/iy;

/** Debuggers and guests print pointers of 32 bits as an i32: from here on they are negative. */
const FIRST_NEGATIVE = MAX_MEMORY_BYTES / 2;

/** `0x548`; `0xfffffffc (-4 as an i32)`, so that whoever asked for -4 finds it again. */
export const addressText = (place: number): string =>
  place >= FIRST_NEGATIVE && place < MAX_MEMORY_BYTES
    ? `${hex(place)} (${place - MAX_MEMORY_BYTES} as an i32)`
    : hex(place);

/**
 * Reads `1352`, `0x548`, `0x548+8`, `0x600 - 0x10 + 4`. What is negative is a pointer that was taken for an i32: -4 is the
 * address 0xfffffffc, as it is to the instructions.
 * @param memoryBytes size of the memory: the address must be below it
 */
export function parseAddress(text: string, memoryBytes: number): AddressResult {
  if (text.trim() === '') return { ok: false, message: 'Type an address: decimal or 0x hexadecimal, with + and -.' };
  let sum = 0;
  let at = 0;
  while (at < text.length) {
    TERM.lastIndex = at;
    const term = TERM.exec(text);
    // A term after the first needs its sign, else "1 2" would be read as 3.
    if (!term || (at > 0 && term[1] === '')) {
      const rest = text.slice(at).trim();
      return { ok: false, message: `“${rest}” is no address: use decimal or 0x hexadecimal numbers, with + and -.` };
    }
    sum += (term[1] === '-' ? -1 : 1) * Number(term[2]);
    at = TERM.lastIndex;
  }
  if (sum < -FIRST_NEGATIVE)
    return { ok: false, message: `${sum} is no address: as an i32 a pointer is -${FIRST_NEGATIVE} or more.` };
  const place = sum < 0 ? sum + MAX_MEMORY_BYTES : sum;
  if (place >= memoryBytes) {
    const size = memoryBytes === 0 ? 'it has no bytes' : `its last byte is ${hex(memoryBytes - 1)}`;
    return { ok: false, message: `${addressText(place)} is outside the memory: ${size}.` };
  }
  return { ok: true, address: address(place) };
}
