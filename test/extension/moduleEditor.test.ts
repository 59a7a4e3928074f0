// The editor of .wasm files inside VS Code: what it answers, in which workspace it works, how a place in the code is shown.
import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ModuleEditor } from '../../src/extension/moduleEditor.ts';
import { becomeDefault, MODULE_VIEW_TYPE } from '../../src/extension/moduleEditors.ts';
import { extension, until } from './fakes.ts';
import { activate, guest } from './fixtures.ts';

async function open(uri: vscode.Uri): Promise<ModuleEditor> {
  const { modules } = await activate();
  await vscode.commands.executeCommand('wasmSharedMemory.openModule', uri);
  const editor = modules.all.find(each => each.uri.toString() === uri.toString());
  assert.ok(editor, 'the editor is open');
  return editor;
}

/** A file of a file system that is an extension's own. */
function virtualFile(read: () => Uint8Array | Promise<Uint8Array>) {
  const uri = vscode.Uri.parse('wsm-virtual:/folder/m.wasm');
  const changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  let mtime = 0;
  const refuse = (): never => {
    throw vscode.FileSystemError.NoPermissions();
  };
  const registered = vscode.workspace.registerFileSystemProvider(
    uri.scheme,
    {
      onDidChangeFile: changed.event,
      watch: () => ({ dispose() {} }),
      stat: () => ({ type: vscode.FileType.File, ctime: 0, mtime, size: 100 }),
      readFile: read,
      readDirectory: () => [],
      createDirectory: refuse,
      writeFile: refuse,
      delete: refuse,
      rename: refuse,
    },
    { isReadonly: true },
  );
  return {
    uri,
    change() {
      mtime++;
      changed.fire([{ type: vscode.FileChangeType.Changed, uri }]);
    },
    dispose() {
      registered.dispose();
      changed.dispose();
    },
  };
}

const everyFunction = { list: 'functions', filter: '', from: 0, count: 100 } as const;

