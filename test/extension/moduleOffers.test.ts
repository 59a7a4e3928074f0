// What can be done with a module that is no guest of the demo: which scripts are told to use it, and what the panel's buttons start.
import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { findUsers, usersAmong, webAssemblyScriptsAmong } from '../../src/extension/moduleUsers.ts';
import { MemoryPanel } from '../../src/extension/panel.ts';
import { FakeEngine, FakeTrust, FakeWebview, fakeServices, until } from './fakes.ts';
import { guest } from './fixtures.ts';

const at = (path: string) => vscode.Uri.file(`/folder/${path}`);

/** Paths and texts of scripts; names of users with what they name. */
const namesOf = (
  scripts: Readonly<Record<string, string>>,
  files: readonly string[],
  packageName: string | null = null,
) =>
  usersAmong(new Map(Object.entries(scripts).map(([path, text]) => [at(path), text])), files, packageName).map(
    ({ script, names }) => [script.path.slice('/folder/'.length), names],
  );

describe('the scripts that use a module', () => {
  it('name its file, alone or at the end of a path, and no other that ends so', () => {
    const scripts = {
      'a.mjs': "readFileSync('./build/sum.wasm')",
      'b.mjs': 'new URL("sum.wasm", import.meta.url)',
      'c.mjs': "readFileSync('my-sum.wasm')",
      'd.mjs': "readFileSync('sum.wasm.gz')",
      'e.mjs': "readFileSync('sumXwasm')",
    };
    assert.deepEqual(namesOf(scripts, ['sum.wasm']), [
      ['a.mjs', 'sum.wasm'],
      ['b.mjs', 'sum.wasm'],
      ['d.mjs', 'sum.wasm'],
    ]);
  });

  it('import its package, or a part of it', () => {
    const scripts = {
      'a.mjs': "import initSqlJs from 'sql.js';",
      'b.cjs': 'const init = require("sql.js/dist/sql-wasm.js");',
      'c.mjs': "import x from 'sql.json';",
      'd.mjs': "import x from 'sqlxjs';",
    };
    assert.deepEqual(namesOf(scripts, ['sql-wasm.wasm'], 'sql.js'), [
      ['a.mjs', 'sql.js'],
      ['b.cjs', 'sql.js'],
    ]);
  });

  it('are first those that name a script that names it', () => {
    const scripts = {
      'glue.js': "locate('sum.wasm')",
      'main.mjs': "import { sum } from './glue.js';",
      'other.mjs': 'console.log(1)',
    };
    assert.deepEqual(namesOf(scripts, ['sum.wasm']), [
      ['main.mjs', 'glue.js'],
      ['glue.js', 'sum.wasm'],
    ]);
  });

  it('are found in the workspace, by the name that its package.json gives', async () => {
    const [workspace] = vscode.workspace.workspaceFolders ?? [];
    const folder = join(workspace.uri.fsPath, 'used');
    const files = {
      'lib/package.json': '{ "name": "@sums/lib" }',
      'lib/out/sum.wasm': '',
      'main.ts': "import '@sums/lib';",
      'read.mjs': "readFileSync('lib/out/sum.wasm')",
      'none.mjs': '',
    };
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content);
    }
    try {
      const module = vscode.Uri.file(join(folder, 'lib', 'out', 'sum.wasm'));
      const users = await findUsers(module, new vscode.CancellationTokenSource().token);
      assert.deepEqual(
        users.map(({ script, names }) => [vscode.workspace.asRelativePath(script), names]),
        [
          ['used/main.ts', '@sums/lib'],
          ['used/read.mjs', 'sum.wasm'],
        ],
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('the scripts that are offered to be recorded', () => {
  it('use WebAssembly, or name one that does; first those that no other names', () => {
    const scripts = {
      'b.mjs': 'new WebAssembly.Module(bytes)',
      'a.mjs': "import initSqlJs from 'sql.js';",
      'main.mjs': "import { sum } from './build/glue.js';",
      'build/glue.js': 'WebAssembly.instantiate(bytes)',
      'none.mjs': 'console.log(1)',
    };
    const texts = new Map(Object.entries(scripts).map(([path, text]) => [at(path), text]));
    assert.deepEqual(
      webAssemblyScriptsAmong(texts).map(({ script, names }) => [script.path.slice('/folder/'.length), names]),
      [
        ['main.mjs', 'glue.js'],
        ['a.mjs', null],
        ['b.mjs', null],
        ['build/glue.js', null],
      ],
    );
  });
});

describe('a module that is no guest', () => {
  async function setUp() {
    const engine = new FakeEngine();
    const plain = fakeServices(engine, new FakeTrust(true));
    const asked: string[] = [];
    const services = {
      ...plain,
      choose: async (choice?: { readonly placeholder: string }) => {
        asked.push(choice?.placeholder ?? '');
        return plain.sources.file(guest('demo/wat.wasm'));
      },
    };
    const panel = new MemoryPanel(services);
    const webview = new FakeWebview();
    panel.attach(webview);
    await panel.run(services.sources.file(guest('misbehaving/no-demo-exports.wasm')));
    return { engine, panel, asked, act: (name: string) => webview.requestAnything('command', { name }) };
  }

  it('runs together with another one that the user chooses', async () => {
    const { engine, panel, asked, act } = await setUp();
    await act('addModule');
    await until('the run of both', () => {
      // It asks when they are made. Accepting does nothing before the list is there.
      void vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      return engine.requests.length === 2;
    });
    assert.deepEqual(
      engine.requests[1].files.map(({ name }) => name),
      ['no-demo-exports.wasm', 'wat.wasm'],
    );
    assert.deepEqual(asked, ['Choose the module that shares a memory with no-demo-exports.wasm']);
    panel.dispose();
  });

  it('is opened in the editor that shows what it is made of', async () => {
    const { panel, act } = await setUp();
    await act('openSections');
    const isOpen = (tab: vscode.Tab) =>
      tab.input instanceof vscode.TabInputCustom &&
      tab.input.viewType === 'wasmSharedMemory.module' &&
      tab.input.uri.path.endsWith('/no-demo-exports.wasm');
    const open = () => vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).filter(isOpen);
    await until('its editor', () => open().length === 1);
    await vscode.window.tabGroups.close(open());
    panel.dispose();
  });
});
