// The watch of the heap: what it takes to look at an access, and what it keeps of each live block.
import { HeapWatch } from '../src/findings/heap/heapWatch.ts';
import { OWNER_CODE } from '../src/protocol/owner.ts';
import { RecordingStore } from '../src/recording/recordingStore.ts';
import type { Row } from './table.ts';

/** Blocks of 24 bytes with 8 of the allocator before each: 4 MB of heap. */
const BLOCKS = 2 ** 17;
const STRIDE = 32;
const BLOCK_BYTES = 24;
const HEAP_START = 2 ** 16;
const ACCESSES = 20_000_000;
const KEPT = 2_000_000;
const SITES = 500;

function filled(): HeapWatch {
  const heap = new HeapWatch(() => 1);
  heap.addModule({ doubt: null, heapStart: HEAP_START, isCollected: false, stack: null, own: [] });
  heap.addInstance(0);
  for (let block = 0; block < BLOCKS; block++) {
    const head = HEAP_START + block * STRIDE;
    heap.began(0, { index: block, instance: 0, function: 0, role: 'allocate', block: 0, size: BLOCK_BYTES }, block);
    heap.wrote(OWNER_CODE.firstInstance, 0, 0, head, 8, block, block);
    heap.ended(0, head + 8);
  }
  return heap;
}

/** Steps of a prime number go to all blocks, and to a page of their own nearly each time. */
function eachStore(accesses: number, store: (address: number, access: number) => void): number {
  const start = performance.now();
  let block = 0;
  for (let access = 0; access < accesses; access++) {
    block = (block + 40_009) & (BLOCKS - 1);
    store(HEAP_START + block * STRIDE + 8 + (access & 4), access);
  }
  return ((performance.now() - start) * 1e6) / accesses;
}

/** Nanoseconds that the recording takes to keep a store. */
function keepingNs(): number {
  const store = new RecordingStore();
  store.begin({ pages: new Uint32Array(0), contents: new Uint8Array(0) }, HEAP_START + BLOCKS * STRIDE + 2 ** 16);
  const bytes = Uint8Array.of(1, 2, 3, 4);
  return eachStore(KEPT, (address, access) => store.write(OWNER_CODE.firstInstance, access % SITES, address, 4, bytes));
}

export function measureHeapWatch(): Row[] {
  const heap = filled();
  const watchNs = eachStore(ACCESSES, (address, access) =>
    heap.wrote(OWNER_CODE.firstInstance, 0, access % SITES, address, 4, access, access),
  );
  if (heap.faults.length > 0 || heap.live.length !== BLOCKS) throw new Error('the watch found what there is not');
  return [
    {
      what: 'a store into one of 131,072 live blocks, as the watch of the heap looks at it',
      unit: 'ns',
      ours: watchNs,
      peer: { value: keepingNs(), what: 'what it takes to keep the store in the recording' },
      reach: 200, // 5 million a second
    },
    {
      what: 'memory of the watch for each of 131,072 live blocks of 24 bytes',
      unit: 'bytes',
      ours: heap.keptBytes / BLOCKS,
      peer: null,
      reach: 64,
    },
  ];
}
