// Time travel: how long a page at a random step and the last writer of a random byte take, and what a recording keeps.
import { address, pageIndex, SHOWN_PAGE_BYTES, type Step, step } from '../src/protocol/units.ts';
import { RecordingReader } from '../src/recording/recordingReader.ts';
import { type KernelCall, MIX, RAW_WORDS, recordKernels, type Workload } from './historyWorkload.ts';

const STORES = 10_000_000;
const QUERIES = 2000;

/** A line of the table: what, ours, the peer's, and how many times better ours is. */
export interface Row {
  readonly what: string;
  readonly ours: string;
  readonly peer: string;
  readonly ratio: string;
}

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

const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);
const median = (values: readonly number[]): number => sorted(values)[values.length >> 1];
const worst = (values: readonly number[]): number => Math.max(...values);
const ms = (value: number): string => `${value.toFixed(value < 1 ? 4 : 2)} ms`;
const times = (peer: number, ours: number): string => `${(peer / ours).toFixed(1)} x`;

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
function pageRow(workload: Workload, busy: boolean): Row {
  const reader = new RecordingReader(workload.store);
  const { at, pages: any } = places(workload, 1);
  const pages = busy ? at.map(of => Math.floor(reader.write(Math.max(1, of)).address / SHOWN_PAGE_BYTES)) : any;
  const ours = timedQueries(query => reader.page(at[query], pageIndex(pages[query])));
  const peer = Array.from({ length: 5 }, () => timed(() => workload.memory.slice()));
  return {
    what: `${busy ? 'the 4 KiB page just written' : 'a 4 KiB page'} at a random step, ${(workload.writes / 1e6).toFixed(1)} M stores over 64 MiB`,
    ours: `median ${ms(median(ours))}, worst ${ms(worst(ours))}`,
    peer: `copy of the whole memory ${ms(median(peer))}`,
    ratio: times(median(peer), median(ours)),
  };
}

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
    ours: `median ${ms(median(ours))}, worst ${ms(worst(ours))}`,
    peer: `scan of the log ${ms(median(peer))}`,
    ratio: times(median(peer), median(ours)),
  };
}

function keptRow(name: string, { store, writes }: Workload): Row {
  const perMillion = store.keptBytes / writes;
  const live = store.liveBytes / 2 ** 20;
  return {
    what: `memory kept per million stores, ${name} (beside it a live image of ${live.toFixed(0)} MiB in all)`,
    ours: `${perMillion.toFixed(2)} MB`,
    peer: '16 MB raw',
    ratio: times(16, perMillion),
  };
}

function checkRebuilt({ store, memory }: Workload): void {
  const rebuilt = store.readNow(0, memory.length);
  if (Buffer.compare(rebuilt, memory) !== 0) throw new Error('the recording does not hold what memory holds');
}

/** The rows of the recording; with what each kernel keeps where `detailed`. */
export function historyRows(detailed: boolean): Row[] {
  const mix = recordKernels(MIX, STORES);
  checkRebuilt(mix);
  const rows = [pageRow(mix, false), pageRow(mix, true), lastWriterRow(mix), keptRow('six kernels', mix)];
  rows.push({
    what: 'taking in decoded accesses',
    ours: `${(mix.writes / 1e6 / mix.appendSeconds).toFixed(1)} M stores/s`,
    peer: '',
    ratio: '',
  });
  if (!detailed) return rows;
  for (const call of MIX) rows.push(...kernelRows(call));
  return rows;
}

function kernelRows(call: KernelCall): Row[] {
  const workload = recordKernels([call], 1_000_000);
  return [keptRow(call[0], workload)];
}

if (process.argv[1]?.includes('history')) console.table(historyRows(process.argv.includes('--detailed')));
