// What the user keeps for the module: watched values at the shown step, and bookmarks. There is nothing of it where nothing is kept.
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { type KeptPlaces, NO_PLACES, type WatchedBytes } from '../../src/protocol/keptPlaces.ts';
import { NUMBERS } from '../../src/protocol/values.ts';
import type { Fold } from '../controls/fold.ts';
import { ShowMemoryEvent } from '../controls/showMemoryEvent.ts';
import { WatchController } from '../controls/watching.ts';
import { nearestStep } from '../data/moments.ts';
import type { Run } from '../data/run.ts';
import { watchedKey } from '../data/watchedValues.ts';
import type { Draft } from '../session/places.ts';
import type { PanelSession } from '../session/session.ts';
import {
  bookmarkSentence,
  bookmarkTitle,
  momentText,
  watchedText,
  watchPlaceText,
  watchSentence,
} from '../text/placeText.ts';
import { shared } from '../theme/shared.ts';
import './placeForm.ts';
import './placeRows.ts';
import type { PlaceRow } from './placeRows.ts';
import { sparkline } from './sparkline.ts';

@customElement('wsm-places')
export class PlacesSection extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: flex;
        flex-direction: column;
        gap: 4px;
        min-width: 0;
        padding: 4px var(--wsm-pad) 6px;
        overflow: hidden auto;
      }
    `,
  ];

  @property({ attribute: false }) session: PanelSession | null = null;
  @property({ attribute: false }) run: Run | null = null;
  /** Those of the session: they change in place. */
  @property({ attribute: false }) kept: KeptPlaces = NO_PLACES;
  @property({ attribute: false }) draft: Draft | null = null;
  /** How it folds; null where it can't. */
  @property({ attribute: false }) fold: Fold | null = null;
  constructor() {
    super();
    new WatchController(this, () => this.session ?? undefined);
  }

  override render() {
    const { session, run } = this;
    if (!session || !run) return nothing;
    const { kept, draft } = this;
    const adding = draft?.id === null ? draft.kind : null;
    // Who types into a form wants to see it.
    const fold = this.fold && { ...this.fold, open: this.fold.open || draft !== null };
    const hasWatches = kept.watches.length > 0 || adding === 'watch';
    if (fold && !fold.open) {
      const heading = `Watch ${kept.watches.length} · bookmarks ${kept.bookmarks.length}`;
      return html`<wsm-place-rows .heading=${heading} .fold=${fold}></wsm-place-rows>`;
    }
    return html`${
      hasWatches
        ? html`<wsm-place-rows
            class="watches"
            heading="Watch"
            .fold=${fold}
            .rows=${kept.watches.map(watch => this.watchRow(session, watch))}
            .adding=${adding === 'watch' ? this.form(session) : null}
          ></wsm-place-rows>`
        : nothing
    }
    ${
      kept.bookmarks.length > 0 || adding === 'bookmark'
        ? html`<wsm-place-rows
            class="bookmarks"
            heading="Bookmarks"
            .fold=${hasWatches ? null : fold}
            .rows=${kept.bookmarks.map(bookmark => this.bookmarkRow(session, run, bookmark))}
            .adding=${adding === 'bookmark' ? this.form(session) : null}
          ></wsm-place-rows>`
        : nothing
    }`;
  }

  private form({ places, data }: PanelSession) {
    return html`<wsm-place-form
      .draft=${this.draft}
      .places=${places}
      .memoryBytes=${data.memory?.size ?? 0}
    ></wsm-place-form>`;
  }

  private watchRow(session: PanelSession, watch: KeptPlaces['watches'][number]): PlaceRow {
    const { view, places, data } = session;
    const { size } = NUMBERS[watch.type];
    const watched = data.watched.values?.get(watchedKey(watch.address, size)) ?? null;
    const value = watched && watchedText(watch, watched.bytes, view.littleEndian);
    const isWritten = watched?.writes[0]?.step === view.place.step;
    return {
      id: watch.id,
      title: watch.name || watchPlaceText(watch),
      sentence: watchSentence(watch, watched, view.littleEndian),
      cells: html`<span class="name"
          >${watch.name} <span class="where">${watchPlaceText(watch)}</span></span
        >
        ${this.spark(watch, watched)}
        <span class="value ${isWritten ? 'written' : ''}">${watched === null ? '··' : (value ?? '–')}</span>`,
      form: this.formOf(watch.id),
      isHere: view.selection.range.start === watch.address && view.selection.range.length === size,
      go: () => this.show(() => view.jumpToRange({ start: watch.address, length: size })),
      edit: () => places.edit({ kind: 'watch', id: watch.id, place: watch }),
      remove: () => places.remove(watch.id),
    };
  }

  private spark(watch: KeptPlaces['watches'][number], watched: WatchedBytes | null) {
    const texts = watched?.writes.map(({ bytes }) =>
      watchedText(watch, bytes, this.session?.view.littleEndian ?? true),
    );
    const values = (texts ?? []).toReversed().map(Number);
    return values.length > 1 ? sparkline(values) : html`<span></span>`;
  }

  private bookmarkRow(session: PanelSession, run: Run, bookmark: KeptPlaces['bookmarks'][number]): PlaceRow {
    const { view, places } = session;
    const { step, call, address } = bookmark;
    const isRecorded = step >= run.firstStep && step <= run.lastStep;
    return {
      id: bookmark.id,
      title: bookmarkTitle(bookmark),
      sentence: `${bookmarkSentence(bookmark)}${isRecorded ? '' : ', not in this recording'}`,
      cells: html`<span class="name">${bookmarkTitle(bookmark)}</span>
        <span></span>
        <span class="where">${isRecorded ? (bookmark.name ? momentText(bookmark) : nothing) : 'not in this recording'}</span>`,
      form: this.formOf(bookmark.id),
      isHere: view.place.step === step && view.place.call === call,
      go: () =>
        this.show(() => {
          // Another recording of the module may have fewer steps, and other calls.
          view.goTo(shown => ({ step: nearestStep(shown, step), call: isRecorded ? call : null }));
          view.jump(address);
        }),
      edit: () => places.edit({ kind: 'bookmark', id: bookmark.id, place: bookmark }),
      remove: () => places.remove(bookmark.id),
    };
  }

  private formOf(id: number) {
    const { session } = this;
    return session && this.draft?.id === id ? this.form(session) : null;
  }

  private show(go: () => void): void {
    go();
    this.dispatchEvent(new ShowMemoryEvent());
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'wsm-places': PlacesSection;
  }
}
