// Single writes, as the JSON documents tell them.

import type { Recording } from '../engine/client.ts';
import type { AccessView, WriteView } from '../protocol/access.ts';
import type { CallRecord } from '../protocol/call.ts';
import { type Step, step } from '../protocol/units.ts';
import { accessedType, valueText } from '../protocol/values.ts';

/** Writes told of each call. */
export const MAX_WRITES_PER_CALL = 1000;

export function writeDocument(write: WriteView) {
  const { step: at, address, length, before, after, site, owner } = write;
  const type = accessedType(site?.instruction ?? null, length);
  return {
    step: at,
    address,
    length,
    type,
    before: valueText(type, before),
    value: valueText(type, after),
    isStale: write.isStale,
    owner,
    since: write.since,
    ...originDocument(write),
  };
}

/** What of an access's origin is known beside its owner. */
export function originDocument({ import: by, between, site, segment }: AccessView) {
  return {
    import: by,
    between,
    module: site?.module ?? null,
    function: site?.function ?? null,
    functionIndex: site?.functionIndex ?? null,
    functionOffset: site?.functionOffset ?? null,
    offset: site?.offset ?? null,
    instruction: site?.instruction ?? null,
    segment,
  };
}

export interface CallWrites {
  readonly writes: readonly ReturnType<typeof writeDocument>[];
  /** Steps of the call that are not in `writes`: there were too many, or the recording no longer has them. */
  readonly leftOut: number;
}

/**
 * The first {@link MAX_WRITES_PER_CALL} writes of a call that the recording still has. Asked step by step rather than
 * through the call's accesses: a call may load millions of times for each store.
 */
export async function writesOf(recording: Recording, call: CallRecord, firstStep: Step): Promise<CallWrites> {
  const from = Math.max(call.stepBefore, firstStep);
  const told = Math.max(0, Math.min(call.step - from, MAX_WRITES_PER_CALL));
  const steps = await Promise.all(
    Array.from({ length: told }, (_, index) => recording.ask('describeStep', { step: step(from + 1 + index) })),
  );
  const writes = steps.flatMap(({ access }) => (access?.kind === 'write' ? [writeDocument(access)] : []));
  return { writes, leftOut: call.step - call.stepBefore - told };
}
