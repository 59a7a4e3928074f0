// Which of the visible scripts use WebAssembly: package.json's `when` clauses offer to record those.
import * as vscode from 'vscode';
import { isScript } from './programLaunch.ts';

/** As package.json has it: the list of their paths, each as this machine writes it and as its URI does: a window may be on another. */
const KEY = 'wasmSharedMemory.webAssemblyScripts';

/** Characters that are looked at: what a file imports stands at its beginning, and bundles are megabytes. */
const LOOKED_AT = 256 * 1024;

/** Packages without "wasm" in their names that bring a module with a memory. */
const PACKAGES = [
  'sql.js',
  'wabt',
  'binaryen',
  'web-tree-sitter',
  'argon2-browser',
  'libsodium-wrappers',
  'node:wasi',
  'wasi',
];

const quoted = PACKAGES.map(name => name.replaceAll('.', '\\.')).join('|');
/** `WebAssembly`, or an import of one of these packages, of one with "wasm" in its name, or of a .wasm file. */
const USE = new RegExp(
  `\\bWebAssembly\\b|(?:\\bfrom|\\bimport|\\bimport\\(|\\brequire\\()\\s*(['"])(?:[^'"\\n]*wasm[^'"\\n]*|(?:${quoted})(?:/[^'"\\n]*)?)\\1`,
);

/** Whether a script looks as if it used WebAssembly. */
export const usesWebAssembly = (script: string): boolean => USE.test(script.slice(0, LOOKED_AT));

/** Keeps the key up to date: when other editors show, and when a script is saved. */
export function followWebAssemblyScripts(): vscode.Disposable {
  let shown = '';
  const update = (): void => {
    const scripts = vscode.window.visibleTextEditors
      .map(({ document }) => document)
      .filter(document => isScript(document.uri.path) && usesWebAssembly(document.getText()))
      .flatMap(({ uri }) => [uri.fsPath, uri.path]);
    if (scripts.join() === shown) return;
    shown = scripts.join();
    void vscode.commands.executeCommand('setContext', KEY, scripts);
  };
  update();
  return vscode.Disposable.from(
    vscode.window.onDidChangeVisibleTextEditors(update),
    vscode.workspace.onDidSaveTextDocument(update),
  );
}
