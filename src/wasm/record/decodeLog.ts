// Reads a log back into accesses.
import type { AccessVisitor } from './accessVisitor.ts';
import type { Stop } from './logDecoder.ts';
import type { RecordedModule } from './recordAccesses.ts';

/**
 * Tells the accesses of a piece of log in their order. Each piece can be read without those before it.
 * @param bytes what the log held from its start on when it was emptied
 * @param stop where the guest was stopped, for the piece taken then; null for all others
 */
export function decodeLog(
  recorded: RecordedModule,
  bytes: Uint8Array,
  visitor: AccessVisitor,
  stop: Stop | null = null,
): void {
  const pauses = decodeInParts(recorded, bytes, visitor, stop);
  while (!pauses.next().done);
}

/** The same, with pauses in which other work can be done. */
export function decodeInParts(
  recorded: RecordedModule,
  bytes: Uint8Array,
  visitor: AccessVisitor,
  stop: Stop | null,
): Generator<void> {
  return recorded.decoder.decode(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), visitor, stop);
}
