// How much of memory is compared where host and guest take turns: all, as long as that takes no longer than half of the time of the program.
import { expect, it } from 'vitest';
import { Borders } from '../../../../src/engine/program/borders.ts';

const MS = 1_000_000n;

/** Comparing all of memory takes 100 ms, single pages 10 ms. Tells at each border which pages were compared. */
function borders() {
  const memory = new WebAssembly.Memory({ initial: 64 });
  let clock = 5_000n * MS;
  const looks: (number[] | 'all' | 'none')[] = [];
  const pointers: unknown[] = [];
  const nothing = { pages: new Uint32Array(0), contents: new Uint8Array(0) };
  const told = (look: number[] | 'all', ms: bigint) => {
    clock += ms * MS;
    looks.push(look);
    return { changes: nothing, memoryBytes: memory.buffer.byteLength, lookedAt: null, skipped: 0 };
  };
  const known = {
    look: () => told('all', 100n),
    lookInto: (pages: Iterable<number>) => told([...pages], 10n),
    mayWrite: (values: readonly unknown[]) => void pointers.push(...values),
    skip: () => void looks.push('none'),
  };
  let waitedNs = 0;
  const watched = new Borders(
    memory,
    known,
    () => waitedNs,
    () => clock,
  );
  return {
    memory,
    pointers,
    watched,
    /** The program goes on for so long, then comes to a border. */
    after(ms: number, ...values: unknown[]) {
      clock += BigInt(ms) * MS;
      watched.pass(values, () => {});
      return looks.at(-1);
    },
    wait(ms: number): void {
      clock += BigInt(ms) * MS;
      waitedNs += ms * 1e6;
    },
  };
}

it('all of memory, where a program is short; then as often as it has run twice as long', () => {
  const { after, watched } = borders();
  expect([after(1), after(1)]).toEqual(['all', 'all']); // 200 ms are free
  expect([after(1), after(1)]).toEqual([[], []]);
  expect(after(595)).toEqual([]); // 599 ms of its own: comparing all has taken 200, and would take 100 more, of 299.5
  expect(after(1)).toBe('all');
  expect(after(50)).toEqual([]);
  expect(watched.counts).toEqual({ all: 7, near: 4, skipped: 0 });
});

it('nothing, where that too would take longer, until the program has gone on', () => {
  const { after, watched } = borders();
  const looks = Array.from({ length: 30 }, () => after(1));
  // Twice all of memory, 21 times single pages (200 ms are free, and the last one begins at 200), then none.
  expect(looks).toEqual(['all', 'all', ...Array<number[]>(21).fill([]), ...Array<string>(7).fill('none')]);
  expect(after(389)).toBe('none'); // 419 ms of its own: single pages have taken 210, of 209.5
  expect(after(1)).toEqual([]);
  expect(after(1)).toBe('none');
  expect(watched.counts).toEqual({ all: 33, near: 22, skipped: 9 });
});

it('whatever is compared, what may be addresses is kept in mind for later looks', () => {
  const { after, pointers } = borders();
  const looks = Array.from({ length: 25 }, (_, i) => after(1, i));
  expect(looks.slice(-1)).toEqual(['none']);
  expect(pointers).toEqual(Array.from({ length: 25 }, (_, i) => i));
});

it('what was pointed to, where memory has grown: guests may store there next', () => {
  const { after, memory } = borders();
  for (let i = 0; i < 30; i++) after(1);
  memory.grow(1);
  expect([after(1), after(1)]).toEqual([[], 'none']);
});

it('what the program waits for its recording does not count', () => {
  const { after, wait } = borders();
  after(1);
  after(1);
  wait(1000);
  expect(after(1)).toEqual([]);
});

it('the pages that were pointed to, now or lately, and those that words there point to', () => {
  const { after, memory } = borders();
  after(1);
  after(1);
  // A list of two buffers at 0x20100: their addresses, each with a length.
  new Uint32Array(memory.buffer).set([0x5_0000, 4, 0x12_3456, 8], 0x2_0100 / 4);
  expect(after(1, 0x2_0100, 'text', 1.5, null)).toEqual([2, 5, 18]);
  expect(after(1, 0x3f_ffffn)).toEqual([2, 5, 18, 63]);
  expect(after(1, 0x5_0001, 64 * 65_536, -1)).toEqual([2, 18, 63, 5]); // outside memory points to nothing
  for (let page = 20; page < 36; page++) after(60, page * 65_536);
  expect(after(1)).toEqual(Array.from({ length: 16 }, (_, i) => 20 + i));
});
