// The places that the user keeps for a module: values that are watched, and bookmarks.
import { address, type Check, goodOf, memberOf, nullable, object, step, tagged, text, whole } from './check.ts';
import type { Address, Step } from './units.ts';
import { NUMBERS, type NumberType } from './values.ts';

/** A number in memory. */
export interface WatchedPlace {
  readonly address: Address;
  readonly type: NumberType;
  /** Empty where the user gave none. */
  readonly name: string;
}

/** A moment of a recording of the module, and what was selected there. */
export interface Bookmark {
  readonly step: Step;
  /** `CallRecord.index`; null where none was selected. */
  readonly call: number | null;
  readonly address: Address;
  readonly name: string;
}

/** What is kept has a number of its own. */
interface Numbered {
  readonly id: number;
}

export interface KeptPlaces {
  readonly watches: readonly (Numbered & WatchedPlace)[];
  readonly bookmarks: readonly (Numbered & Bookmark)[];
}

export const NO_PLACES: KeptPlaces = { watches: [], bookmarks: [] };

/** `id`: what is changed; null where something is added. */
export type PlaceEdit =
  | { readonly kind: 'watch'; readonly id: number | null; readonly place: WatchedPlace }
  | { readonly kind: 'bookmark'; readonly id: number | null; readonly place: Bookmark }
  | { readonly kind: 'remove'; readonly id: number };

/** Most of each kind, for one module. */
export const MAX_PLACES = 100;
export const MAX_NAME = 100;

const name = text(0, MAX_NAME);
const watchFields = { address, type: memberOf<NumberType>(NUMBERS), name };
const bookmarkFields = { step, call: nullable(whole()), address, name };

/** What is good of what is kept, which another version may have written. */
export const keptPlaces: Check<KeptPlaces> = object<KeptPlaces>({
  watches: goodOf(object<KeptPlaces['watches'][number]>({ id: whole(), ...watchFields }), MAX_PLACES),
  bookmarks: goodOf(object<KeptPlaces['bookmarks'][number]>({ id: whole(), ...bookmarkFields }), MAX_PLACES),
});

export const placeEdit: Check<PlaceEdit> = tagged<PlaceEdit, 'kind'>('kind', {
  watch: { id: nullable(whole()), place: object<WatchedPlace>(watchFields) },
  bookmark: { id: nullable(whole()), place: object<Bookmark>(bookmarkFields) },
  remove: { id: whole() },
});

/**
 * What is kept after an edit.
 * @throws RangeError where there is no room for more
 */
export function editPlaces(kept: KeptPlaces, edit: PlaceEdit): KeptPlaces {
  const { watches, bookmarks } = kept;
  if (edit.kind === 'remove')
    return {
      watches: watches.filter(({ id }) => id !== edit.id),
      bookmarks: bookmarks.filter(({ id }) => id !== edit.id),
    };
  const id = edit.id ?? Math.max(0, ...[...watches, ...bookmarks].map(each => each.id)) + 1;
  return edit.kind === 'watch'
    ? { ...kept, watches: put(watches, { id, ...edit.place }) }
    : { ...kept, bookmarks: put(bookmarks, { id, ...edit.place }) };
}

/** In the place of the one with the same number, or at the end. */
function put<Place extends Numbered>(places: readonly Place[], place: Place): readonly Place[] {
  if (places.some(({ id }) => id === place.id)) return places.map(each => (each.id === place.id ? place : each));
  if (places.length >= MAX_PLACES)
    throw new RangeError(`there are ${MAX_PLACES} already, and no more are kept for a module. Remove some first.`);
  return [...places, place];
}

/** A watched number at a step, and what was written there before. */
export interface WatchedBytes {
  /** Null where memory does not reach so far. */
  readonly bytes: readonly number[] | null;
  /** The last writes that touched it, the newest first: memory after each. */
  readonly writes: readonly { readonly step: Step; readonly bytes: readonly number[] }[];
}
