// Recording programs: by the commands and by launch configurations, in real terminals.
// The scripts use test/guests/demo/wat.wat: `alloc_11` stores an i32 of 11 at 0x400, `add_23` adds 23 to it.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { chooseNode, findNode } from '../../src/extension/nodeRuntime.ts';
import type { MemoryPanel } from '../../src/extension/panel.ts';
import { ProgramDebug, ProgramDebugAdapter } from '../../src/extension/programDebug.ts';
import { parseLaunch } from '../../src/extension/programLaunch.ts';
import type { RecordedProgram } from '../../src/extension/programRecorder.ts';
import { RecordingFolder } from '../../src/extension/recordingFolder.ts';
import { usesWebAssembly } from '../../src/extension/webAssemblyScripts.ts';
import { programArguments } from '../../src/protocol/programOptions.ts';
import { address, step } from '../../src/protocol/units.ts';
import { extension, FakeTrust, until } from './fakes.ts';
import { activate, guest, shownRun } from './fixtures.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'programs-')));
const inFolder = (name: string): string => join(folder, name);

const prelude = (): string => `
  const { readFileSync, writeFileSync } = require('node:fs');
  const memory = new WebAssembly.Memory({ initial: 1 });
  const bytes = readFileSync(${JSON.stringify(guest('demo/wat.wasm').fsPath)});
  const make = () => new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } }).exports;`;

function script(name: string, source: string): vscode.Uri {
  writeFileSync(inFolder(name), prelude() + source);
  return vscode.Uri.file(inFolder(name));
}

const node = (): string => join(extension().extensionPath, 'node_modules', 'node', 'bin', 'node');

/** The file of the recording that a panel shows. */
function fileOf({ content }: MemoryPanel): string {
  assert.ok(content.kind === 'run' && content.shown.source.kind === 'program');
  return content.shown.source.uri.fsPath;
}

async function launch(program: vscode.Uri, more: object = {}): Promise<void> {
  const configuration = { type: 'wasm-memory', request: 'launch', name: 'Test', program: program.fsPath, ...more };
  assert.ok(await vscode.debug.startDebugging(undefined, configuration));
}

const sessionsEnded = (): Promise<void> => until('no session', () => vscode.debug.activeDebugSession === undefined);

