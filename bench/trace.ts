// Reads a trace of Chromium (the Trace Event Format): what a renderer's main thread did for each frame.

/** Categories that the trace has to be taken with. */
export const TRACE_CATEGORIES = ['devtools.timeline', 'disabled-by-default-devtools.timeline'];

/** An event with a duration. Times are in microseconds. */
interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur: number;
  /** Processor time that the thread used: what other programs took meanwhile is not in it. */
  readonly tdur: number;
  /** Type of the DOM event, where it is an event's dispatch. */
  readonly dispatched: unknown;
}

/** Anything of a parsed JSON document may be asked for a property. */
function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function toEvent(raw: unknown): TraceEvent {
  const number = (name: string) => Number(property(raw, name) ?? 0);
  return {
    name: String(property(raw, 'name')),
    pid: number('pid'),
    tid: number('tid'),
    ts: number('ts'),
    dur: number('dur'),
    tdur: number('tdur'),
    dispatched: property(property(property(raw, 'args'), 'data'), 'type'),
  };
}

/**
 * Processor time in milliseconds that the main thread used for each frame in which a wheel event was handled: all of its tasks from
 * the end of the frame before (its commit) to the end of this one.
 * @param json a trace taken with {@link TRACE_CATEGORIES}
 */
export function wheelFrames(json: string): number[] {
  const raw: unknown = property(JSON.parse(json), 'traceEvents');
  if (!Array.isArray(raw)) throw new TypeError('this is no trace');
  const all = raw.map(toEvent);
  const isWheel = ({ name, dispatched }: TraceEvent) => name === 'EventDispatch' && dispatched === 'wheel';
  const wheel = all.find(isWheel);
  if (!wheel) throw new Error('the trace has no wheel event');
  const thread = all.filter(({ pid, tid }) => pid === wheel.pid && tid === wheel.tid).sort((a, b) => a.ts - b.ts);

  const frames: number[] = [];
  let pending = thread.filter(({ name }) => name === 'RunTask');
  const wheels = thread.filter(isWheel);
  for (const { ts, dur } of thread.filter(({ name }) => name === 'Commit')) {
    const end = ts + dur;
    const tasks = pending.filter(task => task.ts < end);
    pending = pending.slice(tasks.length);
    const turned = tasks.some(task => wheels.some(event => event.ts >= task.ts && event.ts < task.ts + task.dur));
    if (turned) frames.push(tasks.reduce((sum, { tdur }) => sum + tdur, 0) / 1000);
  }
  return frames;
}
