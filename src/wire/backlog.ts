// How much of a log is on its way to the recording thread. A guest that writes faster than it is recorded waits.

/** Bytes on their way (of the log by whole chunks), most that may be, and 1 where nobody takes any more: three words, shared. */
export type Backlog = Int32Array<SharedArrayBuffer>;

const WORD = { bytes: 0, limit: 1, left: 2 } as const;

/**
 * Most bytes of log that may be on their way: the memory that a guest may use to be ahead of its recording. The benchmark's
 * kernels write 5 to 8 bytes a store (outside of loops that one record stands for), so these are 8 to 13 million stores, which
 * take two or three seconds to record: a call that makes less of them never waits, and cancelling takes no longer.
 */
const LIMIT_BYTES = 64 * 2 ** 20;

export function newBacklog(limitBytes = LIMIT_BYTES): Backlog {
  const backlog = new Int32Array(new SharedArrayBuffer(4 * 3));
  backlog[WORD.limit] = limitBytes;
  return backlog;
}

export const backlogLimit = (backlog: Backlog): number => backlog[WORD.limit];

export const bytesOnTheWay = (backlog: Backlog): number => Atomics.load(backlog, WORD.bytes);

/** So many bytes more are on their way. */
export function send(backlog: Backlog, bytes: number): void {
  Atomics.add(backlog, WORD.bytes, bytes);
}

/** So many bytes are no more on their way. Who waits is not woken for none. */
export function arrive(backlog: Backlog, bytes: number): void {
  if (bytes === 0) return;
  Atomics.sub(backlog, WORD.bytes, bytes);
  Atomics.notify(backlog, WORD.bytes);
}

/** Nobody takes anything any more: whoever waits goes on. */
export function leaveBacklog(backlog: Backlog): void {
  Atomics.store(backlog, WORD.left, 1);
  Atomics.notify(backlog, WORD.bytes);
}

/** Waits until at most `most` bytes are on their way, or nobody takes any more. */
export function waitForBacklog(backlog: Backlog, most: number): void {
  const isTaken = (): boolean => Atomics.load(backlog, WORD.left) === 0;
  for (let bytes = bytesOnTheWay(backlog); bytes > most && isTaken(); bytes = bytesOnTheWay(backlog))
    Atomics.wait(backlog, WORD.bytes, bytes);
}
