// Files that are dropped on a panel: what becomes of them, and what is refused.
import assert from 'node:assert/strict';
import { MemoryPanel } from '../../src/extension/panel.ts';
import { FakeEngine, FakeTrust, FakeWebview, fakeServices, until } from './fakes.ts';
import { guest } from './fixtures.ts';

describe('files that are dropped on a panel', () => {
  const panels: MemoryPanel[] = [];
  afterEach(() => {
    for (const panel of panels.splice(0)) panel.dispose();
  });

  function setUp(trusted = true) {
    const engine = new FakeEngine();
    const recordings: string[] = [];
    const services = {
      ...fakeServices(engine, new FakeTrust(trusted)),
      openRecording: async (uri?: { path: string }) => void recordings.push(uri?.path ?? ''),
    };
    const panel = new MemoryPanel(services);
    panels.push(panel);
    const webview = new FakeWebview();
    panel.attach(webview);
    const drop = (...uris: string[]) => webview.requestAnything('openDropped', { uris });
    return { panel, engine, recordings, webview, drop };
  }

  it('a module runs in the panel; without trust it is only looked at', async () => {
    const { engine, panel, drop } = setUp();
    await drop(guest('demo/c.wasm').toString());
    await until('a run', () => engine.requests.length === 1);
    await until('its content', () => panel.content.kind === 'run');
    assert.equal(panel.state.kind === 'run' && panel.state.source.label, 'c.wasm');
    const wary = setUp(false);
    await wary.drop(guest('demo/c.wasm').toString());
    await until('a look', () => wary.engine.lookedAt === 1);
    assert.equal(wary.engine.requests.length, 0);
  });

  it('a recording opens in an editor of its own', async () => {
    const { engine, recordings, drop } = setUp();
    await drop('file:///w/a%20b.wsmrec');
    await until('the editor', () => recordings.length === 1);
    await drop('file:///w/OLD.WSMREC'); // as some systems write it
    await until('another one', () => recordings.length === 2);
    assert.deepEqual(recordings, ['/w/a b.wsmrec', '/w/OLD.WSMREC']);
    assert.equal(engine.runs.length, 0);
  });

  it('a module that is gone is told in the panel; another file is not read', async () => {
    const { engine, panel, drop } = setUp();
    await drop(guest('demo/gone.wasm').toString());
    await until('the problem', () => panel.content.kind === 'failed');
    assert.match(panel.state.kind === 'failed' ? panel.state.problem.message : '', /gone\.wasm does not exist/);
    await drop('file:///etc/passwd');
    assert.equal(engine.runs.length, 0);
  });

  it('what is no list of URIs is refused', async () => {
    const { webview, drop } = setUp();
    await assert.rejects(drop(), /openDropped: params\.uris/);
    await assert.rejects(webview.requestAnything('openDropped', { uris: [7] }), /openDropped: params\.uris\[0\]/);
  });
});
