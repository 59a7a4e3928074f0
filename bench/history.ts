// Time travel: how long a page at a random step and the last writer of a random byte take, and what a recording keeps.
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { address, pageIndex, SHOWN_PAGE_BYTES, type Step, step } from '../src/protocol/units.ts';
import type { RunFacts } from '../src/recording/file/header.ts';
import { readRecording } from '../src/recording/file/readRecording.ts';
import { writeRecording } from '../src/recording/file/writeRecording.ts';
import { RecordingReader } from '../src/recording/recordingReader.ts';
import { MIX, RAW_WORDS, recordKernels, type Workload } from './historyWorkload.ts';
import { median } from './statistics.ts';
import { type Row, renderTable } from './table.ts';

/** Rounds of all kernels: 17 million stores. */
const ROUNDS = 2;
/** Rounds of a kernel alone. */
const KERNEL_ROUNDS = 4;
const QUERIES = 2000;

/** The same numbers in each run (a linear congruential generator). */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return below => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function timed(run: () => void): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}

/**
 * Times queries in three passes and takes the best of each query's times: a query that another process interrupted would
 * else be told as the worst.
 */
function timedQueries(run: (query: number) => void): number[] {
  const best = new Array<number>(QUERIES).fill(Number.POSITIVE_INFINITY);
  for (let pass = 0; pass < 3; pass++)
    for (let query = 0; query < QUERIES; query++)
      best[query] = Math.min(
        best[query],
        timed(() => run(query)),
      );
  return best;
}

/** Steps and written pages, the same in each run. */
function places({ store, writes }: Workload, seed: number): { readonly at: Step[]; readonly pages: number[] } {
  const random = generator(seed);
  const written = [...store.pages.keys()];
  return {
    at: Array.from({ length: QUERIES }, () => step(random(writes + 1))),
    pages: Array.from({ length: QUERIES }, () => written[random(written.length)]),
  };
}

/** Of any written page, most of which are at rest; or of the page that the step itself wrote, which are the busy ones. */
function pageRows(workload: Workload, busy: boolean): Row[] {
  const reader = new RecordingReader(workload.store);
  const { at, pages: anyPages } = places(workload, 1);
  const pages = busy
    ? at.map(of => Math.floor(reader.accesses.write(Math.max(1, of)).address / SHOWN_PAGE_BYTES))
    : anyPages;
  const ours = timedQueries(query => reader.image(at[query], pageIndex(pages[query]))?.contents);
  const copies = Array.from({ length: 5 }, () => timed(() => workload.memory.slice()));
  const peer = { value: median(copies), what: 'a copy of all 64 MiB' };
  const what = `${busy ? 'the 4 KiB page just written' : '4 KiB page'} at a random step, ${millions(workload)}`;
  return [
    { what: `${what}, median`, unit: 'ms', ours: median(ours), peer, reach: 0.1 },
    { what: `${what}, worst`, unit: 'ms', ours: Math.max(...ours), peer, reach: 20 },
  ];
}

const millions = ({ writes }: Workload): string => `${Math.floor(writes / 1e6)} M stores over 64 MiB`;

function scan({ raw, widths }: Workload, at: number, of: number): number {
  for (let i = at - 1; i >= 0; i--) {
    const from = raw[i * RAW_WORDS + 1];
    if (of >= from && of < from + widths[i]) return i + 1;
  }
  return 0;
}

function lastWriterRow(workload: Workload): Row {
  const reader = new RecordingReader(workload.store);
  const { at, pages } = places(workload, 2);
  const random = generator(3);
  const bytes = pages.map(page => address(page * SHOWN_PAGE_BYTES + random(SHOWN_PAGE_BYTES)));
  const ours = timedQueries(query => reader.lastWriter(at[query], bytes[query]));
  const peer: number[] = [];
  for (let query = 0; query < QUERIES; query += 20) {
    let scanned = 0;
    peer.push(
      timed(() => {
        scanned = scan(workload, at[query], bytes[query]);
      }),
    );
    const last = reader.lastWriter(at[query], bytes[query]);
    const found = last.kind === 'write' ? last.write.step : 0;
    if (scanned !== found) throw new Error(`byte ${bytes[query]}, step ${at[query]}: ${found}, by scanning ${scanned}`);
  }
  return {
    what: 'last writer of a random byte, same recording',
    unit: 'ms',
    ours: median(ours),
    peer: { value: median(peer), what: 'a scan of the stores as plain records, newest first' },
    reach: 1,
  };
}

function keptRow(name: string, { store, writes }: Workload): Row {
  return {
    what: `memory kept per million stores, ${name}`,
    unit: 'kB',
    ours: store.keptBytes / 1000 / (writes / 1e6),
    peer: { value: 16_000, what: 'plain records of 16 bytes' },
    reach: 4000,
  };
}

/** The whole recording as a file, and from one: what a terminal's `who` does first. */
function fileRows({ store, raw, writes }: Workload): Row[] {
  const description = { run: NO_FACTS, sites: [], segments: [], modules: [] };
  let file = new Uint8Array(0);
  const written = timed(() => {
    file = new Uint8Array(Buffer.concat([...writeRecording(store, description)]));
  });
  const opened = timed(() => {
    if (readRecording(file).store.lastStep !== writes) throw new Error('the file does not hold the recording');
  });
  const records = new Uint8Array(raw.buffer, 0, writes * RAW_WORDS * 4);
  let copy = new Uint8Array(0);
  const packed = timed(() => {
    copy = new Uint8Array(zstdCompressSync(records));
  });
  const unpacked = timed(() => zstdDecompressSync(copy));
  const what = `a file of ${Math.floor(writes / 1e6)} M stores`;
  return [
    { what: `${what}, written`, unit: 'ms', ours: written, peer: { value: packed, what: PACKED }, reach: null },
    { what: `${what}, opened`, unit: 'ms', ours: opened, peer: { value: unpacked, what: PACKED }, reach: null },
    {
      what: `${what}, its size`,
      unit: 'kB',
      ours: file.length / 1000,
      peer: { value: copy.length / 1000, what: PACKED },
      reach: null,
    },
  ];
}

/** A file tells of a run. */
const NO_FACTS: RunFacts = {
  status: 'completed',
  modules: [],
  instances: [],
  watch: null,
  verdict: null,
  record: 'stores',
  recordNote: null,
  notes: [],
  stubsCalled: [],
  problem: null,
};

const PACKED = 'the plain records, packed with Zstandard, and unpacked';

function checkRebuilt({ store, memory }: Workload): void {
  if (Buffer.compare(store.readNow(0, memory.length), memory) !== 0)
    throw new Error('the recording does not hold what memory holds');
}

/** The recording's rows. The live image, two bytes for each byte of memory in use, is beside what is kept of the stores. */
export function measureHistory(): Row[] {
  const mix = recordKernels(MIX, ROUNDS);
  checkRebuilt(mix);
  return [
    ...pageRows(mix, false),
    ...pageRows(mix, true),
    lastWriterRow(mix),
    keptRow('six kernels', mix),
    ...fileRows(mix),
    {
      what: 'taking in a million stores, decoding included',
      unit: 'ms',
      ours: mix.takingInMs / (mix.writes / 1e6),
      peer: { value: mix.rawMs / (mix.writes / 1e6), what: 'decoding them into plain records of 16 bytes' },
      reach: null,
    },
  ];
}

/** What is kept of each kernel alone. */
function measureKernels(): Row[] {
  return MIX.map(call => keptRow(call[0], recordKernels([call], KERNEL_ROUNDS)));
}

if (import.meta.main) console.log(renderTable([...measureHistory(), ...measureKernels()]));
