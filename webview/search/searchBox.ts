// Searches memory at the shown step: a field for the pattern, buttons for the next and previous match, and the progress.
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { MAX_DIGITS, MAX_LENGTH, type SearchMatch, type SearchQuery, type StoodAt } from '../../src/protocol/search.ts';
import { hex } from '../../src/protocol/text.ts';
import type { ChoiceEvent } from '../controls/choice.ts';
import '../controls/choice.ts';
import '../controls/textField.ts';
import { countText, matchNumber } from '../data/matches.ts';
import type { FoundMatches, MemorySearch, SearchState } from '../data/memorySearch.ts';
import type { Direction } from '../data/moments.ts';
import type { StandingSearch, StandingState } from '../data/standingSearch.ts';
import type { View } from '../session/view.ts';
import { icon } from '../theme/icons.ts';
import { fieldRow, shared } from '../theme/shared.ts';
import { isSearchKind, parseQuery, SEARCH_KINDS, type SearchKind } from './searchQuery.ts';

const PLACEHOLDERS: Partial<Record<SearchKind, string>> = { bytes: '0b 00 ?? 00', 'utf-8': 'text', 'utf-16le': 'text' };

@customElement('wsm-search-box')
export class SearchBox extends LitElement {
  static override styles = [
    shared,
    fieldRow,
    css`
      :host {
        column-gap: 4px;
      }
      wsm-choice {
        flex: none;
        width: 92px;
      }
      wsm-text-field {
        flex: 1 1 12ch;
      }
      .outcome {
        display: flex;
        flex: 1 1 100%;
        flex-wrap: wrap;
        gap: 0 8px;
        align-items: center;
        color: var(--wsm-dim);
        font-size: var(--wsm-small);
      }
      .outcome .error {
        color: var(--wsm-error-text);
      }
      progress {
        flex: 1;
        min-width: 40px;
        height: 4px;
        accent-color: var(--vscode-progressBar-background);
      }
    `,
  ];

  @property({ attribute: false }) state: SearchState = { kind: 'idle' };
  @property({ type: Boolean }) littleEndian = true;
  @property({ attribute: false }) search: Pick<MemorySearch, 'start' | 'cancel'> | null = null;
  /** The outcome is that of the shown step. */
  @property({ type: Boolean }) isCurrent = true;
  /** When it stood, as far as that was asked. */
  @property({ attribute: false }) standing: StandingState = { kind: 'idle' };
  @property({ attribute: false }) history: Pick<StandingSearch, 'start' | 'cancel' | 'reset'> | null = null;
  @property({ attribute: false }) view: Pick<View, 'goToStep' | 'jumpToRange'> | null = null;
  /** What was searched for last. */
  private query: SearchQuery | null = null;
  @state() private kind: SearchKind = 'bytes';
  @state() private message: string | null = null;

  /** Puts the keyboard's focus into the field and selects its text. */
  override focus(): void {
    this.renderRoot.querySelector('wsm-text-field')?.focus();
  }

  /** Also waits for the field: before its own update it can't take the focus. */
  protected override async getUpdateComplete(): Promise<boolean> {
    const complete = await super.getUpdateComplete();
    await this.renderRoot.querySelector('wsm-text-field')?.updateComplete;
    return complete;
  }

  override render() {
    const { message } = this;
    return html`<wsm-choice
        label="Search for"
        .value=${this.kind}
        .choices=${SEARCH_KINDS}
        @choose=${this.onKind}
      ></wsm-choice>
      <wsm-text-field
        label="Search memory"
        .invalid=${message !== null}
        placeholder=${PLACEHOLDERS[this.kind] ?? '149 or 0x95'}
        .most=${this.most}
        hint="Enter: next match, Shift+Enter: previous one, Escape: close"
        @keydown=${this.onKey}
        @input=${() => {
          this.message = null;
        }}
      ></wsm-text-field>
      ${this.button('previous', 'Previous match (Shift+Enter)', () => this.start('previous'))}
      ${this.button('next', 'Next match (Enter)', () => this.start('next'))}
      ${this.button('close', 'Close search (Escape)', () => this.close())}
      ${this.outcome()}`;
  }

  private button(name: 'previous' | 'next' | 'close', label: string, act: () => void) {
    return html`<vscode-button appearance="icon" aria-label=${label} title=${label} @click=${act}
      >${icon(name)}</vscode-button
    >`;
  }

