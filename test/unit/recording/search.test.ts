// Search, against one that compares every place of a copy of memory.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SearchQuery, SearchRequest } from '../../../src/protocol/search.ts';
import { address, step } from '../../../src/protocol/units.ts';
import { RecordingReader } from '../../../src/recording/recordingReader.ts';
import { RecordingService } from '../../../src/recording/recordingService.ts';
import { RecordingStore } from '../../../src/recording/recordingStore.ts';
import { patternOf, searchMemory } from '../../../src/recording/search.ts';
import { comparePages } from '../../../src/wire/comparePages.ts';
import { check } from '../support/property.ts';

const MIB = 2 ** 20;

function storeOf(memory: Uint8Array): RecordingStore {
  const store = new RecordingStore();
  store.begin(comparePages(memory, new Map()), memory.length);
  return store;
}

/** Runs a search to its end. */
function search(reader: RecordingReader, request: SearchRequest): { found: number | null; progress: number[] } {
  const progress: number[] = [];
  for (const steps = searchMemory(reader, request); ; ) {
    const { done, value } = steps.next();
    if (done) return { found: value?.address ?? null, progress };
    progress.push(value);
  }
}

type Direction = SearchRequest['direction'];

function find(memory: Uint8Array, query: SearchQuery, from: number, direction: Direction = 'next'): number | null {
  const reader = new RecordingReader(storeOf(memory));
  return search(reader, { step: step(0), query, from: address(from), direction }).found;
}

/** Each place where the bytes are, by looking at all of them; the nearest in the direction, going round. */
function naive(
  memory: Uint8Array,
  wanted: readonly (number | null)[],
  from: number,
  direction: Direction,
): number | null {
  const places: number[] = [];
  for (let at = 0; at + wanted.length <= memory.length; at++)
    if (wanted.every((byte, i) => byte === null || memory[at + i] === byte)) places.push(at);
  if (direction === 'next') return places.find(at => at > from) ?? places[0] ?? null;
  return places.findLast(at => at < from) ?? places.at(-1) ?? null;
}

const bytesQuery = (...bytes: (number | null)[]): SearchQuery => ({ kind: 'bytes', bytes });
const memoryWith = (size: number, parts: Readonly<Record<number, readonly number[]>>): Uint8Array => {
  const memory = new Uint8Array(size);
  for (const [at, bytes] of Object.entries(parts)) memory.set(bytes, Number(at));
  return memory;
};

describe('bytes with wildcards', () => {
  const few = fc.constantFrom(0, 0, 0, 1, 2);
  const pattern = fc
    .array(fc.option(few, { freq: 3 }), { minLength: 1, maxLength: 5 })
    .filter(bytes => bytes.some(byte => byte !== null));

  it('are found where a comparison of every place finds them', () => {
    const direction = fc.constantFrom('next' as const, 'previous' as const);
    // Around the border of two shown pages, in a memory of two pages of the specification.
    const contents = fc.uint8Array({ maxLength: 40, max: 2 });
    const from = fc.oneof(fc.integer({ min: 4070, max: 4120 }), fc.constantFrom(0, 1, 65_535, 131_071));
    check([contents, pattern, from, direction], 400, (bytes, wanted, start, way) => {
      const memory = memoryWith(131_072, { 4080: [...bytes] });
      expect(find(memory, bytesQuery(...wanted), start, way)).toBe(naive(memory, wanted, start, way));
    });
  });

  it.each([4 * MIB - 1, 4 * MIB - 3, 4 * MIB, 8 * MIB - 2, 9 * MIB - 4])('are found across a slice, at %d', at => {
    const memory = memoryWith(9 * MIB, { [at]: [1, 2, 3, 4] });
    for (const from of [0, at - 1, at, at + 1, 9 * MIB - 1])
      for (const direction of ['next', 'previous'] as const)
        expect(find(memory, bytesQuery(1, null, 3, 4), from, direction), `${direction} from ${from}`).toBe(at);
  });

  it('are not found across the end of memory', () => {
    const memory = memoryWith(65_536, { 65534: [1, 2], 0: [3, 4] });
    expect(find(memory, bytesQuery(1, 2, 3), 100)).toBeNull();
    expect(find(memory, bytesQuery(1, 2), 100)).toBe(65_534);
  });

  it('that are zeros are found where nobody ever wrote', () => {
    const memory = memoryWith(3 * 65_536, { 0: Array<number>(65_536).fill(7) });
    expect(find(memory, bytesQuery(0, 0), 10)).toBe(65_536);
    expect(find(memory, bytesQuery(7, 0), 65_536)).toBe(65_535);
    expect(find(memory, bytesQuery(0), 5, 'previous')).toBe(3 * 65_536 - 1);
  });

  it('are found one after the other, and round again', () => {
    const memory = memoryWith(65_536, { 10: [9, 9, 9], 5000: [9, 9] });
    const reader = new RecordingReader(storeOf(memory));
    const places = (direction: Direction, from: number): number[] => {
      const found: number[] = [];
      for (let at = from; found.length < 4; ) {
        at = search(reader, { step: step(0), query: bytesQuery(9, 9), from: address(at), direction }).found ?? -1;
        found.push(at);
      }
      return found;
    };
    expect(places('next', 0)).toEqual([10, 11, 5000, 10]);
    expect(places('previous', 0)).toEqual([5000, 11, 10, 5000]);
  });

  it('are looked for in memory as it was at the step', () => {
    const store = storeOf(memoryWith(65_536, { 100: [1, 2, 3] }));
    store.hostWrite(101, Uint8Array.of(9));
    const reader = new RecordingReader(store);
    const at = (moment: number, ...bytes: number[]) =>
      search(reader, { step: step(moment), query: bytesQuery(...bytes), from: address(0), direction: 'next' }).found;
    expect([at(0, 1, 2), at(1, 1, 2), at(0, 1, 9), at(1, 1, 9)]).toEqual([100, null, null, 100]);
  });
});

