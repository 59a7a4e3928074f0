// The events of a finding: what was done first, and what was done then that does not go with it.
import type { GrowView, WriteView } from '../../src/protocol/access.ts';
import type { ByteSpan, Finding, InvolvedCall } from '../../src/protocol/finding.ts';
import type { Step } from '../../src/protocol/units.ts';

export interface FindingEvent {
  /** `CallRecord.index`; null where it was in no call. */
  readonly call: number | null;
  /** Memory after it; null where it is known by its call alone, whose end it is then. */
  readonly step: Step | null;
  readonly range: ByteSpan | null;
}

export interface FindingEvents {
  /** Null where the finding has one event alone. */
  readonly first: FindingEvent | null;
  readonly second: FindingEvent;
}

export const eventsOf = (finding: Finding): FindingEvents => ({ first: firstOf(finding), second: finding });

function firstOf(finding: Finding): FindingEvent | null {
  switch (finding.kind) {
    case 'duplicate-allocation':
      return 'threads' in finding.details ? null : ofCall(finding.details.first, finding.details.firstBlock);
    case 'grow-collision':
      return ofCall(finding.details.first, finding.details.firstBlock);
    case 'segment-overwrite':
    case 'allocator-reset':
      return ofWrite(finding.details.lost);
    case 'dead-stack-pointer':
      return ofWrite(finding.details.write);
    case 'heap-overflow':
    case 'invalid-free':
      return ofCall(finding.details.block.made, finding.details.block.span);
    case 'foreign-write':
      return finding.details.write && ofCall(finding.details.allocated, finding.details.block);
    case 'use-after-free':
    case 'double-free':
      return ofCall(finding.details.freed, finding.details.block.span);
    case 'stack-overlap':
      return ofCall(finding.details.outer, finding.details.inUse);
    case 'stale-view':
      return finding.details.grow && ofGrow(finding.details.grow);
    case 'stack-pointer-leak':
    case 'stack-overflow':
    case 'missing-import':
    case 'unrecorded-write':
    case 'null-page-write':
    case 'static-overlap':
    case 'shared-thread-locals':
    case 'printed-value-differs':
      return null;
  }
}

const ofCall = ({ index }: InvolvedCall, range: ByteSpan): FindingEvent => ({ call: index, step: null, range });

const ofWrite = ({ call, step, address, length }: WriteView): FindingEvent => ({
  call,
  step,
  range: { address, length },
});

const ofGrow = ({ call, step }: GrowView): FindingEvent => ({ call, step, range: null });

/** Which event of a finding a call is. */
export type EventName = keyof FindingEvents;

/** The event that was in a call; undefined where none was, and where there are not two. */
export function eventInCall({ first, second }: FindingEvents, call: number): EventName | undefined {
  if (!first) return undefined;
  if (second.call === call) return 'second';
  return first.call === call ? 'first' : undefined;
}
