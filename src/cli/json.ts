// The JSON document of a run; schemas/run.schema.json describes it.
import type { CallRecord, RunSnapshot } from '../protocol/run.ts';

export type Outcome = 'completed' | 'trapped' | 'timed-out' | 'cancelled';

function outcomeOf({ status }: RunSnapshot): Outcome {
  return status === 'trapped' || status === 'timed-out' || status === 'cancelled' ? status : 'completed';
}

function callDocument(call: CallRecord) {
  const { index, instance, args, results, printed, valueBefore, valueAfter, bytesChanged, durationNs, grownPages } =
    call;
  return {
    index,
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
    end: call.end,
    trap: call.trap,
  };
}

/** @param file the path as the user gave it, or `bundled` */
export function runDocument(file: string, run: RunSnapshot) {
  return {
    file,
    module: run.module && { memory: run.module.memory, imports: run.module.imports, exports: run.module.exports },
    instances: run.instances,
    address: run.address,
    calls: run.calls.map(callDocument),
    expected: run.expected,
    actual: run.actual,
    stubsCalled: run.stubsCalled,
    outcome: outcomeOf(run),
    problem: run.problem,
  };
}
