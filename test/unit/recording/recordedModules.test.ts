// Real modules, recorded by the rewriter: what the recording says is what memory holds.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { address, pageIndex, SHOWN_PAGE_BYTES, step } from '../../../src/protocol/units.ts';
import { RecordingReader } from '../../../src/recording/recordingReader.ts';
import { assemble } from '../wasm/record/recordedRun.ts';
import { type RecordedInstances, recordInstances } from './recordedInstances.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const file = (path: string): Uint8Array => new Uint8Array(readFileSync(join(ROOT, path)));

/** Every byte of memory, and the owner of each of the first MiB, at the last step. */
function expectWhole(run: RecordedInstances): void {
  const reader = new RecordingReader(run.store);
  const memory = run.memory();
  expect(reader.memoryBytes(reader.lastStep)).toBe(memory.length);
  const zeros = new Uint8Array(SHOWN_PAGE_BYTES);
  for (let page = 0; page < memory.length / SHOWN_PAGE_BYTES; page++) {
    const [from, to] = [page * SHOWN_PAGE_BYTES, (page + 1) * SHOWN_PAGE_BYTES];
    const contents = reader.image(reader.lastStep, pageIndex(page))?.contents ?? zeros;
    expect(Buffer.compare(contents, memory.subarray(from, to)), `page ${page}`).toBe(0);
    if (to > run.owners.length) continue;
    const owners = reader.image(reader.lastStep, pageIndex(page))?.owners ?? zeros;
    expect(Buffer.compare(owners, run.owners.subarray(from, to)), `owners of page ${page}`).toBe(0);
  }
}

const BULK = `(module
  (memory (export "memory") 2 8)
  (data (i32.const 100) "initial")
  (data $passive "0123456789")
  (func (export "mixed") (param i32)
    (i32.store8 (local.get 0) (i32.const 1))
    (i64.store offset=4095 (local.get 0) (i64.const 0x0807060504030201))
    (v128.store (i32.add (local.get 0) (i32.const 32)) (v128.const i32x4 1 2 3 4))
    (drop (i32.atomic.rmw.add (i32.and (local.get 0) (i32.const -4)) (i32.const 5)))
    (memory.fill (i32.add (local.get 0) (i32.const 500)) (i32.const 0x77) (i32.const 9000))
    (memory.init $passive (i32.add (local.get 0) (i32.const 8190)) (i32.const 2) (i32.const 6))
    (memory.copy (i32.add (local.get 0) (i32.const 1)) (local.get 0) (i32.const 10000)))
  (func (export "growAndWrite") (result i32)
    (i32.store (i32.mul (memory.size) (i32.const 65536)) (i32.mul (memory.grow (i32.const 1)) (i32.const 3)))
    (memory.size))
  (func (export "writeAndTrap")
    (i32.store (i32.const 16) (i32.const 0x01020304))
    (i32.store (i32.const -1) (i32.const 1))))`;

describe.each([
  { level: 'stores', log: 'simple' },
  { level: 'all', log: 'simple' },
  { level: 'stores', log: 'compact' },
  { level: 'all', log: 'compact' },
] as const)('a recorded module, $level, $log log', options => {
  it('bulk, vector and atomic writes of two instances, with the host between them', async () => {
    const run = recordInstances(await assemble(BULK), 2, options);
    run.call(0, 'mixed', 64);
    expectWhole(run);
    run.hostWrite(4090, Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
    run.call(1, 'mixed', 5001);
    run.call(0, 'growAndWrite');
    expectWhole(run);
    expect(() => run.call(1, 'writeAndTrap')).toThrow(WebAssembly.RuntimeError);
    expectWhole(run);
    const reader = new RecordingReader(run.store);
    const last = reader.lastWriter(reader.lastStep, address(18));
    expect(last).toMatchObject({
      kind: 'write',
      write: { owner: { kind: 'instance', instance: 1 }, address: 16, after: Uint8Array.of(4, 3, 2, 1), call: 4 },
    });
    expect(reader.lastWriter(reader.lastStep, address(4097))).toMatchObject({
      write: { owner: { kind: 'host' }, address: 4090, length: 8, site: null, call: null },
    });
  });

  it.each([
    ['qsort_', 3000],
    ['sieve', 5000],
    ['sha', 16],
    ['list', 600],
    ['matmul', 12],
    ['fill64', 3000],
  ])('kernel %s, three instances in turn', (kernel, size) => {
    const run = recordInstances(file('bench/kernels/kernels.wasm'), 3, options);
    for (const instance of [0, 1, 2]) run.call(instance, kernel, size, 1);
    expect(run.store.lastStep).toBeGreaterThan(400);
    expectWhole(run);
  });
});

describe('the demo', () => {
  it('has a step for each store: 11, then 23 more in each of 15 calls', () => {
    const run = recordInstances(file('test/guests/demo/wat.wasm'), 3, { level: 'all', log: 'simple' });
    const place = Number(run.call(0, 'alloc_11'));
    const afterAlloc = run.store.lastStep;
    for (let round = 0; round < 5; round++) for (const instance of [0, 1, 2]) run.call(instance, 'add_23', place);
    const reader = new RecordingReader(run.store);
    expect(reader.lastStep).toBe(afterAlloc + 15);
    for (let k = 0; k <= 15; k++) {
      const at = step(afterAlloc + k);
      expect(new DataView(reader.bytes(at, address(place), 4).buffer).getInt32(0, true)).toBe(11 + 23 * k);
      if (k === 0) continue;
      const call = 1 + k; // alloc_11 is the first
      const [load, store, ...more] = reader.accesses.ofCall(call, 0, 10);
      expect(more).toEqual([]);
      expect(load).toMatchObject({ kind: 'read', address: place, length: 4, step: at - 1 });
      expect(store).toMatchObject({ kind: 'write', step: at, owner: { kind: 'instance', instance: (k - 1) % 3 } });
      expect(reader.callOfStep(at)).toBe(call);
    }
    const range = { upTo: step(afterAlloc + 3), from: address(place), length: 4, reads: true };
    const { accesses, next } = reader.accessesTo(range, 0, 100);
    // The load of call 5 comes behind step 3 of the additions, and before the next.
    expect(accesses.map(({ kind, call }) => [kind, call])).toEqual([
      ['write', 1],
      ...[2, 3, 4].flatMap(call => [
        ['read', call],
        ['write', call],
      ]),
      ['read', 5],
    ]);
    expect(next).toBeNull();
    expect([...reader.writesTo(address(place), 1, { after: step(0), upTo: reader.lastStep })]).toHaveLength(16);
  });
});

it('a limited recording of a kernel holds what memory holds', () => {
  const run = recordInstances(
    file('bench/kernels/kernels.wasm'),
    1,
    { level: 'stores', log: 'simple' },
    { limitBytes: 200_000 },
  );
  run.call(0, 'qsort_', 30_000, 1);
  expect(run.store.firstStep).toBeGreaterThan(0);
  expect(run.store.keptBytes).toBeLessThan(250_000);
  expectWhole(run);
});
