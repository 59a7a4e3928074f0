// What it costs that instances share their state: their globals are imported, so that each access of one takes a step more.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import loadWabt from 'wabt';
import { ROOT } from '../scripts/lib/project.ts';
import { SharedGlobals } from '../src/engine/guest/sharedGlobals.ts';
import { createMemory } from '../src/engine/input/compile.ts';
import type { InstanceState, RecordLevel } from '../src/protocol/run.ts';
import { readModule } from '../src/wasm/module.ts';
import { recordAccesses } from '../src/wasm/record/recordAccesses.ts';
import { AccessLog } from '../src/wire/accessLog.ts';
import { median } from './statistics.ts';
import type { Row } from './table.ts';

const RUNS = 25;
const WARM_UP_RUNS = 20;
const REACH = 1.2;

/** Each call pushes 16 bytes on a shadow stack and pops them, as code of LLVM does, and does hardly more: two globals read, two set. */
const FRAMES = `(module (memory (export "memory") 2)
  (global $sp (mut i32) (i32.const 131072))
  (func $count (export "count") (param $n i32) (result i32) (local $frame i32)
    (local.set $frame (i32.sub (global.get $sp) (i32.const 16)))
    (global.set $sp (local.get $frame))
    (i32.store (local.get $frame) (local.get $n))
    (if (i32.gt_s (local.get $n) (i32.const 1))
      (then (i32.store offset=4 (local.get $frame)
        (i32.add (call $count (i32.sub (local.get $n) (i32.const 1))) (call $count (i32.sub (local.get $n) (i32.const 2)))))))
    (global.set $sp (i32.add (global.get $sp) (i32.const 16)))
    (i32.add (i32.load (local.get $frame)) (i32.load offset=4 (local.get $frame)))))`;

/** Runs once. @returns what must be the same in each way */
type Kernel = (exports: WebAssembly.Exports) => unknown;

function call(exports: WebAssembly.Exports, name: string, ...args: readonly number[]): unknown {
  const exported = exports[name];
  if (typeof exported !== 'function') throw new Error(`no function '${name}' is exported`);
  return exported(...args);
}

const frames: Kernel = exports => call(exports, 'count', 27);

/** C: sorting calls itself, hashing has its words on the shadow stack. */
const sorting: Kernel = exports => {
  call(exports, 'reset');
  const sorted = call(exports, 'qsort_', 100_000, 2);
  return `${sorted}, ${call(exports, 'sha', 2048, 10)}`;
};

const arrays: Kernel = exports => {
  for (let i = 0; i < 100_000; i++) call(exports, 'numbers', 1 + (i % 40));
  return call(exports, '__collect');
};

const blocks: Kernel = exports => {
  let address = 0;
  for (let i = 0; i < 200_000; i++) {
    address = Number(call(exports, 'alloc', 8 + (i % 200)));
    call(exports, 'free', address);
  }
  return address;
};

/** A second instance: as any but the first. */
function instanceOf(bytes: Uint8Array, level: RecordLevel, state: InstanceState): WebAssembly.Exports {
  const module = readModule(bytes);
  const rewritten = recordAccesses(module, { level, state });
  const { shared, memoryImport, addedImports } = rewritten;
  const log = level === 'calls' ? null : new AccessLog(() => {});
  const memory = createMemory(module, rewritten.maximum);
  memory.grow(256);
  const globals = shared && new SharedGlobals(module, rewritten, shared);
  const make = (of: Uint8Array<ArrayBuffer>): WebAssembly.Exports => {
    const imports: WebAssembly.Imports = { env: { abort: () => {}, callback: () => {} } };
    imports[memoryImport.module] = { ...imports[memoryImport.module], [memoryImport.name]: memory };
    log?.addImports(imports, addedImports);
    globals?.provide(imports);
    return new WebAssembly.Instance(new WebAssembly.Module(of), imports).exports;
  };
  const first = make(rewritten.bytes);
  return shared ? make(shared.laterBytes) : first;
}

function compare(
  bytes: Uint8Array,
  level: RecordLevel,
  kernel: Kernel,
): readonly [separateMs: number, sharedMs: number] {
  const subjects = (['separate', 'shared'] as const).map(state => instanceOf(bytes, level, state));
  const samples: [number[], number[]] = [[], []];
  for (let i = 0; i < WARM_UP_RUNS + RUNS; i++) {
    const results = subjects.map((exports, way) => {
      const start = performance.now();
      const result = kernel(exports);
      if (i >= WARM_UP_RUNS) samples[way].push(performance.now() - start);
      return result;
    });
    if (results[0] !== results[1])
      throw new Error(`with one state the result is ${results[1]} instead of ${results[0]}`);
  }
  return [median(samples[0]), median(samples[1])];
}

export async function measureSharedState(): Promise<Row[]> {
  const wabt = await loadWabt();
  const allocator = (runtime: string): Uint8Array =>
    readFileSync(join(ROOT, 'test', 'guests', 'allocators', `assemblyscript-${runtime}.wasm`));
  const kernels: readonly (readonly [what: string, bytes: Uint8Array, kernel: Kernel])[] = [
    ['calls with a frame each', wabt.parseWat('frames.wat', FRAMES).toBinary({}).buffer, frames],
    ['sorting and hashing in C', readFileSync(join(ROOT, 'bench', 'kernels', 'kernels.wasm')), sorting],
    ['100,000 arrays under a garbage collector', allocator('incremental'), arrays],
    ['200,000 blocks of an allocator', allocator('minimal'), blocks],
  ];
  return kernels.flatMap(([what, bytes, kernel]) =>
    (['calls', 'stores'] as const).map((level): Row => {
      const [separateMs, sharedMs] = compare(bytes, level, kernel);
      return {
        what: `slowdown by shared state, ${what}, recorded at level ${level}`,
        unit: '×',
        ours: sharedMs / separateMs,
        peer: { value: 1, what: 'the same with separate state' },
        // Code that does nothing but this is the worst case, and nothing is promised for it.
        reach: kernel === frames ? null : REACH,
      };
    }),
  );
}
