// In a window: shows the run of a memory of 4 GiB in an editor, until the window is closed.
import { activate, runToEnd } from '../../test/extension/fixtures.ts';
import { samplesLine } from '../samples.ts';
import { workspaceFile } from './webview.ts';
import { windowClosed } from './windowClosed.ts';

export async function run(): Promise<void> {
  const { view, editors, sources } = await activate();
  await runToEnd(view.panel, sources.file(workspaceFile('huge.wasm')), 1);
  editors.open(view.panel.content);
  console.log(samplesLine({}));
  await windowClosed;
}
