// The places that the user keeps for the module, and the one that is being added or changed. The extension host keeps them: what is
// shown is what it told last.
import {
  type Bookmark,
  type KeptPlaces,
  NO_PLACES,
  type PlaceEdit,
  type WatchedPlace,
} from '../../src/protocol/keptPlaces.ts';
import { address } from '../../src/protocol/units.ts';
import type { NumberType } from '../../src/protocol/values.ts';
import type { ByteRange } from '../data/byteRange.ts';
import { Changing } from '../data/changing.ts';
import type { Place } from '../data/moments.ts';

/** `id`: what is changed; null for a new one. */
export type Draft =
  | { readonly kind: 'watch'; readonly id: number | null; readonly place: WatchedPlace }
  | { readonly kind: 'bookmark'; readonly id: number | null; readonly place: Bookmark };

/** By bytes selected. */
const TYPES: Readonly<Record<number, NumberType>> = { 2: 'u16', 4: 'i32', 8: 'i64' };

/** The type that so many selected bytes are taken for: a single one begins an i32. */
export const typeOfBytes = (length: number): NumberType => (length === 1 ? 'i32' : (TYPES[length] ?? 'i32'));

/** Changes with what is kept, and with the draft. */
export class Places extends Changing {
  kept: KeptPlaces = NO_PLACES;
  draft: Draft | null = null;

  constructor(private readonly send: (edit: PlaceEdit) => void) {
    super();
  }

  /** Takes what the extension host tells. */
  follow(kept: KeptPlaces): void {
    if (JSON.stringify(kept) === JSON.stringify(this.kept)) return; // each state has them
    this.kept = kept;
    this.changed();
  }

  /** Lets the user name a value to watch: of the selected bytes, an i32 where a single one is selected. */
  draftWatch({ start, length }: ByteRange): void {
    const type = typeOfBytes(length);
    this.edit({ kind: 'watch', id: null, place: { address: address(start), type, name: '' } });
  }

  /** Lets the user name a place; where it has a bookmark, that one. */
  draftBookmark({ step, call }: Place, { start }: ByteRange): void {
    const known = this.kept.bookmarks.find(each => each.step === step && each.call === call);
    if (known) this.edit({ kind: 'bookmark', id: known.id, place: known });
    else this.edit({ kind: 'bookmark', id: null, place: { step, call, address: address(start), name: '' } });
  }

  edit(draft: Draft | null): void {
    this.draft = draft;
    this.changed();
  }

  /** Keeps the draft as the user has made it. */
  save({ kind, id, place }: Draft): void {
    if (kind === 'watch') {
      const { address: at, type, name } = place;
      this.send({ kind, id, place: { address: at, type, name } });
    } else {
      const { step, call, address: at, name } = place;
      this.send({ kind, id, place: { step, call, address: at, name } });
    }
    this.edit(null);
  }

  remove(id: number): void {
    if (this.draft?.id === id) this.edit(null);
    this.send({ kind: 'remove', id });
  }
}
