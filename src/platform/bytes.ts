import { createHash } from 'node:crypto';

/** Whether two ranges of bytes are the same. Far faster than a loop: memory of hundreds of MiB is compared with it. */
export const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/** SHA-256 in hexadecimal digits. */
export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Whether two ranges of so many bytes, each from an offset on, are the same: views of short ones would take longer than to compare them. */
export const sameRange = (a: Uint8Array, aStart: number, b: Uint8Array, bStart: number, length: number): boolean =>
  Buffer.prototype.compare.call(a, b, bStart, bStart + length, aStart, aStart + length) === 0;