describe('text', () => {
  const text = (value: string, encoding: 'utf-8' | 'utf-16le'): SearchQuery => ({
    kind: 'text',
    text: value,
    encoding,
  });

  it.each([
    ['größe €', 'utf-8', 'utf8'],
    ['größe €', 'utf-16le', 'utf16le'],
    ['𝄞', 'utf-8', 'utf8'],
    ['𝄞', 'utf-16le', 'utf16le'],
  ] as const)('%s is found in %s', (value, encoding, nodeEncoding) => {
    const memory = memoryWith(65_536, { 4093: [...Buffer.from(value, nodeEncoding)] });
    expect(find(memory, text(value, encoding), 0)).toBe(4093);
    expect(patternOf(text(value, encoding)).bytes).toEqual(new Uint8Array(Buffer.from(value, nodeEncoding)));
    const other = encoding === 'utf-8' ? 'utf-16le' : 'utf-8';
    expect(find(memory, text(value, other), 0)).toBeNull();
  });
});

describe('numbers', () => {
  const number = (
    type: 'i8' | 'i16' | 'i32' | 'i64' | 'f32' | 'f64',
    value: string,
    littleEndian = true,
  ): SearchQuery => ({
    kind: 'number',
    type,
    value,
    littleEndian,
  });

  // Bytes by hand: two's complement, and IEEE 754 (1.5 is 0x3fc00000 and 0x3ff8000000000000).
  it.each([
    ['i8', '-1', [0xff]],
    ['i8', '255', [0xff]],
    ['i8', '0x7F', [0x7f]],
    ['i16', '-2', [0xfe, 0xff]],
    ['i16', '65534', [0xfe, 0xff]],
    ['i32', '-2147483648', [0, 0, 0, 0x80]],
    ['i32', '0xdeadbeef', [0xef, 0xbe, 0xad, 0xde]],
    ['i32', ' 356 ', [0x64, 0x01, 0, 0]],
    ['i64', '18446744073709551615', [255, 255, 255, 255, 255, 255, 255, 255]],
    ['i64', '-0x8000000000000000', [0, 0, 0, 0, 0, 0, 0, 0x80]],
    ['i64', '9007199254740993', [1, 0, 0, 0, 0, 0, 0x20, 0]],
    ['f32', '1.5', [0, 0, 0xc0, 0x3f]],
    ['f32', '-0', [0, 0, 0, 0x80]],
    ['f32', 'Infinity', [0, 0, 0x80, 0x7f]],
    ['f64', '1.5', [0, 0, 0, 0, 0, 0, 0xf8, 0x3f]],
    ['f64', '-15e-1', [0, 0, 0, 0, 0, 0, 0xf8, 0xbf]],
    ['f64', 'NaN', [0, 0, 0, 0, 0, 0, 0xf8, 0x7f]],
  ] as const)('%s %s is found in both byte orders', (type, value, bytes) => {
    const memory = memoryWith(65_536, { 4094: [1, ...bytes, 1], 9000: [1, ...bytes.toReversed(), 1] });
    expect([...patternOf(number(type, value)).bytes]).toEqual(bytes);
    expect([...patternOf(number(type, value, false)).bytes]).toEqual(bytes.toReversed());
    const palindrome = String(bytes) === String(bytes.toReversed());
    expect(find(memory, number(type, value), 4000)).toBe(4095);
    expect(find(memory, number(type, value, false), 4095 + 8)).toBe(9001);
    if (!palindrome) expect(find(memory, number(type, value), 4095)).not.toBe(9001);
  });

  it.each([
    ['i8', '256', '256 does not fit into 8 bits.'],
    ['i8', '-129', '-129 does not fit into 8 bits.'],
    ['i16', '65536', '65536 does not fit into 16 bits.'],
    ['i32', '4294967296', '4294967296 does not fit into 32 bits.'],
    ['i64', '18446744073709551616', '18446744073709551616 does not fit into 64 bits.'],
    ['i32', '1.5', '“1.5” is no whole number: write it in decimal or as 0x….'],
    ['i32', '', '“” is no whole number: write it in decimal or as 0x….'],
    ['i32', '0x', '“0x” is no whole number: write it in decimal or as 0x….'],
    ['f32', 'abc', '“abc” is no number.'],
    ['f64', ' ', '“” is no number.'],
  ] as const)('%s %j is refused with a sentence', (type, value, message) => {
    expect(() => patternOf(number(type, value))).toThrow(new RangeError(message));
  });
});

