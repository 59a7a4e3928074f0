// What users keep for their modules: in the workspace's state, for all panels that show a run of the module.
import * as assert from 'node:assert/strict';
import { MemoryPanel } from '../../src/extension/panel.ts';
import { PlaceStore } from '../../src/extension/placeStore.ts';
import { type KeptPlaces, NO_PLACES } from '../../src/protocol/keptPlaces.ts';
import type { ModuleSummary } from '../../src/protocol/run.ts';
import { address } from '../../src/protocol/units.ts';
import { FakeEngine, FakeMemento, FakeTrust, FakeWebview, fakeServices, until } from './fakes.ts';

const WATCH = { address: address(0x548), type: 'i32', name: 'value' } as const;

const moduleOf = (sha256: string): ModuleSummary => ({
  name: 'guest.wasm',
  sha256,
  size: 1,
  memory: { kind: 'imported', minimum: 1, maximum: null, shared: false, pages: 1 },
  instanceState: 'separate',
  imports: [],
  exports: [],
});

describe('what is kept for a module', () => {
  const panels: MemoryPanel[] = [];
  afterEach(() => {
    for (const panel of panels.splice(0)) panel.dispose();
  });

  /** A panel that shows a run of a module. */
  async function setUp(sha256: string | null, places: PlaceStore) {
    const engine = new FakeEngine();
    const services = { ...fakeServices(engine, new FakeTrust(true)), places };
    const panel = new MemoryPanel(services);
    panels.push(panel);
    const webview = new FakeWebview();
    panel.attach(webview);
    await panel.run(services.sources.bundled);
    const { last } = engine;
    last.snapshot = { ...last.snapshot, modules: sha256 === null ? [] : [moduleOf(sha256)] };
    last.become('completed');
    const state = await webview.script.request('ready', { persisted: null });
    assert.ok(state.kind === 'run');
    const edit = (params: unknown) => webview.requestAnything('editPlaces', { runId: state.runId, edit: params });
    const kept = (): KeptPlaces => {
      const shown = panel.state;
      return shown.kind === 'run' ? shown.places : NO_PLACES;
    };
    return { panel, webview, edit, kept };
  }

  it('is there in each panel of a run of it, at once and later, and in no other', async () => {
    const memento = new FakeMemento();
    const places = new PlaceStore(memento);
    const one = await setUp('aa', places);
    const other = await setUp('aa', places);
    const stranger = await setUp('bb', places);
    await one.edit({ kind: 'watch', id: null, place: WATCH });
    assert.deepEqual(one.kept().watches, [{ id: 1, ...WATCH }]);
    assert.deepEqual(other.kept(), one.kept());
    assert.deepEqual(stranger.kept(), NO_PLACES);
    await until('the other panel is told', () => {
      const state = other.webview.states.at(-1);
      return state?.kind === 'run' && state.places.watches.length === 1;
    });
    // Another session of VS Code has the workspace's state.
    const later = await setUp('aa', new PlaceStore(memento));
    assert.deepEqual(later.kept(), one.kept());
    await one.edit({ kind: 'remove', id: 1 });
    assert.equal(memento.get('places aa'), undefined); // nothing is left behind
  });

  it('that is not understood is nothing', async () => {
    const memento = new FakeMemento();
    await memento.update('places aa', { watches: [{ id: 1, ...WATCH, type: 'i33' }], bookmarks: [] });
    const { kept } = await setUp('aa', new PlaceStore(memento));
    assert.deepEqual(kept(), NO_PLACES);
  });

  it('is refused where it is none, where its run is not shown, and where the module is not known', async () => {
    const known = await setUp('aa', new PlaceStore(new FakeMemento()));
    await assert.rejects(known.edit({ kind: 'watch', id: null, place: { ...WATCH, address: 2 ** 32 } }), /editPlaces/);
    await assert.rejects(
      known.webview.requestAnything('editPlaces', { runId: 10_000, edit: { kind: 'remove', id: 1 } }),
      /no longer shows that run/,
    );
    const unknown = await setUp(null, new PlaceStore(new FakeMemento()));
    await assert.rejects(unknown.edit({ kind: 'watch', id: null, place: WATCH }), /module of the run is not known/);
  });

  it('a command asks the webview, as soon as there is one that shows the run', async () => {
    const { panel, webview } = await setUp('aa', new PlaceStore(new FakeMemento()));
    panel.keepPlace({ kind: 'watch', address: address(0x10), call: null });
    await until('the webview is asked', () => webview.toKeep.length === 1);
    panel.webviewHidden();
    panel.keepPlace({ kind: 'bookmark', address: null, call: 7 });
    assert.equal(webview.toKeep.length, 1);
    await webview.script.request('ready', { persisted: null });
    await until('the new document is asked', () => webview.toKeep.length === 2);
    assert.deepEqual(webview.toKeep, [
      { kind: 'watch', address: 0x10, call: null },
      { kind: 'bookmark', address: null, call: 7 },
    ]);
  });

  it('a panel that shows no run has nothing to keep', () => {
    const panel = new MemoryPanel(fakeServices(new FakeEngine(), new FakeTrust(true)));
    panels.push(panel);
    assert.throws(() => panel.keepPlace({ kind: 'watch', address: null, call: null }), /Run something first/);
  });
});
