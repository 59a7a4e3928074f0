// What a webview asks of a recording: checked, handed on as it is, and answered.

import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { MemoryPanel } from '../../src/extension/panel.ts';
import { MOST_KEPT_ACCESSES } from '../../src/extension/runs.ts';
import { type HostRequests, RUN_REPLACED } from '../../src/protocol/panel.ts';
import { address, pageIndex, step } from '../../src/protocol/units.ts';
import { FakeEngine, FakeSaveDialog, FakeTrust, FakeWebview, fakeServices, until } from './fakes.ts';

const NUMBER = { kind: 'number', type: 'i32', value: '-1', littleEndian: true };
const RUN = 1; // the id of the first run
const AT = { runId: RUN, step: 7 };

/** A file system without room: files are written by half, or can't be moved. */
class FullFileSystem implements vscode.FileSystemProvider {
  readonly onDidChangeFile = new vscode.EventEmitter<vscode.FileChangeEvent[]>().event;

  constructor(
    private readonly files: Map<string, Uint8Array>,
    private readonly fails: 'writeFile' | 'rename',
  ) {}

  stat(uri: vscode.Uri): vscode.FileStat {
    if (uri.path === '/') return { type: vscode.FileType.Directory, ctime: 0, mtime: 0, size: 0 };
    return { type: vscode.FileType.File, ctime: 0, mtime: 0, size: this.readFile(uri).length };
  }

  readFile(uri: vscode.Uri): Uint8Array {
    const bytes = this.files.get(uri.path);
    if (!bytes) throw vscode.FileSystemError.FileNotFound(uri);
    return bytes;
  }

  writeFile(uri: vscode.Uri, content: Uint8Array): void {
    this.files.set(uri.path, content.subarray(0, 1));
    if (this.fails === 'writeFile') throw vscode.FileSystemError.Unavailable('the disk is full');
  }

  rename(): void {
    throw vscode.FileSystemError.Unavailable('the disk is full');
  }

  delete(uri: vscode.Uri): void {
    this.files.delete(uri.path);
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => {});
  }

  readDirectory(): [string, vscode.FileType][] {
    return [];
  }

  createDirectory(): void {}
}

/** Whether these files are all that is in the folder. */
const holds = (folder: string, names: readonly string[]): boolean =>
  readdirSync(folder).sort().join('/') === names.join('/');

