// Choosing what to run: the bundled guest first, then the workspace's .wasm files, `Browse…` last.
import * as vscode from 'vscode';
import { describeFile, forEachLimited, READERS } from './fileFacts.ts';
import type { Source, Sources } from './sources.ts';
import type { Trust } from './trust.ts';

/** How often the list takes over what was read of files meanwhile, in milliseconds. */
const UPDATE_INTERVAL_MS = 100;

interface SourceItem extends vscode.QuickPickItem {
  /** What is run; undefined for `Browse…` and for separators. */
  readonly source?: Source;
}

const BROWSE: SourceItem = {
  label: 'Browse…',
  description: 'choose a .wasm file anywhere',
  iconPath: new vscode.ThemeIcon('folder-opened'),
  alwaysShow: true,
};

/** Lets the user choose; undefined where nothing was chosen. */
export async function chooseSource(sources: Sources, trust: Trust): Promise<Source | undefined> {
  const chosen = await pickItem(sources, trust);
  return chosen === BROWSE ? browse(sources) : chosen?.source;
}

async function pickItem(sources: Sources, trust: Trust): Promise<SourceItem | undefined> {
  const pick = vscode.window.createQuickPick<SourceItem>();
  const search = new vscode.CancellationTokenSource();
  pick.title = 'Run shared-memory demo';
  pick.placeholder = trust.trusted
    ? 'Choose the module that all instances run'
    : 'This workspace is not trusted: its files are looked at, not run';
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.items = pickItems(sources.bundled, []);
  pick.busy = true;
  pick.show();
  const filling = fillIn(pick, sources, search.token);
  const chosen = await new Promise<SourceItem | undefined>(resolve => {
    pick.onDidAccept(() => resolve(pick.selectedItems[0]));
    pick.onDidHide(() => resolve(undefined));
  });
  search.cancel();
  pick.hide();
  await filling;
  pick.dispose();
  search.dispose();
  return chosen;
}

/** The files show as soon as they are found; their size and memory follow while they are read. */
async function fillIn(pick: vscode.QuickPick<SourceItem>, sources: Sources, token: vscode.CancellationToken) {
  const files = await sources.findFiles(token);
  const facts = new Map<Source, string>();
  // While new items travel to the window it may report that none is active: what counts is the last one that was.
  let active = pick.activeItems[0];
  const following = pick.onDidChangeActive(([item]) => {
    active = item ?? active;
  });
  let shown = -1;
  const update = () => {
    if (token.isCancellationRequested || facts.size === shown) return;
    shown = facts.size;
    pick.items = pickItems(sources.bundled, files, facts);
    // New items lose the active one: keep what the user had moved to.
    const same = pick.items.find(item => active && item.label === active.label && item.source === active.source);
    pick.activeItems = [same ?? pick.items[0]];
  };
  update();
  const timer = setInterval(update, UPDATE_INTERVAL_MS);
  await forEachLimited(
    [sources.bundled, ...files],
    READERS,
    async source => void facts.set(source, await factsOf(source, sources)),
    () => token.isCancellationRequested,
  );
  clearInterval(timer);
  update();
  following.dispose();
  if (!token.isCancellationRequested) pick.busy = false;
}

async function factsOf(source: Source, sources: Sources): Promise<string> {
  try {
    const { size } = await vscode.workspace.fs.stat(source.uri);
    return await describeFile(size, () => sources.read(source));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** All items in their order. What is not known yet has its line already, so that rows don't move when it arrives. */
export function pickItems(
  bundled: Source,
  files: readonly Source[],
  facts: ReadonlyMap<Source, string> = new Map(),
): SourceItem[] {
  const item = (source: Source, description: string, icon: string): SourceItem => ({
    label: source.view.label,
    description,
    detail: facts.get(source) ?? 'reading …',
    iconPath: new vscode.ThemeIcon(icon),
    source,
  });
  const separator = (label: string): SourceItem => ({ label, kind: vscode.QuickPickItemKind.Separator });
  return [
    item(bundled, 'ships with the extension', 'package'),
    ...(files.length > 0 ? [separator('workspace')] : []),
    ...files.map(source => item(source, source.view.folder, 'file-binary')),
    separator(''),
    BROWSE,
  ];
}

async function browse(sources: Sources): Promise<Source | undefined> {
  const uris = await vscode.window.showOpenDialog({
    canSelectMany: false,
    filters: { 'WebAssembly modules': ['wasm'], 'All files': ['*'] },
    openLabel: 'Run',
    title: 'Run shared-memory demo',
  });
  const uri = uris?.[0];
  return uri && sources.file(uri);
}
