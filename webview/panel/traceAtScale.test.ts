import { expect, test } from 'vitest';
import { deepAll, mountPanel, press, settle, textOf } from '../testing/mount.ts';
import { SCENARIOS } from '../testing/scenarios.ts';

/** Elements of a component: `wsm-call-list [role=tree]`. */
function within(all: (selector: string) => Element[], selector: string): Element[] {
  const [component = '', ...rest] = selector.split(' ');
  if (rest.length === 0) return all(component);
  return all(component).flatMap(element => (element.shadowRoot ? deepAll(element.shadowRoot, rest.join(' ')) : []));
}

/** The panel over a run of 26 calls: 1: alloc_11, 2 … 13: add_23 of #0, 14 … 22: that of #1, 23 … 26: of #2, #0, #1, #2. */
async function mountRepeated() {
  const { all: found, session } = await mountPanel(SCENARIOS.repeated());
  const all = (selector: string) => within(found, selector);
  const one = (selector: string): HTMLElement => {
    const [element] = all(selector);
    if (!(element instanceof HTMLElement)) throw new Error(`no ${selector}`);
    return element;
  };
  const rows = () => all('wsm-call-list .call');
  const click = async (element: Element | undefined) => {
    if (!(element instanceof HTMLElement)) throw new Error('nothing to click at');
    element.click();
    await settle();
  };
  const menu = async (item: string) => {
    await click(all('wsm-trace-head wsm-menu-button')[0]?.shadowRoot?.querySelector('vscode-button') ?? undefined);
    await click(all('wsm-menu-button [role=menuitem]').find(each => textOf(each) === item));
  };
  const key = async (target: Element, name: string, more: KeyboardEventInit = {}) => {
    target.dispatchEvent(
      new KeyboardEvent('keydown', { key: name, bubbles: true, composed: true, cancelable: true, ...more }),
    );
    await settle();
  };
  const type = async (field: Element, text: string) => {
    if (!('value' in field)) throw new Error('no field');
    field.value = text;
    field.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
    await settle();
  };
  return { all, one, rows, click, menu, key, type, session };
}

