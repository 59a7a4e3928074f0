// Templates in the whole panel, over a fake host.
import { expect, test } from 'vitest';
import { mountPanel, press, settle, textOf, until } from '../testing/mount.ts';
import { SCENARIOS } from '../testing/scenarios.ts';

async function mountTemplates(stored?: unknown) {
  const mounted = await mountPanel(SCENARIOS.templates(), stored);
  const { all, session } = mounted;
  await until(() => all('wsm-template-section').length === 1);
  const items = () => all('[aria-label="Memory by templates"] [role=treeitem]');
  const rows = () => items().map(row => row.ariaLabel);
  const open = async () => {
    session.view.templates.show(true);
    await until(() => session.data.templates.file !== null && rows().length > 0);
    await until(() => rows().every(label => !label?.includes('··')));
    await settle();
  };
  return { ...mounted, items, rows, open };
}

test('closed, nothing is asked for', async () => {
  const { session, rows } = await mountTemplates();
  expect([session.data.templates.file, rows()]).toEqual([null, []]);
});

test('the values of the file are shown at the step; a click selects their bytes', async () => {
  const { items, rows, open, session } = await mountTemplates();
  await open();
  expect(rows()).toEqual([
    'cell: Cell at 0x548, { 52 bytes }, changed',
    'text: char[24] at 0x554, “hello, one memory!”',
  ]);
  items()[1]?.dispatchEvent(new MouseEvent('click', { bubbles: true }));
  expect(session.view.selection.range).toEqual({ start: 0x554, length: 24 });
});

test('the keys of a tree open, close and go; what is open follows the step', async () => {
  const { items, rows, open, session } = await mountTemplates();
  await open();
  const item = (index: number) => {
    const found = items()[index];
    if (!(found instanceof HTMLElement)) throw new Error(`no row ${index}`);
    return found;
  };
  item(0).focus();
  press(item(0), 'ArrowRight');
  await until(() => rows().length === 4);
  expect(rows().slice(1, 3)).toEqual(['value: i32 at 0x548, 356, changed', 'pair: Pair* at 0x578, → 0x548']);
  press(item(0), 'ArrowRight');
  await settle();
  press(item(1), 'ArrowDown');
  await settle();
  expect(item(2).matches(':focus')).toBe(true);
  press(item(2), 'ArrowRight');
  await until(() => rows().length === 5);
  press(item(2), 'ArrowRight');
  await settle();
  press(item(3), 'ArrowRight');
  await until(() => rows().length === 7);
  expect(rows().slice(3, 6)).toEqual([
    '*pair: Pair at 0x548, { 8 bytes }, changed',
    'first: u32 at 0x548, 356, changed',
    'second: u32 at 0x54c, 0',
  ]);
  expect(item(4).getAttribute('aria-level')).toBe('4');
  session.view.goToStep(15);
  await until(() => rows()[1] === 'value: i32 at 0x548, 333, changed');
  press(item(3), 'ArrowLeft');
  await until(() => rows().length === 5);
  press(item(3), 'ArrowLeft');
  await settle();
  expect(item(2).matches(':focus')).toBe(true);
});

test('a typed type is shown at the selected byte, a wrong one is said, and Delete takes it away', async () => {
  const { all, items, rows, open, host, session } = await mountTemplates();
  await open();
  const field = all('[label^="Type to show"]')[0];
  const input = field?.shadowRoot?.querySelector('vscode-text-field');
  if (!field || !input) throw new Error('no field');
  input.value = 'Pear';
  press(field, 'Enter');
  await settle();
  const said = all('[role=alert]').map(textOf);
  expect(said).toContain('there is no type “Pear”: name a struct of this file, or a number such as u32.');
  input.value = 'u16 [2]';
  press(field, 'Enter');
  await until(() => rows().length === 5);
  expect(rows().slice(0, 3)).toEqual([
    'u16[2]: u16[2] at 0x548, [ 356, 0 ], changed',
    '[0]: u16 at 0x548, 356, changed',
    '[1]: u16 at 0x54a, 0',
  ]);
  await until(() => (JSON.stringify(host.stored) ?? '').includes('u16[2]'));
  expect(session.persisted.templates).toEqual([{ type: 'u16[2]', address: 0x548 }]);
  const first = items()[0];
  if (!(first instanceof HTMLElement)) throw new Error('no row');
  first.focus();
  press(first, 'Delete');
  await until(() => rows().length === 2);
  expect(session.persisted.templates).toEqual([]);
});

test('what the user put there has the byte order of the panel, and goes by a click, too', async () => {
  const { all, rows, open, session } = await mountTemplates();
  await open();
  session.view.templates.add({ type: 'u16', address: 0x548 });
  await until(() => rows()[0] === 'u16: u16 at 0x548, 356, changed');
  session.view.setLittleEndian(false);
  await until(() => rows()[0] === 'u16: u16 at 0x548, 25601, changed'); // 0x6401
  all('.closer')[0]?.dispatchEvent(new MouseEvent('click', { bubbles: true }));
  await until(() => rows().length === 2);
});

test('what was shown is shown again', async () => {
  const stored = {
    version: 1,
    run: null,
    step: 0,
    address: 0,
    bytesPerRow: 'fit',
    littleEndian: true,
    templates: [{ type: 'Pair', address: 0x548 }],
  };
  const { rows } = await mountTemplates(stored);
  await until(() => rows()[0] === 'Pair: Pair at 0x548, { 8 bytes }, changed');
});

test('a fault of the file leads to its place, and takes nothing away', async () => {
  const { all, rows, open, host } = await mountTemplates();
  await open();
  await host.saveTemplates('struct Cell {\n  i33 value;\n}');
  await until(() => all('.error').length > 0);
  expect(textOf(all('.error')[0])).toBe(
    '.vscode/wasm-memory-templates.txt:2:3: there is no type “i33”: name a struct of this file, or a number such as u32. What was understood before stays.',
  );
  expect(rows()).toHaveLength(2);
  const link = all('.error .link')[0];
  if (!(link instanceof HTMLElement)) throw new Error('no link');
  link.click();
  await until(() => host.templatesOpened.length === 1);
  expect(host.templatesOpened).toEqual([{ line: 2, column: 3 }]);
  await host.saveTemplates('u8 a @1;');
  await until(() => rows().length === 1);
  expect(all('.error')).toHaveLength(0);
});
