// A recording keeps what is needed to run the guests again: a part of the history that was dropped comes out the same.
import { describe, expect, it } from 'vitest';
import { recordResults } from '../../../../src/engine/host/imports.ts';
import { now } from '../../../../src/platform/clock.ts';
import { zlibCodec } from '../../../../src/platform/codec.ts';
import { pageIndex, SHOWN_PAGE_BYTES, step } from '../../../../src/protocol/units.ts';
import { readRecording } from '../../../../src/recording/file/readRecording.ts';
import { LiveRecording } from '../../../../src/recording/liveRecording.ts';
import { RecordingReader } from '../../../../src/recording/recordingReader.ts';
import { RecordingStore } from '../../../../src/recording/recordingStore.ts';
import { readModule } from '../../../../src/wasm/module.ts';
import { recordAccesses } from '../../../../src/wasm/record/recordAccesses.ts';
import type { ImportReturn, Input } from '../../../../src/wire/inputRecords.ts';
import { KnownMemory } from '../../../../src/wire/knownMemory.ts';
import { RecordingOutlet } from '../../../../src/wire/recordingOutlet.ts';
import { endedCall } from '../../support/calls.ts';
import { callExport } from '../../support/instances.ts';
import { fileOf } from '../../support/recordings.ts';
import { takeAll, wireHere } from '../../support/runs.ts';
import { assemble } from '../../support/wabt.ts';

/** Where it writes depends on an instance's global, what it writes on the host; it fails where the host does. */
const GUEST = assemble(`(module
  (import "env" "memory" (memory 2))
  (import "env" "next" (func $next (result i32)))
  (import "env" "pair" (func $pair (result i64 f64)))
  (global $at (mut i32) (i32.const 0))
  (data (i32.const 64) "initial data")
  (func $start (i32.store (i32.const 32) (call $next)))
  (start $start)
  (func (export "work") (param $rounds i32) (local $i32 i32) (local $i64 i64) (local $f64 f64)
    (loop $again
      (if (i32.eqz (i32.and (local.get $rounds) (i32.const 15)))
        (then (local.set $i32 (call $next)) (call $pair) (local.set $f64) (local.set $i64)))
      (global.set $at (i32.rem_u (i32.add (global.get $at) (i32.const 40013)) (i32.const 131000)))
      (i32.store (global.get $at) (i32.mul (local.get $i32) (local.get $rounds)))
      (i64.store offset=8 (global.get $at) (i64.mul (local.get $i64) (i64.extend_i32_u (local.get $rounds))))
      (f64.store offset=16 (global.get $at) (f64.div (local.get $f64) (f64.convert_i32_u (local.get $rounds))))
      (br_if $again (local.tee $rounds (i32.sub (local.get $rounds) (i32.const 1)))))))`);
const MODULE = readModule(GUEST);
const RECORDED = recordAccesses(MODULE, { level: 'stores', log: 'compact' });
const PAGES = 131_072 / SHOWN_PAGE_BYTES;

type Results = Record<'next' | 'pair', () => unknown>;
/** What the host writes before a call. */
type Write = (call: number, memory: Uint8Array) => void;
interface Call {
  readonly instance: number;
  readonly rounds: number;
}

/** Runs calls of two instances over one memory and records them, in this process. */
function record(
  calls: readonly Call[],
  host: Results,
  hostWrites: Write,
  limitBytes: number,
  beginAt: (memory: Uint8Array) => void = () => {},
): { readonly store: RecordingStore; readonly memory: Uint8Array } {
  const memory = new WebAssembly.Memory({ initial: 2, maximum: RECORDED.maximum, shared: true });
  const bytes = new Uint8Array(memory.buffer);
  const store = new RecordingStore({ limitBytes });
  const wire = wireHere(event => takeAll(live, [event]));
  const live = new LiveRecording(store, wire.backlog);
  const outlet = new RecordingOutlet(wire, { level: 'stores', memory, isWhole: false, now });
  outlet.module('guest.wasm', MODULE, RECORDED);
  const known = new KnownMemory(memory);
  const instances = [0, 1].map(() => {
    const imports: WebAssembly.Imports = {
      env: {
        memory,
        next: recordResults(host.next, 1, ['i32'], outlet.imports),
        pair: recordResults(host.pair, 2, ['i64', 'f64'], outlet.imports),
      },
    };
    outlet.addImports(imports, RECORDED, 0);
    outlet.instance(0);
    return new WebAssembly.Instance(new WebAssembly.Module(RECORDED.bytes), imports);
  });
  beginAt(bytes);
  outlet.begin(() => known.look(), null);
  calls.forEach(({ instance, rounds }, index) => {
    hostWrites(index + 1, bytes);
    outlet.hostWrote(known.look(), null);
    outlet.beginCall({ kind: 'call', instance, function: 'work', args: [rounds], startNs: index });
    try {
      callExport(instances[instance].exports, 'work', rounds);
    } catch (error) {
      if (!(error instanceof HostFailure)) throw error;
    }
    outlet.endCall(endedCall({ memoryBytes: bytes.length }), known.look(), null);
  });
  return { store, memory: bytes };
}

