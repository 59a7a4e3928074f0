// The user's names of functions: kept in the workspace's state for each module, and known to all that shows it.
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { FunctionNameStore, nameFunctionsOf } from '../../src/extension/functionNames.ts';
import { MemoryPanel } from '../../src/extension/panel.ts';
import { renameFunction } from '../../src/extension/renameFunction.ts';
import { Runs } from '../../src/extension/runs.ts';
import { EVERY_CALL } from '../../src/protocol/call.ts';
import {
  extension,
  FakeEngine,
  FakeMemento,
  FakeTrust,
  FakeWebview,
  fakeServices,
  noRecordings,
  until,
} from './fakes.ts';
import { activate, guest } from './fixtures.ts';

describe("a user's names of functions", () => {
  const owned: vscode.Disposable[] = [];
  afterEach(() => {
    for (const each of owned.splice(0).reverse()) each.dispose();
  });
  const own = <Owned extends vscode.Disposable>(each: Owned): Owned => {
    owned.push(each);
    return each;
  };

  it('are in all that a run of the module tells, in this window and in the next', async () => {
    const memento = new FakeMemento();
    const names = own(new FunctionNameStore(memento));
    const trust = new FakeTrust(true);
    const runs = own(new Runs(vscode.Uri.joinPath(extension().extensionUri, 'dist').fsPath, trust, noRecordings));
    own(nameFunctionsOf(runs, names));
    const services = { ...fakeServices(new FakeEngine(), trust), runs };
    const panel = own(new MemoryPanel(services));
    const run = async () => {
      await panel.run(services.sources.file(guest('demo/wat.wasm')));
      await until('the end of the run', () => panel.activity !== 'running');
      if (panel.content.kind !== 'run') throw new Error('the panel shows no run');
      return panel.content.shown;
    };
    const shown = await run();
    const state = () => (panel.state.kind === 'run' ? panel.state : null);
    assert.equal(state()?.run.lastCall?.function, 'add_23');
    const [module] = shown.snapshot.modules;
    assert.ok(module);
    const known = await shown.run.recording.ask('functionOf', { of: { kind: 'call', call: 2 } });
    assert.equal(known?.own, 'add_23');

    await names.rename(module.sha256, known.function, 'increment');
    await until('the run is told', () => state()?.renames === 1);
    assert.equal(state()?.run.lastCall?.function, 'increment');
    const filter = { ...EVERY_CALL, search: 'add_23' };
    const { calls } = await shown.run.recording.ask('calls', { from: 0, count: 1, filter });
    assert.equal(calls[0]?.function, 'increment');

    const again = await run();
    assert.notEqual(again, shown);
    await until('the next run is told', () => state()?.run.lastCall?.function === 'increment');
    await names.rename(module.sha256, known.function, '');
    await until('the name of the module is back', () => state()?.run.lastCall?.function === 'add_23');
    assert.equal(memento.get(`functions ${module.sha256}`), undefined); // nothing is left behind
  });

  it('that can be none are refused with a sentence, and what is not understood is nothing', async () => {
    const memento = new FakeMemento();
    const names = own(new FunctionNameStore(memento));
    await assert.rejects(names.rename('aa', 1, 'a\nb'), /one line of text/);
    await assert.rejects(names.rename('aa', 1, 'a'.repeat(201)), /201 characters, and 200 fit/);
    await memento.update('functions aa', [{ function: 1, name: '' }]);
    assert.deepEqual(names.of('aa'), []);
  });

  it('a function of which nothing is known is not renamed', async () => {
    const { content, webview, runId, asked } = await fakePanel();
    if (content.kind !== 'run') throw new Error('the panel shows no run');
    const names = own(new FunctionNameStore(new FakeMemento()));
    await assert.rejects(
      renameFunction(content.shown, { kind: 'call', call: 3 }, names),
      /Call 3 is of no function that a known module has, so there is nothing to rename/,
    );
    const ask = (of: unknown) => webview.requestAnything('renameFunction', { runId, of });
    assert.equal(await ask({ kind: 'call', call: 3 }), null);
    assert.deepEqual(asked, [{ kind: 'call', call: 3 }]);
    await assert.rejects(ask({ kind: 'call', call: 0 }), /renameFunction/);
    await assert.rejects(ask({ kind: 'name', name: '' }), /renameFunction/);
  });

  async function fakePanel() {
    const asked: unknown[] = [];
    const services = {
      ...fakeServices(new FakeEngine(), new FakeTrust(true)),
      renameFunction: async (_shown: unknown, of: unknown) => void asked.push(of),
    };
    const panel = own(new MemoryPanel(services));
    const webview = new FakeWebview();
    panel.attach(webview);
    await panel.run(services.sources.bundled);
    const { state, content } = panel;
    return { content, webview, asked, runId: state.kind === 'run' ? state.runId : 0 };
  }

  it('are in the rows of the editor of the module, where both are found', async () => {
    const { modules, names } = await activate();
    const commands = await vscode.commands.getCommands(true);
    assert.ok(commands.includes('wasmSharedMemory.renameFunction'));
    await vscode.commands.executeCommand('wasmSharedMemory.openModule', guest('demo/wat.wasm'));
    const editor = modules.all.find(({ uri }) => uri.path.endsWith('demo/wat.wasm'));
    assert.ok(editor);
    const rows = async (filter: string) =>
      (await editor.ask('rows', { list: 'functions', filter, from: 0, count: 9 })).rows.map(({ name }) => name);
    assert.deepEqual(await rows('add_23'), ['add_23']);
    const { sha256 } = await editor.ask('overview', {});
    try {
      await names.rename(sha256, 2, 'increment');
      assert.deepEqual(await rows('increment'), ['increment']);
      assert.deepEqual(await rows('add_23'), ['increment']);
    } finally {
      await names.rename(sha256, 2, '');
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    }
  });
});
