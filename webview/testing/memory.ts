// Memory of a few bytes, loaded, for tests of what shows it.
import { pageIndex, SHOWN_PAGE_BYTES, step } from '../../src/protocol/units.ts';
import { MemoryAtStep } from '../data/memoryAtStep.ts';
import { PageCache } from '../data/pageCache.ts';

/**
 * Memory of `size` bytes whose first page is loaded.
 * @param bytes contents from address 0 on; the rest of the page is zero
 * @param changed flat pairs `start, end` of the bytes that the step's call changed
 * @param owned codes of owners from address 0 on; nobody wrote the rest
 */
export async function loadedMemory(
  size: number,
  bytes: readonly number[],
  changed: readonly number[] = [],
  owned: readonly number[] = [],
) {
  const contents = new Uint8Array(SHOWN_PAGE_BYTES);
  contents.set(bytes);
  const owners = new Uint8Array(SHOWN_PAGE_BYTES);
  owners.set(owned);
  const moment = { runId: 1, step: step(1) };
  const cache = await new Promise<PageCache>((resolve, reject) => {
    const filling: PageCache = new PageCache({
      read: async () => [{ page: pageIndex(0), bytes: contents, changed, owners }],
      failed: message => reject(new Error(message)),
      capacity: 8,
    });
    filling.onChange(() => resolve(filling));
    filling.want([{ moment, pages: [pageIndex(0)] }]);
  });
  return new MemoryAtStep(cache, moment, size);
}
