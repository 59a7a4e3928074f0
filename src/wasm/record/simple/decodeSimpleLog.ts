import type { AccessVisitor } from '../accessVisitor.ts';
import { decodeFixedRecord, fixedRecordBytes } from '../fixedRecord.ts';
import type { LogDecoder, Stop } from '../logDecoder.ts';
import type { Sites } from '../sites.ts';
import { SITE_BYTES } from './simpleRecorder.ts';

export class SimpleLogDecoder implements LogDecoder {
  constructor(private readonly sites: Sites) {}

  // A piece of this log tells of no more accesses than it has bytes for: no pause is needed.
  *decode(log: DataView, visitor: AccessVisitor, stop: Stop | null): Generator<void> {
    const numberAt = (at: number): number => (at + SITE_BYTES <= log.byteLength ? log.getUint32(at, true) : 0);
    let at = 0;
    for (let number = numberAt(at); number !== 0; ) {
      const site = this.sites.at(number - 1);
      const next = at + SITE_BYTES + fixedRecordBytes(site.instruction);
      number = numberAt(next);
      // A record is written before its access: the last one may be of the access that trapped.
      if (number !== 0 || site.offset !== stop?.offset) decodeFixedRecord(log, at + SITE_BYTES, site, visitor);
      at = next;
    }
  }
}
