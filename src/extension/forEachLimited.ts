// Tasks on the items of a list, a few at a time.

/** Runs `task` on all items, at most `limit` at a time and in their order; ends early when `cancelled` tells so. */
export async function forEachLimited<T>(
  items: readonly T[],
  limit: number,
  task: (item: T) => Promise<void>,
  cancelled: () => boolean,
): Promise<void> {
  const rest = items.values();
  const worker = async () => {
    // All workers draw from the one iterator.
    for (const item of rest) {
      if (cancelled()) return;
      await task(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
}
