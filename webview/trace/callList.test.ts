import { html } from 'lit';
import { describe, expect, test, vi } from 'vitest';
import { type CallFilter, EVERY_CALL } from '../../src/protocol/call.ts';
import { step } from '../../src/protocol/units.ts';
import { ScrollToEvent } from '../controls/scrollBar.ts';
import { AccessCache } from '../data/accessCache.ts';
import { placeAfterCall } from '../data/moments.ts';
import { heldRun } from '../testing/heldCalls.ts';
import { mount, press, recordActions, settle, textOf } from '../testing/mount.ts';
import { millionRun, ownedRun } from '../testing/recordedRuns.ts';
import { runOf, SCENARIOS } from '../testing/scenarios.ts';
import { type MadeRun, shownRun, withCalls } from '../testing/syntheticRun.ts';
import type { Recording } from '../testing/writtenMemory.ts';
import './callList.ts';

async function mountList(snapshot: MadeRun, call: number, width = 600, height = 400) {
  const run = shownRun(snapshot);
  const { actions, calls } = recordActions();
  const list = await mount(
    'wsm-call-list',
    html`<wsm-call-list style="height: 100%" .run=${run} .place=${placeAfterCall(run, call)} .view=${actions}></wsm-call-list>`,
    { width, height },
  );
  const rows = () => [...list.renderRoot.querySelectorAll('[aria-level="1"]')];
  return { list, calls, rows, tree: list.renderRoot.querySelector('[role=tree]') };
}

