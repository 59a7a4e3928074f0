// The one webview that a benchmark's window shows.
import type { Locator, Page } from 'playwright-core';

export interface ShownWebview {
  /** The frame around the webview's document, for its place in the window. */
  readonly frame: Locator;
  /** The body of the webview's document: scripts that are evaluated on it run in the webview. */
  readonly body: Locator;
}

export function shownWebview(page: Page): ShownWebview {
  const frame = page.locator('iframe.webview.ready');
  return { frame, body: frame.contentFrame().frameLocator('iframe#active-frame').locator('body') };
}
