// A recording leaves the extension as a file and comes back: through the commands, and through opening the file.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { OpeningCancelled, type Run } from '../../src/engine/client.ts';
import { MemoryPanel } from '../../src/extension/panel.ts';
import type { MemoryEditors } from '../../src/extension/panelEditor.ts';
import { OWNER_CODE } from '../../src/protocol/owner.ts';
import type { PanelState } from '../../src/protocol/panel.ts';
import { address as asAddress, pageIndex, type Step, step } from '../../src/protocol/units.ts';
import { FakeEngine, FakeRun, FakeTrust, FakeWebview, fakeServices, until } from './fakes.ts';
import { activate, guest, runToEnd } from './fixtures.ts';

const run = (name: string, ...args: unknown[]) => vscode.commands.executeCommand(`wasmSharedMemory.${name}`, ...args);
const { fs } = vscode.workspace;

function recordingTabs(): vscode.Tab[] {
  return vscode.window.tabGroups.all
    .flatMap(group => group.tabs)
    .filter(({ input }) => input instanceof vscode.TabInputCustom && input.viewType === 'wasmSharedMemory.recording');
}

/** Opens a file as a click in the Explorer does, and waits for the panel that shows it. */
async function openFile(editors: MemoryEditors, uri: vscode.Uri): Promise<MemoryPanel> {
  await vscode.commands.executeCommand('vscode.open', uri);
  await until('a panel', () => editors.all.length === 1);
  const [panel] = editors.all;
  assert.ok(panel);
  await until('its content', () => panel.activity !== 'empty' && panel.activity !== 'running');
  return panel;
}

function opened(state: PanelState): Extract<PanelState, { kind: 'run' }> {
  assert.ok(state.kind === 'run' && state.opened, JSON.stringify(state).slice(0, 300));
  return state;
}

