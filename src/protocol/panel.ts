// The panel protocol: webview <-> extension host. See MessageHandler for how requests and answers travel.
import type {
  AccessView,
  LastChange,
  PageSummary,
  PageView,
  Problem,
  RunSnapshot,
  StepView,
  WriteView,
} from './run.ts';
import type { Address, PageIndex, Step } from './units.ts';

/** Where a run's module came from, as the user reads it. */
export interface SourceView {
  /** Stable identity of the source, kept in the webview's state to repeat the run after a reload. */
  readonly uri: string;
  /** File name, or the bundled guest's title. */
  readonly label: string;
  /** Folder within the workspace, empty for the bundled guest. */
  readonly folder: string;
}

export type PanelState =
  /** nothing was run in this panel yet */
  | { readonly kind: 'empty'; readonly trusted: boolean }
  /** a run, under way or ended */
  | {
      readonly kind: 'run';
      /** Identity of the run within this session; requests name it, so that an answer never belongs to another run. */
      readonly runId: number;
      readonly source: SourceView;
      readonly trusted: boolean;
      /** It comes from an exported recording: nothing ran here, and nothing can be run again. */
      readonly opened: boolean;
      readonly run: RunSnapshot;
    }
  /** the file could not even be read */
  | { readonly kind: 'failed'; readonly source: SourceView; readonly trusted: boolean; readonly problem: Problem };

/** What the webview keeps with `setState` and gets back after it was hidden or the window was reloaded. */
export interface PersistedPanel {
  readonly version: 1;
  /** The run to repeat; null where the panel was empty. */
  readonly run: { readonly uri: string; readonly instances: number } | null;
  /** What the user was looking at. */
  readonly step: number;
  readonly address: number;
  readonly bytesPerRow: 'fit' | 8 | 16 | 32;
  readonly littleEndian: boolean;
  /** What the step buttons and the slider go over; absent where the user left the choice to the panel. */
  readonly granularity?: 'calls' | 'stores';
}

/** Actions that the panel's own buttons start; the same as the commands of the palette and the view's title. */
export type PanelCommand =
  | { readonly name: 'runBundled' }
  /** choose among the workspace's files */
  | { readonly name: 'runDemo' }
  | { readonly name: 'runAgain' }
  | { readonly name: 'cancel' }
  /** run the same module again with another number of instances */
  | { readonly name: 'setInstances'; readonly instances: number }
  /** writes the recording to a file that the user chooses */
  | { readonly name: 'exportRecording' }
  | { readonly name: 'manageTrust' };

/** What to search memory for. */
export type SearchQuery =
  /** bytes; null stands for any byte */
  | { readonly kind: 'bytes'; readonly bytes: readonly (number | null)[] }
  | { readonly kind: 'text'; readonly text: string; readonly encoding: 'utf-8' | 'utf-16le' }
  | {
      readonly kind: 'number';
      readonly type: 'i8' | 'i16' | 'i32' | 'i64' | 'f32' | 'f64';
      /** As the user wrote it, signed or unsigned: decimal, or 0x hexadecimal for integers. */
      readonly value: string;
      readonly littleEndian: boolean;
    };

/** Names the run that a request is about; see {@link PanelState}. */
interface OfRun {
  readonly runId: number;
}

interface AtStep extends OfRun {
  readonly step: Step;
}

/** Requests of the webview, by name: what is sent and what is answered. */
export interface HostRequests {
  /** The webview's scripts are loaded, or it became visible again; answered with the current state. */
  ready: { params: { readonly persisted: unknown }; result: PanelState };
  /** `since`, where given, is the step against which `changed` is told (a whole call's changes); else the step before. */
  readPages: {
    params: AtStep & { readonly pages: readonly PageIndex[]; readonly since?: Step };
    result: readonly PageView[];
  };
  lastChange: { params: AtStep & { readonly address: Address }; result: LastChange };
  describeStep: { params: AtStep; result: StepView };
  /** Accesses of a call (by {@link CallRecord.index}), `count` from the `from`-th on (0 is its first). */
  accesses: {
    params: OfRun & { readonly call: number; readonly from: number; readonly count: number };
    result: readonly AccessView[];
  };
  /** Writes that touch `length` bytes from `address` on, up to the step, the newest first; `count` at the most. */
  writesTo: {
    params: AtStep & { readonly address: Address; readonly length: number; readonly count: number };
    result: readonly WriteView[];
  };
  /** The next write to a byte after the step, or the one before the write that the step sees; null where there is none. */
  neighbourWrite: {
    params: AtStep & { readonly address: Address; readonly direction: 'next' | 'previous' };
    result: WriteView | null;
  };
  /** Owners and writes of `count` pages from `first` on; those that nobody ever wrote are left out. */
  overview: {
    params: AtStep & { readonly first: PageIndex; readonly count: number };
    result: readonly PageSummary[];
  };
  /** The nearest match from `from` on (exclusive), going round at the end; null where there is none. A new search ends the one before. */
  search: {
    params: AtStep & { readonly query: SearchQuery; readonly from: Address; readonly direction: 'next' | 'previous' };
    result: { readonly address: Address; readonly length: number } | null;
  };
  cancelSearch: { params: null; result: null };
  copyText: { params: { readonly text: string }; result: null };
  /** Lets the user save a range of memory to a file. */
  saveRange: { params: AtStep & { readonly address: Address; readonly length: number }; result: null };
  command: { params: PanelCommand; result: null };
}

/** Requests of the extension host to the webview. */
export interface PanelRequests {
  state: { params: PanelState; result: null };
  /** How far the search under way is, 0 to 1. */
  searchProgress: { params: { readonly done: number }; result: null };
}
