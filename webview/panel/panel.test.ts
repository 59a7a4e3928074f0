import { expect, test } from 'vitest';
import { address } from '../../src/protocol/units.ts';
import { mountPanel, press, settle, textOf, until } from '../testing/mount.ts';
import { ran, SCENARIOS } from '../testing/scenarios.ts';
import { demoCalls, demoSnapshot } from '../testing/syntheticRun.ts';
import { WrittenMemory } from '../testing/writtenMemory.ts';

const KEPT = {
  version: 1,
  run: { uri: 'file:///workspace/guests/guest.wasm', instances: 3, state: 'separate' },
  step: 4,
  address: 0x554,
  bytesPerRow: 8,
  littleEndian: false,
};

test('a run that ended is shown at its last step, with the demo’s i32 selected', async () => {
  const { session, all } = await mountPanel(SCENARIOS.demo());
  expect([session.view.place.step, session.view.selection.address]).toEqual([16, 0x548]);
  await until(() => session.data.lastChange.answer !== null);
  await settle();
  expect(textOf(all('.who')[0])).toBe('written by #2 in add_23+0x12 (i32.store) at step 16, call 16, value 356');
  expect(all('[role=gridcell][aria-selected=true]')[0]?.ariaLabel).toBe(
    '0x548: 64 hex, character d, changed, written by #2, part of the demo’s i32, heap of #0–#2 (a guess)',
  );
});

test('selecting a call moves the memory to its step', async () => {
  const { session, all } = await mountPanel(SCENARIOS.demo());
  all('.call')[6]?.dispatchEvent(new MouseEvent('click', { bubbles: true, composed: true }));
  await until(() => all('dd').some(value => textOf(value) === '149'));
  expect(session.view.place.step).toBe(7);
  expect(textOf(all('[role=status].unseen')[0])).toContain('Step 7: after call 7, instance 2, add_23(0x548)');
});

test('calls appear as they come, and the newest step is followed until the user picks one', async () => {
  const after = (calls: number, status: 'running' | 'completed' = 'running') =>
    ran(demoSnapshot(3, { status, calls: demoCalls(3).slice(0, calls) }));
  const { host, session, all } = await mountPanel(after(2));
  await host.send(after(5));
  await settle();
  expect(all('.call')).toHaveLength(5);
  expect(session.view.place.step).toBe(5);
  session.view.goToStep(3);
  await host.send(after(9));
  expect(session.view.place.step).toBe(3);
  await host.send(after(16, 'completed'));
  await settle();
  expect([all('.call').length, session.view.place.step]).toEqual([16, 3]);
});

test('Ctrl+G goes to the address field and Alt+Left back, and the workbench does not hear of it', async () => {
  const { session, panel, all } = await mountPanel(SCENARIOS.demo());
  const heard: string[] = [];
  const listen = (event: KeyboardEvent) => void heard.push(event.key);
  window.addEventListener('keydown', listen);
  press(panel, 'g', { ctrlKey: true });
  const field = all('vscode-text-field')[0];
  expect(field?.matches(':focus-within')).toBe(true);
  if (!field || !('value' in field)) throw new Error('no field');
  field.value = '0x554';
  press(field, 'Enter');
  await settle();
  expect(session.view.selection.address).toBe(0x554);
  expect(all('[role=grid]')[0]?.matches(':focus')).toBe(true);
  press(panel, 'ArrowLeft', { altKey: true });
  expect(session.view.selection.address).toBe(0x548);
  press(panel, 'ArrowRight', { altKey: true });
  expect(session.view.selection.address).toBe(0x554);
  press(panel, 'q');
  window.removeEventListener('keydown', listen);
  expect(heard).toEqual(['Enter', 'q']);
});

test('what the user was looking at comes back', async () => {
  const { session } = await mountPanel(SCENARIOS.demo(), KEPT);
  expect([
    session.view.place.step,
    session.view.selection.address,
    session.view.bytesPerRow,
    session.view.littleEndian,
  ]).toEqual([4, 0x554, 8, false]);
});

