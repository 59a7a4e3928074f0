// What the benchmarks of the recording record: C kernels over a memory of 64 MiB, until there are enough stores.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AccessLog } from '../src/engine/accessLog.ts';
import { comparePages } from '../src/recording/comparePages.ts';
import { LogAppender } from '../src/recording/logAppender.ts';
import { RecordingStore } from '../src/recording/recordingStore.ts';
import { readModule } from '../src/wasm/module.ts';
import type { AccessVisitor } from '../src/wasm/record/accessVisitor.ts';
import { decodeLog } from '../src/wasm/record/decodeLog.ts';
import { recordAccesses } from '../src/wasm/record/recordAccesses.ts';
import type { Site } from '../src/wasm/record/sites.ts';

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
  /** Seconds that the recording took to take in the decoded accesses. */
  readonly appendSeconds: number;
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

/** All six kernels, in sizes that spread over the 64 MiB; about 10.6 million stores. */
export const MIX: readonly KernelCall[] = [
  ['qsort_', 200_000, 1],
  ['sieve', 1_500_000, 1],
  ['list', 60_000, 10],
  ['matmul', 128, 4],
  ['sha', 4096, 4],
  ['fill64', 1_000_000, 1],
];

/** Runs kernels as instance #0 until there are enough stores. */
export function recordKernels(calls: readonly KernelCall[], enough: number): Workload {
  const module = readModule(new Uint8Array(readFileSync(join(import.meta.dirname, 'kernels', 'kernels.wasm'))));
  const recorded = recordAccesses(module, { level: 'stores', log: 'compact' });
  const memory = new WebAssembly.Memory({ initial: MEMORY_PAGES, maximum: recorded.maximum, shared: true });
  // Nothing is cached, so that each query finds the recording as it is kept.
  const store = new RecordingStore({ cacheBytes: 0 });
  const appender = new LogAppender(store, 0, segment => module.dataSegments[segment].bytes);
  const raw = new RawLog(enough + 16_000_000);
  let appendSeconds = 0;
  const log = new AccessLog(bytes => {
    const start = performance.now();
    decodeLog(recorded, bytes, appender);
    appendSeconds += (performance.now() - start) / 1000;
    decodeLog(recorded, bytes, raw);
  });
  const { module: from, name } = recorded.memoryImport;
  const imports: WebAssembly.Imports = { env: { callback: () => {} } };
  imports[from] = { ...imports[from], [name]: memory };
  log.addImports(imports);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(recorded.bytes), imports);
  log.flush();
  store.begin(comparePages(new Uint8Array(memory.buffer), new Map()), memory.buffer.byteLength);
  while (raw.writes < enough) {
    for (const [kernel, size, repetitions] of calls) {
      const run = exports[kernel];
      if (typeof run !== 'function') throw new RangeError(`the kernels have no ${kernel}`);
      store.beginCall();
      run(size, repetitions);
      log.flush();
      store.endCall(null, memory.buffer.byteLength);
    }
  }
  const { words, widths, writes } = raw;
  return { store, raw: words, widths, writes, memory: new Uint8Array(memory.buffer), appendSeconds };
}
