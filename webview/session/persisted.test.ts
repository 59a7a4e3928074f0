import { expect, test } from 'vitest';
import { parsePersisted } from './persisted.ts';

const GOOD = {
  version: 1,
  run: { uri: 'file:///a.wasm', instances: 3 },
  step: 7,
  address: 0x548,
  bytesPerRow: 'fit',
  littleEndian: true,
};

test('what was kept comes back', () => {
  expect(parsePersisted(structuredClone(GOOD))).toEqual(GOOD);
  expect(parsePersisted({ ...GOOD, run: null, bytesPerRow: 32 })).toEqual({ ...GOOD, run: null, bytesPerRow: 32 });
  expect(parsePersisted({ ...GOOD, granularity: 'calls' })).toEqual({ ...GOOD, granularity: 'calls' });
  expect(parsePersisted({ ...GOOD, layout: 'closed' })).toEqual({ ...GOOD, layout: 'closed' });
  expect(parsePersisted({ ...GOOD, heap: 'open' })).toEqual({ ...GOOD, heap: 'open' });
  const shared = { ...GOOD, run: { ...GOOD.run, state: 'shared' } };
  expect(parsePersisted(shared)).toEqual(shared);
});

test.each([
  undefined,
  null,
  'text',
  { ...GOOD, version: 2 },
  { ...GOOD, step: -1 },
  { ...GOOD, step: 1.5 },
  { ...GOOD, address: '0x548' },
  { ...GOOD, bytesPerRow: 12 },
  { ...GOOD, littleEndian: 1 },
  { ...GOOD, granularity: 'bytes' },
  { ...GOOD, layout: true },
  { ...GOOD, heap: 'closed' },
  { ...GOOD, run: 'file:///a.wasm' },
  { ...GOOD, run: { uri: 3, instances: 3 } },
  { ...GOOD, run: { ...GOOD.run, state: 'mine' } },
])('anything else is ignored: %j', value => {
  expect(parsePersisted(value)).toBeUndefined();
});

test('cells are kept; a type that is not known is none of ours', () => {
  expect(parsePersisted({ ...GOOD, cells: 'f32' })).toMatchObject({ cells: 'f32' });
  expect(parsePersisted({ ...GOOD, cells: 'f80' })).toBeUndefined();
});

test('folded sections and their heights are kept; what is no section is left out, without the others', () => {
  const sections = [{ name: 'head', open: false }, { name: 'inspector', height: 120 }, { name: 'findings' }];
  expect(parsePersisted({ ...GOOD, sections, layout: 'open' })).toMatchObject({ sections, layout: 'open' });
  for (const wrong of [{ open: true }, { name: '' }, { name: 'a', height: -1 }, { name: 'a', open: 'yes' }])
    expect(parsePersisted({ ...GOOD, sections: [wrong, ...sections] })).toMatchObject({ sections });
});