describe('a program that is recorded', () => {
  // The first `node` on the PATH may be any.
  const { PATH } = process.env;
  before(() => {
    process.env.PATH = [dirname(node()), PATH].join(delimiter);
  });
  afterEach(sessionsEnded);
  after(() => {
    process.env.PATH = PATH;
    rmSync(folder, { recursive: true });
  });

  it('runs by the command, is shown in the panel, and can be exported', async () => {
    const { view, runs, sources } = await activate();
    const uri = script('queries.cjs', 'const { alloc_11, add_23 } = make(); alloc_11(); add_23(0x400);');
    await vscode.commands.executeCommand('wasmSharedMemory.recordProgram', uri);
    await until('the end', () => view.panel.activity === 'program-ended');
    const { status, callCount, lastStep, instances } = shownRun(view.panel);
    assert.deepEqual([status, callCount, lastStep, instances.length], ['completed', 2, 2, 1]);
    const { content, state } = view.panel;
    assert.ok(content.kind === 'run' && state.kind === 'run');
    assert.equal(state.source.label, 'queries.cjs');
    const { recording } = content.shown.run;
    const bytes = await recording.ask('bytes', { step: step(2), address: address(0x400), length: 4 });
    assert.deepEqual([...bytes], [34, 0, 0, 0]); // 11 + 23
    const change = await recording.ask('lastChange', { step: step(2), address: address(0x400) });
    assert.ok(change.kind === 'write');
    assert.deepEqual([change.write.site?.function, change.write.call], ['add_23', 2]);

    const file = fileOf(view.panel);
    assert.match(file, /queries\.wsmrec$/);
    assert.deepEqual(await recording.exportFile(), new Uint8Array(readFileSync(file)));
    // A panel that comes back after a reload finds it by its identity.
    assert.deepEqual(sources.fromIdentity(state.source.uri)?.kind, 'program');
    const held = runs.size;
    await view.panel.run(sources.bundled);
    assert.equal(runs.size, held);
    assert.ok(runs.all.includes(content.shown) && existsSync(file), 'it stays open');
    runs.close(content.shown);
    await until('its removal', () => !existsSync(file));
  });

  it('gets what the launch configuration says', async () => {
    const { view } = await activate();
    const uri = script(
      'told.cjs',
      `make().alloc_11();
      const { argv, env, execPath } = process;
      writeFileSync('told.json', JSON.stringify([argv.slice(2), process.cwd(), env.GREETING, execPath]));`,
    );
    const args = ['a b', '--json', '--', '$HOME'];
    const env = { GREETING: 'hello "you"' };
    await launch(uri, { args, env, cwd: folder, level: 'all', runtimeExecutable: node() });
    await until('the end', () => view.panel.activity === 'program-ended');
    assert.deepEqual(JSON.parse(readFileSync(inFolder('told.json'), 'utf8')), [args, folder, env.GREETING, node()]);
    assert.equal(shownRun(view.panel).record, 'all');
  });

  it('is recorded in part and exactly, where the launch configuration says so', async () => {
    const { view } = await activate();
    // The host writes 20 at 0x400 before the second `add_23`, which is the first call that is recorded.
    const uri = script(
      'part.cjs',
      `const { alloc_11, add_23 } = make(); const view = new Uint8Array(memory.buffer);
      alloc_11(); add_23(0x400); view[0x400] = 20; add_23(0x400); add_23(0x400);`,
    );
    await launch(uri, { fromCall: 2, calls: 2, function: 'add', exact: true });
    await until('the end', () => view.panel.activity === 'program-ended');
    const { callCount, notes } = shownRun(view.panel);
    assert.equal(callCount, 2);
    // Instance and `alloc_11` count among the calls of the program, but not among those of functions with `add` in their names.
    assert.match(notes.join(' '), /3 of them of functions with 'add' in their names\. Recorded are 2:/);
    const { content } = view.panel;
    assert.ok(content.kind === 'run');
    const before = await content.shown.run.recording.ask('bytes', {
      step: step(0),
      address: address(0x400),
      length: 1,
    });
    assert.deepEqual([...before], [20]);
  });

  it('is paused and resumed by the commands', async () => {
    const { view, editors } = await activate();
    const run = (name: string) => vscode.commands.executeCommand(`wasmSharedMemory.${name}`);
    // It adds 23 for each file that comes, and waits for them without returning to its event loop.
    const uri = script(
      'paused.cjs',
      `const { alloc_11, add_23 } = make(); alloc_11();
      for (const name of ['first', 'second', 'third']) {
        while (!require('node:fs').existsSync(__dirname + '/' + name));
        add_23(0x400); writeFileSync(__dirname + '/' + name + '-done', '');
      }`,
    );
    const add = async (name: string): Promise<void> => {
      writeFileSync(inFolder(name), '');
      await until(name, () => existsSync(inFolder(`${name}-done`)));
    };
    await launch(uri);
    await until('a call', () => shownRun(view.panel).callCount === 1);
    assert.equal(view.panel.program, 'recording');
    await run('pauseRecording');
    await run('pauseRecordingInView'); // which it is already
    await until('a pause', () => view.panel.program === 'paused');
    await add('first');
    editors.open(view.panel.content);
    await until('the editor', () => editors.active !== undefined);
    await run('resumeRecordingInEditor');
    await until('no pause', () => view.panel.program === 'recording');
    await add('second');
    await until('the call', () => shownRun(view.panel).callCount === 2);
    await run('pauseRecording');
    await add('third');
    await until('the end', () => view.panel.activity === 'program-ended');
    assert.equal(view.panel.program, 'none');
    // 11, then 11 + 23 unrecorded, then 34 + 23; the last is not there.
    const { content } = view.panel;
    assert.ok(content.kind === 'run');
    const { callCount, lastStep } = shownRun(view.panel);
    assert.deepEqual([callCount, lastStep], [2, 3]);
    const value = await content.shown.run.recording.ask('bytes', { step: step(3), address: address(0x400), length: 1 });
    assert.deepEqual([...value], [57]);
    await run('resumeRecording'); // says that no program runs
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await until('no editor', () => editors.all.length === 0);
  });

  it('is ended by Stop, and its recording stays', async () => {
    const { view } = await activate();
    const uri = script('endless.cjs', 'make().alloc_11(); for (;;);');
    await launch(uri);
    await until('a call', () => shownRun(view.panel).callCount === 1);
    assert.equal(view.panel.activity, 'running');
    await vscode.debug.stopDebugging(vscode.debug.activeDebugSession);
    assert.equal(view.panel.activity, 'program-ended');
    const { status, lastStep } = shownRun(view.panel);
    assert.deepEqual([status, lastStep], ['cancelled', 1]);
  });

  it('is ended by the panel, and its session with it', async () => {
    const { view } = await activate();
    await launch(script('endless.cjs', 'make().alloc_11(); for (;;);'));
    await until('a call', () => shownRun(view.panel).callCount === 1);
    await vscode.commands.executeCommand('wasmSharedMemory.cancel');
    await until('the end', () => view.panel.activity === 'program-ended');
    assert.equal(shownRun(view.panel).status, 'cancelled');
  });

  it('keeps its recording where its terminal is closed', async () => {
    const { view } = await activate();
    await launch(script('endless.cjs', 'make().alloc_11(); for (;;);'));
    await until('a call', () => shownRun(view.panel).callCount === 1);
    vscode.window.terminals.find(({ name }) => name.includes('endless.cjs'))?.dispose();
    await until('the end', () => view.panel.activity === 'program-ended');
    assert.deepEqual([shownRun(view.panel).status, shownRun(view.panel).lastStep], ['cancelled', 1]);
  });

  it('opens in an editor where the view shows something else that runs', async () => {
    const { view, editors, sources } = await activate();
    await launch(script('waits.cjs', "make().alloc_11(); while (!require('node:fs').existsSync(__dirname + '/go'));"));
    await until('a call', () => shownRun(view.panel).callCount === 1);
    await view.panel.run(sources.file(guest('misbehaving/loop-in-call.wasm')));
    writeFileSync(inFolder('go'), '');
    await until('an editor', () => editors.all.length === 1);
    const [editor] = editors.all;
    assert.ok(editor);
    assert.deepEqual([editor.activity, shownRun(editor).lastStep], ['program-ended', 1]);
    view.panel.cancel();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await until('no editor', () => editors.all.length === 0);
  });

  it('without a module says so in the panel', async () => {
    const { view } = await activate();
    await launch(script('without.cjs', ''));
    await until('the end', () => view.panel.activity === 'opened');
    const { status, problem } = shownRun(view.panel);
    assert.equal(status, 'rejected');
    assert.match(problem?.message ?? '', /no module with code and a memory/);
  });

  it('says in the panel that there is no recording where its process was ended', async () => {
    const { view } = await activate();
    await launch(script('killed.cjs', "make().alloc_11(); process.kill(process.pid, 'SIGKILL');"));
    await until('the end', () => view.panel.activity === 'opened');
    assert.match(shownRun(view.panel).problem?.message ?? '', /no recording of killed\.cjs: its process ended early/);
  });
});

