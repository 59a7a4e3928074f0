// The editor of a module over a fake host: its lists, the search, the code, the bytes, by mouse and by keyboard.
import axe from 'axe-core';
import { html } from 'lit';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ModuleProblem } from '../../src/protocol/moduleEditor.ts';
import { fakeModule } from '../testing/fakeModule.ts';
import { deepAll, mount, press, settle, textOf, until } from '../testing/mount.ts';
import { applyTheme, THEMES, type ThemeName } from '../testing/themes.ts';
import { ModuleSession } from './session.ts';
import './moduleEditor.ts';

const COUNTS = { sections: 2, exports: 65_000, functions: 300, data: 100_000 };
const WIDE = { width: 1000, height: 600 };

async function open(
  size = WIDE,
  problem: ModuleProblem | null = null,
  counts: Parameters<typeof fakeModule>[0] = COUNTS,
) {
  applyTheme('dark');
  const module = fakeModule(counts, problem);
  const session = new ModuleSession(module.ask, undefined);
  const editor = await mount(
    'wsm-module-editor',
    html`<wsm-module-editor .session=${session}></wsm-module-editor>`,
    size,
  );
  session.setState({ kind: 'opened', label: 'm.wasm', isDefault: false, overview: module.overview });
  onTestFinished(() => editor.remove());
  const all = (selector: string): Element[] => deepAll(editor.renderRoot, selector);
  const lists = (): Element[] => all('wsm-virtual-list');
  const rows = (): Element[] => [...(lists()[0]?.shadowRoot?.querySelectorAll('.row') ?? [])];
  await until(() => rows().length > 0 && textOf(rows()[0]).includes('_0'));
  return { ...module, session, editor, all, rows, lists };
}

const inList = (list: Element | undefined): HTMLElement => {
  const scroller = list?.shadowRoot?.querySelector<HTMLElement>('.scroller');
  if (!scroller) throw new Error('the list is not there');
  return scroller;
};

describe('lists', () => {
  it('begins with the functions, and has a tab for each kind that there is', async () => {
    const { all, rows } = await open();
    expect(all('[role=tab]').map(textOf)).toEqual(['sections 2', 'exports 65,000', 'functions 300', 'data 100,000']);
    expect(textOf(all('[aria-selected=true][role=tab]')[0])).toBe('functions 300');
    expect(textOf(rows()[1])).toContain('functions_1');
    expect(textOf(rows()[1])).toContain('11 bytes');
  });

  it('has no more rows in the document than fit, and asks for no more than some', async () => {
    const { session, rows, asked, lists } = await open();
    session.showList('data');
    await until(() => textOf(rows()[0]).includes('data_0'));
    expect(rows().length).toBeLessThan(40);
    const before = asked.length;
    press(inList(lists()[0]), 'End');
    await until(() => textOf(rows().at(-1)).includes('data_99999'));
    expect(rows().at(-1)?.getAttribute('aria-posinset')).toBe('100000');
    expect(rows().at(-1)?.getAttribute('aria-setsize')).toBe('100000');
    expect(asked.length - before).toBeLessThan(5);
  });

  it('goes from tab to tab by the arrow keys', async () => {
    const { all, session, rows } = await open();
    const [tab] = all('#tab-functions');
    if (tab) press(tab, 'ArrowRight');
    expect(session.list).toBe('data');
    await until(() => textOf(rows()[0]).includes('data_0'));
    expect(all('#tab-data')[0]?.matches(':focus')).toBe(true);
  });

  it('is searched as one types, and says how many are found', async () => {
    const { all, session, rows } = await open();
    const [field] = all('.filter input') as HTMLInputElement[];
    if (!field) throw new Error('there is no field');
    expect(field.maxLength).toBe(1000); // more are refused
    field.value = '_29';
    field.dispatchEvent(new InputEvent('input'));
    // functions_29 and functions_290 to 299
    await until(() => textOf(all('.filter [role=status]')[0]) === '11 found');
    expect(rows().map(row => textOf(row).split(' ')[0])).toHaveLength(11);
    press(field, 'ArrowDown');
    expect(session.activeRow).toBe(0);
    press(field, 'Escape');
    expect(session.filter).toBe('');
    session.setFilter('nothing has this');
    await until(() => all('.none').length > 0);
    expect(textOf(all('.none')[0])).toBe('No name has “nothing has this” in it.');
  });
});