test('one row a call, with what it did', async () => {
  const { rows } = await mountList(runOf(SCENARIOS.demo()), 16);
  expect(rows()).toHaveLength(16);
  expect(textOf(rows()[0])).toBe('1 ▸ #0 alloc_11() → 0x548 11 1 B 38.2 µs');
  expect(textOf(rows()[6])).toMatch(/^7 ▸ #2 add_23\(0x548\) 126 → 149 1 B /);
});

test('the call of the shown step is selected and named to screen readers', async () => {
  const { rows, tree } = await mountList(runOf(SCENARIOS.demo()), 7);
  expect(rows().filter(row => row.ariaSelected === 'true')).toEqual([rows()[6]]);
  expect(tree?.getAttribute('aria-activedescendant')).toBe(rows()[6]?.id);
  expect(rows()[6]?.ariaLabel).toContain('call 7, instance 2, add_23(0x548), value 126 to 149, 1 byte changed');
});

test('a click goes to the call', async () => {
  const { rows, calls } = await mountList(runOf(SCENARIOS.demo()), 16);
  rows()[3]?.dispatchEvent(new MouseEvent('click', { bubbles: true }));
  expect(calls).toEqual([['goToCall', 4]]);
});

test.each([
  ['ArrowUp', 7, 6],
  ['ArrowDown', 7, 8],
  ['Home', 7, 1],
  ['End', 7, 16],
  ['PageDown', 7, 16],
  ['ArrowUp', 1, 0],
  ['ArrowDown', 0, 1],
  ['ArrowDown', 16, 16],
])('%s from call %i goes to call %i', async (key, from, to) => {
  const { tree, calls } = await mountList(runOf(SCENARIOS.demo()), from);
  if (!tree) throw new Error('no list');
  expect(press(tree, key).defaultPrevented).toBe(true);
  expect(calls).toEqual([['goToCall', to]]);
});

test('the selected row is in view, also after the list got shorter', async () => {
  const { list, rows } = await mountList(runOf(SCENARIOS.many()), 200, 300, 300);
  const visible = () => {
    const [row, box] = [rows()[199]?.getBoundingClientRect(), list.getBoundingClientRect()];
    return row !== undefined && row.top >= box.top && row.bottom <= box.bottom;
  };
  expect(visible()).toBe(true);
  list.style.height = '60px';
  await settle();
  expect(visible()).toBe(true);
});

/** A program's run: thousands of calls, each of which writes once. */
function longRun(calls: number): MadeRun {
  const run = runOf(SCENARIOS.demo());
  const [like] = run.calls;
  if (!like) throw new Error('the demo has no calls');
  const all = Array.from({ length: calls }, (_, i) => ({
    ...like,
    index: i + 1,
    stepBefore: step(i),
    step: step(i + 1),
  }));
  return withCalls(run, all);
}

test('of thousands of calls those in view have rows; the selected one is, until the user scrolls away', async () => {
  const { list, rows } = await mountList(longRun(20_000), 12_345, 600, 400);
  const inView = () => {
    const box = list.getBoundingClientRect();
    return rows()
      .filter(row => row.getBoundingClientRect().top >= box.top && row.getBoundingClientRect().bottom <= box.bottom)
      .map(row => Number(row.id.slice('call-'.length)));
  };
  expect(rows().length).toBeLessThanOrEqual(600);
  expect(inView()).toContain(12_345);
  expect(rows()[0]?.ariaSetSize).toBe('20000');
  expect(Number(rows()[1]?.ariaPosInSet)).toBe(Number(rows()[0]?.ariaPosInSet) + 1);
  list.scrollTop = list.scrollHeight;
  await settle();
  expect(inView().at(-1)).toBe(20_000);
  list.scrollTop = 0;
  await settle();
  // A row is 22 pixels high, and the list 400.
  expect(inView().slice(0, 18)).toEqual(Array.from({ length: 18 }, (_, i) => i + 1));
});

describe('a million calls that are not here yet', () => {
  async function mountMillion(filter: CallFilter | null = null, width = 600, count = 1_000_000) {
    const { host, run } = heldRun(count);
    const { actions, calls: asked } = recordActions();
    const list = await mount(
      'wsm-call-list',
      html`<wsm-call-list
        style="height: 100%"
        .run=${run}
        .place=${{ step: step(0), call: null }}
        .filter=${filter}
        .view=${actions}
      ></wsm-call-list>`,
      { width, height: 440 },
    );
    const rows = () => [...list.renderRoot.querySelectorAll('[aria-level="1"]')];
    /** The rows whose middle is in view. */
    const inView = () => {
      const { top, bottom } = list.getBoundingClientRect();
      return rows().filter(row => {
        const box = row.getBoundingClientRect();
        return box.top >= top - 11 && box.bottom <= bottom + 11;
      });
    };
    const numbers = () => inView().map(row => Number(textOf(row.querySelector('.number'))));
    const key = async (name: string) => {
      const [tree] = list.renderRoot.querySelectorAll('[role=tree]');
      if (!tree) throw new Error('no tree');
      press(tree, name);
      await settle();
    };
    const goTo = async (call: number) => {
      list.place = { step: step(call), call };
      await settle();
      await host.arrive();
    };
    return { list, host, asked, rows, inView, numbers, key, goTo, run };
  }

  const from = (first: number, count: number) => Array.from({ length: count }, (_, i) => first + i);

  test('have rows where they are in view: empty ones, and then the right calls', async () => {
    const { host, rows, inView, numbers } = await mountMillion();
    expect(rows()).toHaveLength(200);
    expect(inView()).toHaveLength(20);
    expect(inView().every(row => row.ariaBusy === 'true' && row.getBoundingClientRect().height === 22)).toBe(true);
    await host.arrive();
    expect(numbers()).toEqual(from(1, 20));
    expect([rows()[0]?.ariaPosInSet, rows()[0]?.ariaSetSize]).toEqual(['1', '1000000']);
    expect(host.asked).toEqual(['rows 0 200']);
  });

  test('scroll to the middle and to the end', async () => {
    const { list, host, rows, numbers } = await mountMillion();
    await host.arrive();
    // 22,000,000 pixels of rows are in an element of 8,000,000.
    expect(list.scrollHeight).toBe(8_000_000);
    list.scrollTop = list.scrollHeight;
    await settle();
    await host.arrive();
    expect(numbers()).toEqual(from(999_981, 20));
    list.scrollTop = (8_000_000 - 440) / 2;
    await settle();
    await host.arrive();
    // Half of the 999,980 rows that can be above the view.
    expect(numbers()).toEqual(from(499_991, 20));
    expect(rows().length).toBeLessThanOrEqual(200);
    list.scrollTop = 0;
    await settle();
    expect(numbers()).toEqual(from(1, 20));
    // The 200 rows in the middle are in two windows; where the list was before is kept.
    expect(host.asked).toEqual(['rows 0 200', 'rows 999800 200', 'rows 499800 200', 'rows 500000 200']);
  });

  test('the last one, which is told ahead of its row, is in view once the row is here', async () => {
    // So narrow that the selected call has two lines.
    const { list, goTo } = await mountMillion(null, 300, 5000);
    await goTo(5000);
    const bottom = list.renderRoot.querySelector('[aria-selected=true]')?.getBoundingClientRect().bottom;
    expect(bottom).toBeLessThanOrEqual(list.getBoundingClientRect().bottom);
  });

  test('keep their rows while the run goes on and they are asked for again', async () => {
    const { list, host, numbers, run } = await mountMillion();
    await host.arrive();
    host.count = 1_000_005;
    run.calls.grow(1_000_005);
    list.run = { ...run, callCount: 1_000_005 };
    await settle();
    expect(numbers()).toEqual(from(1, 20));
    expect(host.asked).toEqual(['rows 0 200', 'rows 0 200']);
    await host.arrive();
    expect([numbers(), host.asked.length]).toEqual([from(1, 20), 2]);
  });

  test('the wheel goes by as many rows as it does in a short list', async () => {
    const { list, numbers, goTo } = await mountMillion();
    await goTo(500_000);
    const [before = 0] = numbers();
    const wheel = new WheelEvent('wheel', { deltaY: 3 * 22, bubbles: true, cancelable: true });
    list.dispatchEvent(wheel);
    await settle();
    expect([wheel.defaultPrevented, numbers()[0]]).toEqual([true, before + 3]);
  });

  test.each([1, 2, 51, 500_000, 999_999, 1_000_000])('the selected call %i is in view', async call => {
    const { list, numbers, inView, goTo } = await mountMillion();
    await goTo(call);
    expect(numbers()).toContain(call);
    expect(inView().filter(row => row.ariaSelected === 'true')).toHaveLength(1);
    const selected = list.renderRoot.querySelector(`#call-${call}`)?.getBoundingClientRect();
    expect(selected?.top).toBeGreaterThanOrEqual(list.getBoundingClientRect().top - 0.5);
    expect(selected?.bottom).toBeLessThanOrEqual(list.getBoundingClientRect().bottom + 0.5);
  });

  test('keys go to a call that is not here, once it is', async () => {
    const { key, asked, goTo, host, run } = await mountMillion();
    await goTo(10);
    await key('ArrowDown');
    expect(asked).toEqual([['goToCall', 11]]);
    await key('End');
    const [name, find] = asked[1] ?? [];
    if (name !== 'goToFoundCall' || !find) throw new Error('nothing was sought');
    expect(find(run)).toBeUndefined();
    await host.arrive();
    expect(find(run)).toEqual({ step: 1_000_000, call: 1_000_000 });
  });

  test('of one instance: every third, at either end', async () => {
    const { list, host, rows, numbers } = await mountMillion({ ...EVERY_CALL, instance: 1 });
    await host.arrive();
    expect(numbers().slice(0, 3)).toEqual([2, 5, 8]);
    expect(rows()[0]?.ariaSetSize).toBe('333333');
    list.scrollTop = list.scrollHeight;
    await settle();
    await host.arrive();
    expect(numbers().at(-1)).toBe(999_998);
    expect(rows().length).toBeLessThanOrEqual(200);
    expect(host.asked.length).toBeLessThanOrEqual(4);
  });

  test('of one instance and one function: what was listed stays until they are here', async () => {
    const { list, host, rows, numbers } = await mountMillion();
    await host.arrive();
    // Each thousandth call is of grow; of those each third is of #1: 2000, 5000, … 998000.
    list.filter = { ...EVERY_CALL, instance: 1, text: 'grow' };
    await settle();
    expect(numbers()).toEqual(from(1, 20));
    await host.arrive();
    await host.arrive();
    expect(numbers().slice(0, 3)).toEqual([2000, 5000, 8000]);
    expect(rows()).toHaveLength(333);
    expect(textOf(rows().at(-1)?.querySelector('.number'))).toBe('998000');
    expect(host.asked).toEqual(['rows 0 200', 'rows 0 200 #1 grow', 'rows 200 200 #1 grow']);
  });

  test('with a filter keys know the next call at once', async () => {
    const { host, asked, key, goTo } = await mountMillion({ ...EVERY_CALL, instance: 1 });
    await host.arrive();
    await goTo(5);
    await key('ArrowDown');
    await key('ArrowUp');
    expect(asked).toEqual([
      ['goToCall', 8],
      ['goToCall', 2],
    ]);
  });
});

describe('with a filter', () => {
  async function mountFiltered(filter: Partial<CallFilter>, call: number) {
    const mounted = await mountList(runOf(SCENARIOS.demo()), call);
    mounted.list.filter = { ...EVERY_CALL, ...filter };
    await settle();
    return mounted;
  }

  test('only the calls that pass have rows, numbered among themselves for screen readers', async () => {
    const { rows } = await mountFiltered({ instance: 2 }, 7);
    expect(rows().map(row => textOf(row.querySelector('.number')))).toEqual(['4', '7', '10', '13', '16']);
    expect([rows()[1]?.ariaSelected, rows()[1]?.ariaPosInSet, rows()[1]?.ariaSetSize]).toEqual(['true', '2', '5']);
  });

  test.each([
    ['ArrowDown', 7, 10],
    ['ArrowUp', 7, 4],
    ['ArrowDown', 8, 10],
    ['ArrowUp', 8, 7],
    ['ArrowUp', 3, 0],
    ['Home', 8, 4],
    ['End', 8, 16],
  ])('%s from call %i goes to call %i', async (key, from, to) => {
    const { list, calls } = await mountFiltered({ instance: 2 }, from);
    const tree = list.renderRoot.querySelector('[role=tree]');
    if (!tree) throw new Error('no list');
    press(tree, key);
    expect(calls).toEqual([['goToCall', to]]);
  });

  test('the selected call stays in view where the list gets shorter', async () => {
    const { list, rows } = await mountList(runOf(SCENARIOS.trapped()), 6, 300, 100);
    // The row says more than there is room for: its beginning is in view.
    const beginning = () => (rows().at(-1)?.getBoundingClientRect().top ?? 0) - list.getBoundingClientRect().top;
    expect(beginning()).toBeCloseTo(0, 0);
    list.filter = { ...EVERY_CALL, trapped: true };
    await settle();
    expect([rows().length, beginning()]).toEqual([1, 0]);
  });

  test('that nothing passes, it says so', async () => {
    const { list } = await mountFiltered({ trapped: true }, 7);
    expect(textOf(list.renderRoot.querySelector('.none'))).toBe('No call passes the filter.');
  });
});

test('bytes changed and duration have columns where there is room, and a line in the selected row where there is not', async () => {
  const shown = (rows: Element[], selector: string) =>
    rows.filter(row => {
      const element = row.querySelector(selector);
      return element !== null && getComputedStyle(element).display !== 'none';
    }).length;
  const wide = await mountList(runOf(SCENARIOS.demo()), 7, 500);
  expect([shown(wide.rows(), '.bytes'), shown(wide.rows(), '.common')]).toEqual([16, 0]);
  const narrow = await mountList(runOf(SCENARIOS.demo()), 7, 260);
  expect([shown(narrow.rows(), '.bytes'), shown(narrow.rows(), '.common')]).toEqual([0, 1]);
  expect(textOf(narrow.rows()[6]?.querySelector('.common'))).toMatch(/^1 byte changed · [\d.]+ µs$/);
});

describe('calls in calls', () => {
  test('are indented, and say in which call they are', async () => {
    const { rows } = await mountList(runOf(SCENARIOS.nested()), 5);
    const left = rows().map(row => {
      const expression = row.querySelector('.expression b');
      if (!expression) throw new Error('no expression');
      return expression.getBoundingClientRect().left;
    });
    const [outermost = 0, inner = 0] = left;
    const step = inner - outermost;
    expect(step).toBeGreaterThan(4);
    expect(left.map(x => Math.round((x - outermost) / step))).toEqual([0, 1, 1, 2, 0]);
    expect(textOf(rows()[1]?.querySelector('.expression'))).toBe('instantiation');
    expect(rows().map(row => row.ariaLabel?.match(/in call \d/)?.[0])).toEqual([
      undefined,
      'in call 1',
      'in call 1',
      'in call 3',
      undefined,
    ]);
    expect(rows()[3]?.getAttribute('title')).toContain('in call 3');
  });

  test('however deep they are, have room', async () => {
    const deep = runOf(SCENARIOS.nested()).calls.map(call => ({ ...call, depth: call.depth * 100 }));
    const { rows } = await mountList(withCalls(runOf(SCENARIOS.nested()), deep), 5, 260);
    expect(rows()[3]?.querySelector('.expression b')?.getBoundingClientRect().left).toBeLessThan(180);
  });

  test('came before the end of the call that they are in', async () => {
    const later = async (call: number) =>
      (await mountList(runOf(SCENARIOS.nested()), call)).rows().map(row => row.classList.contains('later'));
    expect(await later(1)).toEqual([false, false, false, false, true]);
    expect(await later(2)).toEqual([false, false, true, true, true]);
    expect(await later(4)).toEqual([false, false, false, false, true]);
  });
});

test('a trap is told in its row, with the stack where it is selected', async () => {
  const { rows } = await mountList(runOf(SCENARIOS.trapped()), 6);
  expect(textOf(rows()[5]?.querySelector('.trouble'))).toBe('✗ trapped: memory access out of bounds');
  expect([...(rows()[5]?.querySelectorAll('.stack .frame') ?? [])].map(textOf)).toEqual([
    'at add_23 func[3], offset 0x1d2',
    'at ~lib/rt/stub/__alloc func[1], offset 0x9a',
    'at func[7]',
  ]);
  const elsewhere = await mountList(runOf(SCENARIOS.trapped()), 5);
  expect(elsewhere.rows()[5]?.querySelector('.frame')).toBeNull();
});

test('a trap outside memory says which access it was, and leads to its pointer and to who wrote that', async () => {
  const { rows, calls } = await mountList(runOf(SCENARIOS.trapped()), 6);
  const row = rows()[5];
  expect([...(row?.querySelectorAll('.fault .sentence') ?? [])].map(textOf)).toEqual([
    'i32.load of 4 bytes at 0x10000000b (0xffffffff + 12), memory has 0x10000 bytes',
    'the pointer was loaded from 0x548, where #0 in add_23 (memory.fill), step 2, call 2, wrote it',
  ]);
  expect(row?.ariaLabel).toContain('the pointer was loaded from 0x548, where #0 in add_23');
  const links = [...(row?.querySelectorAll<HTMLElement>('.fault button') ?? [])];
  expect(links.map(textOf)).toEqual(['0x548', 'step 2']);
  links[0]?.click();
  expect(calls).toEqual([['jump', 0x548]]);
  links[1]?.click();
  expect(calls.slice(1)).toEqual([
    ['goToStep', 2],
    ['jump', 0x548],
  ]);
});

test('a difference is marked with both values', async () => {
  const { rows } = await mountList(runOf(SCENARIOS.difference()), 16);
  expect(textOf(rows()[1]?.querySelector('.trouble'))).toBe('≠ printed 34, memory 11');
  expect(rows()[0]?.querySelector('.trouble')).toBeNull();
});

describe('accesses of the selected call', () => {
  async function mountAccesses(snapshot: MadeRun, recording: Recording, call: number) {
    const run = shownRun(snapshot);
    const { actions, calls } = recordActions();
    const accesses = new AccessCache({
      read: async (index, from, count) => recording.accesses({ call: index, from, count }),
      failed: message => {
        throw new Error(message);
      },
    });
    const want = vi.spyOn(accesses, 'want');
    const list = await mount(
      'wsm-call-list',
      html`<wsm-call-list
        style="height: 100%"
        .run=${run}
        .place=${placeAfterCall(run, call)}
        .accesses=${accesses}
        .view=${actions}
      ></wsm-call-list>`,
      { width: 400, height: 500 },
    );
    const tree = list.renderRoot.querySelector('[role=tree]');
    if (!tree) throw new Error('no tree');
    const rows = () => [...list.renderRoot.querySelectorAll<HTMLElement>('[aria-level="2"]')];
    const key = async (...names: string[]) => {
      for (const name of names) {
        press(tree, name);
        await settle();
      }
    };
    const active = () => tree.getAttribute('aria-activedescendant');
    return { list, calls, shown: want.mock.calls, rows, key, active };
  }

  const owned = () => mountAccesses(ownedRun(), SCENARIOS.owned().recording, 3);
  const million = () => mountAccesses(millionRun(), SCENARIOS.million().recording, 1);

  test('Right shows them: instruction, function and offset, address, old and new value', async () => {
    const { rows, key, list } = await owned();
    expect(rows()).toHaveLength(0);
    await key('ArrowRight');
    expect(rows()).toHaveLength(8);
    expect(textOf(rows()[1])).toBe('i32.store8 count+0xe [0x5c1] 0 → 23');
    expect(rows()[1]?.ariaLabel).toBe('i32.store8 by #2 in count+0xe at 0x5c1, 0 to 23, step 4');
    // Memory is shown after the call: after its last store.
    expect(rows().map(row => row.ariaSelected === 'true')).toEqual([...new Array(7).fill(false), true]);
    expect(list.renderRoot.querySelector('#call-3')?.ariaExpanded).toBe('true');
    await key('ArrowLeft');
    expect(rows()).toHaveLength(0);
  });

  test('keys go into them, through them and out again; Enter goes to the access', async () => {
    const { key, active, calls, rows } = await owned();
    await key('ArrowRight', 'ArrowRight', 'ArrowDown');
    expect(active()).toBe('access-1');
    await key('Enter');
    expect(calls).toEqual([['goToAccess', expect.objectContaining({ step: 4, address: 0x5c1 })]]);
    await key('End', 'ArrowDown');
    expect(calls.at(-1)).toEqual(['goToCall', 4]);
    await key('ArrowLeft');
    expect([active(), rows().length]).toEqual(['call-3', 0]);
  });

  test('a click on the triangle shows them, a click on one goes there', async () => {
    const { list, rows, calls } = await owned();
    list.renderRoot.querySelector<HTMLElement>('#call-3 .disclosure')?.click();
    await settle();
    rows()[0]?.click();
    expect(calls.at(-1)).toEqual(['goToAccess', expect.objectContaining({ step: 3 })]);
  });

  test('of a million only those in view are in the document and asked for, at either end', async () => {
    const { rows, key, shown, list } = await million();
    await key('ArrowRight', 'ArrowRight', 'End');
    await settle();
    expect(rows().length).toBeLessThanOrEqual(11);
    expect(rows().at(-1)?.getAttribute('aria-posinset')).toBe('1000000');
    // 4 × 999,999 − 3 × 17 × 65,536 = 657,660
    expect(textOf(rows().at(-1))).toBe('i32.load sum+0x30 [0xa08fc] 999999');
    expect(shown.at(-1)).toEqual([1, 999_990, 1_000_000]);
    expect(list.renderRoot.querySelector('.accesses')?.getBoundingClientRect().height).toBe(200);
  });

  test('the wheel and the scroll bar move them', async () => {
    const { rows, key, list } = await million();
    await key('ArrowRight');
    const wheel = new WheelEvent('wheel', {
      deltaY: 5,
      deltaMode: WheelEvent.DOM_DELTA_LINE,
      bubbles: true,
      cancelable: true,
    });
    list.renderRoot.querySelector('.accesses')?.dispatchEvent(wheel);
    await settle();
    expect([wheel.defaultPrevented, rows()[0]?.id]).toEqual([true, 'access-5']);
    const bar = list.renderRoot.querySelector('wsm-scroll-bar');
    expect([bar?.ariaValueMax, bar?.ariaValueText]).toEqual(['999990', 'access 6 of 1000000']);
    bar?.dispatchEvent(new ScrollToEvent(500_000.5));
    await settle();
    expect(rows()[0]?.id).toBe('access-500000');
  });

  test('a call whose history was dropped can’t be looked into', async () => {
    const run = withCalls({ ...ownedRun(), firstStep: step(11) }, ownedRun().calls);
    const { list } = await mountAccesses(run, SCENARIOS.owned().recording, 4);
    const third = list.renderRoot.querySelector('#call-3');
    expect([third?.ariaDisabled, third?.querySelector('.disclosure')]).toEqual(['true', null]);
    expect(list.renderRoot.querySelector('#call-4 .disclosure')).not.toBeNull();
  });
});
