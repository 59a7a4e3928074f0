// How sentences write numbers.

/** `0x548` */
export const hex = (value: number | bigint): string => `0x${value.toString(16)}`;

/** `1 page`, `17 pages`. */
export const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;

export const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** What an error says, whatever was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