  /** The fault in the text, the search's progress, or its outcome. */
  private outcome() {
    const { message, state } = this;
    if (message !== null) return html`<span class="outcome"><span class="error" role="alert">${message}</span></span>`;
    switch (state.kind) {
      case 'idle':
        return nothing;
      case 'searching':
        return html`<span class="outcome"
          ><progress aria-label="Searching memory" value=${state.done}></progress>
          <button class="link" @click=${() => this.search?.cancel()}>Cancel</button></span
        >`;
      case 'failed':
        return html`<span class="outcome"><span class="error" role="alert">${state.message}</span></span>`;
      case 'found':
        return html`<span class="outcome"
          ><span role="status">${this.isCurrent ? foundText(state.match, state.matches) : 'looking …'}</span> ${this.when()}</span
        >`;
      case 'none':
        return html`<span class="outcome"
          ><span role="status">${this.isCurrent ? 'not in memory at this step' : 'looking …'}</span> ${this.when()}</span
        >`;
      case 'cancelled':
        return html`<span class="outcome" role="status">search cancelled</span>`;
    }
  }

  /** When it stood anywhere in memory, or the way to find out. */
  private when() {
    const { standing } = this;
    switch (standing.kind) {
      case 'idle':
      case 'cancelled':
        return html`<button
          class="link"
          title="Look through all that is recorded for the first and the last step at which it stood anywhere in memory"
          @click=${() => this.query && void this.history?.start(this.query)}
          >when?</button
        >`;
      case 'searching':
        return html`<progress aria-label="Looking through all that is recorded" value=${standing.done}></progress>
          <button class="link" @click=${() => this.history?.cancel()}>Cancel</button>`;
      case 'failed':
        return html`<span class="error" role="alert">${standing.message}</span>`;
      case 'known':
        return html`<span role="status">${this.stoodText(standing)}</span>`;
    }
  }

  /** Characters that can be searched for: a byte is two digits, and a space. */
  private get most(): number {
    if (this.kind === 'bytes') return 3 * MAX_LENGTH;
    return this.kind === 'utf-8' || this.kind === 'utf-16le' ? MAX_LENGTH : MAX_DIGITS;
  }

  private stoodText({ stood, firstStep, upTo, length }: Extract<StandingState, { kind: 'known' }>) {
    // What was before, nobody knows.
    const kept = firstStep > 0 ? ` (history is whole from step ${firstStep} on)` : '';
    if (!stood) return html`it stood nowhere at any step${kept}`;
    const { first, last } = stood;
    const begin = this.moment(first, length, 'first');
    if (first.step === last.step) return html`it stood at ${begin} alone${kept}`;
    const isAtEnd = last.step === upTo ? ', the last one' : '';
    return html`it stood from ${begin} to ${this.moment(last, length, 'last')}${isAtEnd}${kept}`;
  }

  private moment({ step, address }: StoodAt, length: number, which: string) {
    return html`<button
      class="link"
      title="Show it at the ${which} step at which it stood: ${hex(address)}"
      @click=${() => {
        this.view?.goToStep(step);
        this.view?.jumpToRange({ start: address, length });
      }}
      >step ${step}</button
    >`;
  }

  private onKind(event: ChoiceEvent): void {
    if (isSearchKind(event.value)) this.kind = event.value;
    this.message = null;
  }

  private onKey(event: KeyboardEvent): void {
    if (event.key === 'Enter') this.start(event.shiftKey ? 'previous' : 'next');
    else if (event.key === 'Escape') this.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private start(direction: Direction): void {
    const field = this.renderRoot.querySelector('wsm-text-field');
    if (!field) return;
    const result = parseQuery(this.kind, field.value, this.littleEndian);
    this.message = result.ok ? null : result.message;
    if (!result.ok) return;
    if (JSON.stringify(result.query) !== JSON.stringify(this.query)) this.history?.reset();
    this.query = result.query;
    this.search?.start(result.query, direction);
  }

  private close(): void {
    this.search?.cancel();
    this.history?.cancel();
    this.dispatchEvent(new Event('close'));
  }
}

/** `3 of 29, at 0x548`; without a selected one `29 matches`. */
function foundText(match: SearchMatch | null, matches: FoundMatches): string {
  const told = countText(matches);
  if (!match) return matches.addresses.length === 1 ? '1 match' : `${told} matches`;
  const number = matchNumber(matches, match.address);
  return `${number === null ? 'one' : number.toLocaleString('en')} of ${told}, at ${hex(match.address)}`;
}

declare global {
  interface HTMLElementTagNameMap {
    'wsm-search-box': SearchBox;
  }
}
