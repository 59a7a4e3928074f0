// What all panels of a window share.
import type * as vscode from 'vscode';
import type { NamedFunction } from '../protocol/functionNames.ts';
import type { TourStep } from '../protocol/tour.ts';
import type { Attention } from './attention.ts';
import type { PanelLinks } from './panelLinks.ts';
import type { PlaceStore } from './placeStore.ts';
import type { Choice } from './quickPick.ts';
import type { Runs, ShownRun } from './runs.ts';
import type { SaveSuggestion } from './saveFile.ts';
import type { Source, Sources } from './sources.ts';
import type { Templates } from './templates.ts';
import type { Trust } from './trust.ts';
import type { WalkedStep } from './walkthrough.ts';

export interface PanelServices {
  readonly runs: Runs;
  readonly sources: Sources;
  readonly trust: Trust;
  readonly log: vscode.LogOutputChannel;
  /** Which of the panels commands act on. */
  readonly attention: Attention;
  /** Which panels follow each other. */
  readonly links: PanelLinks;
  /** What the user keeps for modules. */
  readonly places: PlaceStore;
  readonly templates: Pick<Templates, 'read' | 'open' | 'onDidChange'>;
  /** Lets the user rename a function of a run. */
  readonly renameFunction: (shown: ShownRun, of: NamedFunction) => Promise<void>;
  /** Lets the user choose what to run; undefined where nothing was chosen. */
  readonly choose: (choice?: Choice) => Promise<Source | undefined>;
  /** Opens a recording's file in an editor of its own; the user chooses one where none is given. */
  readonly openRecording: (uri?: vscode.Uri) => Promise<void>;
  /** Opens the editor of a .wasm file at a byte offset of its code. */
  readonly openCode: (uri: vscode.Uri, offset: number) => Promise<void>;
  /** Opens the walkthrough, at one of its steps where one is given. */
  readonly getStarted: (step?: TourStep) => Promise<void>;
  /** A step of the walkthrough is done. */
  readonly walk: (step: WalkedStep) => Promise<void>;
  /** Lets the user choose where to save; undefined where nothing was chosen. */
  readonly askWhereToSave: (suggestion: SaveSuggestion) => Promise<vscode.Uri | undefined>;
}
