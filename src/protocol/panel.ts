// The panel protocol: webview <-> extension host. See MessageHandler for how requests and answers travel.
import type { LastChange, PageView, Problem, RunSnapshot } from './run.ts';
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
  | { readonly name: 'manageTrust' };

/** Requests of the webview, by name: what is sent and what is answered. */
export interface HostRequests {
  /** The webview's scripts are loaded, or it became visible again; answered with the current state. */
  ready: { params: { readonly persisted: unknown }; result: PanelState };
  readPages: {
    params: { readonly runId: number; readonly step: Step; readonly pages: readonly PageIndex[] };
    result: readonly PageView[];
  };
  lastChange: {
    params: { readonly runId: number; readonly step: Step; readonly address: Address };
    result: LastChange;
  };
  command: { params: PanelCommand; result: null };
}

/** Requests of the extension host to the webview. */
export interface PanelRequests {
  state: { params: PanelState; result: null };
}
