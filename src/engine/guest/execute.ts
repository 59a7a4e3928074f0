// A run, from the file's bytes to the last call. Runs in the engine worker; everything it learns leaves as an event.
import type { EngineEvent } from '../../protocol/engine.ts';
import type { Problem } from '../../protocol/run.ts';
import { addCalls, allocCall, type Demo, expectedValue, findDemo } from '../../scenario/demo.ts';
import { compileGuest, createMemory, readForRun } from '../input/compile.ts';
import { GuestThread } from './guestThread.ts';
import { InputError, summarize } from '../input/inspect.ts';
import { demoMissing, outsideMemory, trapProblem, wrongValue } from '../problems.ts';
import { RecordingOutlet } from '../../wire/recordingOutlet.ts';
import type { WorkerRequest } from './workerRequest.ts';

export type Emit = (event: EngineEvent) => void;

/** Runs a request to its end. Never throws for what a file or a guest does: that is told by the `finished` event. */
export function execute(request: WorkerRequest, emit: Emit): void {
  try {
    run(request, emit);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    emit({ type: 'finished', status: 'rejected', actual: null, problem: error.problem });
  }
}

function run(request: WorkerRequest, emit: Emit): void {
  const module = readForRun(request.bytes);
  const guest = compileGuest(module, request.record);
  const { record, recordNote } = guest;
  const memory = createMemory(module, guest.rewritten.maximum);
  const importCalls = new Uint32Array(new SharedArrayBuffer(Math.max(1, module.imports.length) * 4));
  emit({ type: 'module', module: summarize(module), memory, importCalls, record, recordNote });
  const outlet = new RecordingOutlet(request.recording, request.backlog, record, memory, waits =>
    emit({ type: waits ? 'guest-waits' : 'guest-goes-on' }),
  );

  const found = findDemo(module);
  const demo = 'demo' in found ? found.demo : null;
  const expected = demo ? expectedValue(request.instances) : null;
  const thread = new GuestThread(module, guest, memory, importCalls, outlet, emit);

  const trap = thread.instantiate(request.instances, expected);
  if (trap) {
    emit({ type: 'finished', status: 'trapped', actual: null, problem: trapProblem(trap.where, trap.trap) });
  } else if ('complaints' in found) {
    const problem = demoMissing(found.complaints, module);
    emit({ type: 'finished', status: 'completed', actual: null, problem });
  } else {
    const problem = runDemo(thread, found.demo, request.instances);
    const status = problem?.kind === 'trap' ? 'trapped' : 'completed';
    emit({ type: 'finished', status, actual: thread.currentValue(), problem });
  }
}

/** Makes the demo's calls until the last one or the first that goes wrong. */
function runDemo(thread: GuestThread, demo: Demo, instances: number): Problem | null {
  const alloc = thread.call(allocCall(demo), results => Number(results[0]) >>> 0);
  if (alloc.trap) return trapProblem('Call 1, alloc_11 on #0,', alloc.trap);
  const returned = Number(alloc.results[0]);
  if (thread.address === null) return outsideMemory(returned >>> 0, alloc.memoryBytes);

  for (const call of addCalls(demo, instances, returned)) {
    const { index, instance, trap } = thread.call(call);
    if (trap) return trapProblem(`Call ${index}, add_23 on #${instance},`, trap);
  }
  const expected = expectedValue(instances);
  const actual = thread.currentValue();
  return actual === expected ? null : wrongValue(thread.address, actual, expected);
}
