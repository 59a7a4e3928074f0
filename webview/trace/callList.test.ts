import { html } from 'lit';
import { describe, expect, test } from 'vitest';
import type { RunSnapshot } from '../../src/protocol/run.ts';
import { step } from '../../src/protocol/units.ts';
import { ScrollToEvent } from '../controls/scrollBar.ts';
import { AccessCache } from '../data/accessCache.ts';
import { placeAfterCall } from '../data/moments.ts';
import { mount, press, recordActions, settle, textOf } from '../testing/mount.ts';
import { millionRun, ownedRun } from '../testing/recordedRuns.ts';
import { SCENARIOS, type Scenario } from '../testing/scenarios.ts';
import type { Recording } from '../testing/writtenMemory.ts';
import './callList.ts';

function runOf({ state }: Scenario): RunSnapshot {
  if (state.kind !== 'run') throw new Error('no run');
  return state.run;
}

async function mountList(run: RunSnapshot, call: number, width = 600, height = 400) {
  const { actions, calls } = recordActions();
  const list = await mount(
    'wsm-call-list',
    html`<wsm-call-list style="height: 100%" .run=${run} .place=${placeAfterCall(run, call)} .actions=${actions}></wsm-call-list>`,
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
function longRun(calls: number): RunSnapshot {
  const run = runOf(SCENARIOS.demo());
  const [like] = run.calls;
  if (!like) throw new Error('the demo has no calls');
  const all = Array.from({ length: calls }, (_, i) => ({
    ...like,
    index: i + 1,
    stepBefore: step(i),
    step: step(i + 1),
  }));
  return { ...run, calls: all, lastStep: step(calls) };
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

test('a trap is told in its row, with the stack where it is selected', async () => {
  const { rows } = await mountList(runOf(SCENARIOS.trapped()), 6);
  expect(textOf(rows()[5]?.querySelector('.trouble'))).toBe('✗ trapped: memory access out of bounds');
  expect([...(rows()[5]?.querySelectorAll('.frame') ?? [])].map(textOf)).toEqual([
    'at add_23 func[3], offset 0x1d2',
    'at ~lib/rt/stub/__alloc func[1], offset 0x9a',
    'at func[7]',
  ]);
  const elsewhere = await mountList(runOf(SCENARIOS.trapped()), 5);
  expect(elsewhere.rows()[5]?.querySelector('.frame')).toBeNull();
});

test('a difference is marked with both values', async () => {
  const { rows } = await mountList(runOf(SCENARIOS.difference()), 16);
  expect(textOf(rows()[1]?.querySelector('.trouble'))).toBe('≠ printed 34, memory 11');
  expect(rows()[0]?.querySelector('.trouble')).toBeNull();
});

describe('accesses of the selected call', () => {
  async function mountAccesses(run: RunSnapshot, recording: Recording, call: number) {
    const { actions, calls } = recordActions();
    const shown: number[][] = [];
    const cache = new AccessCache({
      read: async (...params) => recording.accesses(...params),
      arrived: () => list.requestUpdate(),
      failed: message => {
        throw new Error(message);
      },
    });
    const withCache = {
      ...actions,
      showAccesses: (...view: [number, number, number]) => {
        shown.push(view);
        cache.want(...view);
      },
    };
    const list = await mount(
      'wsm-call-list',
      html`<wsm-call-list
        style="height: 100%"
        .run=${run}
        .place=${placeAfterCall(run, call)}
        .accesses=${cache}
        .actions=${withCache}
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
    return { list, calls, shown, rows, key, active };
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
    const run = { ...ownedRun(), firstStep: step(11) };
    const { list } = await mountAccesses(run, SCENARIOS.owned().recording, 4);
    const third = list.renderRoot.querySelector('#call-3');
    expect([third?.ariaDisabled, third?.querySelector('.disclosure')]).toEqual(['true', null]);
    expect(list.renderRoot.querySelector('#call-4 .disclosure')).not.toBeNull();
  });
});
