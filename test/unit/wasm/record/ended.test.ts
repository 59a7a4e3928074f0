// A worker that is ended in the middle of a loop: what it had stored is in the recording.
import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { readModule } from '../../../../src/wasm/module.ts';
import { decodeInParts, decodeLog, logReader } from '../../../../src/wasm/record/decodeLog.ts';
import { ADDED_IMPORTS, CHUNK_BYTES } from '../../../../src/wasm/record/logFormat.ts';
import { recordAccesses } from '../../../../src/wasm/record/recordAccesses.ts';
import { assemble, MemoryImage } from './recordedRun.ts';

const PAGE = 65_536;

const WORKER = `
  const { workerData, parentPort } = require('node:worker_threads');
  const { bytes, memory, log, names } = workerData;
  const position = new WebAssembly.Global({ value: 'i32', mutable: true }, 0);
  const host = { memory, [names.log]: log, [names.position]: position, [names.flush]: () => { throw new Error('full'); } };
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { [names.module]: host });
  parentPort.postMessage('running');
  exports.run();`;

/** Endless loops, each of straight code whose stores can be computed. */
const LOOPS = {
  'that counts in one place': `
    (i32.store (i32.const 100) (local.get $i))
    (local.set $i (i32.add (local.get $i) (i32.const 1)))`,
  'that goes round and round with another value each time': `
    (i32.store8 (i32.and (local.get $i) (i32.const 0xffff)) (i32.add (i32.shr_u (local.get $i) (i32.const 16)) (i32.const 1)))
    (local.set $i (i32.add (local.get $i) (i32.const 1)))`,
};

/** Ends a worker in the middle of an endless loop. */
async function endIn(body: string) {
  const module = readModule(
    await assemble(`(module
      (memory 1)
      (func (export "run") (local $i i32)
        (i32.store16 (i32.const 4) (i32.const 0x1234))
        (loop $again ${body} (br_if $again (i32.const 1)))))`),
  );
  const recorded = recordAccesses(module, { level: 'stores' });
  const memory = new WebAssembly.Memory({ initial: 1, maximum: recorded.maximum, shared: true });
  const pages = CHUNK_BYTES / PAGE;
  const log = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  const worker = new Worker(WORKER, {
    eval: true,
    workerData: { bytes: recorded.bytes, memory, log, names: ADDED_IMPORTS },
  });
  await new Promise(resolve => worker.once('message', resolve));
  const live = new Uint8Array(memory.buffer);
  while (live.subarray(100, 104).every(byte => byte === 0)) await setTimeout(1); // until it has gone round
  await worker.terminate();

  const reader = logReader(module, recorded.plan);
  return { reader, live, log: new Uint8Array(log.buffer), image: new MemoryImage(new Uint8Array(PAGE), module) };
}

test.each(Object.entries(LOOPS))('an endless loop %s', { timeout: 60_000 }, async (_, body) => {
  const { reader, live, log, image } = await endIn(body);
  const toldShort = (): void => expect.unreachable();
  decodeLog(reader, log, image, { offset: null, module: 0, memoryBytes: live.length, memory: live, toldShort });
  expect(Buffer.compare(image.bytes, live)).toBe(0);
});

test('a loop whose memory has ended with its worker is not told, and that is said', { timeout: 60_000 }, async () => {
  const { reader, live, log, image } = await endIn(LOOPS['that counts in one place']);
  let toldShort = 0;
  decodeLog(reader, log, image, {
    offset: null,
    module: 0,
    memoryBytes: live.length,
    toldShort: () => void toldShort++,
  });
  expect(toldShort).toBe(1);
  expect([...image.bytes.subarray(4, 6), ...image.bytes.subarray(100, 104)]).toEqual([0x34, 0x12, 0, 0, 0, 0]);
});

test('a loop of which memory does not say how often it went round is told short, and that is said', {
  timeout: 60_000,
}, async () => {
  const { reader, live, log, image } = await endIn(LOOPS['that counts in one place']);
  // As if it had gone round four billion times.
  const memory = live.slice();
  memory.fill(0xff, 100, 104);
  let toldShort = 0;
  let pauses = 0;
  const stop = { offset: null, module: 0, memoryBytes: memory.length, memory, toldShort: () => void toldShort++ };
  const parts = decodeInParts(reader.decoder, log, image, stop);
  while (!parts.next().done) pauses++;
  expect(toldShort).toBe(1);
  expect(pauses).toBeGreaterThan(100);
  expect([image.bytes[4], image.bytes[5]]).toEqual([0x34, 0x12]); // what was stored before the loop
  expect([...image.bytes.subarray(100, 104)]).toEqual([0, 0, 0, 0]);
});
