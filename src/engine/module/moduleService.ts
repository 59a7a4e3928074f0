// Answers what the editor of modules asks of one: of the bytes alone, broken or not. Nothing of it is compiled or run.

import { sha256 } from '../../platform/bytes.ts';
import type { ModuleClaims } from '../../protocol/claims.ts';
import type { Handlers } from '../../protocol/messageHandler.ts';
import {
  type CodePlace,
  type LinesAnswer,
  MODULE_LISTS,
  type ModuleList,
  type ModuleOverview,
  type ModuleProblem,
  type ModuleThreadRequests,
  type RowsAnswer,
} from '../../protocol/moduleEditor.ts';
import { WASM_PAGE_BYTES } from '../../protocol/units.ts';
import { readClaims } from '../../wasm/claims/readClaims.ts';
import { readTargetFeatures } from '../../wasm/claims/toolchain.ts';
import { WasmFormatError } from '../../wasm/errors.ts';
import { globalValues, HEADER_BYTES, type Module, readBroken } from '../../wasm/module.ts';
import { functionNamer } from '../../wasm/names.ts';
import { readableRanges } from '../../wasm/record/functionBody.ts';
import { ModuleCode } from '../../wasm/text/moduleCode.ts';
import { InputError } from '../input/errors.ts';
import { initialPages, refuseOtherFiles } from '../input/inspect.ts';
import { filePage, MemoryImage } from './moduleImage.ts';
import { type ListRows, listRows, sectionName } from './moduleRows.ts';

/** Of a module with more sections the first ones are bars. */
const MOST_BARS = 200;
const NO_CLAIMS: Pick<ModuleClaims, 'claims' | 'toolchain'> = {
  claims: [],
  toolchain: { producers: [], assemblyScript: null },
};

export class ModuleService {
  private readonly module: Module;
  private readonly ranges: Uint32Array;
  private readonly addresses: readonly (number | null)[];
  private code: ModuleCode;
  /** Made when the first name is asked for. */
  private namer: ((index: number) => string) | null = null;
  private readonly problem: ModuleProblem | null;
  private readonly image: MemoryImage;
  private lists: Readonly<Record<ModuleList, ListRows>>;
  /** What the last filter let pass: the next rows are asked with the same one. */
  private filtered: { readonly list: ModuleList; readonly filter: string; readonly indices: readonly number[] } | null =
    null;

  constructor(private readonly bytes: Uint8Array) {
    const other = otherFile(bytes);
    const { module, problem } = readBroken(other === null ? bytes : bytes.subarray(0, HEADER_BYTES));
    const { ranges, problem: codeProblem } = readableRanges(module);
    this.module = module;
    this.ranges = ranges;
    this.code = new ModuleCode(module, ranges);
    this.problem = other ?? problemOf(problem) ?? problemOf(codeProblem);
    const values = globalValues(module, () => null);
    const addresses = module.dataSegments.map(segment => segment.addressWith(values));
    this.image = new MemoryImage(
      module,
      addresses.map((address, index) => (module.dataSegments[index].memory === 0 ? address : null)),
    );
    this.addresses = addresses;
    this.lists = listRows({ module, text: this.code.text, ranges, addresses, ownName: this.ownName });
  }

  readonly handlers: Handlers<ModuleThreadRequests> = {
    overview: () => this.overview(),
    rows: ({ list, filter, from, count }) => this.rows(list, filter, from, count),
    lines: ({ function: index, from, count }) => this.lines(index, from, count),
    codeAt: ({ offset }) => this.codeAt(offset),
    nameFunctions: ({ names }) => {
      this.name(new Map(names.map(each => [each.function, each.name])));
      return null;
    },
    ownName: ({ function: index }) => this.ownName(index),
    pages: ({ image, pages }) =>
      pages.map(page => (image === 'file' ? filePage(this.bytes, page) : this.image.page(page))),
  };

  /** Functions have other names from now on, by their index. */
  private name(names: ReadonlyMap<number, string>): void {
    const { module, ranges, addresses, ownName } = this;
    this.code = new ModuleCode(module, ranges, names);
    this.lists = listRows({ module, text: this.code.text, ranges, addresses, ownName, userNames: names });
    this.filtered = null;
  }

  /** What the module calls a function. */
  private readonly ownName = (index: number): string => {
    this.namer ??= functionNamer(this.module);
    return this.namer(index);
  };

  private overview(): ModuleOverview {
    const { module, lists, bytes } = this;
    const { claims, toolchain } = this.claims();
    const shown = module.sections.slice(0, MOST_BARS).map(section => ({
      name: sectionName(section),
      bytes: section.end - section.start,
      start: section.start,
    }));
    const counts = Object.fromEntries(MODULE_LISTS.map(list => [list, lists[list].length]));
    return {
      sha256: sha256(bytes),
      fileBytes: bytes.length,
      memoryBytes: initialPages(module) * WASM_PAGE_BYTES,
      problem: this.problem,
      counts: counts as Record<ModuleList, number>, // there is one for each list
      bars: shown,
      claims,
      producers: toolchain.producers.map(
        ({ field, name, version }) =>
          [name, version].filter(part => part !== '').join(' ') + (field === 'language' ? ' (language)' : ''),
      ),
      features: readTargetFeatures(module),
    };
  }

  private claims(): Pick<ModuleClaims, 'claims' | 'toolchain'> {
    try {
      return readClaims(this.module);
    } catch (error) {
      if (!(error instanceof WasmFormatError)) throw error;
      return NO_CLAIMS; // of code that breaks: the overview says so
    }
  }

  private rows(list: ModuleList, filter: string, from: number, count: number): RowsAnswer {
    const rows = this.lists[list];
    if (filter.trim() === '') {
      const end = Math.min(rows.length, from + count);
      return { total: rows.length, rows: range(from, end).map(index => rows.row(index)) };
    }
    if (this.filtered?.list !== list || this.filtered.filter !== filter)
      this.filtered = { list, filter, indices: matching(rows, filter) };
    const { indices } = this.filtered;
    return { total: indices.length, rows: indices.slice(from, from + count).map(index => rows.row(index)) };
  }

  private lines(index: number, from: number, count: number): LinesAnswer {
    const listing = this.code.listing(index);
    if (!listing) return { total: 0, lines: [] };
    return { total: listing.length, lines: Array.from(listing.lines(from, count)) };
  }

  private codeAt(offset: number): CodePlace | null {
    const listing = this.code.listingAt(offset);
    return listing && { function: listing.index, line: listing.lineAt(offset) };
  }
}

/** What a file is that is no module; null of one that is. */
function otherFile(bytes: Uint8Array): ModuleProblem | null {
  try {
    refuseOtherFiles(bytes);
    return null;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { message: `${error.problem.message} ${error.problem.remedy}`, offset: null };
  }
}

const problemOf = (error: WasmFormatError | null): ModuleProblem | null =>
  error && { message: error.message, offset: error.offset };

const range = (from: number, end: number): number[] =>
  Array.from({ length: Math.max(0, end - from) }, (_, i) => from + i);

/** Rows whose name has the text, whatever its case; of a number also the row with that index. */
function matching(rows: ListRows, filter: string): number[] {
  const wanted = filter.trim().toLowerCase();
  const index = /^#?\d+$/.test(wanted) ? Number(wanted.replace('#', '')) : null;
  return range(0, rows.length).filter(row => row === index || rows.name(row).toLowerCase().includes(wanted));
}
