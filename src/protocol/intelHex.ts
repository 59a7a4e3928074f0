// Intel HEX: bytes and their addresses as lines of text, for debuggers and programmers of devices.
import { MAX_MEMORY_BYTES } from './units.ts';

/** Bytes of a data record. */
const ROW_BYTES = 16;

/** A data record has an address of 16 bits; the upper 16 are told by a record of their own. */
const SEGMENT_BYTES = 0x1_0000;

const DATA = 0x00;
const END = 0x01;
const UPPER_ADDRESS = 0x04;

const HEX = Array.from({ length: 256 }, (_, value) => value.toString(16).toUpperCase().padStart(2, '0'));

/** Characters that one byte takes, at the most: of a full row 2.75, and few rows are short. */
export const INTEL_HEX_CHARACTERS = 3;

/** Writes bytes in the order of their addresses. The addresses of the format end at 4 GiB. */
export class IntelHexWriter {
  /** The upper 16 bits of addresses that hold for the records that follow. */
  private upper = 0;

  /** The records of some bytes. Throws a RangeError where they end behind 4 GiB. */
  records(start: number, bytes: Uint8Array): string {
    if (start + bytes.length > MAX_MEMORY_BYTES)
      throw new RangeError('Intel HEX has addresses of 32 bits: bytes past 4 GiB can’t be told.');
    const lines: string[] = [];
    for (let at = 0; at < bytes.length; ) {
      const address = start + at;
      const offset = address % SEGMENT_BYTES;
      const upper = (address - offset) / SEGMENT_BYTES;
      if (upper !== this.upper) {
        this.upper = upper;
        lines.push(record(UPPER_ADDRESS, 0, Uint8Array.of(upper >> 8, upper & 0xff)));
      }
      // A record does not go on in the next 64 KiB.
      const length = Math.min(ROW_BYTES, bytes.length - at, SEGMENT_BYTES - offset);
      lines.push(record(DATA, offset, bytes.subarray(at, at + length)));
      at += length;
    }
    return lines.join('');
  }

  /** The last record. */
  end(): string {
    return record(END, 0, new Uint8Array(0));
  }
}

/** `:LLAAAATTDD…CC`: length, address, type, bytes, and what makes the sum of all of them 0 modulo 256. */
function record(type: number, offset: number, bytes: Uint8Array): string {
  const head = [bytes.length, offset >> 8, offset & 0xff, type];
  let sum = 0;
  let text = ':';
  for (const byte of head) {
    sum += byte;
    text += HEX[byte];
  }
  for (const byte of bytes) {
    sum += byte;
    text += HEX[byte];
  }
  return `${text}${HEX[-sum & 0xff]}\n`;
}

/** The bytes as a whole file. */
export function intelHex(bytes: Uint8Array, start: number): string {
  const writer = new IntelHexWriter();
  return `${writer.records(start, bytes)}${writer.end()}`;
}
