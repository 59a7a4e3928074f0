// Panels that show one run: whether they are linked, and who is told where the user went.
import assert from 'node:assert/strict';
import { MemoryPanel } from '../../src/extension/panel.ts';
import { PanelLinks } from '../../src/extension/panelLinks.ts';
import type { PanelServices } from '../../src/extension/panelServices.ts';
import { address, step } from '../../src/protocol/units.ts';
import { FakeEngine, FakeMemento, FakeTrust, FakeWebview, fakeServices, until } from './fakes.ts';

describe('panels that show one run', () => {
  const opened: MemoryPanel[] = [];
  afterEach(() => {
    for (const panel of opened.splice(0)) panel.dispose();
  });

  /** A panel with a document that is there. */
  async function openPanel(services: PanelServices, content?: MemoryPanel['content']) {
    const panel = new MemoryPanel(services);
    opened.push(panel);
    const webview = new FakeWebview();
    panel.attach(webview);
    if (content) panel.show(content);
    await webview.script.request('ready', { persisted: undefined });
    /** Its user is there. */
    const shows = (at: number, leads: boolean) => webview.script.request('shows', { place: placeAt(panel, at), leads });
    const linked = () => (panel.state.kind === 'run' ? panel.state.linked : undefined);
    const link = (to: boolean) => webview.script.request('command', { name: 'link', linked: to });
    return { panel, webview, shows, linked, link };
  }
  const placeAt = ({ runId }: MemoryPanel, at: number) => {
    assert.ok(runId !== null);
    return { runId, step: step(at), call: 2, address: address(0x40), length: 4 };
  };
  const stepsOf = ({ followed }: FakeWebview) => followed.map(place => place.step);

  async function setUp(memento = new FakeMemento()) {
    const services = { ...fakeServices(new FakeEngine(), new FakeTrust(true)), links: new PanelLinks(memento) };
    const first = await openPanel(services);
    await first.panel.run(services.sources.bundled);
    const open = () => openPanel(services, first.panel.content);
    return { services, memento, first, open };
  }

  it('know whether there is another one, and are told when that changes', async () => {
    const { first, open } = await setUp();
    assert.equal(first.linked(), null);
    const told = () => first.webview.states.map(state => (state.kind === 'run' ? state.linked : state.kind));
    const second = await open();
    assert.deepEqual([first.linked(), second.linked()], [false, false]);
    await until('the button', () => told().at(-1) === false);
    await second.link(true);
    await until('the link', () => told().at(-1) === true);
    second.panel.show({ kind: 'empty' });
    await until('no other', () => told().at(-1) === null);
  });

  it('go where the user goes in one of them, and nobody goes where one went that follows', async () => {
    const { first, open } = await setUp();
    const [second, third] = [await open(), await open()];
    for (const each of [first, second, third]) await each.shows(0, false);
    await first.link(true);
    for (const { webview } of [second, third]) webview.followed.length = 0; // they came to where the first one is
    await first.shows(5, true);
    assert.deepEqual(
      [first, second, third].map(each => stepsOf(each.webview)),
      [[], [5], [5]],
    );
    assert.deepEqual(second.webview.followed, [placeAt(first.panel, 5)]);
    await second.shows(5, false);
    await third.shows(4, false); // it may not have that step yet
    assert.deepEqual(
      [first, second, third].map(each => stepsOf(each.webview)),
      [[], [5], [5]],
    );
    await third.shows(7, true);
    assert.deepEqual(
      [first, second, third].map(each => stepsOf(each.webview)),
      [[7], [5, 7], [5]],
    );
  });

  it('come together where they are linked, and go their own ways where they are not', async () => {
    const { first, open } = await setUp();
    const second = await open();
    await first.shows(3, true);
    await second.shows(9, true);
    assert.deepEqual(
      [first, second].map(each => stepsOf(each.webview)),
      [[], []],
    );
    await second.link(true);
    assert.deepEqual(
      [first, second].map(each => stepsOf(each.webview)),
      [[9], []],
      'to whoever linked them',
    );
    await second.link(false);
    await second.shows(2, true);
    assert.deepEqual(
      [first, second].map(each => stepsOf(each.webview)),
      [[9], []],
    );
  });

  it('a panel that comes, or comes back, goes to where the others are', async () => {
    const { first, open } = await setUp();
    const second = await open();
    await first.link(true);
    await first.shows(6, true);
    const third = await open();
    await third.shows(0, false);
    assert.deepEqual(stepsOf(third.webview), [6]);
    second.panel.webviewHidden();
    await first.shows(8, true);
    assert.deepEqual(stepsOf(second.webview), [6], 'a document that is gone is told nothing');
    await second.webview.script.request('ready', { persisted: undefined });
    await second.shows(6, false);
    assert.deepEqual(stepsOf(second.webview), [6, 8]);
  });

  it('of another run are left alone', async () => {
    const { services, first, open } = await setUp();
    const second = await open();
    const other = await openPanel(services);
    await other.panel.run(services.sources.bundled);
    await first.link(true);
    await other.shows(1, true);
    assert.equal(other.linked(), null);
    assert.deepEqual(
      [first, second, other].map(each => stepsOf(each.webview)),
      [[], [], []],
    );
    await second.panel.runAgain();
    assert.deepEqual([first.linked(), second.linked()], [null, null]);
  });

  it('are linked as they were in the window before', async () => {
    const { memento, first, open } = await setUp();
    await open();
    await first.link(true);
    const again = await setUp(memento);
    await again.open();
    assert.equal(again.first.linked(), true);
  });

  it('are told by checked messages only', async () => {
    const { first } = await setUp();
    const { webview } = first;
    const place = placeAt(first.panel, 1);
    await assert.rejects(webview.requestAnything('shows', { place }), /shows: params\.leads is not true or false/);
    await assert.rejects(
      webview.requestAnything('shows', { place: { ...place, call: 0 }, leads: true }),
      /shows: params\.place\.call is not a whole number of at least 1/,
    );
    await assert.rejects(
      webview.requestAnything('command', { name: 'link', linked: 'yes' }),
      /command: params\.linked is not true or false/,
    );
  });
});
