import { expect, test } from 'vitest';
import type { SiteView, WriteView } from '../../src/protocol/run.ts';
import { address, step } from '../../src/protocol/units.ts';
import { accessSentence, instructionText, placeText, siteText, valueChange, valueText } from './accessText.ts';

const SITE: SiteView = {
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
  address: address(0x548),
  length: 4,
  before: Uint8Array.of(126, 0, 0, 0),
  after: Uint8Array.of(149, 0, 0, 0),
};

test.each([
  [[0x95], 'i32.store8', '149'],
  [[0x01, 0x02], 'i32.store16', '513'],
  [[0xff, 0xff, 0xff, 0xff], 'i32.store', '-1'],
  [[0xff, 0xff, 0xff, 0xff], 'i32.atomic.rmw.add', '-1'],
  [[0x00, 0x00, 0x80, 0x3f], 'f32.store', '1'],
  [[0, 0, 0, 0, 0, 0, 0, 0x80], 'i64.store', '-9223372036854775808'],
  [[0, 0, 0, 0, 0, 0, 0xf0, 0x3f], 'f64.store', '1'],
  [[1, 2, 3], 'memory.copy', '197121'],
  [new Array<number>(16).fill(1), 'v128.store', '16 bytes'],
])('%j stored by %s is %s', (bytes, instruction, text) => {
  expect(valueText(Uint8Array.from(bytes), bytes.length, instruction)).toBe(text);
});

test('a long write is counted, also where only its beginning is told', () => {
  expect(valueText(new Uint8Array(64), 6000, 'memory.fill')).toBe('6000 bytes');
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
  expect(valueChange(grow)).toEqual({ before: null, after: '+2 pages' });
  expect(placeText(grow)).toBe('');
  expect([kind, length, before.length, after.length]).toEqual(['write', 4, 4, 4]);
});

test('in one sentence', () => {
  expect(accessSentence(WRITE)).toBe('i32.store by #2 in add_23+0x12 at 0x548, 126 to 149, step 7');
});
