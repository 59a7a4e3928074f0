// The protocols of the editor of modules: webview <-> extension host <-> module thread. Nothing of a module runs.

import type { PageView } from './access.ts';
import { type Check, list, object, oneOf, pageIndex, text, whole } from './check.ts';
import type { Claim } from './claims.ts';
import type { UserName } from './functionNames.ts';
import type { PageIndex } from './units.ts';

/** The lists of a module's parts, in the order in which they are offered. */
export const MODULE_LISTS = [
  'sections',
  'imports',
  'exports',
  'functions',
  'data',
  'globals',
  'tables',
  'memories',
  'tags',
] as const;
export type ModuleList = (typeof MODULE_LISTS)[number];

/**
 * Bytes that can be looked at: of linear memory as instantiation leaves it before its start function, or of the file. Addresses of
 * the file are byte offsets.
 */
export const MODULE_IMAGES = ['memory', 'file'] as const;
export type ModuleImage = (typeof MODULE_IMAGES)[number];

export interface ModulePlace {
  readonly image: ModuleImage;
  /** In bytes. */
  readonly start: number;
  readonly length: number;
}

/** One part of a module. */
export interface ModuleRow {
  /** In its index space, or of sections in the file. */
  readonly index: number;
  /** Empty where it has none. */
  readonly name: string;
  /** Its type, its place, what it is exported as: one line. */
  readonly detail: string;
  /** Its size in the file; null where that says nothing. */
  readonly bytes: number | null;
  /** Where its bytes are; null where it has none of its own. */
  readonly place: ModulePlace | null;
  /** Function index, where it is or stands for a function that the module defines; else null. */
  readonly function: number | null;
}

/** Rows of a list from some row on. */
export interface RowsAnswer {
  /** Of all rows that the filter lets pass. */
  readonly total: number;
  readonly rows: readonly ModuleRow[];
}

/** One line of a function's text, see `src/wasm/text/functionListing.ts`. */
export interface ModuleLine {
  readonly offset: number;
  readonly indent: number;
  readonly text: string;
  readonly function: number | null;
}

export interface LinesAnswer {
  readonly total: number;
  readonly lines: readonly ModuleLine[];
}

/** Lines of a function around an instruction. */
export interface CodeAround {
  /** Function index. */
  readonly function: number;
  readonly lines: readonly ModuleLine[];
  /** Which of them is the instruction's. */
  readonly marked: number;
}

/** A line of a function's text. */
export interface CodePlace {
  /** Function index. */
  readonly function: number;
  readonly line: number;
}

/** What is wrong with a module. */
export interface ModuleProblem {
  readonly message: string;
  /** Byte offset in the file; null where it is the file as a whole. */
  readonly offset: number | null;
}

/** What is known of a module at once. */
export interface ModuleOverview {
  /** SHA-256 of its bytes, in hexadecimal digits. */
  readonly sha256: string;
  readonly fileBytes: number;
  /** Size of linear memory at first, in bytes; 0 where there is none. */
  readonly memoryBytes: number;
  readonly problem: ModuleProblem | null;
  /** How many rows each list has. */
  readonly counts: Readonly<Record<ModuleList, number>>;
  /** The parts of the file that are bars: sections in their order, each with its share. */
  readonly bars: readonly { readonly name: string; readonly bytes: number; readonly start: number }[];
  readonly claims: readonly Claim[];
  /** `clang 20.1.0`, `rustc 1.90.0 (a language)` … */
  readonly producers: readonly string[];
  /** Of the `target_features` section: `+bulk-memory` … */
  readonly features: readonly string[];
}

/** Rows, or lines, of one request at most. */
export const MODULE_ROWS = 512;
/** Pages of one request at most. */
export const MODULE_PAGES = 64;
export const FILTER_CHARACTERS = 1000;

/** What can be asked of a module: parameters and answer. */
export interface ModuleQueries {
  overview: { params: object; result: ModuleOverview };
  rows: {
    params: { readonly list: ModuleList; readonly filter: string; readonly from: number; readonly count: number };
    result: RowsAnswer;
  };
  lines: { params: { readonly function: number; readonly from: number; readonly count: number }; result: LinesAnswer };
  /** Where the instruction at a byte offset of the file is; null where no function has it. */
  codeAt: { params: { readonly offset: number }; result: CodePlace | null };
  pages: { params: { readonly image: ModuleImage; readonly pages: readonly PageIndex[] }; result: readonly PageView[] };
}
export type ModuleQuery = keyof ModuleQueries;

export const MODULE_QUERIES: { readonly [Name in ModuleQuery]: Check<ModuleQueries[Name]['params']> } = {
  overview: object({}),
  rows: object({
    list: oneOf(...MODULE_LISTS),
    filter: text(0, FILTER_CHARACTERS),
    from: whole(),
    count: whole(1, MODULE_ROWS),
  }),
  lines: object({ function: whole(), from: whole(), count: whole(1, MODULE_ROWS) }),
  codeAt: object({ offset: whole() }),
  pages: object({ image: oneOf(...MODULE_IMAGES), pages: list(pageIndex, 1, MODULE_PAGES) }),
};

/** Requests of the extension host to the module thread. */
export type ModuleThreadRequests = ModuleQueries & {
  /** From now on answers call functions as their user does. */
  nameFunctions: { params: { readonly names: readonly UserName[] }; result: null };
  /** What the module itself calls a function, by its index. */
  ownName: { params: { readonly function: number }; result: string };
};

export const MODULE_COMMANDS = ['run', 'recordProgram', 'becomeDefault'] as const;
export type ModuleCommand = (typeof MODULE_COMMANDS)[number];

export type ModuleState =
  | { readonly kind: 'opened'; readonly label: string; readonly isDefault: boolean; readonly overview: ModuleOverview }
  /** the file could not be read */
  | { readonly kind: 'failed'; readonly label: string; readonly message: string };

/** Requests of the webview. */
export type ModuleEditorRequests = ModuleQueries & {
  /** Answered when the file is read. `reveal` is what is to be shown first; null where nothing was asked for. */
  ready: { params: null; result: { readonly state: ModuleState; readonly reveal: CodePlace | null } };
  command: { params: { readonly name: ModuleCommand }; result: null };
  copyText: { params: { readonly text: string }; result: null };
  /** Lets the user rename a function, by its index. */
  renameFunction: { params: { readonly function: number }; result: null };
};

/** Requests of the extension host to the webview. */
export interface ModuleWebviewRequests {
  reveal: { params: CodePlace; result: null };
  /** The file has changed. */
  state: { params: ModuleState; result: null };
}

/** What the webview keeps: where its user was. */
export interface PersistedModule {
  readonly version: 1;
  readonly list: ModuleList;
  readonly filter: string;
  readonly code: CodePlace | null;
}