test('what was kept of another file does not come back, but how bytes are shown does', async () => {
  const { session } = await mountPanel(SCENARIOS.demo(), { ...KEPT, run: { uri: 'file:///other.wasm', instances: 3 } });
  expect([session.view.place.step, session.view.selection.address, session.view.bytesPerRow]).toEqual([16, 0x548, 8]);
});

test('who goes elsewhere while the run is repeated is not taken back', async () => {
  const running = ran(demoSnapshot(3, { status: 'running', calls: demoCalls(3).slice(0, 9) }));
  const { host, session } = await mountPanel(running, KEPT);
  expect(session.view.place.step).toBe(9);
  session.view.goToStep(7);
  await host.send(SCENARIOS.demo());
  expect([session.view.place.step, session.view.selection.address]).toEqual([7, 0x548]);
});

test('what the user looks at is kept', async () => {
  const { session, host } = await mountPanel(SCENARIOS.demo());
  session.view.goToStep(4);
  session.view.jump(session.view.selection.address);
  session.view.setBytesPerRow(8);
  session.view.setLittleEndian(false);
  await until(() => host.stored !== undefined && session.view.place.step === 4);
  await new Promise(resolve => setTimeout(resolve, 300));
  expect(host.stored).toEqual({ ...KEPT, address: 0x548 });
});

test('running the same file again keeps the place in memory; another file does not', async () => {
  const { session, host } = await mountPanel(SCENARIOS.demo());
  session.view.jump(session.view.selection.address);
  session.view.select(session.view.selection.address);
  const demo = SCENARIOS.demo();
  session.view.goToStep(3);
  await host.send({ ...demo, state: { ...demo.state, runId: 2 } });
  expect([session.view.place.step, session.view.selection.address]).toEqual([16, 0x548]);
  const other = { ...demo.state.source, uri: 'file:///b.wasm' };
  await host.send({ ...demo, state: { ...demo.state, runId: 3, source: other } });
  expect(session.view.selection.history.canGoBack).toBe(false);
});

test('before memory.grow there is less memory to select from', async () => {
  const { session } = await mountPanel(SCENARIOS.grown());
  session.view.select(session.view.selection.address);
  expect(session.data.memory?.size).toBe(19 * 65536);
  session.view.goToStep(3);
  await until(() => session.view.place.step === 3);
  expect(session.data.memory?.size).toBe(17 * 65536);
});

test('pages are read for the shown step, the visible ones and the neighbours in time', async () => {
  const { host } = await mountPanel(SCENARIOS.demo());
  await until(() => host.readRequests.length >= 3);
  expect(host.readRequests[0]).toMatchObject({ runId: 1, step: 16 });
  expect(host.readRequests[0]?.pages).toContain(0);
  expect(host.readRequests.map(request => request.step)).toContain(15);
});

class GoneRecording extends WrittenMemory {
  override readPages(): never {
    throw new Error('Run 1 is no longer kept.');
  }
}

test('a read that fails is told, in a sentence', async () => {
  const scenario = SCENARIOS.demo();
  const { all, session, host } = await mountPanel({
    ...scenario,
    recording: new GoneRecording([], [[0, 17 * 65_536]]),
  });
  await until(() => session.notice !== null);
  await settle();
  expect(all('[role=alert]').map(textOf)).toEqual(['Run 1 is no longer kept.']);
  expect(host.readRequests.length).toBeLessThan(5);
});

const buttonsIn = (found: readonly Element[]) => found.filter(each => each instanceof HTMLElement);

test('before the first run: what this is, and the five steps of the walkthrough, each of which does what it says', async () => {
  const { host, all } = await mountPanel(SCENARIOS.empty());
  const steps = buttonsIn(all('.step'));
  expect(steps.map(step => textOf(step.querySelector('.title') ?? step))).toEqual([
    'Run the demo',
    'Follow a byte',
    'See a corruption, and cure it',
    'Record a program',
    'Run a module of your own',
  ]);
  for (const button of [...steps, ...buttonsIn(all('vscode-button'))]) button.click();
  await until(() => host.commands.length === 6);
  expect(host.commands).toEqual([
    { name: 'tour', step: 'run' },
    { name: 'tour', step: 'store' },
    { name: 'tour', step: 'corruption' },
    { name: 'tour', step: 'program' },
    { name: 'tour', step: 'own' },
    { name: 'getStarted' },
  ]);
});

