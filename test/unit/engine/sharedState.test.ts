// Instances that share one state allocate as one instance does: no two blocks that are in use overlap, whoever asked for them, and addresses
// are those that a single instance gives. With a state each, the same calls destroy blocks.
import { describe, expect, it } from 'vitest';
import { readGuest } from '../support/fixtures.ts';
import { InstanceGroup } from '../support/groups.ts';
import { callExport } from '../support/instances.ts';

const OPERATIONS = 40_000;
/** Blocks in use at a time, at most. */
const IN_USE = 64;
/** The third instance is made after so many operations. */
const LATE = 12_000;

/** The same numbers each time (Numerical Recipes' generator). */
function randomNumbers(): (below: number) => number {
  let state = 35_611;
  return below => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

interface Block {
  readonly address: number;
  readonly size: number;
  /** What all its bytes are. */
  readonly mark: number;
}

interface Allocated {
  /** Of each allocation, in order. */
  readonly addresses: number[];
  /** How many blocks were given that reach into one in use. */
  overlaps: number;
  /** How many blocks did not hold what they should when they were freed, or at the end. */
  destroyed: number;
  /** Why it ended before all was done. */
  trap: string | null;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/**
 * Allocates and frees on one instance after the other.
 * @param instance that makes the call with a number
 */
function allocate(memory: WebAssembly.Memory, instance: (operation: number) => WebAssembly.Exports): Allocated {
  const random = randomNumbers();
  const all: Allocated = { addresses: [], overlaps: 0, destroyed: 0, trap: null };
  const inUse: Block[] = [];
  const isWhole = ({ address, size, mark }: Block): boolean =>
    new Uint8Array(memory.buffer, address, size).every(byte => byte === mark);
  try {
    for (let operation = 0; operation < OPERATIONS; operation++) {
      const exports = instance(operation);
      const isFree = inUse.length > 0 && (inUse.length === IN_USE || random(5) < 2);
      if (isFree) {
        const [block] = inUse.splice(random(inUse.length), 1);
        if (!isWhole(block)) all.destroyed++;
        callExport(exports, 'free', block.address, block.size);
        continue;
      }
      const size = 4 + random(200);
      const address = Number(callExport(exports, 'alloc', size)) >>> 0;
      all.addresses.push(address);
      if (inUse.some(other => address < other.address + other.size && other.address < address + size)) all.overlaps++;
      const block = { address, size, mark: 1 + (operation % 255) };
      new Uint8Array(memory.buffer, address, size).fill(block.mark);
      inUse.push(block);
    }
  } catch (error) {
    all.trap = messageOf(error);
  }
  all.destroyed += inUse.filter(block => !isWhole(block)).length;
  return all;
}

const callbackTo =
  (callback: () => void = () => {}) =>
  (): WebAssembly.Imports => ({
    env: {
      abort: () => {
        throw new Error('aborted');
      },
      callback,
    },
  });

const groupOf = (guest: string, state: 'separate' | 'shared', callback?: () => void): InstanceGroup =>
  new InstanceGroup(readGuest(guest), { state, level: 'calls', makeImports: callbackTo(callback) });

/** Three instances in turn, or in the order of chance, the third of them late. */
function allocateOnThree(guest: string, state: 'separate' | 'shared'): Allocated {
  const group = groupOf(guest, state);
  const instances = group.addAll(2);
  const random = randomNumbers();
  return allocate(group.memory, operation => {
    if (operation === LATE) instances.push(group.add());
    return instances[random(instances.length)];
  });
}

function allocateOnOne(guest: string): Allocated {
  const group = groupOf(guest, 'separate');
  const one = group.add();
  return allocate(group.memory, () => one);
}

describe.each([
  // The position of its free memory, or the root of its lists, is a global.
  ['assemblyscript-stub', 'overlaps'],
  ['assemblyscript-minimal', 'overlaps'],
  ['assemblyscript-incremental', 'overlaps'],
  // C: it begins at `__heap_base`, and does so again when the late instance has put its state back.
  ['freelist', 'overlaps'],
  // Rust: it begins with pages that it grows memory by. The late instance makes it forget all that it had.
  ['std', 'forgets'],
  // Zig: the same.
  ['zig', 'forgets'],
] as const)('three instances of %s', (name, separate) => {
  const guest = `allocators/${name}`;

  it('with one state allocate and free as one instance does', () => {
    const { addresses, ...rest } = allocateOnThree(guest, 'shared');
    expect(rest).toEqual({ overlaps: 0, destroyed: 0, trap: null });
    expect(addresses.length).toBeGreaterThan(OPERATIONS / 2);
    expect(addresses).toEqual(allocateOnOne(guest).addresses);
  });

  it(`with a state each do not: it ${separate === 'overlaps' ? 'gives out what is in use' : 'forgets what was freed'}`, () => {
    const { addresses, overlaps, destroyed } = allocateOnThree(guest, 'separate');
    expect(addresses).not.toEqual(allocateOnOne(guest).addresses);
    expect(overlaps + destroyed > 0).toBe(separate === 'overlaps');
  });
});

/** What a garbage collector left of arrays that are pinned. */
interface Collected {
  readonly addresses: readonly number[];
  /** Arrays that do not hold `0, 1, 2 …` any more. */
  readonly destroyed: number;
  readonly trap: string | null;
}

/** Makes arrays that are pinned, and garbage between them, on one instance after the other; each of them collects now and then. */
function collect(memory: WebAssembly.Memory, instance: (operation: number) => WebAssembly.Exports): Collected {
  const random = randomNumbers();
  const pinned: { readonly address: number; readonly length: number }[] = [];
  let trap: string | null = null;
  try {
    for (let operation = 0; operation < 20_000; operation++) {
      const exports = instance(operation);
      const length = 1 + random(40);
      const address = Number(callExport(exports, 'numbers', length)) >>> 0;
      if (operation % 40 === 0) pinned.push({ address: Number(callExport(exports, '__pin', address)) >>> 0, length });
      if (operation % 500 < 3) callExport(exports, '__collect');
    }
  } catch (error) {
    trap = messageOf(error);
  }
  const isDestroyed = ({ address, length }: { address: number; length: number }): boolean =>
    new Int32Array(memory.buffer, address, length).some((value, i) => value !== i);
  return { addresses: pinned.map(({ address }) => address), destroyed: pinned.filter(isDestroyed).length, trap };
}

describe.each(['assemblyscript-minimal', 'assemblyscript-incremental'])('arrays of %s', name => {
  const guest = `allocators/${name}`;
  const collectOn = (state: 'separate' | 'shared', count: number): Collected => {
    const group = groupOf(guest, state);
    const instances = group.addAll(count);
    return collect(group.memory, operation => instances[operation % count]);
  };

  it('that are pinned outlive the collections of all instances, where these share one state', () => {
    const { addresses, ...rest } = collectOn('shared', 3);
    expect(rest).toEqual({ destroyed: 0, trap: null });
    expect(new Set(addresses).size).toBe(500); // 20,000 / 40
    expect(addresses).toEqual(collectOn('separate', 1).addresses);
  });

  it('are destroyed where each has a state of its own', () => {
    const { addresses, destroyed, trap } = collectOn('separate', 3);
    expect(destroyed > 0 || trap !== null || new Set(addresses).size < addresses.length).toBe(true);
  });
});

it('frames of calls inside of each other lie side by side on one shadow stack', () => {
  /** #0 fills a frame with 5 and calls #1, which fills one with 9; #0 then adds up its own. */
  const nested = (state: 'separate' | 'shared'): unknown => {
    const group = groupOf('allocators/freelist', state, () => callExport(b, 'sum', 9, 0));
    const [a, b] = group.addAll(2);
    return callExport(a, 'sum', 5, 1);
  };
  expect(nested('shared')).toBe(256 * 5);
  expect(nested('separate')).toBe(256 * 9); // both frames are at the same place
});
