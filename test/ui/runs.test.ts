// Room for several runs: the list of open ones, and panels of one run that follow each other.
import { expect, it } from 'vitest';
import { makeSampleWorkspace } from '../../scripts/lib/sampleWorkspace.ts';
import { useWorkbench } from './pages/workbench.ts';

/** The middle of a call's row may be a link to an address. */
const BESIDE_LINKS = { position: { x: 12, y: 8 } };

const workbench = useWorkbench(() => ({ folder: makeSampleWorkspace('runs') }));

it('the list is hidden until it is asked for; it leads back to earlier runs, and to what was found in them', async () => {
  const { page, sidePanel, runRow, runRows } = workbench();
  await workbench().runCommand('Wasm Shared Memory: Show open runs');
  await page.getByText('No run is open.').waitFor();
  await page.locator('.part.auxiliarybar').getByRole('button', { name: 'Run shared-memory demo' }).waitFor();

  await workbench().runCommand('Run shared-memory demo that is right by luck');
  await sidePanel.title('Right by luck').waitFor();
  await sidePanel.result('356 as expected').waitFor();
  await workbench().runAndChoose('Run shared-memory demo', 'Bundled guest');
  await sidePanel.title('Bundled guest').waitFor();
  await sidePanel.result('356 as expected').waitFor();
  const luck = runRow(/^Right by luck, 356 as expected, 1 finding/);
  await runRow(/^Bundled guest, 356 as expected, no findings/).waitFor();
  await luck.click();
  await sidePanel.title('Right by luck').waitFor();
  await sidePanel.text('step 2 / 16').waitFor(); // the finding's

  // The keyboard is still in the list.
  await page.keyboard.press('ArrowRight');
  const finding = runRow(/^error: An address in a dead stack frame is in use, #0/);
  await finding.waitFor();
  await sidePanel.button('Next step').click();
  await sidePanel.text('step 3 / 16').waitFor();
  await finding.click();
  await sidePanel.text('step 2 / 16').waitFor();
  await runRow(/^Bundled guest/).click();
  await sidePanel.title('Bundled guest').waitFor();
  await finding.click();
  await sidePanel.title('Right by luck').waitFor();

  await workbench().contextMenu(luck, 'Close run');
  await finding.waitFor({ state: 'detached' });
  expect(await runRows.count()).toBe(1);
  await workbench().contextMenu(runRow(/^Bundled guest/), 'Open in Editor');
  await workbench().editorPanel.title('Bundled guest').waitFor();
  await runRow(/^Bundled guest/).click();
  await sidePanel.title('Bundled guest').waitFor();
});

it('panels of one run go together once they are linked, and their own ways else', async () => {
  const { sidePanel, editorPanel, runRow } = workbench();
  await workbench().runCommand('View: Close All Editors');
  await workbench().contextMenu(await workbench().explorerFile('demo', 'wat.wasm'), 'Run shared-memory demo');
  await sidePanel.title('wat.wasm').waitFor();
  await sidePanel.result('356 as expected').waitFor();
  expect(await sidePanel.linkButton.count()).toBe(0);
  await workbench().contextMenu(runRow(/^wat\.wasm/), 'Open in Editor');
  await editorPanel.title('wat.wasm').waitFor();
  await sidePanel.linkButton.waitFor();
  await editorPanel.call(4).click(BESIDE_LINKS);
  await editorPanel.text('step 4 / 16').waitFor();
  expect(await sidePanel.text('step 16 / 16').count()).toBe(1);

  await editorPanel.linkButton.click();
  await sidePanel.text('step 4 / 16').waitFor();
  await editorPanel.call(7).click(BESIDE_LINKS);
  await sidePanel.text('step 7 / 16').waitFor();
  await sidePanel.button('Previous step').click();
  await editorPanel.text('step 6 / 16').waitFor();
  await editorPanel.goTo('0x40');
  await sidePanel.heading('0x40').waitFor();

  await sidePanel.linkButton.click();
  await sidePanel.button('Previous step').click();
  await sidePanel.text('step 5 / 16').waitFor();
  expect(await editorPanel.text('step 6 / 16').count()).toBe(1);
});
