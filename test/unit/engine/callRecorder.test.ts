// What is recorded of a call: with a clock that goes on only where a test says so.
import { describe, expect, it } from 'vitest';
import { CallRecorder } from '../../../src/engine/callRecorder.ts';
import type { RecordingEvent } from '../../../src/protocol/recording.ts';
import { arrive, newBacklog, send } from '../../../src/wire/backlog.ts';
import { EventReader, newEventRing } from '../../../src/wire/eventRing.ts';
import { guestRan, newGuestTime } from '../../../src/wire/guestTime.ts';
import { RecordingOutlet } from '../../../src/wire/recordingOutlet.ts';
import { eventsOfType } from '../support/runs.ts';

/** What it takes to send an event, and to wait for the recording, in nanoseconds. */
const SENDING = 1000n;
const WAITING = 50_000n;
const LIMIT_BYTES = 100;

function recorderOf() {
  const clock = { now: 10_000_000n };
  const now = (): bigint => clock.now;
  const [events, backlog, time] = [newEventRing(), newBacklog(LIMIT_BYTES), newGuestTime()];
  const reader = new EventReader<RecordingEvent>(events);
  const told: RecordingEvent[] = [];
  const port = {
    postMessage(message: unknown): void {
      reader.receive(message);
      const taken = reader.take();
      told.push(...taken);
      reader.sleep();
      if (typeof message !== 'string') return; // an event, which is woken for when it has its place
      if (taken.length > 0) clock.now += SENDING;
      else {
        clock.now += WAITING;
        arrive(backlog, 2 * LIMIT_BYTES);
      }
    },
  };
  reader.sleep();
  const memory = new WebAssembly.Memory({ initial: 1 });
  const outlet = new RecordingOutlet(
    { events, port, backlog, time },
    { level: 'calls', memory: null, isWhole: true, now },
  );
  clock.now += 500n;
  const recorder = new CallRecorder({
    outlet,
    memory,
    describe: thrown => ({ trap: { message: String(thrown), stack: [] }, stack: '' }),
    now,
    look: () => null,
    watched: () => null,
  });
  return {
    clock,
    outlet,
    recorder,
    backlog,
    begun: () => eventsOfType(told, 'call-begun').map(({ call }) => call),
    ended: () => eventsOfType(told, 'call-ended').map(({ call }) => call),
    ranNs: () => Math.round(guestRan(time, clock.now).allMs * 1e6),
  };
}

const CALL = { kind: 'call', instance: 0, function: 'f', args: [] } as const;

describe('a call', () => {
  it('takes the time that its function takes, without that of telling of it', () => {
    const { clock, recorder, begun, ended, ranNs } = recorderOf();
    recorder.record(CALL, () => {
      clock.now += 7n;
    });
    clock.now += 300n;
    recorder.record({ ...CALL, instance: 1 }, () => {
      clock.now += 9n;
    });
    expect(ended().map(({ durationNs }) => durationNs)).toEqual([7, 9]);
    // The second began behind the first, which had been told of twice, and 300 ns later.
    expect(begun().map(({ startNs }) => startNs)).toEqual([0, 1000 + 7 + 1000 + 300]);
    expect(ranNs()).toBe(7 + 9);
  });

  it('takes no time while it waits for its recording', () => {
    const { clock, recorder, begun, ended, outlet, backlog, ranNs } = recorderOf();
    recorder.record(CALL, () => {
      clock.now += 7n;
      send(backlog, 2 * LIMIT_BYTES);
      const changes = { pages: new Uint32Array(0), contents: new Uint8Array(0) };
      outlet.hostWrote({ changes, memoryBytes: 65_536, lookedAt: null, skipped: 0 }, null);
      clock.now += 2n;
    });
    recorder.record(CALL, () => {});
    const sent = Number(SENDING);
    expect(ended().map(({ durationNs }) => durationNs)).toEqual([7 + sent + 2, 0]);
    expect(begun().map(({ startNs }) => startNs)).toEqual([0, sent + 7 + sent + 2 + sent]);
    expect(outlet.waitedNs).toBe(Number(WAITING));
    expect(ranNs()).toBe(7 + sent + 2);
  });

  it('in a call lies within it; the outer one ends with what was thrown through both', () => {
    const { clock, recorder, begun, ended } = recorderOf();
    const outer = recorder.record(CALL, () => {
      clock.now += 3n;
      const inner = recorder.record({ ...CALL, args: [5n, Number.NaN, null] }, () => {
        expect(recorder.isInCall).toBe(true);
        clock.now += 4n;
        throw new Error('broken');
      });
      expect(inner.ended).toMatchObject({ end: 'trapped', trap: { message: 'Error: broken' }, durationNs: 4 });
      clock.now += 5n;
      return 11;
    });
    expect(outer.ended).toMatchObject({ end: 'returned', results: [11], trap: null });
    expect(outer.ended.durationNs).toBe(3 + 1000 + 4 + 1000 + 5);
    // The inner one lies in it, although it took 1000 ns to tell of the outer one.
    const [around, within] = begun().map(({ startNs }) => Number(startNs));
    expect(within - around).toBe(3);
    expect(begun().map(({ args }) => args)).toEqual([[], ['5', 'NaN', 'null']]);
    expect(ended().map(({ end }) => end)).toEqual(['trapped', 'returned']);
    expect(recorder.isInCall).toBe(false);
  });

  it('under way ends with the program that ends itself in it, and so do those around it', () => {
    const { recorder, ended } = recorderOf();
    let stopped: readonly object[] = [];
    recorder.record(CALL, () =>
      recorder.record(CALL, () => {
        recorder.stop(131_072);
        expect(recorder.isInCall).toBe(false);
        stopped = ended(); // a program that ends itself comes no further
      }),
    );
    expect(stopped).toMatchObject([
      { end: 'stopped', memoryBytes: 131_072 },
      { end: 'stopped', memoryBytes: 131_072 },
    ]);
  });
});
