// A button with a menu of commands. The toolkit has none.
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { shared } from '../theme/shared.ts';

export interface MenuItem {
  readonly label: string;
  readonly run: () => void;
}

@customElement('wsm-menu-button')
export class MenuButton extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        position: relative;
        flex: none;
      }
      [role='menu'] {
        position: absolute;
        z-index: 2;
        inset-inline-end: 0;
        top: 100%;
        min-width: max-content;
        padding: 4px;
        border: 1px solid var(--vscode-menu-border, var(--wsm-line));
        border-radius: 4px;
        background: var(--vscode-menu-background, var(--vscode-dropdown-background));
        color: var(--vscode-menu-foreground, var(--vscode-dropdown-foreground));
      }
      [role='menuitem'] {
        display: block;
        width: 100%;
        padding: 2px 10px;
        border: 0;
        border-radius: 3px;
        background: none;
        color: inherit;
        font: inherit;
        text-align: start;
        white-space: nowrap;
        cursor: pointer;
      }
      [role='menuitem']:is(:hover, :focus) {
        outline: 1px solid var(--vscode-contrastActiveBorder, transparent);
        outline-offset: -1px;
        background: var(--vscode-menu-selectionBackground, var(--wsm-selected));
        color: var(--vscode-menu-selectionForeground, var(--wsm-selected-fg));
      }
    `,
  ];

  @property() label = '';
  @property({ attribute: false }) icon: TemplateResult | null = null;
  @property({ attribute: false }) items: readonly MenuItem[] = [];
  @state() private open = false;

  override render() {
    const { label, open } = this;
    return html`<vscode-button
        appearance="icon"
        aria-label=${label}
        title=${label}
        aria-haspopup="menu"
        aria-expanded=${open}
        @click=${() => this.show(!open)}
        >${this.icon}</vscode-button
      >
      ${
        open
          ? html`<div role="menu" aria-label=${label} @keydown=${this.onKey} @focusout=${this.onFocusOut}>
              ${this.items.map(
                item =>
                  html`<button role="menuitem" tabindex="-1" @click=${() => this.choose(item)}>${item.label}</button>`,
              )}
            </div>`
          : nothing
      }`;
  }

  override updated(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('open') && this.open) this.entries[0]?.focus();
  }

  private get entries(): HTMLElement[] {
    return [...this.renderRoot.querySelectorAll<HTMLElement>('[role=menuitem]')];
  }

  private show(open: boolean): void {
    this.open = open;
  }

  private choose(item: MenuItem): void {
    this.close();
    item.run();
  }

  private close(): void {
    this.show(false);
    this.renderRoot.querySelector<HTMLElement>('vscode-button')?.focus();
  }

  /** The focus left the menu for something else. Its own button closes it by the click that comes next. */
  private onFocusOut(event: FocusEvent): void {
    const to = event.relatedTarget;
    if (to instanceof Node && this.renderRoot.contains(to)) return;
    this.show(false);
  }

  private onKey(event: KeyboardEvent): void {
    const { entries } = this;
    const at = entries.findIndex(entry => entry.matches(':focus'));
    if (event.key === 'Escape') this.close();
    else if (event.key === 'ArrowDown') entries[(at + 1) % entries.length]?.focus();
    else if (event.key === 'ArrowUp') entries.at((at - 1) % entries.length)?.focus();
    else if (event.key === 'Home') entries[0]?.focus();
    else if (event.key === 'End') entries.at(-1)?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'wsm-menu-button': MenuButton;
  }
}
