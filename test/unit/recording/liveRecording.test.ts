// A worker may be ended at any moment: between writing a record, sending it, and saying that it was sent.
import { describe, expect, it } from 'vitest';
import { newBacklog, type RecordedCall } from '../../../src/protocol/recording.ts';
import { address } from '../../../src/protocol/units.ts';
import { LiveRecording } from '../../../src/recording/liveRecording.ts';
import { RecordingReader } from '../../../src/recording/recordingReader.ts';
import { RecordingStore } from '../../../src/recording/recordingStore.ts';
import { readModule } from '../../../src/wasm/module.ts';
import { CHUNK_BYTES, MAX_RECORD_BYTES } from '../../../src/wasm/record/logFormat.ts';
import { recordAccesses } from '../../../src/wasm/record/recordAccesses.ts';
import { AccessLog } from '../../../src/wire/accessLog.ts';
import { comparePages } from '../../../src/wire/comparePages.ts';
import { ImportLog } from '../../../src/wire/importLog.ts';
import type { Input } from '../../../src/wire/inputRecords.ts';
import { callExport } from '../support/instances.ts';
import { assemble } from '../support/wabt.ts';

const GUEST = assemble(`(module (memory 1)
  (func (export "put") (param i32 i32) (i32.store (local.get 0) (local.get 1))))`);

interface Sent {
  readonly start: number;
  readonly bytes: number;
}

/** An instance and its log, and a recording that was told of its beginning and of a call that has begun. */
function callUnderWay() {
  const recorded = recordAccesses(readModule(GUEST), { level: 'stores', log: 'compact' });
  const memory = new WebAssembly.Memory({ initial: 1, maximum: recorded.maximum, shared: true });
  const sent: Sent[] = [];
  const log = new AccessLog(view => sent.push({ start: view.byteOffset, bytes: view.length }));
  const given: WebAssembly.Imports = { [recorded.memoryImport.module]: { [recorded.memoryImport.name]: memory } };
  log.addImports(given);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(recorded.bytes), given);
  const store = new RecordingStore();
  const calls: (RecordedCall | null)[] = [];
  const backlog = newBacklog();
  const live = new LiveRecording(store, GUEST, backlog, call => calls.push(call));
  const imports: ImportLog = new ImportLog((records, end) => live.apply({ type: 'imports', records, end }));
  live.apply({
    type: 'attached',
    level: 'stores',
    memory,
    log: log.memory,
    taken: log.takenWord,
    imports: imports.memory,
  });
  live.apply({ type: 'begun', changes: comparePages(new Uint8Array(0), new Map()), memoryBytes: 65_536 });
  live.apply({ type: 'call-begun', index: 1, instance: 0 });
  return {
    put: (at: number, value: number) => callExport(exports, 'put', at, value),
    /** Hands over what is in the log, as the engine worker does. */
    flush: () => log.flush(),
    taken: log.takenWord,
    backlog,
    log: new Uint8Array(log.memory.buffer),
    sent,
    deliver: ({ start, bytes }: Sent) => live.apply({ type: 'log', start, bytes, stop: null }),
    /** What host functions give back. */
    imports,
    importsOf: (call: number): Input[] => [...store.inputs.of(call)],
    live,
    calls,
    /** Address and value of each write, and who made it. */
    writes: () => {
      const reader = new RecordingReader(store);
      return reader
        .accessesOfCall(1, 0, 100)
        .map(each => (each.kind === 'write' ? [each.owner.kind, each.address, each.after[0]] : each.kind));
    },
    byteAt: (at: number) => new RecordingReader(store).bytes(store.lastStep, address(at), 1)[0],
  };
}

