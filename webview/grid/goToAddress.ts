// The address field: goes to what is typed, or says beside the field why it can't.
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { parseAddress } from '../../src/protocol/addressExpression.ts';
import type { PanelActions } from '../panel/actions.ts';
import { shared } from '../theme/shared.ts';

@customElement('wsm-go-to-address')
export class GoToAddress extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: flex;
        flex-wrap: wrap;
        gap: 2px 8px;
        align-items: center;
        min-width: 0;
      }
      vscode-text-field {
        --input-height: 22;
        --input-min-width: 60px;
        flex: 0 1 17ch;
        min-width: 0;
        font-family: var(--wsm-mono);
      }
      vscode-text-field.invalid {
        outline: 1px solid var(--vscode-inputValidation-errorBorder, var(--wsm-error));
      }
      .error {
        flex: 1 1 16ch;
        font-size: var(--wsm-small);
      }
    `,
  ];

  @property({ type: Number }) memoryBytes = 0;
  @property({ attribute: false }) actions: PanelActions | null = null;
  @state() private message: string | null = null;

  /** Puts the keyboard's focus into the field and selects what is there. */
  override focus(): void {
    const field = this.renderRoot.querySelector('vscode-text-field');
    field?.focus();
    field?.control.select();
  }

  override render() {
    const { message } = this;
    return html`<vscode-text-field
        class=${message ? 'invalid' : ''}
        placeholder="Go to 0x…"
        title="Go to address: decimal or 0x hexadecimal, with + and - (Ctrl+G)"
        aria-invalid=${message ? 'true' : 'false'}
        size="12"
        spellcheck="false"
        @keydown=${this.onKey}
        @input=${() => {
          this.message = null;
        }}
      ></vscode-text-field>
      ${message ? html`<span class="error" role="alert">${message}</span>` : nothing}`;
  }

  override firstUpdated(): void {
    // The toolkit puts a name of its own on a field without a visible label when it is connected.
    this.renderRoot.querySelector('vscode-text-field')?.setAttribute('aria-label', 'Go to address');
  }

  private onKey(event: KeyboardEvent): void {
    if (event.key === 'Escape') this.message = null;
    if (event.key !== 'Enter') return;
    const field = this.renderRoot.querySelector('vscode-text-field');
    if (!field) return;
    event.preventDefault();
    const result = parseAddress(field.value, this.memoryBytes);
    this.message = result.ok ? null : result.message;
    if (!result.ok) return;
    this.actions?.jump(result.address);
    this.dispatchEvent(new Event('went'));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'wsm-go-to-address': GoToAddress;
  }
}
