// The ways into the demo, and what the panel shows of it. All in one window, as a user would go on.
import { describe, expect, it } from 'vitest';
import { makeSampleWorkspace } from '../../scripts/lib/sampleWorkspace.ts';
import { useWorkbench } from './pages/workbench.ts';

const RUN = 'Run shared-memory demo';
const workbench = useWorkbench(() => ({ folder: makeSampleWorkspace('demo') }));

describe('the command palette', () => {
  it('offers the bundled guest first, Browse… last, and files with folder, size and kind of memory', async () => {
    const { activeQuickPickRow, page } = workbench();
    await workbench().runCommand(RUN);
    await workbench().quickPickField('Choose the module that all instances run').waitFor();
    expect(
      await workbench()
        .quickPickRow(/^c\.wasm, demo, \d+ B · imports its memory/)
        .count(),
    ).toBe(1);
    expect(await activeQuickPickRow.getAttribute('aria-label')).toMatch(/^Bundled guest/);
    await page.keyboard.press('ArrowUp'); // from the first row to the last
    expect(await activeQuickPickRow.getAttribute('aria-label')).toMatch(/^Browse…/);
    await page.keyboard.press('Escape');
  });

  it('runs the bundled guest to 356 and lists its 16 calls', async () => {
    await workbench().runAndChoose(RUN, 'Bundled guest');
    const { sidePanel } = workbench();
    await sidePanel.result('356 as expected').waitFor();
    await sidePanel.calls.nth(15).waitFor();
    await expect.poll(() => sidePanel.calls.count()).toBe(16);
  });
});

describe('the context menu', () => {
  it('runs a file of the Explorer', async () => {
    await workbench().contextMenu(await workbench().explorerFile('demo', 'c.wasm'), RUN);
    const { sidePanel } = workbench();
    await sidePanel.title('c.wasm').waitFor();
    await sidePanel.result('356 as expected').waitFor();
  });

  it('runs the file of an editor tab', async () => {
    await (await workbench().explorerFile('demo', 'wat.wasm')).dblclick();
    await workbench().contextMenu(workbench().editorTab(/wat\.wasm/), RUN);
    const { sidePanel } = workbench();
    await sidePanel.title('wat.wasm').waitFor();
    await sidePanel.result('356 as expected').waitFor();
  });
});

describe('the panel', () => {
  it('shows memory after the call that is selected', async () => {
    const { sidePanel } = workbench();
    await sidePanel.calls.nth(6).click();
    await sidePanel.text('step 7 / 16').waitFor();
    // Call 7 is add_23 for the sixth time: 11 + 6 × 23 = 149.
    await sidePanel.value('i32', '149').waitFor();
    await sidePanel.button('Previous step').click();
    await sidePanel.value('i32', '126').waitFor();
  });

  it('comes back with "Inspect linear memory", as it was', async () => {
    const { sidePanel } = workbench();
    await workbench().runCommand('View: Toggle Secondary Side Bar Visibility');
    await sidePanel.frame.waitFor({ state: 'detached' });
    await workbench().runCommand('Inspect linear memory');
    await sidePanel.title('wat.wasm').waitFor();
    await sidePanel.text('step 6 / 16').waitFor();
  });

  it('opens in an editor, too', async () => {
    await workbench().runCommand('Wasm Shared Memory: Open in Editor');
    const { editorPanel } = workbench();
    await editorPanel.title('wat.wasm').waitFor();
    await editorPanel.result('356 as expected').waitFor();
  });

  it('comes back after the window was reloaded, in the side bar and in the editor', async () => {
    await workbench().editorPanel.calls.nth(2).click();
    await workbench().editorPanel.text('step 3 / 16').waitFor();
    await workbench().reload();
    for (const panel of [workbench().sidePanel, workbench().editorPanel]) {
      await panel.title('wat.wasm').waitFor();
      await panel.result('356 as expected').waitFor();
    }
    await workbench().editorPanel.text('step 3 / 16').waitFor();
  });
});

describe('the corruption demo', () => {
  it('shows what went wrong and where, and the run that is clean', async () => {
    await workbench().runCommand('Run shared-memory corruption demo');
    const { sidePanel } = workbench();
    // Each of three instances gets the one address: 11 + 15 × 23, where one that is alone with it would add 5 times.
    await sidePanel.result('356').waitFor();
    const finding = sidePanel.finding('An allocator handed out a block twice');
    await finding.click();
    await sidePanel.text('Each instance has an allocator of its own over the same memory.').last().waitFor();
    await sidePanel.button('Run again with shared state').click();
    await sidePanel.result('126 as expected').waitFor();
    await sidePanel.text('no findings').waitFor();
    expect(await finding.count()).toBe(0);
    // Both runs side by side: call 2 is alloc_11 of #1, which gets a block of its own now.
    await sidePanel.text('Before and after').waitFor();
    await sidePanel.button(/^call 2: alloc_11\(\) → 0x/).click();
    await sidePanel.text('call 2').first().waitFor();
  });

  it('shows what the module claims, and whose the selected byte is', async () => {
    const { sidePanel } = workbench();
    await sidePanel.button(/^Heap: 0x48c to the end of memory/).click();
    await sidePanel.text('heap of #0–#2 (a guess)').waitFor();
  });
});

describe('the demo that is right by luck', () => {
  it('ends at 356, and says why that is wrong', async () => {
    await workbench().runCommand('Run shared-memory demo that is right by luck');
    const { sidePanel } = workbench();
    await sidePanel.result('356 as expected').waitFor();
    await sidePanel.finding('An address in a dead stack frame is in use').waitFor();
  });
});

describe('the walkthrough', () => {
  it('leads from the demo to the cure, checks off what was done, and goes on with a module of one’s own', async () => {
    const { page, sidePanel } = workbench();
    await workbench().runAndChoose('Welcome: Open Walkthrough...', 'See what instances do to one memory');
    const step = (title: string) => page.locator('.getting-started-step').filter({ hasText: title });
    const done = (title: string) => step(title).locator('[role=checkbox][aria-checked=true]').waitFor();
    const follow = async (title: string, link: string) => {
      const button = step(title).getByRole('button', { name: link });
      if (!(await button.isVisible())) await step(title).click();
      await button.click();
    };
    await follow('Run the demo', 'Run the demo');
    await sidePanel.title('Bundled guest').waitFor();
    await sidePanel.result('356 as expected').waitFor();
    await done('Run the demo');
    await sidePanel.calls.nth(3).click();
    await done('Follow a byte');
    await follow('See a corruption, and cure it', 'Run the corruption demo');
    await sidePanel.result('356, expected 126').waitFor();
    await follow('See a corruption, and cure it', 'Run again with shared state');
    await sidePanel.result('126 as expected').waitFor();
    await done('See a corruption, and cure it');
    // The walkthrough may take the focus once more, and so close the list.
    await workbench().chooseIn(workbench().quickPickRow(/^assemblyscript-minimal\.wasm/), () =>
      follow('Run a module of your own', 'Choose a .wasm file…'),
    );
    await sidePanel.title('assemblyscript-minimal.wasm').waitFor();
  });
});

describe('a guest that loops for ever', () => {
  it('is cancelled from the panel; what was recorded until then stays', async () => {
    await workbench().contextMenu(await workbench().explorerFile('misbehaving', 'loop-in-call.wasm'), RUN);
    const { sidePanel } = workbench();
    await sidePanel.result('running').waitFor();
    await sidePanel.button('Cancel').click();
    await sidePanel.result('cancelled').waitFor();
    expect(await sidePanel.calls.first().textContent()).toContain('alloc_11');
  });
});