test('equal calls have one row, which a key unfolds and folds again', async () => {
  const { rows, one, session, click, key } = await mountRepeated();
  expect(rows()).toHaveLength(1 + 1 + 1 + 4);
  expect(textOf(rows()[1])).toMatch(/^2 ▸ #0 add_23 × 12 /);
  expect(rows()[1]?.ariaLabel).toMatch(/^12 calls of add_23, instance 0, calls 2 to 13, \d+ bytes changed/);
  await click(rows()[1]);
  // Memory is shown after all of them.
  expect(session.view.place).toEqual({ step: 13, call: 13 });
  const tree = one('wsm-call-list [role=tree]');
  expect(tree.getAttribute('aria-activedescendant')).toBe(rows()[1]?.id);
  await key(tree, 'ArrowRight');
  expect(rows()).toHaveLength(1 + 12 + 1 + 4);
  expect(
    rows()
      .filter(row => row.ariaSelected === 'true')
      .map(row => row.id),
  ).toEqual(['call-13']);
  await key(tree, 'ArrowLeft');
  expect(rows()).toHaveLength(7);
});

test('arrow keys go over folded rows as over others', async () => {
  const { rows, one, session, click, key } = await mountRepeated();
  const tree = one('wsm-call-list [role=tree]');
  await click(rows()[0]);
  const places: (number | null)[] = [];
  for (const name of ['ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowUp', 'ArrowUp']) {
    await key(tree, name);
    places.push(session.view.place.call);
  }
  expect(places).toEqual([13, 22, 23, 22, 13]);
});

test('each call has its row where folding is switched off, which is kept', async () => {
  const { rows, menu, session } = await mountRepeated();
  await menu('Give each of equal calls a row');
  expect(rows()).toHaveLength(26);
  expect(session.view.persisted.trace).toEqual({ unfolded: true });
});

test('Ctrl+F in the trace searches there: which match, the next and the previous one', async () => {
  const { all, one, rows, key, type, session, click } = await mountRepeated();
  await click(rows()[0]);
  await key(one('wsm-call-list [role=tree]'), 'f', { ctrlKey: true });
  const [field] = all('wsm-trace-search vscode-text-field');
  if (!field) throw new Error('no field');
  expect(field.matches(':focus-within')).toBe(true);
  await type(field, 'add');
  const outcome = () => textOf(one('wsm-trace-search .outcome'));
  expect(outcome()).toBe('– of 25');
  const seen: unknown[] = [];
  for (const shiftKey of [false, false, true, true]) {
    await key(field, 'Enter', { shiftKey });
    seen.push([session.view.place.call, outcome()]);
  }
  expect(seen).toEqual([
    [2, '1 of 25'],
    [3, '2 of 25'],
    [2, '1 of 25'],
    [26, '25 of 25'],
  ]);
  expect(rows()[0]?.classList.contains('match')).toBe(false);
  expect(rows()[1]?.classList.contains('match')).toBe(true);
  await type(field, 'nobody');
  expect(outcome()).toBe('no match');
  await key(field, 'Escape');
  expect(all('wsm-trace-search')).toHaveLength(0);
});

test('Ctrl+F elsewhere searches memory', async () => {
  const { all, one, key } = await mountRepeated();
  await key(one('wsm-memory-grid'), 'f', { ctrlKey: true });
  expect([all('wsm-trace-search').length, all('wsm-search-box').length]).toEqual([0, 1]);
});

test('functions are listed with what their calls did; one leads to its calls', async () => {
  const { all, one, rows, click, menu, session } = await mountRepeated();
  await menu('List functions with totals');
  const table = () => all('wsm-call-groups tbody tr').map(row => [...row.children].map(textOf).join(' '));
  expect(table()).toHaveLength(2);
  expect(table()[0]).toMatch(/^add_23 25 25 /);
  expect(table()[1]).toMatch(/^alloc_11 1 1 /);
  expect(all('wsm-call-groups th').map(head => head.ariaSort)).toEqual([null, 'descending', null, null, null]);
  await click(all('wsm-call-groups th button')[1]);
  expect(table()[0]).toMatch(/^alloc_11 1 /);
  await click(all('wsm-call-groups td .link')[0]);
  expect(session.view.callFilter).toMatchObject({ function: 'alloc_11' });
  expect(rows().map(row => row.id)).toEqual(['call-1']);
  const chip = () => all('wsm-trace-head .filter .toggle').find(toggle => textOf(toggle).startsWith('alloc_11'));
  await click(chip());
  expect([chip(), rows().length, textOf(one('wsm-trace-head .counts'))]).toEqual([undefined, 7, '26 of 26 calls']);
});

test('the border behind the names of functions is moved by pointer and keys, and kept', async () => {
  const { all, one, menu, key, session } = await mountRepeated();
  await menu('List functions with totals');
  const border = () =>
    one('wsm-call-groups wsm-column-border').shadowRoot?.querySelector<HTMLElement>('[role=separator]');
  const name = () => one('wsm-call-groups th').getBoundingClientRect().width;
  const table = one('wsm-call-groups table').getBoundingClientRect().width;
  expect(border()?.ariaValueNow).toBe('34');
  expect(name()).toBeCloseTo(table * 0.34, -1);
  const press = async (...names: string[]) => {
    for (const each of names) await key(border() ?? one('nothing'), each);
    return border()?.ariaValueNow;
  };
  expect(await press('ArrowRight', 'ArrowRight', 'ArrowLeft')).toBe('36');
  expect(await press('End')).toBe('70');
  expect(name()).toBeCloseTo(table * 0.7, -1);
  expect(session.view.persisted.trace).toEqual({ nameShare: 70 });
  expect(await press('Home', 'ArrowLeft')).toBe('15');
  expect(await press('Delete')).toBe('34');
  expect(session.view.persisted.trace).toBeUndefined();
  // The order stays: the border is not the button of its column.
  const head = all('wsm-call-groups th').map(each => each.ariaSort);
  const at = border()?.getBoundingClientRect();
  const drag = (type: string, x: number) =>
    border()?.dispatchEvent(new PointerEvent(type, { clientX: x, clientY: at?.top ?? 0, pointerId: 1, bubbles: true }));
  const from = at?.left ?? 0;
  const separator = border();
  if (separator) separator.setPointerCapture = () => {}; // a pointer that a test makes up can't be captured
  drag('pointerdown', from);
  drag('pointermove', from + table / 10);
  drag('pointerup', from + table / 10);
  await settle();
  expect(border()?.ariaValueNow).toBe('44');
  expect(all('wsm-call-groups th').map(each => each.ariaSort)).toEqual(head);
});

test('calls in which something was found are listed alone', async () => {
  const { all: every, session } = await mountPanel(SCENARIOS.corrupted());
  const all = (selector: string) => within(every, selector);
  const rows = () => all('wsm-call-list .call').map(row => row.id);
  const found = [...new Set(session.data.findings.known.flatMap(({ call }) => call ?? []))].sort((a, b) => a - b);
  expect(found.length).toBeGreaterThan(0);
  const choose = async (selector: string, text: string) => {
    const button = all(selector).find(each => textOf(each) === text || each.ariaLabel === text);
    if (button instanceof HTMLElement) button.click();
    await settle();
  };
  await choose('wsm-trace-head vscode-button', 'List only some calls');
  await choose('wsm-trace-head .toggle', 'findings');
  expect(rows()).toEqual(found.map(call => `call-${call}`));
});

test('integers are shown in hexadecimal where the user wants that, which is kept', async () => {
  const { menu, session } = await mountRepeated();
  await menu('Show integers in hexadecimal');
  expect(session.view.persisted.trace).toEqual({ radix: 'hex' });
});

test('an argument that may be an address leads there', async () => {
  const { all, rows, click, session } = await mountRepeated();
  await click(rows()[3]);
  const [link] = all('wsm-call-list [aria-selected=true] .expression .link');
  expect(textOf(link)).toBe('0x548');
  session.view.jump(session.view.selection.address);
  await click(link);
  expect([session.view.selection.address, session.view.place.call]).toEqual([0x548, 23]);
  if (link) press(link, 'Enter');
});
