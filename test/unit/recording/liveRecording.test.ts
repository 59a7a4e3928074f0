import { describe, expect, it } from 'vitest';
import type { RecordingEvent, StoppedRecording } from '../../../src/protocol/recording.ts';
import { address } from '../../../src/protocol/units.ts';
import { LiveRecording } from '../../../src/recording/liveRecording.ts';
import { RecordingReader } from '../../../src/recording/recordingReader.ts';
import { RecordingStore } from '../../../src/recording/recordingStore.ts';
import { readModule } from '../../../src/wasm/module.ts';
import { CHUNK_BYTES, MAX_RECORD_BYTES } from '../../../src/wasm/record/logFormat.ts';
import { recordAccesses } from '../../../src/wasm/record/recordAccesses.ts';
import { AccessLog } from '../../../src/wire/accessLog.ts';
import { bytesOnTheWay, newBacklog, send } from '../../../src/wire/backlog.ts';
import { comparePages } from '../../../src/wire/comparePages.ts';
import { ImportLog } from '../../../src/wire/importLog.ts';
import type { Input } from '../../../src/wire/inputRecords.ts';
import { newTouchedPages } from '../../../src/wire/knownMemory.ts';
import { endedCall, newCall } from '../support/calls.ts';
import { callExport } from '../support/instances.ts';
import { takeAll } from '../support/runs.ts';
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
  log.addImports(given, recorded.addedImports);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(recorded.bytes), given);
  const store = new RecordingStore();
  const backlog = newBacklog();
  const live = new LiveRecording(store, backlog);
  const take = (...events: readonly RecordingEvent[]): void => takeAll(live, events);
  const imports: ImportLog = new ImportLog((records, end) => take({ type: 'imports', records, end }));
  take(
    {
      type: 'attached',
      level: 'stores',
      memory,
      log: log.memory,
      taken: log.takenWord,
      imports: imports.memory,
      touched: newTouchedPages(),
      isWhole: true,
      isExact: false,
    },
    {
      type: 'module',
      name: 'guest.wasm',
      bytes: GUEST,
      plan: recorded.plan,
      allocators: [],
      instanceState: 'separate',
    },
    { type: 'instance', thread: 0, module: 0 },
    { type: 'begun', changes: comparePages(new Uint8Array(0), new Map()), memoryBytes: 65_536, segments: [] },
    { type: 'call-begun', call: newCall({ function: 'put', args: [], startNs: 500 }) },
  );
  return {
    put: (at: number, value: number) => callExport(exports, 'put', at, value),
    /** Hands over what is in the log, as the engine worker does. */
    flush: () => log.flush(),
    taken: log.takenWord,
    backlog,
    log: new Uint8Array(log.memory.buffer),
    sent,
    deliver: ({ start, bytes }: Sent) => take({ type: 'log', thread: 0, start, bytes, stop: null }),
    /** What host functions give back. */
    imports,
    importsOf: (call: number): Input[] => [...store.inputs.of(call)],
    live,
    store,
    take,
    /** The worker was ended; the call had run for 2000 ns. */
    stop: (): StoppedRecording => {
      for (const stopping = live.stop(2000); ; ) {
        const { done, value } = stopping.next();
        if (done) return value;
      }
    },
    record: () => new RecordingReader(store).callRecord(1),
    /** Address and value of each write, and who made it. */
    writes: () => {
      const reader = new RecordingReader(store);
      return reader.accesses
        .ofCall(1, 0, 100)
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
    expect(call.stop()).toMatchObject({
      call: { index: 1, instance: 0, function: 'put' },
      unreadBytes: 0,
      loopToldShort: false,
      watched: null,
      progress: {
        callCount: 1,
        lastStep: 4,
        initialMemoryBytes: 65_536,
        instances: [{ module: 0, call: null, step: 0 }],
      },
    });
    expect(call.writes()).toEqual(FOUR);
    expect(call.record()).toMatchObject({
      end: 'stopped',
      stepBefore: 0,
      step: 4,
      accesses: 4,
      bytesChanged: 3,
      memoryBytes: 65_536,
      startNs: 500,
      durationNs: 2000,
    });
    expect(call.byteAt(8)).toBe(3);
  });

  it('is read as a whole where nothing was sent', () => {
    const call = callUnderWay();
    for (const [, at, value] of FOUR) call.put(Number(at), Number(value));
    call.stop();
    expect(call.writes()).toEqual(FOUR);
  });

  it('is not read twice where it was sent, and the worker was ended before it could say so', () => {
    const call = putFour();
    call.sent.forEach(call.deliver);
    call.taken[0] = call.sent[0].start;
    call.stop();
    expect(call.writes()).toEqual(FOUR);
  });

  it('is read where the worker was ended before it could be sent', () => {
    const call = putFour();
    call.taken[0] = call.sent[0].start; // nothing arrived
    call.stop();
    expect(call.writes()).toEqual(FOUR);
  });

  it('can be left unread: what it wrote is then in memory, and nobody is said to have written it', () => {
    const call = putFour();
    call.live.leaveRest();
    call.sent.forEach(call.deliver);
    const { unreadBytes } = call.stop();
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

  it('can be left unread: what is found at the next border is nobody’s, either', () => {
    const call = putFour();
    call.live.leaveRest();
    call.sent.forEach(call.deliver);
    const contents = new Uint8Array(4096);
    contents[8] = 3;
    const changes = { pages: Uint32Array.of(0), contents };
    call.take({
      type: 'host-wrote',
      changes,
      memoryBytes: 65_536,
      lookedAt: null,
      skipped: 0,
      within: null,
      isThreaded: false,
    });
    expect(call.writes()).toEqual([['unrecorded', 8, 3]]);
  });

  it('is read where its chunk came back and is written again', () => {
    const call = callUnderWay();
    call.put(8, 1);
    call.flush();
    call.sent.forEach(call.deliver);
    expect(call.log.findIndex(byte => byte !== 0)).not.toBe(-1);
    send(call.backlog, CHUNK_BYTES);
    call.take({ type: 'chunk-left', start: 0 });
    expect(call.log.findIndex(byte => byte !== 0)).toBe(-1);
    expect(bytesOnTheWay(call.backlog)).toBe(0);
    call.put(16, 2);
    call.stop();
    expect(call.writes()).toEqual(FOUR.slice(0, 2));
  });

  it('is not read from a chunk behind the end of the log', () => {
    const call = putFour();
    call.sent.forEach(call.deliver);
    call.taken[0] = call.log.length;
    call.stop();
    expect(call.writes().slice(0, 2)).toEqual(FOUR.slice(0, 2));
  });

  it('leaves nothing to read where all was sent', () => {
    const call = putFour();
    call.flush();
    call.sent.forEach(call.deliver);
    call.stop();
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
    call.stop();
    expect(call.importsOf(1)).toEqual([SEVEN]);
  });

  it('is not kept twice where it was sent, and the worker was ended before it could say so', () => {
    const call = callUnderWay();
    call.imports.returned(2, ['i32'], 7);
    const [start] = call.imports.memory.positions;
    call.imports.flush();
    call.imports.memory.positions[0] = start;
    call.stop();
    expect(call.importsOf(1)).toEqual([SEVEN]);
  });
});

