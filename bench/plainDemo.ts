// The demo by the plain WebAssembly JavaScript API: one memory, three instances, 16 calls, nothing recorded.
import { median } from './statistics.ts';
import type { Peer } from './table.ts';

const INSTANCES = 3;
const ROUNDS = 5;
/** 11 + 23 × 15 */
const EXPECTED = 356;

interface PlainInstance {
  readonly memory: WebAssembly.Memory;
  readonly alloc: () => number;
  readonly add: (address: number) => void;
}

function numberFunction(instance: WebAssembly.Instance, name: string): (...args: number[]) => number {
  const found = instance.exports[name];
  if (typeof found !== 'function') throw new Error(`the guest exports no ${name}`);
  // WebAssembly's function type: i32 parameters and results are numbers.
  return found as (...args: number[]) => number;
}

/** @param memory an existing one, or the size of a new one in pages of 64 KiB */
export function plainInstance(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory | { readonly pages: number },
): PlainInstance {
  const shared = memory instanceof WebAssembly.Memory ? memory : new WebAssembly.Memory({ initial: memory.pages });
  const instance = new WebAssembly.Instance(module, { env: { memory: shared, abort() {} } });
  return {
    memory: shared,
    alloc: numberFunction(instance, 'alloc_11'),
    add: numberFunction(instance, 'add_23'),
  };
}

function runPlainDemo(bytes: Uint8Array<ArrayBuffer>): void {
  const module = new WebAssembly.Module(bytes);
  const first = plainInstance(module, { pages: 1 });
  const instances = [first];
  while (instances.length < INSTANCES) instances.push(plainInstance(module, first.memory));
  const address = first.alloc();
  for (let round = 0; round < ROUNDS; round++) for (const { add } of instances) add(address);
  const actual = new DataView(first.memory.buffer).getInt32(address, true);
  if (actual !== EXPECTED) throw new Error(`the plain demo ended at ${actual}`);
}

/** Median of many runs in this Node process, in milliseconds. */
export function measurePlainDemo(bytes: Uint8Array<ArrayBuffer>): Peer {
  const samples = Array.from({ length: 50 }, () => {
    const start = performance.now();
    runPlainDemo(bytes);
    return performance.now() - start;
  });
  return {
    value: median(samples),
    what: 'the same guest by the plain JavaScript API in Node: compile, 3 instances, 16 calls; no worker, nothing recorded',
  };
}
