import { expect, test } from 'vitest';
import { mountPanel, settle, textOf } from '../testing/mount.ts';
import { SCENARIOS } from '../testing/scenarios.ts';

test('what shared state changed stands side by side, and leads to the first call that differs', async () => {
  const { session, all } = await mountPanel(SCENARIOS.cured());
  await settle();
  const cells = () => all('tr').map(row => [...row.children].map(textOf));
  expect(cells()).toEqual([
    ['', 'before: separate state', 'after: shared state'],
    ['findings', '✗ 2 errors', '✓ none'],
    ['value', '✗ 287, expected 356', '✓ 126 as expected'],
    ['first call that differs', 'call 2: alloc_11() → 0x548 #1 value 11', 'call 2: alloc_11() → 0x558 #1 value 11'],
  ]);
  const [link] = all('td .link');
  if (link instanceof HTMLElement) link.click();
  await settle();
  expect(session.view.place.call).toBe(2);
  const [close] = all('[aria-label="Hide the comparison"]');
  if (close instanceof HTMLElement) close.click();
  await settle();
  expect(cells()).toEqual([]);
});

test('where no call differs that is said', async () => {
  const { state, ...rest } = SCENARIOS.cured();
  if (state.kind !== 'run' || !state.comparison) throw new Error('nothing to compare');
  const comparison = { ...state.comparison, first: { kind: 'none', calls: 16 } as const };
  const { all } = await mountPanel({ ...rest, state: { ...state, comparison } });
  await settle();
  expect(textOf(all('tr').at(-1))).toBe('first call that differs none of 16 calls');
});

test('a run that was not run before has none', async () => {
  const { all } = await mountPanel(SCENARIOS.corrupted());
  expect(all('wsm-run-comparison')).toEqual([]);
});
