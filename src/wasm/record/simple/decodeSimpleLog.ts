import type { AccessVisitor } from '../accessVisitor.ts';
import { decodeFixedRecord, fixedRecordBytes } from '../fixedRecord.ts';
import type { Sites } from '../sites.ts';
import { SITE_BYTES } from './simpleRecorder.ts';

export function decodeSimpleLog(sites: Sites, log: DataView, visitor: AccessVisitor): void {
  for (let at = 0; at < log.byteLength; ) {
    const site = sites.at(log.getUint32(at, true) - 1);
    decodeFixedRecord(log, at + SITE_BYTES, site, visitor);
    at += SITE_BYTES + fixedRecordBytes(site.instruction);
  }
}
