// What the scripts in the extension host share.
import { join } from 'node:path';
import * as vscode from 'vscode';

/** A file of the folder that the window has open. */
export function workspaceFile(name: string): vscode.Uri {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  if (!folder) throw new Error('the window has no folder open');
  return vscode.Uri.joinPath(folder.uri, name);
}

/** A webview in an editor, with one script or with nothing at all in it. */
export function showWebview(script?: vscode.Uri): vscode.Webview {
  const { webview } = vscode.window.createWebviewPanel('benchmark', 'Benchmark', vscode.ViewColumn.One, {
    enableScripts: true,
    localResourceRoots: [vscode.Uri.file(join(__dirname))],
  });
  const policy = `default-src 'none'; script-src ${webview.cspSource}`;
  webview.html = `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <title>Benchmark</title>
    ${script ? `<script src="${webview.asWebviewUri(script)}" defer></script>` : ''}
  </head>
  <body></body>
</html>`;
  return webview;
}
