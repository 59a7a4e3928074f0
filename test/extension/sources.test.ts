// Where the bytes come from: the workspace's files, files of other file systems, and what is said of those that can't be read.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { SourceError, Sources } from '../../src/extension/sources.ts';
import { extension, noRecordings } from './fakes.ts';
import { activate, guest, runToEnd } from './fixtures.ts';

/** Sizes that files claim to have, in bytes. */
const HUGE: Readonly<Record<string, number>> = { '/huge.wasm': 1.5 * 2 ** 30, '/huge.wsmrec': 2.5 * 2 ** 30 };

/** A file system with one file, as a virtual workspace has: `memory:/folder/guest.wasm`; `memory:/secret.wasm` is locked. */
class MemoryFileSystem implements vscode.FileSystemProvider {
  readonly onDidChangeFile = new vscode.EventEmitter<vscode.FileChangeEvent[]>().event;

  constructor(private readonly bytes: Uint8Array) {}

  stat(uri: vscode.Uri): vscode.FileStat {
    if (uri.path === '/secret.wasm') throw vscode.FileSystemError.NoPermissions(uri);
    if (uri.path === '/broken.wasm') throw vscode.FileSystemError.Unavailable('the server is down');
    const size = HUGE[uri.path] ?? this.bytes.length;
    return { type: vscode.FileType.File, ctime: 0, mtime: 0, size };
  }

  readFile(uri: vscode.Uri): Uint8Array {
    if (uri.path !== '/folder/guest.wasm') throw vscode.FileSystemError.FileNotFound(uri);
    return this.bytes;
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => {});
  }

  readDirectory(): [string, vscode.FileType][] {
    return [];
  }

  createDirectory(): void {
    throw vscode.FileSystemError.NoPermissions();
  }

  writeFile(): void {
    throw vscode.FileSystemError.NoPermissions();
  }

  delete(): void {
    throw vscode.FileSystemError.NoPermissions();
  }

  rename(): void {
    throw vscode.FileSystemError.NoPermissions();
  }
}

describe('sources', () => {
  const sources = new Sources(extension().extensionUri, noRecordings);
  let provider: vscode.Disposable | undefined;
  before(async () => {
    const bytes = await vscode.workspace.fs.readFile(guest('demo/wat.wasm'));
    provider = vscode.workspace.registerFileSystemProvider('memory', new MemoryFileSystem(bytes));
  });
  after(() => provider?.dispose());

  it('of a virtual file system run like any other', async () => {
    const { view } = await activate();
    const run = await runToEnd(view.panel, sources.file(vscode.Uri.parse('memory:/folder/guest.wasm')));
    assert.equal(run.verdict?.actual, 356);
  });

  for (const [uri, message] of [
    ['memory:/secret.wasm', /secret\.wasm can't be read: permission was denied\.$/],
    ['memory:/broken.wasm', /broken\.wasm can't be read: .*server is down/],
    ['memory:/huge.wasm', /^huge\.wasm has 1\.50 GiB, but a module has 1 GiB at most\.$/],
    ['memory:/huge.wsmrec', /^huge\.wsmrec has 2\.50 GiB, but a recording has 2 GiB at most\.$/],
    ['memory:/other.wasm', /other\.wasm does not exist/],
    ['nowhere:/a.wasm', /a\.wasm can't be read: /],
  ] as const) {
    it(`say why ${uri} can't be read`, async () => {
      await assert.rejects(sources.read(sources.file(vscode.Uri.parse(uri))), (error: unknown) => {
        assert.ok(error instanceof SourceError);
        assert.equal(error.problem.kind, 'unreadable-file');
        assert.match(error.problem.message, message);
        assert.match(error.problem.remedy, /\.$/);
        return true;
      });
    });
  }

  it('are found again by their identity', () => {
    const file = sources.file(vscode.Uri.parse('memory:/folder/a%20b.wasm'));
    assert.equal(sources.fromIdentity(file.view.uri)?.uri.toString(), file.uri.toString());
    for (const bundled of [sources.bundled, sources.luck])
      assert.equal(sources.fromIdentity(bundled.view.uri), bundled);
    assert.equal(sources.fromIdentity('no identity'), undefined);
  });

  it('several over one memory are found again by their identity, with when they are made', () => {
    const files = ['a%20b.wasm', 'deep/c.wasm'].map(name => sources.file(vscode.Uri.parse(`memory:/folder/${name}`)));
    for (const areLate of [false, true]) {
      const { view } = sources.together([files[0], sources.bundled, files[1]], areLate);
      const again = sources.fromIdentity(view.uri);
      assert.equal(again?.uri.toString(), files[0].uri.toString());
      assert.equal(again.view.label, 'a b.wasm + Bundled guest + c.wasm');
      assert.equal(again.others?.areLate, areLate);
      assert.deepEqual(
        again.others.sources.map(({ uri }) => uri.toString()),
        [sources.bundled.uri.toString(), files[1].uri.toString()],
      );
    }
  });

  it('are recordings where the name says so', () => {
    const kinds = ['a.wsmrec', 'a.wasm', 'wsmrec', 'a.wsmrec.wasm'].map(
      name => sources.file(vscode.Uri.parse(`memory:/${name}`)).kind,
    );
    assert.deepEqual(kinds, ['recording', 'file', 'file', 'file']);
  });

  it('are the workspace’s .wasm files, but not those of node_modules', async () => {
    const root = vscode.workspace.workspaceFolders?.[0]?.uri;
    assert.ok(root, 'the tests run in a workspace');
    const folder = vscode.Uri.joinPath(root, 'sources-test');
    const write = (path: string) => vscode.workspace.fs.writeFile(vscode.Uri.joinPath(folder, path), Uint8Array.of(0));
    await Promise.all(['b.wasm', 'a.wasm', 'deep/c.wasm', 'deep/d.txt', 'node_modules/e.wasm'].map(write));
    try {
      const found = await sources.findFiles(new vscode.CancellationTokenSource().token);
      const ours = found.filter(({ view }) => view.folder.startsWith('sources-test'));
      assert.deepEqual(
        ours.map(({ view }) => [view.folder, view.label]),
        [
          ['sources-test', 'a.wasm'],
          ['sources-test', 'b.wasm'],
          ['sources-test/deep', 'c.wasm'],
        ],
      );
    } finally {
      await vscode.workspace.fs.delete(folder, { recursive: true });
    }
  });
});
