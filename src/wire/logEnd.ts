// Where the records in a log end, when nobody is left who knows.
import { CHUNK_BYTES, MAX_RECORD_BYTES } from '../wasm/record/logFormat.ts';

/**
 * Where the records of a chunk end at the latest, whatever became of the position: for a guest that trapped, or whose worker
 * was ended.
 * @param from where records in the chunk start
 */
export function endOfRecords(log: ArrayBufferLike, from: number): number {
  // Nothing is behind the end of the log.
  const end = Math.min((Math.floor(from / CHUNK_BYTES) + 1) * CHUNK_BYTES, log.byteLength);
  const bytes = new Uint8Array(log, from, end - from);
  let last = bytes.length - 1;
  while (last >= 0 && bytes[last] === 0) last--;
  // The last slots of the last record may be zero.
  return last === -1 ? from : Math.min(end, from + last + 1 + MAX_RECORD_BYTES);
}
