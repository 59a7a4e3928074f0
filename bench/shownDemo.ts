// The demo as the user waits for it: from the panel's "Run again" to the frame that shows the result.
import type { Page } from 'playwright-core';
import { shownWebview } from './webviews.ts';

const RUNS = 10;

/** Durations in milliseconds. The window shows the panel with a run that has ended. */
export async function measureShownDemo(page: Page): Promise<number[]> {
  const { body } = shownWebview(page);
  await body.getByRole('status').filter({ hasText: '356 as expected' }).waitFor();
  const samples: number[] = [];
  while (samples.length < RUNS) samples.push(await body.evaluate(runAgain));
  return samples;
}

/** Playwright sends this function's source text to the webview: it uses nothing from outside. */
async function runAgain(): Promise<number> {
  const session = document.querySelector('wsm-panel')?.session;
  const before = session?.state;
  if (before?.kind !== 'run') throw new Error('the panel shows no run');
  const start = performance.now();
  session?.host.command({ name: 'runAgain' }); // what the buttons do
  for (;;) {
    // A state is rendered when it comes, so that the frame which begins after it shows it.
    await new Promise(requestAnimationFrame);
    const state = session?.state;
    if (state?.kind === 'run' && state.runId !== before.runId && state.run.status === 'completed') break;
  }
  return performance.now() - start;
}
