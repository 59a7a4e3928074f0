// A text field of one line: the toolkit's, mended in one place.
import { css, html, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';

/** Of a filter, a search, a type, an address. */
const MOST_CHARACTERS = 1000;

@customElement('wsm-text-field')
export class TextField extends LitElement {
  static override styles = css`
    :host {
      display: flex;
      min-width: 0;
    }
    vscode-text-field {
      --input-height: 22;
      --input-min-width: 60px;
      width: 100%;
      font-family: var(--wsm-mono);
    }
    vscode-text-field.invalid {
      outline: 1px solid var(--vscode-inputValidation-errorBorder, var(--wsm-error));
    }
  `;

  /** For screen readers. */
  @property() label = '';
  @property() placeholder = '';
  /** Tooltip: what the field takes, and which keys it knows. */
  @property() hint = '';
  /** Characters that fit: of more the host knows nothing. */
  @property({ type: Number }) most = MOST_CHARACTERS;
  /** The text is faulty. The component around the field says why. */
  @property({ type: Boolean }) invalid = false;

  get value(): string {
    return this.field?.value ?? '';
  }

  /** Puts the keyboard's focus into the field and selects its text. */
  override focus(): void {
    this.field?.focus();
    this.field?.control.select();
  }

  override render() {
    return html`<vscode-text-field
      class=${this.invalid ? 'invalid' : ''}
      placeholder=${this.placeholder}
      title=${this.hint}
      aria-invalid=${this.invalid ? 'true' : 'false'}
      size="12"
      maxlength=${this.most}
      spellcheck="false"
    ></vscode-text-field>`;
  }

  override firstUpdated(): void {
    // The toolkit puts a name of its own on a field without a visible label when it is connected.
    this.field?.setAttribute('aria-label', this.label);
  }

  private get field() {
    return this.renderRoot.querySelector('vscode-text-field');
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'wsm-text-field': TextField;
  }
}
