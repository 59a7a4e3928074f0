// The ring of chunks that guests write their log in, and how chunks come back from the recording thread.
import { expect, test } from 'vitest';
import { BACKLOG, newBacklog, type RecordingMessage } from '../../../src/protocol/recording.ts';
import { CHUNK_BYTES, LOG_IMPORTS } from '../../../src/wasm/record/logFormat.ts';
import { AccessLog } from '../../../src/wire/accessLog.ts';
import { RecordingOutlet } from '../../../src/wire/recordingOutlet.ts';

interface Imports {
  addImports(imports: WebAssembly.Imports): void;
}

/** Writes as a guest does that has filled its chunk with `bytes` of records. */
function guestOf(log: Imports) {
  const imports: WebAssembly.Imports = {};
  log.addImports(imports);
  const {
    [LOG_IMPORTS.log]: memory,
    [LOG_IMPORTS.position]: position,
    [LOG_IMPORTS.flush]: flush,
  } = imports[LOG_IMPORTS.module];
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
  const guest = guestOf(log);
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
  const guest = guestOf(log);
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

test('a guest waits where the next chunk of the ring has not come back', () => {
  const ring = 5;
  const backlog = newBacklog(ring * CHUNK_BYTES);
  const left: number[] = [];
  const port = {
    postMessage({ events }: RecordingMessage): void {
      for (const event of events) if (event.type === 'chunk-left') left.push(event.start / CHUNK_BYTES);
    },
  };
  /** Chunks that were left when it began to wait. */
  const waits: number[] = [];
  const outlet = new RecordingOutlet(port, backlog, 'stores', null, waiting => {
    if (!waiting) return;
    waits.push(left.length);
    Atomics.sub(backlog, BACKLOG.bytes, 2 * CHUNK_BYTES); // two chunks come back meanwhile
  });
  const guest = guestOf(outlet);
  for (let chunk = 0; chunk < ring + 4; chunk++) guest.fill(CHUNK_BYTES - chunk);
  expect(left).toEqual(Array.from({ length: ring + 4 }, (_, chunk) => chunk % ring));
  // It goes on as long as one chunk is free behind the one that it leaves.
  expect(waits).toEqual([ring, ring + 2, ring + 4]);
  expect(guest.at()).toBe(4 * CHUNK_BYTES);
});
