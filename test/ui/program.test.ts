// A Node program that is recorded as a user does it: by F5, with its terminal, and the panel while it runs and after it.
// The guest is demo/wat.wat: `alloc_11` puts an i32 of 11 at 0x400, `add_23` adds 23 to it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { NODE } from '../../scripts/lib/project.ts';
import { makeSampleWorkspace } from '../../scripts/lib/sampleWorkspace.ts';
import { useWorkbench } from './pages/workbench.ts';

const folder = makeSampleWorkspace('program');
const workbench = useWorkbench(() => ({
  folder,
  settings: { 'terminal.integrated.gpuAcceleration': 'off' }, // what it shows is text
}));

/** Adds 23 as often as it is told, and says what memory holds. */
writeFileSync(
  join(folder, 'demo', 'program.mjs'),
  `import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
const memory = new WebAssembly.Memory({ initial: 1 });
const bytes = readFileSync(new URL('wat.wasm', import.meta.url));
const { instance } = await WebAssembly.instantiate(bytes, { env: { memory } });
const address = instance.exports.alloc_11();
console.log('allocated, tty: ' + process.stdout.isTTY);
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'end') process.exit();
  for (let i = 0; i < Number(line); i++) instance.exports.add_23(address);
  console.log('now ' + new Int32Array(memory.buffer)[address / 4]);
}`,
);
writeFileSync(join(folder, 'demo', 'nothing.mjs'), 'console.log(1);');
mkdirSync(join(folder, '.vscode'));
const configuration = { type: 'wasm-memory', request: 'launch', name: 'Record' };
const program = { program: join(folder, 'demo', 'program.mjs'), runtimeExecutable: NODE };
const launch = { version: '0.2.0', configurations: [{ ...configuration, ...program }] };
writeFileSync(join(folder, '.vscode', 'launch.json'), JSON.stringify(launch));

it('is offered in the editor’s title where the script uses WebAssembly', async () => {
  const { page } = workbench();
  const action = page.locator('.editor-actions').getByRole('button', { name: 'Record this script' });
  await (await workbench().explorerFile('demo', 'program.mjs')).dblclick();
  await action.waitFor();
  await (await workbench().explorerFile('demo', 'nothing.mjs')).dblclick();
  await action.waitFor({ state: 'detached' });
});

it('runs by F5 in a terminal, which it reads from, and shows its calls while they come in', async () => {
  const { page, sidePanel, terminal } = workbench();
  await page.keyboard.press('F5');
  await terminal.getByText('allocated, tty: true').waitFor();
  await sidePanel.result('running, 1 call').waitFor();
  await terminal.click();
  await page.keyboard.type('3\n');
  await terminal.getByText('now 80').waitFor(); // 11 + 3 × 23
  await sidePanel.result('running, 4 calls').waitFor();
  await sidePanel.call(4).click();
  await sidePanel.goTo('0x400');
  await sidePanel.text('written by #0 in add_23+0xb (i32.store) at step 4, call 4, value 80').waitFor();
});

it('is paused and resumed in the panel’s title', async () => {
  const { page, sidePanel, terminal } = workbench();
  await page.getByRole('button', { name: 'Pause recording' }).click();
  await sidePanel.result('recording paused, 4 calls').waitFor();
  await terminal.click();
  await page.keyboard.type('1\n');
  await terminal.getByText('now 103').waitFor(); // 80 + 23
  await page.getByRole('button', { name: 'Resume recording' }).click();
  await sidePanel.result('running, 4 calls').waitFor();
  await terminal.click();
  await page.keyboard.type('1\n');
  await sidePanel.result('running, 5 calls').waitFor();
});

it('shows its recording in the same place when it has ended', async () => {
  const { page, sidePanel, terminal } = workbench();
  await terminal.click();
  await page.keyboard.type('end\n');
  await sidePanel.result('○ 5 calls').waitFor();
  expect(await sidePanel.problem.count()).toBe(0);
  await sidePanel.heading('0x400').waitFor();
  await sidePanel.call(2).click();
  await sidePanel.value('i32', '34').waitFor();
  await page.locator('.debug-toolbar').waitFor({ state: 'hidden' });
});

it('is ended by Stop, and its recording stays; so it does after a reload of the window', async () => {
  const { page, sidePanel } = workbench();
  await page.keyboard.press('F5');
  await sidePanel.result('running, 1 call').waitFor();
  await page.locator('.debug-toolbar').getByRole('button', { name: /^Stop/ }).click();
  await sidePanel.result('cancelled').waitFor();
  await workbench().reload();
  await sidePanel.result('cancelled').waitFor();
  await expect.poll(() => sidePanel.calls.count()).toBe(1); // rows come after the result
});
