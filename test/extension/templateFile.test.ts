// The file of templates in a real workspace, or in the extension's own folder where there is none.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { TemplateFile } from '../../src/extension/templateFile.ts';
import { parseTemplates } from '../../src/protocol/templateParser.ts';
import { until } from './fakes.ts';

describe('the file of templates', () => {
  let folder = '';
  const told: (string | null)[] = [];
  let file: TemplateFile;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'templates-'));
    file = new TemplateFile(vscode.Uri.file(folder), ({ text }) => told.push(text));
  });
  after(async () => {
    file.dispose();
    const uri = vscode.window.activeTextEditor?.document.uri;
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    if (uri?.path.endsWith('wasm-memory-templates.txt')) await vscode.workspace.fs.delete(uri);
    await rm(folder, { recursive: true });
  });

  it('is none at first, and is made with an example that says nothing by itself', async () => {
    assert.equal((await file.read()).text, null);
    await file.open(3, 4);
    const { text, name } = await file.read();
    assert.match(name, /wasm-memory-templates\.txt$/);
    assert.deepEqual(parseTemplates(text ?? '?'), { ok: true, templates: { structs: new Map(), placed: [] } });
    const editor = vscode.window.activeTextEditor;
    assert.deepEqual([editor?.selection.active.line, editor?.selection.active.character], [2, 3]);
  });

  it('is told when it is saved', async () => {
    const editor = vscode.window.activeTextEditor;
    assert.ok(editor);
    await editor.edit(edit => edit.insert(new vscode.Position(0, 0), 'struct A { u8 a; }\n'));
    await editor.document.save();
    await until('the text', () => told.some(text => text?.startsWith('struct A')));
  });

  it('is told to be none any more where the folder that it is in goes', async () => {
    const editor = vscode.window.activeTextEditor;
    assert.ok(editor);
    const { uri } = editor.document;
    assert.ok(vscode.workspace.workspaceFolders); // else its folder is the extension's own
    const text = await vscode.workspace.fs.readFile(uri);
    const around = vscode.Uri.joinPath(uri, '..');
    const aside = vscode.Uri.joinPath(around, '..', 'aside');
    told.length = 0;
    await vscode.workspace.fs.rename(around, aside);
    await until('no text', () => told.at(-1) === null);
    await vscode.workspace.fs.rename(aside, around);
    await until('the text', () => told.at(-1) === new TextDecoder().decode(text));
  });

  it('is opened where it is, once there is one', async () => {
    await file.open(1, 8);
    assert.match(vscode.window.activeTextEditor?.document.getText() ?? '', /^struct A/);
  });
});
