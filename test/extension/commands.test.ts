// The commands as a user starts them: from the palette, from menus, in the view and in editors.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { MemoryPanel } from '../../src/extension/panel.ts';
import type { MemoryEditors } from '../../src/extension/panelEditor.ts';
import { until } from './fakes.ts';
import { activate, guest, runToEnd, shownRun } from './fixtures.ts';

const run = (name: string, ...args: unknown[]) => vscode.commands.executeCommand(`wasmSharedMemory.${name}`, ...args);

/** Editors of the panel that are open. */
function editorTabs(): vscode.Tab[] {
  return vscode.window.tabGroups.all
    .flatMap(group => group.tabs)
    .filter(
      tab => tab.input instanceof vscode.TabInputWebview && tab.input.viewType.includes('wasmSharedMemory.editor'),
    );
}

async function closeEditors(editors: MemoryEditors): Promise<void> {
  // A tab is known a moment after its panel.
  await until('tabs of all editors', () => editorTabs().length === editors.all.length);
  await vscode.window.tabGroups.close(editorTabs());
  await until('all editors closed', () => editors.all.length === 0);
}

/** Runs `Open in Editor` and waits until the new editor is the active one. */
async function openInEditor(editors: MemoryEditors): Promise<MemoryPanel> {
  await run('openInEditor');
  const editor = editors.all.at(-1);
  assert.ok(editor);
  await until('an active editor', () => editors.active === editor);
  return editor;
}

describe('commands', () => {
  afterEach(async () => {
    const { editors } = await activate();
    await closeEditors(editors);
  });

  it('Run shared-memory demo offers the bundled guest first, and shows its run', async () => {
    const { view } = await activate();
    const before = view.panel.content;
    const running = run('runDemo');
    // Accepting does nothing before the list is there.
    await until('a new run', () => {
      void vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      return view.panel.content !== before;
    });
    await running;
    await until('the end', () => view.panel.activity === 'ended');
    const { state } = view.panel;
    assert.ok(state.kind === 'run' && state.source.uri === 'wasm-shared-memory:bundled');
    assert.equal(state.run.verdict?.actual, 356);
  });

  it('runs nothing when the choice is left', async () => {
    const { view } = await activate();
    const before = view.panel.content;
    let ended = false;
    const running = run('runDemo').then(() => {
      ended = true;
    });
    await until('the end of the command', () => {
      void vscode.commands.executeCommand('workbench.action.closeQuickOpen');
      return ended;
    });
    await running;
    assert.equal(view.panel.content, before);
  });

  it('two selected modules run over one memory', async () => {
    const { view } = await activate();
    const before = view.panel.content;
    const files = [guest('demo/c.wasm'), guest('demo/wat.wasm')];
    const running = run('runTogether', files[0], files);
    await until('a new run', () => {
      // It asks when they are made. Accepting does nothing before the list is there.
      void vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      return view.panel.content !== before;
    });
    await running;
    await until('the end', () => view.panel.activity === 'ended');
    const { state } = view.panel;
    assert.ok(state.kind === 'run' && state.source.label === 'c.wasm + wat.wasm');
    assert.deepEqual(
      state.run.modules.map(({ name }) => name),
      ['c.wasm', 'wat.wasm'],
    );
    assert.deepEqual(state.run.verdict, { expected: 57, actual: 57 });
  });

  it('the menus run the file that they were opened on', async () => {
    const { view } = await activate();
    await run('runDemoOnFile', guest('demo/c.wasm'));
    await until('the end', () => view.panel.activity === 'ended');
    const { state } = view.panel;
    assert.ok(state.kind === 'run' && state.source.label === 'c.wasm');
    assert.equal(state.run.verdict?.actual, 356);
  });

  it('a file that is gone is told in the panel', async () => {
    const { view } = await activate();
    await run('runDemoOnFile', guest('demo/no-such-file.wasm'));
    const { state } = view.panel;
    assert.ok(state.kind === 'failed');
    assert.match(state.problem.message, /no-such-file\.wasm does not exist/);
  });

  it('Open in Editor shows the same run, and running again there leaves the view alone', async () => {
    const { view, editors, runs, sources } = await activate();
    await runToEnd(view.panel, sources.bundled);
    const editor = await openInEditor(editors);
    assert.equal(editor.content, view.panel.content);
    assert.equal(runs.size, 1, 'one run, two panels');
    await until('its title', () => editorTabs()[0]?.label === 'Linear memory: Bundled guest');

    await run('runAgainInEditor');
    await until('the end', () => editor.activity === 'ended');
    assert.notEqual(editor.content, view.panel.content);
    assert.equal(shownRun(editor).verdict?.actual, 356);
    assert.equal(runs.size, 2, 'two runs');

    await closeEditors(editors);
    assert.equal(runs.size, 1, "the editor's run is gone with it");
  });

  it('a run that only an editor shows is cancelled there', async () => {
    const { view, editors, sources } = await activate();
    const editor = await openInEditor(editors);
    await editor.run(sources.file(guest('misbehaving/loop-in-call.wasm')));
    await until('calls', () => shownRun(editor).callCount > 0);
    await run('cancelInEditor');
    await until('the end', () => editor.activity === 'ended');
    assert.equal(shownRun(editor).status, 'cancelled');
    assert.notEqual(view.panel.content, editor.content);
  });

  it('an editor that VS Code brings back takes over the run that its webview kept', async () => {
    const { editors } = await activate();
    const webviewPanel = vscode.window.createWebviewPanel('wasmSharedMemory.editor', '', vscode.ViewColumn.Active, {});
    await editors.deserializeWebviewPanel(webviewPanel);
    assert.equal(editors.all.length, 1);
    assert.equal(editors.all[0]?.state.kind, 'empty');
    assert.match(webviewPanel.webview.html, /dist\/webview\.js/);
    assert.deepEqual(
      webviewPanel.webview.options.localResourceRoots?.map(({ path }) => path.split('/').at(-1)),
      ['dist'],
    );
  });
});
