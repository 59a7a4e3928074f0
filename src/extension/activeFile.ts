// The file of the active tab, whichever editor shows it: VS Code's own says of a .wasm file only that it is binary.
import * as vscode from 'vscode';

/** Undefined where it is no .wasm file. */
export function activeModuleFile(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  const isFile = input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom;
  return isFile && isModuleFile(input.uri) ? input.uri : undefined;
}

export const isModuleFile = ({ path }: vscode.Uri): boolean => /\.wasm$/i.test(path);