describe('the log of a call whose worker is ended', () => {
  const FOUR = [
    ['instance', 8, 1],
    ['instance', 16, 2],
    ['instance', 8, 3],
    ['instance', 24, 4],
  ];

  function putFour() {
    const call = callUnderWay();
    call.put(8, 1);
    call.put(16, 2);
    call.flush();
    call.put(8, 3);
    call.put(24, 4);
    return call;
  }

  it('is read from where it was not sent yet', () => {
    const call = putFour();
    call.sent.forEach(call.deliver);
    expect(call.live.stopped()).toMatchObject({ begun: false, memoryBytes: 65_536, bytesChanged: 3 });
    expect(call.writes()).toEqual(FOUR);
    expect(call.calls.at(-1)).toEqual({ index: 1, stepBefore: 0, step: 4, accesses: 4 });
    expect(call.byteAt(8)).toBe(3);
  });

  it('is read as a whole where nothing was sent', () => {
    const call = callUnderWay();
    for (const [, at, value] of FOUR) call.put(Number(at), Number(value));
    call.live.stopped();
    expect(call.writes()).toEqual(FOUR);
  });

  it('is not read twice where it was sent, and the worker was ended before it could say so', () => {
    const call = putFour();
    call.sent.forEach(call.deliver);
    call.taken[0] = call.sent[0].start;
    call.live.stopped();
    expect(call.writes()).toEqual(FOUR);
  });

  it('is read where the worker was ended before it could be sent', () => {
    const call = putFour();
    call.taken[0] = call.sent[0].start; // nothing arrived
    call.live.stopped();
    expect(call.writes()).toEqual(FOUR);
  });

  it('can be left unread: what it wrote is then in memory, and nobody is said to have written it', () => {
    const call = putFour();
    call.live.leaveRest();
    call.sent.forEach(call.deliver);
    const { unreadBytes } = call.live.stopped();
    // What was sent, and as much in the log behind it, whose end is known but for the size of a record.
    const { bytes } = call.sent[0];
    expect(unreadBytes).toBeGreaterThan(bytes);
    expect(unreadBytes).toBeLessThanOrEqual(2 * bytes + MAX_RECORD_BYTES);
    expect(call.writes()).toEqual([
      ['unrecorded', 8, 3],
      ['unrecorded', 16, 2],
      ['unrecorded', 24, 4],
    ]);
  });

  it('is read where its chunk came back and is written again', () => {
    const call = callUnderWay();
    call.put(8, 1);
    call.flush();
    call.sent.forEach(call.deliver);
    expect(call.log.findIndex(byte => byte !== 0)).not.toBe(-1);
    Atomics.add(call.backlog, 0, CHUNK_BYTES);
    call.live.apply({ type: 'chunk-left', start: 0 });
    expect(call.log.findIndex(byte => byte !== 0)).toBe(-1);
    expect(call.backlog[0]).toBe(0);
    call.put(16, 2);
    call.live.stopped();
    expect(call.writes()).toEqual(FOUR.slice(0, 2));
  });

  it('is not read from a chunk behind the end of the log', () => {
    const call = putFour();
    call.sent.forEach(call.deliver);
    call.taken[0] = call.log.length;
    call.live.stopped();
    expect(call.writes().slice(0, 2)).toEqual(FOUR.slice(0, 2));
  });

  it('leaves nothing to read where all was sent', () => {
    const call = putFour();
    call.flush();
    call.sent.forEach(call.deliver);
    call.live.stopped();
    expect(call.writes()).toEqual(FOUR);
  });
});

it('records count as given out only after they were', () => {
  const taken: number[] = [];
  const log = new AccessLog(view => taken.push(view.byteOffset, log.takenWord[0]));
  log.position.value = 12;
  log.flush();
  expect([...taken, log.takenWord[0]]).toEqual([0, 0, 12]);
});

describe('what host functions gave back in a call whose worker is ended', () => {
  const SEVEN: Input = { kind: 'import', import: 2, count: 1, results: [{ type: 'i32', value: 7 }] };

  it('is kept where it was not sent yet', () => {
    const call = callUnderWay();
    call.imports.returned(2, ['i32'], 7);
    call.live.stopped();
    expect(call.importsOf(1)).toEqual([SEVEN]);
  });

  it('is not kept twice where it was sent, and the worker was ended before it could say so', () => {
    const call = callUnderWay();
    call.imports.returned(2, ['i32'], 7);
    const [start] = call.imports.memory.positions;
    call.imports.flush();
    call.imports.memory.positions[0] = start;
    call.live.stopped();
    expect(call.importsOf(1)).toEqual([SEVEN]);
  });
});
