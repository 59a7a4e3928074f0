import { expect, test } from 'vitest';
import type { SiteView, WriteView } from '../../src/protocol/access.ts';
import { NUMBERS_ALONE } from '../../src/protocol/instanceNames.ts';
import { address, step } from '../../src/protocol/units.ts';
import {
  accessSentence,
  instructionText,
  originText,
  placeText,
  siteText,
  valueChange,
  writtenText,
} from './accessText.ts';

const SITE: SiteView = {
  module: 0,
  function: 'add_23',
  functionIndex: 3,
  offset: 0x1d2,
  functionOffset: 0x12,
  instruction: 'i32.store',
};

const WRITE: WriteView = {
  kind: 'write',
  access: 6,
  step: step(7),
  call: 7,
  owner: { kind: 'instance', instance: 2 },
  site: SITE,
  segment: null,
  import: null,
  between: null,
  since: null,
  isStale: false,
  address: address(0x548),
  length: 4,
  before: Uint8Array.of(126, 0, 0, 0),
  after: Uint8Array.of(149, 0, 0, 0),
};

const stored = (bytes: readonly number[], instruction: string | null): WriteView => ({
  ...WRITE,
  site: instruction === null ? null : { ...SITE, instruction },
  length: bytes.length,
  before: new Uint8Array(bytes.length),
  after: Uint8Array.from(bytes),
});

test.each([
  [[0x95], 'i32.store8', '149'],
  [[0xff, 0xff, 0xff, 0xff], 'i32.store', '-1'],
  [[0xff, 0xff, 0xff, 0xff], 'i64.store32', '4294967295'], // the low half of an i64
  [[0xff, 0xff, 0xff, 0xff], 'i64.atomic.rmw32.xchg_u', '4294967295'],
  [[0xff, 0xff, 0xff, 0xff], 'v128.store32_lane', 'ff ff ff ff'],
  [[0xff, 0xff, 0xff, 0xff], 'memory.copy', 'ff ff ff ff'],
  [[0xff, 0xff, 0xff, 0xff], null, 'ff ff ff ff'], // who wrote it is not known
  [[0, 0, 0, 0, 0, 0, 0xf0, 0x3f], 'f64.store', '1'],
  [[1, 2, 3], 'memory.fill', '01 02 03'],
  [new Array<number>(16).fill(1), 'v128.store', '16 bytes'],
])('%j stored by %s is %s', (bytes, instruction, text) => {
  expect(writtenText(stored(bytes, instruction))).toBe(text);
});

test('what a load read, the sign extended where it extends it', () => {
  const { before, after, ...common } = WRITE;
  const read = (instruction: string) =>
    valueChange({ ...common, kind: 'read', site: { ...SITE, instruction }, length: 1, value: Uint8Array.of(0xff) });
  expect(read('i32.load8_s')).toEqual({ before: null, after: '-1' });
  expect(read('i32.load8_u')).toEqual({ before: null, after: '255' });
  expect([before.length, after.length]).toEqual([4, 4]);
});

test('a long write is counted, also where only its beginning is told', () => {
  expect(valueChange({ ...WRITE, length: 6000, before: new Uint8Array(64), after: new Uint8Array(64) })).toEqual({
    before: null,
    after: '6000 bytes',
  });
});

test('a store: instruction, place in the function, address, both values', () => {
  expect([instructionText(WRITE), siteText(SITE), placeText(WRITE)]).toEqual(['i32.store', 'add_23+0x12', '[0x548]']);
  expect(valueChange(WRITE)).toEqual({ before: '126', after: '149' });
  expect(placeText({ ...WRITE, length: 16 })).toBe('[0x548 … 0x557]');
});

test('what is done by no instruction is named', () => {
  const nobody = { ...WRITE, site: null };
  expect(instructionText({ ...nobody, owner: { kind: 'host' } })).toBe('host write');
  expect(instructionText({ ...nobody, owner: { kind: 'unrecorded' } })).toBe('unrecorded change');
});

test('memory.grow', () => {
  const { kind, address: _, length, before, after, ...common } = WRITE;
  const grow = { ...common, kind: 'grow', pages: 2, memoryBytes: 19 * 65_536 } as const;
  expect(valueChange(grow)).toEqual({ before: '17', after: '19 pages' });
  expect(placeText(grow)).toBe('');
  expect([kind, length, before.length, after.length]).toEqual(['write', 4, 4, 4]);
});

test('in one sentence', () => {
  expect(accessSentence(WRITE, NUMBERS_ALONE)).toBe('i32.store by #2 in add_23+0x12 at 0x548, 126 to 149, step 7');
});

test('of the host, with where it wrote, as far as that is known', () => {
  const host: WriteView = { ...WRITE, owner: { kind: 'host' }, site: null };
  const spoken = (given: Partial<WriteView>): string =>
    accessSentence({ ...host, ...given }, NUMBERS_ALONE).split(' at 0x548')[0];
  const named = { import: { module: 0, from: 'env', name: 'read' } };
  expect(spoken(named)).toBe('host write by host, in import env.read');
  expect(spoken({ between: { after: 4, before: 5 }, call: null })).toBe('host write by host, between calls 4 and 5');
  expect(spoken({ between: { after: 0, before: 1 }, call: null })).toBe('host write by host, before the first call');
  expect(spoken({ between: { after: 4, before: null }, call: null })).toBe('host write by host, after call 4');
  expect(spoken({ since: step(2) })).toBe('host write by host, between steps 2 and 7');
  expect(spoken({})).toBe('host write by host');
});

test('over what the host may have changed unseen: the value before is marked', () => {
  expect(valueChange({ ...WRITE, isStale: true })).toEqual({ before: '126 (?)', after: '149' });
});

test('where it was done, in short', () => {
  expect(originText(WRITE)).toBe('add_23+0x12');
  const nowhere = { ...WRITE, site: null };
  expect(originText({ ...nowhere, import: { module: 0, from: 'env', name: 'read' } })).toBe('env.read');
  expect(originText({ ...nowhere, segment: 2 })).toBe('data segment 2');
  expect(originText(nowhere)).toBeNull();
  expect(accessSentence({ ...nowhere, segment: 2 }, NUMBERS_ALONE)).toBe(
    'instantiation by #2, data segment 2 at 0x548, 7e 00 00 00 to 95 00 00 00, step 7',
  );
});
