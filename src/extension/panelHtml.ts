// The webview's document: one script and nothing inline.
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

/** The folders that a panel's webview may load from. */
export function resourceRoots(extensionUri: vscode.Uri): vscode.Uri[] {
  return [vscode.Uri.joinPath(extensionUri, 'dist')];
}

/**
 * A document with a nonce of its own. All its styles are constructed style sheets, which need no permission; the nonce
 * for styles is for the toolkit, which tries one (empty) style element to find out whether `:focus-visible` works.
 */
export const panelHtml = (webview: vscode.Webview, extensionUri: vscode.Uri): string =>
  webviewHtml(webview, extensionUri, 'webview.js', 'Linear memory');

/** The same with another script of dist/. */
export function webviewHtml(webview: vscode.Webview, extensionUri: vscode.Uri, name: string, title: string): string {
  const nonce = randomBytes(16).toString('base64');
  const script = webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, 'dist', name));
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'">
    <meta property="csp-nonce" content="${nonce}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${title}</title>
    <script nonce="${nonce}" src="${script}" defer></script>
  </head>
  <body></body>
</html>
`;
}
