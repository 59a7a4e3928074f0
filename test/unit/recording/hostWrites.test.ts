// What host functions write in a call stands in its place among what the guest does.

import { describe, expect, it } from 'vitest';
import { recordResults } from '../../../src/engine/host/imports.ts';
import { now } from '../../../src/platform/clock.ts';
import { address, pageIndex } from '../../../src/protocol/units.ts';
import { LiveRecording } from '../../../src/recording/liveRecording.ts';
import { RecordingReader } from '../../../src/recording/recordingReader.ts';
import { RecordingStore } from '../../../src/recording/recordingStore.ts';
import { readModule } from '../../../src/wasm/module.ts';
import { recordAccesses } from '../../../src/wasm/record/recordAccesses.ts';
import { bytesOnTheWay } from '../../../src/wire/backlog.ts';
import type { Input } from '../../../src/wire/inputRecords.ts';
import { KnownMemory } from '../../../src/wire/knownMemory.ts';
import { RecordingOutlet } from '../../../src/wire/recordingOutlet.ts';
import { endedCall } from '../support/calls.ts';
import { callExport } from '../support/instances.ts';
import { LEVELS, takeAll, wireHere } from '../support/runs.ts';
import { assemble } from '../support/wabt.ts';

/** Its host function fills five bytes with 7 at the address that it is given. */
const GUEST = assemble(`(module
  (import "env" "memory" (memory 1))
  (import "env" "fill" (func $fill (param i32)))
  (func $start (call $fill (i32.const 48)))
  (start $start)
  (func (export "work")
    (i32.store8 (i32.const 8) (i32.const 1))
    (call $fill (i32.const 14))
    (i32.store8 (i32.const 15) (i32.const 2)) ;; over one of the host's bytes
    (drop (memory.grow (i32.const 1)))
    (call $fill (i32.const 65534)) ;; into the new page
    (i32.store8 (i32.const 24) (i32.const 3))))`);

function recordCall(level: (typeof LEVELS)[number]) {
  const rewritten = recordAccesses(readModule(GUEST), { level });
  const memory = new WebAssembly.Memory({ initial: 1, maximum: rewritten.maximum, shared: true });
  const store = new RecordingStore();
  const wire = wireHere(event => takeAll(live, [event]));
  const { backlog } = wire;
  const live = new LiveRecording(store, backlog);
  const outlet = new RecordingOutlet(wire, { level, memory, isWhole: level !== 'calls', now });
  outlet.module('guest.wasm', readModule(GUEST), rewritten);
  const within = { instance: 0, import: 1 };
  const fill = (at: number): void => {
    const bytes = new Uint8Array(5).fill(7);
    new Uint8Array(memory.buffer).set(bytes, at);
    outlet.hostWroteBytes({ address: address(at), bytes, memoryBytes: memory.buffer.byteLength, within });
  };
  const imports: WebAssembly.Imports = {
    env: { memory, fill: recordResults(at => fill(Number(at)), 1, [], outlet.imports) },
  };
  outlet.addImports(imports, rewritten, 0);
  outlet.instance(0);
  outlet.divertRecords(() => {});
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(rewritten.bytes), imports);
  const known = new KnownMemory(memory);
  outlet.begin(() => known.look(), null);
  outlet.beginCall({ kind: 'call', instance: 0, function: 'work', args: [], startNs: 0 });
  callExport(exports, 'work');
  outlet.endCall(endedCall({ memoryBytes: memory.buffer.byteLength }), known.look(), null);
  const reader = new RecordingReader(store);
  const steps = reader.accesses
    .ofCall(1, 0, 100)
    .map(each =>
      each.kind === 'write'
        ? [each.import === null ? each.owner.kind : `import ${each.import}`, each.address, [...each.after]]
        : [each.owner.kind, each.kind],
    );
  return { store, reader, steps, backlog };
}

const FIVE = [7, 7, 7, 7, 7];
const HOST_14 = ['import 1', 14, FIVE];
const HOST_65534 = ['import 1', 65_534, FIVE];

describe('what a host function writes in a call', () => {
  it.each(['stores', 'all'] as const)('is a step of the host between those of the guest: %s', level => {
    expect(recordCall(level).steps).toEqual([
      ['instance', 8, [1]],
      HOST_14,
      ['instance', 15, [2]],
      ['instance', 'grow'],
      HOST_65534,
      ['instance', 24, [3]],
    ]);
  });

  it('is a step of the host where accesses are not recorded: only what the call changed besides is its own', () => {
    expect(recordCall('calls').steps).toEqual([
      HOST_14,
      ['instance', 'grow'],
      HOST_65534,
      ['instance', 8, [1]],
      ['instance', 15, [2]],
      ['instance', 24, [3]],
    ]);
  });

  it.each(LEVELS)('leaves the owners of the bytes, is kept among the inputs, and no more on its way: %s', level => {
    const { store, reader, backlog } = recordCall(level);
    const owner = (at: number) => reader.image(reader.lastStep, pageIndex(0))?.owners[at];
    expect([8, 14, 15, 16, 18, 19].map(owner)).toEqual([4, 2, 4, 2, 2, 0]); // 4: #0, 2: the host, 0: nobody
    const wrote = (at: number): Input => ({ kind: 'host-wrote', address: at, bytes: new Uint8Array(FIVE) });
    const returned: Input = { kind: 'import', import: 1, count: 1, results: [] };
    expect([...store.inputs.of(0)]).toEqual([wrote(48), returned]);
    expect([...store.inputs.of(1)]).toEqual([wrote(14), returned, wrote(65_534), returned]);
    expect(bytesOnTheWay(backlog)).toBe(0);
  });
});
