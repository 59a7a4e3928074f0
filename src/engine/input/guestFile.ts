// The files that a run is asked for, and the modules that they are: the same file twice is one module with two instances.
import { sameBytes } from '../../platform/bytes.ts';

export interface GuestFile {
  /** What the user calls it. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The modules of a run, and of which of them each instance is, by its index. */
export interface GuestFiles {
  readonly files: readonly GuestFile[];
  readonly instances: readonly number[];
}

/**
 * One file runs in several instances; of several files each has one, in their order.
 * @param count of the instances, where there is one file
 */
export function instancesOf(given: readonly GuestFile[], count: number): GuestFiles {
  if (given.length === 1) return { files: given, instances: Array<number>(count).fill(0) };
  const files: GuestFile[] = [];
  const instances = given.map(file => {
    const known = files.findIndex(({ bytes }) => sameBytes(bytes, file.bytes));
    return known < 0 ? files.push(file) - 1 : known;
  });
  return { files, instances };
}