describe('requests about a recording', () => {
  const panels: MemoryPanel[] = [];
  afterEach(() => {
    for (const panel of panels.splice(0)) panel.dispose();
  });

  async function setUp() {
    const engine = new FakeEngine();
    const dialog = new FakeSaveDialog();
    const services = fakeServices(engine, new FakeTrust(true), undefined, dialog);
    const panel = new MemoryPanel(services);
    panels.push(panel);
    const webview = new FakeWebview();
    panel.attach(webview);
    await panel.run(services.sources.bundled);
    const { recording } = engine.last;
    return { engine, dialog, services, panel, webview, recording };
  }

  const FILTER = { instance: 2, text: 'add', trapped: false, differs: true, rows: 'all' };
  const SPAN = { axis: 'time', from: 0.5, to: 9 };
  const FULL_FILTER = { ...FILTER, function: 'add_23', only: [3], search: '0x548', span: SPAN };
  const FOLDING = { unfolded: [1], apart: [2, 3] };
  const range = { ...AT, address: 0x548, length: 8 };
  const accepted: readonly [keyof HostRequests, object, unknown][] = [
    ['readPages', { step: 7, pages: [0, 1048575] }, []],
    ['readPages', { step: 7, pages: [2], since: 3 }, []],
    ['lastChange', { step: 7, address: 0xffffffff }, { kind: 'never' }],
    ['describeStep', { step: 7 }, { step: 7, memoryBytes: 65_536, access: null }],
    ['accesses', { call: 3, from: 0, count: 10_000 }, []],
    ['calls', { from: 0, count: 1000, filter: FILTER }, { total: 0, calls: [] }],
    ['callOfStep', { step: 7 }, { call: null, endedBefore: 0, ended: 0 }],
    ['callsBefore', { call: 3, filter: FILTER }, 0],
    ['calls', { from: 0, count: 1, filter: FULL_FILTER }, { total: 0, calls: [] }],
    ['traceRows', { from: 0, count: 1, filter: FULL_FILTER, folding: FOLDING }, { total: 0, rows: [] }],
    ['callGroups', { filter: FULL_FILTER, by: 'time', descending: true, count: 1000 }, { total: 0, groups: [] }],
    ['callSample', { columns: 10_000 }, []],
    ['traceRows', { from: 0, count: 1000, filter: FILTER }, { total: 0, rows: [] }],
    ['traceRowsBefore', { anchor: { kind: 'step', step: 9 }, filter: FILTER }, 0],
    ['overwrites', { step: 7, address: 0x548, length: 8, count: 100, direction: 'next' }, []],
    ['changedRanges', { step: 7, since: 3 }, { ranges: [], isCut: false }],
    [
      'matches',
      { step: 7, query: { kind: 'bytes', bytes: [1, null] }, from: 0, count: 5000 },
      { addresses: [], length: 1, next: null, done: 1 },
    ],
    ['writesTo', { step: 7, address: 0x548, length: 8, count: 200 }, []],
    ['writesTo', { step: 7, address: 0, length: 2 ** 32, count: 1 }, []],
    ['neighbourWrite', { step: 7, address: 9, direction: 'previous' }, null],
    ['overview', { step: 7, first: 4096, count: 10_000 }, []],
  ];
  for (const [name, params, answer] of accepted) {
    it(`${name} with ${JSON.stringify(params)} asks the recording, of what it knows`, async () => {
      const { webview, recording } = await setUp();
      assert.deepEqual(await webview.requestAnything(name, { runId: RUN, ...params, later: 1 }), answer);
      assert.deepEqual(recording.asked, [[name, params]]);
    });
  }

  it('that the user went to a store before the last is told the walkthrough, once the run has ended', async () => {
    const engine = new FakeEngine();
    const walked: string[] = [];
    const services = {
      ...fakeServices(engine, new FakeTrust(true)),
      walk: async (each: string) => void walked.push(each),
    };
    const panel = new MemoryPanel(services);
    const webview = new FakeWebview();
    panel.attach(webview);
    await panel.run(services.sources.bundled);
    const { last } = engine;
    last.snapshot = { ...last.snapshot, lastStep: step(16) };
    const describe = (at: number) => webview.script.request('describeStep', { runId: RUN, step: step(at) });
    await describe(7); // it goes on: the newest step is shown by itself
    last.become('completed');
    for (const at of [0, 16]) await describe(at);
    assert.deepEqual(walked, ['run']);
    await describe(7);
    assert.deepEqual(walked, ['run', 'store']);
    panel.dispose();
  });

  it('answers of more buffers than VS Code counts arrive whole', async () => {
    const { webview, recording } = await setUp();
    const pages = Array.from({ length: 512 }, (_, page) => page);
    recording.answers.readPages = params =>
      params.pages.map(page => ({ page, bytes: Uint8Array.of(page & 0xff, page >> 8), changed: [], owners: null }));
    const answer = await webview.script.request('readPages', {
      runId: RUN,
      step: step(7),
      pages: pages.map(pageIndex),
    });
    const buffers = new Set(answer.map(({ bytes }) => bytes?.buffer));
    assert.equal(buffers.size, 1);
    assert.deepEqual(
      answer.map(({ bytes }) => [...(bytes ?? [])]),
      pages.map(page => [page & 0xff, page >> 8]),
    );
  });

  const search = { ...AT, from: 0, direction: 'next' };
  const bytes = (list: unknown) => ({ ...search, query: { kind: 'bytes', bytes: list } });
  const refused: readonly [keyof HostRequests, unknown][] = [
    ['readPages', { ...AT, pages: [0], since: -1 }],
    ['readPages', { ...AT, pages: [0], since: null }],
    ['describeStep', { runId: RUN }],
    ['describeStep', { runId: RUN, step: 2 ** 53 }],
    ['accesses', { runId: RUN, call: 1, from: 0, count: 10_001 }],
    ['accesses', { runId: RUN, call: -1, from: 0, count: 1 }],
    ['accesses', { runId: RUN, call: 1, from: 0.5, count: 1 }],
    ['accesses', { runId: RUN, call: 1, from: 0 }],
    ['calls', { runId: RUN, from: 0, count: 1001, filter: FILTER }],
    ['calls', { runId: RUN, from: 0, count: 1 }],
    ['calls', { runId: RUN, from: 0, count: 1, filter: { ...FILTER, instance: -1 } }],
    ['calls', { runId: RUN, from: 0, count: 1, filter: { ...FILTER, text: 'x'.repeat(1001) } }],
    ['callOfStep', { runId: RUN, step: '7' }],
    ['callsBefore', { runId: RUN, call: 3, filter: { ...FILTER, trapped: 1 } }],
    ['calls', { runId: RUN, from: 0, count: 1, filter: { ...FILTER, span: { ...SPAN, axis: 'bytes' } } }],
    ['calls', { runId: RUN, from: 0, count: 1, filter: { ...FILTER, only: ['3'] } }],
    ['traceRows', { runId: RUN, from: 0, count: 1, filter: FILTER, folding: { unfolded: [1] } }],
    ['callGroups', { runId: RUN, filter: FILTER, by: 'size', descending: true, count: 1 }],
    ['traceRows', { runId: RUN, from: 0, count: 1, filter: { ...FILTER, rows: 'some' } }],
    ['traceRowsBefore', { runId: RUN, anchor: { kind: 'row', row: 1 }, filter: FILTER }],
    ['overwrites', { ...range, count: 1, direction: 'both' }],
    ['matches', { ...AT, query: { kind: 'bytes', bytes: [] }, from: 0, count: 1 }],
    [
      'standing',
      { runId: RUN, query: { kind: 'bytes', bytes: [1] }, phase: 'all', page: 0, upTo: 7, first: null, last: null },
    ],
    ['callSample', { runId: RUN, columns: 10_001 }],
    ['writesTo', { ...range, count: 10_001 }],
    ['writesTo', { ...range, length: 0, count: 1 }],
    ['writesTo', { ...range, address: 2 ** 32 - 7, count: 1 }], // one byte too far
    ['neighbourWrite', { ...AT, address: 0, direction: 'up' }],
    ['neighbourWrite', { ...AT, address: 0 }],
    ['overview', { ...AT, first: 1048576, count: 1 }],
    ['overview', { ...AT, first: 0, count: 10_001 }],
    ['search', search],
    ['search', bytes([])],
    ['search', bytes([256])],
    ['search', bytes(['0b'])],
    ['search', bytes(Array.from({ length: 4097 }, () => 0))],
    ['search', { ...search, query: { kind: 'regex', text: 'a' } }],
    ['search', { ...search, query: { kind: 'text', text: '', encoding: 'utf-8' } }],
    ['search', { ...search, query: { kind: 'text', text: 'a', encoding: 'latin1' } }],
    ['search', { ...search, query: { ...NUMBER, type: 'i128' } }],
    ['search', { ...search, query: { ...NUMBER, value: -1 } }],
    ['search', { ...search, query: { ...NUMBER, littleEndian: 'yes' } }],
    ['search', { ...search, query: NUMBER, direction: 'both' }],
    ['search', { ...search, query: NUMBER, from: -1 }],
    ['copyText', { text: 5 }],
    ['copyText', { text: '' }],
    ['copyText', { text: 'x'.repeat(16 * 2 ** 20 + 1) }],
    ['saveRange', { ...range, length: 2 ** 30 + 1 }],
    ['saveRange', { ...range, address: 2 ** 32 - 1 }],
    ['saveRange', null],
  ];
  for (const [name, params] of refused) {
    it(`${name} with ${JSON.stringify(params).slice(0, 110)} is refused`, async () => {
      const { webview, recording, dialog } = await setUp();
      await assert.rejects(webview.requestAnything(name, params), new RegExp(`^Error: ${name}: `));
      assert.deepEqual(recording.asked, []);
      assert.deepEqual(dialog.asked, []);
    });
  }

  it('that name another run are refused', async () => {
    const { webview, panel, recording } = await setUp();
    await panel.runAgain();
    for (const [name, params] of accepted) {
      await assert.rejects(webview.requestAnything(name, { runId: RUN, ...params }), /no longer shows that run/);
    }
    await assert.rejects(webview.requestAnything('search', { ...search, query: NUMBER }), /no longer shows/);
    await assert.rejects(webview.requestAnything('saveRange', range), /no longer shows/);
    assert.deepEqual(recording.asked, []);
  });

  it('whose run another takes the place of meanwhile fail for that alone, whatever their recording says', async () => {
    const { webview, panel, recording } = await setUp();
    const answering = Promise.withResolvers<void>();
    recording.answering = answering.promise;
    recording.answers.lastChange = () => {
      throw new Error('The recording was let go of.');
    };
    const answer = webview.script.request('lastChange', { runId: RUN, step: step(7), address: address(0) });
    const failed = assert.rejects(answer, { message: RUN_REPLACED });
    await until('the question', () => recording.asked.length === 1);
    await panel.runAgain();
    answering.resolve();
    await failed;
  });

  it('write hands on bytes of a run that goes on, and rejects what is no byte, no address, or too much', async () => {
    const { webview, engine } = await setUp();
    const { last } = engine;
    last.goesOn = true;
    last.snapshot = { ...last.snapshot, lastStep: step(9) };
    const write = (bytes: readonly unknown[], at: unknown = 0x548) =>
      webview.requestAnything('write', { runId: RUN, address: at, bytes });
    assert.deepEqual(await write([0, 255]), { lastStep: 9 });
    for (const [bytes, at, message] of [
      [[], 0, /^write: params.bytes is not a list of 1 to 1048576 entries$/],
      [[256], 0, /^write: params.bytes\[0\] is not a whole number from 0 to 255$/],
      [new Array(2 ** 20 + 1).fill(0), 0, /^write: params.bytes is not a list of 1 to 1048576 entries$/],
      [[1], 2 ** 32, /^write: params.address is not/],
    ] as const)
      await assert.rejects(write(bytes, at), { message });
    assert.deepEqual(last.written, [[0x548, [0, 255]]]);
  });

  it('write and clipboardText: an opened recording is read-only; what is pasted is what was copied', async () => {
    const { webview, panel, services } = await setUp();
    panel.show({ kind: 'run', shown: await services.runs.open(services.sources.bundled, Uint8Array.of(1)) });
    const opened = { runId: panel.runId, address: 0, bytes: [1] };
    await assert.rejects(webview.requestAnything('write', opened), /read-only: nothing goes on from its end/);
    await vscode.env.clipboard.writeText('ca fe');
    assert.deepEqual(await webview.requestAnything('clipboardText', null), { text: 'ca fe' });
  });

  it('copyText copies', async () => {
    const { webview } = await setUp();
    assert.equal(await webview.requestAnything('copyText', { text: '0b 00 ff ✓' }), null);
    assert.equal(await vscode.env.clipboard.readText(), '0b 00 ff ✓');
  });

  describe('search', () => {
    for (const query of [
      NUMBER,
      { kind: 'bytes', bytes: [0x0b, null, 255] },
      { kind: 'text', text: 'añ', encoding: 'utf-16le' },
    ]) {
      it(`hands on ${JSON.stringify(query)}, tells how far it is, and answers the match`, async () => {
        const { webview, recording } = await setUp();
        await webview.script.request('ready', { persisted: undefined });
        const searching = webview.requestAnything('search', { ...search, query });
        await until('the search', () => recording.lastSearch !== undefined);
        assert.deepEqual(recording.asked, [['search', { step: 7, from: 0, direction: 'next', query }]]);
        recording.lastSearch?.progress(0.25);
        recording.lastSearch?.progress(0.26); // while the webview has not answered yet
        await until('the progress', () => webview.progress.length === 1);
        await until('the next', () => {
          recording.lastSearch?.progress(0.5);
          return webview.progress.length === 2;
        });
        assert.deepEqual(webview.progress, [0.25, 0.5]);
        recording.found({ address: address(0x548), length: 4 });
        assert.deepEqual(await searching, { address: 0x548, length: 4 });
        const ended = recording.lastSearch;
        void webview.requestAnything('search', { ...search, query });
        await until('another search', () => recording.lastSearch !== ended);
        ended?.progress(0.75);
        await until('what is told of it', () => {
          recording.lastSearch?.progress(0.8);
          return webview.progress.length === 3;
        });
        assert.deepEqual(webview.progress, [0.25, 0.5, 0.8], 'nothing is told of a search that has ended');
      });
    }

    it('of nothing that is there answers null', async () => {
      const { webview, recording } = await setUp();
      const searching = webview.requestAnything('search', { ...search, query: NUMBER });
      await until('the search', () => recording.lastSearch !== undefined);
      recording.found(null);
      assert.equal(await searching, null);
    });

    const endings: readonly [string, (parts: Awaited<ReturnType<typeof setUp>>) => unknown][] = [
      ['the user', ({ webview }) => webview.requestAnything('cancelSearch', null)],
      ['another run', ({ panel }) => panel.runAgain()],
      ['hiding the panel', ({ panel }) => panel.webviewHidden()],
      ['closing the panel', ({ panel }) => panel.dispose()],
      ['the next search', ({ webview }) => void webview.requestAnything('search', { ...search, query: NUMBER })],
    ];
    for (const [what, end] of endings) {
      it(`is ended by ${what}`, async () => {
        const parts = await setUp();
        const { webview, recording } = parts;
        const searching = webview.requestAnything('search', { ...search, query: NUMBER });
        const ended = searching.then(
          () => 'found',
          (error: unknown) => String(error),
        );
        await until('the search', () => recording.lastSearch !== undefined);
        const { lastSearch } = recording;
        assert.equal(lastSearch?.signal.aborted, false);
        await end(parts);
        await until('its signal', () => lastSearch?.signal.aborted === true);
        if (what === 'closing the panel') return; // there is nobody to answer
        if (what !== 'the next search') recording.found({ address: address(1), length: 4 });
        else await until('the next search', () => recording.lastSearch !== lastSearch);
        if (what !== 'the next search') assert.match(await ended, /The search was ended\./);
        else assert.equal(recording.lastSearch?.signal.aborted, false);
      });
    }
  });

  describe('saving', () => {
    let folder = '';
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'saving-'));
    });
    afterEach(() => rm(folder, { recursive: true }));
    const target = (name: string) => vscode.Uri.file(join(folder, name));

    it('a range writes its bytes, under a name that says what they are', async () => {
      const { webview, recording, dialog } = await setUp();
      dialog.chosen = target('range.bin');
      assert.equal(await webview.requestAnything('saveRange', range), null);
      assert.deepEqual(recording.asked, [['bytes', { step: 7, address: 0x548, length: 8 }]]);
      await until('the file', () => holds(folder, ['range.bin']));
      assert.deepEqual([...(await readFile(join(folder, 'range.bin')))], [1, 2, 3]); // what the recording answered
      assert.equal(dialog.asked[0]?.fileName, 'guest-step7-0x548.bin');
    });

    it('a range as Intel HEX is a text that says its addresses; of too large a one it says why not', async () => {
      const { webview, recording, dialog } = await setUp();
      dialog.chosen = target('range.hex');
      assert.equal(await webview.requestAnything('saveRange', { ...range, format: 'ihex' }), null);
      await until('the file', () => holds(folder, ['range.hex']));
      // 03 + 05 + 48 + 01 + 02 + 03 = 56, and 100 − 56 = AA
      assert.equal(await readFile(join(folder, 'range.hex'), 'latin1'), ':03054800010203AA\n:00000001FF\n');
      assert.equal(dialog.asked[0]?.fileName, 'guest-step7-0x548.hex');
      const large = { ...range, length: 2 ** 24 + 1, format: 'ihex' };
      await assert.rejects(webview.requestAnything('saveRange', large), /More than 16 MiB are selected/);
      await assert.rejects(webview.requestAnything('saveRange', { ...range, format: 'srec' }), /one of ihex/);
      assert.equal(recording.asked.length, 1);
    });

    it('a range that the recording refuses asks for no file', async () => {
      const { webview, recording, dialog } = await setUp();
      recording.answers.bytes = () => {
        throw new RangeError('There is no step 7.');
      };
      await assert.rejects(webview.requestAnything('saveRange', range), /There is no step 7/);
      assert.deepEqual(dialog.asked, []);
    });

    it('the recording replaces a file as a whole, and keeps the run until the user has chosen', async () => {
      const { engine, panel, dialog, services } = await setUp();
      const first = engine.last;
      first.snapshot = { ...first.snapshot, lastStep: step(MOST_KEPT_ACCESSES + 1) }; // too large to stay open otherwise
      first.become('completed');
      writeFileSync(join(folder, 'a.wsmrec'), 'what was there before');
      dialog.chosen = target('a.wsmrec');
      const answer = Promise.withResolvers<void>();
      dialog.answered = answer.promise;
      const exporting = panel.exportRecording();
      await panel.run(services.sources.bundled);
      assert.equal(first.disposed, false, 'it is being exported');
      answer.resolve();
      await exporting;
      assert.equal(first.disposed, true);
      assert.deepEqual(await readdir(folder), ['a.wsmrec'], 'and nothing else');
      assert.deepEqual([...(await readFile(join(folder, 'a.wsmrec')))], [7, 8, 9]);
      assert.equal(dialog.asked[0]?.fileName, 'guest.wsmrec');
    });

    it('nothing where the user leaves the dialog', async () => {
      const { engine, panel, recording } = await setUp();
      engine.last.become('completed');
      await panel.exportRecording();
      assert.ok(!recording.asked.some(([name]) => name === 'exportFile'));
    });

    it('to a place that can’t be replaced leaves it as it was', async () => {
      const { engine, panel, dialog } = await setUp();
      engine.last.become('completed');
      mkdirSync(join(folder, 'folder.wsmrec'));
      writeFileSync(join(folder, 'folder.wsmrec', 'inside'), '');
      dialog.chosen = target('folder.wsmrec');
      await assert.rejects(panel.exportRecording(), /^Error: .*folder\.wsmrec can't be written: .*\.$/);
      assert.ok(holds(folder, ['folder.wsmrec']) && holds(join(folder, 'folder.wsmrec'), ['inside']));
    });

    for (const fails of ['writeFile', 'rename'] as const) {
      it(`to a place where ${fails} fails leaves what was there, and nothing else`, async () => {
        const { engine, panel, dialog } = await setUp();
        engine.last.become('completed');
        const files = new Map([['/a.wsmrec', Uint8Array.of(1)]]);
        const provider = vscode.workspace.registerFileSystemProvider('full', new FullFileSystem(files, fails));
        dialog.chosen = vscode.Uri.parse('full:/a.wsmrec');
        try {
          await assert.rejects(panel.exportRecording(), /^Error: .*a\.wsmrec can't be written: the disk is full\.$/);
        } finally {
          provider.dispose();
        }
        assert.deepEqual([...files], [['/a.wsmrec', Uint8Array.of(1)]]);
      });
    }

    for (const status of ['running', 'rejected', 'looked-at'] as const) {
      it(`a run that is ${status} is refused in one sentence`, async () => {
        const { engine, panel, dialog } = await setUp();
        engine.last.become(status);
        await assert.rejects(panel.exportRecording(), /^Error: there is no recording yet\. Run something/);
        assert.deepEqual(dialog.asked, []);
      });
    }

    it('is started by the panel’s button', async () => {
      const { engine, webview, dialog } = await setUp();
      engine.last.become('trapped');
      dialog.chosen = target('b.wsmrec');
      assert.equal(await webview.requestAnything('command', { name: 'exportRecording' }), null);
      await until('the file', () => holds(folder, ['b.wsmrec']));
    });
  });
});
