import { expect, test } from 'vitest';
import { address } from '../../src/protocol/units.ts';
import { mountPanel, press, settle, textOf, until } from '../testing/mount.ts';
import { SCENARIOS, type Scenario } from '../testing/scenarios.ts';

async function mountPlaces(scenario: Scenario = SCENARIOS.kept()) {
  const mounted = await mountPanel(scenario);
  const { session, all } = mounted;
  const lists = () => all('wsm-place-rows');
  const list = (heading: string) => {
    const found = lists().find(each => textOf(each.shadowRoot?.querySelector('h2')) === heading)?.shadowRoot;
    if (!found) throw new Error(`no list ${heading}`);
    return found;
  };
  const rows = (heading: string) =>
    [...list(heading).querySelectorAll('li')].map(row => textOf(row.querySelector('.go')));
  const button = (heading: string, selector: string, index = 0) => {
    const found = list(heading).querySelectorAll<HTMLElement>(selector)[index];
    if (!found) throw new Error(`no ${selector} in ${heading}`);
    return found;
  };
  const known = () => until(() => session.data.watched.values !== null && !session.data.watched.isBusy);
  const field = (selector: string) => {
    const found = all('wsm-place-form')[0]?.shadowRoot?.querySelector<HTMLInputElement>(selector);
    if (!found) throw new Error(`no ${selector} in the form`);
    return found;
  };
  const submit = async () => {
    field('[type=submit]').click();
    await until(() => session.places.draft === null);
    await settle();
  };
  return { ...mounted, lists, rows, button, known, field, submit };
}

/** The innermost element that has the focus. */
function focused(): Element | null {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element;
}

test('where nothing is kept, nothing is shown', async () => {
  const { all } = await mountPanel(SCENARIOS.demo());
  expect(all('wsm-places')).toEqual([]);
});

test('watched values are those of the shown step, with what was there before', async () => {
  const { session, rows, button, known } = await mountPlaces();
  session.view.goToStep(4);
  await known();
  await settle();
  // 11 + 3 × 23 = 80 = 0x50 after three additions, and the byte behind it is 0; before that 57, 34 and 11.
  expect(rows('Watch')).toEqual(['the value i32 at 0x548 80', 'u8 at 0x549 0', 'beyond f64 at 0x200000 –']);
  expect(button('Watch', '.go').getAttribute('aria-label')).toBe('the value: 80, i32 at 0x548, before that 57, 34, 11');
  expect(button('Watch', '.go', 2).getAttribute('aria-label')).toBe('beyond: outside memory, f64 at 0x200000');
  expect(button('Watch', '.value').classList.contains('written')).toBe(true);
  // Four values: the line has a point of each, and rises.
  const points = button('Watch', '.spark polyline').getAttribute('points')?.split(' ') ?? [];
  const heights = points.map(point => Number(point.split(',')[1]));
  expect([heights.length, heights.toSorted((a, b) => b - a)]).toEqual([4, heights]);
  session.view.goToStep(0);
  await known();
  await settle();
  // Nothing was written by then.
  expect(rows('Watch')[0]).toBe('the value i32 at 0x548 0');
  expect(button('Watch', '.go').getAttribute('aria-label')).toBe('the value: 0, i32 at 0x548');
  session.view.setLittleEndian(false);
  session.view.goToStep(4);
  await known();
  await settle();
  expect(rows('Watch')[0]).toBe('the value i32 at 0x548 1342177280'); // 0x50000000
});

test('a watched value leads to its bytes, a bookmark to its moment', async () => {
  const { session, button, rows, known, all } = await mountPlaces();
  await known();
  let shown = 0;
  all('main')[0]?.addEventListener('show-memory', () => shown++);
  session.view.select(address(0));
  button('Watch', '.go').click();
  const { range } = session.view.selection;
  expect([range.start, range.length, shown]).toEqual([0x548, 4, 1]);
  expect(rows('Bookmarks')).toEqual(['still right step 7, call 7', 'step 99 not in this recording']);
  button('Bookmarks', '.go').click();
  await until(() => session.view.place.step === 7);
  await settle();
  expect([session.view.place.call, session.view.selection.address]).toEqual([7, 0x548]);
  expect(button('Bookmarks', '.go').getAttribute('aria-current')).toBe('true');
  const slider = all('wsm-step-controls input')[0] ?? all('input[type=range]')[0];
  expect(slider?.getAttribute('aria-valuetext')).toMatch(/, bookmark still right$/);
  // One in the recording, which has 16 steps, is marked at the slider.
  expect(all('.flag.kept').length).toBe(1);
});

test('the inspector adds a watch: the user names it, and the focus goes back', async () => {
  const { session, host, all, field, submit, rows, known } = await mountPlaces(SCENARIOS.demo());
  session.view.jumpToRange({ start: address(0x550), length: 2 });
  await settle();
  const add = all('[aria-label="Watch what is selected"]')[0];
  if (!(add instanceof HTMLElement)) throw new Error('no button');
  add.focus();
  const before = focused();
  add.click();
  await until(() => all('wsm-place-form').length === 1);
  await settle();
  expect(focused()).toBe(field('.name'));
  expect([field('.address').value, field('select').value]).toEqual(['0x550', 'u16']);
  field('.name').value = 'flags';
  field('.address').value = '0x99999999';
  field('[type=submit]').click();
  await settle();
  expect(textOf(all('wsm-place-form')[0]?.shadowRoot?.querySelector('[role=alert]'))).toBe(
    '0x99999999 (-1717986919 as an i32) is outside the memory: its last byte is 0x10ffff.',
  );
  field('.address').value = '0x550+2';
  await submit();
  expect(host.edits).toEqual([{ kind: 'watch', id: null, place: { address: 0x552, type: 'u16', name: 'flags' } }]);
  await until(() => session.places.kept.watches.length === 1);
  await known();
  await settle();
  expect(rows('Watch')[0]).toMatch(/^flags u16 at 0x552 \d+$/);
  expect(focused()).toBe(before);
});

