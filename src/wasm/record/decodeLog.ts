// Reads a log back into accesses.
import type { FoundWrite } from '../../protocol/recording.ts';
import type { LogKind, RecordingPlan } from '../../protocol/recordingPlan.ts';
import type { Module } from '../module.ts';
import type { LogVisitor } from './accessVisitor.ts';
import { CompactLogDecoder } from './compact/decodeCompactLog.ts';
import type { LogDecoder, Stop } from './logDecoder.ts';
import { SimpleLogDecoder } from './simple/decodeSimpleLog.ts';
import { Sites } from './sites.ts';

/** What the log of one module is read with. */
export interface LogReader {
  readonly sites: Sites;
  readonly decoder: LogDecoder;
}

/** @param plan that of the rewrite of the module */
export function logReader(module: Module, plan: RecordingPlan): LogReader {
  const decoder = newLogDecoder(plan.log);
  const sites = new Sites(module, plan.firstSites);
  decoder.add(module, plan, sites);
  return { sites, decoder };
}

export const newLogDecoder = (log: LogKind): LogDecoder =>
  log === 'simple' ? new SimpleLogDecoder() : new CompactLogDecoder();

/**
 * Tells the accesses of a piece of log in their order. Each piece can be read without those before it.
 * @param bytes what the log held from its start on when it was emptied
 * @param stop where the guest was stopped, for the piece taken then; null for all others
 * @param found what the host was found to have written meanwhile
 */
export function decodeLog(
  { decoder }: Pick<LogReader, 'decoder'>,
  bytes: Uint8Array,
  visitor: LogVisitor,
  stop: Stop | null = null,
  found: readonly FoundWrite[] = [],
): void {
  const pauses = decodeInParts(decoder, bytes, visitor, stop, found);
  while (!pauses.next().done);
}

/** The same, with pauses in which other work can be done. */
export function decodeInParts(
  decoder: LogDecoder,
  bytes: Uint8Array,
  visitor: LogVisitor,
  stop: Stop | null,
  found: readonly FoundWrite[] = [],
): Generator<void> {
  return decoder.decode(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), visitor, stop, found);
}
