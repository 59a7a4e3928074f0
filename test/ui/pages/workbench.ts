// The workbench as a user works with it: palette, Explorer, panels. Everything is found by what a user sees or hears.
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { ROOT } from '../../../scripts/lib/project.ts';
import { type Server, type ServerOptions, startServer } from '../../../scripts/lib/vscodeServer.ts';
import { launchBrowser, openWorkbench, waitForWorkbench } from '../../host/workbench.ts';
import { MemoryPanel } from './memoryPanel.ts';

/** As the palette has it before the titles of all commands of the extension. */
const CATEGORY = 'Wasm Shared Memory';

/** How long one attempt waits for an entry of a list, in milliseconds, and how often that is tried. */
const ATTEMPT_MS = 1500;
const ATTEMPTS = 20;

/** For 100 ms from when a menu opens it ignores clicks, and stays open. */
const DEAF_MS = 200;

/** How often the Explorer is scrolled in one direction: all the way. */
const SCROLL_TURNS = 40;

/** How long anything that a user waits for may take, in milliseconds; a window reload is the slowest. */
const ACTION_MS = 60_000;

/** How much is told of each frame where a test failed, in characters. */
const FRAME_TEXT = 5000;

export interface SessionOptions extends ServerOptions {
  readonly folder: string;
  /** Size and resolution of the window. */
  readonly window?: Pick<BrowserContextOptions, 'viewport' | 'deviceScaleFactor'>;
}

/** One VS Code window on one server. Whoever opens it disposes of it. */
export class Workbench {
  readonly page: Page;
  private readonly server: Server;
  private readonly browser: Browser;

  // No parameter properties: Node runs this file as it is, without its types.
  private constructor(page: Page, server: Server, browser: Browser) {
    this.page = page;
    this.server = server;
    this.browser = browser;
  }

  /** Opens `folder` with the extension under development, or with `options.vsix` installed instead. */
  static async open(options: SessionOptions): Promise<Workbench> {
    const server = await startServer(options);
    const browser = await launchBrowser();
    const page = await browser.newPage(options.window ?? { viewport: { width: 1400, height: 900 } });
    page.setDefaultTimeout(ACTION_MS);
    const extensions = options.vsix ? [] : [ROOT];
    await openWorkbench(page, server, { folder: options.folder, extensions });
    return new Workbench(page, server, browser);
  }

  /** For whoever reads of a failure: a picture of the window in out/test-results, and what its frames say on standard error. */
  async keepPicture(name: string): Promise<void> {
    const file = `${name.replaceAll(/\W+/g, '-')}.png`;
    await this.page.screenshot({ path: join(ROOT, 'out', 'test-results', file) });
    for (const frame of this.page.frames()) {
      const said = await frame.locator('body').ariaSnapshot({ timeout: ATTEMPT_MS }).catch(String);
      if (said) console.error(`${name}:\n${said.slice(0, FRAME_TEXT)}`);
    }
  }

  /** Leaves nothing open that the next test, or the next attempt, would take for its own. */
  async closeWhatIsOpen(): Promise<void> {
    for (let open = 0; open < 3; open++) await this.page.keyboard.press('Escape'); // a dialog over a menu over a list
    await this.runCommand('View: Close All Editors');
  }

  async dispose(): Promise<void> {
    await this.browser.close();
    this.server.dispose();
  }

  /** Runs a command from the palette, by its whole title, before which that of the extension need not be said. */
  async runCommand(title: string): Promise<void> {
    const command = this.quickPickRow(new RegExp(`^(${CATEGORY}: )?${title}(,|$)`));
    await this.chooseIn(command, async () => {
      await this.page.keyboard.press('F1');
      await this.page.locator('.quick-input-widget input.input').fill(`>${title}`, { timeout: ATTEMPT_MS });
    });
  }

  /** Runs a command that asks in a Quick Pick, and chooses there. A window that still starts takes the focus, and so closes the list. */
  async runAndChoose(title: string, row: string): Promise<void> {
    await this.chooseIn(this.quickPickRow(row), () => this.runCommand(title));
  }

  /** A row of the open palette or Quick Pick: label, description and detail, as a screen reader says them. */
  quickPickRow(name: string | RegExp): Locator {
    return this.page.locator('.quick-input-list').getByRole('option', { name });
  }

  /** The field above the rows of the open Quick Pick, by what it asks for. */
  quickPickField(placeholder: string): Locator {
    return this.page.locator('.quick-input-widget').getByPlaceholder(placeholder, { exact: true });
  }

  /** The row that Enter would choose. */
  get activeQuickPickRow(): Locator {
    return this.page.locator('.quick-input-list .monaco-list-row.focused');
  }

