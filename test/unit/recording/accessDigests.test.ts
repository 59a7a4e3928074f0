// Digests of accesses are held against the accesses themselves, on random recordings that differ in one of them.
import { describe, expect, it } from 'vitest';
import { OWNER_CODE } from '../../../src/protocol/owner.ts';
import { AccessDigests } from '../../../src/recording/accessDigests.ts';
import { RecordingStore } from '../../../src/recording/recordingStore.ts';
import type { SiteTable } from '../../../src/recording/siteTable.ts';
import { newCall, outcome } from '../support/calls.ts';

const MEMORY_BYTES = 65_536;

type Happening =
  | { readonly kind: 'write'; readonly at: number; readonly bytes: readonly number[]; readonly site: number }
  | { readonly kind: 'fill'; readonly at: number; readonly length: number; readonly byte: number }
  | { readonly kind: 'read'; readonly at: number; readonly site: number }
  | { readonly kind: 'grow' };

function random(seed: number): (below: number) => number {
  let state = seed;
  return below => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Mostly in few pages, so that blocks fill; one in fifty is over the end of a page, or long. */
function happenings(count: number): Happening[] {
  const next = random(7);
  return Array.from({ length: count }, (_, index): Happening => {
    const at = next(4) === 0 ? next(MEMORY_BYTES - 9000) : next(4096);
    if (index % 1000 === 999) return { kind: 'grow' };
    if (next(50) === 0) return { kind: 'fill', at, length: 1 + next(9000), byte: next(256) };
    if (next(2) === 0) return { kind: 'read', at, site: next(3) };
    return { kind: 'write', at, bytes: Array.from({ length: 1 + next(8) }, () => next(256)), site: next(3) };
  });
}

/** @param shift numbers of the sites in this recording begin with it */
function recordingOf(all: readonly Happening[], { shift = 0, initial = 0, limitBytes = 2 ** 30 } = {}) {
  const store = new RecordingStore({ limitBytes });
  const contents = new Uint8Array(4096).fill(initial);
  store.begin({ pages: Uint32Array.of(0), contents }, MEMORY_BYTES);
  store.beginCall(newCall());
  for (const each of all) {
    switch (each.kind) {
      case 'write':
        store.write(
          OWNER_CODE.firstInstance,
          shift + each.site,
          each.at,
          each.bytes.length,
          Uint8Array.from(each.bytes),
        );
        break;
      case 'fill':
        store.write(OWNER_CODE.firstInstance, shift + 3, each.at, each.length, Uint8Array.of(each.byte), 0, true);
        break;
      case 'read':
        store.read(OWNER_CODE.firstInstance, shift + each.site, each.at, 4);
        break;
      case 'grow':
        store.grow(OWNER_CODE.firstInstance, shift + 3, 1);
    }
  }
  store.endCall(0, outcome(), null);
  const sites: SiteTable = {
    segment: () => null,
    import: () => ({ module: 0, from: 'env', name: 'read' }),
    summary: id => ({
      id,
      module: 0,
      functionIndex: 1,
      functionName: 'f',
      offset: 100 + id - shift,
      functionOffset: id - shift,
      instruction: 'i32.store',
      width: 4,
    }),
  };
  return { store, digests: new AccessDigests(store, () => sites) };
}

const ALL = happenings(20_000);

type Write = Extract<Happening, { readonly kind: 'write' }>;
const write = (each: Happening, change: (write: Write) => Partial<Write>): Happening | null =>
  each.kind === 'write' ? { ...each, ...change(each) } : null;

describe('digests of accesses', () => {
  const { digests } = recordingOf(ALL);
  const ranges = [
    [0, 10_000],
    [10_000, 10_000],
    [0, 1],
    [4321, 7],
    [19_999, 1],
    [3, 9999],
  ] as const;

  it('are the same where the accesses are, whatever the sites are numbered and wherever was asked before', () => {
    const other = recordingOf(ALL, { shift: 40 }).digests;
    for (const [from, count] of [...ranges, ...[...ranges].reverse()])
      expect(other.of(from, count, true)).toBe(digests.of(from, count, true));
  });

  /** Of a happening of one kind another; null of other kinds. */
  const CHANGES: readonly (readonly [string, (each: Happening) => Happening | null])[] = [
    [
      'the last byte of a write',
      each => write(each, ({ bytes }) => ({ bytes: bytes.with(-1, bytes[bytes.length - 1] ^ 1) })),
    ],
    ['the address of a write', each => write(each, ({ at }) => ({ at: at + 1 }))],
    ['the instruction of a write', each => write(each, ({ site }) => ({ site: (site + 1) % 3 }))],
    ['the byte of a fill', each => (each.kind === 'fill' ? { ...each, byte: each.byte ^ 1 } : null)],
    ['the length of a fill', each => (each.kind === 'fill' ? { ...each, length: each.length + 1 } : null)],
    ['the address of a load', each => (each.kind === 'read' ? { ...each, at: each.at + 1 } : null)],
  ];

  it.each(CHANGES)('tell %s', (_, change) => {
    const index = ALL.findIndex((each, at) => at > 12_345 && change(each) !== null);
    const other = recordingOf(ALL.with(index, change(ALL[index]) ?? ALL[index])).digests;
    for (const [from, count] of [...ranges, [index, 1], [index - 50, 50], [index + 1, 50], [index - 9, 10]] as const)
      expect([from, count, other.of(from, count, false) === digests.of(from, count, false)]).toEqual([
        from,
        count,
        !(from <= index && index < from + count),
      ]);
  });

  it('tell what a load read where it is asked for, and only there', () => {
    const other = recordingOf(ALL, { initial: 1 }).digests;
    const read = ALL.findIndex(({ kind }) => kind === 'read');
    expect(other.of(0, 10_000, false)).toBe(digests.of(0, 10_000, false));
    expect(other.of(read, 1, false)).toBe(digests.of(read, 1, false));
    expect(other.of(0, 10_000, true)).not.toBe(digests.of(0, 10_000, true));
  });

  it('are those of what is kept where the oldest is dropped', () => {
    const many = [...ALL, ...ALL, ...ALL];
    const whole = recordingOf(many);
    const dropped = recordingOf(many, { limitBytes: 400_000 });
    const { firstAccess, accessCount } = dropped.store.timeline;
    expect(firstAccess).toBeGreaterThan(1000);
    for (let from = firstAccess; from < accessCount; from += 5000) {
      const count = Math.min(5000, accessCount - from);
      expect(dropped.digests.of(from, count, true)).toBe(whole.digests.of(from, count, true));
    }
    expect(() => dropped.digests.of(firstAccess - 1, 1, false)).toThrow(RangeError);
    expect(() => dropped.digests.of(accessCount - 1, 2, false)).toThrow(RangeError);
  });
});
