// What recording every access costs: six kernels in C with and without it, and the rewrite of a large module.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import binaryen from 'binaryen';
import { ROOT } from '../scripts/lib/project.ts';
import type { AccessLevel } from '../src/protocol/recordingPlan.ts';
import { type Module, readModule } from '../src/wasm/module.ts';
import { type RecordedModule, recordAccesses } from '../src/wasm/record/recordAccesses.ts';
import type { SeenMemory } from '../src/wire/seenMemory.ts';
import { INSTRUMENTED, instrumentMemory } from './instrumentMemory.ts';
import { addChecks, LOG_METHODS, type LogMethod, type MeasuredLog } from './logs.ts';
import { median } from './statistics.ts';
import type { Row } from './table.ts';

/** Kernel, size, repetitions: some 10 to 50 ms each without recording. */
const KERNELS: readonly (readonly [name: string, size: number, repetitions: number])[] = [
  ['matmul', 160, 8],
  ['qsort_', 200_000, 2],
  ['sieve', 2_000_000, 6],
  ['sha', 2048, 30],
  ['fill64', 500_000, 60],
  ['list', 50_000, 150],
];
const MEMORY_PAGES = 1024;
const RUNS = 9;
const WARM_UP_RUNS = 4;
/** The peer is some twenty times slower than the bare kernel: fewer runs will do. */
const PEER_RUNS = 3;

type Kernels = Readonly<Record<string, (size: number, repetitions: number) => number>>;

interface Subject {
  readonly kernels: Kernels;
  /** Null where nothing is recorded. */
  readonly log: MeasuredLog | null;
  /** Null where nothing is checked. */
  readonly checks: SeenMemory | null;
}

const kernelsOf = (instance: WebAssembly.Instance): Kernels => {
  const kernels: Record<string, (size: number, repetitions: number) => number> = {};
  for (const [name, exported] of Object.entries(instance.exports)) {
    if (typeof exported !== 'function') continue;
    kernels[name] = (size, repetitions) => Number(exported(size, repetitions));
  }
  return kernels;
};

function subject(
  bytes: Uint8Array<ArrayBuffer>,
  shared: boolean,
  more: WebAssembly.Imports,
  log: MeasuredLog | null = null,
  addChecksOf: (imports: WebAssembly.Imports, memory: WebAssembly.Memory) => SeenMemory | null = () => null,
): Subject {
  const memory = shared
    ? new WebAssembly.Memory({ initial: MEMORY_PAGES, maximum: 65_536, shared: true })
    : new WebAssembly.Memory({ initial: MEMORY_PAGES });
  const imports = { ...more, env: { memory, callback: () => {} } };
  const checks = addChecksOf(imports, memory);
  return { kernels: kernelsOf(new WebAssembly.Instance(new WebAssembly.Module(bytes), imports)), log, checks };
}

/** The kernels as they are recorded. */
function recorded(rewritten: RecordedModule, log: MeasuredLog, isExact: boolean): Subject {
  const imports: WebAssembly.Imports = {};
  log.addImports(imports);
  return subject(rewritten.bytes, true, imports, log, (given, memory) =>
    isExact ? addChecks(given, rewritten, memory) : null,
  );
}

function instrumented(original: Uint8Array): Subject {
  const { bytes, hooks } = instrumentMemory(original);
  const memory = new WebAssembly.Memory({ initial: MEMORY_PAGES });
  const imports = { env: { ...hooks, memory, callback: () => {} } };
  const kernels = kernelsOf(new WebAssembly.Instance(new WebAssembly.Module(bytes), imports));
  return { kernels, log: null, checks: null };
}

/** Milliseconds of one run of a kernel, and what it computed. */
function time(
  { kernels, log, checks }: Subject,
  name: string,
  size: number,
  repetitions: number,
): readonly [number, number] {
  kernels.reset(0, 0);
  log?.prepare();
  const start = performance.now();
  const result = kernels[name](size, repetitions);
  log?.finish();
  checks?.hostRuns();
  return [performance.now() - start, result];
}

/** Median milliseconds of a kernel: bare and another way, in turn. */
function compare(
  bare: Subject,
  other: Subject,
  kernel: (typeof KERNELS)[number],
  runs: number,
): readonly [number, number] {
  const samples: [number[], number[]] = [[], []];
  for (let i = 0; i < WARM_UP_RUNS + runs; i++) {
    const [bareMs, expected] = time(bare, ...kernel);
    const [otherMs, actual] = time(other, ...kernel);
    if (actual !== expected) throw new Error(`${kernel[0]} computes ${actual} instead of ${expected}`);
    if (i < WARM_UP_RUNS) continue;
    samples[0].push(bareMs);
    samples[1].push(otherMs);
  }
  return [median(samples[0]), median(samples[1])];
}

