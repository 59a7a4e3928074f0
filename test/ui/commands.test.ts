// VS Code's own places: context menus of the webview, key bindings, the status bar, and files that are dragged from the Explorer.
import { expect, it } from 'vitest';
import { makeSampleWorkspace } from '../../scripts/lib/sampleWorkspace.ts';
import { useWorkbench } from './pages/workbench.ts';

const workbench = useWorkbench(() => ({ folder: makeSampleWorkspace('demo') }));

it('a key of VS Code goes one step, not two, and the status bar follows', async () => {
  await workbench().runAndChoose('Run shared-memory demo', 'Bundled guest');
  const { sidePanel, page } = workbench();
  await sidePanel.result('356 as expected').waitFor();
  await sidePanel.call(7).click();
  await sidePanel.text('step 8 / 17').waitFor();
  await page.keyboard.press('Alt+PageUp');
  await sidePanel.text('step 7 / 17').waitFor();
  await page.getByRole('button', { name: 'Linear memory is shown at step 7' }).waitFor();
  await page.keyboard.press('Alt+End');
  await sidePanel.text('step 17 / 17').waitFor();
});

it('the menu of a byte is about that byte, by pointer and by key', async () => {
  const { sidePanel, page } = workbench();
  await sidePanel.grid.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ContextMenu');
  await page.getByRole('menuitem', { name: 'Who wrote this' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('menuitem', { name: 'Who wrote this' }).waitFor({ state: 'hidden' });
  await workbench().contextMenu(sidePanel.grid, 'Copy address', { x: 110, y: 30 });
  await sidePanel.text('Copied: 0x').waitFor();
});

it('the menu of a call filters the trace to its function', async () => {
  const { sidePanel } = workbench();
  await workbench().contextMenu(sidePanel.call(4), 'Filter trace to this function');
  await expect.poll(() => sidePanel.calls.count()).toBe(15); // five rounds of add_23 on three instances
});

it('a module that is dragged from the Explorer with Shift runs in the panel', async () => {
  const { sidePanel, page } = workbench();
  const file = await workbench().explorerFile('demo', 'c.wasm');
  await file.hover();
  await page.mouse.down();
  const box = await sidePanel.frame.boundingBox();
  if (!box) throw new Error('the panel is not shown');
  await page.keyboard.down('Shift');
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x - 200, y, { steps: 5 });
  await page.mouse.move(x, y, { steps: 10 });
  await page.mouse.up();
  await page.keyboard.up('Shift');
  await sidePanel.title('c.wasm').waitFor();
  await sidePanel.result('356 as expected').waitFor();
});
