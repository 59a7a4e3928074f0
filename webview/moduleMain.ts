// The entry of the webview of the modules' editor.
import { startModuleEditor } from './module/start.ts';

startModuleEditor(acquireVsCodeApi());
