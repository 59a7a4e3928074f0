// Which scripts of the workspace use a module, or WebAssembly at all: those that name its file or its package, and those that name one of these.
import * as vscode from 'vscode';
import { forEachLimited } from './forEachLimited.ts';
import { SCRIPT_EXTENSIONS } from './programLaunch.ts';
import { usesWebAssembly } from './webAssemblyScripts.ts';

/** How many scripts are read, how many at a time, and how much of each: what a script imports stands at its beginning. */
const MAXIMUM_SCRIPTS = 2000;
const READERS = 8;
const READ_BYTES = 256 * 1024;

export interface ModuleUser {
  readonly script: vscode.Uri;
  /** What of the module, or of another of its users, it names. */
  readonly names: string;
}

/** The users of a module, those first that no other script names: they are what is run. */
export async function findUsers(module: vscode.Uri, token: vscode.CancellationToken): Promise<ModuleUser[]> {
  return usersAmong(await readScripts(token), [fileName(module)], await packageOf(module));
}

/** A script that can be recorded. */
export interface WebAssemblyScript {
  readonly script: vscode.Uri;
  /** The script that uses WebAssembly, which it names; null where it does so itself. */
  readonly names: string | null;
}

/** Those that use WebAssembly or name a script that does: those first that no other script names, since they are what is run. */
export async function findWebAssemblyScripts(token: vscode.CancellationToken): Promise<WebAssemblyScript[]> {
  return webAssemblyScriptsAmong(await readScripts(token));
}

/** @param texts of the scripts */
export function webAssemblyScriptsAmong(texts: ReadonlyMap<vscode.Uri, string>): WebAssemblyScript[] {
  const direct = [...texts].filter(([, text]) => usesWebAssembly(text)).map(([script]) => script);
  const found = new Set(direct);
  const others = [...texts].filter(([script]) => !found.has(script)).map(scriptOf);
  const users = namingOneOf(others, [...new Set(direct.map(fileName))], null);
  const named = new Set(users.map(({ names }) => names));
  const alone = direct.filter(script => !named.has(fileName(script)));
  const glue = direct.filter(script => named.has(fileName(script)));
  const itself = (scripts: readonly vscode.Uri[]) => scripts.toSorted(byPath).map(script => ({ script, names: null }));
  return [...users, ...itself(alone), ...itself(glue)];
}

/** The scripts of the workspace, without those of installed packages. */
async function readScripts(token: vscode.CancellationToken): Promise<Map<vscode.Uri, string>> {
  const pattern = `**/*{${SCRIPT_EXTENSIONS.join(',')}}`;
  const scripts = await vscode.workspace.findFiles(pattern, '**/node_modules/**', MAXIMUM_SCRIPTS, token);
  const texts = new Map<vscode.Uri, string>();
  await forEachLimited(
    scripts,
    READERS,
    async script => void texts.set(script, await beginningOf(script)),
    () => token.isCancellationRequested,
  );
  return texts;
}

/** @param texts of the scripts. @param names of files. @param packageName null where the module is in none that has a name */
export function usersAmong(
  texts: ReadonlyMap<vscode.Uri, string>,
  names: readonly string[],
  packageName: string | null,
): ModuleUser[] {
  const scripts = Array.from(texts, scriptOf);
  const direct = namingOneOf(scripts, names, packageName);
  const glue = [...new Set(direct.map(({ script }) => fileName(script)))];
  const found = new Set(direct.map(({ script }) => script));
  const others = scripts.filter(({ script }) => !found.has(script));
  return [...namingOneOf(others, glue, null), ...direct];
}

interface Script {
  readonly script: vscode.Uri;
  readonly text: string;
  readonly words: ReadonlySet<string>;
}

const scriptOf = ([script, text]: readonly [vscode.Uri, string]): Script => ({ script, text, words: wordsOf(text) });

function namingOneOf(scripts: readonly Script[], names: readonly string[], packageName: string | null): ModuleUser[] {
  const found: ModuleUser[] = [];
  for (const { script, text, words } of scripts) {
    const isNamed = (name: string): boolean => (PLAIN.test(name) ? words.has(name) : namesFile(text, name));
    const named = names.find(name => name !== fileName(script) && isNamed(name));
    const what = named ?? (packageName !== null && imports(text, packageName) ? packageName : null);
    if (what !== null) found.push({ script, names: what });
  }
  return found.sort((a, b) => byPath(a.script, b.script));
}

const byPath = (a: vscode.Uri, b: vscode.Uri): number => a.path.localeCompare(b.path);

/** Names of files that are found among the words of a text: all but few. */
const PLAIN = /^[\w.-]+$/;

/** No file's name is longer, and hardly any file's ending is. */
const LONGEST_WORD = 300;

/** What {@link namesFile} finds of plain names: each word, and what of it stands before a dot. A text is read once, however many names there are. */
function wordsOf(text: string): ReadonlySet<string> {
  const words = new Set<string>();
  for (const [word] of text.matchAll(/[\w.-]+/g)) {
    if (word.length > LONGEST_WORD || words.has(word)) continue;
    words.add(word);
    for (let dot = word.indexOf('.', 1); dot > 0; dot = word.indexOf('.', dot + 1)) words.add(word.slice(0, dot));
  }
  return words;
}

/** Whether a text has a file's name, alone or at the end of a path. */
const namesFile = (text: string, name: string): boolean =>
  new RegExp(`(?<![\\w.-])${quoted(name)}(?![\\w-])`).test(text);

/** Whether a script imports a package, or a part of it. */
const imports = (text: string, name: string): boolean =>
  new RegExp(`['"]${quoted(name)}(?:/[^'"\\n]*)?['"]`).test(text);

const quoted = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

const fileName = ({ path }: vscode.Uri): string => path.slice(path.lastIndexOf('/') + 1);

async function beginningOf(script: vscode.Uri): Promise<string> {
  try {
    const bytes = await vscode.workspace.fs.readFile(script);
    return new TextDecoder().decode(bytes.subarray(0, READ_BYTES));
  } catch {
    return ''; // deleted meanwhile, or not readable: nobody can record it
  }
}

/** The name of the package that a file is part of; null where its nearest package.json, up to the workspace's folder, has none. */
async function packageOf(file: vscode.Uri): Promise<string | null> {
  const installed = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file.path)?.[1];
  if (installed !== undefined) return installed;
  const root = vscode.workspace.getWorkspaceFolder(file)?.uri.path;
  for (let folder = vscode.Uri.joinPath(file, '..'); root !== undefined; folder = vscode.Uri.joinPath(folder, '..')) {
    const manifest = await beginningOf(vscode.Uri.joinPath(folder, 'package.json'));
    if (manifest !== '') return nameIn(manifest);
    if (folder.path === root || folder.path === '/') return null;
  }
  return null;
}

function nameIn(manifest: string): string | null {
  try {
    const { name }: { name?: unknown } = JSON.parse(manifest) ?? {};
    return typeof name === 'string' && name !== '' ? name : null;
  } catch {
    return null;
  }
}
