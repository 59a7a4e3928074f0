// Names a watched value or a bookmark: Enter keeps it, Escape does not.
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { parseAddress } from '../../src/protocol/addressExpression.ts';
import { MAX_NAME } from '../../src/protocol/keptPlaces.ts';
import { hex } from '../../src/protocol/text.ts';
import { NUMBERS, type NumberType } from '../../src/protocol/values.ts';
import { focused } from '../controls/focused.ts';
import type { Draft, Places } from '../session/places.ts';
import { momentText } from '../text/placeText.ts';
import { shared } from '../theme/shared.ts';

const TYPES = Object.keys(NUMBERS) as NumberType[]; // the table has no other keys

@customElement('wsm-place-form')
export class PlaceForm extends LitElement {
  static override styles = [
    shared,
    css`
      form {
        display: flex;
        flex-wrap: wrap;
        gap: 2px 4px;
        align-items: center;
        padding: 2px 4px;
      }
      input,
      select {
        min-width: 0;
        height: 22px;
        padding: 0 4px;
        border: 1px solid var(--vscode-input-border, var(--wsm-line));
        border-radius: 2px;
        background: var(--vscode-input-background);
        color: var(--vscode-input-foreground, var(--wsm-fg));
        font: inherit;
        font-size: var(--wsm-small);
      }
      .name {
        flex: 1 1 12ch;
      }
      .address {
        flex: 0 1 12ch;
        width: 12ch;
        font-family: var(--wsm-mono);
      }
      .moment {
        color: var(--wsm-dim);
        font-size: var(--wsm-small);
      }
      .error {
        flex: 1 1 100%;
        font-size: var(--wsm-small);
      }
    `,
  ];

  @property({ attribute: false }) draft: Draft | null = null;
  @property({ type: Number }) memoryBytes = 0;
  @property({ attribute: false }) places: Pick<Places, 'save' | 'edit'> | null = null;
  @state() private message: string | null = null;
  private cameFrom: HTMLElement | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    this.cameFrom = focused();
  }

  /** The focus goes back to where it was: of a row that was changed, that is the row's affair. */
  override disconnectedCallback(): void {
    super.disconnectedCallback();
    if (this.cameFrom?.isConnected) this.cameFrom.focus();
  }

  override firstUpdated(): void {
    const name = this.renderRoot.querySelector('input');
    name?.focus();
    name?.select();
    // What is above it may take its room only now.
    requestAnimationFrame(() => this.scrollIntoView({ block: 'nearest' }));
  }

  override render() {
    const { draft, message } = this;
    if (!draft) return nothing;
    return html`<form @submit=${this.onSubmit} @keydown=${this.onKey}>
      <input
        class="name"
        aria-label="Name"
        placeholder=${draft.kind === 'watch' ? 'Name' : momentText(draft.place)}
        maxlength=${MAX_NAME}
        .value=${draft.place.name}
      />
      ${draft.kind === 'watch' ? this.watchFields(draft.place.address, draft.place.type) : this.moment(draft)}
      <button class="toggle" type="submit">${draft.id === null ? 'Add' : 'Keep'}</button>
      <button class="toggle" type="button" @click=${() => this.places?.edit(null)}>Cancel</button>
      ${message === null ? nothing : html`<span class="error" role="alert">${message}</span>`}
    </form>`;
  }

  private moment({ id, place }: Draft & { kind: 'bookmark' }) {
    return id === null ? nothing : html`<span class="moment">${momentText(place)}</span>`;
  }

  private watchFields(at: number, type: NumberType) {
    return html`<input
        class="address"
        aria-label="Address"
        title="Decimal or 0x hexadecimal, with + and -"
        spellcheck="false"
        aria-invalid=${this.message === null ? 'false' : 'true'}
        .value=${hex(at)}
        @input=${() => {
          this.message = null;
        }}
      />
      <select aria-label="Type" .value=${type}>
        ${TYPES.map(each => html`<option value=${each} ?selected=${each === type}>${each}</option>`)}
      </select>`;
  }

  private onSubmit(event: Event): void {
    event.preventDefault();
    const { draft, places } = this;
    if (!draft || !places) return;
    const name = this.renderRoot.querySelector<HTMLInputElement>('.name')?.value.trim() ?? '';
    if (draft.kind === 'bookmark') {
      places.save({ ...draft, place: { ...draft.place, name } });
      return;
    }
    const field = this.renderRoot.querySelector<HTMLInputElement>('.address');
    const parsed = parseAddress(field?.value ?? '', this.memoryBytes);
    const chosen = this.renderRoot.querySelector('select')?.value;
    const type = TYPES.find(each => each === chosen) ?? draft.place.type;
    if (parsed.ok) {
      places.save({ ...draft, place: { address: parsed.address, type, name } });
      return;
    }
    this.message = parsed.message;
    field?.focus();
  }

  private onKey(event: KeyboardEvent): void {
    if (event.key !== 'Escape') return;
    this.places?.edit(null);
    event.preventDefault();
    event.stopPropagation();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'wsm-place-form': PlaceForm;
  }
}
