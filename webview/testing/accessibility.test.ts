// Every state of the panel against axe's rules, in a real browser: names, roles, structure, and the contrast of text.
import axe from 'axe-core';
import { afterEach, describe, expect, test } from 'vitest';
import { address } from '../../src/protocol/units.ts';
import { mountPanel, press, settle, textOf, until } from './mount.ts';
import { SCENARIOS, type ScenarioName } from './scenarios.ts';
import { OPENED } from './states.ts';
import { applyTheme, THEMES, type ThemeName } from './themes.ts';

const OPTIONS: axe.RunOptions = {
  resultTypes: ['violations'],
  rules: {
    // The panel is a part of VS Code's page, which has the landmarks and headings of a page.
    region: { enabled: false },
    'page-has-heading-one': { enabled: false },
    'landmark-one-main': { enabled: false },
    'document-title': { enabled: false },
    'html-has-lang': { enabled: false },
  },
};

const LABEL_IN_NAME = 'label-content-name-mismatch';

/** Whether an element has a label to speak: a row of cells has none, and is named by a sentence that says in words what its cells abbreviate. */
const isLabel = (element: Element | undefined): boolean => element?.childElementCount === 0;

/** What is wrong, one line for each element. */
async function violations(panel: Element): Promise<string[]> {
  const { violations: found } = await axe.run(panel, { ...OPTIONS, elementRef: true });
  return found.flatMap(({ id, nodes }) =>
    nodes
      .filter(({ element }) => id !== LABEL_IN_NAME || isLabel(element))
      .map(({ target, failureSummary, html }) => {
        const why = (failureSummary ?? '')
          .split('\n')
          .slice(1)
          .map(line => line.trim())
          .join('; ');
        return `${id}: ${target.flat().join(' > ')}: ${why}: ${html.slice(0, 120)}`;
      }),
  );
}

describe('no rule is broken', () => {
  afterEach(() => applyTheme('dark'));

  test.each(Object.keys(SCENARIOS) as ScenarioName[])('in the state %s', async name => {
    const { panel } = await mountPanel(SCENARIOS[name]());
    await settle();
    expect(await violations(panel)).toEqual([]);
  });

  test.each(Object.entries(OPENED))('with %s open', async (_, { scenario, open }) => {
    const { panel, session, all } = await mountPanel(SCENARIOS[scenario]());
    await until(() => !session.run || session.data.memory !== null);
    await settle();
    open({ session, all });
    await settle();
    expect(await violations(panel)).toEqual([]);
  });

  const states: readonly ScenarioName[] = ['corrupted', 'kept', 'modules', 'trapped', 'empty'];
  const themed = (Object.keys(THEMES) as ThemeName[]).flatMap(theme => states.map(state => [theme, state] as const));
  test.each(themed)('in the theme %s, in the state %s', async (theme, name) => {
    applyTheme(theme);
    const { panel } = await mountPanel(SCENARIOS[name]());
    Object.assign(panel.style, { width: '292px', height: '900px' });
    await settle();
    expect(await violations(panel)).toEqual([]);
  });
});

test('a row of memory has a name of its own, which the names of its cells do not run into', async () => {
  const { all, session } = await mountPanel(SCENARIOS.demo());
  session.view.setBytesPerRow(8);
  session.view.jump(address(0x549));
  await settle();
  const [row] = all('[role=grid] [role=row]');
  const head = row?.querySelector('[role=rowheader]');
  expect([row?.getAttribute('aria-label'), head?.textContent]).toEqual(['0x548', '0x548']);
});

describe('the shown place is said once', () => {
  async function mountPlace(name: ScenarioName) {
    const mounted = await mountPanel(SCENARIOS[name]());
    await settle();
    const said = () => textOf(mounted.all('main + [role=status]')[0]);
    const element = (selector: string) => {
      const found = mounted.all(selector)[0];
      if (!(found instanceof HTMLElement)) throw new Error(`no ${selector}`);
      return found;
    };
    return { ...mounted, said, element };
  }

  test('by the control that has the focus, or by the live region', async () => {
    const { session, said, element } = await mountPlace('demo');
    element('[role=grid]').focus();
    session.view.goToStep(7);
    await settle();
    expect(said()).toContain('Step 7: after call 7');
    // The slider has a text of its own, the trace its rows.
    element('input[type=range]').focus();
    session.view.goToStep(8);
    await settle();
    expect([said(), element('input[type=range]').getAttribute('aria-valuetext')]).toEqual([
      '',
      expect.stringContaining('step 8: after call 8'),
    ]);
    element('[role=grid]').focus();
    session.view.select(session.view.selection.address); // it is told again
    await settle();
    expect(said()).toBe('');
    element('[role=tree]').focus();
    press(element('[role=tree]'), 'ArrowDown');
    await settle();
    expect([session.view.place.call, said()]).toEqual([9, '']);
    // Elsewhere and back: now it is news.
    element('[role=grid]').focus();
    session.view.goToStep(3);
    await settle();
    session.view.goToStep(9);
    await settle();
    expect(said()).toContain('Step 9: after call 9');
  });

  test('while a run goes on only where the user has gone elsewhere', async () => {
    const { session, said } = await mountPlace('running');
    expect(said()).toBe('');
    session.view.goToStep(2);
    await settle();
    expect(said()).toContain('Step 2: after call 2');
  });
});
