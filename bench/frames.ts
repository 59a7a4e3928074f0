// Frames of a webview while the wheel turns over it.
import type { Page } from 'playwright-core';
import { TRACE_CATEGORIES, wheelFrames } from './trace.ts';
import { shownWebview } from './webviews.ts';

/** Durations in milliseconds, one for each frame with a wheel event. */
export interface Frames {
  /** From one frame's time stamp to the next one's: a missed frame shows as a multiple of the screen's interval. */
  readonly intervals: readonly number[];
  /** Processor time of the main thread, for everything that it did between the end of the frame before and of this one. */
  readonly work: readonly number[];
}

const WHEEL_EVENTS = 400;

/** CSS pixels of a wheel event: some 20 rows, so that each frame shows other bytes and pages are asked for all the time. */
const WHEEL_DELTA = 400;

/** Frames that have to be there for the numbers to mean something. */
const ENOUGH_FRAMES = 100;

/** Turns the wheel over the lower half of a webview, where the panel's memory is. */
export async function framesWhileScrolling(page: Page): Promise<Frames> {
  const { frame, body } = shownWebview(page);
  const box = await frame.boundingBox();
  const browser = page.context().browser();
  if (!box || !browser) throw new Error('the webview is not shown');
  await page.mouse.move(box.x + box.width / 2, box.y + box.height * 0.75);
  await browser.startTracing(page, { categories: TRACE_CATEGORIES });
  const recorder = await body.evaluateHandle(recordIntervals);
  for (let event = 0; event < WHEEL_EVENTS; event++) await page.mouse.wheel(0, WHEEL_DELTA);
  const intervals = await recorder.evaluate(({ stop }) => stop());
  await recorder.dispose();
  const work = wheelFrames((await browser.stopTracing()).toString('utf8'));
  const count = Math.min(intervals.length, work.length);
  if (count < ENOUGH_FRAMES) throw new Error(`there were only ${count} frames with a wheel event`);
  return { intervals, work };
}

/** Playwright sends this function's source text to the webview: it uses nothing from outside. */
function recordIntervals(): { stop(): number[] } {
  const intervals: number[] = [];
  let previous: number | undefined;
  let turned = false;
  let running = true;
  const onWheel = () => {
    turned = true;
  };
  const onFrame = (time: number) => {
    if (!running) return;
    if (turned && previous !== undefined) intervals.push(time - previous);
    turned = false;
    previous = time;
    requestAnimationFrame(onFrame);
  };
  window.addEventListener('wheel', onWheel, { capture: true, passive: true });
  requestAnimationFrame(onFrame);
  return {
    stop() {
      running = false;
      window.removeEventListener('wheel', onWheel, { capture: true });
      return intervals;
    },
  };
}
