// How long a screenful of memory takes to come to the webview.
import { samplesOf } from './samples.ts';
import { median, percentile } from './statistics.ts';
import type { Row } from './table.ts';
import type { Windows } from './windows.ts';

/** The guest that is read: each of its pages has something in it, as a page of zeros is sent as nothing. */
export const DENSE_GUEST = { pages: 256, from: 0, to: 256 * 65_536 };

/** @param folder holds the guest as `dense.wasm` */
export async function measurePageReads(windows: Windows, folder: string): Promise<Row[]> {
  const { samples, close } = await windows.run('pageReads', folder);
  await close();
  const screenful = samplesOf(samples, 'screenful');
  const empty = samplesOf(samples, 'empty');
  const row = (name: string, of: (samples: readonly number[]) => number): Row => ({
    what: `a screenful of memory (8 KiB) at the webview, ${name} of ${screenful.length}`,
    unit: 'ms',
    ours: of(screenful),
    peer: { value: of(empty), what: 'the same request for no page at all: an empty round trip' },
    reach: null,
  });
  return [row('median', median), row('p95', each => percentile(each, 95))];
}
