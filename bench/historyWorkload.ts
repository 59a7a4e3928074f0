// What the benchmarks of the recording record: C kernels over a memory of 64 MiB, until there are enough stores.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PageChanges } from '../src/protocol/engine.ts';
import { OWNER_CODE } from '../src/protocol/owner.ts';
import { LogAppender } from '../src/recording/logAppender.ts';
import { RecordingStore } from '../src/recording/recordingStore.ts';
import { type Module, readModule } from '../src/wasm/module.ts';
import type { AccessVisitor } from '../src/wasm/record/accessVisitor.ts';
import { decodeLog, logReader } from '../src/wasm/record/decodeLog.ts';
import { type RecordedModule, recordAccesses } from '../src/wasm/record/recordAccesses.ts';
import type { Site } from '../src/wasm/record/sites.ts';
import { AccessLog } from '../src/wire/accessLog.ts';
import { comparePages } from '../src/wire/comparePages.ts';

const MEMORY_PAGES = 1024;
/** 4-byte words of a raw record: site, address, value (two words), as a simple log has them. */
export const RAW_WORDS = 4;

export interface Workload {
  readonly store: RecordingStore;
  /** The same stores as plain records, {@link RAW_WORDS} words each, with the width of each in bytes. */
  readonly raw: Uint32Array;
  readonly widths: Uint8Array;
  readonly writes: number;
  /** Memory at the end. */
  readonly memory: Uint8Array;
  /** Milliseconds that it took to take in the log: into the recording, and as plain records. */
  readonly takingInMs: number;
  readonly rawMs: number;
}

/** Keeps stores as plain records: the peer that is scanned. */
class RawLog implements AccessVisitor {
  readonly words: Uint32Array;
  readonly widths: Uint8Array;
  writes = 0;

  constructor(capacity: number) {
    this.words = new Uint32Array(capacity * RAW_WORDS);
    this.widths = new Uint8Array(capacity);
  }

  store(site: Site, address: number, bytes: Uint8Array): void {
    const at = this.writes * RAW_WORDS;
    this.words[at] = site.id;
    this.words[at + 1] = address;
    for (let i = 0; i < bytes.length; i++) this.words[at + 2 + (i >> 2)] |= bytes[i] << (8 * (i & 3));
    this.widths[this.writes++] = bytes.length;
  }

  load(): void {}
  fill(): void {}
  copy(): void {}
  init(): void {}
  grow(): void {}
}

/** A call of a kernel: its export and its two arguments. */
export type KernelCall = readonly [kernel: string, size: number, repetitions: number];

/** All six kernels, in sizes that spread over the 64 MiB; about 8.5 million stores. */
export const MIX: readonly KernelCall[] = [
  ['qsort_', 200_000, 1],
  ['sieve', 1_500_000, 1],
  ['list', 60_000, 10],
  ['matmul', 128, 4],
  ['sha', 4096, 4],
  ['fill64', 1_000_000, 1],
];

/** What kernels left in the log, by calls. */
interface KernelLog {
  readonly recorded: RecordedModule;
  readonly module: Module;
  readonly initial: PageChanges;
  readonly calls: readonly (readonly Uint8Array[])[];
  readonly memory: Uint8Array;
}

/** Runs kernels as instance #0, all of them a number of times. */
function runKernels(kernels: readonly KernelCall[], rounds: number): KernelLog {
  const module = readModule(new Uint8Array(readFileSync(join(import.meta.dirname, 'kernels', 'kernels.wasm'))));
  const recorded = recordAccesses(module, { level: 'stores' });
  const memory = new WebAssembly.Memory({ initial: MEMORY_PAGES, maximum: recorded.maximum, shared: true });
  let pieces: Uint8Array[] = [];
  const log = new AccessLog(bytes => pieces.push(bytes.slice()));
  const { module: from, name } = recorded.memoryImport;
  const imports: WebAssembly.Imports = { env: { callback: () => {} } };
  imports[from] = { ...imports[from], [name]: memory };
  log.addImports(imports, recorded.addedImports);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(recorded.bytes), imports);
  log.flush();
  const initial = comparePages(new Uint8Array(memory.buffer), new Map());
  const calls: Uint8Array[][] = [];
  for (let round = 0; round < rounds; round++) {
    for (const [kernel, size, repetitions] of kernels) {
      const run = exports[kernel];
      if (typeof run !== 'function') throw new RangeError(`the kernels have no ${kernel}`);
      pieces = [];
      run(size, repetitions);
      log.flush();
      calls.push(pieces);
    }
  }
  return { recorded, module, initial, calls, memory: new Uint8Array(memory.buffer) };
}

/** Records kernels that make some millions of stores. */
export function recordKernels(kernels: readonly KernelCall[], rounds: number): Workload {
  const { recorded, module, initial, calls, memory } = runKernels(kernels, rounds);
  const reader = logReader(module, recorded.plan);
  // Nothing is cached, so that each query finds the recording as it is kept.
  const store = new RecordingStore({ cacheBytes: 0 });
  const appender = new LogAppender(store, OWNER_CODE.firstInstance, { module, firstSite: 0 });
  store.begin(initial, memory.length);
  const start = performance.now();
  for (const pieces of calls) {
    store.beginCall({ kind: 'call', thread: 0, instance: 0, function: 'kernel', args: [], startNs: 0 });
    for (const piece of pieces) decodeLog(reader, piece, appender);
    store.endCall(0, { end: 'returned', results: [], trap: null, durationNs: 0, watched: null }, null);
  }
  const takingInMs = performance.now() - start;
  const raw = new RawLog(store.lastStep);
  const rawStart = performance.now();
  for (const piece of calls.flat()) decodeLog(reader, piece, raw);
  const rawMs = performance.now() - rawStart;
  const { words, widths, writes } = raw;
  return { store, raw: words, widths, writes, memory, takingInMs, rawMs };
}
