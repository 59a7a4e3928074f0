// How the grid shows memory: what a cell is, its byte order, and how many bytes a row has. One button, so that it takes little room.
import { html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { CELL_TYPE_NAMES, CELL_TYPES, type CellType } from '../../src/protocol/cellTypes.ts';
import type { View } from '../session/view.ts';
import { shared } from '../theme/shared.ts';
import { formatMenuStyles } from './formatMenu.styles.ts';
import type { BytesPerRow } from './rowLayout.ts';

const ROWS: readonly { readonly label: string; readonly bytesPerRow: BytesPerRow }[] = [
  { label: 'fit', bytesPerRow: 'fit' },
  { label: '8', bytesPerRow: 8 },
  { label: '16', bytesPerRow: 16 },
  { label: '32', bytesPerRow: 32 },
];

const ORDERS = [
  { label: 'little endian', littleEndian: true },
  { label: 'big endian', littleEndian: false },
];

interface Radio {
  readonly label: string;
  /** What it is, in words, where the label is short. */
  readonly about?: string;
  /** In bytes: those of one size stand below each other. */
  readonly size?: number;
  readonly chosen: boolean;
  readonly choose: () => void;
}

@customElement('wsm-format-menu')
export class FormatMenu extends LitElement {
  static override styles = [shared, formatMenuStyles];

  @property({ attribute: false }) cells: CellType = 'bytes';
  @property({ attribute: false }) littleEndian = true;
  @property({ attribute: false }) bytesPerRow: BytesPerRow = 'fit';
  @property({ attribute: false }) view: Pick<View, 'setCells' | 'setLittleEndian' | 'setBytesPerRow'> | null = null;
  @state() private open = false;

  override render() {
    const { open, cells } = this;
    const { label, about, size } = CELL_TYPES[cells];
    const order = size === 1 ? '' : this.littleEndian ? ', little endian' : ', big endian';
    return html`<button
        class="toggle"
        aria-haspopup="dialog"
        aria-expanded=${open}
        aria-label="How memory is shown: ${about}${order}"
        title="How memory is shown: ${about}${order}"
        @click=${() => this.show(!open)}
        ><span class="label">${label}</span> <span aria-hidden="true">▾</span></button
      >
      ${open ? this.menu() : nothing}`;
  }

  override updated(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('open') && this.open) this.renderRoot.querySelector<HTMLElement>('input:checked')?.focus();
  }

  private menu() {
    const types: Radio[] = CELL_TYPE_NAMES.map(type => ({
      ...CELL_TYPES[type],
      chosen: type === this.cells,
      choose: () => this.view?.setCells(type),
    }));
    const orders: Radio[] = ORDERS.map(({ label, littleEndian }) => ({
      label,
      chosen: littleEndian === this.littleEndian,
      choose: () => this.view?.setLittleEndian(littleEndian),
    }));
    const rows: Radio[] = ROWS.map(({ label, bytesPerRow }) => ({
      label,
      chosen: bytesPerRow === this.bytesPerRow,
      choose: () => this.view?.setBytesPerRow(bytesPerRow),
    }));
    return html`<div
      class="menu"
      role="dialog"
      aria-label="How memory is shown"
      @keydown=${this.onKey}
      @focusout=${this.onFocusOut}
    >
      ${this.group('Cells', 'cells', types)} ${this.group('Byte order', 'order', orders)}
      ${this.group('Bytes per row', 'rows', rows)}
    </div>`;
  }

  /** Native radio buttons: arrows go from one to the next, and what is chosen is shown at once. */
  private group(title: string, name: string, radios: readonly Radio[]) {
    return html`<fieldset class=${name}>
      <legend>${title}</legend>
      ${radios.map(
        ({ label, about, size = 0, chosen, choose }) => html`<label class="size-${size}" title=${about ?? nothing}>
          <input type="radio" name=${name} aria-label=${about ?? label} .checked=${chosen} @change=${choose} />${label}
        </label>`,
      )}
    </fieldset>`;
  }

  private show(open: boolean): void {
    this.open = open;
  }

  private onKey(event: KeyboardEvent): void {
    if (event.key === 'Escape' || event.key === 'Enter') {
      this.show(false);
      this.renderRoot.querySelector('button')?.focus();
      event.preventDefault();
    }
    // Arrows are the radio buttons' here, and no key of the panel's is meant.
    event.stopPropagation();
  }

  /** The focus left the menu for something else. Its own button closes it by the click that comes next. */
  private onFocusOut(event: FocusEvent): void {
    const to = event.relatedTarget;
    if (to instanceof Node && this.renderRoot.contains(to)) return;
    // A click on a text of the menu takes the focus from its radio button, and gives it to another.
    if (to === null && this.renderRoot.querySelector('.menu:hover')) return;
    this.show(false);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'wsm-format-menu': FormatMenu;
  }
}
