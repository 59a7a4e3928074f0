// Commands act on the panel that had the focus last, in the real workbench with real webviews: the view's, and that of a recording's file.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { MemoryPanel } from '../../src/extension/panel.ts';
import { until } from './fakes.ts';
import { activate, assertSame, runToEnd, shownRun } from './fixtures.ts';

const run = (name: string, ...args: unknown[]) => vscode.commands.executeCommand(`wasmSharedMemory.${name}`, ...args);

describe('the panel that commands act on', () => {
  let file = vscode.Uri.file('/');
  before(async () => {
    const { view, sources } = await activate();
    await runToEnd(view.panel, sources.bundled);
    const { content } = view.panel;
    assert.ok(content.kind === 'run');
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    assert.ok(folder, 'the tests run in a workspace');
    file = vscode.Uri.joinPath(folder, 'focus.wsmrec');
    await vscode.workspace.fs.writeFile(file, await content.shown.run.recording.exportFile(() => {}));
  });
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });
  after(() => vscode.workspace.fs.delete(file));

  const stepOf = (panel: MemoryPanel) => panel.place?.step;

  /** The recording in an editor of its own, once its webview tells where it is. */
  async function openRecording(): Promise<MemoryPanel> {
    const { editors } = await activate();
    await run('openRecording', file);
    await until('the recording', () => editors.all[0]?.activity === 'opened');
    const [editor] = editors.all;
    assert.ok(editor);
    await until('its place', () => editor.place !== null);
    return editor;
  }

  it('is that of a recording whose editor is the active one, not the side bar’s', async () => {
    const { view, focused, placeStatus } = await activate();
    await view.reveal();
    await until('the place in the view', () => view.panel.place !== null);
    assertSame(focused.current, view.panel);
    const last = shownRun(view.panel).lastStep;
    assert.ok(last > 4);
    await run('lastStep');
    await until('the last step', () => stepOf(view.panel) === last);

    const editor = await openRecording();
    assertSame(focused.current, editor);
    await run('goToStep', { step: 3 });
    await until('step 3', () => stepOf(editor) === 3);
    await run('nextStep');
    await until('step 4', () => stepOf(editor) === 4);
    assert.equal(stepOf(view.panel), last, 'the view stays where it was');
    await run('goToAddress', { address: 0x554 });
    await until('the address', () => editor.place?.address === 0x554);
    await until('the status bar', () => placeStatus.texts.join() === 'step 4,0x554');

    // A title bar's own command acts on its own panel.
    const before = view.panel.content;
    await run('runAgainInView');
    await until('another run', () => view.panel.content !== before && view.panel.activity === 'ended');
    assertSame(focused.current, editor);
    await until('its place', () => view.panel.place !== null); // the webview shows it, too

    await run('inspectMemory');
    assertSame(focused.current, view.panel);
    await run('firstStep');
    await until('the first step', () => stepOf(view.panel) === 0);
    assert.equal(stepOf(editor), 4);
    await until('the status bar', () => placeStatus.texts[0] === 'step 0');
  });

  it('is another one once it is closed, and the status bar shows nothing without one', async () => {
    const { view, editors, focused, placeStatus } = await activate();
    const editor = await openRecording();
    await until('the status bar', () => placeStatus.texts.length === 2);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await until('no editor', () => editors.all.length === 0);
    assert.notEqual(focused.current, editor);
    await vscode.commands.executeCommand('workbench.action.closeAuxiliaryBar');
    await until('nothing to tell', () => view.panel.place === null);
    assert.deepEqual(placeStatus.texts, []);
  });

  it('runs again in the editor that is the active one', async () => {
    const { view, editors } = await activate();
    await run('openViewInEditor');
    const [editor] = editors.all;
    assert.ok(editor);
    await until('its webview', () => editor.place !== null);
    const [before, inView] = [editor.content, view.panel.content];
    await run('runAgain');
    await until('another run', () => editor.content !== before && editor.activity === 'ended');
    assertSame(view.panel.content, inView);
  });

  it('has nothing to go to where it shows no memory, and says so', async () => {
    const { editors, focused } = await activate();
    const editor = editors.open({ kind: 'empty' });
    assertSame(focused.current, editor);
    assert.throws(() => editor.act({ action: 'nextStep', at: {} }), /no memory to look at yet/);
  });
});
