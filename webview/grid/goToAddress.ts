// The address field: goes to the typed address, or says beside the field why it can't.
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { parseAddress } from '../../src/protocol/addressExpression.ts';
import type { View } from '../session/view.ts';
import '../controls/textField.ts';
import { fieldRow, shared } from '../theme/shared.ts';

@customElement('wsm-go-to-address')
export class GoToAddress extends LitElement {
  static override styles = [
    shared,
    fieldRow,
    css`
      wsm-text-field {
        flex: 0 1 17ch;
      }
      .error {
        flex: 1 1 16ch;
        font-size: var(--wsm-small);
      }
    `,
  ];

  @property({ type: Number }) memoryBytes = 0;
  @property({ attribute: false }) view: Pick<View, 'jump'> | null = null;
  @state() private message: string | null = null;

  /** Puts the keyboard's focus into the field and selects its text. */
  override focus(): void {
    this.renderRoot.querySelector('wsm-text-field')?.focus();
  }

  override render() {
    const { message } = this;
    return html`<wsm-text-field
        label="Go to address"
        .invalid=${message !== null}
        placeholder="Go to 0x…"
        hint="Go to address: decimal or 0x hexadecimal, with + and - (Ctrl+G)"
        @keydown=${this.onKey}
        @input=${() => {
          this.message = null;
        }}
      ></wsm-text-field>
      ${message ? html`<span class="error" role="alert">${message}</span>` : nothing}`;
  }

  private onKey(event: KeyboardEvent): void {
    if (event.key === 'Escape') this.message = null;
    if (event.key !== 'Enter') return;
    const field = this.renderRoot.querySelector('wsm-text-field');
    if (!field) return;
    event.preventDefault();
    const result = parseAddress(field.value, this.memoryBytes);
    this.message = result.ok ? null : result.message;
    if (!result.ok) return;
    this.view?.jump(result.address);
    this.dispatchEvent(new Event('went'));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'wsm-go-to-address': GoToAddress;
  }
}
