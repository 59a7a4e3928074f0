import { html } from 'lit';
import { expect, test } from 'vitest';
import { address, step } from '../../src/protocol/units.ts';
import type { SearchState } from '../data/memorySearch.ts';
import { deepAll, mount, press, recordActions, settle, textOf } from '../testing/mount.ts';
import './searchBox.ts';

function found(at: number | null, addresses: readonly number[], isCut = false): SearchState {
  const match = at === null ? null : { address: address(at), length: 4 };
  return { kind: 'found', match, matches: { runId: 1, step: step(3), addresses, length: 4, isCut } };
}

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
  [{ kind: 'none' }, 'not in memory at this step when?'],
  [{ kind: 'cancelled' }, 'search cancelled'],
  [found(0x548, [0x10, 0x548, 0x600]), '2 of 3, at 0x548 when?'],
  [found(0x700, [0x10], true), 'one of more than 1, at 0x700 when?'],
  [found(null, [0x10]), '1 match when?'],
  [found(null, [0x10, 0x20]), '2 matches when?'],
  [{ kind: 'failed', message: 'The run was ended.' }, 'The run was ended.'],
])('%j', async (state, text) => {
  expect((await mountBox(state)).text()).toBe(text);
});

test('Escape closes it and ends the search', async () => {
  const { calls, type, closed } = await mountBox();
  await type('0b', 'Escape');
  expect([calls, closed()]).toEqual([[['cancel']], 1]);
});

test('when it stood: asked for by a button, told with the ways there', async () => {
  const { box, calls, type, text } = await mountBox(found(0x548, [0x548]));
  const { actions, calls: went } = recordActions();
  const asked: unknown[] = [];
  box.history = {
    start: async query => void asked.push(query),
    cancel: () => asked.push('cancel'),
    reset: () => asked.push('reset'),
  };
  box.view = actions;
  await type('41 64 61');
  expect(calls).toHaveLength(1);
  box.renderRoot.querySelector<HTMLElement>('.outcome button')?.click();
  expect(asked).toEqual(['reset', { kind: 'bytes', bytes: [0x41, 0x64, 0x61] }]);
  box.standing = { kind: 'searching', done: 0.5 };
  await settle();
  expect(box.renderRoot.querySelector('progress')?.value).toBe(0.5);
  const stood = {
    first: { step: step(12), address: address(0x400) },
    last: { step: step(40), address: address(0x548) },
  };
  const known = { kind: 'known', stood, firstStep: step(0), upTo: step(40), length: 3 } as const;
  box.standing = known;
  await settle();
  expect(text()).toBe('1 of 1, at 0x548 it stood from step 12 to step 40, the last one');
  box.renderRoot.querySelector<HTMLElement>('.outcome button')?.click();
  expect(went).toEqual([
    ['goToStep', 12],
    ['jumpToRange', { start: 0x400, length: 3 }],
  ]);
  box.standing = { ...known, firstStep: step(9), upTo: step(50) };
  await settle();
  expect(text()).toBe('1 of 1, at 0x548 it stood from step 12 to step 40 (history is whole from step 9 on)');
  box.standing = { ...known, stood: { first: stood.first, last: stood.first } };
  await settle();
  expect(text()).toBe('1 of 1, at 0x548 it stood at step 12 alone');
  box.standing = { ...known, stood: null };
  await settle();
  expect(text()).toBe('1 of 1, at 0x548 it stood nowhere at any step');
});
