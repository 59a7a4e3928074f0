// Findings in the whole panel: where they are told, and where they lead to.
import { expect, test } from 'vitest';
import { mountPanel, settle, textOf, until } from '../testing/mount.ts';
import { ran, SCENARIOS } from '../testing/scenarios.ts';
import { demoCalls, demoSnapshot } from '../testing/syntheticRun.ts';

const DUPLICATE_TITLES = ['An allocator handed out a block twice', 'An allocator handed out a block twice'];

async function mountFound(name: 'corrupted' | 'deadPointer' | 'demo' | 'everyFinding' | 'lookedAt' | 'callsOnly') {
  const mounted = await mountPanel(SCENARIOS[name]());
  await settle();
  const { all } = mounted;
  const pills = () => all('.pill').map(textOf);
  const rows = () => all('.row').filter(row => row instanceof HTMLElement);
  return { ...mounted, pills, rows };
}

test('a row goes to the step and the bytes of its finding, which are marked, and so is its call', async () => {
  const { session, rows, all } = await mountFound('corrupted');
  await until(() => rows().length === 2);
  expect(all('.call .trouble').map(textOf)).toEqual(DUPLICATE_TITLES.map(title => `✗ ${title}`));
  expect(all('.call')[3]?.ariaLabel).toContain(', An allocator handed out a block twice');
  expect(all('path.finding.error > title').map(textOf)).toEqual(DUPLICATE_TITLES);
  rows()[1]?.click();
  await until(() => session.view.place.step === 4);
  const { range } = session.view.selection;
  expect([session.view.place.call, range.start, range.length]).toEqual([4, 0x548, 4]);
  // 34 was there before, 11 since.
  await until(
    () =>
      all('#byte-1352')[0]?.ariaLabel ===
      '0x548: 0b hex, changed, written by #2, part of the demo’s i32, in the finding, heap of #0–#2 (a guess)',
  );
  expect(all('.entry').map(textOf)).toContain('the finding');
  rows()[1]?.click();
  await settle();
  expect([session.view.finding, all('.remedies').length]).toEqual([null, 0]);
  expect(all('#byte-1352')[0]?.ariaLabel).not.toContain('finding');
});

test('the head counts them and leads to them; the story says why it ended wrong, and where', async () => {
  const { session, pills, rows, all } = await mountFound('corrupted');
  await until(() => rows().length === 2);
  expect(pills()).toEqual(['✗ 287, expected 356', '✗ 2 findings']);
  const [, found] = all('.pill');
  if (!(found instanceof HTMLElement)) throw new Error('no pill');
  found.click();
  await settle();
  expect(rows()[0]?.matches(':focus')).toBe(true);
  const [story] = all('wsm-finding-story');
  expect(textOf(story?.shadowRoot?.querySelector('p'))).toBe(
    'An allocator handed out a block twice. Call 2, alloc_11 on #1, returned 0x548 to 0x54b, which overlaps 0x548 to 0x54b ' +
      'of call 1, alloc_11 on #0, and nobody has freed that. Whoever writes to one of the two changes the other.',
  );
  story?.shadowRoot?.querySelector('button')?.click();
  await until(() => session.view.place.step === 2);
  await settle();
  expect(rows()[0]?.ariaExpanded).toBe('true');
});

test('in a narrow panel, an opened row is in view, and its link leads to the memory', async () => {
  const { panel, rows, all } = await mountFound('corrupted');
  await until(() => rows().length === 2);
  // Less than the sections take: the panel scrolls.
  Object.assign(panel.style, { width: '292px', height: '460px' });
  await settle();
  const [memory] = all('wsm-memory-grid');
  const isSeen = (element: Element | undefined) => {
    const { top, bottom } = element?.getBoundingClientRect() ?? { top: 0, bottom: 0 };
    return bottom > top && top < panel.getBoundingClientRect().bottom && bottom > panel.getBoundingClientRect().top;
  };
  // So the findings are folded: the count leads to them.
  const [, found] = all('.pill');
  if (found instanceof HTMLElement) found.click();
  await until(() => rows().length === 2);
  rows()[1]?.click();
  await settle();
  const link = all('.links > .link')[0];
  expect([isSeen(link), isSeen(memory)]).toEqual([true, false]);
  if (link instanceof HTMLElement) link.click();
  await settle();
  expect(isSeen(memory)).toBe(true);
});

test('a run that is right by luck has its finding, and no story', async () => {
  const { pills, rows, all } = await mountFound('deadPointer');
  await until(() => rows().length === 1);
  expect([pills(), all('wsm-finding-story').length]).toEqual([['✓ 356 as expected', '✗ 1 finding'], 0]);
});

test.each([
  ['demo', ['✓ 356 as expected', '✓ no findings']],
  ['lookedAt', ['○ not run']],
  ['callsOnly', ['✓ 356 as expected']],
] as const)('where there are none, there is no list: %s', async (name, expected) => {
  const { session, pills, all } = await mountFound(name);
  await until(() => name === 'lookedAt' || session.data.findings.answer !== null);
  await settle();
  expect([pills(), all('wsm-finding-list').length]).toEqual([expected, 0]);
});

test('they appear while the run goes on, and the next run begins without', async () => {
  const running = ran(demoSnapshot(3, { status: 'running', calls: demoCalls(3).slice(0, 4) }));
  const { host, session, all } = await mountPanel(running);
  await until(() => session.data.findings.answer !== null);
  expect(all('wsm-finding-list')).toHaveLength(0);
  const corrupted = SCENARIOS.corrupted();
  await host.send(corrupted);
  await until(() => all('wsm-finding-list').length === 1);
  session.view.showFinding(session.data.findings.known[0] ?? null);
  const demo = SCENARIOS.demo();
  await host.send({ ...demo, state: { ...demo.state, runId: 2 } });
  await until(() => session.data.findings.isComplete);
  await settle();
  expect([all('wsm-finding-list').length, session.view.finding]).toEqual([0, null]);
});

test('the two events of the open finding are marked in trace, lanes and memory, and led to', async () => {
  const { session, rows, all } = await mountFound('everyFinding');
  await until(() => rows().length === 7);
  const marked = () =>
    all('.call').flatMap(call => {
      const mark = textOf(call.querySelector('.event'));
      return mark === '' ? [] : [[textOf(call.querySelector('.number')), mark]];
    });
  expect(marked()).toEqual([]);
  rows()[3]?.click(); // what #0 stored at step 4 in call 4 went back at step 6, in no call
  await until(() => marked().length > 0);
  expect(marked()).toEqual([['4', '① first event of the finding']]);
  expect(all('.call')[3]?.ariaLabel).toMatch(/, first event of the finding$/);
  expect(all('g.event > title').map(textOf)).toEqual(['first event of the finding']);
  expect(all('.entry').map(textOf)).toContain('its first event');
  const link = all('.link.first')[0];
  if (link instanceof HTMLElement) link.click();
  await until(() => session.view.place.step === 4);
  expect([session.view.selection.range.start, session.view.selection.range.length]).toEqual([0x52c, 4]);
  // It stays open: there is a way back.
  expect(marked().length).toBe(1);
  rows()[2]?.click(); // call 1 got the block first, call 4 again: the same bytes
  await until(() => marked().length === 2);
  expect(marked()).toEqual([
    ['1', '① first event of the finding'],
    ['4', '② second event of the finding'],
  ]);
  expect(all('.entry').map(textOf)).not.toContain('its first event');
});
