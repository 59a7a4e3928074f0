// Reads a log back into accesses.
import type { AccessVisitor } from './accessVisitor.ts';
import type { RecordedModule } from './recordAccesses.ts';
import { decodeSimpleLog } from './simple/decodeSimpleLog.ts';

/**
 * Tells the accesses of a piece of log in their order.
 * @param bytes what lay in the log from its start to the position, at a flush or when a call had ended
 */
export function decodeLog(recorded: RecordedModule, bytes: Uint8Array, visitor: AccessVisitor): void {
  const log = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  decodeSimpleLog(recorded.sites, log, visitor);
}
