// The JSON document of a run; schemas/run.schema.json describes it.
import type { CallRecord, RunSnapshot } from '../protocol/run.ts';
import type { CallWrites } from './writes.ts';

export type Outcome = 'completed' | 'trapped' | 'timed-out' | 'cancelled';

function outcomeOf({ status }: RunSnapshot): Outcome {
  return status === 'trapped' || status === 'timed-out' || status === 'cancelled' ? status : 'completed';
}

function callDocument(call: CallRecord, { writes, leftOut }: CallWrites) {
  const { index, instance, args, results, printed, valueBefore, valueAfter, bytesChanged, durationNs, grownPages } =
    call;
  return {
    index,
    stepBefore: call.stepBefore,
    step: call.step,
    instance,
    function: call.function,
    args,
    results,
    printed,
    valueBefore,
    valueAfter,
    difference: call.difference,
    bytesChanged,
    durationNs: Math.round(durationNs),
    grownPages,
    accesses: call.accesses,
    writes,
    writesLeftOut: leftOut,
    end: call.end,
    trap: call.trap,
  };
}

/**
 * @param file the path as the user gave it, or `bundled`
 * @param writes those of each call of the run, in the order of the calls
 */
export function runDocument(file: string, run: RunSnapshot, writes: readonly CallWrites[]) {
  return {
    file,
    module: run.module && { memory: run.module.memory, imports: run.module.imports, exports: run.module.exports },
    instances: run.instances,
    address: run.address,
    ...recordingDocument(run),
    calls: run.calls.map((call, index) => callDocument(call, writes[index])),
    expected: run.expected,
    actual: run.actual,
    stubsCalled: run.stubsCalled,
    outcome: outcomeOf(run),
    problem: run.problem,
  };
}

/** What each document says of the recording. */
export function recordingDocument({ record, recordNote, firstStep, lastStep }: RunSnapshot) {
  return { record, recordNote, firstStep, lastStep };
}
