// A run, from the file's bytes to the last call. Runs in the engine worker; everything it learns leaves as an event.

import { now } from '../../platform/clock.ts';
import type { EngineEvent } from '../../protocol/engine.ts';
import { InstanceNames } from '../../protocol/instanceNames.ts';
import type { Problem } from '../../protocol/problem.ts';
import { step } from '../../protocol/units.ts';
import { findScenario } from '../../scenario/index.ts';
import { type Course, isScenario, type Scenario, type ScenarioStep } from '../../scenario/scenario.ts';
import { RecordingOutlet } from '../../wire/recordingOutlet.ts';
import { compileTogether } from '../input/compileTogether.ts';
import { InputError } from '../input/errors.ts';
import { makingProblem, trapProblem } from '../problems.ts';
import { type GuestCall, GuestThread } from './guestThread.ts';
import type { EngineRequest } from './workerRequest.ts';

type Emit = (event: EngineEvent) => void;

/**
 * Runs a request to its end. Never throws for what a file or a guest does: that is told by the `finished` event.
 * @returns what goes on; null where nothing does
 */
export function execute(request: EngineRequest, emit: Emit): GuestThread | null {
  try {
    return run(request, emit);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    emit({ type: 'finished', status: 'rejected', actual: null, problem: error.problem, goesOn: false });
    return null;
  }
}

function run(request: EngineRequest, emit: Emit): GuestThread | null {
  const { files, record: wanted, state, allocators, wire, course } = request;
  const { modules, summaries, memory, record, recordNote, notes } = compileTogether(files, wanted, state, allocators);
  const imports = summaries.reduce((count, summary) => count + summary.imports.length, 0);
  const importCalls = new Uint32Array(new SharedArrayBuffer(Math.max(1, imports) * 4));
  emit({ type: 'modules', modules: summaries, importCalls, record, recordNote, notes });
  const isWhole = modules.every(({ guest }) => guest.rewritten.plan?.isWhole ?? false);
  const outlet = new RecordingOutlet(wire, { level: record, memory, isWhole, now });
  for (const { name, module, guest } of modules) outlet.module(name, module, guest.rewritten);
  const thread = new GuestThread(modules, course.instances, memory, importCalls, outlet);
  const names = InstanceNames.of({
    modules: summaries,
    instances: course.instances.map(module => ({ module, call: null, step: step(0) })),
  });
  const found = findScenario(
    modules.map(({ module }) => module),
    names,
  );
  if (isScenario(found)) emit({ type: 'expects', expected: found.expected(course) });

  emit({ type: 'running' });
  const failed = thread.instantiate(course.instances.length - (isScenario(found) ? course.late : 0), instance =>
    emit(instance === null ? { type: 'phase', kind: 'reading' } : { type: 'phase', kind: 'making', instance }),
  );
  emit({ type: 'phase', kind: 'calling' });
  const problem = failed
    ? makingProblem(`Instance ${names.name(failed.instance)}, while it was made,`, failed.trap)
    : isScenario(found)
      ? play(found, course, thread, names)
      : found;
  const status = problem?.kind === 'trap' ? 'trapped' : 'completed';
  const goesOn = request.goesOn && status === 'completed';
  emit({ type: 'finished', status, actual: thread.value, problem, goesOn });
  return goesOn ? thread : null;
}

/** Takes a scenario's steps until the last one or the first that traps. */
function play(scenario: Scenario, course: Course, thread: GuestThread, names: InstanceNames): Problem | null {
  const steps = scenario.play(course);
  for (let next = steps.next(); ; ) {
    if (next.done) return next.value;
    const step = next.value;
    const taken = take(step, thread);
    if ('trap' in taken) {
      const what =
        step.kind === 'call' ? `${step.function} on ${names.name(step.instance)},` : 'which makes an instance,';
      return trapProblem(`Call ${taken.index}, ${what}`, taken.trap);
    }
    next = steps.next(taken);
  }
}

function take(step: ScenarioStep, thread: GuestThread): GuestCall {
  switch (step.kind) {
    case 'call':
      return thread.call(step);
    case 'make':
      return thread.makeLate();
    case 'look':
      return thread.lookAt(step.at);
  }
}
