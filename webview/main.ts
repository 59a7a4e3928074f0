// The webview's entry.
import { startPanel } from './panel/start.ts';

startPanel(acquireVsCodeApi());