  /** A file in a folder of the Explorer, unfolded and scrolled to: the Explorer has rows only for what is in view. */
  async explorerFile(folder: string, name: string): Promise<Locator> {
    const tree = this.page.getByRole('tree', { name: 'Files Explorer' });
    const folderItem = tree.getByRole('treeitem', { name: folder, exact: true });
    const file = tree.getByRole('treeitem', { name, exact: true });
    // Down, then up again: on a busy machine the file may have gone by unseen, or the click that was to unfold its folder is lost, where a
    // row moves or the window comes up.
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      await folderItem.hover();
      if ((await folderItem.getAttribute('aria-expanded')) !== 'true') await folderItem.click();
      for (let turn = 0; turn < 2 * SCROLL_TURNS; turn++) {
        if (await file.isVisible()) return file;
        await this.page.mouse.wheel(0, turn < SCROLL_TURNS ? 100 : -100);
        await this.page.waitForTimeout(50);
      }
    }
    throw new Error(`the Explorer shows no ${name} in ${folder}`);
  }

  /** The screen of the terminal, which takes the keyboard where it is clicked. */
  get terminal(): Locator {
    return this.page.locator('.terminal-wrapper.active .xterm-screen');
  }

  editorTab(name: string | RegExp): Locator {
    return this.page.getByRole('tab', { name });
  }

  /** A row of the list of open runs, as a screen reader says it. */
  readonly runRow = (name: RegExp): Locator => this.runRows.and(this.page.getByRole('treeitem', { name }));

  /** Those that are unfolded, in order. */
  get runRows(): Locator {
    return this.page.locator('.part.auxiliarybar').getByRole('treeitem');
  }

  /** Opens the context menu and chooses in it. */
  async contextMenu(item: Locator, command: string, position?: { x: number; y: number }): Promise<void> {
    await this.chooseIn(this.page.getByRole('menuitem', { name: command }), () =>
      item.click({ button: 'right', timeout: ATTEMPT_MS, ...(position && { position }) }),
    );
  }

  /** Reloads the window as a user does; the workbench keeps its state, which reloading the page would not wait for. */
  async reload(): Promise<void> {
    const reloaded = this.page.waitForEvent('load');
    await this.runCommand('Developer: Reload Window');
    await reloaded;
    await waitForWorkbench(this.page);
  }

  /**
   * Answers VS Code's own file dialog, which asks in a Quick Pick.
   * @param suggested the path that it comes with, once it is ready
   */
  async answerFileDialog(title: string, suggested: string, path = suggested): Promise<void> {
    const dialog = this.page.locator('.quick-input-widget').filter({ hasText: title });
    const field = dialog.locator('input.input');
    // It fills its field late, and over what was typed before.
    await expect.poll(() => field.inputValue(), { timeout: ACTION_MS }).toBe(suggested);
    // An answer that comes while the list below the field still follows what was typed is no answer, or that of an older list.
    for (let attempt = 1; ; attempt++) {
      try {
        await field.fill(path, { timeout: ATTEMPT_MS });
        if (existsSync(path)) await this.quickPickRow(basename(path)).waitFor({ timeout: ATTEMPT_MS });
        await dialog.getByRole('button', { name: /^(OK|Open)$/ }).click({ timeout: ATTEMPT_MS });
        await dialog.waitFor({ state: 'hidden', timeout: ATTEMPT_MS });
        return;
      } catch (error) {
        if (!(await dialog.isVisible())) return; // it took the answer, and its time
        if (attempt === ATTEMPTS) throw error;
      }
    }
  }

  /** What a user would paste. */
  async clipboardText(): Promise<string> {
    await this.page.context().grantPermissions(['clipboard-read']);
    return this.page.evaluate(() => navigator.clipboard.readText());
  }

  /** The panel in the secondary side bar. */
  get sidePanel(): MemoryPanel {
    return new MemoryPanel(this.page, 'sideBar');
  }

  /** The panel that was opened in an editor. */
  get editorPanel(): MemoryPanel {
    return new MemoryPanel(this.page, 'editor');
  }

  /**
   * Opens a list and clicks an entry. Commands are registered late, a menu closes when something else takes the focus, as happens
   * while the window comes up, and the palette does not open while it still closes: then it is opened again.
   */
  async chooseIn(entry: Locator, open: () => Promise<void>): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await open();
        await entry.hover({ timeout: ATTEMPT_MS });
        await this.page.waitForTimeout(DEAF_MS);
        await entry.click({ timeout: ATTEMPT_MS });
        return;
      } catch (error) {
        if (attempt === ATTEMPTS) throw error;
        await this.page.keyboard.press('Escape');
      }
    }
  }
}

/**
 * A window for the tests of a file, from before the first to after the last. A picture is kept of each test that fails.
 * @returns what gives the window to the tests
 */
export function useWorkbench(options: () => SessionOptions): () => Workbench {
  let workbench: Workbench | undefined;
  const opened = () => {
    if (!workbench) throw new Error('the window did not open');
    return workbench;
  };
  beforeAll(async () => {
    workbench = await Workbench.open(options());
  });
  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail') return;
    await workbench?.keepPicture(task.name);
    await workbench?.closeWhatIsOpen();
  });
  afterAll(() => workbench?.dispose());
  return opened;
}
