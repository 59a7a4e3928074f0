// Choosing what to run: the bundled guest first, then the workspace's .wasm files, `Browse…` last.
import * as vscode from 'vscode';
import { messageOf } from '../protocol/text.ts';
import { forEachLimited } from './forEachLimited.ts';
import type { Source, Sources } from './sources.ts';
import type { Trust } from './trust.ts';

/**
 * How often the list takes over what was read of files meanwhile, in milliseconds. A workspace of usual size is read in less:
 * then its rows come once, and stay. New rows take back a key that is pressed while they are on their way to the window.
 */
const UPDATE_INTERVAL_MS = 1000;

/** How many files are read at a time. */
const READERS = 4;

interface SourceItem extends vscode.QuickPickItem {
  /** What is run; undefined for `Browse…` and for separators. */
  readonly source?: Source;
}

const BROWSE: SourceItem = {
  label: vscode.l10n.t('Browse…'),
  description: vscode.l10n.t('choose a .wasm file anywhere'),
  iconPath: new vscode.ThemeIcon('folder-opened'),
  alwaysShow: true,
};

/** What a choice is for. */
export interface Choice {
  readonly title: string;
  readonly placeholder: string;
}

const DEMO: Choice = {
  title: vscode.l10n.t('Run shared-memory demo'),
  placeholder: vscode.l10n.t('Choose the module that all instances run'),
};

/** Lets the user choose; undefined where nothing was chosen. */
export async function chooseSource(sources: Sources, trust: Trust, choice = DEMO): Promise<Source | undefined> {
  const chosen = await pickItem(sources, trust, choice);
  return chosen === BROWSE ? browse(sources, choice) : chosen?.source;
}

async function pickItem(sources: Sources, trust: Trust, choice: Choice): Promise<SourceItem | undefined> {
  const pick = vscode.window.createQuickPick<SourceItem>();
  const search = new vscode.CancellationTokenSource();
  pick.title = choice.title;
  pick.placeholder = vscode.l10n.t('Reading the workspace’s .wasm files …');
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.items = pickItems(sources.bundled, []);
  pick.busy = true;
  pick.show();
  const filling = fillIn(pick, sources, search.token).then(() => {
    if (search.token.isCancellationRequested) return;
    pick.busy = false;
    pick.placeholder = trust.trusted
      ? choice.placeholder
      : vscode.l10n.t('This workspace is not trusted: its files are looked at, not run');
  });
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

/**
 * Shows the files with their size and memory; what takes longer to read shows later. Resolves when all is shown.
 * While the user moves in the list or types, its rows stay as they are until everything is read.
 */
async function fillIn(pick: vscode.QuickPick<SourceItem>, sources: Sources, token: vscode.CancellationToken) {
  const files = await sources.findFiles(token);
  const facts = new Map<Source, string>();
  // While new items travel to the window it may report that none is active: what counts is the last one that was.
  let active = pick.activeItems[0];
  const following = pick.onDidChangeActive(([item]) => {
    active = item ?? active;
  });
  const update = () => {
    if (token.isCancellationRequested) return;
    pick.items = pickItems(sources.bundled, files, facts);
    // New items lose the active one: keep what the user had moved to.
    const same = pick.items.find(item => active && item.label === active.label && item.source === active.source);
    pick.activeItems = [same ?? pick.items[0]];
  };
  const isUsed = () => pick.value !== '' || (active !== undefined && active.source !== sources.bundled);
  const timer = setInterval(() => {
    if (!isUsed()) update();
  }, UPDATE_INTERVAL_MS);
  await forEachLimited(
    [sources.bundled, ...files],
    READERS,
    async source => void facts.set(source, await factsOf(source, sources)),
    () => token.isCancellationRequested,
  );
  clearInterval(timer);
  update();
  following.dispose();
}

async function factsOf(source: Source, sources: Sources): Promise<string> {
  try {
    const [{ describeFile }, { size }] = await Promise.all([
      import('./later.ts'),
      vscode.workspace.fs.stat(source.uri),
    ]);
    return await describeFile(size, () => sources.read(source));
  } catch (error) {
    return messageOf(error);
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
    detail: facts.get(source) ?? vscode.l10n.t('reading …'),
    iconPath: new vscode.ThemeIcon(icon),
    source,
  });
  const separator = (label: string): SourceItem => ({ label, kind: vscode.QuickPickItemKind.Separator });
  return [
    item(bundled, vscode.l10n.t('ships with the extension'), 'package'),
    ...(files.length > 0 ? [separator('workspace')] : []),
    ...files.map(source => item(source, source.view.folder, 'file-binary')),
    separator(''),
    BROWSE,
  ];
}

async function browse(sources: Sources, { title }: Choice): Promise<Source | undefined> {
  const uris = await vscode.window.showOpenDialog({
    canSelectMany: false,
    filters: { [vscode.l10n.t('WebAssembly modules')]: ['wasm'], [vscode.l10n.t('All files')]: ['*'] },
    openLabel: vscode.l10n.t('Run'),
    title,
  });
  const uri = uris?.[0];
  return uri && sources.file(uri);
}
