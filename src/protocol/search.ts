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

/** All matches at a step, a part of them. */
export interface Matches {
  /** Where they begin, ascending. */
  readonly addresses: readonly number[];
  /** Bytes of each. */
  readonly length: number;
  /** Where to look on; null at the end of memory. */
  readonly next: number | null;
  /** How much of memory was looked at, 0 to 1. */
  readonly done: number;
}

/** A moment at which what is searched for stood somewhere. */
export interface StoodAt {
  readonly step: Step;
  readonly address: Address;
}

/** When it stood anywhere: a part of the question. It is answered by pages of 4 KiB, first by how they were at either end of history, then by their writes. */
export interface StandingQuestion {
  readonly query: SearchQuery;
  readonly phase: 'ends' | 'writes';
  readonly page: number;
  /** The writes to the page up to this step were gone over; null where none was. */
  readonly after: Step | null;
  /** The last step that is of interest. */
  readonly upTo: Step;
  /** The first and the last step at which it is known to have stood. */
  readonly first: number | null;
  readonly last: number | null;
}

export type StandingPart = Pick<StandingQuestion, 'phase' | 'page' | 'after'>;

export interface StandingAnswer {
  /** Moments before the first that was known, and behind the last one; null where none was found. */
  readonly first: StoodAt | null;
  readonly last: StoodAt | null;
  /** From this step on history is whole. */
  readonly firstStep: Step;
  /** Bytes of what is searched for. */
  readonly length: number;
  /** The part to ask for next; null where all is known. */
  readonly next: StandingPart | null;
  /** How far it is, 0 to 1. */
  readonly done: number;
}

export interface SearchMatch {
  readonly address: Address;
  readonly length: number;
}

/** Most bytes, or characters, of what is searched for. */
export const MAX_LENGTH = 4096;

/** Most characters of a number as the user wrote it. */
export const MAX_DIGITS = 400;

/** Whether a number can be read is for the search to say; here only its shape is checked. */
export const searchQuery: Check<SearchQuery> = tagged<SearchQuery, 'kind'>('kind', {
  bytes: { bytes: list(nullable(whole(0, 255)), 1, MAX_LENGTH) },
  text: { text: text(1, MAX_LENGTH), encoding: oneOf('utf-8', 'utf-16le') },
  number: {
    type: oneOf('i8', 'i16', 'i32', 'i64', 'f32', 'f64'),
    value: text(1, MAX_DIGITS),
    littleEndian: boolean,
  },
});

export const searchRequest: Check<SearchRequest> = object<SearchRequest>({
  step,
  query: searchQuery,
  from: address,
  direction: oneOf('next', 'previous'),
});
