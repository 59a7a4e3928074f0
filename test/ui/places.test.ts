// What a user keeps for a module: it is named in the panel, and still there after a reload.
import { expect, it } from 'vitest';
import { makeSampleWorkspace } from '../../scripts/lib/sampleWorkspace.ts';
import { useWorkbench } from './pages/workbench.ts';

const RUN = 'Run shared-memory demo';
const workbench = useWorkbench(() => ({ folder: makeSampleWorkspace('places') }));

it('a command adds a watched value and a bookmark, which a reload keeps, for their module alone', async () => {
  const { sidePanel } = workbench();
  await workbench().runAndChoose(RUN, 'Bundled guest');
  await sidePanel.result('356 as expected').waitFor();
  await sidePanel.call(7).click();
  await sidePanel.text('step 8 / 17').waitFor();
  await sidePanel.goTo('0x490');
  await workbench().runCommand('Wasm Shared Memory: Watch the selected value');
  await sidePanel.field('Name').fill('the sum');
  await sidePanel.field('Name').press('Enter');
  // alloc_11 of the bundled guest stores twice. 11 + 6 × 23 = 149 after call 7, and 126, 103, 80 before it.
  await sidePanel.button('the sum: 149, i32 at 0x490, before that 126, 103, 80').waitFor();
  await workbench().runCommand('Wasm Shared Memory: Bookmark this step');
  await sidePanel.field('Name').fill('half-way');
  await sidePanel.field('Name').press('Enter');
  await sidePanel.button('half-way, step 8, call 7, 0x490').waitFor();

  await workbench().reload();
  await sidePanel.result('356 as expected').waitFor();
  await sidePanel.button('Last step').click();
  await sidePanel.button('the sum: 356, i32 at 0x490, before that 333, 310, 287').waitFor();
  await sidePanel.button('half-way, step 8, call 7, 0x490').click();
  await sidePanel.text('step 8 / 17').waitFor();
  await sidePanel.button('the sum: 149, i32 at 0x490, before that 126, 103, 80').waitFor();

  await workbench().runAndChoose(RUN, 'c.wasm');
  await sidePanel.title('c.wasm').waitFor();
  await sidePanel.result('356 as expected').waitFor();
  expect(await sidePanel.button(/^half-way/).count()).toBe(0);
});

it('who types into memory is told why nothing is written, and where the end is', async () => {
  const { sidePanel } = workbench();
  await workbench().runAndChoose(RUN, 'Bundled guest');
  await sidePanel.title('Bundled guest').waitFor();
  await sidePanel.result('356 as expected').waitFor();
  await sidePanel.call(3).click();
  await sidePanel.text('step 4 / 17').waitFor();
  await sidePanel.grid.press('a');
  await sidePanel.text('Memory at step 4 is the past, and read-only.').waitFor();
  await sidePanel.button('Go to the last step').click();
  await sidePanel.text('step 17 / 17').waitFor();
});

it('bytes are typed, pasted and undone at the last step; each is a step of the host', async () => {
  const { sidePanel, page } = workbench();
  await sidePanel.goTo('0x490');
  await sidePanel.value('i32', '356').waitFor();
  await page.keyboard.type('2a');
  await sidePanel.text('0x490: 2a written, step 18.').waitFor();
  await sidePanel.text('step 18 / 18').waitFor();
  await page.keyboard.press('ArrowLeft');
  await sidePanel.value('i32', '298').waitFor(); // 0x12a
  await sidePanel.access('host write by host, after call 16 at 0x490, 64 to 2a, step 18').waitFor();

  await page.keyboard.press('Control+C');
  await sidePanel.text('1 byte copied as hex.').waitFor();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Control+V');
  await sidePanel.text('0x491: 2a written, step 19.').waitFor();
  await page.keyboard.press('F2');
  await page.keyboard.type('A');
  await sidePanel.text('0x492: 41 written, step 20.').waitFor();
  for (const undone of [
    '0x492: 00 as before, step 21.',
    '0x491: 01 as before, step 22.',
    '0x490: 64 as before, step 23.',
  ]) {
    await page.keyboard.press('Control+Z');
    await sidePanel.text(undone).waitFor();
  }
  await sidePanel.value('i32', '356').waitFor();
  await page.keyboard.press('Control+Y');
  await sidePanel.text('0x490: 2a written again, step 24.').waitFor();
  await sidePanel.value('i32', '298').waitFor();
  await sidePanel.button('Previous step').click();
  await sidePanel.value('i32', '356').waitFor();
});
