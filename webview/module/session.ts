// What the editor of a module shows, and what it asks the extension host.
import type {
  CodePlace,
  ModuleCommand,
  ModuleEditorRequests,
  ModuleLine,
  ModuleList,
  ModulePlace,
  ModuleRow,
  ModuleState,
  PersistedModule,
} from '../../src/protocol/moduleEditor.ts';
import { messageOf } from '../../src/protocol/text.ts';
import { type Address, address, MAX_MEMORY_BYTES, step } from '../../src/protocol/units.ts';
import { Changing } from '../data/changing.ts';
import { MemoryAtStep, pagesOf } from '../data/memoryAtStep.ts';
import { type Moment, PageCache } from '../data/pageCache.ts';
import { RowCache } from '../data/rowCache.ts';

/** Asks the extension host. */
export type AskModule = <Name extends keyof ModuleEditorRequests>(
  name: Name,
  params: ModuleEditorRequests[Name]['params'],
) => Promise<ModuleEditorRequests[Name]['result']>;

/** What is shown beside the list. */
export type Detail =
  | { readonly kind: 'none' }
  | { readonly kind: 'code'; readonly function: number }
  | { readonly kind: 'bytes'; readonly place: ModulePlace };

/** The images as moments of the page cache: it keeps those of one run. */
const MOMENTS: Readonly<Record<ModulePlace['image'], Moment>> = {
  memory: { runId: 0, step: step(0) },
  file: { runId: 1, step: step(0) },
};
/** In CSS pixels. */
const ROOM_FOR_LAYOUT = 420;
/** Pages of both are a few megabytes at most. */
const PAGES = 512;

export class ModuleSession extends Changing {
  state: ModuleState | undefined;
  list: ModuleList = 'functions';
  filter = '';
  rows: RowCache<ModuleRow>;
  /** Index in the filtered list; -1 for none. */
  activeRow = -1;
  detail: Detail = { kind: 'none' };
  lines: RowCache<ModuleLine> | null = null;
  activeLine = 0;
  /** The line that somebody asked for: it stays marked. */
  markedLine: number | null = null;
  /** Change with each jump, in the list, the code, the bytes. */
  jumps = 0;
  selected: Address = address(0);
  /** Where there is little room, what is listed has it. */
  layoutOpen = window.innerWidth >= ROOM_FOR_LAYOUT;
  /** One sentence for the user about what failed; null for none. */
  said: string | null = null;
  readonly pages: PageCache;
  /** Places of the code that were left, the last one last. */
  private readonly back: CodePlace[] = [];

  constructor(
    private readonly ask: AskModule,
    persisted: PersistedModule | undefined,
  ) {
    super();
    this.pages = new PageCache({
      read: ({ moment, pages }) => this.ask('pages', { image: moment.runId === 0 ? 'memory' : 'file', pages }),
      failed: message => this.say(message),
      capacity: PAGES,
    });
    this.pages.onChange(() => this.changed());
    if (persisted) {
      this.list = persisted.list;
      this.filter = persisted.filter;
      if (persisted.code) this.openCode(persisted.code);
    }
    this.rows = this.newRows();
  }

  get persisted(): PersistedModule {
    const { list, filter, detail, activeLine } = this;
    const code = detail.kind === 'code' ? { function: detail.function, line: activeLine } : null;
    return { version: 1, list, filter, code };
  }

  /** The file was read, or read again. */
  setState(state: ModuleState): void {
    this.state = state;
    this.said = null; // what failed was asked of the file as it was
    this.pages.clear();
    this.rows = this.newRows();
    if (this.detail.kind === 'code') this.lines = this.newLines(this.detail.function);
    this.changed();
  }

  say(message: string | null): void {
    this.said = message;
    this.changed();
  }

  showList(list: ModuleList): void {
    if (list === this.list) return;
    this.list = list;
    this.filter = '';
    this.startList();
  }

  setFilter(filter: string): void {
    if (filter === this.filter) return;
    this.filter = filter;
    this.startList();
  }

  private startList(): void {
    this.activeRow = -1;
    this.rows = this.newRows();
    this.rows.want(0, 1);
    this.changed();
  }

  moveTo(row: number): void {
    this.activeRow = row;
    this.changed();
  }