describe('a fault of the recording thread', () => {
  const ended = (memory: number[] | null): RecordingEvent => ({
    type: 'call-ended',
    thread: 0,
    call: endedCall(),
    memory: memory && {
      changes: { pages: Uint32Array.from(memory), contents: new Uint8Array(4096 * memory.length).fill(1) },
      memoryBytes: 65_536,
      lookedAt: [6], // of 64 KiB: page 99 of 4 KiB lies there
      skipped: 0,
    },
  });

  it('leaves what was recorded until then, and holds no guest up', () => {
    const { put, flush, sent, deliver, take, live, store, backlog, log } = callUnderWay();
    put(16, 5);
    flush();
    deliver(sent[0]);
    send(backlog, 4096 + 4096 + CHUNK_BYTES);
    take(ended([99])); // such a page there is not
    take({ type: 'call-begun', call: newCall() }, ended([0]));
    log.fill(7, 0, 100);
    take({ type: 'chunk-left', start: 0 });
    expect(bytesOnTheWay(backlog)).toBe(0);
    expect(log.subarray(0, 100).every(byte => byte === 0)).toBe(true);
    const { progress, fault } = live.settle();
    expect(fault).toMatch(/does not lie in memory/);
    expect(progress.lastStep).toBe(1);
    const reader = new RecordingReader(store);
    expect([...reader.bytes(reader.lastStep, address(16), 4)]).toEqual([5, 0, 0, 0]);
    expect(live.settle().fault).toBe(fault);
  });

  it('is told of a run that was ended, too', () => {
    const { take, stop } = callUnderWay();
    take(ended([99]));
    expect(stop().fault).toMatch(/does not lie in memory/);
  });
});
