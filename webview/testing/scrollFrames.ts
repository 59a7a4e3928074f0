// Frame times while the grid scrolls, for the benchmark: a real wheel over the real panel in a real browser.
import type { Page } from 'playwright-core';

export interface FrameTimes {
  /** Milliseconds from one frame to the next while scrolling. */
  readonly frames: readonly number[];
  /** Milliseconds of the main thread in each frame: scripts, style, layout and painting the canvas. */
  readonly work: readonly number[];
}

/**
 * Scrolls the harness's panel (`?state=huge` has 4 GiB) with the mouse wheel.
 * @param pixels how far
 * @param speed pixels a second; 6000 is some 300 rows a second, faster than anyone reads
 */
export async function measureScrolling(page: Page, pixels: number, speed = 6000): Promise<FrameTimes> {
  const grid = page.getByRole('grid', { name: 'Memory' });
  // Recorded from inside of the page: a message for each frame would disturb what is measured.
  await page.evaluate(() => {
    const recorded: { frames: number[]; work: number[]; on: boolean } = { frames: [], work: [], on: true };
    const channel = new MessageChannel();
    let began = 0;
    let before = performance.now();
    // A message posted in a frame's callback is delivered right after that frame was rendered.
    channel.port1.onmessage = () => recorded.work.push(performance.now() - began);
    const frame = (): void => {
      began = performance.now();
      recorded.frames.push(began - before);
      before = began;
      channel.port2.postMessage(null);
      if (recorded.on) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    Object.assign(window, { recordedFrames: recorded });
  });
  const box = await grid.boundingBox();
  if (!box) throw new Error('the grid is not visible');
  const devTools = await page.context().newCDPSession(page);
  await devTools.send('Input.synthesizeScrollGesture', {
    x: box.x + box.width / 2,
    y: box.y + box.height / 2,
    yDistance: -pixels,
    speed,
    gestureSourceType: 'mouse',
    preventFling: true,
  });
  const recorded: unknown = await page.evaluate(() => {
    const found: unknown = Reflect.get(window, 'recordedFrames');
    if (typeof found === 'object' && found !== null && 'on' in found) found.on = false;
    return found;
  });
  if (!isFrameTimes(recorded)) throw new Error('the page recorded no frames');
  // The first frame came when recording began.
  return { frames: recorded.frames.slice(1), work: recorded.work.slice(1) };
}

function isFrameTimes(value: unknown): value is FrameTimes {
  if (typeof value !== 'object' || value === null || !('frames' in value) || !('work' in value)) return false;
  return Array.isArray(value.frames) && Array.isArray(value.work);
}
