// A recording as a user looks at it: each of its stores, who wrote a byte, search, what can be taken out of it, and its file.
// The guest is demo/wat.wat: `alloc_11` puts an i32 of 11 at 0x400, then `add_23` adds 23 to it fifteen times, on #0, #1, #2 in turn.
// Each of the 16 calls stores once, so that the numbers of call and step are the same. Where the stores are is what wasm-objdump -d
// tells: in `alloc_11` at 0x72 - 0x65 = 0xd, in `add_23` at 0x84 - 0x79 = 0xb.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeSampleWorkspace } from '../../scripts/lib/sampleWorkspace.ts';
import { assemble } from '../unit/support/wabt.ts';
import type { MemoryPanel } from './pages/memoryPanel.ts';
import { useWorkbench } from './pages/workbench.ts';

const folder = makeSampleWorkspace('recording');
const demo = join(folder, 'demo');

/**
 * Here `alloc_11` stores 10 000 times: 11 at 0x400, then 1, 2, 3 … 9999 at 0x800, so that step s stores s − 1 there. The store at
 * 0x800 is 0x19 bytes into the body: locals 3, i32.const 3 and 2, store 3, loop 2, local.get 2, i32.const 2, add 1, local.set 2,
 * i32.const 3, local.get 2.
 */
const MANY_STORES = assemble(`(module
  (import "env" "memory" (memory 1))
  (func $alloc_11 (export "alloc_11") (result i32)
    (local $last i32)
    (i32.store (i32.const 0x400) (i32.const 11))
    (loop $next
      (local.set $last (i32.add (local.get $last) (i32.const 1)))
      (i32.store (i32.const 0x800) (local.get $last))
      (br_if $next (i32.lt_u (local.get $last) (i32.const 9999))))
    (i32.const 0x400))
  (func $add_23 (export "add_23") (param $address i32)
    (i32.store (local.get $address) (i32.add (i32.load (local.get $address)) (i32.const 23)))))`);
writeFileSync(join(demo, 'many-stores.wasm'), MANY_STORES);
const workbench = useWorkbench(() => ({ folder, settings: { 'files.simpleDialog.enable': true } }));

/** How long what nothing on the screen tells of may take. */
const SLOW = { timeout: 10_000 };

let panel: MemoryPanel;
beforeAll(async () => {
  await workbench().contextMenu(await workbench().explorerFile('demo', 'wat.wasm'), 'Run shared-memory demo');
  panel = workbench().sidePanel;
  await panel.result('356 as expected').waitFor();
});

/** The panel shows memory after `step` stores, with the i32 that must be there. */
async function expectStep(step: number, of: MemoryPanel = panel): Promise<void> {
  await of.text(`step ${step} / 16`).waitFor();
  await of.value('i32', String(step === 0 ? 0 : 11 + 23 * (step - 1))).waitFor();
}

async function goToCall(index: number): Promise<void> {
  await panel.call(index).click();
  await expectStep(index);
}

async function selectFrom0x400(length: number): Promise<void> {
  await panel.goTo('0x400');
  for (let selected = 1; selected < length; selected++) await panel.grid.press('Shift+ArrowRight');
  await panel.text(`${length} bytes selected`).waitFor();
}

describe('stepping', () => {
  it('stands at each of the demo’s 16 stores', async () => {
    await panel.button('First step').click();
    await expectStep(0);
    for (let step = 1; step <= 16; step++) {
      await panel.button('Next step').click();
      await expectStep(step);
    }
    expect(await panel.button('Next step').isDisabled()).toBe(true);
    await panel.button('Previous step').click();
    await expectStep(15);
  });

  it('goes over calls where the user says so', async () => {
    await panel.button('calls').click();
    await panel.button('Previous call').click();
    await expectStep(14);
    await panel.button('stores').click();
    await panel.button('Next step').waitFor();
  });
});

describe('who wrote a byte', () => {
  it('is told with instance, instruction, step, call and value', async () => {
    await goToCall(3);
    await panel.text('written by #1 in add_23+0xb (i32.store) at step 3, call 3, value 57').waitFor();
    await goToCall(1);
    await panel.text('written by #0 in alloc_11+0xd (i32.store) at step 1, call 1, value 11').waitFor();
  });

  it('leads to the write before and after', async () => {
    await goToCall(5);
    await panel.button('‹ previous').click();
    await expectStep(4);
    await panel.button('next ›').click();
    await expectStep(5);
  });

  it('can be listed, and each write gone to', async () => {
    await panel.button('all writes').click();
    await panel.writes.nth(15).waitFor();
    expect(await panel.writes.count()).toBe(16);
    await panel.writes.nth(16 - 7).click(); // the newest is first
    await expectStep(7);
    await panel.button('all writes').click();
  });

  it('is said for the accesses below a call', async () => {
    await goToCall(4);
    await panel.call(4).press('ArrowRight');
    await panel.access('i32.store by #2 in add_23+0xb at 0x400, 57 to 80, step 4').waitFor();
    await panel.call(4).press('ArrowLeft');
  });

  it('shows in the legend, where a click leaves only that owner’s bytes', async () => {
    await goToCall(16); // the fifteenth `add_23`, on #2
    await expect.poll(() => panel.pixelsOf(2), SLOW).toBeGreaterThan(0);
    await panel.button('#0').click();
    await expect.poll(() => panel.pixelsOf(2), SLOW).toBe(0);
    await panel.button('#2').click();
    await expect.poll(() => panel.pixelsOf(2), SLOW).toBeGreaterThan(0);
    await panel.button('#0').click();
    await panel.grid.press('Escape');
    await expect.poll(() => panel.pixelsOf(2), SLOW).toBeGreaterThan(0);
  });
});

