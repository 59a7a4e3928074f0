// The panel protocol: webview <-> extension host. See MessageHandler for how requests and answers travel.
import type { Axis } from './call.ts';
import type { CellType } from './cellTypes.ts';
import type { Finding } from './finding.ts';
import type { NamedFunction } from './functionNames.ts';
import type { KeptPlaces, PlaceEdit } from './keptPlaces.ts';
import type { Handlers } from './messageHandler.ts';
import type { AskedAction, ShownPlace } from './panelActions.ts';
import type { Problem } from './problem.ts';
import { type Answer, PANEL_QUERIES, type PanelQuery, type Params } from './queries.ts';
import type { HostBytes } from './recording.ts';
import type { InstanceState, RunSnapshot } from './run.ts';
import type { RunComparison } from './runComparison.ts';
import type { SearchMatch, SearchRequest } from './search.ts';
import type { TourStep } from './tour.ts';
import type { Address, Step } from './units.ts';

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
      /** It comes from an exported recording, or is a program's: nothing can be run again here. */
      readonly opened: boolean;
      /** It has ended, and memory at its last step can be written to. */
      readonly goesOn: boolean;
      /** The state that its instances were asked to have; null where it was run elsewhere. */
      readonly state: InstanceState | null;
      /** With the run before it, whose instances had another state; null where there was none, or while it goes on. */
      readonly comparison: RunComparison | null;
      /** What the user keeps for its module. */
      readonly places: KeptPlaces;
      /** Whether all panels that show this run go where the user goes in one of them; null where no other panel shows it. */
      readonly linked: boolean | null;
      /** How often its user has renamed functions: what was answered before names them as they were called then. */
      readonly renames: number;
      readonly run: RunSnapshot;
    }
  /** the file could not even be read */
  | { readonly kind: 'failed'; readonly source: SourceView; readonly trusted: boolean; readonly problem: Problem };

/** What the webview keeps with `setState` and gets back after it was hidden or the window was reloaded. */
export interface PersistedPanel {
  readonly version: 1;
  /** The run to repeat; null where the panel was empty. */
  readonly run: {
    readonly uri: string;
    readonly instances: number;
    /** Absent where an older panel kept none, or where nothing can be run again. */
    readonly state?: InstanceState;
  } | null;
  /** What the user was looking at. */
  readonly step: number;
  readonly address: number;
  readonly bytesPerRow: 'fit' | 8 | 16 | 32;
  readonly littleEndian: boolean;
  /** What the step buttons and the slider go over; absent where the user left the choice to the panel. */
  readonly granularity?: 'calls' | 'stores';
  /** The step that memory is compared with; absent where it is with none. */
  readonly marked?: number;
  /** The user closed or opened the map of what modules claim; absent where that is left to the panel. */
  readonly layout?: 'closed' | 'open';
  /** The user opened the list of live blocks. */
  readonly heap?: 'open';
  /** The user opened the code around the instruction that wrote the selected byte. */
  readonly code?: 'open';
  /** What each cell of the grid shows; absent where it is bytes. */
  readonly cells?: CellType;
  /** The tree of templates is open, with these types at addresses. */
  readonly templates?: readonly { readonly type: string; readonly address: number }[];
  /**
   * How the trace is shown, where it is not as at first: equal calls have a row each, how integers are written, along what its lanes are drawn; what
   * the names have of the list of functions, in percent.
   */
  readonly trace?: {
    readonly unfolded?: boolean;
    readonly radix?: 'decimal' | 'hex';
    readonly axis?: Axis;
    readonly nameShare?: number;
  };
  /** Sections that the user folded, opened, or made another height. */
  readonly sections?: readonly PersistedSection[];
}

/** What the user chose for a section of the panel; what is absent is left to the panel. */
export interface PersistedSection {
  /** As the panel's table of sections names it. */
  readonly name: string;
  readonly open?: boolean;
  /** In CSS pixels. */
  readonly height?: number;
}

/** The workspace's file of templates, as text. */
export interface TemplatesFile {
  /** Null where there is no such file yet. */
  readonly text: string | null;
  /** As the user knows it: its path in the workspace. */
  readonly name: string;
}

/** Actions that need no more than their name. */
export const PLAIN_COMMANDS = [
  /** choose among the workspace's files */
  'runDemo',
  'runAgain',
  'cancel',
  /** writes the recording to a file that the user chooses */
  'exportRecording',
  'manageTrust',
  /** the walkthrough */
  'getStarted',
  /** run the module together with another one, which the user chooses */
  'addModule',
  /** record a script that uses the module */
  'recordUser',
  /** open the editor that shows what the module is made of */
  'openSections',
] as const;

