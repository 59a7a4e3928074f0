// Writes the recording of a run to a file that the user chooses.
import * as vscode from 'vscode';
import { percentOf, type Work } from '../protocol/work.ts';
import type { PanelServices } from './panelServices.ts';
import type { ShownRun } from './runs.ts';
import { moduleName, writeWhole } from './saveFile.ts';
import { RECORDING_EXTENSION } from './sources.ts';

/** Rejects where there is nothing to write, or where it can't be written. */
export async function exportRecording(
  shown: ShownRun | undefined,
  { askWhereToSave }: Pick<PanelServices, 'askWhereToSave'>,
): Promise<void> {
  if (!shown?.recorded) throw new Error(vscode.l10n.t('there is no recording yet. Run something to its end first.'));
  // Another run may take its place while the user chooses.
  const kept = shown.hold();
  try {
    const uri = await askWhereToSave({
      title: vscode.l10n.t('Export recording'),
      source: shown.source,
      fileName: `${moduleName(shown.source)}${RECORDING_EXTENSION}`,
      filters: { [vscode.l10n.t('Recordings')]: [RECORDING_EXTENSION.slice(1)] },
    });
    if (!uri) return;
    const progress = { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Exporting the recording') };
    await vscode.window.withProgress(progress, async ({ report }) => {
      const tell = (work: Work): void => report({ message: `${percentOf(work)} %` });
      await writeWhole(uri, await shown.run.recording.exportFile(tell));
    });
  } finally {
    kept.dispose();
  }
}