describe('what is no search', () => {
  it.each([
    [bytesQuery(), 'There is nothing to search for.'],
    [{ kind: 'text', text: '', encoding: 'utf-8' } as const, 'There is nothing to search for.'],
    [bytesQuery(null, null), 'A search for wildcards alone finds everything.'],
    [bytesQuery(...Array<number>(4097).fill(1)), 'At most 4096 bytes can be searched for.'],
  ])('is refused with a sentence (%#)', (query, message) => {
    expect(() => find(new Uint8Array(65_536), query, 0)).toThrow(new RangeError(message));
  });

  it('is longer than memory: it is not found', () => {
    expect(find(new Uint8Array(0), bytesQuery(0), 0)).toBeNull();
  });
});

describe('a search under way', () => {
  const REQUEST = { step: step(0), query: bytesQuery(1, 2), from: address(0), direction: 'next' } as const;

  it('tells how far it is, up to the whole of memory', () => {
    const reader = new RecordingReader(storeOf(memoryWith(17 * MIB, { [16 * MIB]: [9] })));
    const { found, progress } = search(reader, REQUEST);
    expect(found).toBeNull();
    expect(progress.length).toBeGreaterThan(4);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    expect(progress.at(-1)).toBe(1);
  });

  /** The requests that are served for a memory, of which only the search is asked. */
  function service(memory: Uint8Array) {
    const progress: (readonly number[])[] = [];
    const { search: run, cancelSearch } = new RecordingService({
      store: storeOf(memory),
      sites: () => null,
      modules: () => [],
      instances: () => [],
      instanceStates: () => [],
      allocators: () => [],
      settled: () => expect.unreachable(),
      caughtUp: () => expect.unreachable(),
      stopped: () => expect.unreachable(),
      leaveRest: () => {},
      opened: null,
      tellWork: () => {},
      searchProgress: (...told) => progress.push(told),
    }).handlers();
    return { progress, run, cancelSearch };
  }

  it('ends when it is cancelled', async () => {
    const { progress, run, cancelSearch } = service(new Uint8Array(64 * MIB));
    const ended = expect(run({ id: 1, request: REQUEST })).rejects.toThrow('The search was ended.');
    await cancelSearch({ id: 1 });
    await ended;
    expect(progress).toHaveLength(1);
  });

  it('goes on when another one is cancelled, and each tells how far it is itself', async () => {
    const { progress, run, cancelSearch } = service(memoryWith(64 * MIB, { [60 * MIB]: [1, 2] }));
    const found = run({ id: 1, request: REQUEST });
    const ended = expect(run({ id: 2, request: REQUEST })).rejects.toThrow('The search was ended.');
    await cancelSearch({ id: 2 });
    await ended;
    expect(await found).toEqual({ address: 60 * MIB, length: 2 });
    expect(progress.filter(([id]) => id === 2)).toHaveLength(1);
    expect(progress.filter(([id]) => id === 1).length).toBeGreaterThan(10);
  });
});
