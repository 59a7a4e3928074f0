// A text field of one line: the toolkit's, with what it lacks seen to in one place.
import { css, html, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';

@customElement('wsm-text-field')
export class TextField extends LitElement {
  static override styles = css`
    :host {
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
  /** What can be typed, and which keys do something. */
  @property() hint = '';
  /** Something is wrong with the text; whoever says so tells beside the field what it is. */
  @property({ type: Boolean }) invalid = false;

  get value(): string {
    return this.field?.value ?? '';
  }

  /** Puts the keyboard's focus into the field and selects what is there. */
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
