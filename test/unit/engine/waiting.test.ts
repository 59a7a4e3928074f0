// A guest that writes faster than it is recorded: the built engine worker, and a recording that does not come to it for a while.

import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { MessageChannel, Worker } from 'node:worker_threads';
import { expect, it, vi } from 'vitest';
import type { WorkerRequest } from '../../../src/engine/guest/workerRequest.ts';
import { now } from '../../../src/platform/clock.ts';
import { EVERY_CALL } from '../../../src/protocol/call.ts';
import type { EngineEvent } from '../../../src/protocol/engine.ts';
import type { RecordingEvent } from '../../../src/protocol/recording.ts';
import { LiveRecording } from '../../../src/recording/liveRecording.ts';
import { RecordingReader } from '../../../src/recording/recordingReader.ts';
import { RecordingStore } from '../../../src/recording/recordingStore.ts';
import { CHUNK_BYTES } from '../../../src/wasm/record/logFormat.ts';
import { bytesOnTheWay, newBacklog } from '../../../src/wire/backlog.ts';
import { EventPump, newEventRing } from '../../../src/wire/eventRing.ts';
import { guestRan, newGuestTime } from '../../../src/wire/guestTime.ts';
import { WORKERS } from '../support/fixtures.ts';
import { takeAll } from '../support/runs.ts';
import { assemble } from '../support/wabt.ts';

const ROUNDS = 1_500_000;

/** `add_23` makes so many stores whose addresses and values can't be computed from each other: each takes some bytes of log. */
const WRITES = assemble(`(module
  (memory (export "memory") 2)
  (global $x (mut i32) (i32.const 1))
  (func (export "alloc_11") (result i32) (i32.store (i32.const 1024) (i32.const 11)) (i32.const 1024))
  (func (export "add_23") (param i32) (local $left i32)
    (local.set $left (i32.const ${ROUNDS / 5}))
    (loop $again
      (global.set $x (i32.add (i32.mul (global.get $x) (i32.const 1664525)) (i32.const 1013904223)))
      (i32.store offset=65536 (i32.and (i32.shr_u (global.get $x) (i32.const 8)) (i32.const 0xfffc)) (global.get $x))
      (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
    (i32.store (local.get 0) (i32.add (i32.load (local.get 0)) (i32.const 23)))))`);

/** Two chunks of log may be on their way: less than the log of a call. */
const LIMIT_BYTES = 2 * CHUNK_BYTES;
const HELD_MS = 700;

it('waits until there is room for its log; nothing is lost, and its time stands still', async () => {
  const wire = { events: newEventRing(), backlog: newBacklog(LIMIT_BYTES), time: newGuestTime() };
  const ran = () => guestRan(wire.time, now());
  const store = new RecordingStore();
  const live = new LiveRecording(store, wire.backlog);
  const { port1, port2 } = new MessageChannel();
  const closed = once(port2, 'close');
  const started = performance.now();
  const request: WorkerRequest = {
    files: [{ name: 'writes.wasm', bytes: WRITES }],
    record: 'stores',
    state: 'separate',
    allocators: [],
    wire: { ...wire, port: port1 },
    course: { instances: [0], late: 0, allocates: 'once' },
    goesOn: false,
  };
  const worker = new Worker(`${WORKERS}/worker.js`);
  worker.postMessage(request, [port1]);
  const told: EngineEvent[] = [];
  worker.on('message', (event: EngineEvent) => told.push(event));

  const stands = (): void => {
    expect(bytesOnTheWay(wire.backlog)).toBe(LIMIT_BYTES);
    expect(ran()).toEqual(ran());
  };
  await vi.waitFor(stands, { timeout: 20_000 });
  const { allMs, callMs } = ran();
  expect(callMs).toBeGreaterThan(0); // in the middle of a call
  await setTimeout(HELD_MS);
  expect(ran()).toEqual({ allMs, callMs });
  expect(bytesOnTheWay(wire.backlog)).toBe(LIMIT_BYTES);

  const pump = new EventPump<RecordingEvent>(wire.events, async events => takeAll(live, events));
  port2.on('message', message => pump.receive(message));
  await closed;
  await pump.finish();
  live.settle();
  const took = performance.now() - started;

  expect(told.at(-1)).toMatchObject({ type: 'finished', status: 'completed' });
  expect(store.lastStep).toBe(1 + ROUNDS + 5);
  const { calls } = new RecordingReader(store).trace.calls(EVERY_CALL, 0, 10);
  expect(calls.map(({ accesses }) => accesses)).toEqual([1, ...Array<number>(5).fill(ROUNDS / 5 + 1)]);
  const durationMs = calls.reduce((sum, call) => sum + Number(call.durationNs) / 1e6, 0);
  expect(durationMs).toBeLessThan(took - HELD_MS);
  expect(ran().allMs).toBeLessThan(took - HELD_MS);
  expect(bytesOnTheWay(wire.backlog)).toBe(0);
});
