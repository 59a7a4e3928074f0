// The list of open runs: its rows, what stays open that no panel shows, and what the rows do in the running extension.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { MemoryPanel } from '../../src/extension/panel.ts';
import type { ShownRun } from '../../src/extension/runs.ts';
import { type RunNode, RunTree } from '../../src/extension/runTree.ts';
import type { Finding } from '../../src/protocol/finding.ts';
import { step } from '../../src/protocol/units.ts';
import { FakeEngine, type FakeRun, FakeTrust, FakeWebview, fakeServices, until } from './fakes.ts';
import { activate, assertSame, guest, runToEnd } from './fixtures.ts';
import { DUPLICATE } from './sampleFindings.ts';

/** It happened three times. */
const DUPLICATES: Finding = { ...DUPLICATE, count: 3 };

function setUp() {
  const engine = new FakeEngine();
  const services = fakeServices(engine, new FakeTrust(true));
  const { runs, sources } = services;
  const panel = new MemoryPanel(services);
  /** Runs in the panel, in the place of what was there, to the end. */
  const runToEnd = async (findings: readonly Finding[] = []): Promise<{ run: FakeRun; shown: ShownRun }> => {
    await panel.run(sources.bundled);
    const { last: run } = engine;
    run.recording.answers.findings = () => findings;
    run.become('completed');
    const { content } = panel;
    assert.ok(content.kind === 'run');
    await until('the findings', () => content.shown.isFound);
    return { run, shown: content.shown };
  };
  return { engine, services, runs, sources, panel, runToEnd };
}

describe('the rows of the list of runs', () => {
  const trees: RunTree[] = [];
  afterEach(() => {
    for (const tree of trees.splice(0)) tree.dispose();
  });
  function listed({ runs }: ReturnType<typeof setUp>) {
    const tree = new RunTree(runs);
    trees.push(tree);
    const rows = (node?: RunNode) => tree.childrenOf(node).map(each => tree.itemOf(each));
    return { tree, rows };
  }
  /** Without the time. */
  const verdictOf = ({ description }: vscode.TreeItem) => String(description).split(' · ').slice(0, -1).join(' · ');
  const iconOf = ({ iconPath }: vscode.TreeItem) => (iconPath instanceof vscode.ThemeIcon ? iconPath.id : iconPath);

  it('tell how a run goes, how it ended, and how many findings it has, the newest first', async () => {
    const parts = setUp();
    const { engine, panel, sources, runToEnd } = parts;
    const { rows } = listed(parts);
    assert.deepEqual(rows(), []);
    await panel.run(sources.bundled);
    assert.deepEqual(
      rows().map(row => [row.label, verdictOf(row), iconOf(row)]),
      [['Bundled guest', 'running', 'loading~spin']],
    );
    engine.last.snapshot = { ...engine.last.snapshot, verdict: { expected: 356, actual: 356 } };
    engine.last.become('completed');
    await until('no findings', () => verdictOf(rows()[0] ?? assert.fail()) === '356 as expected · no findings');
    assert.equal(iconOf(rows()[0] ?? assert.fail()), 'pass');
    await runToEnd([DUPLICATES]);
    engine.last.snapshot = { ...engine.last.snapshot, verdict: { expected: 356, actual: 356 } };
    assert.deepEqual(
      rows().map(row => [verdictOf(row), iconOf(row)]),
      [
        ['356 as expected · 1 finding', 'error'],
        ['356 as expected · no findings', 'pass'],
      ],
      'a right value is no comfort where memory is wrong',
    );
  });

  it('have below each run its findings, and its modules with their instances', async () => {
    const parts = setUp();
    const { run } = await parts.runToEnd([DUPLICATES]);
    const limits = { kind: 'imported', minimum: 1, maximum: null, shared: false, pages: 1 } as const;
    const module = { sha256: '', size: 8, memory: limits, imports: [], exports: [] } as const;
    run.snapshot = {
      ...run.snapshot,
      modules: [
        { ...module, name: 'a.wasm', instanceState: 'separate' },
        { ...module, name: 'b.wasm', instanceState: 'shared' },
      ],
      instances: [
        { module: 0, call: null, step: step(0) },
        { module: 1, call: null, step: step(0) },
        { module: 1, call: 7, step: step(9) },
      ],
      writers: [1],
    };
    const { tree, rows } = listed(parts);
    const [node] = tree.childrenOf();
    const [finding, , second] = rows(node);
    assert.deepEqual(
      rows(node).map(({ label, description }) => [label, description]),
      [
        ['An allocator handed out a block twice', '#0 (a.wasm) and #1 (b.wasm) · step 2 · 3 times'],
        ['a.wasm', '1 instance'],
        ['b.wasm', '2 instances · shared state'],
      ],
    );
    assert.ok(finding && second);
    assert.equal(iconOf(finding), 'error');
    assert.equal(
      finding.accessibilityInformation?.label,
      'error: An allocator handed out a block twice, #0 (a.wasm) and #1 (b.wasm), step 2, 3 times',
    );
    assert.match(String(finding.tooltip), /^An allocator handed out a block twice\.\n.*0x548/);
    assert.deepEqual(
      rows(tree.childrenOf(node)[2]).map(({ label, description }) => [label, description]),
      [
        ['#1', 'wrote to memory'],
        ['#2', 'made by call 7 · wrote nothing'],
      ],
    );
    assert.equal(new Set(rows(node).map(({ id }) => id)).size, 3);
  });

  it('are told to be others, but not at each change of a run', async () => {
    const parts = setUp();
    const { tree } = listed(parts);
    let told = 0;
    tree.onDidChange(() => told++);
    await parts.panel.run(parts.sources.bundled);
    await until('the run', () => told === 1);
    parts.engine.last.become('running');
    await new Promise(resolve => setTimeout(resolve, 1000)); // three times as long as it takes to look
    assert.equal(told, 1, 'the row says the same');
    parts.engine.last.become('completed');
    await until('its end', () => told === 2);
    parts.panel.show({ kind: 'empty' });
    await until('that no panel shows it', () => told === 3);
  });

  it('offer what can be done: to cancel what goes on, to close and export what has ended', async () => {
    const parts = setUp();
    const { engine, panel, sources, runs } = parts;
    const { rows } = listed(parts);
    await panel.run(sources.bundled);
    const offered = () => rows()[0]?.contextValue;
    assert.equal(offered(), 'run running');
    engine.last.become('completed');
    assert.equal(offered(), 'run ended exportable');
    panel.show({ kind: 'empty' });
    for (const each of runs.all) runs.close(each);
    await panel.run(sources.recording(sources.bundled.uri));
    assert.equal(offered(), 'run ended', 'what was opened is a file already');
  });
});

