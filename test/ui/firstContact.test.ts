// What a person meets who has just installed the extension and knows nothing of it: the walkthrough, the palette, the extension's page,
// the empty panel; and what the panel says where a module is no guest, takes long, or traps before the first call.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, it } from 'vitest';
import { makeSampleWorkspace } from '../../scripts/lib/sampleWorkspace.ts';
import { assemble } from '../unit/support/wabt.ts';
import { useWorkbench } from './pages/workbench.ts';

const RUN = 'Run shared-memory demo';
const folder = makeSampleWorkspace('first-contact');
const own = join(folder, 'own');
mkdirSync(own);
writeFileSync(
  join(own, 'sum.wasm'),
  assemble('(module (memory (export "memory") 1) (func (export "sum") (result i32) i32.const 3))'),
);
writeFileSync(
  join(own, 'main.mjs'),
  "import { readFileSync } from 'node:fs';\nreadFileSync(new URL('sum.wasm', import.meta.url));\n",
);
writeFileSync(
  join(own, 'calls.mjs'),
  `import { readFileSync } from 'node:fs';
const bytes = readFileSync(new URL('sum.wasm', import.meta.url));
const { instance } = await WebAssembly.instantiate(bytes);
instance.exports.sum();
`,
);
// Its start function goes round until it is ended.
writeFileSync(join(own, 'long.wasm'), assemble('(module (memory 65536) (func $wait (loop (br 0))) (start $wait))'));

const workbench = useWorkbench(() => ({
  folder,
  vsix: inject('vsix'),
  settings: { 'workbench.welcomePage.walkthroughs.openOnInstall': true },
}));

it('opens its walkthrough by itself, with a picture for the step that is open', async () => {
  const { page } = workbench();
  const steps = page.locator('.getting-started-step');
  await steps.first().waitFor();
  expect(await steps.count()).toBe(5);
  const picture = page.locator('.getting-started-media img');
  await picture.waitFor();
  const width = () => picture.evaluate(image => (image instanceof HTMLImageElement ? image.naturalWidth : 0));
  await expect.poll(width, { timeout: 60_000 }).toBeGreaterThan(300);
});

it('runs the demo by the button of its first step', async () => {
  const { page, sidePanel } = workbench();
  await page.locator('.getting-started-step').getByRole('button', { name: 'Run the demo' }).click();
  await sidePanel.result('356 as expected').waitFor();
});

it('lists its commands in the palette by what one would look for', async () => {
  const { page } = workbench();
  for (const title of ['Run shared-memory demo', 'Inspect linear memory', 'Record a Node program…', 'Get started']) {
    const row = workbench().quickPickRow(new RegExp(`^Wasm Shared Memory: ${title}(,|$)`));
    for (let attempt = 1; !(await row.isVisible()); attempt++) {
      expect(attempt, title).toBeLessThan(20);
      await page.keyboard.press('F1');
      await page.locator('.quick-input-widget input.input').fill(`>wasm ${title}`);
      await page.waitForTimeout(500);
    }
    await page.keyboard.press('Escape');
  }
});

it('does not open the walkthrough a second time', async () => {
  await workbench().closeWhatIsOpen();
  await workbench().reload();
  await workbench().runAndChoose(RUN, 'Bundled guest');
  await workbench().sidePanel.result('356 as expected').waitFor();
  expect(await workbench().page.locator('.getting-started-step').count()).toBe(0);
});

it('has a page without broken pictures', async () => {
  const { page } = workbench();
  await workbench().runCommand('Extensions: Show Installed Extensions');
  await page.locator('.extension-list-item').filter({ hasText: 'Wasm Shared Memory' }).first().click();
  const shown = async () => {
    for (const frame of page.frames()) {
      const text = await frame
        .locator('body')
        .textContent({ timeout: 2000 })
        .catch(() => ''); // it may go meanwhile
      if (text?.includes('First steps') && text.includes('call trace')) return frame;
    }
    return undefined;
  };
  await expect.poll(shown, { timeout: 60_000 }).toBeDefined();
  const pictures = (await shown())?.locator('img');
  for (const picture of (await pictures?.all()) ?? [])
    expect(await picture.getAttribute('src'), 'a picture whose address VS Code took').toBeTruthy();
});

it('offers what can be done with a module that is no guest of the demo: the program that uses it is found', async () => {
  await workbench().runCommand('View: Show Explorer');
  await workbench().contextMenu(await workbench().explorerFile('own', 'sum.wasm'), RUN);
  const { sidePanel } = workbench();
  await sidePanel.text('This module is no guest of the').waitFor();
  await sidePanel.button('Record the program that uses it…').click();
  await workbench()
    .quickPickRow(/^main\.mjs, own, names sum\.wasm/)
    .waitFor();
  await workbench().page.keyboard.press('Escape'); // there need be no Node on the PATH that records
});

it('records one of the scripts that use WebAssembly, whatever Node is on the PATH', async () => {
  await workbench().runAndChoose('Record a Node program…', 'calls.mjs, own, uses WebAssembly');
  await workbench().sidePanel.title('calls.mjs').waitFor();
  await workbench().sidePanel.result('○ 1 call').waitFor();
});

it('says what a run does that takes long before its first call, and that the time limit counts it', async () => {
  await workbench().contextMenu(await workbench().explorerFile('own', 'long.wasm'), RUN);
  const { sidePanel } = workbench();
  await sidePanel.result('making instances').waitFor();
  await sidePanel.text('Instance #0 (of 3) is being made').waitFor();
  await sidePanel.text('The time limit of 10 s counts this').waitFor();
  await sidePanel.result('out of time').waitFor();
  expect(await sidePanel.problem.textContent()).toContain('The making of the instances was still running');
});

it('says of a trap while an instance is made what there is to look at', async () => {
  await workbench().contextMenu(await workbench().explorerFile('misbehaving', 'trap-in-start.wasm'), RUN);
  const { sidePanel } = workbench();
  await sidePanel.result('trapped').waitFor();
  await sidePanel.button('Why').click(); // there is little room
  await sidePanel.text('look at what initialize and the functions that it is called by expect there').waitFor();
});
