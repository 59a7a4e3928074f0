// A VS Code server without a desktop: the one inside the npm package code-server, started without code-server's wrapper.
import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { mustRun, NODE, TEST_DATA } from './project.ts';

const VERSION = '4.139.1'; // of code-server: VS Code 1.139
const INSTALLED = join(TEST_DATA, `server-${VERSION}`);
const inServer = (folder: string, ...path: string[]) =>
  join(folder, 'node_modules', 'code-server', 'lib', 'vscode', ...path);

/** Installs the server beside the tests' other data; once, for all later runs. */
export async function installServer(): Promise<void> {
  if (existsSync(INSTALLED)) return;
  console.error(`installing the VS Code server (code-server ${VERSION}) …`);
  // Installed aside and renamed at the end: an interrupted installation is never taken for a whole one.
  const folder = `${INSTALLED}.partial`;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  // No install scripts: they compile native modules, and neither a compiler nor Node's headers need be here.
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const what = 'install the VS Code server';
  await mustRun(what, 'npm', ['install', ...quiet, `code-server@${VERSION}`], { cwd: folder });
  // Not `npm ci`: the server's shrinkwrap does not list all that its package.json asks for.
  await mustRun(what, 'npm', ['install', '--omit=dev', ...quiet], { cwd: inServer(folder) });
  prune(folder);
  replaceNativeModules(folder);
  renameSync(folder, INSTALLED);
}

/** What looks as it does for users. */
const THEMES = ['theme-defaults', 'theme-modern-icons', 'theme-seti'];

/** An extension that has a part for browsers is known to the page itself, which would complain if it were not there. */
const isNeeded = (extension: string): boolean => {
  const manifest = join(extension, 'package.json');
  return existsSync(manifest) && /"browser":/.test(readFileSync(manifest, 'utf8'));
};

/** Removes what no test uses: half of its 800 MB, and most languages, whose extensions make a window slow to start. */
function prune(folder: string): void {
  const all = readdirSync(inServer(folder, 'extensions'), { withFileTypes: true }).filter(each => each.isDirectory());
  const extensions = all
    .map(({ name }) => name)
    .filter(name => !THEMES.includes(name) && !isNeeded(inServer(folder, 'extensions', name)));
  const unused = [
    ...extensions.map(name => ['extensions', name]),
    ['node_modules', '@github'],
    ['node_modules', '@microsoft', 'mxc-sdk'],
    ['node_modules', 'node-pty', 'third_party'],
  ];
  for (const path of unused) rmSync(inServer(folder, ...path), { recursive: true, force: true });
  const search = inServer(folder, 'node_modules', '@vscode', 'ripgrep-universal', 'bin');
  for (const name of readdirSync(search)) {
    if (!name.startsWith(`${process.platform}-${process.arch}`)) rmSync(join(search, name), { recursive: true });
  }
}

/** Without these two the server runs, but complains on standard error: nobody reads its log files, nobody needs its watchdog. */
function replaceNativeModules(folder: string): void {
  const methods = 'setLevel setPattern clearFormatters trace debug info warn error critical flush drop';
  const log = `
    const nothing = () => {};
    const logger = Object.fromEntries('${methods}'.split(' ').map(name => [name, nothing]));
    const create = async () => logger;
    module.exports = { setFlushOn: nothing, createRotatingLogger: create, createAsyncRotatingLogger: create };`;
  const modules = inServer(folder, 'node_modules', '@vscode');
  writeFileSync(join(modules, 'spdlog', 'index.js'), log);
  writeFileSync(join(modules, 'native-watchdog', 'index.js'), 'exports.start = () => {};\n');
}

export interface ServerOptions {
  /** Whether the workbench asks for trust in a folder; it trusts all where nothing is said. */
  readonly workspaceTrust?: boolean;
  /** User settings beside those that keep the workbench quiet. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** A packaged extension to install before the server starts. */
  readonly vsix?: string;
}

/** A running server. It never outlives this process. */
export interface Server {
  /** `127.0.0.1:port` */
  readonly authority: string;
  /** Standard output and error until now. */
  readonly log: () => string;
  /** Resolves when the server ended by itself. */
  readonly ended: Promise<void>;
  /** Ends the server with all its children, and removes its data. */
  dispose(): void;
}

const SETTINGS = {
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.tips.enabled': false,
  'chat.disableAIFeatures': true,
  'extensions.ignoreRecommendations': true,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'git.enabled': false,
};

const PROGRAM = inServer(INSTALLED, 'out', 'server-main.js');

/** Starts a server on 127.0.0.1 and a free port, with data folders of its own. Rejects where it does not start. */
export async function startServer(options: ServerOptions = {}): Promise<Server> {
  const data = mkdtempSync(join(tmpdir(), 'vscode-server-'));
  let child: ChildProcess | undefined;
  const dispose = () => {
    process.off('exit', dispose);
    if (child) killGroup(child);
    rmSync(data, { recursive: true, force: true, maxRetries: 5 });
  };
  process.once('exit', dispose);
  try {
    const folders = await prepareData(data, options);
    const flags = ['--host=127.0.0.1', '--port=0', '--without-connection-token', '--accept-server-license-terms'];
    flags.push('--disable-telemetry', '--disable-experiments');
    if (!options.workspaceTrust) flags.push('--disable-workspace-trust');
    // A process group of its own: its children (extension hosts, file watchers) end with it.
    const server = spawn(NODE, [PROGRAM, ...folders, ...flags], { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    child = server;
    const ended = new Promise<void>(resolve => server.once('exit', () => resolve()));
    const { port, log } = await listening(server);
    return { authority: `127.0.0.1:${port}`, log, ended, dispose };
  } catch (error) {
    dispose();
    throw error;
  }
}

/** Writes the settings, installs the extension, and returns the flags that name the folders of `data`. */
async function prepareData(data: string, options: ServerOptions): Promise<string[]> {
  const user = join(data, 'user');
  mkdirSync(join(user, 'User'), { recursive: true });
  writeFileSync(join(user, 'User', 'settings.json'), JSON.stringify({ ...SETTINGS, ...options.settings }));
  const extensions = join(data, 'extensions');
  const folders = [`--server-data-dir=${data}`, `--user-data-dir=${user}`, `--extensions-dir=${extensions}`];
  if (options.vsix) {
    const install = [PROGRAM, ...folders, '--accept-server-license-terms', '--install-extension', options.vsix];
    await mustRun(`install ${options.vsix}`, NODE, install);
  }
  return folders;
}

/** Resolves when the server says at which port it listens; rejects with all that it printed where it ends before. */
function listening(server: ChildProcessByStdio<null, Readable, Readable>) {
  return new Promise<{ port: string; log: () => string }>((resolve, reject) => {
    let text = '';
    const log = () => text;
    for (const stream of [server.stdout, server.stderr]) {
      stream.setEncoding('utf8').on('data', (data: string) => {
        text += data;
        const port = /agent listening on (\d+)/.exec(text)?.[1];
        if (port) resolve({ port, log });
      });
    }
    server.once('error', reject);
    server.once('exit', code => reject(new Error(`the VS Code server ended with exit code ${code}\n${text}`)));
  });
}

/** Address of the workbench, for a browser; with a folder open where one is given. */
export function workbenchAddress(server: Server, folder?: string): string {
  return `http://${server.authority}/?${new URLSearchParams(folder ? { folder } : { ew: 'true' })}`;
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // it has ended already
  }
}
