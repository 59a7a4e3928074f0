import { expect, test } from 'vitest';
import { address } from '../../src/protocol/units.ts';
import { mountPanel, settle, textOf, until } from '../testing/mount.ts';
import { SCENARIOS, type Scenario } from '../testing/scenarios.ts';

/** The first of some elements, which must be one that can be clicked. */
function first(elements: readonly Element[]): HTMLElement {
  const [element] = elements;
  if (!(element instanceof HTMLElement)) throw new Error('nothing to click');
  return element;
}

async function mountMapped(scenario: Scenario = SCENARIOS.demo(), stored?: unknown) {
  const mounted = await mountPanel(scenario, stored);
  await until(() => mounted.session.data.layout.length > 0);
  await settle();
  const { all } = mounted;
  return { ...mounted, inspected: () => textOf(all('p.region')[0]) };
}

test('what modules claim is a map; a click goes to a region, and the inspector names that of the selected byte', async () => {
  const { session, all, inspected } = await mountMapped();
  expect(inspected()).toBe('heap of #0–#2 (a guess)');
  first(all('.region.data')).click();
  await settle();
  expect([session.view.selection.address, inspected()]).toEqual([0x40c, 'data+0x0 of guest.wasm']);
  session.view.select(address(0x40b));
  await settle();
  expect(inspected()).toBe('no module claims it');
});

test('where nothing is known of claims there is no map', async () => {
  const { all } = await mountPanel(SCENARIOS.lookedAt());
  expect([all('wsm-layout-map').length, all('p.region').length]).toEqual([0, 0]);
});

test('a closed map stays closed', async () => {
  const { all, session } = await mountMapped();
  expect(session.persisted.layout).toBeUndefined();
  first(all('.opener')).click();
  await settle();
  expect([all('.axis').length, session.persisted.layout]).toEqual([0, 'closed']);
  const again = await mountPanel(SCENARIOS.demo(), session.persisted);
  expect(again.session.view.layoutShown).toBe(false);
});
