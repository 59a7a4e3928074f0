// Searches the trace: a field for a part of a function's name or a number, buttons for the next and previous match, and which one is shown.
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { type CallFilter, EVERY_CALL } from '../../src/protocol/call.ts';
import '../controls/textField.ts';
import { WatchController } from '../controls/watching.ts';
import type { CallRows } from '../data/calls.ts';
import { callPosition, type Direction, type Place, placeAfterCall } from '../data/moments.ts';
import type { Run } from '../data/run.ts';
import type { View } from '../session/view.ts';
import { icon } from '../theme/icons.ts';
import { fieldRow, shared } from '../theme/shared.ts';

@customElement('wsm-trace-search')
export class TraceSearch extends LitElement {
  static override styles = [
    shared,
    fieldRow,
    css`
      :host {
        flex: 1 1 100%;
        column-gap: 4px;
        padding: 2px 0 4px;
      }
      wsm-text-field {
        flex: 1 1 12ch;
      }
      .outcome {
        min-width: 8ch;
        white-space: nowrap;
      }
    `,
  ];

  @property({ attribute: false }) run: Run | null = null;
  @property({ attribute: false }) place: Place | null = null;
  /** Which calls are listed, and searched; null for all. */
  @property({ attribute: false }) filter: CallFilter | null = null;
  @property() text = '';
  @property({ attribute: false }) view: Pick<View, 'goToFoundCall' | 'setTrace'> | null = null;

  constructor() {
    super();
    new WatchController(this, () => this.run?.calls);
  }

  /** Puts the keyboard's focus into the field and selects its text. */
  override focus(): void {
    this.renderRoot.querySelector('wsm-text-field')?.focus();
  }

  override firstUpdated(): void {
    void this.renderRoot.querySelector('wsm-text-field')?.updateComplete.then(() => this.focus());
  }

  override render() {
    return html`<wsm-text-field
        label="Search the trace"
        placeholder="function, 149 or 0x548"
        hint="Part of a function's name, or an argument or result. Enter: next match, Shift+Enter: previous one, Escape: close"
        @keydown=${this.onKey}
        @input=${(event: InputEvent & { currentTarget: HTMLElementTagNameMap['wsm-text-field'] }) =>
          this.view?.setTrace({ search: event.currentTarget.value.trim() })}
      ></wsm-text-field>
      <span class="outcome" role="status">${this.outcome()}</span>
      ${this.button('previous', 'Previous match (Shift+Enter)', () => this.go('previous'))}
      ${this.button('next', 'Next match (Enter)', () => this.go('next'))}
      ${this.button('close', 'Close search (Escape)', () => this.close())}`;
  }

  private button(name: Direction | 'close', label: string, act: () => void) {
    return html`<vscode-button appearance="icon" aria-label=${label} title=${label} @click=${act}
      >${icon(name)}</vscode-button
    >`;
  }

  private get found(): CallRows | undefined {
    const { run, filter, text } = this;
    if (!run || text === '') return undefined;
    return run.calls.matches({ ...(filter ?? EVERY_CALL), rows: 'calls', search: text });
  }

  /** Where the shown place is among the matches; undefined while not known. */
  private positionAmong(matches: CallRows): { readonly at: number; readonly isMatch: boolean } | undefined {
    const { run, place } = this;
    if (!run || !place) return undefined;
    const at = matches.before(place.call ?? Math.floor(callPosition(run, place)) + 1);
    if (at === undefined) return undefined;
    return { at, isMatch: place.call !== null && matches.at(at)?.index === place.call };
  }

  /** `2 of 17` */
  private outcome() {
    const { found: matches } = this;
    if (!matches) return nothing;
    if (matches.count === 0) return 'no match';
    const position = this.positionAmong(matches);
    return `${position?.isMatch ? position.at + 1 : '–'} of ${matches.count}`;
  }

  /** Goes round at either end. */
  private go(direction: Direction): void {
    const { found: matches } = this;
    const position = matches && this.positionAmong(matches);
    if (!position || matches.count === 0) return;
    const { at, isMatch } = position;
    const target = direction === 'previous' ? at - 1 : isMatch ? at + 1 : at;
    const row = (target + matches.count) % matches.count;
    this.view?.goToFoundCall(run => {
      const found = matches.at(row);
      return found && placeAfterCall(run, found.index);
    });
  }

  private onKey(event: KeyboardEvent): void {
    if (event.key === 'Enter') this.go(event.shiftKey ? 'previous' : 'next');
    else if (event.key === 'Escape') this.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private close(): void {
    this.view?.setTrace({ search: null });
    this.dispatchEvent(new Event('close'));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'wsm-trace-search': TraceSearch;
  }
}
