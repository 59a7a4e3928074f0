// Searching memory: what is asked, and what is found.
import { address, boolean, type Check, list, nullable, object, oneOf, step, tagged, text, whole } from './check.ts';
import type { Address, Step } from './units.ts';

/** What to search memory for. */
export type SearchQuery =
  /** bytes; null stands for any byte */
  | { readonly kind: 'bytes'; readonly bytes: readonly (number | null)[] }
  | { readonly kind: 'text'; readonly text: string; readonly encoding: 'utf-8' | 'utf-16le' }
  | {
      readonly kind: 'number';
      readonly type: 'i8' | 'i16' | 'i32' | 'i64' | 'f32' | 'f64';
      /** As the user wrote it, signed or unsigned: decimal, or 0x hexadecimal for integers. */
      readonly value: string;
      readonly littleEndian: boolean;
    };

export interface SearchRequest {
  readonly step: Step;
  readonly query: SearchQuery;
  /** The match begins after this address (before it, for `previous`). */
  readonly from: Address;
  readonly direction: 'next' | 'previous';
}

export interface SearchMatch {
  readonly address: Address;
  readonly length: number;
}

/** Most bytes, or characters, of what is searched for. */
const MAX_LENGTH = 4096;

/** Most characters of a number as the user wrote it. */
const MAX_DIGITS = 400;

/** Whether a number can be read is for the search to say; here only its shape is checked. */
export const searchRequest: Check<SearchRequest> = object<SearchRequest>({
  step,
  query: tagged<SearchQuery, 'kind'>('kind', {
    bytes: { bytes: list(nullable(whole(0, 255)), 1, MAX_LENGTH) },
    text: { text: text(1, MAX_LENGTH), encoding: oneOf('utf-8', 'utf-16le') },
    number: {
      type: oneOf('i8', 'i16', 'i32', 'i64', 'f32', 'f64'),
      value: text(1, MAX_DIGITS),
      littleEndian: boolean,
    },
  }),
  from: address,
  direction: oneOf('next', 'previous'),
});
