// npm run screenshots: the README's pictures, taken from the real workbench into docs/screenshots: the whole window once, the narrow
// panel as it opens and the wide one in an editor in each of VS Code's four kinds of theme; and the corruption demo with its finding.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Workbench } from '../test/ui/pages/workbench.ts';
import { main, ROOT } from './lib/project.ts';
import { makeSampleWorkspace } from './lib/sampleWorkspace.ts';
import { installServer } from './lib/vscodeServer.ts';
import { packageExtension } from './lib/vsix.ts';

const FOLDER = join(ROOT, 'docs', 'screenshots');
const THEMES = {
  dark: 'Dark Modern',
  light: 'Light Modern',
  'hc-dark': 'Default High Contrast',
  'hc-light': 'Default High Contrast Light',
};

/** The call that is selected in the pictures: some are before it, some after it. */
const SELECTED_CALL = 7;

async function takePictures(vsix: string, name: string, theme: string): Promise<void> {
  const workbench = await Workbench.open({
    folder: makeSampleWorkspace(),
    vsix, // as users have it: the window of an extension under development says so in its title
    settings: { 'workbench.colorTheme': theme },
    window: { viewport: { width: 1280, height: 880 }, deviceScaleFactor: 1.5 },
  });
  try {
    const { page, sidePanel, editorPanel } = workbench;
    await (await workbench.explorerFile('demo', 'demo.c')).dblclick();
    await workbench.contextMenu(await workbench.explorerFile('demo', 'c.wasm'), 'Run shared-memory demo');
    await sidePanel.result('356 as expected').waitFor();
    await sidePanel.calls.nth(SELECTED_CALL - 1).click();
    await sidePanel.text(`call ${SELECTED_CALL}`).first().waitFor();
    if (name === 'dark') await page.screenshot({ path: join(FOLDER, 'window.png') });
    await page.locator('.part.auxiliarybar').screenshot({ path: join(FOLDER, `narrow-${name}.png`) });
    if (name === 'dark') {
      await workbench.runCommand('Run shared-memory corruption demo');
      await sidePanel.finding('An allocator handed out a block twice').click();
      await page.waitForTimeout(1000); // for the layout to come to rest
      await page.screenshot({ path: join(FOLDER, 'findings.png') });
      await workbench.contextMenu(await workbench.explorerFile('demo', 'c.wasm'), 'Run shared-memory demo');
      await sidePanel.title('c.wasm').waitFor();
      await sidePanel.result('356 as expected').waitFor();
    }
    await workbench.runCommand('Wasm Shared Memory: Open in Editor');
    await editorPanel.calls.nth(SELECTED_CALL - 1).click();
    // The selected call opened: its stores stand below it.
    await editorPanel.calls.nth(SELECTED_CALL - 1).press('ArrowRight');
    await editorPanel.text('i32.store').first().waitFor();
    await workbench.runCommand('View: Toggle Secondary Side Bar Visibility');
    await workbench.runCommand('View: Toggle Primary Side Bar Visibility');
    await page.waitForTimeout(1000); // for the layout to come to rest
    await page.locator('.part.editor').screenshot({ path: join(FOLDER, `wide-${name}.png`) });
  } finally {
    await workbench.dispose();
  }
}

await main(async () => {
  await installServer();
  const vsix = await packageExtension();
  mkdirSync(FOLDER, { recursive: true });
  for (const [name, theme] of Object.entries(THEMES)) {
    await takePictures(vsix, name, theme);
    console.log(`${name}: ${theme}`);
  }
  return 0;
});
