// First steps: when the walkthrough opens by itself, which of its steps a run completes, and what the panel's own list of them does.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { MemoryPanel } from '../../src/extension/panel.ts';
import { followRuns, type Installed, OPENED_KEY, openOnce } from '../../src/extension/walkthrough.ts';
import { extension, FakeEngine, FakeTrust, FakeWebview, fakeServices, until } from './fakes.ts';
import { guest } from './fixtures.ts';

/** An extension that was installed, with a state of its own. */
function installed(mode = vscode.ExtensionMode.Production): { readonly context: Installed; readonly opened: string[] } {
  const kept = new Map<string, unknown>();
  const globalState = {
    keys: () => [...kept.keys()],
    get: (key: string) => kept.get(key),
    update: async (key: string, value: unknown) => void kept.set(key, value),
    setKeysForSync: () => {},
  };
  // What is used of the state: get has a second form, with a default.
  const context = { extensionMode: mode, extension: extension(), globalState } as Installed;
  return { context, opened: [] };
}

const start = ({ context, opened }: ReturnType<typeof installed>) =>
  openOnce(context, async extensionId => void opened.push(extensionId));

describe('the walkthrough', () => {
  it('opens by itself at the first start after the installation, and never again', async () => {
    const first = installed();
    await start(first);
    await start(first);
    assert.deepEqual(first.opened, ['wasm-shared-memory.wasm-shared-memory']);
    assert.equal(first.context.globalState.get(OPENED_KEY), true);
  });

  it('does not open by itself where the extension is developed or tested', async () => {
    for (const mode of [vscode.ExtensionMode.Development, vscode.ExtensionMode.Test]) {
      const window = installed(mode);
      await start(window);
      assert.deepEqual(window.opened, []);
    }
    const tabs = vscode.window.tabGroups.all.flatMap(group => group.tabs).map(({ label }) => label);
    assert.deepEqual(
      tabs.filter(label => label.startsWith('Walkthrough')),
      [],
    );
  });

  it('does not open where the user wants no walkthroughs to open, not even later', async () => {
    const setting = vscode.workspace.getConfiguration('workbench.welcomePage.walkthroughs');
    const window = installed();
    await setting.update('openOnInstall', false, vscode.ConfigurationTarget.Global);
    try {
      await start(window);
    } finally {
      await setting.update('openOnInstall', undefined, vscode.ConfigurationTarget.Global);
    }
    await start(window);
    assert.deepEqual(window.opened, []);
  });

  it('has a step that a module of the user completes, and one that a program does', async () => {
    const engine = new FakeEngine();
    const { runs, sources } = fakeServices(engine, new FakeTrust(true));
    const walked: string[] = [];
    const following = followRuns(runs, async step => void walked.push(step));
    await runs.start(sources.bundled, Uint8Array.of());
    assert.deepEqual(walked, []);
    await runs.start(sources.file(guest('demo/c.wasm')), Uint8Array.of());
    assert.deepEqual(walked, ['own']);
    await runs.open(sources.program(vscode.Uri.file('/recordings/1.wsmrec')), Uint8Array.of());
    assert.deepEqual(walked, ['own', 'program']);
    following.dispose();
  });

  it('has no step that a module completes which is not run for want of trust', async () => {
    const { runs, sources } = fakeServices(new FakeEngine(), new FakeTrust(false));
    const walked: string[] = [];
    const following = followRuns(runs, async step => void walked.push(step));
    await runs.start(sources.file(guest('demo/c.wasm')), Uint8Array.of());
    assert.deepEqual(walked, []);
    following.dispose();
  });
});

describe('the first steps that a panel offers', () => {
  function setUp() {
    const engine = new FakeEngine();
    const started: unknown[] = [];
    const plain = fakeServices(engine, new FakeTrust(true));
    const own = plain.sources.file(guest('demo/c.wasm'));
    const services = {
      ...plain,
      choose: async () => own,
      getStarted: async (step?: string) => void started.push(step),
    };
    const panel = new MemoryPanel(services);
    const webview = new FakeWebview();
    panel.attach(webview);
    const take = (step: string) => webview.requestAnything('command', { name: 'tour', step });
    return { engine, started, panel, webview, take };
  }

  it('run the demo, the corruption demo, and a module that the user chooses', async () => {
    const { engine, panel, take } = setUp();
    for (const [index, [step, allocates]] of [
      ['run', 'once'],
      ['corruption', 'each'],
      ['own', 'once'],
    ].entries()) {
      await take(step);
      await until(step, () => engine.requests.length === index + 1);
      assert.equal(engine.requests[index].allocates, allocates);
    }
    assert.deepEqual(
      engine.requests.map(({ files }) => files.map(({ name }) => name)),
      [['Bundled guest'], ['Bundled guest'], ['c.wasm']],
    );
    panel.dispose();
  });

  it('open the walkthrough where there is nothing to show yet, or all of it', async () => {
    const { started, panel, webview, take } = setUp();
    await take('store');
    await webview.requestAnything('command', { name: 'getStarted' });
    await until('both', () => started.length === 2);
    assert.deepEqual(started, ['store', undefined]);
    panel.dispose();
  });

  it('are those that there are', async () => {
    const { panel, take } = setUp();
    await assert.rejects(take('cure'), /command: params\.step is not one of run, store, corruption, program, own/);
    panel.dispose();
  });
});
