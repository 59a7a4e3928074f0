// The path from package.json to running code: VS Code finds the extension, starts it, and knows its commands.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';

const ID = 'wasm-shared-memory.wasm-shared-memory';

function extension(): vscode.Extension<unknown> {
  const found = vscode.extensions.getExtension(ID);
  assert.ok(found, `${ID} is not among the extensions`);
  return found;
}

describe('activation', () => {
  it('VS Code finds the extension and starts it', async () => {
    await extension().activate();
    assert.equal(extension().isActive, true);
  });

  it('the commands that users bind keys to are registered', async () => {
    await extension().activate();
    const registered = new Set(await vscode.commands.getCommands(true));
    const names = [
      'runDemo',
      'runCorruptionDemo',
      'runDemoOnFile',
      'runTogether',
      'runAgain',
      'inspectMemory',
      'openInEditor',
      'cancel',
    ];
    names.push('exportRecording', 'openRecording', 'recordProgram', 'recordScript');
    assert.deepEqual(
      names.filter(name => !registered.has(`wasmSharedMemory.${name}`)),
      [],
    );
  });

  it('every command that package.json declares is registered', async () => {
    await extension().activate();
    const registered = new Set(await vscode.commands.getCommands(true));
    // VS Code checked the manifest's shape when it loaded the extension.
    const declared: { command: string }[] = extension().packageJSON.contributes.commands;
    assert.ok(declared.length >= 6);
    assert.deepEqual(
      declared.filter(({ command }) => !registered.has(command)),
      [],
    );
  });
});
