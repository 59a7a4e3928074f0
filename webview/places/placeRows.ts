// Rows of places: each goes there, can be changed and removed. Tab leads to one button; keys move among them.
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { type Fold, foldStyles, foldTitle } from '../controls/fold.ts';
import { moveInList } from '../controls/moveInList.ts';
import { icon } from '../theme/icons.ts';
import { shared } from '../theme/shared.ts';
import { placeRowsStyles } from './placeRows.styles.ts';

export interface PlaceRow {
  readonly id: number;
  /** Of what the row is about: buttons are named by it. */
  readonly title: string;
  /** All that the row says, for screen readers and the tip. */
  readonly sentence: string;
  readonly cells: TemplateResult;
  /** Is in the place of the row while the user changes it. */
  readonly form: TemplateResult | null;
  readonly isHere: boolean;
  readonly go: () => void;
  readonly edit: () => void;
  readonly remove: () => void;
}

const BUTTONS = ['go', 'edit', 'remove'] as const;

@customElement('wsm-place-rows')
export class PlaceRows extends LitElement {
  static override styles = [shared, foldStyles, placeRowsStyles];

  @property() heading = '';
  /** How the section folds that these rows are the first of; null where they aren't, or it can't. */
  @property({ attribute: false }) fold: Fold | null = null;
  @property({ attribute: false }) rows: readonly PlaceRow[] = [];
  /** The form of a new one; null where none is added. */
  @property({ attribute: false }) adding: TemplateResult | null = null;
  /** The row and the button of it that Tab leads to. */
  @state() private cursor = 0;
  @state() private column = 0;

  override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('rows')) return;
    const hadFocus = this.shadowRoot?.activeElement?.matches('li > button') === true;
    const before = changed.get('rows') as readonly PlaceRow[] | undefined; // it is of this property
    const edited = before?.find(({ form }) => form !== null)?.id;
    if (edited !== undefined && this.rows.some(row => row.id === edited && row.form === null)) this.focusRow(edited);
    const id = edited ?? before?.[this.cursor]?.id;
    const same = this.rows.findIndex(row => row.id === id);
    this.cursor = same >= 0 ? same : Math.max(0, Math.min(this.cursor, this.rows.length - 1));
    // Its row was removed, or stands elsewhere now.
    if (hadFocus && this.rows.length > 0) void this.updateComplete.then(() => this.focusButton());
  }

  override render() {
    const { heading, rows, adding, fold } = this;
    if (fold && !fold.open) return foldTitle(heading, fold);
    return html`${foldTitle(heading, fold)}
      <ul aria-label=${heading} @keydown=${this.onKey}>
        ${rows.map((row, i) => this.row(row, i))}
      </ul>
      ${adding ?? nothing}`;
  }

  private focusRow(id: number): void {
    const at = this.rows.findIndex(row => row.id === id);
    if (at < 0) return;
    this.cursor = at;
    this.column = 0;
    void this.updateComplete.then(() => this.focusButton());
  }

  private row(row: PlaceRow, index: number) {
    if (row.form) return html`<li class="form">${row.form}</li>`;
    const { title, sentence, isHere } = row;
    return html`<li class=${isHere ? 'here' : ''}>
      <button
        class="go"
        data-index=${index}
        tabindex=${this.tabIndexOf(index, 0)}
        aria-label=${sentence}
        aria-current=${isHere ? 'true' : nothing}
        title=${sentence}
        @focus=${() => this.reach(index, 0)}
        @click=${row.go}
      >
        ${row.cells}
      </button>
      <button
        class="edit"
        data-index=${index}
        tabindex=${this.tabIndexOf(index, 1)}
        aria-label="Change ${title}"
        title="Change (F2)"
        @focus=${() => this.reach(index, 1)}
        @click=${row.edit}
      >
        ${icon('edit')}
      </button>
      <button
        class="remove"
        data-index=${index}
        tabindex=${this.tabIndexOf(index, 2)}
        aria-label="Remove ${title}"
        title="Remove (Delete)"
        @focus=${() => this.reach(index, 2)}
        @click=${row.remove}
      >
        ${icon('close')}
      </button>
    </li>`;
  }

  private tabIndexOf(index: number, column: number): 0 | -1 {
    return index === this.cursor && column === this.column ? 0 : -1;
  }

  private reach(index: number, column: number): void {
    this.cursor = index;
    this.column = column;
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (!(event.target instanceof Element && event.target.matches('li > button'))) return;
    const row = this.rows[this.cursor];
    const target = moveInList(event.key, this.cursor, this.rows.length);
    if (event.key === 'F2') row?.edit();
    else if (event.key === 'Delete') row?.remove();
    else {
      if (target !== undefined) this.cursor = Math.max(0, target);
      else if (event.key === 'ArrowRight') this.column = Math.min(this.column + 1, BUTTONS.length - 1);
      else if (event.key === 'ArrowLeft') this.column = Math.max(this.column - 1, 0);
      else return;
      this.focusButton();
    }
    event.preventDefault();
    event.stopPropagation();
  }

  private focusButton(): void {
    const name = BUTTONS[this.column] ?? 'go';
    this.renderRoot.querySelector<HTMLElement>(`.${name}[data-index="${this.cursor}"]`)?.focus();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'wsm-place-rows': PlaceRows;
  }
}
