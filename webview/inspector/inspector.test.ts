import { html } from 'lit';
import { expect, test } from 'vitest';
import type { LastChange } from '../../src/protocol/access.ts';
import { address } from '../../src/protocol/units.ts';
import { AddressHistory } from '../session/history.ts';
import { loadedMemory } from '../testing/memory.ts';
import { mount, recordActions, textOf } from '../testing/mount.ts';
import { demoRun } from '../testing/syntheticRun.ts';
import './inspector.ts';

interface Options {
  selected?: number;
  littleEndian?: boolean;
  history?: AddressHistory;
  lastChange?: LastChange;
  memoryBytes?: number;
}

async function mountInspector(bytes: readonly number[], options: Options = {}) {
  const { actions, calls } = recordActions();
  const memory = await loadedMemory(options.memoryBytes ?? 65536, bytes);
  const inspector = await mount(
    'wsm-inspector',
    html`<wsm-inspector
      .run=${demoRun(3)}
      .memory=${memory}
      .selected=${options.selected ?? 0}
      .littleEndian=${options.littleEndian ?? true}
      .history=${options.history ?? AddressHistory.empty}
      .lastChange=${options.lastChange ?? null}
      .view=${actions}
      .host=${actions}
    ></wsm-inspector>`,
    { width: 224, height: 500 },
  );
  const root = inspector.renderRoot;
  const value = (type: string) => {
    const term = [...root.querySelectorAll('dt')].find(dt => dt.textContent === type);
    return textOf(term?.nextElementSibling);
  };
  const button = (name: string) =>
    [...root.querySelectorAll<HTMLElement>('button, vscode-button')].find(
      element => element.ariaLabel === name || textOf(element) === name,
    );
  return { root, calls, value, button };
}

test('shows the bytes as every type, as bits and as text', async () => {
  const { value } = await mountInspector([0x68, 0x69, 0, 0]);
  expect(['i8', 'u16', 'i32', 'ptr', 'bits', 'utf-8'].map(value)).toEqual([
    '104',
    '26984',
    '26984',
    '→ 0x6968',
    '0110 1000',
    '“hi”',
  ]);
});

test('big endian', async () => {
  const { value, button, calls } = await mountInspector([0, 0, 0, 0x95], { littleEndian: false });
  expect(value('i32')).toBe('149');
  button('big endian')?.click();
  expect(calls).toEqual([['setLittleEndian', true]]);
});

test('follows a pointer, unless it leads out of the memory', async () => {
  const inside = await mountInspector([0x48, 0x05, 0, 0]);
  inside.button('→ 0x548')?.click();
  expect(inside.calls).toEqual([['jump', 0x548]]);
  const outside = await mountInspector([0, 0, 1, 0]);
  expect(outside.value('ptr')).toBe('0x10000');
  expect(outside.button('→ 0x10000')).toBeUndefined();
});

test('goes back and forward where there is somewhere to go', async () => {
  const { button, calls } = await mountInspector([], { history: AddressHistory.empty.leave(address(5)) });
  button('Back (Alt+Left)')?.click();
  expect(calls).toEqual([['travel', 'back']]);
  expect(button('Forward (Alt+Right)')?.hasAttribute('disabled')).toBe(true);
});

test('a value that memory has not room for is none', async () => {
  const { value } = await mountInspector([7], { memoryBytes: 2, selected: 0 });
  expect(['u8', 'u16', 'u32', 'f64', 'ptr'].map(value)).toEqual(['7', '7', '–', '–', '–']);
});

test('while bytes are on their way there are no values, but as many lines', async () => {
  const loaded = await mountInspector([]);
  const loading = await mountInspector([], { selected: 5000 });
  expect(loading.value('i32')).toBe('··');
  const terms = (root: ParentNode) => [...root.querySelectorAll('dt')].map(dt => dt.textContent).sort();
  expect(terms(loading.root)).toEqual(terms(loaded.root));
});

test.each([
  [{ kind: 'initial' }, 'initial data: unchanged since instantiation'],
  [{ kind: 'never' }, 'never written: zero all along'],
  [{ kind: 'dropped' }, 'changed before the first step that is still recorded'],
] as const)('%j', async (lastChange, text) => {
  const { root } = await mountInspector([], { lastChange });
  expect(textOf(root.querySelector('.who'))).toBe(text);
});

test('reads LEB128 and UTF-16, in the byte order that is chosen', async () => {
  // e5 8e 26 is 624485 unsigned; signed, too, since bit 6 of 26 is not set.
  const { value } = await mountInspector([0xe5, 0x8e, 0x26, 0, 0, 0]);
  expect(['uleb', 'sleb', 'f16'].map(value)).toEqual(['624485 (3 bytes)', '624485 (3 bytes)', '-0.0004208']);
  const text = await mountInspector([0x68, 0, 0x69, 0, 0, 0]);
  expect([text.value('utf-16'), text.value('utf-8')]).toEqual(['“hi”', '“h”']);
  const big = await mountInspector([0xd8, 0, 0, 0], { littleEndian: false });
  expect(big.value('utf-16')).toBe('not UTF-16BE');
  const end = await mountInspector([], { memoryBytes: 1 });
  expect([end.value('uleb'), end.value('utf-16')]).toEqual(['0 (1 byte)', 'cut off: memory ends']);
});