describe('a run that no panel shows any more', () => {
  it('stays open where it was recorded, and the oldest of more than three is closed', async () => {
    const { runs, runToEnd } = setUp();
    const ran: FakeRun[] = [];
    for (let times = 0; times < 5; times++) ran.push((await runToEnd()).run);
    assert.deepEqual(
      ran.map(({ disposed }) => disposed),
      [true, false, false, false, false],
    );
    assert.equal(runs.size, 1);
    assert.equal(runs.all.length, 4);
    runs.dispose();
    assert.ok(ran.every(({ disposed }) => disposed));
  });

  it('is closed where it is too large to be kept beside others', async () => {
    const { panel, runToEnd } = setUp();
    const grow = ({ run }: { run: FakeRun }, steps: number) => {
      run.snapshot = { ...run.snapshot, lastStep: step(steps) };
      return run;
    };
    const large = grow(await runToEnd(), 8_000_001);
    const half = grow(await runToEnd(), 4_000_000);
    assert.deepEqual([large.disposed, half.disposed], [true, false]);
    const other = grow(await runToEnd(), 4_000_001);
    assert.deepEqual([half.disposed, other.disposed], [false, false]);
    panel.show({ kind: 'empty' });
    assert.deepEqual([half.disposed, other.disposed], [true, false], 'the older one goes');
  });

  it('is closed where it still goes on, was not run, or is of a file', async () => {
    const { engine, panel, sources } = setUp();
    await panel.run(sources.bundled);
    panel.show({ kind: 'empty' });
    assert.equal(engine.last.disposed, true);
    await panel.run(sources.bundled);
    engine.last.become('rejected');
    panel.show({ kind: 'empty' });
    assert.equal(engine.last.disposed, true);
    await panel.run(sources.recording(sources.bundled.uri));
    assert.equal(engine.last.disposed, false);
    panel.show({ kind: 'empty' });
    assert.equal(engine.last.disposed, true);
  });

  it('is shown again as it was, with its findings', async () => {
    const { services, runs, panel, runToEnd } = setUp();
    const { run, shown } = await runToEnd([DUPLICATES]);
    const told: string[] = [];
    runs.onDidLetGo(each => told.push(`let go ${each.id}`));
    runs.onDidAdd(each => told.push(`added ${each.id}`));
    runs.onDidFind(each => told.push(`found ${each.id}`));
    panel.show({ kind: 'empty' });
    assert.equal(panel.errors, 0);
    panel.show({ kind: 'run', shown });
    assert.deepEqual(told, ['let go 1', 'added 1', 'found 1'], 'as diagnostics are told of a run');
    assert.equal(panel.errors, 1);
    assert.deepEqual(await shown.askFindings(), [DUPLICATES]);
    assert.equal(run.disposed, false);
    assert.equal(services.runs.size, 1);
  });

  it('is closed once where its user closes it, and what panels show is not', async () => {
    const { runs, panel, runToEnd } = setUp();
    const first = await runToEnd();
    const closed: number[] = [];
    runs.onDidClose(({ id }) => closed.push(id));
    runs.close(first.shown);
    assert.equal(first.run.disposed, false, 'a panel shows it');
    panel.show({ kind: 'empty' });
    runs.close(first.shown);
    runs.close(first.shown);
    assert.equal(first.run.disposed, true);
    assert.deepEqual([closed, runs.all], [[1], []]);
  });
});

