// Answers what a webview asks of the recording that its panel shows.
import * as vscode from 'vscode';
import type { Handlers } from '../protocol/messageHandler.ts';
import { type HostRequests, queryHandlers } from '../protocol/panel.ts';
import { type PanelQuery, paramsOf } from '../protocol/queries.ts';
import { searchRequest } from '../protocol/search.ts';
import { hex } from '../protocol/text.ts';
import type { MemorySearch } from './memorySearch.ts';
import { parseOfRun, parseSaveFormat } from './panelRequests.ts';
import type { ShownRun } from './runs.ts';
import { moduleName, type SaveSuggestion } from './saveFile.ts';

/** Of a larger range the text would keep the extension's host from its other work for seconds. */
const MAXIMUM_HEX_BYTES = 16 * 2 ** 20;

/** What the answers need of the panel. */
export interface RecordingPanel {
  /** Throws where the panel does not show the run with this id (any more). */
  shownWithId(runId: number): ShownRun;
  readonly search: MemorySearch;
  searchProgress(done: number): void;
  /** The user went to a store before the last, which is shown by itself. */
  stoodAtStore(): void;
  /** Asks where to save, and saves there; returns at once, since choosing takes as long as the user likes. */
  save(suggestion: SaveSuggestion, bytes: Uint8Array): void;
}

type RecordingRequest = PanelQuery | 'search' | 'cancelSearch' | 'saveRange';

/**
 * What the shown run answers. Where it fails after another run took the run's place, that is why: its recording may have been
 * let go of in the midst of it.
 */
async function ofShown<Answer>(
  panel: RecordingPanel,
  runId: number,
  answer: (shown: ShownRun) => Answer | Promise<Answer>,
): Promise<Answer> {
  try {
    return await answer(panel.shownWithId(runId));
  } catch (error) {
    panel.shownWithId(runId);
    throw error;
  }
}

export function recordingHandlers(panel: RecordingPanel): Pick<Handlers<HostRequests>, RecordingRequest> {
  return {
    ...queryHandlers(async (name, sent) => {
      const { runId, params } = parseOfRun(name, paramsOf(name), sent);
      return ofShown(panel, runId, ({ run }) => run.recording.ask(name, params));
    }),
    describeStep: async sent => {
      const { runId, params } = parseOfRun('describeStep', paramsOf('describeStep'), sent);
      return ofShown(panel, runId, shown => {
        const { firstStep, lastStep } = shown.snapshot;
        if (shown.ended && params.step > firstStep && params.step < lastStep) panel.stoodAtStore();
        return shown.run.recording.ask('describeStep', params);
      });
    },
    findings: async sent => {
      const { runId } = parseOfRun('findings', paramsOf('findings'), sent);
      return ofShown(panel, runId, shown => shown.askFindings());
    },
    search: async sent => {
      const { runId, params } = parseOfRun('search', searchRequest, sent);
      const { recording } = panel.shownWithId(runId).run;
      return panel.search.run(recording, params, done => panel.searchProgress(done));
    },
    cancelSearch: () => {
      panel.search.cancel();
      return null;
    },
    saveRange: async sent => {
      const { runId, params } = parseOfRun('saveRange', paramsOf('bytes'), sent);
      const format = parseSaveFormat(sent);
      const { source } = panel.shownWithId(runId);
      if (format === 'ihex' && params.length > MAXIMUM_HEX_BYTES)
        throw new Error(
          vscode.l10n.t(
            'More than 16 MiB are selected, and Intel HEX takes nearly three times as much: save fewer bytes, or the range itself.',
          ),
        );
      const bytes = await ofShown(panel, runId, ({ run }) => run.recording.ask('bytes', params));
      const name = `${moduleName(source)}-step${params.step}-${hex(params.address)}`;
      if (format === 'ihex') {
        const { intelHex } = await import('./later.ts');
        const text = intelHex(bytes, params.address);
        const filters = { [vscode.l10n.t('Intel HEX files')]: ['hex'], [vscode.l10n.t('All files')]: ['*'] };
        const suggestion = {
          title: vscode.l10n.t('Save memory range as Intel HEX'),
          source,
          fileName: `${name}.hex`,
          filters,
        };
        panel.save(suggestion, new TextEncoder().encode(text));
        return null;
      }
      const filters = { [vscode.l10n.t('Binary files')]: ['bin'], [vscode.l10n.t('All files')]: ['*'] };
      panel.save({ title: vscode.l10n.t('Save memory range'), source, fileName: `${name}.bin`, filters }, bytes);
      return null;
    },
  };
}