describe('the folder of recordings', () => {
  it('loses what windows left behind, after a day', async () => {
    const here = mkdtempSync(join(tmpdir(), 'recordings-'));
    const recordings = new RecordingFolder(vscode.Uri.file(join(here, 'recordings')));
    try {
      const [old, young] = [await recordings.place('/a/b.mjs'), await recordings.place('/a/b.mjs')];
      for (const { fsPath } of [old, young]) writeFileSync(fsPath, 'recording');
      const twoDaysAgo = Date.now() / 1000 - 2 * 24 * 60 * 60;
      utimesSync(dirname(old.fsPath), twoDaysAgo, twoDaysAgo);
      const next = await recordings.place('/a/c.cjs');
      assert.deepEqual([existsSync(old.fsPath), existsSync(young.fsPath)], [false, true]);
      assert.deepEqual([basename(young.fsPath), basename(next.fsPath)], ['b.wsmrec', 'c.wsmrec']);
      assert.deepEqual([recordings.has(young), recordings.has(vscode.Uri.file(here))], [true, false]);
      await recordings.remove(young);
      await recordings.remove(young); // gone already
      assert.equal(existsSync(dirname(young.fsPath)), false);
    } finally {
      rmSync(here, { recursive: true });
    }
  });
});

describe('the debug session of a program', () => {
  /** What an adapter sends; `seq` counts up from 1. */
  type Sent = Record<string, unknown>;

  function adapterOf(start: () => Promise<RecordedProgram>): { ask: (command: string) => void; sent: Sent[] } {
    const adapter = new ProgramDebugAdapter(start);
    const sent: Sent[] = [];
    adapter.onDidSendMessage(message => sent.push({ ...message }));
    let seq = 0;
    return { sent, ask: command => adapter.handleMessage({ seq: ++seq, type: 'request', command }) };
  }

  it('starts, stops and ends with its program', async () => {
    const { promise: ended, resolve } = Promise.withResolvers<number>();
    let stops = 0;
    const { ask, sent } = adapterOf(async () => ({ ended, stop: () => stops++ }));
    const next = (count: number): Promise<void> => until('an answer', () => sent.length === count);
    ask('launch');
    await next(2);
    ask('threads');
    await next(3);
    ask('terminate');
    await until('a stop', () => stops === 1);
    assert.equal(sent.length, 3, 'not answered before it has ended');
    resolve(130);
    await next(6);
    assert.deepEqual(
      new Set(sent.map(({ command, event, success }) => `${command ?? event} ${success ?? ''}`)),
      new Set(['launch true', 'initialized ', 'threads true', 'exited ', 'terminated ', 'terminate true']),
    );
    assert.deepEqual(sent.find(({ event }) => event === 'exited')?.body, { exitCode: 130 });
  });

  it('tells why a program can’t be started, and what it can’t do', async () => {
    const { ask, sent } = adapterOf(async () => {
      throw new Error('There is none.');
    });
    ask('launch');
    ask('stepIn');
    ask('disconnect');
    await until('the answers', () => sent.length === 3);
    assert.deepEqual(
      sent.map(({ command, success, message }) => [command, success, message]),
      [
        ['stepIn', false, "A program that is recorded can't be debugged: there is no 'stepIn'."],
        ['launch', false, 'There is none.'],
        ['disconnect', true, undefined],
      ],
    );
  });

  it('does not begin in a workspace that is not trusted', async () => {
    const start = async () => assert.fail('it was started');
    const configuration = { type: 'wasm-memory', request: 'launch', name: '', program: '/x.js' };
    const resolved = (trusted: boolean) =>
      new ProgramDebug({ start }, new FakeTrust(trusted)).resolveDebugConfiguration(undefined, configuration);
    assert.equal(resolved(false), undefined);
    assert.deepEqual(resolved(true), { ...configuration, internalConsoleOptions: 'neverOpen' });
  });

  it('records the script of the active editor where there is no launch.json', async () => {
    const document = await vscode.workspace.openTextDocument(guest('index.ts'));
    await vscode.window.showTextDocument(document);
    const debug = new ProgramDebug({ start: async () => assert.fail() }, new FakeTrust(true));
    // What VS Code gives then.
    const empty = {} as vscode.DebugConfiguration;
    assert.equal(debug.resolveDebugConfiguration(undefined, empty)?.program, document.uri.fsPath);
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    assert.equal(debug.resolveDebugConfiguration(undefined, empty), undefined);
  });
});

