import { html } from 'lit';
import { expect, test } from 'vitest';
import type { HeapBlocks } from '../../src/protocol/heapBlocks.ts';
import { HEAP_BLOCKS, manyBlocks } from '../testing/heapBlocks.ts';
import { mount, press, recordActions, settle, textOf } from '../testing/mount.ts';
import './heapList.ts';

/** 4 + 24 + 16 + 300 */
const ALL: HeapBlocks = { total: 4, bytes: 344, isPartial: false, unjudged: [], blocks: HEAP_BLOCKS };

interface Options {
  readonly heap?: HeapBlocks | null;
  readonly open?: boolean;
  readonly atEnd?: boolean;
  readonly busy?: boolean;
  readonly selected?: number;
}

async function mountList({ heap = ALL, open = true, atEnd = false, busy = false, selected = 0 }: Options = {}) {
  const { actions, calls } = recordActions();
  let asked = 0;
  const list = await mount(
    'wsm-heap-list',
    html`<wsm-heap-list
      .heap=${heap}
      .left=${heap}
      .open=${open}
      .atEnd=${atEnd}
      .busy=${busy}
      .selected=${selected}
      .view=${actions}
      .data=${{ more: () => asked++ }}
    ></wsm-heap-list>`,
  );
  const all = (selector: string) => [...list.renderRoot.querySelectorAll<HTMLElement>(selector)];
  const focused = () => {
    const [button] = all('li > button:focus');
    return button ? [Number(button.dataset.index), button.className.includes('step') ? 'step' : 'bytes'] : null;
  };
  const toFocused = async (key: string) => {
    const [button] = all('li > button:focus');
    const event = button && press(button, key);
    await settle();
    return event?.defaultPrevented;
  };
  return { list, calls, all, focused, toFocused, facts: () => textOf(all('.facts')[0]), asked: () => asked };
}

test('a row a block, in groups of an allocator of an instance', async () => {
  const { all, facts } = await mountList();
  expect(all('h3').map(textOf)).toEqual([
    'alloc_11 of #0: 1 block, 4 bytes',
    'malloc of #0: 2 blocks, 324 bytes',
    'malloc of #1: 1 block, 16 bytes',
  ]);
  expect(all('li').map(textOf)).toEqual([
    '0x548 4 B call 1, alloc_11 step 1',
    '0x558 24 B call 2, add_23 step 2',
    '0x600 300 B call 6, add_23 step 6',
    '0x590 16 B call 3, add_23 step 3',
  ]);
  expect(all('.bytes')[1]?.ariaLabel).toBe('0x558, 24 bytes, from malloc in call 2, add_23 on #0, at step 2');
  expect(all('ul').map(list => textOf(all(`#${list.getAttribute('aria-labelledby')}`)[0]))).toEqual(
    all('h3').map(textOf),
  );
  expect(facts()).toBe('4 blocks, 344 bytes');
});

test('at the end of the run its head says what is not freed; closed, too, and nothing but that', async () => {
  expect((await mountList({ atEnd: true })).facts()).toBe('not freed: 4 blocks, 344 bytes');
  // The blocks are those of another step still.
  expect((await mountList({ atEnd: true, busy: true })).facts()).toBe('4 blocks, 344 bytes');
  const { all, facts, calls } = await mountList({ open: false });
  expect([facts(), all('li').length]).toEqual(['at the end not freed: 4 blocks, 344 bytes', 0]);
  all('.opener')[0]?.click();
  expect(calls).toEqual([['showHeap', true]]);
});

test('a row selects its bytes, the link beside it leads to the step; both show memory', async () => {
  const { list, all, calls } = await mountList({ selected: 0x56f });
  let shown = 0;
  list.addEventListener('show-memory', () => shown++);
  all('.bytes')[1]?.click();
  all('.step')[3]?.click();
  expect([calls, shown]).toEqual([
    [
      ['jumpToRange', { start: 0x558, length: 24 }],
      ['showEvent', { step: 3, call: 3, range: { address: 0x590, length: 16 } }],
    ],
    2,
  ]);
  // 0x558 and 24 bytes end before 0x570.
  expect(all('[aria-current=true]').map(({ dataset }) => dataset.index)).toEqual(['1']);
  list.selected = 0x570;
  await settle();
  expect(all('[aria-current=true]')).toEqual([]);
});

test('keys go from row to row and to the step beside it; one button is reached by Tab', async () => {
  const { list, all, focused, toFocused } = await mountList();
  const reached = () => all('li > button').filter(({ tabIndex }) => tabIndex === 0).length;
  expect([all('.bytes')[0]?.tabIndex, reached()]).toEqual([0, 1]);
  all('.bytes')[0]?.focus();
  const visited: unknown[] = [];
  for (const key of ['ArrowUp', 'ArrowDown', 'ArrowRight', 'End', 'ArrowDown', 'ArrowLeft', 'Home']) {
    expect(await toFocused(key)).toBe(true);
    visited.push(focused());
  }
  expect(visited).toEqual([
    [0, 'bytes'],
    [1, 'bytes'],
    [1, 'step'],
    [3, 'step'],
    [3, 'step'],
    [3, 'bytes'],
    [0, 'bytes'],
  ]);
  expect([await toFocused('x'), reached()]).toEqual([false, 1]);
  // The focus stays with its block, and with the nearest row where that is gone.
  await toFocused('ArrowDown');
  await toFocused('ArrowDown');
  list.heap = { ...ALL, blocks: HEAP_BLOCKS.slice(1) };
  await settle();
  expect(focused()).toEqual([1, 'bytes']);
  list.heap = { ...ALL, blocks: HEAP_BLOCKS.slice(0, 1) };
  await settle();
  expect(focused()).toEqual([0, 'bytes']);
});

test('what is not shown can be asked for, and what is not known is said', async () => {
  const unjudged = [{ module: 0, because: 'no-names' }] as const;
  const heap = { total: 450, bytes: 7200, isPartial: true, unjudged, blocks: manyBlocks(200) };
  const { all, asked, list } = await mountList({ heap });
  expect([textOf(all('h3')[0]), textOf(all('.rest')[0])]).toEqual([
    'malloc of #0: 200 blocks, 3200 bytes of those shown',
    'Show more 200 of 450 are shown',
  ]);
  expect(textOf(all('.partial')[0])).toMatch(/^▲ Allocators were called more often than is kept:/);
  expect(textOf(all('.unjudged')[0])).toMatch(
    /^What goes wrong with blocks of .+ is not told: its functions have no names/,
  );
  all('.more')[0]?.click();
  expect(asked()).toBe(1);
  // Its button goes with the last blocks, and the focus does not.
  all('.more')[0]?.focus();
  list.heap = { ...heap, isPartial: false, blocks: manyBlocks(450) };
  await settle();
  expect([all('.more, .partial').length, list.shadowRoot?.activeElement === all('.bytes')[0]]).toEqual([0, true]);
});
