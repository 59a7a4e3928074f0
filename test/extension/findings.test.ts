// Findings in VS Code: in the Problems view, and as a badge on the view.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { FindingDiagnostics } from '../../src/extension/findingDiagnostics.ts';
import { FindingFixes } from '../../src/extension/findingFixes.ts';
import { MemoryPanel } from '../../src/extension/panel.ts';
import { MemoryView, VIEW_ID } from '../../src/extension/panelView.ts';
import type { Finding } from '../../src/protocol/finding.ts';
import { address, step } from '../../src/protocol/units.ts';
import { callRecord } from '../unit/support/calls.ts';
import { extension, FakeEngine, FakeRun, FakeTrust, FakeWebview, fakeServices, until } from './fakes.ts';
import { activate, guest, runToEnd, shownRun } from './fixtures.ts';
import { DUPLICATE } from './sampleFindings.ts';

const PRINTED: Finding = {
  kind: 'printed-value-differs',
  step: step(4),
  call: 4,
  instances: [0],
  range: null,
  count: 1,
  details: { printing: { index: 4, instance: 0, function: 'add_23', allocator: null }, printed: 34, actual: 11 },
};

/** A store at address 8 of a module whose data begins at 0x400. */
const NULL_WRITE: Finding = {
  kind: 'null-page-write',
  step: step(3),
  call: 3,
  instances: [0],
  range: { address: address(8), length: 4 },
  count: 1,
  details: {
    lowest: address(0x400),
    write: {
      kind: 'write',
      access: 2,
      step: step(3),
      call: 3,
      owner: { kind: 'instance', instance: 0 },
      site: null,
      segment: null,
      import: null,
      between: null,
      address: address(8),
      length: 4,
      before: new Uint8Array(4),
      after: Uint8Array.of(1, 2, 3, 4),
      since: null,
      isStale: false,
    },
  },
};

class FakeView implements vscode.WebviewView {
  readonly viewType = VIEW_ID;
  readonly webview = new FakeWebview();
  readonly visible = true;
  private readonly disposed = new vscode.EventEmitter<void>();
  readonly onDidDispose = this.disposed.event;
  readonly onDidChangeVisibility = new vscode.EventEmitter<void>().event;
  /** Each badge that was set. */
  readonly badges: (vscode.ViewBadge | undefined)[] = [];

  get badge(): vscode.ViewBadge | undefined {
    return this.badges.at(-1);
  }

  set badge(badge: vscode.ViewBadge | undefined) {
    this.badges.push(badge);
  }

  show() {}

  dispose() {
    this.disposed.fire();
  }
}

