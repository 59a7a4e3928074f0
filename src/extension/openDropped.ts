// Files that were dropped on a panel. Trust in the workspace matters as everywhere: without it modules are only looked at.
import * as vscode from 'vscode';
import type { MemoryPanel } from './panel.ts';
import type { PanelServices } from './panelServices.ts';
import { isRecording } from './sources.ts';

/**
 * Recordings open in editors of their own, several modules run over one memory in the side bar, a single one runs in the panel.
 * @throws Error where a file is neither
 */
export async function openDropped(
  panel: MemoryPanel,
  { sources, openRecording }: Pick<PanelServices, 'sources' | 'openRecording'>,
  dropped: readonly string[],
): Promise<void> {
  const uris = dropped.map(uri => vscode.Uri.parse(uri, true));
  const stranger = uris.find(({ path }) => !/\.(wasm|wsmrec)$/i.test(path));
  if (stranger)
    throw new Error(vscode.l10n.t('{0} is neither a module (.wasm) nor a recording (.wsmrec).', stranger.path));
  const files = uris.map(uri => sources.file(uri));
  for (const file of files.filter(isRecording)) await openRecording(file.uri);
  const [module, ...others] = files.filter(file => !isRecording(file));
  if (!module) return;
  if (others.length > 0) {
    const together = [module, ...others].map(({ uri }) => uri);
    await vscode.commands.executeCommand('wasmSharedMemory.runTogether', module.uri, together);
    return;
  }
  // The editor of a recording's file shows no other file.
  const { content } = panel;
  const shown = content.kind === 'run' ? content.shown.source : content.kind === 'failed' ? content.source : null;
  if (shown?.kind === 'recording') await vscode.commands.executeCommand('wasmSharedMemory.runDemoOnFile', module.uri);
  else await panel.run(module);
}