describe('recordings', () => {
  let folder = vscode.Uri.file('/');
  let exported = vscode.Uri.file('/');
  before(async () => {
    const root = vscode.workspace.workspaceFolders?.[0]?.uri;
    assert.ok(root, 'the tests run in a workspace');
    folder = root;
    exported = vscode.Uri.joinPath(root, 'wat.wsmrec');
    await fs.copy(guest('demo/wat.wasm'), vscode.Uri.joinPath(root, 'wat.wasm'), { overwrite: true });
  });
  afterEach(async () => {
    const { editors } = await activate();
    await until('tabs of all editors', () => recordingTabs().length === editors.all.length);
    await vscode.window.tabGroups.close(recordingTabs());
    await until('all editors closed', () => editors.all.length === 0);
  });
  after(async () => {
    for (const name of ['wat.wasm', 'wat.wsmrec', 'bad.wsmrec', 'guest.wsmrec']) {
      await Promise.resolve(fs.delete(vscode.Uri.joinPath(folder, name))).catch(() => {});
    }
  });

  /** Runs wat.wasm and exports its recording by the command, with what the dialog suggests. */
  async function exportRun(): Promise<void> {
    const { view, sources } = await activate();
    await runToEnd(view.panel, sources.file(vscode.Uri.joinPath(folder, 'wat.wasm')));
    const exporting = run('exportRecording');
    let done = false;
    void exporting.then(() => {
      done = true;
    });
    await until('the end of the command', () => {
      void vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      return done;
    });
  }

  it('are exported beside the module and opened again: the same run, the same memory, the same writers', async () => {
    const { view, editors } = await activate();
    await exportRun();
    const original = view.panel.content;
    const copy = await openFile(editors, exported);
    assert.ok(original.kind === 'run' && copy.content.kind === 'run');
    const [ours, theirs] = [original.shown.run, copy.content.shown.run];

    const state = opened(copy.state);
    assert.equal(state.source.label, 'wat.wsmrec');
    assert.equal(copy.activity, 'opened');
    // Of a file it is not counted what happened beside the calls, before somebody asks.
    assert.deepEqual(state.run, { ...JSON.parse(JSON.stringify(ours.snapshot)), stepsBeside: null });
    // 1 alloc_11 and 5 rounds of 3 add_23, each of which stores once.
    assert.deepEqual([state.run.callCount, state.run.lastStep, state.run.verdict?.actual], [16, 16, 356]);
    const address = state.run.watch?.address;
    assert.ok(address !== undefined);
    const page = pageIndex(Math.floor(address / 4096));
    const asked = (each: Run, at: Step) =>
      Promise.all([
        each.recording.ask('readPages', { step: at, pages: [page] }),
        each.recording.ask('lastChange', { step: at, address }),
        each.recording.ask('callOfStep', { step: at }),
      ]);
    for (let at = 0; at <= 16; at++) {
      assert.deepEqual(await asked(theirs, step(at)), await asked(ours, step(at)), `step ${at}`);
    }
    const last = await theirs.recording.ask('lastChange', { step: step(16), address });
    assert.ok(last.kind === 'write');
    assert.deepEqual([...last.write.after], [356 & 0xff, 356 >> 8, 0, 0]);
    assert.deepEqual(last.write.owner, { kind: 'instance', instance: 2 }); // the last of the three in the last round
    assert.equal(last.write.site?.function, 'add_23');
  });

  it('answer what the panel asks, through both protocols', async () => {
    const { runs, sources } = await activate();
    const panel = new MemoryPanel({ ...fakeServices(new FakeEngine(), new FakeTrust(true)), runs });
    const webview = new FakeWebview();
    panel.attach(webview);
    const { watch } = await runToEnd(panel, sources.file(guest('demo/wat.wasm')), 3);
    assert.ok(watch && panel.state.kind === 'run');
    const { address } = watch;
    const at = { runId: panel.state.runId, step: step(16) };
    const { script } = webview;

    // The second call is the first add_23, by #0: 11 becomes 34.
    const [write, ...others] = await script.request('accesses', { runId: at.runId, call: 2, from: 0, count: 10 });
    assert.ok(write?.kind === 'write' && others.length === 0);
    assert.deepEqual([write.step, write.address, write.length, write.site?.instruction], [2, address, 4, 'i32.store']);
    assert.deepEqual([...write.before, ...write.after], [11, 0, 0, 0, 34, 0, 0, 0]);

    const writes = await script.request('writesTo', { ...at, address, length: 4, count: 3 });
    const values = writes.map(({ after }) => after[0] + 256 * after[1]);
    assert.deepEqual(values, [356, 333, 310], 'the newest first');
    const next = await script.request('neighbourWrite', { ...at, step: step(4), address, direction: 'next' });
    assert.equal(next?.step, 5);
    const described = await script.request('describeStep', { ...at, step: step(0) });
    assert.deepEqual(described, { step: 0, memoryBytes: 65_536, access: null });
    const [summary] = await script.request('overview', { ...at, first: pageIndex(address >> 12), count: 1 });
    assert.deepEqual([summary?.owner, summary?.writes], [OWNER_CODE.firstInstance + 2, 16]);
    const query = { kind: 'number', type: 'i32', value: '356', littleEndian: true } as const;
    const search = { ...at, query, from: asAddress(0), direction: 'next' } as const;
    assert.deepEqual(await script.request('search', search), { address, length: 4 });
    assert.equal(await script.request('search', { ...search, step: step(15) }), null, 'it is 333 there');
    await assert.rejects(script.request('describeStep', { ...at, step: step(17) }));
    panel.dispose();
  });

  it('are opened by the command, and nothing runs', async () => {
    const { editors, runs } = await activate();
    await exportRun();
    const before = runs.size;
    await run('openRecording', exported);
    await until('the panel', () => editors.all[0]?.activity === 'opened');
    assert.equal(recordingTabs()[0]?.label, 'wat.wsmrec', "the file's own name");
    assert.equal(runs.size, before + 1);
    await vscode.window.tabGroups.close(recordingTabs());
    await until('the recording let go of', () => runs.size === before);
  });

  it('can be looked at in two editors at a time', async () => {
    const { editors } = await activate();
    await exportRun();
    await openFile(editors, exported);
    await vscode.commands.executeCommand('workbench.action.splitEditorRight');
    await until('both', () => editors.all.length === 2 && editors.all.every(({ activity }) => activity === 'opened'));
    const [one, other] = editors.all.map(({ state }) => opened(state).run);
    assert.deepEqual(one, other);
  });

  it('exported again are the same file', async () => {
    const { editors } = await activate();
    await exportRun();
    const { content } = await openFile(editors, exported);
    assert.ok(content.kind === 'run');
    const again = await content.shown.run.recording.exportFile();
    assert.ok(Buffer.from(again).equals(await fs.readFile(exported)));
  });

  const broken: readonly [string, (file: Uint8Array) => Uint8Array, RegExp][] = [
    ['is cut off', file => file.subarray(0, file.length - 9), /^bad\.wsmrec: .*\.$/],
    [
      'has a flipped bit',
      file => file.map((byte, at) => (at === file.length >> 1 ? byte ^ 4 : byte)),
      /^bad\.wsmrec: /,
    ],
    ['is of a later version', file => file.map((byte, at) => (at === 8 ? byte + 1 : byte)), /version/],
    ['is something else', () => new TextEncoder().encode('just a note'), /^bad\.wsmrec: /],
    ['is empty', () => new Uint8Array(0), /^bad\.wsmrec: /],
  ];
  for (const [what, damage, message] of broken) {
    it(`a file that ${what} is told in the panel, and opened once it is whole`, async () => {
      const { editors } = await activate();
      await exportRun();
      const bad = vscode.Uri.joinPath(folder, 'bad.wsmrec');
      await fs.writeFile(bad, damage(await fs.readFile(exported)));
      const panel = await openFile(editors, bad);
      const { state } = panel;
      assert.ok(state.kind === 'failed');
      assert.equal(state.problem.kind, 'bad-recording');
      assert.match(state.problem.message, message);
      assert.match(state.problem.remedy, /^[A-Z].*\.$/);
      assert.doesNotMatch(state.problem.message, /\n|\bat \S+ \(|undefined/);
      await fs.writeFile(bad, await fs.readFile(exported));
      await panel.runAgain();
      assert.equal(opened(panel.state).run.verdict?.actual, 356);
    });
  }

  it('that are gone are told in the panel', async () => {
    const { editors } = await activate();
    const panel = new MemoryPanel(fakeServices(new FakeEngine(), new FakeTrust(true)));
    await panel.run((await activate()).sources.recording(vscode.Uri.joinPath(folder, 'gone.wsmrec')));
    assert.ok(panel.state.kind === 'failed');
    assert.match(panel.state.problem.message, /gone\.wsmrec does not exist/);
    assert.equal(editors.all.length, 0);
    panel.dispose();
  });

  describe('without a real engine', () => {
    async function setUp(trusted: boolean) {
      const engine = new FakeEngine();
      const trust = new FakeTrust(trusted);
      const services = fakeServices(engine, trust);
      const panel = new MemoryPanel(services);
      const uri = vscode.Uri.joinPath(folder, 'guest.wsmrec');
      await fs.writeFile(uri, Uint8Array.of(1, 2, 3));
      return { engine, trust, services, panel, source: services.sources.recording(uri) };
    }

    it('are opened in a workspace that is not trusted, and left alone once it is', async () => {
      const { engine, trust, services, panel, source } = await setUp(false);
      const other = new MemoryPanel(services);
      await other.run(services.sources.file(guest('demo/wat.wasm')));
      await panel.run(source, { instances: 9 });
      const opening = engine.last;
      const state = opened(panel.state);
      assert.equal(state.run.instances.length, 4, 'as recorded, whatever is asked for');
      assert.equal(state.run.problem, null);
      assert.deepEqual([...(engine.files[0] ?? [])], [1, 2, 3]);
      trust.grant();
      await until('the other panel, which ran what it had only looked at', () => engine.requests.length === 1);
      assert.deepEqual([engine.files.length, engine.lookedAt], [1, 1]);
      assert.equal(opened(panel.state).run.instances.length, 4);
      panel.dispose();
      assert.equal(opening.disposed, true);
      other.dispose();
    });

    it('that open too late are let go of', async () => {
      const { engine, panel, services, source } = await setUp(true);
      const opening = Promise.withResolvers<FakeRun>();
      engine.opening = () => opening.promise;
      const late = panel.run(source);
      await until('the file read', () => engine.files.length === 1);
      await panel.run(services.sources.bundled);
      const run = new FakeRun('completed', 2);
      opening.resolve(run);
      await late;
      assert.equal(run.disposed, true);
      assert.ok(panel.state.kind === 'run' && !panel.state.opened);
      panel.dispose();
    });

    it('that are not wanted any more are not opened', async () => {
      const engine = new FakeEngine();
      const services = fakeServices(engine, new FakeTrust(true));
      const panel = new MemoryPanel(services);
      const source = services.sources.recording(exported);
      // As the engine does it.
      engine.opening = () =>
        new Promise((_, reject) => {
          engine.lastOpening?.signal?.addEventListener('abort', () =>
            reject(new OpeningCancelled('It was cancelled.')),
          );
        });
      const first = panel.run(source);
      await until('the opening', () => engine.files.length === 1);
      engine.lastOpening?.tell?.({ kind: 'opening', done: 0.25 }); // shows a notification
      engine.lastOpening?.tell?.({ kind: 'opening', done: 0.5 });
      const ended = engine.lastOpening?.signal;
      const second = panel.run(source);
      await first;
      assert.equal(ended?.aborted, true);
      assert.equal(panel.activity, 'running', 'the second one');
      await until('the second opening', () => engine.files.length === 2);
      panel.cancel();
      await second;
      const before = panel.content;
      assert.equal(before.kind, 'empty');
      // As the notification's Cancel does.
      engine.opening = async () => {
        throw new OpeningCancelled('It was cancelled.');
      };
      await panel.run(source);
      const { content } = panel;
      assert.ok(content.kind === 'failed');
      assert.equal(content.problem.message, 'wat.wsmrec was not opened: that was cancelled.');
      panel.dispose();
    });

    it('that the engine itself fails to open are told in the panel', async () => {
      const { engine, panel, source } = await setUp(true);
      engine.opening = () => Promise.reject(new Error('out of memory'));
      await panel.run(source);
      assert.ok(panel.state.kind === 'failed');
      assert.equal(panel.state.problem.kind, 'engine-failure');
      assert.equal(panel.state.problem.message, "guest.wsmrec can't be opened: out of memory.");
      panel.dispose();
    });

    it('that can’t be opened let the user choose another one', async () => {
      const { engine, services, source } = await setUp(true);
      let asked = 0;
      const openRecording = async () => {
        asked++;
      };
      const panel = new MemoryPanel({ ...services, openRecording, choose: async () => services.sources.bundled });
      const webview = new FakeWebview();
      panel.attach(webview);
      engine.opening = () => Promise.reject(new Error('out of memory'));
      await panel.run(source);
      await webview.script.request('command', { name: 'runDemo' });
      await until('the question', () => asked === 1);
      assert.equal(engine.requests.length, 0, 'this panel shows no module instead');
      panel.dispose();
    });

    it('come back when the webview kept one', async () => {
      const { engine, panel, source } = await setUp(true);
      const webview = new FakeWebview();
      panel.attach(webview);
      const persisted = { version: 1, run: { uri: source.view.uri, instances: 4 }, step: 3, address: 9 };
      opened(await webview.script.request('ready', { persisted }));
      assert.deepEqual([engine.files.length, engine.requests.length], [1, 0]);
      panel.dispose();
    });
  });
});