test('in a workspace that is not trusted: why nothing runs, and where to change that', async () => {
  const { host, all } = await mountPanel(SCENARIOS.untrusted());
  expect(textOf(all('.why')[0])).toContain('This workspace is not trusted');
  const [manage] = all('vscode-button');
  if (manage instanceof HTMLElement) manage.click();
  await until(() => host.commands.length === 1);
  expect(host.commands).toEqual([{ name: 'manageTrust' }]);
  // Nothing of the workspace runs, but what is part of the extension does.
  expect(buttonsIn(all('.step .title')).map(textOf)).toEqual([
    'Run the demo',
    'Follow a byte',
    'See a corruption, and cure it',
  ]);
});

test.each([
  ['rejected', 'guest.wasm is not WebAssembly: it begins with “version https://git-lfs”, a Git LFS pointer.'],
  ['failed', 'guest.wasm can’t be read: there is no such file in guests.'],
] as const)('%s input: what, where, what to do, and two ways on', async (name, message) => {
  const { host, all } = await mountPanel(SCENARIOS[name]());
  expect(textOf(all('[role=alert]')[0])).toBe(message);
  expect(textOf(all('.remedy')[0])).not.toBe('');
  for (const button of all('vscode-button')) if (button instanceof HTMLElement) button.click();
  await until(() => host.commands.length === 2);
  expect(host.commands).toEqual([{ name: 'runAgain' }, { name: 'runDemo' }]);
  expect(all('wsm-memory-grid')).toHaveLength(0);
});

test('a file that was only looked at shows its memory and why it was not run', async () => {
  const { all, session } = await mountPanel(SCENARIOS.lookedAt());
  expect(textOf(all('[role=alert]')[0])).toBe('The module was not run, because this workspace is not trusted.');
  expect(textOf(all('.none')[0])).toBe('Nothing ran, so there are no calls.');
  expect([session.view.place.step, all('wsm-memory-grid').length]).toEqual([0, 1]);
});

test('what the guests imported, and which stubs they called', async () => {
  const { all } = await mountPanel(SCENARIOS.noDemo());
  expect(textOf(all('summary')[0])).toBe('defined memory, 17 pages · 1 import · 3 exports · ▲ 1 stub called');
  const [memory, called] = [all('.body p')[0], all('.body li')[0]];
  expect(textOf(memory)).toBe('defined (made an import), 17 … 32 pages of 64 KiB; runs with 17 pages');
  expect(textOf(called)).toBe('env.now () -> i64 ← stub that returns zeros ▲ called 2 times');
});

test('a later step’s bytes come with their marks', async () => {
  const { session } = await mountPanel(SCENARIOS.demo());
  session.view.goToStep(12);
  await until(() => session.view.place.step === 12);
  // 264 is 0x108: from 241 (0xf1) both bytes of the value changed
  await until(() => (session.data.memory?.bytes(session.view.selection.address, 4)?.[1] ?? 0) === 1);
  expect([...(session.data.memory?.read(0x548, 4).changed ?? [])]).toEqual([1, 1, 0, 0]);
});