describe('findings', () => {
  let folder = '';
  let path = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'findings-'));
    path = join(folder, 'a.wasm');
    await writeFile(path, Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
  });
  after(() => rm(folder, { recursive: true }));

  function setUp() {
    const engine = new FakeEngine();
    const services = fakeServices(engine, new FakeTrust(true));
    const diagnostics = new FindingDiagnostics(services.runs);
    const panel = new MemoryPanel(services);
    const uri = vscode.Uri.file(path);
    const told = (of = uri) => vscode.languages.getDiagnostics(of);
    /** Runs the file to its end, with these findings. */
    const run = async (findings: readonly Finding[], by = panel) => {
      await by.run(services.sources.file(uri));
      const { last } = engine;
      last.recording.answers.findings = () => findings;
      last.become('completed');
      return last;
    };
    return { engine, services, diagnostics, panel, uri, told, run };
  }

  /** Resolves once the newest run's findings are known. */
  const known = (panel: MemoryPanel, number: number) =>
    until('findings', () => panel.content.kind === 'run' && panel.content.shown.findings.length === number);

  it('are problems of the file: one each, with severity, kind and what happened', async () => {
    const { panel, diagnostics, told, run } = setUp();
    await run([DUPLICATE, NULL_WRITE, PRINTED]);
    await known(panel, 3);
    assert.deepEqual(
      told().map(({ severity, code, source, message, range }) => ({
        severity,
        code,
        source,
        message: message.split('. ')[0],
        at: [range.start.line, range.end.character],
      })),
      [
        [vscode.DiagnosticSeverity.Error, 'duplicate-allocation', 'An allocator handed out a block twice'],
        [vscode.DiagnosticSeverity.Warning, 'null-page-write', 'A store lies below all data of its module'],
        [vscode.DiagnosticSeverity.Error, 'printed-value-differs', 'What was printed is not what memory holds'],
      ].map(([severity, code, message]) => ({ severity, code, source: 'Wasm Shared Memory', message, at: [0, 0] })),
    );
    assert.equal(
      told()[2]?.message,
      'What was printed is not what memory holds. In call 4, add_23 on #0, the guest printed 34, and memory holds 11.',
    );
    panel.dispose();
    diagnostics.dispose();
  });

  it('that shared state cures have a quick fix, where the file can be run again', async () => {
    const { engine, panel, diagnostics, uri, told, run } = setUp();
    const fixes = new FindingFixes(diagnostics.runOf);
    const offered = (of = told()) =>
      fixes
        .provideCodeActions({ uri }, new vscode.Range(0, 0, 0, 0), { diagnostics: of })
        .map(action => [action.title, action.diagnostics?.map(({ code }) => code), action.command?.arguments]);
    await run([DUPLICATE, NULL_WRITE]);
    await known(panel, 2);
    assert.deepEqual(offered(), [['Run again with shared state', ['duplicate-allocation'], [uri]]]);
    assert.deepEqual(offered(told().slice(1)), [], 'no cure for that');
    const foreign = new vscode.Diagnostic(new vscode.Range(0, 0, 0, 0), 'another extension’s');
    foreign.code = 'duplicate-allocation';
    assert.deepEqual(offered([foreign]), []);
    const [before] = told();
    await panel.runAgain({ state: 'shared' });
    assert.deepEqual(offered(before ? [before] : []), [], 'it goes on');
    engine.last.become('completed');
    assert.deepEqual(offered(before ? [before] : []), [], 'it has shared state');
    panel.dispose();
    assert.deepEqual(offered(before ? [before] : []), [], 'no panel shows a run');
    diagnostics.dispose();
  });

  it('go when the file is run again, and what is found late about an earlier run is not told', async () => {
    const { engine, services, panel, diagnostics, told, run } = setUp();
    await run([DUPLICATE]);
    await known(panel, 1);
    const editor = new MemoryPanel(services);
    editor.show(panel.content);
    await panel.runAgain();
    assert.deepEqual(told(), [], 'the next run has started');
    const late = engine.last;
    const held = Promise.withResolvers<void>();
    late.recording.answering = held.promise;
    late.recording.answers.findings = () => [DUPLICATE, NULL_WRITE];
    late.become('completed');
    await run([PRINTED], editor);
    await known(editor, 1);
    held.resolve();
    await known(panel, 2);
    assert.deepEqual(
      told().map(({ code }) => code),
      ['printed-value-differs'],
    );
    panel.dispose();
    assert.equal(told().length, 1, 'the newest run is still shown');
    editor.dispose();
    assert.deepEqual(told(), []);
    diagnostics.dispose();
  });

  it('go with the panel that shows the run, and with the extension', async () => {
    const { panel, services, diagnostics, told, run } = setUp();
    await run([DUPLICATE]);
    await known(panel, 1);
    panel.dispose();
    assert.deepEqual(told(), []);
    const next = new MemoryPanel(services);
    await run([DUPLICATE], next);
    await known(next, 1);
    assert.equal(told().length, 1);
    diagnostics.dispose();
    assert.deepEqual(told(), []);
    next.dispose();
  });

  it('of a recorded program are problems of its script', async () => {
    const { services, panel, diagnostics, told } = setUp();
    const [file, script] = ['queries.wsmrec', 'queries.cjs'].map(name => vscode.Uri.file(join(folder, name)));
    assert.ok(file && script);
    const program = Object.assign(new FakeRun('running', 1), { setPaused: async () => true });
    program.recording.answers.findings = () => [DUPLICATE];
    panel.show({ kind: 'run', shown: services.runs.adopt(services.sources.program(file, script), program) });
    program.become('completed');
    await known(panel, 1);
    assert.deepEqual([told(script).length, told(file).length], [1, 0]);
    panel.dispose();
    assert.deepEqual(told(script), []);
    diagnostics.dispose();
  });

  it('of a recording that is opened are problems of its file', async () => {
    const { engine, services, panel, diagnostics, told } = setUp();
    const file = vscode.Uri.file(join(folder, 'opened.wsmrec'));
    await writeFile(file.fsPath, '');
    engine.opening = async () => {
      const run = new FakeRun('completed', 2);
      run.recording.answers.findings = () => [NULL_WRITE];
      return run;
    };
    await panel.run(services.sources.file(file));
    await known(panel, 1);
    assert.deepEqual(
      told(file).map(({ code }) => code),
      ['null-page-write'],
    );
    panel.dispose();
    diagnostics.dispose();
  });

  it('are asked for once, for the panel and for VS Code, when the run has ended', async () => {
    const { panel, diagnostics, run } = setUp();
    const webview = new FakeWebview();
    panel.attach(webview);
    const { recording } = await run([DUPLICATE]);
    await known(panel, 1);
    const { state } = panel;
    assert.ok(state.kind === 'run');
    assert.deepEqual(await webview.script.request('findings', { runId: state.runId }), [DUPLICATE]);
    assert.deepEqual(recording.asked, [['findings', {}]]);
    await assert.rejects(webview.script.request('findings', { runId: state.runId + 1 }), /no longer shows that run/);
    panel.dispose();
    diagnostics.dispose();
  });

  it('that say that memory is wrong are counted in a badge on the view', async () => {
    const { engine, services, diagnostics, run } = setUp();
    const memory = new MemoryView(services, extension().extensionUri);
    const view = new FakeView();
    memory.resolveWebviewView(view);
    await run([DUPLICATE, NULL_WRITE, PRINTED], memory.panel);
    await until('a badge', () => view.badge !== undefined);
    assert.deepEqual(view.badge, { value: 2, tooltip: 'Memory is wrong: 2 findings.' });
    // A view that is shown again has it, too.
    const again = new FakeView();
    view.dispose();
    memory.resolveWebviewView(again);
    assert.equal(again.badge?.value, 2);
    await memory.panel.runAgain();
    assert.equal(again.badge, undefined);
    engine.last.recording.answers.findings = () => [NULL_WRITE];
    engine.last.become('completed');
    await known(memory.panel, 1);
    assert.deepEqual(
      again.badges.map(badge => badge?.value),
      [2, undefined],
      'a warning makes none',
    );
    memory.dispose();
    diagnostics.dispose();
  });

  it('are none of the bundled guest, which ends as it should', async () => {
    const { view, sources } = await activate();
    await runToEnd(view.panel, sources.bundled);
    const { content } = view.panel;
    assert.ok(content.kind === 'run');
    assert.deepEqual(await content.shown.askFindings(), []);
    assert.deepEqual(vscode.languages.getDiagnostics(sources.bundled.uri), []);
  });
});

