// How much of memory is another at two steps.
import { count } from '../../src/protocol/text.ts';

/** `3 bytes differ`, `nothing differs`. */
export const differing = (bytes: number): string =>
  bytes === 0 ? 'nothing differs' : `${count(bytes, 'byte')} differ${bytes === 1 ? 's' : ''}`;

/** `3 bytes differ from step 12` */
export const differenceText = (bytes: number, marked: number): string => `${differing(bytes)} from step ${marked}`;
