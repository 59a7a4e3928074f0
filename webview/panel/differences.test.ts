// What differs from a marked step, as a list, in the whole panel.
import { expect, test } from 'vitest';
import { mountPanel, settle, until } from '../testing/mount.ts';
import { SCENARIOS } from '../testing/scenarios.ts';

test('the ranges that differ are listed, with who wrote them; a click goes there', async () => {
  const { session, all } = await mountPanel(SCENARIOS.owned());
  const { view } = session;
  const go = async (to: number) => {
    view.goToStep(to);
    await until(() => view.place.step === to);
  };
  await go(2);
  view.toggleMark();
  await go(12);
  view.showDifferences(true);
  const rows = () => all('wsm-difference-list')[0]?.shadowRoot?.querySelectorAll<HTMLElement>('.row') ?? [];
  // Steps 3 to 10 wrote one byte each from 0x5c0 on, 11 four at 0x5d0, 12 the lowest byte of the i32 at 0x548.
  await until(() => rows().length === 3 && [...rows()].every(row => row.ariaLabel !== 'loading'));
  const labels = [...rows()].map(row => row.ariaLabel?.split(':')[0]);
  expect(labels).toEqual(['0x548, 1 byte', '0x5c0, 8 bytes', '0x5d0, 4 bytes']);
  expect(rows()[0]?.ariaLabel).toMatch(/, step 12$/);
  rows()[1]?.click();
  await settle();
  expect(view.selection.range).toEqual({ start: 0x5c0, length: 8 });
  expect([...rows()].map(row => row.getAttribute('aria-selected'))).toEqual(['false', 'true', 'false']);
  view.showDifferences(false);
  await settle();
  expect(all('wsm-difference-list')).toHaveLength(0);
});
