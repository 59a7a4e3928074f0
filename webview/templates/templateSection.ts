// Memory by templates: a tree of structs, arrays and pointers with their values at the shown step.
import { html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { parseType } from '../../src/protocol/templateParser.ts';
import { NO_TEMPLATES, type Templates, typeText } from '../../src/protocol/templates.ts';
import { count, hex } from '../../src/protocol/text.ts';
import { address } from '../../src/protocol/units.ts';
import '../controls/menuButton.ts';
import { ShowMemoryEvent } from '../controls/showMemoryEvent.ts';
import '../controls/textField.ts';
import type { TemplatesData } from '../data/templatesFile.ts';
import { EMPTY_TREE, type TemplateRow, type TemplateTree } from '../data/templateTree.ts';
import type { Host } from '../session/host.ts';
import type { TemplateView } from '../session/templateView.ts';
import type { View } from '../session/view.ts';
import { rowLabel, rowValue } from '../text/templateText.ts';
import { icon } from '../theme/icons.ts';
import { sectionHead } from '../theme/sectionHead.ts';
import { shared } from '../theme/shared.ts';
import { templateSectionStyles } from './templateSection.styles.ts';

/** Levels that have an indent of their own. */
const DEEPEST = 6;

@customElement('wsm-template-section')
export class TemplateSection extends LitElement {
  static override styles = [shared, sectionHead, templateSectionStyles];

  @property({ attribute: false }) tree: TemplateTree = EMPTY_TREE;
  /** The file, and what it says. */
  @property({ attribute: false }) file: TemplatesData['file'] = null;
  @property({ attribute: false }) templates: Templates = NO_TEMPLATES;
  @property({ attribute: false }) error: TemplatesData['error'] = null;
  @property({ type: Boolean }) open = false;
  /** The selected byte. */
  @property({ type: Number }) selected = 0;
  @property({ attribute: false }) view: Pick<View, 'jumpToRange'> | null = null;
  @property({ attribute: false }) shown: Pick<TemplateView, 'show' | 'add' | 'remove' | 'open'> | null = null;
  @property({ attribute: false }) host: Pick<Host, 'openTemplates'> | null = null;
  /** Path of the row that Tab leads to; the first row where it is gone. */
  @state() private cursor: string | null = null;
  /** What is wrong with the type that the user typed. */
  @state() private fault: string | null = null;

  override render() {
    const { open } = this;
    return html`<div class="head">
        <button class="opener" aria-expanded=${open} @click=${() => this.shown?.show(!open)}>
          <h2><span aria-hidden="true">${open ? '▾' : '▸'}</span> Templates</h2>
        </button>
        <span class="facts" title=${open ? this.facts() : nothing}>${open ? this.facts() : nothing}</span>
      </div>
      ${open ? this.content() : nothing}`;
  }

  private facts(): string {
    if (!this.file) return 'loading …';
    const { structs, placed } = this.templates;
    return this.file.text === null
      ? ''
      : `${count(structs.size, 'struct')}, ${count(placed.length, 'value')} in the file`;
  }

  private content() {
    const { file, error, fault, tree } = this;
    const names = [...this.templates.structs.keys()];
    return html`<div class="bar">
        <wsm-text-field
          label="Type to show at ${hex(this.selected)}"
          placeholder=${names[0] ? `${names[0]}, u32[8]…` : 'u32[8], f64…'}
          hint="A type: a struct of the file, u32, f64, char[16], u32[8], Node*. Enter shows it at the selected byte."
          .invalid=${fault !== null}
          @keydown=${this.onTypeKey}
          @input=${() => {
            this.fault = null;
          }}
        ></wsm-text-field>
        ${
          names.length > 0
            ? html`<wsm-menu-button
                label="Show a struct at ${hex(this.selected)}"
                .icon=${icon('down')}
                .items=${names.map(name => ({ label: `${name} at ${hex(this.selected)}`, run: () => this.add(name) }))}
              ></wsm-menu-button>`
            : nothing
        }
        <button class="toggle" title=${file?.name ?? nothing} @click=${() => this.host?.openTemplates(1, 1)}>
          ${file?.text === null ? 'Create file…' : 'Edit file…'}
        </button>
      </div>
      ${fault === null ? nothing : html`<p class="error" role="alert">${fault}</p>`}
      ${
        error && file
          ? html`<p class="error" role="status">
              <button class="link" @click=${() => this.host?.openTemplates(error.line, error.column)}
                >${file.name}:${error.line}:${error.column}</button
              >: ${error.message}. What was understood before stays.
            </p>`
          : nothing
      }
      ${tree.rows.length > 0 ? this.rows(tree) : this.nothingYet()}`;
  }

  private nothingYet() {
    if (!this.file) return nothing;
    return html`<p class="note">
      ${
        this.file.text === null
          ? 'Type a type to read memory by it, or describe structs in a file of the workspace: struct Node { u32 value; Node* next; }'
          : 'Choose a struct to read the selected bytes by it, or put values at addresses in the file: Node head @0x548;'
      }
    </p>`;
  }

  private rows({ rows, isCut }: TemplateTree) {
    const current = rows.find(({ path }) => path === this.cursor) ?? rows[0];
    return html`<div class="tree" role="tree" aria-label="Memory by templates" @keydown=${this.onKey}>
        ${rows.map(row => this.row(row, row === current))}
      </div>
      ${isCut ? html`<p class="note">More is open than ${rows.length} rows: close some to see the others.</p>` : nothing}`;
  }

  private row(row: TemplateRow, isCurrent: boolean) {
    const { structs } = this.templates;
    const value = rowValue(row, structs);
    const isSelected = this.selected >= row.start && this.selected < row.start + row.size && row.isOpen === null;
    const classes = ['row', ...(isSelected ? ['selected'] : []), ...(row.isChanged ? ['changed'] : [])];
    const absent = !row.isInside || row.target?.kind === 'null' || row.target?.kind === 'outside';
    return html`<div
      class=${classes.join(' ')}
      role="treeitem"
      data-path=${row.path}
      tabindex=${isCurrent ? 0 : -1}
      aria-level=${row.level}
      aria-posinset=${row.position}
      aria-setsize=${row.siblings}
      aria-expanded=${row.isOpen ?? nothing}
      aria-selected=${isSelected}
      aria-label=${rowLabel(row, structs)}
      title="${hex(row.start)}: ${typeText(row.type)}"
      @focus=${() => {
        this.cursor = row.path;
      }}
      @click=${() => this.select(row)}
    >
      <span class="name"
        ><span class="indent level-${Math.min(row.level, DEEPEST)}"></span
        ><span class="twisty" @click=${(event: Event) => this.toggle(row, event)}
          >${row.isOpen === null ? nothing : row.isOpen ? '▾' : '▸'}</span
        >${row.name}</span
      >
      <span class="value ${absent ? 'absent' : ''}">${value}</span>
      <span class="type">${row.level === 1 ? hex(row.start) : typeText(row.type)}</span>
      ${row.root === null ? nothing : this.closer(row.root)}
    </div>`;
  }

  /** For the pointer; by key it is Delete. */
  private closer(root: number) {
    return html`<span
      class="closer"
      title="Take it away (Delete)"
      aria-hidden="true"
      @click=${(event: Event) => {
        event.stopPropagation();
        this.shown?.remove(root);
      }}
      >${icon('close')}</span
    >`;
  }

  private toggle(row: TemplateRow, event: Event): void {
    if (row.isOpen === null) return;
    event.stopPropagation();
    this.shown?.open(row.path, !row.isOpen);
  }

  private select({ start, size, isInside }: TemplateRow): void {
    if (!isInside) return;
    this.view?.jumpToRange({ start: address(start), length: size });
    this.dispatchEvent(new ShowMemoryEvent());
  }

  private add(type: string): void {
    this.fault = null;
    this.shown?.add({ type, address: this.selected });
  }

  private onTypeKey(event: KeyboardEvent): void {
    if (event.key === 'Escape') this.fault = null;
    if (event.key !== 'Enter') return;
    event.preventDefault();
    const text = this.renderRoot.querySelector('wsm-text-field')?.value.trim() ?? '';
    const parsed = parseType(text, this.templates);
    if (parsed.ok) this.add(typeText(parsed.type));
    else this.fault = parsed.message;
  }

  /** The keys of a tree; Enter and Space select the bytes, Delete takes away what the user added. */
  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const { rows } = this.tree;
    const at = rows.findIndex(({ path }) => path === this.cursor);
    const row = rows[at];
    if (!row) return;
    const parent = rows.find(({ path }) => path === row.parent);
    if (event.key === 'ArrowDown') this.goTo(rows[at + 1]);
    else if (event.key === 'ArrowUp') this.goTo(rows[at - 1]);
    else if (event.key === 'Home') this.goTo(rows[0]);
    else if (event.key === 'End') this.goTo(rows.at(-1));
    else if (event.key === 'ArrowRight' && row.isOpen === false) this.shown?.open(row.path, true);
    else if (event.key === 'ArrowRight' && row.isOpen) this.goTo(rows[at + 1]);
    else if (event.key === 'ArrowLeft' && row.isOpen) this.shown?.open(row.path, false);
    else if (event.key === 'ArrowLeft') this.goTo(parent);
    else if (event.key === 'Enter' || event.key === ' ') this.select(row);
    else if (event.key === 'Delete' && row.root !== null) this.takeAway(row.root, at);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private takeAway(root: number, at: number): void {
    this.shown?.remove(root);
    void this.updateComplete.then(() => this.goTo(this.tree.rows[Math.min(at, this.tree.rows.length - 1)]));
  }

  private goTo(row: TemplateRow | undefined): void {
    if (!row) return;
    this.cursor = row.path;
    void this.updateComplete.then(() =>
      [...this.renderRoot.querySelectorAll<HTMLElement>('.row')].find(each => each.dataset.path === row.path)?.focus(),
    );
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'wsm-template-section': TemplateSection;
  }
}