test('where there are several modules, each place says of which an instance is', async () => {
  const { session, all } = await mountPanel(SCENARIOS.modules());
  session.view.goToStep(5);
  session.view.jump(address(0x548));
  await until(() => textOf(all('.who')[0]).startsWith('written by #1'));
  // Step 5 is of the call 3, which call 1 of #0 encloses.
  expect(textOf(all('.who')[0])).toBe(
    'written by #1 (tree_sitter_json) in ts_lex+0x58 (i32.store) at step 5, call 3, value 1488',
  );
  expect(all('.call')[2]?.ariaLabel).toBe(
    'call 3, instance 1 of tree_sitter_json, ts_lex(70300, 12) returned 1, 12 bytes changed, in call 1',
  );
  expect(textOf(all('.call')[2])).not.toMatch(/NaN|null/);
  expect(all('g > title').slice(0, 3).map(textOf)).toEqual([
    '#0 (tree-sitter.wasm)',
    '#1 (tree_sitter_json)',
    '#2 (tree-sitter-javascript.wasm)',
  ]);
  await until(() => all('.owner').length === 5);
  expect(
    all('.owner')
      .map(owner => owner.ariaLabel)
      .slice(0, 3),
  ).toEqual(['#0 (tree-sitter.wasm)', '#1 (tree_sitter_json)', '#2 (tree-sitter-javascript.wasm)']);
  await until(() => !all('#byte-1352')[0]?.ariaLabel?.includes('loading'));
  expect(all('#byte-1352')[0]?.ariaLabel).toBe(
    '0x548: d0 hex, changed, written by #1 (tree_sitter_json), bss+0x38 of tree-sitter.wasm and stack of #1 (a guess)',
  );
  expect(textOf(all('wsm-module-facts')[0]?.shadowRoot?.querySelector('summary'))).toBe('3 modules · 3 instances');
  expect(all('.label').map(textOf)).toContain('tree_sitter_json');
  expect(all('.instances').map(textOf)).toEqual(['#0', '#1', '#2']);
});

test('an access in a call of another instance says whose it is', async () => {
  const { session, all } = await mountPanel(SCENARIOS.modules());
  session.view.goToCall(6);
  await settle();
  const [tree] = all('[role=tree]');
  if (!tree) throw new Error('no tree');
  press(tree, 'ArrowRight');
  await until(() => all('.access .site').length === 2);
  expect(all('.access').map(row => row.ariaLabel)).toEqual([
    'memory.grow by #0 (tree-sitter.wasm) in malloc+0xb1, 17 to 19 pages, step 7',
    'i32.store by #0 (tree-sitter.wasm) in malloc+0xc4 at 0x110000, 0 to 100000, step 8',
  ]);
  expect(all('.access .badge')).toHaveLength(0);
});

test('steps and calls of threads that overlap: each place has its call, and buttons lead to each', async () => {
  const { session, all } = await mountPanel(SCENARIOS.modules());
  const { view } = session;
  view.goToStep(0);
  const places: (number | null)[] = [];
  for (let at = 0; at < 9; at++) {
    view.goToNeighbour('next');
    await until(() => view.place.step === at + 1);
    places.push(view.place.call);
  }
  // Steps 7 and 8 are of call 6, though call 5 is under way, too; step 9 is the end of call 5.
  expect(places).toEqual([1, 2, 3, 4, 3, 1, 6, 6, 5]);
  view.setGranularity('calls');
  view.goToCall(0);
  const calls: (number | null)[] = [];
  for (let at = 0; at < 6; at++) {
    view.goToNeighbour('next');
    await settle();
    calls.push(view.place.call);
  }
  expect(calls).toEqual([1, 2, 3, 4, 5, 6]);
  for (const element of all('.call, .label, .unseen')) expect(textOf(element)).not.toMatch(/NaN|null|undefined/);
});

test('thousands of nested calls are listed, and the last one is gone to', async () => {
  const { session, all } = await mountPanel(SCENARIOS.manyNested());
  session.view.goToCall(5001);
  await until(() => all('#call-5001').length === 1);
  expect(all('#call-5001')[0]?.ariaLabel).toBe(
    'call 5001, instance 0 of tree-sitter.wasm, advance(), 0 bytes changed, in call 5000',
  );
});