test('a bookmark is of the shown step; at a place that has one, that one is changed', async () => {
  const { session, host, all, field, submit, rows } = await mountPlaces(SCENARIOS.demo());
  session.view.goToStep(5);
  await settle();
  const keep = () => all('[aria-label="Bookmark this step"]')[0]?.dispatchEvent(new MouseEvent('click'));
  keep();
  await until(() => all('wsm-place-form').length === 1);
  expect(field('.name').placeholder).toBe('step 5, call 5');
  await submit();
  await until(() => session.places.kept.bookmarks.length === 1);
  await settle();
  expect(rows('Bookmarks')).toEqual(['step 5, call 5']);
  keep();
  await until(() => all('wsm-place-form').length === 1);
  field('.name').value = 'before it breaks';
  await submit();
  await until(() => session.places.kept.bookmarks[0]?.name !== '');
  await settle();
  expect(rows('Bookmarks')).toEqual(['before it breaks step 5, call 5']);
  expect(host.edits.map(edit => [edit.kind, edit.id])).toEqual([
    ['bookmark', null],
    ['bookmark', 1],
  ]);
});

test('keys move, change and remove; Tab leads to one button of a list', async () => {
  const { session, host, button, rows, known, all, field } = await mountPlaces();
  await known();
  await settle();
  const tabbable = () => all('wsm-place-rows li > button[tabindex="0"]');
  const inList = () =>
    [...(all('wsm-place-rows') ?? [])].map(
      each => each.shadowRoot?.querySelectorAll('li > button[tabindex="0"]').length,
    );
  expect([tabbable().length <= 2, inList()]).toEqual([true, [1, 1]]);
  button('Watch', '.go').focus();
  press(button('Watch', '.go'), 'ArrowDown');
  await settle();
  // 356 is 0x164: the byte was 0 until the value came over 255.
  expect(focused()?.getAttribute('aria-label')).toBe('1, u8 at 0x549, before that 0');
  press(button('Watch', '.go', 1), 'ArrowRight');
  await settle();
  expect(focused()?.getAttribute('aria-label')).toBe('Change u8 at 0x549');
  press(button('Watch', '.edit', 1), 'F2');
  await until(() => all('wsm-place-form').length === 1);
  await settle();
  expect(focused()).toBe(field('.name'));
  press(field('.name'), 'Escape');
  await settle();
  expect(focused()?.getAttribute('aria-label')).toMatch(/u8 at 0x549/);
  press(button('Watch', '.go', 1), 'Delete');
  await until(() => session.places.kept.watches.length === 2);
  await settle();
  expect(host.edits).toEqual([{ kind: 'remove', id: 2 }]);
  expect(rows('Watch').length).toBe(2);
  expect(focused()?.getAttribute('aria-label')).toMatch(/^beyond/);
});

test('VS Code’s commands lead to the same forms', async () => {
  const { session, all, field } = await mountPlaces(SCENARIOS.demo());
  session.keepPlace('watch', address(0x123));
  await until(() => all('wsm-place-form').length === 1);
  expect([field('.address').value, field('select').value]).toEqual(['0x123', 'i32']);
  // What is selected is meant where the pointer was in it.
  session.view.jumpToRange({ start: address(0x120), length: 8 });
  session.keepPlace('watch', address(0x123));
  await settle();
  expect(session.places.draft?.place).toEqual({ address: 0x120, type: 'i64', name: '' });
  // A call of the trace is meant, wherever memory is shown.
  session.view.goToStep(2);
  await until(() => session.view.place.step === 2);
  session.keepPlace('bookmark', null, 9);
  expect(session.places.draft?.place).toEqual({ step: 9, call: 9, address: 0x120, name: '' });
  session.keepPlace('bookmark', null);
  expect(session.places.draft?.place).toMatchObject({ step: 2, call: 2 });
});

test.each([
  [292, 700],
  [400, 500],
  [1000, 700],
])('%i by %i pixels: the lists are whole, and the form is in view', async (width, height) => {
  const { panel, session, all, lists } = await mountPlaces();
  Object.assign(panel.style, { width: `${width}px`, height: `${height}px` });
  await settle();
  for (const list of lists()) {
    const rows = list.shadowRoot?.querySelector('ul');
    expect([rows?.childElementCount, rows?.scrollHeight]).toEqual([rows?.childElementCount, rows?.clientHeight]);
    expect(list.getBoundingClientRect().bottom).toBeLessThanOrEqual(
      (all('wsm-places')[0]?.getBoundingClientRect().bottom ?? 0) + 0.5,
    );
  }
  session.keepPlace('watch', null);
  await until(() => all('wsm-place-form').length === 1);
  await settle();
  const form = all('wsm-place-form')[0]?.getBoundingClientRect();
  expect([(form?.top ?? -1) >= 0, (form?.bottom ?? height + 1) <= height + 0.5, (form?.height ?? 0) > 20]).toEqual([
    true,
    true,
    true,
  ]);
});