class HostFailure extends Error {}

/** A host that never says the same twice in a row, and sometimes fails. */
function unpredictableHost(): Results {
  let state = 7;
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state;
  };
  return {
    next: () => {
      if (random() < 2 ** 32 / 300) throw new HostFailure('the host failed');
      return random();
    },
    pair: () => [BigInt(random()) * 12345n, random() / 7],
  };
}

const isReturn = (input: Input): input is ImportReturn => input.kind === 'import';

/** A host that says again what a recording kept. */
function recordedHost({ inputs }: RecordingStore, calls: number): Results {
  const said = Array.from({ length: calls + 1 }, (_, call) => [...inputs.of(call)].filter(isReturn)).flat();
  const each = said.flatMap(one => new Array<ImportReturn>(one.count).fill(one));
  let at = 0;
  const again = (index: number): (number | bigint | boolean)[] => {
    const { import: expected, results } = each[at++];
    expect(index).toBe(expected);
    if (results === null) throw new HostFailure('the host failed');
    return results.map(result => (result.type === 'reference' ? result.isNull : result.value));
  };
  return { next: () => again(1)[0], pair: () => again(2) };
}

const recordedWrites =
  ({ inputs }: RecordingStore): Write =>
  (call, memory) => {
    for (const input of inputs.of(call)) if (input.kind === 'host-wrote') memory.set(input.bytes, input.address);
  };

/** Before every third call, over the end of a page of 4 KiB. */
const someWrites: Write = (call, memory) => {
  if (call % 3 === 0) memory.fill(call, 8190, 8200);
};

const CALLS: readonly Call[] = Array.from({ length: 12 }, (_, i) => ({ instance: i % 2, rounds: 4000 + 200 * i }));
const LIMIT_BYTES = 1_000_000;

/** Memory at step 0 as a recording's inputs have it. */
function initialMemory({ inputs }: RecordingStore, memory: Uint8Array): void {
  memory.fill(0);
  for (const [page, image] of inputs.initial)
    memory.set(zlibCodec.unpack(image).subarray(0, SHOWN_PAGE_BYTES), page * SHOWN_PAGE_BYTES);
}

describe('the inputs that a recording keeps', () => {
  const { store, memory } = record(CALLS, unpredictableHost(), someWrites, LIMIT_BYTES);
  const kept = new RecordingReader(store);

  it('are whole where the beginning of the history was dropped', () => {
    expect(kept.firstStep).toBeGreaterThan(kept.call(3).lastStep);
    expect(store.inputs.summary).toMatchObject({ initialMemoryBytes: 131_072, wholeBefore: null });
    expect(store.keptBytes).toBeLessThan(2 * LIMIT_BYTES);
    expect([...store.inputs.of(0)]).toHaveLength(2); // one of each instance's start function
    const all = CALLS.flatMap((_, i) => [...store.inputs.of(i + 1)].filter(isReturn));
    expect(all.some(({ results }) => results === null)).toBe(true); // the host failed, too
  });

  it.each([
    ['as they are', store],
    ['from a file', readRecording(fileOf(store)).store],
  ])('give the same history when the guests run again: %s', (_, from) => {
    const again = record(CALLS, recordedHost(from, CALLS.length), recordedWrites(from), 2 ** 30, bytes =>
      initialMemory(from, bytes),
    );
    expect(Buffer.compare(again.memory, memory)).toBe(0);
    const whole = new RecordingReader(again.store);
    expect(whole.lastStep).toBe(kept.lastStep);
    for (const at of [kept.firstStep, step(kept.firstStep + 5000), kept.lastStep]) {
      for (let page = 0; page < PAGES; page++) {
        const expected = kept.image(at, pageIndex(page))?.contents ?? new Uint8Array(SHOWN_PAGE_BYTES);
        const actual = whole.image(at, pageIndex(page))?.contents ?? new Uint8Array(SHOWN_PAGE_BYTES);
        expect(Buffer.compare(actual, expected)).toBe(0);
      }
    }
  });

  it('say from which call on they are not, where they take too much of the limit', () => {
    const { store: small } = record(CALLS, unpredictableHost(), someWrites, 160_000);
    const { wholeBefore } = small.inputs.summary;
    expect(wholeBefore).toBeGreaterThan(0);
    expect(wholeBefore).toBeLessThan(CALLS.length);
    expect([...small.inputs.of(Number(wholeBefore) + 1)]).toEqual([]);
    expect(small.inputs.recordBytes).toBeLessThanOrEqual(40_000); // a quarter of the limit
  });
});
