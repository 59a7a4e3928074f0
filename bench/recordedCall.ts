// What it costs that a call is recorded: the engine in its worker, with the recording at the other end, against the bare export.
import { startRun } from '../src/engine/client.ts';
import { EVERY_CALL } from '../src/protocol/call.ts';
import { makeGuest } from './guests.ts';
import { plainInstance } from './plainDemo.ts';
import { mean, median } from './statistics.ts';
import type { Row } from './table.ts';

const PAGE = 65_536;

/** As the settings have them where nobody changed them. */
const RECORDING = { record: 'stores', state: 'separate', allocators: [], recordingLimitBytes: 512 * 2 ** 20 } as const;

interface Setting {
  readonly what: string;
  readonly pages: number;
  /** The part of the memory that is not zero. */
  readonly from: number;
  readonly to: number;
  readonly instances: number;
  readonly runs: number;
}

/** `add_23` is called five times for each instance. */
const SETTINGS: readonly Setting[] = [
  ...[1, 17, 256].map(pages => ({
    what: `${pages} ${pages === 1 ? 'page' : 'pages'}, all written`,
    pages,
    from: 0,
    to: pages * PAGE,
    instances: 200,
    runs: 5,
  })),
  { what: '65536 pages, one written', pages: 65_536, from: 0, to: PAGE, instances: 200, runs: 3 },
];

const CALLS_AT_ONCE = 256;
const BARE_CALLS = 1_000_000;

/** Nanoseconds from the beginning of each call of a run to that of the next, as the recording has them: clients hear of calls up to 10 ms later. */
async function recordedCalls(bytes: Uint8Array, workerFolder: string, { instances }: Setting): Promise<number[]> {
  const run = startRun({
    files: [{ name: 'guest.wasm', bytes }],
    instances,
    timeLimitMs: 60_000,
    ...RECORDING,
    workerFolder,
  });
  const { problem } = await run.done;
  if (problem) throw new Error(problem.message);
  const starts: number[] = [];
  for (let isLast = false; !isLast; ) {
    const window = { from: starts.length, count: CALLS_AT_ONCE, filter: EVERY_CALL };
    const { calls } = await run.recording.ask('calls', window);
    starts.push(...calls.map(({ startNs }) => Number(startNs)));
    isLast = calls.length === 0;
  }
  run.dispose();
  return starts.slice(1).map((start, i) => start - starts[i]);
}

/** Nanoseconds a call. */
function bareCall(bytes: Uint8Array<ArrayBuffer>): number {
  const { alloc, add } = plainInstance(new WebAssembly.Module(bytes), { pages: SETTINGS[0].pages });
  const address = alloc();
  const start = performance.now();
  for (let call = 0; call < BARE_CALLS; call++) add(address);
  return ((performance.now() - start) / BARE_CALLS) * 1e6;
}

/** @param workerFolder folder of the built worker scripts */
export async function measureRecordedCall(workerFolder: string): Promise<Row[]> {
  const small = await makeGuest(SETTINGS[0]);
  const bare = median(Array.from({ length: 5 }, () => bareCall(small)));
  const rows: Row[] = [];
  for (const setting of SETTINGS) {
    const guest = await makeGuest(setting);
    const medians: number[] = [];
    const means: number[] = [];
    for (let run = 0; run < setting.runs; run++) {
      const calls = await recordedCalls(guest, workerFolder, setting);
      medians.push(median(calls));
      means.push(mean(calls));
    }
    const what = `a recorded call; memory of ${setting.what}`;
    const peer = { value: bare, what: `the bare export, called ${BARE_CALLS.toLocaleString('en-US')} times in a loop` };
    rows.push({ what: `${what}: median of a run`, unit: 'ns', ours: median(medians), peer, reach: 10_000 });
    // It holds what a run costs once: V8 compiles while it makes these few calls, and other threads want the cores.
    rows.push({ what: `${what}: mean of its first 1,001`, unit: 'ns', ours: median(means), peer, reach: null });
  }
  return rows;
}
