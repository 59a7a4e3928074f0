// How sentences write numbers.

/** `0x548` */
export const hex = (value: number | bigint): string => `0x${value.toString(16)}`;

/** `1 page`, `17 pages`. */
export const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;

export const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** What an error says, whatever was thrown. To ask it may run code of a program, and nothing that this throws comes through. */
export function messageOf(error: unknown): string {
  try {
    return String(error instanceof Error ? error.message : error);
  } catch {
    return '[object Object]'; // as of an object that says nothing
  }
}

/** `first` for 1, then `2nd`, `3rd`, `4th` … `11th` … `21st` */
export function ordinal(number: number): string {
  if (number === 1) return 'first';
  const ends: Readonly<Record<number, string>> = { 1: 'st', 2: 'nd', 3: 'rd' };
  const end = Math.floor(number / 10) % 10 === 1 ? undefined : ends[number % 10];
  return `${number}${end ?? 'th'}`;
}