describe('a run with another state', () => {
  it('is compared with the one before once it has ended: findings, and the first call that differs', async () => {
    const engine = new FakeEngine();
    const services = fakeServices(engine, new FakeTrust(true));
    const panel = new MemoryPanel(services);
    const comparison = () => (panel.state.kind === 'run' ? panel.state.comparison : null);
    /** The run that was started last ends, with two calls that returned these. */
    const end = (results: readonly number[], findings: readonly Finding[]) => {
      const { answers } = engine.last.recording;
      answers.calls = () => ({
        total: 2,
        calls: results.map((each, i) => callRecord({ index: i + 1, results: [each] })),
      });
      answers.findings = () => findings;
      engine.last.become('completed');
    };
    await panel.run(services.sources.bundled);
    end([0x548, 0x548], [DUPLICATE]);
    const before = engine.last;
    await panel.runAgain({ state: 'shared' });
    assert.deepEqual([before.disposed, comparison()], [false, null], 'the run before stays open; the other goes on');
    end([0x548, 0x558], []);
    await until('the comparison', () => comparison() !== null);
    const { before: was, after, first } = comparison() ?? assert.fail('it went');
    assert.deepEqual([was.state, was.findings], ['separate', ['duplicate-allocation']]);
    assert.deepEqual([after.state, after.findings], ['shared', []]);
    assert.ok(first.kind === 'call');
    assert.deepEqual([first.before?.index, first.before?.results, first.after?.results], [2, [0x548], [0x558]]);
    await panel.runAgain();
    assert.equal(comparison(), null, 'the same state again');
    end([0x548, 0x558], []);
    await panel.runAgain({ state: 'shared' });
    engine.last.become('completed');
    await new Promise(resolve => setTimeout(resolve, 0));
    assert.equal(comparison(), null, 'nothing is another');
    panel.dispose();
  });
});

