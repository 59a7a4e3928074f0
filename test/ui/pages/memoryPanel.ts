// The panel of the extension, in the secondary side bar or in an editor.
import type { FrameLocator, Locator, Page } from 'playwright-core';

/**
 * A webview is not inside the part that shows it, but over it. VS Code marks what touches the window's right edge: the
 * secondary side bar, while it is open.
 */
const FRAMES = {
  sideBar: '.webview-overlay-outer-right > iframe.webview.ready',
  editor: ':not(.webview-overlay-outer-right) > iframe.webview.ready',
};

export class MemoryPanel {
  /** The frame around the panel's document, for its size and whether it is shown. */
  readonly frame: Locator;
  private readonly document: FrameLocator;

  constructor(page: Page, where: keyof typeof FRAMES) {
    this.frame = page.locator(FRAMES[where]);
    this.document = this.frame.contentFrame().frameLocator('iframe#active-frame');
  }

  /** The name of the module that was run. */
  title(text: string): Locator {
    return this.document.getByRole('heading', { level: 1, name: text });
  }

  /** How the run stands. */
  result(text: string): Locator {
    return this.document.getByRole('status').filter({ hasText: text });
  }

  /** What went wrong, and what to do. */
  get problem(): Locator {
    return this.document.getByRole('alert');
  }

  text(text: string): Locator {
    return this.document.getByText(text);
  }

  button(name: string): Locator {
    return this.document.getByRole('button', { name, exact: true });
  }

  /** What the inspector says of the selected byte, read as `type`. */
  value(type: string, text: string): Locator {
    const entries = this.document.getByRole('term').filter({ hasText: new RegExp(`^${type}$`) });
    return entries
      .locator('..')
      .getByRole('definition')
      .filter({ hasText: new RegExp(`^${text}$`) });
  }

  /** The rows of the call trace, in order, as a screen reader says them. */
  get calls(): Locator {
    return this.document.getByRole('tree', { name: 'Calls' }).getByRole('treeitem');
  }
}
