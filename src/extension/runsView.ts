// The list of open runs and recordings, of which VS Code's start knows only that there is one: its rows are loaded with the first look.
import * as vscode from 'vscode';
import type { RunActionParts } from './runActions.ts';
import type { RunNode, RunTree } from './runTree.ts';

export const RUNS_VIEW_ID = 'wasmSharedMemory.runs';

/** What the rows do; `runActions.ts` does it. */
const ACTIONS = ['showRun', 'openRunInEditor', 'exportRun', 'cancelRun', 'closeRun', 'showFinding'] as const;

export class RunsView implements vscode.TreeDataProvider<RunNode>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.changed.event;
  private loaded: Promise<RunTree> | undefined;
  private disposed = false;

  constructor(private readonly parts: RunActionParts) {}

  async getChildren(node?: RunNode): Promise<RunNode[]> {
    return (await this.tree()).childrenOf(node);
  }

  async getTreeItem(node: RunNode): Promise<vscode.TreeItem> {
    return (await this.tree()).itemOf(node);
  }

  /** The commands of its rows, by name; they do nothing where no row is passed, as by a key binding. */
  get commands(): Readonly<Record<string, (node: unknown) => unknown>> {
    const entries = ACTIONS.map(name => {
      const act = async (node: unknown): Promise<void> => {
        const { RUN_ACTIONS } = await import('./later.ts');
        if (isNode(node)) await RUN_ACTIONS[name](this.parts, node);
      };
      return [name, act] as const;
    });
    return {
      showRuns: () => vscode.commands.executeCommand(`${RUNS_VIEW_ID}.focus`),
      ...Object.fromEntries(entries),
    };
  }

  dispose(): void {
    this.disposed = true;
    void this.loaded?.then(tree => tree.dispose());
    this.changed.dispose();
  }

  private tree(): Promise<RunTree> {
    this.loaded ??= this.load();
    return this.loaded;
  }

  private async load(): Promise<RunTree> {
    const { RunTree } = await import('./later.ts');
    const tree = new RunTree(this.parts.services.runs);
    if (this.disposed) tree.dispose();
    tree.onDidChange(() => this.changed.fire());
    return tree;
  }
}

const isNode = (value: unknown): value is RunNode =>
  typeof value === 'object' && value !== null && 'kind' in value && 'shown' in value;
