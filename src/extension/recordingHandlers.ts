// Answers what a webview asks of the recording that its panel shows.
import type { Handlers } from '../protocol/messageHandler.ts';
import type { HostRequests } from '../protocol/panel.ts';
import { hex } from '../protocol/text.ts';
import type { MemorySearch } from './memorySearch.ts';
import {
  parseAccesses,
  parseDescribeStep,
  parseLastChange,
  parseNeighbourWrite,
  parseOverview,
  parseReadPages,
  parseSaveRange,
  parseSearch,
  parseWritesTo,
} from './panelRequests.ts';
import type { ShownRun } from './runs.ts';
import { moduleName, type SaveSuggestion } from './saveFile.ts';

/** What the answers need of the panel. */
export interface RecordingPanel {
  /** Throws where the panel does not show the run with this id (any more). */
  shownWithId(runId: number): ShownRun;
  readonly search: MemorySearch;
  searchProgress(done: number): void;
  /** Asks where to save, and saves there; returns at once, since choosing takes as long as the user likes. */
  save(suggestion: SaveSuggestion, bytes: Uint8Array): void;
}

type RecordingRequest =
  | 'readPages'
  | 'lastChange'
  | 'describeStep'
  | 'accesses'
  | 'writesTo'
  | 'neighbourWrite'
  | 'overview'
  | 'search'
  | 'cancelSearch'
  | 'saveRange';

export function recordingHandlers(panel: RecordingPanel): Pick<Handlers<HostRequests>, RecordingRequest> {
  const recordingOf = ({ runId }: { readonly runId: number }) => panel.shownWithId(runId).run.recording;
  return {
    readPages: async params => {
      const { step, pages, since, ...of } = parseReadPages(params);
      return recordingOf(of).readPages(step, pages, since);
    },
    lastChange: async params => {
      const { step, address, ...of } = parseLastChange(params);
      return recordingOf(of).lastChange(step, address);
    },
    describeStep: async params => {
      const { step, ...of } = parseDescribeStep(params);
      return recordingOf(of).describeStep(step);
    },
    accesses: async params => {
      const { call, from, count, ...of } = parseAccesses(params);
      return recordingOf(of).accesses(call, from, count);
    },
    writesTo: async params => {
      const { step, address, length, count, ...of } = parseWritesTo(params);
      return recordingOf(of).writesTo(step, address, length, count);
    },
    neighbourWrite: async params => {
      const { step, address, direction, ...of } = parseNeighbourWrite(params);
      return recordingOf(of).neighbourWrite(step, address, direction);
    },
    overview: async params => {
      const { step, first, count, ...of } = parseOverview(params);
      return recordingOf(of).overview(step, first, count);
    },
    search: async params => {
      const { runId, ...request } = parseSearch(params);
      return panel.search.run(recordingOf({ runId }), request, done => panel.searchProgress(done));
    },
    cancelSearch: () => {
      panel.search.cancel();
      return null;
    },
    saveRange: async params => {
      const { runId, step, address, length } = parseSaveRange(params);
      const { run, source } = panel.shownWithId(runId);
      const bytes = await run.recording.bytes(step, address, length);
      const suggestion = {
        title: 'Save memory range',
        source,
        fileName: `${moduleName(source)}-step${step}-${hex(address)}.bin`,
        filters: { 'Binary files': ['bin'], 'All files': ['*'] },
      };
      panel.save(suggestion, bytes);
      return null;
    },
  };
}