const geometricMean = (values: readonly number[]): number =>
  Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);

const REACH = 1.3;
/** With accesses checked for what the host wrote. */
export const EXACT_REACH = 2.5;

const REACHES: readonly (readonly [level: AccessLevel, isExact: boolean, reach: number])[] = [
  ['all', false, REACH],
  ['all', true, EXACT_REACH],
  ['stores', false, REACH],
  ['stores', true, EXACT_REACH],
];

/** Median milliseconds of each kernel, bare and recorded. */
function recordedTimes(
  bare: Subject,
  module: Module,
  level: AccessLevel,
  method: LogMethod,
  exact: boolean,
): (readonly [bareMs: number, ms: number])[] {
  const rewritten = recordAccesses(module, { level, exact });
  const log = method.make(rewritten);
  try {
    return KERNELS.map(kernel => compare(bare, recorded(rewritten, log, exact), kernel, RUNS));
  } finally {
    log.dispose();
  }
}

/** Slowdown of the kernels, each and as a geometric mean. */
export function measureKernels(): Row[] {
  const bytes = new Uint8Array(readFileSync(join(ROOT, 'bench', 'kernels', 'kernels.wasm')));
  const module = readModule(bytes);
  const bare = subject(recordAccesses(module, { level: 'calls' }).bytes.slice(), true, {});
  const peerBare = subject(bytes, false, {});
  const peer = instrumented(bytes);
  const peerTimes = KERNELS.map(kernel => compare(peerBare, peer, kernel, PEER_RUNS));
  const peerMean = geometricMean(peerTimes.map(([bareMs, ms]) => ms / bareMs));
  const rows: Row[] = [];
  for (const [level, isExact, reach] of REACHES) {
    const methods = isExact ? LOG_METHODS.slice(0, 1) : LOG_METHODS;
    const timesBy = methods.map(method => recordedTimes(bare, module, level, method, isExact));
    const how = isExact ? `${level}, exact` : level;
    for (const [index, { what }] of methods.entries()) {
      rows.push({
        what: `${index === 0 ? `slowdown by recording (${how}), six kernels, geometric mean` : '  the same'}, ${what}`,
        unit: '×',
        ours: geometricMean(timesBy[index].map(([bareMs, ms]) => ms / bareMs)),
        peer: { value: peerMean, what: INSTRUMENTED },
        reach: index === 0 ? reach : null,
      });
    }
    const [times] = timesBy;
    for (const [index, [name]] of KERNELS.entries()) {
      const [bareMs, ms] = times[index];
      rows.push({
        what: `  ${name.replace('_', '')}, recorded (${how})`,
        unit: 'ms',
        ours: ms,
        peer: { value: bareMs, what: 'the same without recording' },
        reach: null,
      });
    }
  }
  return rows;
}

/** 20 MB a second. */
const MS_PER_MEGABYTE = 50;
const REWRITES = 5;

/** Rewriting a module of 10 MB and more. */
export function measureRewrite(): Row[] {
  const bytes = new Uint8Array(readFileSync(createRequire(import.meta.url).resolve('esbuild-wasm/esbuild.wasm')));
  const samples: number[] = [];
  for (let i = 0; i <= REWRITES; i++) {
    const start = performance.now();
    const { bytes: rewritten } = recordAccesses(readModule(bytes), { level: 'all' });
    if (i > 0) samples.push(performance.now() - start);
    else if (!WebAssembly.validate(rewritten)) throw new Error('the rewritten module is not valid');
  }
  const start = performance.now();
  const module = binaryen.readBinary(bytes);
  module.runPasses(['instrument-memory']);
  module.emitBinary();
  const peer = performance.now() - start;
  module.dispose();
  return [
    {
      what: `rewrite of esbuild.wasm (${(bytes.length / 1e6).toFixed(1)} MB) to record all accesses`,
      unit: 'ms',
      ours: median(samples),
      peer: { value: peer, what: 'binaryen: read, instrument-memory, emit' },
      reach: Math.round((bytes.length / 1e6) * MS_PER_MEGABYTE),
    },
  ];
}
