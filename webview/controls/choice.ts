// A drop-down list. The toolkit's takes its value only after its options: this component waits for them.
import { css, html, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';

export interface Choice {
  readonly value: string;
  readonly label: string;
}

/** The user chose `value`. */
export class ChoiceEvent extends Event {
  static readonly type = 'choose';
  constructor(readonly value: string) {
    super(ChoiceEvent.type);
  }
}

@customElement('wsm-choice')
export class ChoiceList extends LitElement {
  static override styles = css`
    :host {
      display: flex;
    }
    vscode-dropdown {
      --input-height: 22;
      --input-min-width: 0;
      width: 100%;
    }
    vscode-option[aria-selected='true'] {
      outline: 1px solid var(--wsm-focus);
      outline-offset: -1px;
    }
  `;

  @property() label = '';
  @property() value = '';
  @property({ attribute: false }) choices: readonly Choice[] = [];
  @property({ type: Boolean }) disabled = false;

  override render() {
    return html`<vscode-dropdown
      aria-label=${this.label}
      title=${this.label}
      ?disabled=${this.disabled}
      @change=${this.onChange}
    >
      ${this.choices.map(({ value, label }) => html`<vscode-option value=${value}>${label}</vscode-option>`)}
    </vscode-dropdown>`;
  }

  override updated(): void {
    // The toolkit collects its options in a slotchange, which comes after this update.
    requestAnimationFrame(() => this.applyValue());
  }

  private applyValue(): void {
    const dropdown = this.renderRoot.querySelector('vscode-dropdown');
    if (dropdown && dropdown.value !== this.value) dropdown.value = this.value;
  }

  private onChange(): void {
    const value = this.renderRoot.querySelector('vscode-dropdown')?.value;
    if (value === undefined || value === this.value) return;
    this.dispatchEvent(new ChoiceEvent(value));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'wsm-choice': ChoiceList;
  }
}
