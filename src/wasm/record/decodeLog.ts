// Reads a log back into accesses.
import type { RecordingPlan } from '../../protocol/recordingPlan.ts';
import type { Module } from '../module.ts';
import type { AccessVisitor } from './accessVisitor.ts';
import { CompactLogDecoder } from './compact/decodeCompactLog.ts';
import type { LogDecoder, Stop } from './logDecoder.ts';
import { SimpleLogDecoder } from './simple/decodeSimpleLog.ts';
import { Sites } from './sites.ts';

/** What a log is read with. */
export interface LogReader {
  readonly sites: Sites;
  readonly decoder: LogDecoder;
}

/** @param plan that of the rewrite of the module */
export function logReader(module: Module, plan: RecordingPlan): LogReader {
  const sites = new Sites(module, plan.firstSites);
  const decoder = plan.log === 'simple' ? new SimpleLogDecoder(sites) : new CompactLogDecoder(module, plan, sites);
  return { sites, decoder };
}

/**
 * Tells the accesses of a piece of log in their order. Each piece can be read without those before it.
 * @param bytes what the log held from its start on when it was emptied
 * @param stop where the guest was stopped, for the piece taken then; null for all others
 */
export function decodeLog(
  reader: LogReader,
  bytes: Uint8Array,
  visitor: AccessVisitor,
  stop: Stop | null = null,
): void {
  const pauses = decodeInParts(reader, bytes, visitor, stop);
  while (!pauses.next().done);
}

/** The same, with pauses in which other work can be done. */
export function decodeInParts(
  { decoder }: LogReader,
  bytes: Uint8Array,
  visitor: AccessVisitor,
  stop: Stop | null,
): Generator<void> {
  return decoder.decode(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), visitor, stop);
}
