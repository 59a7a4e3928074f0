// A guest that writes faster than it is recorded: the built engine worker, and a recording that does not come to it for a while.
import { MessageChannel, Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { GuestClock } from '../../../src/engine/client/guestClock.ts';
import type { WorkerRequest } from '../../../src/engine/guest/workerRequest.ts';
import type { EngineEvent } from '../../../src/protocol/engine.ts';
import { BACKLOG, newBacklog, type RecordingMessage } from '../../../src/protocol/recording.ts';
import { LiveRecording } from '../../../src/recording/liveRecording.ts';
import { RecordingStore } from '../../../src/recording/recordingStore.ts';
import { WORKERS } from '../support/fixtures.ts';
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

/** Less than a call's log, so that the guest waits in the middle of a call; more than the call before has. */
const LIMIT_BYTES = 500_000;
const HELD_MS = 1500;

it('waits until there is room for its log; nothing is lost, and its time stands still', async () => {
  const backlog = newBacklog(LIMIT_BYTES);
  const store = new RecordingStore();
  const live = new LiveRecording(store, WRITES, backlog, () => {});
  const { port1, port2 } = new MessageChannel();
  const workerData: WorkerRequest = { bytes: WRITES, record: 'stores', recording: port1, backlog, instances: 1 };
  const worker = new Worker(`${WORKERS}/worker.js`, { workerData, transferList: [port1] });
  const ended = new Promise(resolve => worker.once('exit', resolve));
  const clock = new GuestClock(60_000, () => void worker.terminate());
  const events: EngineEvent['type'][] = [];
  const callsNs: number[] = [];
  let waits = 0;
  let inGuest = false;
  let clockStoodStill = false;

  const record = (): void => {
    port2.on('message', (message: RecordingMessage) => message.events.forEach(event => void live.apply(event)));
  };
  worker.on('message', (event: EngineEvent) => {
    events.push(event.type);
    if (event.type === 'guest-entered') clock.enter();
    if (event.type === 'guest-left') clock.leave();
    if (event.type === 'guest-goes-on') clock.goOn();
    if (event.type === 'call-ended') callsNs.push(event.call.durationNs);
    if (event.type !== 'guest-waits') return;
    clock.wait();
    if (waits++ > 0) return;
    inGuest = events.at(-2) === 'guest-entered';
    const { elapsedMs } = clock;
    setTimeout(() => {
      clockStoodStill = clock.elapsedMs === elapsedMs && !events.includes('guest-goes-on');
      record();
    }, HELD_MS);
  });
  await ended;
  clock.stop();

  expect(events.at(-1)).toBe('finished');
  expect(waits).toBeGreaterThan(0);
  expect([inGuest, clockStoodStill]).toEqual([true, true]);
  expect(events.filter(type => type === 'guest-goes-on')).toHaveLength(waits);
  expect(store.lastStep).toBe(1 + ROUNDS + 5);
  expect(callsNs).toHaveLength(6);
  for (const ns of callsNs) expect(ns).toBeLessThan(HELD_MS * 1e6);
  expect(backlog[BACKLOG.bytes]).toBe(0);
});