describe('the corruption demo', () => {
  it('shows one address handed out three times, and is clean when it is run again with shared state', async () => {
    const { view } = await activate();
    const ended = async (): Promise<readonly Finding[]> => {
      await until('the end of the run', () => view.panel.activity !== 'running');
      const { content } = view.panel;
      assert.ok(content.kind === 'run');
      return content.shown.run.recording.ask('findings', {});
    };
    await vscode.commands.executeCommand('wasmSharedMemory.runCorruptionDemo');
    const found = await ended();
    // The bundled guest keeps its allocator in a global, of which each of the three instances has its own: one address, twice again.
    assert.deepEqual(
      found.map(({ kind, instances, count }) => [kind, instances, count]),
      [['duplicate-allocation', [0, 1, 2], 2]],
    );
    assert.equal(shownRun(view.panel).verdict?.actual, 11 + 23 * 15);
    // The bundled guest is no file of the user's.
    const told = vscode.languages.getDiagnostics().flatMap(([, diagnostics]) => diagnostics);
    assert.deepEqual(
      told.filter(({ code }) => code === 'duplicate-allocation'),
      [],
    );
    await view.panel.runAgain({ state: 'shared' });
    assert.deepEqual(await ended(), []);
    assert.equal(shownRun(view.panel).verdict?.actual, 11 + 23 * 5);
    // Call 2 is alloc_11 of #1: without a state of its own it gets another block.
    await until('the comparison', () => view.panel.state.kind === 'run' && view.panel.state.comparison !== null);
    const { state } = view.panel;
    assert.ok(state.kind === 'run' && state.comparison?.first.kind === 'call');
    const { before, after } = state.comparison.first;
    assert.deepEqual([before?.index, before?.function, after?.index, after?.function], [2, 'alloc_11', 2, 'alloc_11']);
    assert.notDeepEqual(before?.results, after?.results);
  });
});

describe('a quick fix', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fix-'));
  });
  after(() => rm(folder, { recursive: true }));

  it('of VS Code runs the file again with shared state, and its findings go', async () => {
    const { view, sources } = await activate();
    const path = join(folder, 'guest.wasm');
    const uri = vscode.Uri.file(path);
    const bytes = await readFile(guest('demo/assemblyscript-stub.wasm').fsPath);
    await writeFile(path, bytes);
    await view.panel.run(sources.file(uri), { allocates: 'each', state: 'separate' });
    const told = () => vscode.languages.getDiagnostics(uri);
    await until('findings', () => told().length > 0);
    // VS Code opens no binary file as text, unless its user insists: for a moment it is none.
    await writeFile(path, 'text');
    await vscode.workspace.openTextDocument(uri);
    await writeFile(path, bytes);
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      uri,
      new vscode.Range(0, 0, 0, 0),
    );
    const fix = actions.find(({ title }) => title === 'Run again with shared state');
    assert.ok(fix?.command);
    await vscode.commands.executeCommand(fix.command.command, ...(fix.command.arguments ?? []));
    await until('the other run', () => view.panel.state.kind === 'run' && view.panel.state.comparison !== null);
    assert.ok(view.panel.state.kind === 'run' && view.panel.state.state === 'shared');
    assert.deepEqual(told(), []);
  });
});

describe('the demo that is right by luck', () => {
  it('ends at 356, and its address is found to be in a dead stack frame', async () => {
    const { view } = await activate();
    await vscode.commands.executeCommand('wasmSharedMemory.runLuckDemo');
    await until('the end of the run', () => view.panel.activity !== 'running');
    assert.equal(shownRun(view.panel).verdict?.actual, 356);
    assert.equal(shownRun(view.panel).problem, null);
    const { content } = view.panel;
    assert.ok(content.kind === 'run');
    const found = await content.shown.askFindings();
    // The frame of 16 bytes ends at 4096; the local is the last i32 in it. The first of 15 calls that take it is call 2.
    assert.deepEqual(
      found.map(({ kind, call, range }) => [kind, call, range?.address]),
      [['dead-stack-pointer', 2, 4092]],
    );
    await vscode.commands.executeCommand('wasmSharedMemory.runWithSharedState');
    await until('the end of the run', () => view.panel.state.kind === 'run' && view.panel.state.state === 'shared');
  });
});
