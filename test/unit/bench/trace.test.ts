import { describe, expect, it } from 'vitest';
import { wheelFrames } from '../../../bench/trace.ts';

const MAIN = { pid: 1, tid: 1, ph: 'X' };
const task = (ts: number, dur: number, tdur: number) => ({ ...MAIN, name: 'RunTask', ts, dur, tdur });
const commit = (ts: number, dur: number) => ({ ...MAIN, name: 'Commit', ts, dur });
const dispatch = (type: string, ts: number) => ({
  ...MAIN,
  name: 'EventDispatch',
  ts,
  dur: 1,
  args: { data: { type } },
});
const trace = (...traceEvents: object[]) => JSON.stringify({ traceEvents });

/** A task in which the frame ends, as a renderer has it: callbacks, painting and commit. */
const frame = (ts: number, tdur: number) => [task(ts, 2000, tdur), commit(ts + 1500, 400)];

describe('the processor time of frames', () => {
  it('adds up the tasks since the frame before, in milliseconds', () => {
    const events = [
      ...frame(0, 700),
      task(5000, 300, 200),
      task(6000, 100, 50),
      dispatch('wheel', 6010),
      ...frame(8000, 900),
    ];
    expect(wheelFrames(trace(...events))).toEqual([(200 + 50 + 900) / 1000]);
  });

  it('is told of the frames that the wheel turned in, and of no other ones', () => {
    const wheel = [task(20_000, 50, 40), dispatch('wheel', 20_010)];
    const move = [task(5000, 50, 30), dispatch('mousemove', 5010)];
    expect(wheelFrames(trace(...frame(0, 100), ...move, ...frame(8000, 200), ...wheel, ...frame(24_000, 300)))).toEqual(
      [0.34],
    );
  });

  it('takes time from the processor, not from the clock', () => {
    expect(wheelFrames(trace(task(0, 90_000, 1000), dispatch('wheel', 10), commit(80_000, 100)))).toEqual([1]);
  });

  it('leaves other threads and processes out', () => {
    const others = [
      { ...task(10, 10, 5000), tid: 2 },
      { ...task(10, 10, 5000), pid: 2 },
    ];
    expect(wheelFrames(trace(task(20, 95, 60), dispatch('wheel', 25), ...others, commit(100, 10)))).toEqual([0.06]);
  });

  it('does not depend on the order in which the trace has the events', () => {
    const first = [task(0, 95, 60), dispatch('wheel', 5), commit(80, 10)];
    const second = [task(200, 95, 40), dispatch('wheel', 205), commit(280, 10)];
    expect(wheelFrames(trace(...second, ...first))).toEqual([0.06, 0.04]);
  });
});

it('a trace without a wheel event, and what is no trace, are errors', () => {
  expect(() => wheelFrames(trace(...frame(0, 1)))).toThrow(/no wheel event/);
  expect(() => wheelFrames('{}')).toThrow(TypeError);
});
