// Other views of memory in the real workbench: cells of a type, and templates from a file of the workspace.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeSampleWorkspace } from '../../scripts/lib/sampleWorkspace.ts';
import { useWorkbench } from './pages/workbench.ts';

const RUN = 'Run shared-memory demo';
let folder = '';
const workbench = useWorkbench(() => {
  folder = makeSampleWorkspace('views');
  return { folder };
});

it('memory is shown as numbers, which a reload keeps', async () => {
  const { sidePanel } = workbench();
  await workbench().runAndChoose(RUN, 'Bundled guest');
  await sidePanel.result('356 as expected').waitFor();
  await sidePanel.goTo('0x490');
  await sidePanel.button('How memory is shown: single bytes, hexadecimal').click();
  await sidePanel.radio('32-bit signed numbers').check();
  await sidePanel.radio('32-bit signed numbers').press('Escape');
  await sidePanel.cell('0x490: 356, i32 little endian').waitFor({ state: 'attached' });

  await workbench().reload();
  await sidePanel.result('356 as expected').waitFor();
  await sidePanel.cell('0x490: 356, i32 little endian').waitFor({ state: 'attached' });
});

it('the panel makes the file of templates, and shows what it says whenever it is saved', async () => {
  const { sidePanel } = workbench();
  await workbench().runAndChoose(RUN, 'Bundled guest');
  await sidePanel.result('356 as expected').waitFor();
  await sidePanel.button(/Templates$/).click();
  await sidePanel.button('Create file…').click();
  await sidePanel.button('Edit file…').waitFor();
  const file = join(folder, '.vscode', 'wasm-memory-templates.txt');
  expect(existsSync(file)).toBe(true);
  writeFileSync(file, 'struct Sum { i32 value; Sum* none; }\nSum sum @0x490;\n');
  await sidePanel.template('sum: Sum at 0x490, { 8 bytes }').press('ArrowRight');
  await sidePanel.template('value: i32 at 0x490, 356').waitFor();
  await sidePanel.template('none: Sum* at 0x494, null').waitFor();
  await sidePanel.call(1).click(); // alloc_11 has put 11 there
  await sidePanel.template('value: i32 at 0x490, 11').waitFor();
  writeFileSync(file, 'Sum sum @0x490;\n');
  await sidePanel.button('.vscode/wasm-memory-templates.txt:1:1').waitFor();
});
