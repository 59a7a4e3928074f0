import { describe, expect, it } from 'vitest';
import {
  editPlaces,
  type KeptPlaces,
  keptPlaces,
  MAX_PLACES,
  NO_PLACES,
  placeEdit,
} from '../../../src/protocol/keptPlaces.ts';
import { address, step } from '../../../src/protocol/units.ts';

const WATCH = { address: address(0x548), type: 'i32', name: 'value' } as const;
const BOOKMARK = { step: step(7), call: null, address: address(0), name: '' } as const;

const both = (): KeptPlaces => {
  const one = editPlaces(NO_PLACES, { kind: 'watch', id: null, place: WATCH });
  return editPlaces(one, { kind: 'bookmark', id: null, place: BOOKMARK });
};

describe('what is kept', () => {
  it('has numbers of its own, which stay', () => {
    expect(both()).toEqual({ watches: [{ id: 1, ...WATCH }], bookmarks: [{ id: 2, ...BOOKMARK }] });
    const named = editPlaces(both(), { kind: 'bookmark', id: 2, place: { ...BOOKMARK, name: 'here' } });
    expect(named.bookmarks).toEqual([{ id: 2, ...BOOKMARK, name: 'here' }]);
    const without = editPlaces(named, { kind: 'remove', id: 1 });
    expect(without).toEqual({ watches: [], bookmarks: named.bookmarks });
    expect(editPlaces(without, { kind: 'watch', id: null, place: WATCH }).watches).toEqual([{ id: 3, ...WATCH }]);
  });

  it('that another panel has removed comes back where it is changed', () => {
    expect(editPlaces(NO_PLACES, { kind: 'watch', id: 4, place: WATCH }).watches).toEqual([{ id: 4, ...WATCH }]);
  });

  it('is bounded, and that is said', () => {
    let kept: KeptPlaces = NO_PLACES;
    for (let i = 0; i < MAX_PLACES; i++) kept = editPlaces(kept, { kind: 'watch', id: null, place: WATCH });
    expect(() => editPlaces(kept, { kind: 'watch', id: null, place: WATCH })).toThrow(/there are 100 already/);
    expect(editPlaces(kept, { kind: 'watch', id: 5, place: { ...WATCH, type: 'u8' } }).watches[4]?.type).toBe('u8');
    expect(editPlaces(kept, { kind: 'bookmark', id: null, place: BOOKMARK }).bookmarks.length).toBe(1);
  });

  it('is checked: one that is bad does not take the good ones with it', () => {
    expect(keptPlaces(structuredClone(both()), 'it')).toEqual(both());
    const good = { id: 1, ...WATCH };
    const mark = { id: 2, ...BOOKMARK };
    for (const [watches, bookmarks] of [
      [[{ ...good, type: 'i33' }, good], [mark]],
      [
        [good, { ...good, address: -1 }, null],
        [mark, 7],
      ],
      [[good], [{ ...mark, name: 'n'.repeat(101) }, mark, { ...mark, step: undefined }]],
    ])
      expect(keptPlaces({ watches, bookmarks }, 'it')).toEqual({ watches: [good], bookmarks: [mark] });
    expect(keptPlaces({ bookmarks: [mark], watches: 'none' }, 'it')).toEqual({ watches: [], bookmarks: [mark] });
    expect(keptPlaces({ watches: new Array(101).fill(good), bookmarks: [] }, 'it').watches).toHaveLength(100);
    expect(() => keptPlaces(null, 'it')).toThrow(TypeError);
  });
});

it.each([
  [{ kind: 'watch', id: null, place: WATCH }, true],
  [{ kind: 'bookmark', id: 3, place: BOOKMARK }, true],
  [{ kind: 'remove', id: 3 }, true],
  [{ kind: 'remove', id: null }, false],
  [{ kind: 'watch', id: null, place: BOOKMARK }, false],
  [{ kind: 'bookmark', id: null, place: { ...BOOKMARK, step: 0.5 } }, false],
  [{ kind: 'other', id: 3 }, false],
])('the edit %j is one: %s', (edit, isOne) => {
  if (isOne) expect(placeEdit(edit, 'it')).toEqual(edit);
  else expect(() => placeEdit(edit, 'it')).toThrow(TypeError);
});
