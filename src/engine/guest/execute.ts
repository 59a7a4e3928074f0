// A run, from the file's bytes to the last call. Runs in the engine worker; everything it learns leaves as an event.

import { now } from '../../platform/clock.ts';
import type { EngineEvent } from '../../protocol/engine.ts';
import type { Problem } from '../../protocol/problem.ts';
import { findScenario } from '../../scenario/index.ts';
import { type Course, isScenario, type Scenario } from '../../scenario/scenario.ts';
import { stateOf } from '../../wasm/record/recordAccesses.ts';
import { RecordingOutlet } from '../../wire/recordingOutlet.ts';
import { unlinkedNote } from '../host/dynamicLinking.ts';
import { compileGuest, createMemory, readForRun } from '../input/compile.ts';
import { InputError } from '../input/errors.ts';
import { summarize } from '../input/inspect.ts';
import { trapProblem } from '../problems.ts';
import { GuestThread } from './guestThread.ts';
import type { EngineRequest } from './workerRequest.ts';

type Emit = (event: EngineEvent) => void;

/** Runs a request to its end. Never throws for what a file or a guest does: that is told by the `finished` event. */
export function execute(request: EngineRequest, emit: Emit): void {
  try {
    run(request, emit);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    emit({ type: 'finished', status: 'rejected', actual: null, problem: error.problem });
  }
}

function run({ name, bytes, record: wanted, state, wire, course }: EngineRequest, emit: Emit): void {
  const module = readForRun(bytes);
  const guest = compileGuest(module, wanted, state);
  const { record, recordNote, stateNote, rewritten } = guest;
  const memory = createMemory(module, rewritten.maximum);
  const importCalls = new Uint32Array(new SharedArrayBuffer(Math.max(1, module.imports.length) * 4));
  const notes = [stateNote, unlinkedNote(module)].filter(note => note !== null);
  emit({
    type: 'modules',
    modules: [summarize(module, name, stateOf(rewritten))],
    importCalls,
    record,
    recordNote,
    notes,
  });
  const outlet = new RecordingOutlet(wire, { level: record, memory, isWhole: rewritten.plan?.isWhole ?? false, now });
  outlet.module(name, bytes, rewritten);
  const thread = new GuestThread(module, guest, memory, importCalls, outlet);
  const found = findScenario(module);
  if (isScenario(found)) emit({ type: 'expects', expected: found.expected(course) });

  emit({ type: 'running' });
  const failed = thread.instantiate(course.instances - (isScenario(found) ? course.late : 0));
  const problem = failed
    ? trapProblem(failed.where, failed.trap)
    : isScenario(found)
      ? play(found, course, thread)
      : found;
  const status = problem?.kind === 'trap' ? 'trapped' : 'completed';
  emit({ type: 'finished', status, actual: thread.value, problem });
}

/** Takes a scenario's steps until the last one or the first that traps. */
function play(scenario: Scenario, course: Course, thread: GuestThread): Problem | null {
  const steps = scenario.play(course);
  for (let next = steps.next(); ; ) {
    if (next.done) return next.value;
    const step = next.value;
    const taken = step.kind === 'call' ? thread.call(step) : thread.makeLate();
    if ('trap' in taken) {
      const what = step.kind === 'call' ? `${step.function} on #${step.instance},` : 'which makes an instance,';
      return trapProblem(`Call ${taken.index}, ${what}`, taken.trap);
    }
    next = steps.next(taken);
  }
}