describe('a launch configuration', () => {
  it('that holds what it should is taken', () => {
    const configuration = { program: '/a.mjs', args: ['x'], env: { A: 'b' }, module: null, level: 'all' };
    assert.deepEqual(parseLaunch({ type: 'wasm-memory', name: 'A', ...configuration }), configuration);
    const part = { memory: 2, fromCall: 3, calls: null, function: 'put', paused: false, exact: true };
    assert.deepEqual(parseLaunch({ program: '/a.mjs', ...part }), { program: '/a.mjs', ...part });
    // What is null or false is not said.
    assert.deepEqual(programArguments(part), ['--memory=2', '--from-call=3', '--function=put', '--exact']);
  });

  for (const [configuration, message] of [
    [{}, 'configuration.program is not a text'],
    [{ program: '/a.js', args: 'x' }, 'configuration.args is not a list'],
    [{ program: '/a.js', args: [1] }, 'configuration.args[0] is not a text'],
    [{ program: '/a.js', env: { A: 1 } }, 'configuration.env.A is not a text'],
    [{ program: '/a.js', env: [] }, 'configuration.env is not an object'],
    [{ program: '/a.js', level: 'calls' }, 'configuration.level is not one of stores, all'],
    [{ program: '/a.js', exact: 'yes' }, 'configuration.exact is not true or false'],
    [{ program: '/a.js', module: '' }, 'configuration.module is empty'],
    [{ program: '/a.js', fromCall: 0 }, 'configuration.fromCall is not a whole number of at least 1'],
  ] as const) {
    it(`is refused where ${message}`, () => {
      assert.throws(() => parseLaunch(configuration), {
        message: `The launch configuration can't be used: ${message}. Correct it in launch.json.`,
      });
    });
  }
});

