// The ring of chunks that guests write their log in, and how chunks come back from the recording thread.
import { expect, test } from 'vitest';
import type { RecordingEvent } from '../../../src/protocol/recording.ts';
import { ADDED_IMPORTS, CHUNK_BYTES } from '../../../src/wasm/record/logFormat.ts';
import { AccessLog } from '../../../src/wire/accessLog.ts';
import { arrive, type Backlog, newBacklog, send } from '../../../src/wire/backlog.ts';
import { EventReader, newEventRing } from '../../../src/wire/eventRing.ts';
import { guestRan, newGuestTime } from '../../../src/wire/guestTime.ts';
import { RecordingOutlet } from '../../../src/wire/recordingOutlet.ts';

/** Writes as a guest does that has filled its chunk with `bytes` of records. */
function guestOf(addImports: (imports: WebAssembly.Imports) => void) {
  const imports: WebAssembly.Imports = {};
  addImports(imports);
  const {
    [ADDED_IMPORTS.log]: memory,
    [ADDED_IMPORTS.position]: position,
    [ADDED_IMPORTS.flush]: flush,
  } = imports[ADDED_IMPORTS.module];
  if (!(memory instanceof WebAssembly.Memory && position instanceof WebAssembly.Global)) throw new TypeError('no log');
  if (typeof flush !== 'function') throw new TypeError('no flush');
  return {
    memory: new Uint8Array(memory.buffer),
    at: () => Number(position.value),
    fill(bytes: number): void {
      const start = Number(position.value);
      new Uint8Array(memory.buffer, start, bytes).fill(7);
      position.value = start + bytes;
      flush();
    },
  };
}

test('a chunk is zero when it is written again, also where it was left early', () => {
  const log = new AccessLog(() => {});
  const guest = guestOf(imports => log.addImports(imports, ADDED_IMPORTS.module));
  guest.fill(CHUNK_BYTES);
  guest.fill(1000);
  expect(guest.at()).toBe(0);
  expect(guest.memory.findIndex(byte => byte !== 0)).toBe(-1);
  expect(log.takenWord[0]).toBe(0);
});

test('who keeps the records is told of each chunk that was left, behind its records', () => {
  const told: (readonly [string, number, number?])[] = [];
  const log = new AccessLog(
    ({ byteOffset, length }) => told.push(['records', byteOffset, length]),
    3,
    start => told.push(['left', start]),
  );
  const guest = guestOf(imports => log.addImports(imports, ADDED_IMPORTS.module));
  for (const bytes of [CHUNK_BYTES, 1000, 2000, 3000]) guest.fill(bytes);
  expect(told).toEqual([
    ['records', 0, CHUNK_BYTES],
    ['left', 0],
    ['records', CHUNK_BYTES, 1000],
    ['left', CHUNK_BYTES],
    ['records', 2 * CHUNK_BYTES, 2000],
    ['left', 2 * CHUNK_BYTES],
    ['records', 0, 3000],
    ['left', 0],
  ]);
  expect(guest.memory[0]).toBe(7); // it is theirs
});

/**
 * An outlet, and the other end of its wire in the same thread.
 * @param waits told when the outlet begins to wait, with the events until then: what it waits for must happen there
 */
function outletOf(backlog: Backlog, waits: (events: readonly RecordingEvent[]) => void) {
  const clock = { now: 1_000_000n };
  const [events, time] = [newEventRing(), newGuestTime()];
  const reader = new EventReader<RecordingEvent>(events);
  const taken: RecordingEvent[] = [];
  const port = {
    postMessage(message: unknown): void {
      reader.receive(message);
      const news = reader.take();
      taken.push(...news);
      reader.sleep();
      // What wakes the reader is a text, and where there is no event the outlet waits.
      if (typeof message !== 'string' || news.length > 0) return;
      clock.now += 500n;
      waits(taken);
    },
  };
  reader.sleep();
  const options = { level: 'stores', memory: null, isWhole: true, now: () => clock.now } as const;
  return { outlet: new RecordingOutlet({ events, port, backlog, time }, options), clock, taken, time };
}

const chunksLeft = (events: readonly RecordingEvent[]): number[] =>
  events.flatMap(event => (event.type === 'chunk-left' ? [event.start / CHUNK_BYTES] : []));

test('a guest waits where the next chunk of the ring has not come back, and that is none of its time', () => {
  const ring = 5;
  const backlog = newBacklog(ring * CHUNK_BYTES);
  /** Chunks that were left when it began to wait. */
  const waits: number[] = [];
  const { outlet, clock, taken, time } = outletOf(backlog, events => {
    waits.push(chunksLeft(events).length);
    arrive(backlog, 2 * CHUNK_BYTES); // two chunks come back meanwhile
  });
  const guest = guestOf(imports =>
    outlet.addImports(imports, { addedImports: ADDED_IMPORTS.module, stackPointer: null, shared: null }, 0),
  );
  outlet.guestEntered();
  for (let chunk = 0; chunk < ring + 4; chunk++) {
    clock.now += 10n;
    guest.fill(CHUNK_BYTES - chunk);
  }
  expect(chunksLeft(taken)).toEqual(Array.from({ length: ring + 4 }, (_, chunk) => chunk % ring));
  // It goes on as long as one chunk is free behind the one that it leaves.
  expect(waits).toEqual([ring, ring + 2, ring + 4]);
  expect(guest.at()).toBe(4 * CHUNK_BYTES);
  expect(outlet.waitedNs).toBe(3 * 500);
  expect(guestRan(time, clock.now).allMs * 1e6).toBe(10 * (ring + 4));
});

test('where the host waits after its guest has returned, the guest has run no longer for it', () => {
  const backlog = newBacklog(1000);
  const { outlet, clock, time } = outletOf(backlog, () => arrive(backlog, 2000));
  outlet.guestEntered();
  clock.now += 7n;
  outlet.guestLeft();
  send(backlog, 2000);
  const changes = { pages: new Uint32Array(0), contents: new Uint8Array(0) };
  outlet.hostWrote({ changes, memoryBytes: 0, lookedAt: null, skipped: 0 }, null);
  expect(outlet.waitedNs).toBe(500);
  clock.now += 100n;
  expect(guestRan(time, clock.now).allMs * 1e6).toBe(7);
});
