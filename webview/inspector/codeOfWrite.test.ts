// The code around the instruction that wrote the selected byte, in the panel.
import { expect, test } from 'vitest';
import { mountPanel, settle, textOf, until } from '../testing/mount.ts';
import { SCENARIOS } from '../testing/scenarios.ts';

async function mountAtWrite(stored?: unknown) {
  const panel = await mountPanel(SCENARIOS.demo(), stored);
  await until(() => panel.session.data.lastChange.answer?.kind === 'write');
  await settle();
  const opener = () =>
    panel
      .all('wsm-inspector .writes button')
      .concat(panel.all('.writes button'))
      .find(each => textOf(each) === 'code');
  const code = () => panel.all('wsm-code-of-write')[0]?.shadowRoot;
  const lines = () => [...(code()?.querySelectorAll('li') ?? [])];
  return { ...panel, opener, code, lines };
}

test('opens on demand, with the line of the instruction marked', async () => {
  const { opener, code, lines, session } = await mountAtWrite();
  expect(code()).toBeUndefined();
  expect(opener()?.getAttribute('aria-expanded')).toBe('false');
  (opener() as HTMLElement).click();
  await until(() => lines().length === 13);
  const { lastChange } = session.data;
  const site = lastChange.answer?.kind === 'write' ? lastChange.answer.write.site : null;
  const marked = lines().filter(line => line.getAttribute('aria-current') === 'true');
  expect(marked.map(textOf)).toEqual([`▸0x${(site?.offset ?? 0).toString(16).padStart(6, '0')} i32.store offset=4`]);
  expect(lines().indexOf(marked[0] as HTMLLIElement)).toBe(6);
  expect(opener()?.getAttribute('aria-expanded')).toBe('true');
});

test('leads to the editor of the module', async () => {
  const { opener, code, lines, host, session } = await mountAtWrite();
  (opener() as HTMLElement).click();
  await until(() => lines().length > 0);
  const open = [...(code()?.querySelectorAll('button') ?? [])].find(each => textOf(each) === 'open module');
  open?.click();
  await until(() => host.commands.length === 1);
  const { lastChange } = session.data;
  const site = lastChange.answer?.kind === 'write' ? lastChange.answer.write.site : null;
  expect(host.commands).toEqual([{ name: 'openCode', module: site?.module, offset: site?.offset }]);
});

test('stays open for the next time', async () => {
  const { opener, session } = await mountAtWrite();
  expect(session.persisted.code).toBeUndefined();
  (opener() as HTMLElement).click();
  expect(session.persisted.code).toBe('open');
  const again = await mountAtWrite(session.persisted);
  await until(() => again.lines().length === 13);
});

test('offers no editor where no file is known', async () => {
  const { all, session } = await mountPanel(SCENARIOS.modules());
  session.view.showCode(true);
  await until(() => all('wsm-code-of-write').length === 1);
  await settle();
  expect(all('wsm-code-of-write')[0]?.shadowRoot?.querySelectorAll('button').length).toBe(0);
});
