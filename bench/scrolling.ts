// Frame times while the panel scrolls through a memory of 4 GiB, in the real workbench.
import { type Frames, framesWhileScrolling } from './frames.ts';
import { median, percentile } from './statistics.ts';
import type { Row } from './table.ts';
import { shownWebview } from './webviews.ts';
import type { Windows } from './windows.ts';

/** All 4 GiB that 32-bit addresses reach, with a MiB of varied bytes in their middle, where the panel begins: at the demo's i32. */
export const HUGE_GUEST = { pages: 65_536, from: 2 ** 31, to: 2 ** 31 + 2 ** 20 };

/** The time that 60 frames a second leave for each, in milliseconds. */
const FRAME = 16.7;

/** A frame's time stamp is a multiple of this, in milliseconds: 16.67 may show as 16.8, for an empty webview, too. */
const CLOCK_STEP = 0.1;

/** @param folder holds the guest as `huge.wasm` */
export async function measureScrolling(windows: Windows, folder: string): Promise<Row[]> {
  const panel = await scroll(windows, folder, 'showPanel');
  const empty = await scroll(windows, folder, 'showEmptyWebview');
  const row = (
    name: string,
    of: (frames: Frames) => readonly number[],
    by: (samples: readonly number[]) => number,
    reach: number | null,
  ): Row => ({
    what: `scrolling 4 GiB, ${name} of ${of(panel).length}`,
    unit: 'ms',
    ours: by(of(panel)),
    peer: { value: by(of(empty)), what: 'the same wheel events over a webview with nothing in it' },
    reach,
  });
  const p95 = (samples: readonly number[]) => percentile(samples, 95);
  return [
    row('processor time a frame, median', ({ work }) => work, median, null),
    row('processor time a frame, p95', ({ work }) => work, p95, FRAME),
    row('from frame to frame, median', ({ intervals }) => intervals, median, null),
    row('from frame to frame, p95', ({ intervals }) => intervals, p95, FRAME + CLOCK_STEP),
  ];
}

async function scroll(windows: Windows, folder: string, script: 'showPanel' | 'showEmptyWebview'): Promise<Frames> {
  const window = await windows.run(script, folder);
  try {
    const { body } = shownWebview(window.page);
    // 11 + 5 × 23: the run has ended, and its memory is shown.
    if (script === 'showPanel') await body.getByRole('status').filter({ hasText: '126 as expected' }).waitFor();
    return await framesWhileScrolling(window.page);
  } finally {
    await window.close();
  }
}
