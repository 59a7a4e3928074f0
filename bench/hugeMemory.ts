// What a run in the terminal costs whose guests have 4 GiB of memory, but touch little of it: the whole process.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { peakOf, TELL_PEAK } from '../scripts/lib/peakMemory.ts';
import { ROOT } from '../scripts/lib/project.ts';
import { median } from './statistics.ts';
import type { Row } from './table.ts';

const GUESTS = [
  { file: 'grow-to-limit', what: 'that grows to 4 GiB' },
  { file: 'huge-minimum', what: 'that asks for 4 GiB' },
];
const PEER = 'the same of the bundled guest, with one page';
const RUNS = 5;

interface Cost {
  readonly ms: number;
  readonly kilobytes: number;
}

/** @throws Error where the guest does not end at the value that is expected */
function costOf(guest: string): Cost {
  const start = performance.now();
  const args = ['--import', TELL_PEAK, join(ROOT, 'dist', 'cli.js'), 'run', guest];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  const ms = performance.now() - start;
  if (status !== 0) throw new Error(`the run of ${guest} failed: ${stderr}`);
  return { ms, kilobytes: peakOf(stderr) * 1.024 };
}

function medianCost(guest: string): Cost {
  const costs = Array.from({ length: RUNS }, () => costOf(guest));
  return { ms: median(costs.map(({ ms }) => ms)), kilobytes: median(costs.map(({ kilobytes }) => kilobytes)) };
}

export function measureHugeMemory(): Row[] {
  const peer = medianCost(join(ROOT, 'dist', 'guest.wasm'));
  return GUESTS.flatMap(({ file, what }): Row[] => {
    const ours = medianCost(join(ROOT, 'test', 'guests', 'misbehaving', `${file}.wasm`));
    return [
      {
        what: `a run of a guest ${what}`,
        unit: 'ms',
        ours: ours.ms,
        peer: { value: peer.ms, what: PEER },
        reach: 1000,
      },
      {
        what: `a run of a guest ${what}, peak memory`,
        unit: 'kB',
        ours: ours.kilobytes,
        peer: { value: peer.kilobytes, what: PEER },
        reach: 250_000,
      },
    ];
  });
}