test('memory is compared with a marked step: bytes, pages, the way to each difference, and back to no comparison', async () => {
  const { session, panel, all } = await mountPanel(SCENARIOS.owned());
  const { view, data } = session;
  const go = async (to: number) => {
    view.goToStep(to);
    await until(() => view.place.step === to);
  };
  await go(2);
  const event = press(panel, 'm', { altKey: true, code: 'KeyM' });
  expect([view.marked, event.defaultPrevented]).toEqual([2, true]);
  await settle();
  expect(textOf(all('wsm-comparison')[0]?.shadowRoot?.querySelector('p'))).toBe(
    'compared with step 2: it is shown. Go to another step',
  );
  // Steps 3 to 10 wrote one byte each from 0x5c0 on, 11 four at 0x5d0, 12 the lowest byte of the i32 at 0x548.
  await go(12);
  await until(() => data.overview.differingBytes !== null);
  await settle();
  const said = () => textOf(all('wsm-comparison')[0]?.shadowRoot?.querySelector('p'));
  expect(said()).toBe('compared with step 2: 13 bytes differ');
  await until(() => data.memory?.read(0x5c0, 8).values[0] === 0x10);
  expect([...(data.memory?.read(0x5bf, 10).changed ?? [])].join('')).toBe('0111111110');
  const ranges: unknown[] = [];
  view.jump(address(0x550));
  for (const shiftKey of [false, false, false, true, true]) {
    const { jumps } = view.selection;
    press(panel, 'F7', { shiftKey });
    await until(() => view.selection.jumps > jumps);
    ranges.push([view.selection.range.start, view.selection.range.length]);
  }
  expect(ranges).toEqual([
    [0x5c0, 8],
    [0x5d0, 4],
    [0x548, 1], // round at the end
    [0x5d0, 4], // and back
    [0x5c0, 8],
  ]);
  // Back before the marked step it is compared, too.
  await go(1);
  await until(() => data.overview.differingBytes !== null);
  await settle();
  expect(said()).toBe('compared with step 2: 13 bytes differ'); // step 2 wrote 13 characters
  expect(session.persisted.marked).toBe(2);
  press(panel, 'm', { altKey: true, code: 'KeyM' });
  await settle();
  expect([view.marked, all('wsm-comparison').length, session.persisted.marked]).toEqual([null, 0, undefined]);
});

test('the marked step comes back with the view; nothing differs there', async () => {
  const first = await mountPanel(SCENARIOS.owned());
  first.session.view.goToStep(4);
  await until(() => first.session.view.place.step === 4);
  first.session.view.toggleMark();
  first.session.view.goToStep(7);
  await until(() => first.session.view.place.step === 7);
  const { session, all } = await mountPanel(SCENARIOS.owned(), first.session.persisted);
  await until(() => session.view.place.step === 7);
  expect(session.view.marked).toBe(4);
  session.view.goToStep(4);
  await until(() => textOf(all('wsm-comparison')[0]?.shadowRoot?.querySelector('p')).includes('it is shown'));
});

test('where memory grew, the panel says who did it and that views made before are stale', async () => {
  const { session, all } = await mountPanel(SCENARIOS.modules());
  const { view } = session;
  view.goToStep(7);
  await until(() => all('.growth').length === 1);
  const text =
    'Memory grew from 17 to 19 pages, by #0 (tree-sitter.wasm) in malloc+0xb1. ' +
    'JavaScript views made before are stale: they are detached and have length 0.';
  expect(textOf(all('.growth')[0])).toBe(text);
  expect(textOf(all('main + .unseen')[0])).toContain(text);
  view.goToStep(8);
  await until(() => all('.growth').length === 0);
  // What nobody wrote in the new part has been zero since then; the call as a whole made memory grow.
  view.setGranularity('calls');
  view.goToCall(6);
  view.jump(address(17 * 65_536 + 64));
  const never = 'never written: zero since memory grew at step 7, by #0 (tree-sitter.wasm) in malloc+0xb1';
  await until(() => textOf(all('.who')[0]) === never);
  await until(() => all('.growth').length === 1);
  expect(textOf(all('.growth')[0])).toMatch(/^Memory grew in this call from 17 to 19 pages\. /);
  // To the step that made it.
  view.goToStep(8);
  await until(() => view.place.step === 8);
  await until(() => textOf(all('.who')[0]) === never);
  const [toGrowth] = all('.who button');
  if (toGrowth instanceof HTMLElement) toGrowth.click();
  await until(() => view.place.step === 7);
});
