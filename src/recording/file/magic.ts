// How a recording's file begins: alone, since who only asks whether a file is one needs nothing of how it is packed.

/** Not text, and damaged by whatever changes line ends. */
export const MAGIC = Uint8Array.of(0x89, 0x57, 0x53, 0x4d, 0x52, 0x0d, 0x0a, 0x1a);

/** Whether a file is meant to be a recording, damaged or not: nothing else begins with `\x89WSM`. */
export const looksLikeRecording = (bytes: Uint8Array): boolean =>
  MAGIC.subarray(0, 4).every((byte, i) => bytes[i] === byte);
