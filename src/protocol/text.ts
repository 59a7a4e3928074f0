// How sentences write numbers.

/** `0x548` */
export const hex = (value: number): string => `0x${value.toString(16)}`;

/** `1 page`, `17 pages`. */
export const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;
