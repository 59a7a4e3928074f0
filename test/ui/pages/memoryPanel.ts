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

  /** How the run stands. The header says it; the story and the place, which are statuses too, can have the same words. */
  result(text: string): Locator {
    return this.document.locator('wsm-header').getByRole('status').filter({ hasText: text });
  }

  /** What went wrong, and what to do. */
  get problem(): Locator {
    return this.document.getByRole('alert');
  }

  text(text: string): Locator {
    return this.document.getByText(text);
  }

  button(name: string | RegExp): Locator {
    return this.document.getByRole('button', { name, exact: true });
  }

  /** Whether it goes together with the other panels of its run; there where there are others. */
  get linkButton(): Locator {
    return this.button('Link the panels of this run');
  }

  /** A row of a list in the editor of modules, by a part of what it says. */
  option(text: string): Locator {
    return this.document.getByRole('option').filter({ hasText: text });
  }

  /** A list of the editor of modules: its name is followed by how long it is. */
  tab(name: string): Locator {
    return this.document.getByRole('tab', { name });
  }

  /** In the inspector, the line of the instruction that wrote the byte. */
  get markedLine(): Locator {
    return this.document.locator('wsm-code-of-write li[aria-current=true]');
  }

  /** The row of a finding; its name begins with the severity. */
  finding(title: string): Locator {
    return this.document.getByRole('button', { name: new RegExp(`^(error|warning|note): ${title}`) });
  }

  /** What the inspector says of the selected byte, read as `type`. */
  value(type: string, text: string): Locator {
    const entries = this.document.getByRole('term').filter({ hasText: new RegExp(`^${type}$`) });
    return entries
      .locator('..')
      .getByRole('definition')
      .filter({ hasText: new RegExp(`^${text}$`) });
  }

  /** The rows of the call trace, in order, as a screen reader says them; below an expanded call its accesses. */
  get calls(): Locator {
    return this.document.getByRole('tree', { name: 'Calls' }).getByRole('treeitem', { name: /^call / });
  }

  /** The row of a call; they are counted from 1. */
  call(index: number): Locator {
    return this.document.getByRole('treeitem', { name: new RegExp(`^call ${index},`) });
  }

  /** The row of an access below its call, as a screen reader says it. */
  access(sentence: string): Locator {
    return this.document.getByRole('treeitem', { name: sentence, exact: true });
  }

  /** The inspector, by the address of the byte that it shows. */
  heading(address: string): Locator {
    return this.document.getByRole('heading', { level: 2, name: address, exact: true });
  }

  /** The bytes, which take the keyboard. */
  /** File, instances and the buttons of the panel. */
  get header(): Locator {
    return this.document.locator('wsm-header');
  }

  get grid(): Locator {
    return this.document.getByRole('grid', { name: 'Memory' });
  }

  /** Selects the byte at an address, and puts the keyboard there. */
  async goTo(address: string): Promise<void> {
    const field = this.document.getByRole('textbox', { name: 'Go to address' });
    await field.fill(address);
    await field.press('Enter');
  }

  /** Chooses in the menu of what can be done with the selected bytes. */
  async exportSelection(entry: string): Promise<void> {
    const menu = this.button('Copy or save the selection');
    await ((await menu.isVisible()) ? menu : this.button('More actions')).click(); // a narrow panel has one menu
    await this.document.getByRole('menuitem', { name: entry }).click();
  }

  /** Opens the search and looks for the next match of a text of some kind. */
  async search(kind: string, text: string): Promise<void> {
    const field = this.document.getByRole('textbox', { name: 'Search memory' });
    if (!(await field.isVisible())) await this.grid.press('Control+f');
    const kinds = this.document.getByRole('combobox', { name: 'Search for' });
    await kinds.click();
    await kinds.getByRole('option', { name: kind, exact: true }).click();
    await field.fill(text);
    await field.press('Enter');
  }

  /** A text field with the name. */
  field(name: string): Locator {
    return this.document.getByRole('textbox', { name, exact: true });
  }

  /** A choice of several, by its name. */
  radio(name: string): Locator {
    return this.document.getByRole('radio', { name, exact: true });
  }

  /** A cell of the row that is selected, by what a screen reader says first of it. */
  cell(beginning: string): Locator {
    return this.document.locator(`[role=gridcell][aria-label^="${beginning}"]`);
  }

  /** A row of what is shown by templates, by what a screen reader says first of it. */
  template(beginning: string): Locator {
    return this.document.locator(`[aria-label="Memory by templates"] [aria-label^="${beginning}"]`);
  }

  /** Rows of the list of writes to the selected bytes, the newest first. */
  get writes(): Locator {
    return this.document.getByRole('listbox', { name: 'Writes to the selection' }).getByRole('option');
  }

  /** How many pixels of the bytes' canvas have the colour of an instance. */
  async pixelsOf(instance: number): Promise<number> {
    return this.grid.locator('canvas').evaluate((canvas, variable) => {
      if (!(canvas instanceof HTMLCanvasElement)) throw new Error('no canvas');
      const probe = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
      const drawn = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data;
      if (!probe || !drawn) throw new Error('no 2D canvas');
      probe.fillStyle = getComputedStyle(canvas).getPropertyValue(variable);
      probe.fillRect(0, 0, 1, 1);
      const color = probe.getImageData(0, 0, 1, 1).data;
      let pixels = 0;
      for (let at = 0; at < drawn.length; at += 4) {
        if (color.every((value, channel) => drawn[at + channel] === value)) pixels++;
      }
      return pixels;
    }, `--wsm-instance-${instance}`);
  }
}
