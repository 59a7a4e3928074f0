// A workspace that the user does not trust: its files are looked at, not run, until the user trusts it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeSampleWorkspace } from '../../scripts/lib/sampleWorkspace.ts';
import { useWorkbench } from './pages/workbench.ts';

const RUN = 'Run shared-memory demo';
const folder = makeSampleWorkspace('trust');
writeFileSync(join(folder, 'demo', 'program.mjs'), 'console.log(WebAssembly);');
const workbench = useWorkbench(() => ({
  folder,
  workspaceTrust: true,
  settings: { 'security.workspace.trust.startupPrompt': 'never' }, // not trusted, without being asked
}));

it('shows a file of it, but says why it is not run', async () => {
  await workbench().contextMenu(await workbench().explorerFile('demo', 'c.wasm'), RUN);
  const { sidePanel } = workbench();
  await sidePanel.result('not run').waitFor();
  expect(await sidePanel.problem.textContent()).toContain('not trusted');
  await sidePanel.text('step 0 / 0').waitFor();
  expect(await sidePanel.calls.count()).toBe(0);
});

it('records no program of it, and says so', async () => {
  await workbench().contextMenu(await workbench().explorerFile('demo', 'program.mjs'), 'Record a Node program…');
  const { page } = workbench();
  await page.getByText('The program was not recorded, because this workspace is not trusted.').first().waitFor();
  expect(await page.locator('.terminal-wrapper').count()).toBe(0);
});

it('runs the bundled guest, which is not the workspace’s', async () => {
  await workbench().runAndChoose(RUN, 'Bundled guest');
  await workbench().sidePanel.result('356 as expected').waitFor();
});

it('runs the file once the user trusts the workspace', async () => {
  await workbench().contextMenu(await workbench().explorerFile('demo', 'c.wasm'), RUN);
  const { sidePanel, page } = workbench();
  await sidePanel.button('Manage workspace trust').click();
  await page.locator('.workspace-trust-editor').getByRole('button', { name: 'Trust', exact: true }).click();
  await sidePanel.result('356 as expected').waitFor();
});