describe('the Node of a program', () => {
  it('is the one that is named', async () => {
    assert.equal(await findNode(node(), process.env), realpathSync(node()));
    assert.equal(await findNode('node', { PATH: dirname(node()) }), realpathSync(node()));
  });

  it('is VS Code’s own where none is named, and that on the PATH can’t record', async () => {
    const here = mkdtempSync(join(tmpdir(), 'node-'));
    const old = join(here, 'node');
    try {
      const found = { path: realpathSync(node()), env: {}, note: null };
      assert.deepEqual(await chooseNode(undefined, { PATH: dirname(node()) }, join(here, 'no')), found);
      const missing = `There is no 'node' on the PATH. Install Node 22 or later, or name one with "runtimeExecutable" in the launch configuration.`;
      const instead = 'Programs run with VS Code’s own Node. ';
      assert.deepEqual(await chooseNode(undefined, { PATH: here }, node()), { ...found, note: instead + missing });
      // What the user names is never replaced, and two that can't record are told as the first one is.
      const named = `'nix' on the PATH`;
      await assert.rejects(chooseNode('nix', { PATH: here }, node()), ({ message }) => message.includes(named));
      writeFileSync(old, `#!/bin/sh\necho '["/usr/bin/node","20.11.1"]'\n`, { mode: 0o755 });
      const both = chooseNode(undefined, { PATH: here }, old);
      await assert.rejects(both, ({ message }) => message.startsWith('/usr/bin/node is Node 20.11.1,'));
    } finally {
      rmSync(here, { recursive: true });
    }
  });

  it('is said to be missing, to be none, or to be too old', async () => {
    const remedy = 'Install Node 22 or later, or name one with "runtimeExecutable" in the launch configuration.';
    const here = mkdtempSync(join(tmpdir(), 'node-'));
    const old = join(here, 'old-node');
    writeFileSync(old, `#!/bin/sh\necho '["/usr/bin/node","20.11.1"]'\n`, { mode: 0o755 });
    const none = join(here, 'none');
    writeFileSync(none, '#!/bin/sh\necho hello\n', { mode: 0o755 });
    const messageOf = (name: string) => findNode(name, { PATH: here }).then(assert.fail, ({ message }) => message);
    try {
      assert.equal(await messageOf('node'), `There is no 'node' on the PATH. ${remedy}`);
      assert.equal(await messageOf(join(here, 'no')), `${join(here, 'no')} does not exist. ${remedy}`);
      assert.equal(await messageOf(none), `${none} is no Node. ${remedy}`);
      assert.equal(
        await messageOf(old),
        `/usr/bin/node is Node 20.11.1, but recording a program needs Node 22. ${remedy}`,
      );
    } finally {
      rmSync(here, { recursive: true });
    }
  });
});

describe('a script', () => {
  for (const source of [
    'const module = await WebAssembly.compile(bytes);',
    "import initSqlJs from 'sql.js';",
    'const init = require("sql.js/dist/sql-wasm.js");',
    "import sqlite3InitModule from '@sqlite.org/sqlite-wasm';",
    "import './module.wasm';",
    "const { WASI } = await import('node:wasi');",
  ]) {
    it(`uses WebAssembly: ${source}`, () => assert.ok(usesWebAssembly(source)));
  }

  for (const source of [
    "import { readFile } from 'node:fs';",
    "const text = 'wasm';",
    'const MyWebAssemblyThing = 1;',
    "import x from 'sqlxjs'; import y from 'wasite';",
  ]) {
    it(`uses none: ${source}`, () => assert.ok(!usesWebAssembly(source)));
  }
});
