// Watched values and bookmarks in words.
import type { Bookmark, WatchedBytes, WatchedPlace } from '../../src/protocol/keptPlaces.ts';
import { hex } from '../../src/protocol/text.ts';
import { NUMBERS } from '../../src/protocol/values.ts';
import { decodeValues } from './decode.ts';

/** Earlier values that are said of a watched one. */
const SAID = 3;

/** `i32 at 0x548` */
export const watchPlaceText = ({ address, type }: WatchedPlace): string => `${type} at ${hex(address)}`;

/** The value of some bytes; null where there are none. */
export function watchedText(
  { type }: Pick<WatchedPlace, 'type'>,
  bytes: readonly number[] | null,
  littleEndian: boolean,
): string | null {
  if (bytes === null || bytes.length < NUMBERS[type].size) return null;
  return decodeValues(Uint8Array.from(bytes), littleEndian).find(each => each.type === type)?.text ?? null;
}

/** The values that it had before, the newest first: one that was written again counts once. */
export function earlierTexts(place: WatchedPlace, { writes }: WatchedBytes, littleEndian: boolean): string[] {
  const texts = writes.map(({ bytes }) => watchedText(place, bytes, littleEndian) ?? '');
  return texts.filter((text, i) => i > 0 && text !== texts[i - 1]);
}

/** `count: 57, i32 at 0x548, before that 34, 11`, for screen readers and tips. @param watched null while it is not known */
export function watchSentence(place: WatchedPlace, watched: WatchedBytes | null, littleEndian: boolean): string {
  const value = watched && (watchedText(place, watched.bytes, littleEndian) ?? 'outside memory');
  const earlier = watched ? earlierTexts(place, watched, littleEndian).slice(0, SAID) : [];
  const title = [place.name, value ?? 'not known yet'].filter(text => text !== '').join(': ');
  return [title, watchPlaceText(place), earlier.length > 0 ? `before that ${earlier.join(', ')}` : '']
    .filter(text => text !== '')
    .join(', ');
}

/** `step 7, call 7` */
export const momentText = ({ step, call }: Pick<Bookmark, 'step' | 'call'>): string =>
  `step ${step}${call === null ? '' : `, call ${call}`}`;

/** The name, or where nobody gave one, the moment. */
export const bookmarkTitle = (bookmark: Bookmark): string => bookmark.name || momentText(bookmark);

/** `overflow, step 7, call 7, 0x548` */
export const bookmarkSentence = (bookmark: Bookmark): string =>
  [bookmark.name, momentText(bookmark), hex(bookmark.address)].filter(text => text !== '').join(', ');