/** Actions that the panel's own buttons start; the same as the commands of the palette and the view's title. */
export type PanelCommand =
  | { readonly name: (typeof PLAIN_COMMANDS)[number] }
  /** run the same module again with another number of instances */
  | { readonly name: 'setInstances'; readonly instances: number }
  /** the same, with another state of them */
  | { readonly name: 'setState'; readonly state: InstanceState }
  /** open the editor of a module of the run at a byte offset of its file */
  | { readonly name: 'openCode'; readonly module: number; readonly offset: number }
  /** one of the first steps, which a panel offers in which nothing was run yet */
  | { readonly name: 'tour'; readonly step: TourStep }
  /** let panels that show one run follow each other, or not */
  | { readonly name: 'link'; readonly linked: boolean };

/** Bytes that are written at a time: a longer text is hardly meant. */
export const MOST_WRITTEN_BYTES = 2 ** 20;

/**
 * Why a request fails whose run the panel shows no more, whatever else became of it: the state of the run that took its place is on
 * its way, so nobody is told.
 */
export const RUN_REPLACED = 'This panel no longer shows that run.';

/** Names the run that a request is about; see {@link PanelState}. */
interface OfRun {
  readonly runId: number;
}

/** The queries, of the run that the panel shows. */
export type PanelQueryRequests = { [Name in PanelQuery]: { params: OfRun & Params<Name>; result: Answer<Name> } };

/** Requests of the webview, by name: what is sent and what is answered. */
export interface HostRequests extends PanelQueryRequests {
  /** The webview's scripts are loaded, or it became visible again; answered with the current state. */
  ready: { params: { readonly persisted: unknown }; result: PanelState };
  /** The nearest match from `from` on (exclusive), going round at the end; null where there is none. A new search ends the one before. */
  search: { params: OfRun & SearchRequest; result: SearchMatch | null };
  cancelSearch: { params: null; result: null };
  copyText: { params: { readonly text: string }; result: null };
  /** What is to be pasted. */
  clipboardText: { params: null; result: { readonly text: string } };
  /** Writes bytes to the memory of a run that goes on, as the next step; answered when that is recorded. */
  write: { params: OfRun & HostBytes; result: { readonly lastStep: Step } };
  /** Lets the user save a range of memory to a file: the bytes themselves where no format is given. */
  saveRange: { params: OfRun & Params<'bytes'> & { readonly format?: 'ihex' }; result: null };
  /** The templates of the workspace; from then on the host tells when they change. */
  templates: { params: null; result: TemplatesFile };
  /** Opens their file at a place (both from 1), and makes one with an example where there is none. */
  openTemplates: { params: { readonly line: number; readonly column: number }; result: null };
  command: { params: PanelCommand; result: null };
  /** Changes what is kept for the module of a run; the next state has it. */
  editPlaces: { params: OfRun & { readonly edit: PlaceEdit }; result: null };
  /** Lets the user rename a function of a run. */
  renameFunction: { params: OfRun & { readonly of: NamedFunction }; result: null };
  /** Shows files that were dropped on the panel: a recording, or modules, by their URIs. */
  openDropped: { params: { readonly uris: readonly string[] }; result: null };
  /** Where the user is now; null where no memory is shown. It `leads` where they went there in this panel, and did not follow another. */
  shows: { params: { readonly place: ShownPlace | null; readonly leads: boolean }; result: null };
  /** Whether the keyboard's focus is in the panel. */
  focus: { params: { readonly focused: boolean }; result: null };
}

export type PlaceKind = 'watch' | 'bookmark';

/** Requests of the extension host to the webview. */
export interface PanelRequests {
  state: { params: PanelState; result: null };
  /** The user wants to keep a place: after a call, or the shown one; at an address, or where the selection is. */
  keepPlace: {
    params: { readonly kind: PlaceKind; readonly address: Address | null; readonly call: number | null };
    result: null;
  };
  /** The user gave a command of the palette, of a menu or by a key binding. */
  act: { params: AskedAction; result: null };
  /** The user wants to see a finding of a run, which may be on its way to the panel. */
  showFinding: { params: OfRun & { readonly finding: Finding }; result: null };
  /** The user went there in another panel of the run, and panels are linked. */
  follow: { params: ShownPlace; result: null };
  /** How far the search under way is, 0 to 1. */
  searchProgress: { params: { readonly done: number }; result: null };
  /** The file of templates changed. */
  templates: { params: TemplatesFile; result: null };
}

/** Handlers of all queries, by one function that answers any of them. */
export function queryHandlers(
  answer: <Name extends PanelQuery>(
    name: Name,
    params: PanelQueryRequests[Name]['params'],
  ) => Answer<Name> | Promise<Answer<Name>>,
): Handlers<PanelQueryRequests> {
  const names = Object.keys(PANEL_QUERIES) as PanelQuery[]; // the table has no other keys
  const handlers = names.map(name => [
    name,
    (params: PanelQueryRequests[PanelQuery]['params']) => answer(name, params),
  ]);
  return Object.fromEntries(handlers) as Handlers<PanelQueryRequests>; // there is one for each name
}
