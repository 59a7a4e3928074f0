// The answer of `dump` as the JSON document that schemas/dump.schema.json describes.
import { type DumpFormat, ownerRuns } from '../answers/memoryDump.ts';
import type { MemoryPart } from '../answers/memoryParts.ts';
import { ownerOf } from '../protocol/owner.ts';
import type { RunSnapshot } from '../protocol/run.ts';
import type { Address, Step } from '../protocol/units.ts';
import { NUMBERS, valueText } from '../protocol/values.ts';
import { recordingDocument } from './json.ts';

/** Which bytes are asked for, and when. */
export interface DumpedRange {
  readonly address: Address;
  readonly length: number;
  readonly step: Step;
  /** Size of memory then. */
  readonly memoryBytes: number;
  readonly format: DumpFormat;
}

/**
 * @param file the path as the user gave it, or `bundled`
 * @param part the whole range
 */
export function dumpDocument(file: string, range: DumpedRange, part: MemoryPart, run: RunSnapshot) {
  const { address, length, step, memoryBytes, format } = range;
  return {
    file,
    address,
    length,
    step,
    memoryBytes,
    ...recordingDocument(run),
    bytes: Buffer.from(part.bytes).toString('hex'),
    ...shownAs(format, part.bytes),
    owners: ownerRuns(part.owners).map(({ start, end, code }) => ({
      address: address + start,
      length: end - start,
      owner: ownerOf(code),
    })),
  };
}

function shownAs(format: DumpFormat, bytes: Uint8Array) {
  switch (format.kind) {
    case 'hex':
    case 'raw':
    case 'ihex':
      return {};
    case 'text':
      return { text: new TextDecoder(format.encoding, { ignoreBOM: true }).decode(bytes) };
    case 'number': {
      const { type } = format;
      const { size } = NUMBERS[type];
      const values = Array.from({ length: bytes.length / size }, (_, index) =>
        valueText(type, bytes.subarray(index * size, (index + 1) * size)),
      );
      return { type, values };
    }
  }
}
