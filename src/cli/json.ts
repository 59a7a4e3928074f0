// The JSON document of a run; schemas/run.schema.json describes it.
import { type CallRecord, isDifference } from '../protocol/call.ts';
import type { Finding } from '../protocol/finding.ts';
import { InstanceNames } from '../protocol/instanceNames.ts';
import type { InstanceState, RunSnapshot } from '../protocol/run.ts';
import type { AllocatedValue } from './allocatedValues.ts';
import { findingDocument } from './findings.ts';
import type { CallWrites } from './writes.ts';

export type Outcome = 'completed' | 'trapped' | 'timed-out' | 'cancelled';

function outcomeOf({ status }: RunSnapshot): Outcome {
  return status === 'trapped' || status === 'timed-out' || status === 'cancelled' ? status : 'completed';
}

function callDocument(call: CallRecord, { writes, leftOut }: CallWrites) {
  const { index, kind, thread, parent, depth, instance, args, results, printed, watched, bytesChanged, grownPages } =
    call;
  return {
    index,
    kind,
    thread,
    parent,
    depth,
    stepBefore: call.stepBefore,
    step: call.step,
    instance,
    function: call.function,
    args,
    results,
    printed,
    watched: watched && { ...watched, differs: isDifference(watched) },
    bytesChanged,
    durationNs: call.durationNs === null ? null : Math.round(call.durationNs),
    grownPages,
    accesses: call.accesses,
    writes,
    writesLeftOut: leftOut,
    end: call.end,
    trap: call.trap,
  };
}

/** A call with its writes. */
export interface WrittenCall {
  readonly call: CallRecord;
  readonly writes: CallWrites;
}

/**
 * @param file the path as the user gave it, or `bundled`; several with ` + ` between them
 * @param instanceState that was asked for
 * @param calls in their order
 * @param findings null where they were not looked for
 * @param values the i32 of each instance that allocated one
 */
export function runDocument(
  file: string,
  instanceState: InstanceState,
  run: RunSnapshot,
  calls: readonly WrittenCall[],
  findings: readonly Finding[] | null,
  values: readonly AllocatedValue[],
) {
  const names = InstanceNames.of(run);
  return {
    file,
    modules: run.modules,
    instances: run.instances,
    instanceState,
    watch: run.watch,
    ...recordingDocument(run),
    calls: calls.map(({ call, writes }) => callDocument(call, writes)),
    verdict: run.verdict,
    values,
    findings: findings === null ? null : findings.map(finding => findingDocument(finding, names)),
    stubsCalled: run.stubsCalled,
    outcome: outcomeOf(run),
    problem: run.problem,
  };
}

/** What each document says of the recording, and of what is to be known of the run. */
export function recordingDocument({ modules, instances, record, recordNote, notes, firstStep, lastStep }: RunSnapshot) {
  const moduleNames = modules.map(({ name }) => name);
  const instanceModules = instances.map(({ module }) => module);
  return { moduleNames, instanceModules, record, recordNote, notes, firstStep, lastStep };
}
