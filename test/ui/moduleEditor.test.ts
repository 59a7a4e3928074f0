// The editor of .wasm files in the real workbench: the ways into it, its functions by the workbench's own key, and the way from a byte
// in the panel to the instruction that wrote it.
import { beforeAll, expect, it } from 'vitest';
import { makeSampleWorkspace } from '../../scripts/lib/sampleWorkspace.ts';
import { useWorkbench } from './pages/workbench.ts';

const workbench = useWorkbench(() => ({ folder: makeSampleWorkspace('module') }));

// The side bar has the panel throughout: a lone editor would be taken for it, as it reaches to the window's right edge.
beforeAll(async () => {
  await workbench().contextMenu(await workbench().explorerFile('demo', 'c.wasm'), 'Run shared-memory demo');
  await workbench().sidePanel.result('356 as expected').waitFor();
});

it('opens from the Explorer, beside what else opens such a file', async () => {
  await workbench().contextMenu(await workbench().explorerFile('demo', 'c.wasm'), 'Open WebAssembly module');
  const { editorPanel } = workbench();
  await editorPanel.title('c.wasm').waitFor();
  await editorPanel.tab('functions').waitFor();
  await editorPanel.option('add_23').waitFor();
});

it('goes to a function by Ctrl+Shift+O', async () => {
  const { editorPanel, page } = workbench();
  await editorPanel.option('alloc_11').click();
  await editorPanel.option('(func $alloc_11').waitFor();
  await workbench().chooseIn(workbench().quickPickRow(/^add_23/), async () => {
    await editorPanel.option('(func $alloc_11').click();
    await page.keyboard.press('Control+Shift+O');
    await workbench().quickPickField('Go to a function: a part of its name, or its index').fill('23');
  });
  await editorPanel.option('(func $add_23').waitFor();
});

it('is where the instruction that wrote a byte is shown', async () => {
  const { editorPanel, sidePanel } = workbench();
  await sidePanel.button('code').click();
  const marked = sidePanel.markedLine;
  await marked.waitFor();
  const line = (await marked.textContent())?.replace(/\s+/g, ' ').trim() ?? '';
  expect(line).toMatch(/^▸0x[0-9a-f]{6} i32\.store/);
  await sidePanel.button('open module').click();
  // The same line, marked there, too.
  await editorPanel.option(line.slice(0, '▸0x000000'.length)).waitFor();
});