describe('code', () => {
  it('opens by Enter on a function, and shows any line of a million', async () => {
    const { lists, session, all } = await open();
    press(inList(lists()[0]), 'ArrowDown');
    await settle();
    press(inList(lists()[0]), 'Enter');
    await until(() => lists().length === 2);
    expect(session.detail).toEqual({ kind: 'code', function: 0 });
    const lines = (): Element[] => [...inList(lists()[1]).querySelectorAll('.row')];
    await until(() => lines().length > 1 && textOf(lines()[1]).includes('call'));
    expect(textOf(lines()[1])).toBe('0x000066 call $f1 (;x;)→');
    press(inList(lists()[1]), 'End');
    await until(() => textOf(lines().at(-1)).includes('999999'));
    expect(all('.name').length).toBeGreaterThan(0);
  });

  it('follows a call by Enter, and comes back', async () => {
    const { lists, session } = await open();
    session.showCode({ function: 7, line: 4 });
    await until(() => session.lines?.at(4) !== undefined);
    await settle();
    press(inList(lists()[1]), 'Enter');
    expect(session.detail).toEqual({ kind: 'code', function: 4 });
    await settle();
    press(inList(lists()[1]), 'ArrowLeft', { altKey: true });
    expect(session.detail).toEqual({ kind: 'code', function: 7 });
    expect(session.activeLine).toBe(4);
  });

  it('marks the line that somebody asked for, not by colour alone', async () => {
    const { lists, session } = await open();
    session.showCode({ function: 1, line: 500_000 }, true);
    const marked = (): Element | null => inList(lists()[1]).querySelector('.text .marked');
    await until(() => lists().length === 2 && marked() !== null);
    expect(textOf(marked()?.closest('.row'))).toBe('▸0x0f42a4 i32.const 500000');
    expect(session.activeRow).toBe(1); // the list goes along
    session.moveToLine(500_001);
    await settle();
    expect(textOf(marked())).toBe('i32.const 500000');
  });

  it('copies the line', async () => {
    const { lists, session, asked } = await open();
    session.showCode({ function: 1, line: 2 });
    await until(() => session.lines?.at(2) !== undefined);
    await settle();
    press(inList(lists()[1]), 'c', { ctrlKey: true });
    expect(asked.at(-1)).toEqual({ name: 'copyText', params: { text: 'i32.const 2' } });
  });
});

it('has functions renamed by F2 in the list and in the code, and by a button', async () => {
  const { asked, session, lists, all } = await open();
  const renamed = () => asked.filter(({ name }) => name === 'renameFunction').map(({ params }) => params);
  session.moveTo(3);
  await settle();
  press(inList(lists()[0]), 'F2');
  expect(renamed()).toEqual([{ function: 3 }]);
  session.showCode({ function: 5, line: 0 });
  await until(() => lists().length === 2);
  press(inList(lists()[1]), 'F2');
  const button = all('button').find(each => textOf(each) === 'Rename…');
  (button as HTMLElement | undefined)?.click();
  expect(renamed()).toEqual([{ function: 3 }, { function: 5 }, { function: 5 }]);
  session.showList('data');
  session.moveTo(0);
  await settle();
  press(inList(lists()[0]), 'F2');
  expect(renamed()).toHaveLength(3);
});

