// All writes to the selection, the newest first. Choosing one shows memory at its step.

import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { accessOrigin, accessorText, type WriteView } from '../../src/protocol/access.ts';
import { NUMBERS_ALONE } from '../../src/protocol/instanceNames.ts';
import { ownerName } from '../../src/protocol/owner.ts';
import { hex } from '../../src/protocol/text.ts';
import { revealed } from '../controls/reveal.ts';
import { WatchController } from '../controls/watching.ts';
import type { Watchable } from '../data/changing.ts';
import type { WritesTo } from '../data/writesTo.ts';
import type { View } from '../session/view.ts';
import { accessSentence, instructionText, originText, valueChange } from '../text/accessText.ts';
import { shared } from '../theme/shared.ts';
import { instanceClass, instanceClasses } from '../theme/tokens.ts';

export type ShownWrites = Pick<WritesTo, 'entries' | 'hasMore' | 'more'> & Watchable;

@customElement('wsm-write-list')
export class WriteList extends LitElement {
  static override styles = [
    shared,
    instanceClasses,
    css`
      :host {
        display: block;
        margin-top: 4px;
      }
      .list {
        position: relative;
        max-height: 164px;
        overflow: hidden auto;
        border: 1px solid var(--wsm-line);
      }
      .write {
        display: grid;
        grid-template-columns: minmax(4ch, max-content) minmax(22px, max-content) minmax(0, 1fr) fit-content(55%);
        gap: 0 6px;
        align-items: center;
        padding: 0 4px;
        border: 1px solid transparent;
        font: var(--wsm-small) / 18px var(--wsm-mono);
        white-space: nowrap;
        cursor: pointer;
      }
      .write:hover {
        background: var(--wsm-hover);
      }
      .write[aria-selected='true'] {
        border-color: var(--wsm-focus);
        background: var(--wsm-selected);
        color: var(--wsm-selected-fg);
      }
      .list:focus-visible .cursor {
        outline: 1px dashed var(--wsm-focus);
        outline-offset: -1px;
      }
      .at {
        color: var(--wsm-dim);
      }
      .place,
      .values {
        overflow: hidden;
        text-overflow: ellipsis;
      }
      .step,
      .values {
        color: var(--wsm-dim);
        text-align: end;
      }
      .write[aria-selected='true'] :is(.step, .at, .values) {
        color: inherit;
      }
      p {
        padding: 0 4px;
        font-size: var(--wsm-small);
        color: var(--wsm-dim);
      }
    `,
  ];

  @property({ attribute: false }) writesTo: ShownWrites | null = null;
  @property({ attribute: false }) names = NUMBERS_ALONE;
  /** More than one byte is selected: each write says where it begins. */
  @property({ type: Boolean }) isRange = false;
  /** The first step that is still recorded. */
  @property({ type: Number }) firstStep = 0;
  /** The step that memory is shown at. */
  @property({ type: Number }) step = 0;
  @property({ attribute: false }) view: Pick<View, 'goToStep'> | null = null;
  @state() private cursor = 0;

  constructor() {
    super();
    new WatchController(this, () => this.writesTo ?? undefined);
  }

  override render() {
    const writes = this.writesTo?.entries;
    if (!writes) return html`<p aria-busy="true">loading …</p>`;
    if (writes.length === 0) return html`<p>No write to the selection is recorded.</p>`;
    const active = Math.min(this.cursor, writes.length - 1);
    return html`<div
        class="list"
        role="listbox"
        tabindex="0"
        aria-label="Writes to the selection"
        aria-activedescendant="write-${active}"
        @keydown=${(event: KeyboardEvent) => this.onKey(event, writes, active)}
      >
        ${writes.map((write, index) => this.row(write, index, active))}
      </div>
      ${
        this.writesTo?.hasMore
          ? html`<button class="link" @click=${() => this.writesTo?.more()}>more</button>
              <span class="dim">after these ${writes.length}</span>`
          : html`<p>${this.firstStep > 0 ? `Writes up to step ${this.firstStep} were dropped.` : 'Before: as instantiation left it.'}</p>`
      }`;
  }

  private row(write: WriteView, index: number, active: number) {
    const { before, after } = valueChange(write);
    const { owner } = write;
    return html`<div
      id="write-${index}"
      class="write ${index === active ? 'cursor' : ''} ${owner.kind === 'instance' ? instanceClass(owner.instance) : ''}"
      role="option"
      aria-selected=${write.step === this.step}
      aria-label=${accessSentence(write, this.names)}
      title="${instructionText(write)} at ${hex(write.address)} by ${accessorText(write, this.names)}"
      @click=${() => this.choose(write, index)}
    >
      <span class="step">${write.step}</span>
      ${owner.kind === 'instance' ? html`<span class="badge">#${owner.instance}</span>` : html`<span class="dim">${ownerName(owner)}</span>`}
      <span class="place">${this.isRange ? html`<span class="at">${hex(write.address)}</span> ` : nothing}${this.placeOf(write)}</span>
      <span class="values">${before === null ? nothing : html`${before} → `}<b>${after}</b></span>
    </div>`;
  }

  private placeOf(write: WriteView): string {
    return originText(write) ?? accessOrigin(write, this.names) ?? instructionText(write);
  }

  override updated(changed: Map<PropertyKey, unknown>): void {
    if (!changed.has('cursor')) return;
    const list = this.renderRoot.querySelector('.list');
    const row = this.renderRoot.querySelector('.cursor');
    if (!list || !(row instanceof HTMLElement)) return;
    list.scrollTop = revealed(list, row.offsetTop, row.offsetTop + row.offsetHeight);
  }

  private choose(write: WriteView, index: number): void {
    this.cursor = index;
    this.view?.goToStep(write.step);
  }

  private onKey(event: KeyboardEvent, writes: readonly WriteView[], active: number): void {
    const write = writes[active];
    if (event.key === 'ArrowDown') this.cursor = Math.min(writes.length - 1, active + 1);
    else if (event.key === 'ArrowUp') this.cursor = Math.max(0, active - 1);
    else if (event.key === 'Home') this.cursor = 0;
    else if (event.key === 'End') this.cursor = writes.length - 1;
    else if ((event.key === 'Enter' || event.key === ' ') && write) this.choose(write, active);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'wsm-write-list': WriteList;
  }
}