  /** Shows what a row stands for: the code of a function, else its bytes. */
  open(row: ModuleRow): void {
    if (row.function !== null) this.showCode({ function: row.function, line: 0 });
    else if (row.place) this.showBytes(row.place);
  }

  /** Shows a line of a function. @param marked it stays marked, as somebody asked for it */
  showCode(place: CodePlace, marked = false): void {
    if (this.detail.kind === 'code') this.back.push({ function: this.detail.function, line: this.activeLine });
    this.openCode(place);
    this.markedLine = marked ? place.line : null;
    this.changed();
  }

  get canGoBack(): boolean {
    return this.back.length > 0;
  }

  goBack(): void {
    const place = this.back.pop();
    if (!place) return;
    this.openCode(place);
    this.markedLine = null;
    this.changed();
  }

  private openCode({ function: index, line }: CodePlace): void {
    if (this.detail.kind !== 'code' || this.detail.function !== index) this.lines = this.newLines(index);
    this.detail = { kind: 'code', function: index };
    // The list of all functions has each at its index.
    if (this.list === 'functions' && this.filter === '') this.activeRow = index;
    this.activeLine = line;
    this.jumps++;
    this.lines?.want(line, line + 1);
  }

  moveToLine(line: number): void {
    this.activeLine = line;
    this.changed();
  }

  showBytes(place: ModulePlace): void {
    this.detail = { kind: 'bytes', place };
    this.selected = address(place.start);
    this.jumps++;
    this.changed();
  }

  /** Shows memory at an address. */
  readonly jump = (at: Address): void => this.showBytes({ image: 'memory', start: at, length: 1 });

  readonly select = (at: Address): void => {
    this.selected = at;
    this.changed();
  };

  readonly showLayout = (open: boolean): void => {
    this.layoutOpen = open;
    this.changed();
  };

  /** The bytes that are shown, of a memory of 64-bit addresses its first 4 GiB; null where there are none. */
  get memory(): MemoryAtStep | null {
    const { detail, state } = this;
    if (detail.kind !== 'bytes' || state?.kind !== 'opened') return null;
    const { image } = detail.place;
    const size = image === 'file' ? state.overview.fileBytes : state.overview.memoryBytes;
    return new MemoryAtStep(this.pages, MOMENTS[image], Math.min(size, MAX_MEMORY_BYTES));
  }

  /** These bytes are in view. */
  wantBytes(start: number, end: number): void {
    const { memory } = this;
    if (memory) this.pages.want([{ moment: memory.moment, pages: pagesOf(start, Math.min(end, memory.size)) }]);
  }

  command(name: ModuleCommand): void {
    this.tell(this.ask('command', { name }));
  }

  /** The function that is chosen in the list; null where none is. */
  get chosenFunction(): number | null {
    const row = this.rows.at(this.activeRow);
    return row ? (row.function ?? (this.list === 'functions' ? row.index : null)) : null;
  }

  /** Lets the user rename a function, by its index. */
  renameFunction(index: number): void {
    this.tell(this.ask('renameFunction', { function: index }));
  }

  copy(text: string): void {
    this.tell(this.ask('copyText', { text }));
  }

  /** Shows the code at a byte offset of the file. */
  async showOffset(offset: number): Promise<void> {
    try {
      const place = await this.ask('codeAt', { offset });
      if (place) this.showCode(place, true);
      else this.showBytes({ image: 'file', start: offset, length: 1 });
    } catch (error) {
      this.say(messageOf(error));
    }
  }

  private tell(answer: Promise<null>): void {
    answer.catch((error: unknown) => this.say(messageOf(error)));
  }

  private newRows(): RowCache<ModuleRow> {
    const { list, filter } = this;
    const rows = new RowCache<ModuleRow>({
      read: (from, count) => this.ask('rows', { list, filter, from, count }),
      failed: message => this.say(message),
    });
    rows.onChange(() => this.changed());
    return rows;
  }

  private newLines(index: number): RowCache<ModuleLine> {
    const lines = new RowCache<ModuleLine>({
      read: async (from, count) => {
        const answer = await this.ask('lines', { function: index, from, count });
        return { total: answer.total, rows: answer.lines };
      },
      failed: message => this.say(message),
    });
    lines.onChange(() => this.changed());
    return lines;
  }
}