describe('bytes', () => {
  it('shows a data segment where it is in memory', async () => {
    const { session, rows, all, asked } = await open();
    session.showList('data');
    await until(() => textOf(rows()[3]).includes('data_3'));
    (rows()[3] as HTMLElement).click();
    await until(() => asked.some(({ name }) => name === 'pages'));
    expect(asked.find(({ name }) => name === 'pages')?.params).toEqual({ image: 'memory', pages: [0] });
    expect(textOf(all('.detail .title')[0])).toBe('memory as instantiation leaves it, from 0x300, 4 bytes marked');
    expect(session.selected).toBe(768);
  });

  it('shows the bytes of a section by its bar', async () => {
    const { all, session } = await open();
    const bar = all('.bars button').find(each => textOf(each) === 'code');
    expect(bar?.getAttribute('aria-label')).toBe('code: 982 bytes, 98.2 % of the file');
    (bar as HTMLElement).click();
    await settle();
    expect(session.detail).toEqual({ kind: 'bytes', place: { image: 'file', start: 18, length: 982 } });
  });
});

it('says what is wrong with a module, and where', async () => {
  const { all, session } = await open(WIDE, { message: 'a value runs past the end of its section', offset: 900 });
  const [problem] = all('.problem');
  expect(problem?.getAttribute('role')).toBe('alert');
  expect(textOf(problem)).toBe(
    'The module breaks: a value runs past the end of its section, at offset 900 (0x384). What could be read before and behind is shown.',
  );
  problem?.querySelector('button')?.click();
  expect(session.detail).toEqual({ kind: 'bytes', place: { image: 'file', start: 900, length: 1 } });
});

it('passes its actions to the extension', async () => {
  const { all, asked } = await open();
  for (const label of ['Run…', 'Record its program…', 'Always open .wasm here'])
    (all('header button').find(each => textOf(each) === label) as HTMLElement).click();
  expect(asked.filter(({ name }) => name === 'command').map(({ params }) => params)).toEqual([
    { name: 'run' },
    { name: 'recordProgram' },
    { name: 'becomeDefault' },
  ]);
});

it.each([292, 400])('at %i px nothing is wider than the editor', async width => {
  const { editor, session, lists, all } = await open({ width, height: 720 });
  session.showCode({ function: 1, line: 0 });
  await until(() => lists().length === 2);
  await settle();
  expect(editor.clientWidth).toBe(width);
  expect(editor.scrollWidth).toBe(width);
  for (const each of [...all('main > *'), ...all('header'), ...all('.bars')])
    expect(each.getBoundingClientRect().right).toBeLessThanOrEqual(editor.getBoundingClientRect().right + 0.5);
  const cells = [...(lists()[0]?.shadowRoot?.querySelectorAll('.bytes') ?? [])];
  expect(cells.length).toBeGreaterThan(3);
  for (const cell of cells) expect(cell.getBoundingClientRect().right).toBeLessThanOrEqual(width - 12); // the scroll bar
  // Below each other, and each has room for some rows.
  const [list, detail] = all('main > *').map(each => each.getBoundingClientRect());
  expect(list?.height).toBeGreaterThan(100);
  expect(detail?.top).toBeGreaterThanOrEqual((list?.bottom ?? 0) - 0.5);
});

it('asks again for nothing that has come', async () => {
  const { asked, editor } = await open();
  await settle();
  const before = asked.length;
  editor.requestUpdate();
  await settle();
  expect(asked.length).toBe(before);
});

describe.each(Object.keys(THEMES) as ThemeName[])('in the theme %s', theme => {
  it.each(['code', 'bytes', 'a broken module'])("keeps axe's rules: %s", async what => {
    const problem = what === 'a broken module' ? { message: 'the file ends too early', offset: 9 } : null;
    const { editor, session } = await open(WIDE, problem);
    applyTheme(theme);
    if (what === 'code') session.showCode({ function: 1, line: 5 }, true);
    if (what === 'bytes') session.showBytes({ image: 'file', start: 18, length: 982 });
    await settle();
    const { violations } = await axe.run(editor, {
      resultTypes: ['violations'],
      rules: { region: { enabled: false }, 'landmark-one-main': { enabled: false } }, // VS Code's page has them
    });
    // A row of cells is named by a sentence that sets them apart.
    const kept = violations.filter(({ id }) => id !== 'label-content-name-mismatch');
    expect(
      kept.flatMap(({ id, nodes }) => nodes.map(node => `${id}: ${node.html.slice(0, 160)}: ${node.failureSummary}`)),
    ).toEqual([]);
  });
});