describe('a finding that is asked for', () => {
  it('is told to the webview as soon as there is one, with its run', async () => {
    const { panel, runToEnd } = setUp();
    const { shown } = await runToEnd([DUPLICATES]);
    const webview = new FakeWebview();
    panel.attach(webview);
    panel.showFinding(DUPLICATES);
    assert.deepEqual(webview.findings, []);
    await webview.script.request('ready', { persisted: undefined });
    await until('the finding', () => webview.findings.length === 1);
    assert.deepEqual(webview.findings, [{ runId: shown.id, finding: DUPLICATES }]);
  });
});

describe('the list of runs in VS Code', () => {
  const run = (name: string, node?: RunNode) => vscode.commands.executeCommand(`wasmSharedMemory.${name}`, node);

  /** Nothing is open. */
  async function nothingOpen() {
    const api = await activate();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await until('no editor', () => api.editors.all.length === 0);
    api.view.panel.show({ kind: 'empty' });
    for (const shown of api.runs.all) api.runs.close(shown);
    assert.deepEqual(await api.runsView.getChildren(), []);
    return api;
  }
  afterEach(nothingOpen);

  const nodes = async () => (await activate()).runsView.getChildren();
  const shownIn = ({ content }: MemoryPanel) => (content.kind === 'run' ? content.shown : null);

  it('shows an earlier run again in the side bar, and in an editor', async () => {
    const { view, editors, sources, focused } = await nothingOpen();
    await runToEnd(view.panel, sources.bundled);
    const first = shownIn(view.panel);
    await runToEnd(view.panel, sources.luck);
    const [latest, earlier] = await nodes();
    assert.ok(first && latest && earlier);
    assert.equal(earlier.shown, first);
    await run('showRun', earlier);
    assert.equal(shownIn(view.panel), first);
    assertSame(focused.current, view.panel);
    await run('openRunInEditor', latest);
    await run('openRunInEditor', latest);
    assert.deepEqual(editors.all.map(shownIn), [latest.shown], 'in one editor');
    assert.equal((await nodes()).length, 2);
  });

  it('leads to a finding in the panel that shows the run, else in the side bar', async () => {
    const { view, editors, sources } = await nothingOpen();
    await runToEnd(view.panel, sources.luck);
    const [node] = await nodes();
    assert.ok(node);
    await until('the findings', () => node.shown.isFound);
    const { runsView } = await activate();
    const finding = (await runsView.getChildren(node)).find(each => each.kind === 'finding');
    assert.ok(finding?.kind === 'finding' && finding.finding.range);
    const { step: at, range } = finding.finding;
    await runToEnd(view.panel, sources.bundled);
    await run('showFinding', finding);
    const isThere = (panel: MemoryPanel) => panel.place?.step === at && panel.place.address === range.address;
    await until('the finding in the side bar', () => isThere(view.panel));

    await run('openRunInEditor', node);
    await runToEnd(view.panel, sources.bundled);
    const [editor] = editors.all;
    assert.ok(editor);
    await until('the place in the editor', () => editor.place !== null);
    await run('firstStep');
    await until('another place', () => editor.place?.step === 0);
    await run('showFinding', finding);
    await until('the finding in the editor', () => isThere(editor));
    assert.notEqual(shownIn(view.panel), node.shown);
  });

  it('closes a run with the panels that show it, and asks nothing where no row is passed', async () => {
    const { view, editors, sources, runs } = await nothingOpen();
    await runToEnd(view.panel, sources.bundled);
    const [node] = await nodes();
    assert.ok(node);
    await run('openRunInEditor', node);
    assert.equal(editors.all.length, 1);
    await run('closeRun');
    assert.equal(runs.size, 1);
    await run('closeRun', node);
    await until('no editor', () => editors.all.length === 0);
    assert.equal(view.panel.activity, 'empty');
    assert.deepEqual(await nodes(), []);
  });

  it('ends no run that goes on in the side bar to show another one', async () => {
    const { view, editors, sources } = await nothingOpen();
    await runToEnd(view.panel, sources.bundled);
    const [earlier] = await nodes();
    await view.panel.run(sources.file(guest('misbehaving/loop-in-call.wasm')));
    const [running] = await nodes();
    assert.ok(earlier && running);
    await run('showRun', earlier);
    assert.equal(shownIn(view.panel), running.shown);
    assert.deepEqual(editors.all.map(shownIn), [earlier.shown]);
    await run('cancelRun', running);
    await until('the end', () => view.panel.activity === 'ended');
    assert.equal(running.shown.snapshot.status, 'cancelled');
  });
});