describe('two steps', () => {
  it('are compared: what differs is counted, gone to, and forgotten again', async () => {
    await goToCall(3); // 57 is 0x39
    await panel.button('Compare steps (Alt+M)').click();
    await panel.text('compared with step 3: it is shown').waitFor();
    await goToCall(16); // 356 is 0x164
    await panel.text('compared with step 3: 2 bytes differ').waitFor();
    await panel.goTo('0');
    await panel.grid.press('F7');
    await panel.heading('0x400').waitFor();
    await panel.text('2 bytes selected').waitFor();
    await panel.grid.press('Alt+m');
    await panel.text('compared with step 3').waitFor({ state: 'detached' });
  });
});

describe('search', () => {
  it.each([
    ['bytes', '64 ?? 00'], // 356 is 0x164
    ['text', 'd'], // 0x64
    ['i16', '356'],
  ])('finds %s %s at 0x400', async (kind, text) => {
    await goToCall(16);
    await panel.goTo('0');
    await panel.search(kind, text);
    await panel.text(', at 0x400').waitFor();
    await panel.heading('0x400').waitFor();
  });

  it('goes on to the next match, and back', async () => {
    const next = panel.button('Next match (Enter)');
    const previous = panel.button('Previous match (Shift+Enter)');
    await panel.search('bytes', '00 00'); // the i32 ends with two zeros, and all bytes around it are zero
    await panel.text(', at 0x402').waitFor();
    await next.click();
    await panel.text(', at 0x403').waitFor();
    await previous.click();
    await panel.text(', at 0x402').waitFor();
    await previous.click();
    await panel.text(', at 0x3fe').waitFor();
  });

  it('says that there is no match', async () => {
    await panel.search('bytes', '64 02');
    await panel.text('not in memory at this step').waitFor();
    await panel.button('Close search (Escape)').click();
    await panel.goTo('0x400');
  });
});

describe('the selected bytes', () => {
  it.each([
    ['Copy as hex', 4, '64 01 00 00'],
    ['Copy as C array', 4, 'const unsigned char memory_0x400[4] = {\n  0x64, 0x01, 0x00, 0x00,\n};\n'],
    ['Copy as JSON array', 4, '[100,1,0,0]'],
    ['Copy as base64', 4, 'ZAEAAA=='],
    ['Copy as text (UTF-8)', 2, 'd\u0001'],
  ])('%s of %d', async (entry, length, text) => {
    await selectFrom0x400(length);
    await panel.exportSelection(entry);
    await expect.poll(() => workbench().clipboardText(), SLOW).toBe(text);
  });

  it('are saved to a file', async () => {
    const file = join(demo, 'wat-step16-0x400.bin');
    await selectFrom0x400(4);
    await panel.exportSelection('Save range…');
    await workbench().answerFileDialog('Save memory range', file);
    await expect.poll(() => readFileSync(file).toString('hex'), SLOW).toBe('64010000');
  });
});

describe('the file of a recording', () => {
  it('shows in another panel what was exported', async () => {
    const file = join(demo, 'wat.wsmrec');
    rmSync(file, { force: true });
    await workbench().runCommand('Wasm Shared Memory: Export recording');
    await workbench().answerFileDialog('Export recording', file);
    await expect.poll(() => existsSync(file), SLOW).toBe(true);
    await workbench().runCommand('Wasm Shared Memory: Open recording');
    await workbench().answerFileDialog('Open recording', `${folder}/`, file);
    const { editorPanel } = workbench();
    await editorPanel.result('356 as expected').waitFor();
    await expectStep(16, editorPanel);
    await editorPanel.call(3).click();
    await expectStep(3, editorPanel);
    await editorPanel.text('written by #1 in add_23+0xb (i32.store) at step 3, call 3, value 57').waitFor();
  });
});

describe('a call of 10 000 stores', () => {
  const store = (step: number) => `i32.store by #0 in alloc_11+0x19 at 0x800, ${step - 2} to ${step - 1}, step ${step}`;

  beforeAll(async () => {
    await workbench().contextMenu(await workbench().explorerFile('demo', 'many-stores.wasm'), 'Run shared-memory demo');
    await panel.title('many-stores.wasm').waitFor();
    await panel.result('356 as expected').waitFor();
    await panel.call(1).click();
    await panel.text('step 10000 / 10015').waitFor();
  });

  it('has all of them below it: at the start, in the middle and at the end', async () => {
    for (const key of ['ArrowRight', 'ArrowRight', 'Home']) await panel.call(1).press(key);
    await panel.access('i32.store by #0 in alloc_11+0x8 at 0x400, 0 to 11, step 1').waitFor();
    await panel.access(store(2)).hover();
    await workbench().page.mouse.wheel(0, 5000 * 20); // a row is 20 pixels high
    await panel.access(store(5001)).waitFor();
    await panel.access(store(5002)).click();
    await panel.text('step 5002 / 10015').waitFor();
    await panel.call(1).press('End');
    await panel.access(store(9999)).waitFor();
    await panel.access(store(10_000)).waitFor();
  });

  it('leaves the keyboard where it was', async () => {
    for (const key of ['ArrowUp', 'ArrowUp', 'Enter']) await panel.call(1).press(key);
    await panel.text('step 9998 / 10015').waitFor();
  });

  it('has them in the list of all writes, too', async () => {
    await panel.goTo('0x800');
    await panel.button('all writes').click();
    // Shown is step 9998: two newer ones, and a hundred from it on, the newest first.
    await panel.writes.nth(101).waitFor();
    await panel.button('older').click();
    await panel.writes.nth(201).waitFor();
    for (const row of [0, 2, 72, 101, 102, 201])
      expect(await panel.writes.nth(row).getAttribute('aria-label')).toBe(`${store(10_000 - row)}, over its own bytes`);
  });
});
