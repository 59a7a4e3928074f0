// npm run pictures: those of the walkthrough, taken of the panel in the real workbench into media/walkthrough: one a step, for dark
// themes and for light ones. They are part of the package, so they have few colours and show no more of the window than the panel.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Workbench } from '../test/ui/pages/workbench.ts';
import { withPalette } from './lib/palettePng.ts';
import { main, NODE, ROOT } from './lib/project.ts';
import { makeSampleWorkspace } from './lib/sampleWorkspace.ts';
import { installServer } from './lib/vscodeServer.ts';
import { packageExtension } from './lib/vsix.ts';

const FOLDER = join(ROOT, 'media', 'walkthrough');
const THEMES = {
  dark: 'Dark Modern',
  light: 'Light Modern',
};

/** What a user would record: nothing in it knows that it is recorded. */
const PROGRAM = `const initSqlJs = require(${JSON.stringify(join(ROOT, 'node_modules', 'sql.js'))});
initSqlJs().then(SQL => {
  const db = new SQL.Database();
  db.run('CREATE TABLE engineers (name TEXT)');
  db.run("INSERT INTO engineers VALUES ('Ada Lovelace')");
  db.run('UPDATE engineers SET name = upper(name)');
});
`;

/** Of the window while the panel is used, and when its picture is taken: then it is the panel and VS Code's bars. */
const WINDOW = { width: 1100, height: 860 };
const PICTURED = { width: 540, height: 780 };

async function takePictures(vsix: string, theme: string, label: string): Promise<void> {
  const folder = makeSampleWorkspace('pictures');
  writeFileSync(join(folder, 'queries.cjs'), PROGRAM);
  mkdirSync(join(folder, '.vscode'));
  const launch = { type: 'wasm-memory', request: 'launch', name: 'Record', program: join(folder, 'queries.cjs') };
  const configurations = [{ ...launch, runtimeExecutable: NODE }];
  writeFileSync(join(folder, '.vscode', 'launch.json'), JSON.stringify({ configurations }));
  const workbench = await Workbench.open({
    folder,
    vsix, // as users have it
    settings: { 'workbench.colorTheme': label },
    window: { viewport: WINDOW, deviceScaleFactor: 1 },
  });
  const { page, sidePanel } = workbench;
  // Without side bars the editor is what touches the window's right edge, by which the side panel is known else.
  const panel = sidePanel;

  /** Shows what the side panel shows in an editor, acts there, and takes its picture. */
  const take = async (step: string, act: () => Promise<void>) => {
    await workbench.runCommand('Wasm Shared Memory: Open in Editor');
    if (await page.locator('.part.auxiliarybar').isVisible())
      await workbench.runCommand('View: Toggle Secondary Side Bar Visibility');
    await panel.grid.waitFor();
    await page.setViewportSize(PICTURED);
    await act();
    // What was brought into view may have scrolled all of the panel.
    await panel.header.evaluate(header => header.scrollIntoView({ block: 'start' }));
    await page.waitForTimeout(1500); // for the layout to come to rest
    await page.mouse.move(0, 0);
    const file = join(FOLDER, `${step}-${theme}.png`);
    writeFileSync(file, withPalette(await panel.frame.screenshot()));
    await page.setViewportSize(WINDOW);
    await workbench.runCommand('View: Close All Editors');
  };

  try {
    await workbench.runCommand('View: Toggle Primary Side Bar Visibility');
    await workbench.runAndChoose('Run shared-memory demo', 'Bundled guest');
    await sidePanel.result('356 as expected').waitFor();
    await take('run', async () => {
      await panel.call(7).click();
    });
    await take('store', async () => {
      await panel.call(9).click();
      await panel.button('all writes').click();
      await panel.writes.first().waitFor();
      await panel.writes.first().scrollIntoViewIfNeeded();
    });
    await workbench.runCommand('Run shared-memory corruption demo');
    await take('corruption', async () => {
      // In so low a panel the list is folded, and the pill opens it.
      await panel
        .button(/findings?$/)
        .first()
        .click();
      await panel.finding('An allocator handed out a block twice').click();
    });
    await workbench.runCommand('Run two modules over one memory…');
    for (const [name, row] of [
      ['c.wasm', /^c\.wasm, demo/],
      ['rust.wasm', /^rust\.wasm, demo/],
      ['All', /^All before/],
    ] as const) {
      await page.waitForTimeout(2000); // for the list of the choice before to go
      await page.locator('.quick-input-widget input.input').fill(name);
      await workbench.quickPickRow(row).click();
    }
    await sidePanel.title('c.wasm + rust.wasm').waitFor();
    await take('own', async () => {
      await panel.call(3).click();
      // Where the panel is low the map is folded at first, and has room where the calls are.
      await panel.button('Call trace').click();
      await panel.button('Layout').click();
    });
    await workbench.runCommand('Debug: Start Debugging');
    await sidePanel.title('queries.cjs').waitFor();
    await sidePanel.result('calls').waitFor();
    await page.waitForTimeout(5000);
    await workbench.runCommand('View: Hide Panel');
    await take('program', async () => {
      // What is told of the recording has more or fewer lines: its room is the inspector's.
      await panel.button('Call trace').click();
      await panel.search('text', 'ADA LOVELACE');
      await panel.text('written by').first().scrollIntoViewIfNeeded();
    });
  } catch (error) {
    await page.screenshot({ path: join(FOLDER, '..', '..', 'out', 'pictures-failed.png') });
    throw error;
  } finally {
    await workbench.dispose();
  }
}

await main(async () => {
  await installServer();
  const vsix = await packageExtension();
  mkdirSync(FOLDER, { recursive: true });
  const wanted = process.argv.slice(2);
  for (const [theme, label] of Object.entries(THEMES)) {
    if (wanted.length > 0 && !wanted.includes(theme)) continue;
    await takePictures(vsix, theme, label);
    console.log(`${theme}: ${label}`);
  }
  return 0;
});
