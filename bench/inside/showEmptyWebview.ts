// In a window: shows a webview without any content in an editor, until the window is closed.
import { samplesLine } from '../samples.ts';
import { showWebview } from './webview.ts';
import { windowClosed } from './windowClosed.ts';

export async function run(): Promise<void> {
  showWebview();
  console.log(samplesLine({}));
  await windowClosed;
}
