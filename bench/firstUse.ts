// Activation, and the demo from its command to its result, in several new windows.

import { type Samples, samplesOf } from './samples.ts';
import { measureShownDemo } from './shownDemo.ts';
import { median } from './statistics.ts';
import type { Peer, Row } from './table.ts';
import type { Windows } from './windows.ts';

const WINDOWS = 5;

const EMPTY = 'an empty extension in the same window, by the same clock';

/** @param plainDemo the demo without any of this */
export async function measureFirstUse(windows: Windows, folder: string, plainDemo: Peer): Promise<Row[]> {
  const samples: Samples[] = [];
  for (let count = 0; count < WINDOWS; count++) {
    const window = await windows.run('firstUse', folder);
    try {
      samples.push({ ...window.samples, shown: await measureShownDemo(window.page) });
    } finally {
      await window.close();
    }
  }
  const medianOf = (name: string) => median(samples.flatMap(each => samplesOf(each, name)));
  const row = (what: string, name: string, peer: Peer): Row => ({
    what,
    unit: 'ms',
    ours: medianOf(name),
    peer,
    reach: null,
  });
  return [
    row('activation, inside the extension', 'inside', { value: medianOf('peerInside'), what: EMPTY }),
    row('demo, first in a window: command to completed', 'firstDemo', plainDemo),
    row('demo, again: command to completed', 'demo', plainDemo),
    row('demo, again: command to the frame that shows it', 'shown', plainDemo),
  ];
}
