// The calls of a run in the Trace Event Format, which Perfetto and Chrome's tracing page open: one track per instance.
import { version } from '../../package.json';
import type { CallRecord } from '../protocol/call.ts';
import { InstanceNames } from '../protocol/instanceNames.ts';
import type { RunSnapshot } from '../protocol/run.ts';
import { outOfBoundsLines } from './report.ts';

/** A track is a thread of a process; thread 0 is the idle one to trace viewers, so instance #i is thread i + 1. */
const PROCESS = 1;
const track = (instance: number) => ({ pid: PROCESS, tid: instance + 1 });

const microseconds = (ns: number): number => Math.round(ns) / 1000;

function metadata(run: RunSnapshot) {
  const process = { name: 'process_name', ph: 'M', ...track(0), args: { name: 'wasm-shared-memory' } };
  const names = InstanceNames.of(run);
  const threads = run.instances.map((_, instance) => [
    { name: 'thread_name', ph: 'M', ...track(instance), args: { name: names.title(instance) } },
    { name: 'thread_sort_index', ph: 'M', ...track(instance), args: { sort_index: instance } },
  ]);
  return [process, ...threads.flat()];
}

type TimedCall = CallRecord & { readonly startNs: number; readonly durationNs: number };

/** Whether it is known when a call was made: without that it has no place in a trace. */
export const isTimed = (call: CallRecord): call is TimedCall => call.startNs !== null && call.durationNs !== null;

/** A call as a complete event: `ts` and `dur` in microseconds, `ts` from the run's beginning on. */
function completeEvent(call: TimedCall) {
  return {
    name: call.function,
    cat: 'call',
    ph: 'X',
    ts: microseconds(call.startNs),
    dur: microseconds(call.durationNs),
    ...track(call.instance),
    args: {
      call: call.index,
      args: call.args,
      results: call.results,
      end: call.end,
      ...(call.watched && { valueBefore: call.watched.before, valueAfter: call.watched.after }),
      ...(call.parent !== null && { parent: call.parent }),
      bytesChanged: call.bytesChanged,
      writes: call.step - call.stepBefore,
      accesses: call.accesses,
      ...(call.printed.length > 0 && { printed: call.printed }),
      ...(call.grownPages > 0 && { grownPages: call.grownPages }),
      ...(call.trap && { trap: call.trap.message }),
      ...(call.trap?.outOfBounds && { outOfBounds: outOfBoundsLines(call.trap.outOfBounds) }),
    },
  };
}

/** @param file the path as the user gave it, or `bundled` */
export function traceDocument(file: string, run: RunSnapshot, calls: readonly CallRecord[]) {
  return {
    displayTimeUnit: 'ns',
    otherData: { producer: `wasm-shared-memory ${version}`, file, record: run.record, status: run.status },
    traceEvents: [...metadata(run), ...calls.filter(isTimed).map(completeEvent)],
  };
}
