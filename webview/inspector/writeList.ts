// Writes to the selection around the shown step, the newest first, with whose bytes each wrote over. Choosing one shows memory at its step.

import { html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { accessOrigin, accessorText, type Overwrite, type WriteView } from '../../src/protocol/access.ts';
import { NUMBERS_ALONE } from '../../src/protocol/instanceNames.ts';
import { OWNER_CODE, type Owner, ownerCode, ownerName, ownerOf } from '../../src/protocol/owner.ts';
import { hex } from '../../src/protocol/text.ts';
import { moveInList } from '../controls/moveInList.ts';
import { revealed } from '../controls/reveal.ts';
import { WatchController } from '../controls/watching.ts';
import type { Watchable } from '../data/changing.ts';
import type { WritesTo } from '../data/writesTo.ts';
import type { View } from '../session/view.ts';
import { accessSentence, instructionText, originText, valueChange } from '../text/accessText.ts';
import { shared } from '../theme/shared.ts';
import { instanceClass, instanceClasses } from '../theme/tokens.ts';
import { writeListStyles } from './writeList.styles.ts';

export type ShownWrites = Pick<WritesTo, 'entries' | 'hasOlder' | 'hasNewer' | 'older' | 'newer'> & Watchable;

/** So near to an end of what is here, in CSS pixels, further writes are asked for. */
const NEAR_END = 36;

/** Whose bytes a write wrote over, without those that nobody had written. */
const ownersBefore = ({ before }: Overwrite): readonly Owner[] =>
  before.filter(code => code !== OWNER_CODE.never && code !== OWNER_CODE.initial).map(ownerOf);

/** Whether somebody else owned some of the bytes. */
const isOverOthers = (entry: Overwrite): boolean =>
  ownersBefore(entry).some(owner => ownerCode(owner) !== ownerCode(entry.write.owner));

@customElement('wsm-write-list')
export class WriteList extends LitElement {
  static override styles = [shared, instanceClasses, writeListStyles];

  @property({ attribute: false }) writesTo: ShownWrites | null = null;
  @property({ attribute: false }) names = NUMBERS_ALONE;
  /** More than one byte is selected: each write says where it begins. */
  @property({ type: Boolean }) isRange = false;
  /** The first step that is still recorded. */
  @property({ type: Number }) firstStep = 0;
  /** The step that memory is shown at. */
  @property({ type: Number }) step = 0;
  @property({ attribute: false }) view: Pick<View, 'goToStep'> | null = null;
  /** Step of the write that keys are at; null for the one that the shown step sees. */
  @state() private cursor: number | null = null;
  /** The shown step whose place in the list was brought into view, or −1. */
  private placed = -1;
  /** A row and its place in the view, which it keeps where rows come above it. */
  private held: { readonly id: string; readonly top: number } | null = null;

  constructor() {
    super();
    new WatchController(this, () => this.writesTo ?? undefined);
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('step')) this.cursor = null;
    if (!this.writesTo?.entries) this.placed = -1;
    this.held = this.firstVisible();
  }

  override render() {
    const { writesTo, step, firstStep } = this;
    const entries = writesTo?.entries;
    if (!writesTo || !entries) return html`<p aria-busy="true">loading …</p>`;
    if (entries.length === 0) return html`<p>No write to the selection is recorded.</p>`;
    const active = this.activeRow(entries);
    const shown = rowOfStep(entries, step);
    const isBetween = entries[shown]?.write.step !== step;
    return html`${
      writesTo.hasNewer ? html`<button class="link" @click=${() => writesTo.newer()}>newer</button>` : nothing
    }
      <div
        class="list"
        role="listbox"
        tabindex="0"
        aria-label="Writes to the selection${isBetween ? `, ${betweenText(entries, shown, step)}` : ''}"
        aria-activedescendant="write-${entries[active]?.write.step}"
        @keydown=${(event: KeyboardEvent) => this.onKey(event, entries, active)}
        @scroll=${this.onScroll}
      >
        ${repeat(
          entries,
          ({ write }) => write.step,
          (entry, row) =>
            html`${isBetween && row === shown ? shownStep(step) : nothing}${this.row(entry, row === active)}`,
        )}
        ${isBetween && shown === entries.length ? shownStep(step) : nothing}
      </div>
      ${
        writesTo.hasOlder
          ? html`<button class="link" @click=${() => writesTo.older()}>older</button>`
          : html`<p>${firstStep > 0 ? `Writes up to step ${firstStep} were dropped.` : 'Before: as instantiation left it.'}</p>`
      }`;
  }

  private row(entry: Overwrite, isActive: boolean) {
    const { write } = entry;
    const { before, after } = valueChange(write);
    const { owner } = write;
    const isOther = isOverOthers(entry);
    const classes = [
      isActive ? 'cursor' : '',
      isOther ? 'other' : '',
      owner.kind === 'instance' ? instanceClass(owner.instance) : '',
    ];
    const over = this.overText(entry);
    return html`<div
      id="write-${write.step}"
      class="write ${classes.join(' ')}"
      role="option"
      aria-selected=${write.step === this.step}
      aria-label=${[accessSentence(write, this.names), over].join(', ')}
      title="${instructionText(write)} at ${hex(write.address)} by ${accessorText(write, this.names)}, ${over}"
      @click=${() => this.choose(write.step)}
    >
      <span class="step">${write.step}</span>
      <span class="owners"
        >${
          isOther
            ? html`<span class="before">${ownersBefore(entry)
                .map(each => ownerName(each))
                .join(', ')} ⇢ </span>`
            : nothing
        }${owner.kind === 'instance' ? html`<span class="badge">#${owner.instance}</span>` : html`<span class="dim">${ownerName(owner)}</span>`}</span
      >
      <span class="place">${this.isRange ? html`<span class="at">${hex(write.address)}</span> ` : nothing}${this.placeOf(write)}</span>
      <span class="values">${before === null ? nothing : html`${before} → `}<b>${after}</b></span>
    </div>`;
  }

  /** `over bytes of #1`: whose they were before, its own or another's. */
  private overText(entry: Overwrite): string {
    const all = entry.before.map(ownerOf);
    if (all.every(({ kind }) => kind === 'never')) return 'over bytes never written';
    const names = all.filter(({ kind }) => kind !== 'never').map(owner => ownerName(owner, this.names));
    const [only] = all;
    if (all.length === 1 && only && ownerCode(only) === ownerCode(entry.write.owner)) return 'over its own bytes';
    return `over bytes of ${names.join(' and ')}`;
  }

  private placeOf(write: WriteView): string {
    return originText(write) ?? accessOrigin(write, this.names) ?? instructionText(write);
  }

  /** The row that keys are at. */
  private activeRow(entries: readonly Overwrite[]): number {
    const row = this.cursor === null ? -1 : entries.findIndex(({ write }) => write.step === this.cursor);
    return row >= 0 ? row : Math.min(rowOfStep(entries, this.step), entries.length - 1);
  }

  private get list(): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>('.list');
  }

  private firstVisible(): typeof this.held {
    const { list } = this;
    if (!list) return null;
    const rows = [...list.querySelectorAll<HTMLElement>('.write')];
    const first = rows.find(row => row.offsetTop + row.offsetHeight > list.scrollTop);
    return first ? { id: first.id, top: first.offsetTop - list.scrollTop } : null;
  }

  override updated(changed: Map<PropertyKey, unknown>): void {
    const { list, held } = this;
    if (!list) return;
    const row = held && list.querySelector<HTMLElement>(`#${held.id}`);
    if (row) list.scrollTop = row.offsetTop - held.top;
    const show = (place: HTMLElement | null): void => {
      if (place) list.scrollTop = revealed(list, place.offsetTop, place.offsetTop + place.offsetHeight);
    };
    if (changed.has('cursor')) show(list.querySelector<HTMLElement>('.cursor'));
    if (this.placed === this.step) return;
    const place = list.querySelector<HTMLElement>('.shown, [aria-selected=true]');
    if (this.placed >= 0) show(place);
    else if (place) list.scrollTop = place.offsetTop - (list.clientHeight - place.offsetHeight) / 2;
    this.placed = this.step;
  }

  private readonly onScroll = (): void => {
    const { list, writesTo } = this;
    if (!list || !writesTo) return;
    if (list.scrollTop + list.clientHeight > list.scrollHeight - NEAR_END) writesTo.older();
    else if (list.scrollTop < NEAR_END) writesTo.newer();
  };

  private choose(step: number): void {
    this.cursor = step;
    this.view?.goToStep(step);
  }

  private onKey(event: KeyboardEvent, entries: readonly Overwrite[], active: number): void {
    const isChosen = event.key === 'Enter' || event.key === ' ';
    const row = isChosen ? active : moveInList(event.key, active, entries.length);
    const write = entries[Math.max(0, row ?? active)]?.write;
    if (row === undefined || !write) return;
    if (isChosen) this.choose(write.step);
    else this.cursor = write.step;
    if (row <= 0) this.writesTo?.newer();
    if (row === entries.length - 1) this.writesTo?.older();
    event.preventDefault();
    event.stopPropagation();
  }
}

/** The first row whose write is not behind a step; their number where there is none. */
function rowOfStep(entries: readonly Overwrite[], step: number): number {
  const row = entries.findIndex(({ write }) => write.step <= step);
  return row < 0 ? entries.length : row;
}

/** Where the shown step is, which made no write to the selection. Screen readers have it in the list's name. */
const shownStep = (step: number) => html`<div class="shown" aria-hidden="true">step ${step}, shown</div>`;

function betweenText(entries: readonly Overwrite[], row: number, step: number): string {
  const [newer, older] = [entries[row - 1]?.write.step, entries[row]?.write.step];
  const places = [
    newer === undefined ? [] : `before the write at step ${newer}`,
    older === undefined ? [] : `after that at step ${older}`,
  ];
  return `shown is step ${step}, ${places.flat().join(' and ')}`;
}

declare global {
  interface HTMLElementTagNameMap {
    'wsm-write-list': WriteList;
  }
}