describe('editor of modules', () => {
  afterEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  it('is offered for .wasm files beside the others, and may be used where nothing is trusted', () => {
    const { contributes, capabilities } = extension().packageJSON;
    const found = contributes.customEditors.find((each: { viewType: string }) => each.viewType === MODULE_VIEW_TYPE);
    assert.deepEqual(found.selector, [{ filenamePattern: '*.wasm' }]);
    assert.equal(found.priority, 'option');
    assert.equal(capabilities.virtualWorkspaces, true);
    const key = contributes.keybindings.find(
      ({ command }: { command: string }) => command === 'wasmSharedMemory.goToFunction',
    );
    assert.equal(key.key, 'ctrl+shift+o');
    assert.equal(key.when, `activeCustomEditorId == ${MODULE_VIEW_TYPE}`);
  });

  it('opens the file of the active tab, which VS Code’s own editor does not show', async () => {
    const { modules } = await activate();
    const uri = guest('demo/wat.wasm');
    await vscode.commands.executeCommand('vscode.openWith', uri, 'default');
    await until('its tab', () => vscode.window.tabGroups.activeTabGroup.activeTab?.label === 'wat.wasm');
    await vscode.commands.executeCommand('wasmSharedMemory.openModule');
    assert.deepEqual(
      modules.all.map(each => each.uri.path),
      [uri.path],
    );
  });

  it('opens a file and answers about it', async () => {
    const editor = await open(guest('demo/wat.wasm'));
    const { rows } = await editor.ask('rows', everyFunction);
    const index = rows.find(({ name }) => name === 'add_23')?.index;
    assert.ok(index !== undefined, 'the function that the demo calls');
    const { lines } = await editor.ask('lines', { function: index, from: 0, count: 1 });
    assert.match(lines[0]?.text ?? '', /^\(func \$add_23 /);
    const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
    assert.ok(input instanceof vscode.TabInputCustom && input.viewType === MODULE_VIEW_TYPE);
  });

  it('takes a place of the code, and refuses one that no function has', async () => {
    const editor = await open(guest('demo/wat.wasm'));
    const { rows } = await editor.ask('rows', everyFunction);
    const start = rows.find(({ place }) => place)?.place?.start ?? 0;
    await vscode.commands.executeCommand('wasmSharedMemory.openModule', editor.uri, { offset: start + 1 });
    await editor.reveal({ offset: start + 1 });
    await assert.rejects(
      editor.reveal({ offset: 3 }),
      /no function of wat\.wasm has code at offset 3\. Was it built again since\?/,
    );
  });

  it('reads a file of another file system, as a virtual workspace has it', async () => {
    const bytes = await readFile(guest('demo/wat.wasm').fsPath);
    const virtual = virtualFile(() => bytes);
    try {
      const editor = await open(virtual.uri);
      assert.equal((await editor.ask('overview', {})).fileBytes, bytes.length);
    } finally {
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      virtual.dispose();
    }
  });

  it('shows the file as it is after the last change, whichever of its states is read last', async () => {
    const bytes = await readFile(guest('demo/wat.wasm').fsPath);
    // The state that is read second takes longer than the one that is read third.
    const states = [bytes, bytes.subarray(0, 40), bytes.subarray(0, 50)];
    let reads = 0;
    let ended = 0;
    const virtual = virtualFile(async () => {
      const turn = reads++;
      if (turn === 1) await new Promise(resolve => setTimeout(resolve, 1500));
      ended++;
      return states[Math.min(turn, 2)] ?? bytes;
    });
    try {
      const editor = await open(virtual.uri);
      await editor.ask('overview', {});
      virtual.change();
      await until('the second reading', () => reads === 2);
      virtual.change();
      await until('the third reading', () => reads === 3);
      assert.equal((await editor.ask('overview', {})).fileBytes, 50);
      await until('all readings', () => ended === 3);
      await new Promise(resolve => setTimeout(resolve, 500)); // for the thread of the second one
      assert.equal((await editor.ask('overview', {})).fileBytes, 50);
    } finally {
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      virtual.dispose();
    }
  });

  it('shows a broken file, and the file as it is once it is written again', async () => {
    const path = join(tmpdir(), `wsm-module-${process.pid}.wasm`);
    const whole = await readFile(guest('demo/wat.wasm').fsPath);
    await writeFile(path, whole.subarray(0, whole.length - 20));
    try {
      const editor = await open(vscode.Uri.file(path));
      assert.notEqual((await editor.ask('overview', {})).problem, null);
      await writeFile(path, whole);
      let { problem } = await editor.ask('overview', {});
      await until('the file to be read again', () => {
        void editor.ask('overview', {}).then(overview => {
          problem = overview.problem;
        });
        return problem === null;
      });
    } finally {
      await rm(path);
    }
  });

  it('becomes the editor of all .wasm files when its user wants that, and what else is set there stays', async () => {
    const configuration = () => vscode.workspace.getConfiguration();
    const kept = configuration().inspect('workbench.editorAssociations')?.globalValue;
    const target = vscode.ConfigurationTarget.Global;
    try {
      await configuration().update('workbench.editorAssociations', { '*.bin': 'default' }, target);
      void becomeDefault(); // its message waits for an answer
      await until(
        'the setting',
        () => Object.keys(configuration().get('workbench.editorAssociations') ?? {}).length === 2,
      );
      assert.deepEqual(
        { ...configuration().get<Record<string, string>>('workbench.editorAssociations') },
        { '*.bin': 'default', '*.wasm': MODULE_VIEW_TYPE },
      );
      await vscode.commands.executeCommand('vscode.open', guest('demo/wat.wasm'));
      const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
      assert.ok(input instanceof vscode.TabInputCustom && input.viewType === MODULE_VIEW_TYPE);
    } finally {
      await configuration().update('workbench.editorAssociations', kept, target);
    }
  });
});
