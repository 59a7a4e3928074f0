// In a window: a webview of the benchmark's own reads pages of a run through the extension's own end of the panel protocol.
import { join } from 'node:path';
import * as vscode from 'vscode';
import { activate, runToEnd } from '../../test/extension/fixtures.ts';
import { parseSamples, samplesLine } from '../samples.ts';
import { showWebview, workspaceFile } from './webview.ts';

export async function run(): Promise<void> {
  const { view, sources } = await activate();
  await runToEnd(view.panel, sources.file(workspaceFile('dense.wasm')));
  const webview = showWebview(vscode.Uri.file(join(__dirname, 'pageReadsWebview.js')));
  // The panel takes it for its own: requests are answered as the real webview's are.
  view.panel.attach(webview);
  const samples = await new Promise<unknown>(resolve => {
    webview.onDidReceiveMessage((message: unknown) => {
      if (typeof message === 'object' && message !== null && 'samples' in message) resolve(message.samples);
    });
  });
  console.log(samplesLine(parseSamples(samples)));
}
