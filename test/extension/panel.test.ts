// The controller of a panel, with a webview and an engine that the tests drive.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { MemoryPanel } from '../../src/extension/panel.ts';
import type { Source } from '../../src/extension/sources.ts';
import { FakeEngine, FakeTemplates, FakeTrust, FakeWebview, fakeServices, until } from './fakes.ts';

const MODULE_HEADER = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

describe('panel', () => {
  let folder = '';
  let path = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'panel-'));
    path = join(folder, 'a.wasm');
    await writeFile(path, MODULE_HEADER);
  });
  after(() => rm(folder, { recursive: true }));

  function setUp({ trusted = true, chosen }: { trusted?: boolean; chosen?: Source } = {}) {
    const engine = new FakeEngine();
    const trust = new FakeTrust(trusted);
    const services = fakeServices(engine, trust, chosen);
    const panel = new MemoryPanel(services);
    const webview = new FakeWebview();
    panel.attach(webview);
    const file = services.sources.file(vscode.Uri.file(path));
    return { engine, trust, services, panel, webview, file };
  }
  const ready = (webview: FakeWebview, persisted: unknown = undefined) =>
    webview.script.request('ready', { persisted });

  /** Resolves once a panel with a document was told twice of a run: another panel of it would have been told, too. */
  async function toldElsewhere({ engine, services, panel }: ReturnType<typeof setUp>): Promise<void> {
    const other = new MemoryPanel(services);
    const webview = new FakeWebview();
    other.attach(webview);
    other.show(panel.content);
    await ready(webview);
    for (const states of [1, 2]) {
      engine.last.become('running');
      await until('a state', () => webview.states.length === states);
    }
    other.dispose();
  }

  it('tells what the file of templates says, and opens it', async () => {
    const templates = new FakeTemplates();
    const panel = new MemoryPanel(fakeServices(new FakeEngine(), new FakeTrust(true), undefined, undefined, templates));
    const webview = new FakeWebview();
    panel.attach(webview);
    await ready(webview);
    assert.deepEqual(await webview.script.request('templates', null), { name: 'templates.txt', text: null });
    templates.save('struct A { u8 a; }');
    await until('the text', () => webview.templates.length === 1);
    assert.equal(webview.templates[0]?.text, 'struct A { u8 a; }');
    await webview.script.request('openTemplates', { line: 3, column: 5 });
    assert.deepEqual(templates.opened, [[3, 5]]);
    await assert.rejects(webview.script.request('openTemplates', { line: 0, column: 5 }), /openTemplates: params.line/);
    panel.dispose();
  });

  it('opens the file of the module that an instruction is of, and of a recording none', async () => {
    const opened: unknown[] = [];
    const services = {
      ...fakeServices(new FakeEngine(), new FakeTrust(true)),
      openCode: async (uri: vscode.Uri, offset: number) => void opened.push([uri.path.split('/').at(-1), offset]),
    };
    const panel = new MemoryPanel(services);
    const webview = new FakeWebview();
    panel.attach(webview);
    await ready(webview);
    const other = join(folder, 'b.wasm');
    await writeFile(other, MODULE_HEADER);
    const { sources } = services;
    const [first, second] = [path, other].map(each => sources.file(vscode.Uri.file(each)));
    assert.ok(first && second);
    await panel.run(sources.together([first, second], false));
    await webview.script.request('command', { name: 'openCode', module: 1, offset: 0x2a });
    await webview.script.request('command', { name: 'openCode', module: 0, offset: 7 });
    await until('both', () => opened.length === 2);
    assert.deepEqual(opened, [
      ['b.wasm', 0x2a],
      ['a.wasm', 7],
    ]);
    await panel.run(sources.recording(vscode.Uri.file(path)));
    await webview.script.request('command', { name: 'openCode', module: 0, offset: 7 });
    assert.equal(opened.length, 2);
    await assert.rejects(
      webview.script.request('command', { name: 'openCode', module: -1, offset: 7 }),
      /command: params.module is not a whole number/,
    );
    panel.dispose();
  });

  it('answers an empty state before anything was run', async () => {
    const { webview } = setUp();
    assert.deepEqual(await ready(webview), { kind: 'empty', trusted: true });
  });

  it('runs the bytes of the file and shows the run', async () => {
    const { engine, panel, webview, file } = setUp();
    await panel.run(file, { instances: 5 });
    assert.deepEqual([...(engine.requests[0]?.files[0].bytes ?? [])], [...MODULE_HEADER]);
    assert.equal(engine.requests[0]?.instances, 5);
    const state = await ready(webview);
    assert.ok(state.kind === 'run');
    assert.equal(state.source.label, 'a.wasm');
    assert.equal(state.source.uri, file.uri.toString());
    assert.equal(state.run.status, 'running');
  });

  it('pushes states to a live webview only, and the newest last', async () => {
    const parts = setUp();
    const { engine, panel, webview, file } = parts;
    await panel.run(file);
    await toldElsewhere(parts);
    assert.equal(webview.states.length, 0, 'nobody has asked for the state yet');
    await ready(webview);
    for (let i = 0; i < 1000; i++) engine.last.become('running');
    engine.last.become('completed');
    await until('the last state', () => webview.shows('completed'));
    assert.ok(webview.states.length <= 10, `${webview.states.length} states for 1001 changes`);
    panel.webviewHidden();
    const before = webview.states.length;
    await panel.run(file);
    await toldElsewhere(parts);
    assert.equal(webview.states.length, before, 'a hidden webview is sent nothing');
    const state = await ready(webview);
    assert.ok(state.kind === 'run' && state.run.status === 'running');
  });

  it('goes on with a new document where the one before it never answered', async () => {
    const { engine, panel, webview, file } = setUp();
    await panel.run(file);
    await ready(webview);
    webview.answers = false;
    engine.last.become('running');
    await until('a state that nobody takes', () => webview.unanswered === 1);
    webview.answers = true; // for example in another editor group, without having been hidden
    await ready(webview);
    engine.last.become('completed');
    await until('the last state', () => webview.shows('completed'));
  });

  it('disposes of a run with the last panel that shows it', async () => {
    const { engine, services, panel, file } = setUp();
    await panel.run(file);
    const other = new MemoryPanel(services);
    other.show(panel.content);
    assert.equal(services.runs.size, 1, 'two panels, one run');
    const first = engine.last;
    await panel.runAgain();
    assert.equal(first.disposed, false, 'the other panel still shows it');
    assert.equal(services.runs.size, 2);
    other.dispose();
    assert.equal(first.disposed, true);
    panel.dispose();
    assert.equal(engine.last.disposed, true);
    assert.equal(services.runs.size, 0);
  });

  it('keeps a run that is shown again where it was shown before', async () => {
    const { engine, panel, file } = setUp();
    await panel.run(file);
    panel.show(panel.content);
    assert.equal(engine.last.disposed, false);
  });

  it('shows what was asked for last, not what was read last', async () => {
    const { engine, panel, services, file } = setUp();
    await Promise.all([panel.run(services.sources.bundled), panel.run(file)]);
    assert.equal(panel.content.kind === 'run' && panel.content.shown.source, file);
    assert.equal(engine.runs.length, 1);
  });

  it('runs nothing when cancelled while the file is read', async () => {
    const { engine, panel, file } = setUp();
    const running = panel.run(file);
    assert.equal(panel.activity, 'running');
    panel.cancel();
    await running;
    assert.equal(panel.activity, 'empty');
    assert.equal(engine.runs.length, 0);
  });

  it('runs nothing any more after it was disposed of', async () => {
    const { engine, panel, services, file } = setUp();
    const running = panel.run(file);
    panel.dispose();
    await running;
    await panel.run(file);
    assert.equal(engine.runs.length, 0);
    assert.equal(services.runs.size, 0);
  });

  it('says why a file that is gone cannot be run, and runs it once it is back', async () => {
    const { panel, webview, services } = setUp();
    const late = join(folder, 'late.wasm');
    await panel.run(services.sources.file(vscode.Uri.file(late)), { instances: 7 });
    const state = await ready(webview);
    assert.ok(state.kind === 'failed');
    assert.equal(state.problem.kind, 'unreadable-file');
    assert.match(state.problem.message, /late\.wasm does not exist/);
    assert.equal(panel.activity, 'not-run');
    await writeFile(late, MODULE_HEADER);
    await panel.runAgain();
    assert.ok(panel.state.kind === 'run' && panel.state.run.instances.length === 7);
  });

  it('says that a folder is no file', async () => {
    const { panel, services } = setUp();
    await panel.run(services.sources.file(vscode.Uri.file(folder)));
    assert.ok(panel.state.kind === 'failed');
    assert.match(panel.state.problem.message, /is a folder/);
  });

  describe('buttons', () => {
    it('run, repeat with another number of instances, or another state of them, and cancel', async () => {
      const { engine, webview, panel } = setUp();
      await webview.script.request('command', { name: 'tour', step: 'run' });
      await until('a run', () => engine.runs.length === 1);
      assert.ok(panel.state.kind === 'run' && panel.state.source.uri === 'wasm-shared-memory:bundled');
      await webview.script.request('command', { name: 'setInstances', instances: 8 });
      await until('another run', () => engine.requests[1]?.instances === 8);
      await webview.script.request('command', { name: 'runAgain' });
      await until('a third run', () => engine.requests[2]?.instances === 8);
      await webview.script.request('command', { name: 'setState', state: 'shared' });
      await until('a run with one state', () => engine.requests[3]?.state === 'shared');
      assert.equal(engine.requests[3].instances, 8);
      await webview.script.request('command', { name: 'runAgain' });
      await until('another one', () => engine.requests[4]?.state === 'shared');
      assert.ok(panel.state.kind === 'run' && panel.state.state === 'shared');
      await webview.script.request('command', { name: 'cancel' });
      assert.equal(engine.last.snapshot.status, 'cancelled');
      assert.equal(panel.activity, 'ended');
    });

    it('choose a file', async () => {
      const { services } = setUp();
      const { engine, webview, panel } = setUp({ chosen: services.sources.file(vscode.Uri.file(path)) });
      await webview.script.request('command', { name: 'runDemo' });
      await until('a run', () => engine.runs.length === 1);
      assert.ok(panel.state.kind === 'run' && panel.state.source.label === 'a.wasm');
    });

    it('choose nothing', async () => {
      const { engine, webview, panel } = setUp();
      await webview.script.request('command', { name: 'runDemo' });
      assert.equal(panel.activity, 'empty');
      assert.equal(engine.runs.length, 0);
    });
  });

  describe('workspace trust', () => {
    it('looks at a file without running it, and runs it once trust is granted', async () => {
      const { engine, trust, panel, file } = setUp({ trusted: false });
      await panel.run(file, { instances: 4 });
      assert.equal(engine.requests.length, 0);
      assert.equal(engine.lookedAt, 1);
      const { state } = panel;
      assert.ok(state.kind === 'run' && !state.trusted);
      assert.equal(state.run.problem?.kind, 'untrusted-workspace');
      assert.match(state.run.problem.message, /a\.wasm was read but not run/);
      trust.grant();
      await until('the run', () => engine.requests.length === 1);
      assert.equal(engine.requests[0]?.instances, 4);
      assert.ok(panel.state.kind === 'run' && panel.state.trusted && panel.state.run.problem === null);
    });

    it('runs the bundled guest, which ships with the extension', async () => {
      const { engine, panel, services } = setUp({ trusted: false });
      await panel.run(services.sources.bundled);
      assert.equal(engine.requests.length, 1);
      assert.equal(engine.lookedAt, 0);
    });

    it('tells an empty panel when trust is granted', async () => {
      const { trust, webview } = setUp({ trusted: false });
      assert.deepEqual(await ready(webview), { kind: 'empty', trusted: false });
      trust.grant();
      await until('the new state', () => webview.states.length === 1);
      assert.deepEqual(webview.states[0], { kind: 'empty', trusted: true });
    });
  });

  describe('kept state', () => {
    it('repeats the run that was shown', async () => {
      const { engine, webview, file } = setUp();
      const state = await ready(webview, {
        version: 1,
        run: { uri: file.view.uri, instances: 6 },
        step: 3,
        address: 9,
      });
      assert.ok(state.kind === 'run' && state.source.uri === file.view.uri);
      assert.equal(engine.requests[0]?.instances, 6);
      assert.equal(engine.requests[0].state, 'separate'); // an older panel kept none: as in the settings
    });

    it('repeats it with the state that its instances had', async () => {
      const { engine, webview, file } = setUp();
      await ready(webview, { version: 1, run: { uri: file.view.uri, instances: 6, state: 'shared' } });
      assert.equal(engine.requests[0]?.state, 'shared');
    });

    it('repeats nothing where something was run since', async () => {
      const { engine, webview, panel, services, file } = setUp();
      await panel.run(services.sources.bundled);
      await ready(webview, { version: 1, run: { uri: file.view.uri, instances: 6 } });
      assert.equal(engine.runs.length, 1);
    });

    it('only looks at the file where the workspace is not trusted', async () => {
      const { engine, webview, file } = setUp({ trusted: false });
      const state = await ready(webview, { version: 1, run: { uri: file.view.uri, instances: 6 } });
      assert.ok(state.kind === 'run' && state.run.status === 'looked-at');
      assert.equal(engine.requests.length, 0);
    });

    it('says so where the file is gone', async () => {
      const { webview } = setUp();
      const uri = vscode.Uri.file(join(folder, 'gone.wasm')).toString();
      const state = await ready(webview, { version: 1, run: { uri, instances: 3 } });
      assert.ok(state.kind === 'failed' && state.problem.kind === 'unreadable-file');
    });

    for (const persisted of [
      null,
      'text',
      [],
      { version: 2, run: { uri: 'wasm-shared-memory:bundled', instances: 3 } },
      { version: 1, run: null },
      { version: 1, run: { uri: 5, instances: 3 } },
      { version: 1, run: { uri: 'no scheme', instances: 3 } },
      { run: {} },
    ]) {
      it(`ignores ${JSON.stringify(persisted)}`, async () => {
        const { webview, engine } = setUp();
        assert.deepEqual(await ready(webview, persisted), { kind: 'empty', trusted: true });
        assert.equal(engine.runs.length, 0);
      });
    }

    for (const instances of [0, 65, 2.5, '3', undefined]) {
      it(`takes the setting instead of ${JSON.stringify(instances)} instances`, async () => {
        const { webview, engine, file } = setUp();
        await ready(webview, { version: 1, run: { uri: file.view.uri, instances } });
        assert.equal(engine.requests[0]?.instances, 3); // the setting's default
      });
    }
  });

  describe('requests of the webview', () => {
    it('that name a run no longer shown are refused', async () => {
      const { panel, webview, file } = setUp();
      await panel.run(file);
      const { state } = panel;
      assert.ok(state.kind === 'run');
      const asked = { runId: state.runId, step: 0, pages: [0] };
      assert.deepEqual(await webview.requestAnything('readPages', asked), []);
      await panel.runAgain();
      await assert.rejects(webview.requestAnything('readPages', asked), /no longer shows/);
      await assert.rejects(webview.requestAnything('lastChange', { ...asked, address: 0 }), /no longer shows/);
    });

    const page = { runId: 1, step: 0, pages: [0] };
    const change = { runId: 1, step: 0, address: 0 };
    for (const [name, params] of [
      ['readPages', undefined],
      ['readPages', { ...page, runId: '1' }],
      ['readPages', { ...page, step: -1 }],
      ['readPages', { ...page, step: 0.5 }],
      ['readPages', { ...page, pages: 0 }],
      ['readPages', { ...page, pages: [Number.NaN] }],
      ['readPages', { ...page, pages: [1048576] }], // 4 GiB / 4 KiB
      ['readPages', { ...page, pages: Array.from({ length: 1025 }, () => 0) }],
      ['lastChange', { ...change, address: 4294967296 }],
      ['lastChange', { ...change, address: '0' }],
      ['command', { name: 'format' }],
      ['command', { name: 'setInstances', instances: 65 }],
      ['command', { name: 'setInstances' }],
      ['command', { name: 'setState', state: 'mine' }],
      ['command', null],
      ['ready', null],
    ] as const) {
      it(`${name} with ${JSON.stringify(params)?.slice(0, 60)} are rejected`, async () => {
        const { panel, webview, file, engine } = setUp();
        await panel.run(file);
        await assert.rejects(webview.requestAnything(name, params), new RegExp(`${name}: `));
        assert.equal(engine.runs.length, 1);
      });
    }
  });
});
