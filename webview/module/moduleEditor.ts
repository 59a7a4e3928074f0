// The editor of a module: what it is made of, and of what is chosen there its code or its bytes.
import { html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import {
  FILTER_CHARACTERS,
  MODULE_LISTS,
  type ModuleList,
  type ModuleOverview,
} from '../../src/protocol/moduleEditor.ts';
import type { InstanceState } from '../../src/protocol/run.ts';
import { count, hex } from '../../src/protocol/text.ts';
import { codeLine } from '../controls/codeLine.ts';
import type { RowEvent, RowsInViewEvent } from '../controls/virtualList.ts';
import { WatchController } from '../controls/watching.ts';
import '../controls/virtualList.ts';
import type { LayoutRow } from '../data/layout.ts';
import type { ViewEvent } from '../grid/gridEvents.ts';
import '../grid/memoryGrid.ts';
import '../layout/layoutMap.ts';
import { sizeText } from '../text/callText.ts';
import { icon } from '../theme/icons.ts';
import { shared } from '../theme/shared.ts';
import { tokens } from '../theme/tokens.ts';
import { moduleEditorStyles, rowStyles } from './moduleEditor.styles.ts';
import type { ModuleSession } from './session.ts';

/** A bar of less than this part of the file has no room for its name. */
const THIN = 0.05;

@customElement('wsm-module-editor')
export class ModuleEditor extends LitElement {
  static override styles = [tokens, shared, moduleEditorStyles];

  @property({ attribute: false }) session: ModuleSession | null = null;

  constructor() {
    super();
    new WatchController(this, () => this.session ?? undefined);
  }

  override updated(): void {
    for (const list of this.renderRoot.querySelectorAll('wsm-virtual-list')) {
      const root = list.shadowRoot;
      if (root && !root.adoptedStyleSheets.includes(rowStyles)) root.adoptedStyleSheets.push(rowStyles);
    }
  }

  override render() {
    const { session } = this;
    const state = session?.state;
    if (!session) return nothing;
    if (!state) return html`<div class="root"><p class="none" role="status">Reading the file…</p></div>`;
    if (state.kind === 'failed')
      return html`<div class="root"><header><h1>${state.label}</h1></header><p class="problem" role="alert">${state.message}</p></div>`;
    const { overview, label, isDefault } = state;
    return html`<div class="root" @keydown=${this.onKey}>
      <header>
        <h1>${label}</h1>
        <span class="dim">${sizeText(overview.fileBytes)}</span>
        <span class="grow"></span>
        ${this.action('run', 'Run…', 'Run the shared-memory demo on it')}
        ${this.action('recordProgram', 'Record its program…', 'Record a Node program that uses it')}
        ${isDefault ? nothing : this.action('becomeDefault', 'Always open .wasm here', 'Make this the editor that .wasm files open in (a setting of the user: workbench.editorAssociations)')}
      </header>
      ${facts(overview)} ${this.problem(overview)}
      ${session.said === null ? nothing : html`<p class="said error" role="alert">${session.said}</p>`}
      ${this.bars(overview)} ${this.layout(overview, label)} ${this.tabs(overview)} ${this.filterField(session)}
      <main class=${session.detail.kind === 'none' ? 'alone' : ''}>${this.rows(session)} ${this.detail(session)}</main>
    </div>`;
  }

  private action(name: Parameters<ModuleSession['command']>[0], text: string, title: string) {
    return html`<button class="toggle" title=${title} @click=${() => this.session?.command(name)}>${text}</button>`;
  }

  private problem({ problem }: ModuleOverview) {
    if (!problem) return nothing;
    const { message, offset } = problem;
    return html`<p class="problem" role="alert">
      ${
        offset === null
          ? message
          : html`The module breaks: ${message}, at
              <button class="link" title="Show these bytes of the file" @click=${() => this.session?.showBytes({ image: 'file', start: offset, length: 1 })}
                >offset ${offset} (${hex(offset)})</button
              >. What could be read before and behind is shown.`
      }
    </p>`;
  }

  /** The sections, each as long as its part of the file. */
  private bars({ bars, fileBytes }: ModuleOverview) {
    if (bars.length === 0) return nothing;
    return html`<div class="bars" role="group" aria-label="Sections by their size">
      ${bars.map(({ name, bytes, start }) => {
        const share = bytes / fileBytes;
        const text = `${name}: ${sizeText(bytes)}, ${(100 * share).toFixed(1)} % of the file`;
        return html`<button
          class=${share < THIN ? 'thin' : ''}
          .style=${`flex: ${bytes} 1 0`}
          title=${text}
          aria-label=${text}
          tabindex=${share < THIN ? -1 : 0}
          @click=${() => this.session?.showBytes({ image: 'file', start, length: bytes })}
        >${name}</button>`;
      })}
    </div>`;
  }

  private layout({ claims, memoryBytes }: ModuleOverview, label: string) {
    const { session } = this;
    if (!session || claims.length === 0) return nothing;
    const run = { modules: [summaryOf(label)], instances: [] };
    return html`<wsm-layout-map
      .rows=${[rowOf(claims, memoryBytes)]}
      .run=${run}
      .memoryBytes=${memoryBytes}
      .selected=${session.detail.kind === 'bytes' && session.detail.place.image === 'memory' ? session.selected : -1}
      .open=${session.layoutOpen}
      .view=${session}
    ></wsm-layout-map>`;
  }

  private tabs({ counts }: ModuleOverview) {
    const lists = MODULE_LISTS.filter(list => counts[list] > 0);
    const current = this.session?.list;
    return html`<div role="tablist" aria-label="Parts of the module" @keydown=${(event: KeyboardEvent) => this.onTabKey(event, lists)}>
      ${lists.map(
        list => html`<button
          class="toggle"
          role="tab"
          id=${`tab-${list}`}
          aria-selected=${list === current}
          tabindex=${list === current ? 0 : -1}
          @click=${() => this.session?.showList(list)}
          >${list} ${counts[list].toLocaleString('en')}</button
        >`,
      )}
    </div>`;
  }

  private filterField(session: ModuleSession) {
    const { rows, filter } = session;
    const found =
      filter === '' || !rows.isKnown ? '' : rows.total === 0 ? 'none' : `${rows.total.toLocaleString('en')} found`;
    return html`<div class="filter">
      <input
        type="text"
        aria-label=${`Search ${session.list} by name or index`}
        placeholder=${`Search ${session.list}: a part of a name, or an index`}
        spellcheck="false"
        maxlength=${FILTER_CHARACTERS}
        .value=${filter}
        @input=${(event: InputEvent) => session.setFilter((event.target as HTMLInputElement).value)}
        @keydown=${(event: KeyboardEvent) => this.onFilterKey(event)}
      />
      <span role="status">${found}</span>
    </div>`;
  }

  private rows(session: ModuleSession) {
    const { rows } = session;
    if (rows.isKnown && rows.total === 0)
      return html`<p class="none">${session.filter === '' ? `It has no ${session.list}.` : `No name has “${session.filter}” in it.`}</p>`;
    const largest = this.largest(session);
    return html`<wsm-virtual-list
      class="parts"
      role="tabpanel"
      label=${`${session.list} of the module`}
      .total=${rows.total}
      .active=${session.activeRow}
      .row=${(index: number) => {
        const row = rows.at(index);
        if (!row) return html`<span class="detail">…</span>`;
        return html`<span class="index">${row.index}</span
          ><span class="name" title=${row.name}>${row.name === '' ? '–' : row.name}</span
          ><span class="detail" title=${row.detail}>${row.detail}</span
          >${
            row.bytes === null
              ? nothing
              : html`<span class="bytes"><i .style=${`width: ${Math.max(1, (100 * row.bytes) / largest)}%`}></i><b>${sizeText(row.bytes)}</b></span>`
          }`;
      }}
      .spoken=${(index: number) => {
        const row = rows.at(index);
        return row
          ? [String(row.index), row.name, row.detail, row.bytes === null ? '' : sizeText(row.bytes)]
              .filter(part => part !== '')
              .join(', ')
          : null;
      }}
      @rows-in-view=${({ from, end }: RowsInViewEvent) => rows.want(from, end)}
      @row=${({ row, by }: RowEvent) => {
        session.moveTo(row);
        const chosen = rows.at(row);
        if (by !== 'key' && chosen) session.open(chosen);
      }}
      @keydown=${(event: KeyboardEvent) => renameByKey(event, session, session.chosenFunction)}
    ></wsm-virtual-list>`;
  }

  /** What bars are a part of: of sections the file, else the largest of the rows that are loaded. */
  private largest({ list, rows, state }: ModuleSession): number {
    if (list === 'sections' && state?.kind === 'opened') return state.overview.fileBytes;
    let largest = 1;
    for (let i = 0; i < Math.min(rows.total, 512); i++) largest = Math.max(largest, rows.at(i)?.bytes ?? 0);
    return largest;
  }

  private detail(session: ModuleSession) {
    const { detail } = session;
    if (detail.kind === 'none') return nothing;
    const title = detail.kind === 'code' ? `function ${detail.function}` : bytesTitle(detail.place);
    return html`<section class="detail" aria-label=${title}>
      <div class="bar">
        ${
          detail.kind === 'code'
            ? html`<button class="toggle" title="Back (Alt+Left)" aria-label="Back" ?disabled=${!session.canGoBack} @click=${() => session.goBack()}>${icon('back')}</button>`
            : nothing
        }
        <span class="title dim" title=${title}>${title}</span>
        ${
          detail.kind === 'code'
            ? html`<span class="grow"></span
                ><button class="toggle" title="Give this function a name of your own (F2)" @click=${() => session.renameFunction(detail.function)}>Rename…</button>`
            : nothing
        }
      </div>
      ${detail.kind === 'code' ? this.code(session) : this.bytes(session)}
    </section>`;
  }

  private code(session: ModuleSession) {
    const { lines } = session;
    if (!lines) return nothing;
    const follow = (index: number): void => session.showCode({ function: index, line: 0 });
    return html`<wsm-virtual-list
      class="wide"
      label="Code"
      .total=${lines.total}
      .active=${session.activeLine}
      .jumps=${session.jumps}
      .row=${(index: number) => {
        const line = lines.at(index);
        return line ? codeLine(line, index === session.markedLine, follow) : html`<span class="dim">…</span>`;
      }}
      @rows-in-view=${({ from, end }: RowsInViewEvent) => lines.want(from, end)}
      @row=${({ row, by }: RowEvent) => {
        session.moveToLine(row);
        const target = by === 'enter' ? lines.at(row)?.function : null;
        if (typeof target === 'number') follow(target);
      }}
      @keydown=${(event: KeyboardEvent) => this.onCodeKey(event, session)}
    ></wsm-virtual-list>`;
  }

  private bytes(session: ModuleSession) {
    const { memory, detail } = session;
    if (!memory || detail.kind !== 'bytes') return nothing;
    if (memory.size === 0) return html`<p class="none">It has no linear memory of its own size.</p>`;
    const { start, length } = detail.place;
    return html`<wsm-memory-grid
      .memory=${memory}
      .selected=${session.selected}
      .range=${session.selected === start ? { start, length: Math.max(1, length) } : null}
      .jumps=${session.jumps}
      .view=${{ select: session.select, extendSelection: session.select, jump: session.select }}
      @view=${({ start: from, end }: ViewEvent) => session.wantBytes(from, end)}
    ></wsm-memory-grid>`;
  }

  private onKey(event: KeyboardEvent): void {
    const { session } = this;
    if (event.altKey && event.key === 'ArrowLeft' && session?.canGoBack) session.goBack();
    else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'f') this.filterInput?.select();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private get filterInput(): HTMLInputElement | null {
    return this.renderRoot.querySelector('.filter input');
  }

  /** From the field into the list. */
  private onFilterKey(event: KeyboardEvent): void {
    if (event.key === 'Escape') this.session?.setFilter('');
    else if (event.key === 'ArrowDown' || event.key === 'Enter') {
      const list = this.renderRoot.querySelector('wsm-virtual-list.parts');
      if (this.session?.activeRow === -1) this.session.moveTo(0);
      (list as HTMLElement | null)?.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private onTabKey(event: KeyboardEvent, lists: readonly ModuleList[]): void {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const { session } = this;
    if (by === 0 || !session || event.altKey) return;
    const next = lists[(lists.indexOf(session.list) + by + lists.length) % lists.length];
    if (!next) return;
    event.preventDefault();
    session.showList(next);
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>(`#tab-${next}`)?.focus());
  }

  private onCodeKey(event: KeyboardEvent, session: ModuleSession): void {
    const line = session.lines?.at(session.activeLine);
    renameByKey(event, session, session.detail.kind === 'code' ? session.detail.function : null);
    if (!line) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'c') session.copy(line.text);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

/** F2, as where VS Code renames. */
function renameByKey(event: KeyboardEvent, session: ModuleSession, index: number | null): void {
  if (event.key !== 'F2' || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || index === null) return;
  session.renameFunction(index);
  event.preventDefault();
  event.stopPropagation();
}

function facts({ producers, features, memoryBytes }: ModuleOverview) {
  const parts = [
    memoryBytes > 0 ? `memory of ${sizeText(memoryBytes)} at first` : 'no linear memory, or one that begins empty',
    producers.length > 0 ? `made by ${producers.join(', ')}` : '',
    features.length > 0 ? `target features ${features.join(' ')}` : '',
  ].filter(part => part !== '');
  const text = parts.join(' · ');
  return html`<p class="facts" title=${text}>${text}</p>`;
}

const bytesTitle = ({
  image,
  start,
  length,
}: {
  readonly image: string;
  readonly start: number;
  readonly length: number;
}): string =>
  `${image === 'file' ? 'the file' : 'memory as instantiation leaves it'}, from ${hex(start)}${length > 1 ? `, ${count(length, 'byte')} marked` : ''}`;

function rowOf(claims: ModuleOverview['claims'], memoryBytes: number): LayoutRow {
  return {
    module: 0,
    instances: [],
    claimants: 1,
    regions: claims.flatMap(claim => {
      const end = Math.min(claim.end ?? memoryBytes, memoryBytes);
      return claim.relativeTo === null && end > claim.start ? [{ claim, start: claim.start, end }] : [];
    }),
    unplaced: claims.filter(({ relativeTo }) => relativeTo !== null),
  };
}

/** A module of a run, as far as the layout needs it. */
const summaryOf = (name: string) => ({
  name,
  sha256: '',
  size: 0,
  memory: { kind: 'defined', minimum: 0, maximum: null, shared: false, pages: 0 } as const,
  instanceState: 'separate' as InstanceState,
  imports: [],
  exports: [],
});

declare global {
  interface HTMLElementTagNameMap {
    'wsm-module-editor': ModuleEditor;
  }
}
