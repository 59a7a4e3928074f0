import { html } from 'lit';
import { expect, test } from 'vitest';
import { address } from '../../src/protocol/units.ts';
import type { SearchState } from '../data/memorySearch.ts';
import { deepAll, mount, press, recordActions, settle, textOf } from '../testing/mount.ts';
import './searchBox.ts';

async function mountBox(state: SearchState = { kind: 'idle' }) {
  const { actions, calls } = recordActions();
  let closed = 0;
  const box = await mount(
    'wsm-search-box',
    html`<wsm-search-box .state=${state} .search=${actions} @close=${() => closed++}></wsm-search-box>`,
    { width: 280, height: 100 },
  );
  const field = box.renderRoot.querySelector('wsm-text-field')?.renderRoot.querySelector('vscode-text-field');
  if (!field) throw new Error('no field');
  const type = async (text: string, key = 'Enter', modifiers: KeyboardEventInit = {}) => {
    field.value = text;
    field.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
    press(field, key, modifiers);
    await settle();
  };
  const choose = (kind: string) => {
    const dropdown = deepAll(box.renderRoot, 'vscode-dropdown')[0];
    if (!dropdown || !('value' in dropdown)) throw new Error('no dropdown');
    dropdown.value = kind;
    dropdown.dispatchEvent(new Event('change'));
  };
  return {
    box,
    calls,
    type,
    choose,
    closed: () => closed,
    text: () => textOf(box.renderRoot.querySelector('.outcome')),
  };
}

test('Enter looks for the next match, Shift+Enter for the previous', async () => {
  const { calls, type } = await mountBox();
  await type('0b 00 ?? 00');
  await type('0b 00 ?? 00', 'Enter', { shiftKey: true });
  const query = { kind: 'bytes', bytes: [0x0b, 0, null, 0] };
  expect(calls).toEqual([
    ['start', query, 'next'],
    ['start', query, 'previous'],
  ]);
});

test('numbers have a type', async () => {
  const { calls, type, choose } = await mountBox();
  await settle();
  choose('i16');
  await type('-2');
  expect(calls).toEqual([['start', { kind: 'number', type: 'i16', value: '-2', littleEndian: true }, 'next']]);
});

test('what can’t be searched for is said, and nothing is searched', async () => {
  const { calls, type, text } = await mountBox();
  await type('0b 0');
  expect(text()).toBe('“0” is no byte: write two hexadecimal digits, or ?? for any byte.');
  expect(calls).toEqual([]);
  await type('0b', 'x');
  expect(text()).toBe('');
});

test('a search under way can be cancelled', async () => {
  const { box, calls } = await mountBox({ kind: 'searching', done: 0.25 });
  expect(box.renderRoot.querySelector('progress')?.value).toBe(0.25);
  box.renderRoot.querySelector<HTMLElement>('.outcome button')?.click();
  expect(calls).toEqual([['cancel']]);
});

test.each<[SearchState, string]>([
  [{ kind: 'none' }, 'not in memory at this step'],
  [{ kind: 'cancelled' }, 'search cancelled'],
  [{ kind: 'found', match: { address: address(0x548), length: 4 } }, 'found at 0x548'],
  [{ kind: 'failed', message: 'The run was ended.' }, 'The run was ended.'],
])('%j', async (state, text) => {
  expect((await mountBox(state)).text()).toBe(text);
});

test('Escape closes it and ends the search', async () => {
  const { calls, type, closed } = await mountBox();
  await type('0b', 'Escape');
  expect([calls, closed()]).toEqual([[['cancel']], 1]);
});
